"""What tests of widgets share: the dressed application, an active window around widgets, a look at pixels."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.ui.style import dress
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme

Shown = Callable[..., QWidget]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme, dark at 100 %; put back afterwards."""
    dressed = dress(qapp, Scheme.DARK)
    yield dressed
    dress(qapp, Scheme.DARK)


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme) -> Shown:
    """Show widgets in an active window, which is returned."""
    windows: list[QWidget] = []

    def show(*widgets: QWidget, width: int = 0) -> QWidget:
        window = QWidget()
        windows.append(window)
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        qtbot.addWidget(window)
        if width:
            window.resize(width, window.sizeHint().height())
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    # The test function holds the fixture, the fixture holds the windows.
    show.windows = windows  # type: ignore[attr-defined]
    return show
