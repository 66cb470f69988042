"""News about the history: what was put into the trash or written to a file, and the way back."""

from PySide6.QtCore import QObject

from fal_studio import figures
from fal_studio.core.history import REJECTED, Judgement
from fal_studio.ui.history import History
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr, trn

_RESTORE = "restore:"


class CallNews(QObject):
    """Tells it, and brings calls back out of the trash."""

    def __init__(self, history: History, panels: CallPanels, toasts: ToastHost) -> None:
        super().__init__(panels)
        self._history, self._panels, self._toasts = history, panels, toasts
        history.removed.connect(self._on_removed)
        history.exported.connect(self._on_exported)
        history.emptied.connect(self._on_emptied)
        history.troubled.connect(self.tell_trouble)
        toasts.action_wanted.connect(self._on_action)

    def tell_trouble(self, why: str) -> None:
        """Tell what could not be done."""
        self._toasts.tell(News(why, "bad"))

    def _on_removed(self, calls: tuple[str, ...]) -> None:
        noun = trn("a call", "{count} calls", len(calls)).format(count=len(calls))
        self._toasts.tell(
            News(
                tr("Moved {noun} to the trash").format(noun=noun),
                "info",
                tr("Undo"),
                _RESTORE + ",".join(calls),
            )
        )

    def _on_exported(self, path: str, count: int) -> None:
        noun = trn("call", "calls", count)
        self._toasts.tell(
            News(
                tr("Wrote {count} {noun} to {path}").format(
                    count=figures.number(count), noun=noun, path=path
                ),
                "good",
            )
        )

    def _on_emptied(self, count: int, why: str) -> None:
        panel = self._panels.space
        if why:
            if panel is None or not panel.isVisible():  # it says so itself
                self.tell_trouble(why)
        elif count:
            for toast in self._toasts.shown():
                if toast.news.key.startswith(_RESTORE):
                    toast.closed.emit()  # there is nothing to bring back any more
            noun = trn("1 call", "{count} calls", count).format(count=figures.number(count))
            self._toasts.tell(News(tr("Moved {noun} to the system's trash").format(noun=noun), "good"))

    def _on_action(self, key: str) -> None:
        if key.startswith(_RESTORE):
            self._history.restore_wanted.emit(tuple(key.removeprefix(_RESTORE).split(",")))


def judged_words(judgement: Judgement, count: int) -> str:
    """Return what was noted about calls."""
    if judgement.starred is not None:
        told = tr("Starred") if judgement.starred else tr("The star is gone")
    elif judgement.rating == REJECTED:
        told = tr("Rejected: it stays, and -is:rejected leaves it out")
    elif judgement.rating:
        told = tr("Rated {rating} of 5").format(rating=judgement.rating)
    else:
        told = tr("Not rated any more")
    if count == 1:
        return told
    calls = trn("{count} call", "{count} calls", count).format(count=figures.number(count))
    return f"{told} ({calls})"
