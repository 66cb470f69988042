"""The theme: what it fills, and that it switches live."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QMenu,
    QPushButton,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fal_studio import resources
from fal_studio.ui import icons, tokens
from fal_studio.ui.style import dress
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import Theme, current, text_width
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.labels import Label

# The offscreen platform says this once a window is shown; it has no size hints to pass on.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SCHEMES = (Scheme.DARK, Scheme.LIGHT, Scheme.HIGH_CONTRAST)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    dressed = dress(qapp, Scheme.DARK)
    yield dressed
    dress(qapp, Scheme.DARK)


def test_one_theme_serves_the_application(qapp: QApplication, theme: Theme) -> None:
    assert current() is theme
    assert dress(qapp, Scheme.LIGHT) is theme
    assert theme.resolved is Scheme.LIGHT


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_palette_holds_the_tokens(qapp: QApplication, theme: Theme, scheme: Scheme) -> None:
    theme.apply(scheme)
    table = tokens.TABLES[scheme]
    palette = qapp.palette()
    assert palette.color(QPalette.ColorRole.Window) == QColor(table["bg.panel"])
    assert palette.color(QPalette.ColorRole.Base) == QColor(table["bg.field"])
    assert palette.color(QPalette.ColorRole.PlaceholderText) == QColor(table["text.3"])
    off = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert off == QColor(table["text.off"])


class StyleChanges(QObject):
    """Counts how often a widget was told that its style changed, which makes it measure and lay out again."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.StyleChange
        return False


def test_another_scheme_styles_no_widget_anew_but_another_zoom_does(
    qapp: QApplication, qtbot: QtBot, theme: Theme
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    changes = StyleChanges()
    for widget in (Label("words"), Button("Run"), QLineEdit(), QListView()):
        column.addWidget(widget)
        widget.installEventFilter(changes)
    window.show()
    changes.count = 0
    for scheme in (Scheme.LIGHT, Scheme.HIGH_CONTRAST):
        theme.apply(scheme)
    # A stylesheet would have every widget styled again: seconds with a few requests open.
    assert changes.count == 0
    assert qapp.styleSheet() == ""
    theme.set_zoom(1.5)
    assert changes.count >= 4
    theme.set_zoom(1.0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_panes_lists_and_windows_show_their_ground(qtbot: QtBot, theme: Theme, scheme: Scheme) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    inner = QWidget()
    window.setCentralWidget(inner)
    row = QVBoxLayout(inner)
    pane, plain, railed = laid(QWidget(), "stage"), QListView(), QListView()
    grounded(railed, "ask")
    pane.setMinimumHeight(60)
    for widget in (pane, plain, railed):
        row.addWidget(widget)
    window.resize(300, 400)
    window.show()
    theme.apply(scheme)
    grounds = [QColor(part.grab().toImage().pixelColor(20, 20)) for part in (pane, plain, railed)]
    assert grounds == [theme.color("bg.stage"), theme.color("bg.panel"), theme.color("ask.tint")]
    assert window.grab().toImage().pixelColor(2, 2) == theme.color("bg.window")
    laid(pane, "bad")
    assert pane.grab().toImage().pixelColor(20, 20) == theme.color("bad.tint")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_menu_shows_its_rows_in_the_colours_of_the_scheme(
    qtbot: QtBot, theme: Theme, scheme: Scheme
) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    chosen = menu.addAction("Open")
    chosen.setShortcut("Ctrl+O")
    off = menu.addAction("Off")
    off.setEnabled(False)
    menu.popup(QPoint(0, 0))
    menu.setActiveAction(chosen)
    theme.apply(scheme)
    picture = menu.grab().toImage()
    assert has_color(picture, theme.color("bg.float"))
    assert has_color(picture, theme.color("bg.pressed"))
    first, second = (menu.actionGeometry(action) for action in (chosen, off))
    assert has_color(picture.copy(first), theme.color("text.1"))
    assert has_color(picture.copy(second), theme.color("text.off"))
    assert not has_color(picture.copy(second), theme.color("text.1"))
    assert first.height() == 28
    # Words, room, shortcut.
    wide = text_width("cell", "Open") + 16 + text_width("cell", "Ctrl+O")
    assert first.width() >= wide


def test_the_handle_of_a_scroll_bar_follows_the_value(qtbot: QtBot, theme: Theme) -> None:
    bar = QScrollBar(Qt.Orientation.Vertical)
    qtbot.addWidget(bar)
    bar.setRange(0, 300)
    bar.setPageStep(100)
    bar.resize(bar.sizeHint().width(), 200)
    bar.show()
    assert bar.width() == 10
    ink = theme.color("line.control")
    for value, at, not_at in ((0, 10, 190), (300, 190, 10)):
        bar.setValue(value)
        picture = bar.grab().toImage()
        assert picture.pixelColor(5, at) == ink
        assert picture.pixelColor(5, not_at) != ink
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert bar.value() == 200


def test_switching_changes_open_windows_and_tells_once(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    label, button = Label("words", "caption", "bad"), Button("Run", "primary", icon="play")
    column.addWidget(label)
    column.addWidget(button)
    window.show()
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(True))
    for scheme in (Scheme.LIGHT, Scheme.HIGH_CONTRAST):
        theme.apply(scheme)
        picture = window.grab().toImage()
        assert picture.pixelColor(2, 2) == theme.color("bg.panel")
        assert has_color(button.grab().toImage(), theme.color("accent.fill"))
        assert label.palette().color(QPalette.ColorRole.WindowText) == theme.color("bad")
    theme.apply(Scheme.HIGH_CONTRAST)
    assert len(told) == 2


def test_the_system_decides_when_the_user_leaves_it_to_it(qapp: QApplication, theme: Theme) -> None:
    hints = qapp.styleHints()
    theme.apply(Scheme.SYSTEM)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.resolved is Scheme.LIGHT
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert theme.resolved is Scheme.HIGH_CONTRAST
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.NoPreference)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.resolved is Scheme.DARK
    theme.apply(Scheme.LIGHT)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.resolved is Scheme.LIGHT


@pytest.mark.parametrize("style", ["hero", "body", "control", "caption"])
def test_figures_are_equally_wide(theme: Theme, style: str) -> None:
    assert text_width(style, "1111") == pytest.approx(text_width(style, "0000"))
    assert text_width(style, "1111") == pytest.approx(text_width(style, "8888"))
    plain = theme.font(style)
    plain.clearFeatures()
    metrics = QFontMetricsF(plain)
    assert metrics.horizontalAdvance("1111") < metrics.horizontalAdvance("0000")


def test_figures_stay_equally_wide_in_a_label(qtbot: QtBot, theme: Theme) -> None:
    label = Label("1111", "value", "1")
    qtbot.addWidget(label)
    label.ensurePolished()
    assert label.font().pixelSize() == 13
    metrics = QFontMetricsF(label.font())
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))


def test_tabular_figures_leave_the_words_alone(theme: Theme) -> None:
    plain = theme.font("control")
    plain.clearFeatures()
    assert text_width("control", "fal-ai / push-in") == pytest.approx(
        QFontMetricsF(plain).horizontalAdvance("fal-ai / push-in")
    )


def test_the_bundled_fonts_are_the_ones_on_screen(theme: Theme) -> None:
    assert QFontInfo(theme.font("control")).family() == "Inter"
    assert QFontInfo(theme.font("mono")).family() == "JetBrains Mono"
    assert QFontInfo(theme.font("chosen")).weight() > QFontInfo(theme.font("cell")).weight()


def test_fonts_come_small_and_with_their_licences() -> None:
    for name in tokens.FONT_FILES:
        assert resources.path("fonts", name).stat().st_size < 400_000
    for licence in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL Open Font License" in resources.text("fonts", licence)


def test_text_zoom_scales_text_and_heights(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button, field, label = Button("Retry"), QLineEdit("1"), Label("x", "caption")
    for widget in (button, field, label):
        column.addWidget(widget)
    window.show()
    before = [widget.sizeHint().height() for widget in (button, field)]
    theme.set_zoom(2.0)
    assert [widget.sizeHint().height() for widget in (button, field)] == [2 * height for height in before]
    assert before == [28, 28]
    assert label.font().pixelSize() == 22
    theme.set_zoom(9.0)
    assert theme.zoom == 2.0
    theme.set_zoom(0.1)
    assert theme.zoom == 0.8


def test_icons_follow_the_theme_without_being_set_again(qtbot: QtBot, theme: Theme) -> None:
    icon = icons.icon("copy", "text.1")
    seen = set()
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        theme.apply(scheme)
        image = icon.pixmap(QSize(32, 32)).toImage()
        assert has_color(image, theme.color("text.1"))
        seen.add(theme.color("text.1").name())
    assert len(seen) == 2


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_icon_draws_something_inside_its_box(theme: Theme, scheme: Scheme) -> None:
    theme.apply(scheme)
    empty: list[str] = []
    cut: list[str] = []
    for name in icons.names():
        image = icons.pixmap(name, theme.color("text.2"), 16, 2.0).toImage()
        inked = [(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 40]
        if len(inked) < 20:
            empty.append(name)
        if any(image.pixelColor(at, edge).alpha() > 200 for at in range(32) for edge in (0, 31)):
            cut.append(name)
    assert len(icons.names()) > 80
    assert empty == []
    assert cut == []


def test_an_icon_that_does_not_exist_is_told_at_once(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")


def test_disabled_icons_are_drawn_in_the_off_colour(theme: Theme) -> None:
    engine = icons.ThemeIconEngine("stop", "text.1")
    image = engine.pixmap(QSize(16, 16), icons.QIcon.Mode.Disabled, icons.QIcon.State.Off).toImage()
    assert has_color(image, theme.color("text.off"))


def test_a_disabled_label_and_button_use_the_off_colour(qtbot: QtBot, theme: Theme) -> None:
    button = QPushButton("Retry")
    qtbot.addWidget(button)
    button.setEnabled(False)
    assert button.palette().color(QPalette.ColorRole.ButtonText) == theme.color("text.off")
    label = QLabel("x")
    qtbot.addWidget(label)
    label.setEnabled(False)
    label.ensurePolished()
    assert label.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText) == theme.color(
        "text.off"
    )


def has_color(image: QImage, color: QColor) -> bool:
    """Say whether a pixel has this colour, give or take a rounding step."""
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixelColor(x, y)
            near = max(
                abs(pixel.red() - color.red()),
                abs(pixel.green() - color.green()),
                abs(pixel.blue() - color.blue()),
            )
            if near <= 2 and pixel.alpha() > 240:
                return True
    return False
