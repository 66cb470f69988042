"""A strip under the top bar for what concerns the whole program: a crash, or an emulator that does not start."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui import paint, theme
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import ElidedLabel


class Banner(QWidget):
    """One sentence, a way to copy the report, a way to go on."""

    copy_wanted = Signal(str)
    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "bad")
        self._report = ""
        self._key = ""
        self._about = ""
        self.setFixedHeight(theme.current().px(36))
        self.hide()

    def _build(self) -> None:
        """Make what is in it; most starts have nothing to tell."""
        px = theme.current().px
        self._words = ElidedLabel("", "control", "1", parent=self)
        self._action = Button("", "default", scale="s", parent=self)
        self._action.clicked.connect(lambda: self.action_wanted.emit(self._key))
        self._copy = Button("Copy report", "default", icon="copy", scale="s", parent=self)
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._report))
        close = IconButton("close", "Dismiss", scale="s", parent=self)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(8), 0)
        row.setSpacing(px(8))
        row.addWidget(self._words, 1)
        row.addWidget(self._action)
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
        action: str = "",
        key: str = "",
        about: str = "",
    ) -> None:
        """Say it until somebody dismisses it, or what it is `about` is settled."""
        if self.layout() is None:
            self._build()
        self._about = about
        self._words.set_text(text)
        self._report, self._key = report, key
        self._copy.setVisible(bool(report))
        self._action.setText(action)
        self._action.setVisible(bool(action))
        laid(self, "bad" if is_bad else "ask")
        paint.refresh_style(self)
        self.show()

    def settle(self, about: str) -> None:
        """Take back what was said about something that is in order now; other news stay."""
        if self._about == about:
            self.hide()
