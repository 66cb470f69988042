"""The line under the run bar that asks before the same work is paid for twice, or much is paid at once."""

import importlib
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.core.call import CallState, Phase
from fal_studio.core.guard import Kind, Twin
from fal_studio.core.request import Request
from fal_studio.ui import theme
from fal_studio.ui.costs import money
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Kind as ButtonKind
from fal_studio.ui.widgets.key_words import beside
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.widgets.notice_line import NoticeLine

TICK_MS = 1000
SURE_AFTER_S = 0.3
"""A second press sooner than this was meant for Run, not as an answer."""


class Asked(NamedTuple):
    """What stands to be run, and why that is asked about: the call that it would repeat, or else what it costs."""

    request: Request
    twin: Twin | None
    in_front: bool = False
    others: tuple[Request, ...] = ()
    """The rest of a batch, which one answer is for."""
    cost_usd: float = 0.0
    """What all of it will probably cost, where that is the reason."""
    limit_usd: float = 0.0
    is_unpriced: bool = False
    """Nobody knows what it costs, and the profile has a limit that must not be passed."""


class AskLine(QWidget):
    """36 px of question: show the call that is there, or change the limit, or run anyway. Hidden while nothing is asked."""

    show_wanted = Signal(str)
    """The call that is there already."""
    answered = Signal()
    """A button was pressed; the line is about to be hidden, and the keyboard wants another place."""
    anyway_wanted = Signal()
    limit_wanted = Signal()
    """The amount above which it asks is to be changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._asked: Asked | None = None
        self._since_s = 0.0
        self._line: NoticeLine | None = None
        self._row = QHBoxLayout(self)
        px = theme.current().px
        self._row.setContentsMargins(px(12), 0, px(12), px(8))
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._show_words)
        self.hide()

    @property
    def asked(self) -> Asked | None:
        """What is asked about, if anything is."""
        return self._asked

    @property
    def is_sure(self) -> bool:
        """Whether the question has stood long enough to have been read."""
        return self._asked is not None and time.monotonic() - self._since_s >= SURE_AFTER_S

    @property
    def text(self) -> str:
        """The question in words."""
        return self._line.accessibleName() if self._line is not None and self._asked is not None else ""

    def ask(self, asked: Asked) -> None:
        """Ask."""
        self._asked, self._since_s = asked, time.monotonic()
        if self._line is not None:
            self._row.removeWidget(self._line)
            self._line.deleteLater()
        module: Any = importlib.import_module("fal_studio.ui.widgets.notice_line")
        line: NoticeLine = module.NoticeLine(
            _words(asked),
            "ask",
            icon=_ICONS[asked.twin.kind] if asked.twin is not None else "money",
            actions=(
                _other(asked.twin),
                ("anyway", tr("Run anyway"), "default"),
                ("close", tr("Leave it"), "quiet"),
            ),
            hints={"anyway": beside("Ctrl+Return"), "close": beside("Esc")},
            parent=self,
        )
        self._line = line
        line.action_wanted.connect(self._on_action)
        self._row.addWidget(line)
        self.show()
        self._tick.start()

    def heed(self, state: CallState) -> None:
        """Follow the other call: it may move on, and when it fails there is nothing to ask any more."""
        asked = self._asked
        if (
            asked is None
            or asked.twin is None
            or asked.twin.call != state.call
            or asked.twin.phase is state.phase
        ):
            return
        if state.phase in _OVER:
            self.dismiss()
            return
        since_s = time.time() if state.phase is Phase.DONE else asked.twin.since_s
        kind = Kind.UNKNOWN if state.phase is Phase.UNKNOWN else Kind.OPEN
        self._asked = asked._replace(twin=Twin(state.call, kind, state.phase, since_s))
        self._show_words()

    def dismiss(self) -> bool:
        """Ask no more; False if nothing was asked."""
        was_asked = self._asked is not None
        self._asked = None
        self._tick.stop()
        self.hide()
        return was_asked

    def _show_words(self) -> None:
        if self._asked is not None and self._line is not None:
            self._line.set_text(_words(self._asked))

    def _on_action(self, key: str) -> None:
        asked = self._asked
        if asked is None:
            return
        self.answered.emit()
        if key == "anyway":
            self.anyway_wanted.emit()
            return
        self.dismiss()
        if key == "show" and asked.twin is not None:
            self.show_wanted.emit(asked.twin.call)
        elif key == "limit":
            self.limit_wanted.emit()


_OVER = frozenset({Phase.FAILED, Phase.CANCELLED, Phase.CANCEL_REQUESTED})
_ICONS = {Kind.OPEN: "running", Kind.UNKNOWN: "unknown", Kind.DONE: "done"}
_DOING = {
    Phase.WAITING: tr("has been waiting here"),
    Phase.UPLOADING: tr("has been uploading"),
    Phase.SUBMITTED: tr("has been on its way"),
    Phase.QUEUED: tr("has been queued"),
}


def _other(twin: Twin | None) -> tuple[str, str, ButtonKind]:
    """Return what else can be done than to run."""
    if twin is None:
        return "limit", tr("Change the limit"), "default"
    return "show", tr("Show its result") if twin.kind is Kind.DONE else tr("Show it"), "default"


def _words(asked: Asked) -> str:
    if asked.twin is not None:
        differ = any(other != asked.request for other in asked.others)
        what = (
            tr("One of these {count} requests").format(count=len(asked.others) + 1)
            if differ
            else tr("The same request")
        )
        return words(asked.twin, time.time(), what)
    many = tr("These {count} runs").format(count=len(asked.others) + 1) if asked.others else tr("This run")
    if asked.is_unpriced:
        return tr(
            "What {endpoint} costs is not known, so it cannot be counted against the limit of "
            "{profile} before it is billed. Run it in this session all the same?"
        ).format(endpoint=asked.request.endpoint, profile=asked.request.profile)
    cost = tr("costs") if not asked.others else tr("cost")
    return tr("{many} probably {cost} {cost_usd}, more than your limit of {limit_usd}.").format(
        many=many, cost=cost, cost_usd=money(asked.cost_usd), limit_usd=money(asked.limit_usd)
    )


def words(twin: Twin, now_s: float, what: str = tr("The same request")) -> str:
    """Return the question's first half: what is there already."""
    ago = _span(now_s - twin.since_s)
    match twin.kind:
        case Kind.OPEN if twin.phase is Phase.DONE:
            return tr("{what} was done {ago} ago, while you were asked.").format(what=what, ago=ago)
        case Kind.OPEN:
            return tr("{what} {get} for {ago}.").format(
                what=what, get=_DOING.get(twin.phase, tr("has been running")), ago=ago
            )
        case Kind.UNKNOWN:
            return tr("{what} may have been sent {ago} ago, and may be paid for: nobody knows yet.").format(
                what=what, ago=ago
            )
        case Kind.DONE:
            return tr("{what} was done {ago} ago, and would give the same again.").format(what=what, ago=ago)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return tr("{minutes} min").format(minutes=round(seconds / 60))
    return f"{round(seconds / 3600)} h"
