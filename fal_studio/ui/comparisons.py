"""The door between the comparison pane and what runs, keeps and reports comparisons: wishes go out, news come in."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison, Outcome, Row
from fal_studio.core.comparing.plan import Lane, Plan, Turn
from fal_studio.core.request import Request


class Comparisons(QObject):
    """Comparisons of this window. Wishes are methods; the app answers by calling the signals' `emit`."""

    # Wishes, for the app.
    lanes_wanted = Signal(object, object)
    """A Request and the equal polling interval in seconds, or None: answer with `lanes_known`."""
    requests_wanted = Signal(object)
    """Named requests, a tuple of pairs (name, Request), to be put against each other: answer with `lanes_known`."""
    run_wanted = Signal(object, bool, object)
    """A Plan, whether its price has been accepted, and the opened Comparison that its lanes come from, or None: answered with
    `asked`, `asked_unpriced`, `trouble` or `started`."""
    more_wanted = Signal(object, int, bool)
    """A Comparison that has ended, how many more runs each of its lanes is to have, and whether their price has been accepted:
    answered like `run_wanted`."""
    stop_wanted = Signal(str)
    """Id of the comparison: no further turn is called, what is under way is cancelled, what is done is kept."""
    probe_wanted = Signal(object)
    """A Request whose endpoint is to be asked, for free, whether it has a stream: answered with `probed` or `trouble`."""
    list_wanted = Signal()
    open_wanted = Signal(str)
    file_wanted = Signal(str)
    """The path of a comparison's file, from anywhere; answered with `opened` or `trouble`."""
    delete_wanted = Signal(str)
    """Put a kept one aside; `restore_wanted` brings it back. Both are answered with `listed`."""
    restore_wanted = Signal(str)
    rename_wanted = Signal(str, str)
    """Id of a kept one and its new title: answered with `listed`."""
    export_wanted = Signal(object, str, object)
    """A Comparison, one of "text", "csv", "json", "html", and the path to write to."""

    # News, from the app.
    ready = Signal()
    """Wishes are heard from now on."""
    lanes_known = Signal(object, object)
    """What was asked about (a Request, or the tuple of named ones) and its lanes, a tuple of Lane."""
    probed = Signal(str)
    """More is known of an endpoint: its lanes may be others."""
    asked = Signal(object, float, float)
    """The Plan, what the calls of it that are left would cost in US dollars, and the amount above which somebody wants to be
    asked: nothing was sent. Run it with True to go on."""
    asked_unpriced = Signal(object, str)
    """Nobody can tell what this endpoint of the Plan costs, and its profile has a limit: nothing was sent. Run it with True
    to let it go on."""
    started = Signal(object)
    """The Comparison, without outcomes (or with those it had before more runs were wanted)."""
    turn_started = Signal(str, object, str)
    """Id of the comparison, the Turn, and its call."""
    turn_ended = Signal(str, object)
    """Id of the comparison and the Outcome."""
    analysed = Signal(str, object)
    """Id of the comparison and the Analysis of what is there so far; at most once a second while it runs."""
    finished = Signal(object)
    """The whole Comparison, kept; its last Analysis was told before."""
    opened = Signal(object, object)
    """A kept Comparison and its Analysis."""
    listed = Signal(object)
    """The kept comparisons, a tuple of Row, newest first."""
    exported = Signal(object)
    """The path that was written."""
    trouble = Signal(str)
    """What did not work, in a sentence, with the next step."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current: Comparison | None = None
        """The one that runs now."""
        self.is_ready = False
        """Whether wishes are heard: the engine is there."""

    def put_ready(self, *, is_ready: bool) -> None:
        """Note that wishes are heard from now on, or not any more."""
        self.is_ready = is_ready
        if is_ready:
            self.ready.emit()

    def want_lanes(self, request: Request, poll_every_s: float | None = None) -> None:
        """Ask which lanes a request has."""
        self.lanes_wanted.emit(request, poll_every_s)

    def want_lanes_of(self, requests: tuple[tuple[str, Request], ...]) -> None:
        """Ask for one lane for each of several named requests."""
        self.requests_wanted.emit(requests)

    def run(self, plan: Plan, *, is_accepted: bool = False, origin: Comparison | None = None) -> None:
        """Ask for a comparison; `is_accepted`: somebody has agreed to its price. `origin`: what was opened to get its lanes."""
        self.run_wanted.emit(plan, is_accepted, origin)

    def run_more(self, comparison: Comparison, more: int, *, is_accepted: bool = False) -> None:
        """Ask for more runs in each lane of a comparison that has ended; `is_accepted`: somebody has agreed to their price."""
        self.more_wanted.emit(comparison, more, is_accepted)

    def stop(self) -> None:
        """Ask for the end of the one that runs."""
        if self.current is not None:
            self.stop_wanted.emit(self.current.id)

    def export(self, comparison: Comparison, form: str, path: Path) -> None:
        """Ask for a report."""
        self.export_wanted.emit(comparison, form, path)


__all__ = ["Analysis", "Comparison", "Comparisons", "Lane", "Outcome", "Plan", "Row", "Turn"]
