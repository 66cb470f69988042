"""A strip under the top bar for what concerns the whole program: a crash, or an emulator that does not start."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui import mirroring, paint, theme
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.words import tr


class Banner(QWidget):
    """One sentence, a way to copy the report, a way to go on."""

    copy_wanted = Signal(str)
    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "bad")
        self._report = ""
        self._actions: dict[str, Button] = {}
        """The ways to go on, by their keys."""
        self._about = ""
        self.setFixedHeight(theme.current().px(36))
        self.hide()

    def _build(self) -> None:
        """Make what is in it; most starts have nothing to tell."""
        px = theme.current().px
        self._words = ElidedLabel("", "control", "1", parent=self)
        self._copy = Button(tr("Copy report"), "default", icon="copy", scale="s", parent=self)
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._report))
        close = IconButton("close", tr("Dismiss"), scale="s", parent=self)
        close.clicked.connect(self.hide)
        row = self._row = QHBoxLayout(self)
        mirroring.margins(row, px(12), 0, px(8), 0)
        row.setSpacing(px(8))
        row.addWidget(self._words, 1)
        row.addWidget(self._copy)
        row.addWidget(close)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text() if self.layout() is not None else ""

    @property
    def report(self) -> str:
        """What Copy report copies."""
        return self._report

    def tell(
        self,
        text: str,
        report: str = "",
        *,
        is_bad: bool = True,
        actions: Mapping[str, str] | None = None,
        about: str = "",
    ) -> None:
        """Say it until somebody dismisses it, or what it is `about` is settled.

        `actions`: words of buttons by the key that `action_wanted` tells.
        """
        if self.layout() is None:
            self._build()
        self._about = about
        self._words.set_text(text)
        self._report = report
        self._copy.setVisible(bool(report))
        self._offer(actions or {})
        laid(self, "bad" if is_bad else "ask")
        paint.refresh_style(self)
        self.show()

    def _offer(self, actions: Mapping[str, str]) -> None:
        for key in set(self._actions) - set(actions):
            self._actions[key].hide()
        for number, (key, words) in enumerate(actions.items(), 1):
            if key not in self._actions:
                button = self._actions[key] = Button(words, "default", scale="s", parent=self)
                button.clicked.connect(lambda _checked=False, key=key: self.action_wanted.emit(key))
                self._row.insertWidget(number, button)
            self._actions[key].setText(words)
            self._actions[key].show()

    def settle(self, about: str) -> None:
        """Take back what was said about something that is in order now; other news stay."""
        if self._about == about:
            self.hide()
