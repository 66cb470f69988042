"""What becomes of open calls when the window is closed: told on a sheet that keeps nobody from closing."""

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from fal_studio.core.call import CallState
from fal_studio.core.request import Mode
from fal_studio.figures import number
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr, trn

WIDE_PX, HIGH_PX, TOP_PX = 420, 190, 88


def outlook(states: Iterable[CallState]) -> list[str]:
    """Return a sentence for each thing that becomes of open calls; empty if none is open."""
    at_fal = at_emulator = waiting = lost = 0
    for state in states:
        if state.is_ended:
            continue
        if state.held_for is not None:
            waiting += 1
        elif state.request_id and state.mode in (Mode.SUBSCRIBE, Mode.SUBMIT):
            at_emulator += state.profile == "emulator"
            at_fal += state.profile != "emulator"
        else:
            lost += 1
    found: list[str] = []
    if at_fal:
        words = trn(
            "{count} call continues on fal; results will be fetched next time.",
            "{count} calls continue on fal; results will be fetched next time.",
            at_fal,
        )
        found.append(words.format(count=number(at_fal)))
    if at_emulator:
        words = trn(
            "{count} call is taken up again next time; the emulator rests until then.",
            "{count} calls are taken up again next time; the emulator rests until then.",
            at_emulator,
        )
        found.append(words.format(count=number(at_emulator)))
    if waiting:
        words = trn(
            "{count} call was not sent; nothing was paid, and you can send later.",
            "{count} calls were not sent; nothing was paid, and you can send later.",
            waiting,
        )
        found.append(words.format(count=number(waiting)))
    if lost:
        words = trn(
            "{count} call ends now: the result is lost, and may be billed.",
            "{count} calls end now: the result is lost, and may be billed.",
            lost,
        )
        found.append(words.format(count=number(lost)))
    return found


class ClosingSheet(FloatingPanel):
    """Enter closes the program, Esc stays."""

    close_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Calls are open"), window)
        self._words = Paragraph("", "body", "2", parent=self)
        self._stay = Button(tr("Stay"), parent=self)
        self._close = Button(tr("Close"), "primary", hint="Enter", parent=self)
        self.body.addWidget(self._words)
        self.body.addStretch(1)
        self.foot.addStretch(1)
        self.foot.addWidget(self._stay)
        self.foot.addWidget(self._close)
        self._stay.clicked.connect(self.dismiss)
        self._close.clicked.connect(self.close_wanted)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def tell(self, sentences: list[str]) -> None:
        """Say what becomes of the calls."""
        self._words.set_text(" ".join(sentences))
        self.setAccessibleDescription(self.words)
        px = current().px
        wide = px(WIDE_PX)
        self.place(QRect((self.window().width() - wide) // 2, px(TOP_PX), wide, px(HIGH_PX)))
        self.open()
        self._close.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Enter, unless the keyboard is on Stay."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._stay.hasFocus():
                self.dismiss()
            else:
                self.close_wanted.emit()
            return
        super().keyPressEvent(event)
