"""Buttons, choices and fields: heights, keyboard, names, and the pixels that say what they are."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPushButton,
    QScrollBar,
    QSplitter,
    QStyle,
    QStyleFactory,
    QStyleOptionSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fal_studio.core.settings import declared
from fal_studio.ui import menus, style_rules
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import Button, IconButton, Kind
from fal_studio.ui.widgets.fields import (
    BROWSE,
    ChoiceBox,
    FieldError,
    ModelBox,
    SearchField,
    SpinBox,
    TextField,
    mark_error,
)
from fal_studio.ui.widgets.profile_chip import ProfileChip
from fal_studio.ui.widgets.run_button import RunButton
from fal_studio.ui.widgets.segmented import Capability, Part, SegmentedControl
from fal_studio.ui.widgets.settings_form import SettingsForm
from tests.ui.widgets.conftest import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
MODES = [
    Part("run", "run", Capability.SUPPORTED),
    Part("subscribe", "subscribe", Capability.SUPPORTED),
    Part("submit", "submit", Capability.SUPPORTED),
    Part("stream", "stream", Capability.UNKNOWN, "fal does not say"),
    Part("realtime", "realtime", Capability.UNSUPPORTED, "no realtime path", enabled=False),
]


def pixel(widget: QWidget, x: int, y: int) -> QColor:
    return picture(widget).pixelColor(x, y)


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def near(one: QColor, other: QColor, step: int = 3) -> bool:
    return (
        max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue()))
        <= step
    )


# Buttons


@pytest.mark.parametrize(("scale", "height"), [("s", 24), ("", 28), ("l", 32)])
def test_buttons_have_the_three_heights(
    qtbot: QtBot, theme: Theme, shown: Shown, scale: str, height: int
) -> None:
    button = Button("Retry", scale=scale)  # type: ignore[arg-type]
    icon = IconButton("copy", "Copy", scale=scale)  # type: ignore[arg-type]
    shown(button, icon)
    assert button.height() == height
    assert (icon.width(), icon.height()) == (height, height)


@pytest.mark.parametrize(
    ("kind", "role"), [("primary", "accent.fill"), ("default", "bg.raised"), ("good", "good.tint")]
)
def test_a_button_is_filled_as_its_kind_says(
    qtbot: QtBot, theme: Theme, shown: Shown, kind: Kind, role: str
) -> None:
    button = Button("Run", kind)
    shown(button)
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        theme.apply(scheme)
        assert near(pixel(button, 4, button.height() // 2), theme.color(role))  # type: ignore[arg-type]


def test_danger_is_outlined_and_never_filled(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    button = Button("Delete", "danger")
    shown(button)
    middle = button.height() // 2
    assert near(pixel(button, 0, middle), theme.color("bad"))
    assert near(pixel(button, 4, middle), theme.color("bg.raised"))


def test_a_plain_push_button_is_dressed_too(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    button = QPushButton("Plain")
    shown(button)
    assert button.sizeHint().height() == 28
    assert near(pixel(button, 5, button.height() // 2), theme.color("bg.raised"))


def test_a_button_grows_for_its_key_hint_and_icon(qtbot: QtBot, theme: Theme) -> None:
    plain, rich = Button("Stop"), Button("Stop", icon="stop", hint="Esc")
    qtbot.addWidget(plain)
    qtbot.addWidget(rich)
    assert rich.sizeHint().width() >= plain.sizeHint().width() + 16 + 6 + 6


def test_an_icon_button_tells_what_it_does(qtbot: QtBot, theme: Theme) -> None:
    button = IconButton("copy", "Copy", shortcut_text="Ctrl+C")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Copy"
    assert button.toolTip() == "Copy (Ctrl+C)"
    assert accessible(button) == ("Copy", QAccessible.Role.Button)


def accessible(widget: QWidget) -> tuple[str, QAccessible.Role]:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Name), interface.role()


def test_menu_letters_are_underlined_only_while_the_keyboard_walks_the_menus(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    bar, field = QMenuBar(), TextField("x")
    bar.addMenu(QMenu("&File", bar))
    shown(bar, field)
    field.setFocus()
    hint = QStyle.StyleHint.SH_UnderlineShortcut
    assert bar.style().styleHint(hint, None, bar) == 0
    bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
    assert bar.style().styleHint(hint, None, bar) == 1


# Run


def test_run_tells_a_press_and_a_key(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    run = RunButton()
    shown(run)
    for press in (
        lambda: qtbot.mouseClick(run, Qt.MouseButton.LeftButton, pos=QPoint(20, 16)),
        lambda: qtbot.keyClick(run, Qt.Key.Key_Space),
        lambda: qtbot.keyClick(run, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(run.run_wanted):
            press()
    assert run.height() == 32
    assert accessible(run) == ("Run", QAccessible.Role.Button)


def test_the_arrow_opens_the_menu_and_runs_nothing(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    run = RunButton()
    menu = QMenu(run)
    menu.addAction("Run as stream")
    run.set_menu(menu)
    shown(run)
    for press in (
        lambda: qtbot.mouseClick(run, Qt.MouseButton.LeftButton, pos=QPoint(run.width() - 10, 16)),
        lambda: qtbot.keyClick(run, Qt.Key.Key_Down),
    ):
        with qtbot.assertNotEmitted(run.run_wanted):
            press()
        qtbot.waitUntil(menu.isVisible)
        menu.close()


def test_a_blocked_run_stays_reachable_and_says_why(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    run = RunButton()
    shown(run)
    run.set_blocked("prompt is required")
    run.setFocus()
    assert run.hasFocus()
    assert run.toolTip() == run.accessibleDescription() == "prompt is required"
    with qtbot.assertNotEmitted(run.run_wanted), qtbot.waitSignal(run.blocked_clicked):
        qtbot.keyClick(run, Qt.Key.Key_Return)
    assert not near(pixel(run, 6, 16), theme.color("accent.fill"), 20)
    run.set_blocked("")
    with qtbot.waitSignal(run.run_wanted):
        qtbot.keyClick(run, Qt.Key.Key_Return)


def test_run_saves_the_room_of_its_hint(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    run = RunButton()
    qtbot.addWidget(run)
    wide = run.sizeHint().width()
    run.set_hint_shown(shown=False)
    assert run.sizeHint().width() < wide - 20


# Segmented control


def test_the_modes_are_as_wide_as_the_design_says(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    modes = SegmentedControl(MODES, "subscribe", scale="l")
    shown(modes)
    assert modes.width() == pytest.approx(362, abs=4)
    assert modes.height() == 32


def test_choosing_moves_nothing(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    modes = SegmentedControl(MODES, "run", scale="l")
    shown(modes)
    before = modes.sizeHint()
    for key in ("subscribe", "submit", "stream"):
        modes.set_chosen(key)
        assert modes.sizeHint() == before


def test_the_mouse_and_the_arrows_choose(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    modes = SegmentedControl(MODES, "run")
    shown(modes)
    part = part_of(modes, "submit")
    with qtbot.waitSignal(modes.chosen) as told:
        qtbot.mouseClick(part, Qt.MouseButton.LeftButton)
    assert told.args == ["submit"]
    with qtbot.waitSignal(modes.chosen) as told:
        qtbot.keyClick(part, Qt.Key.Key_Right)
    assert told.args == ["stream"]
    with qtbot.waitSignal(modes.chosen) as told:
        qtbot.keyClick(part_of(modes, "stream"), Qt.Key.Key_Left)
    assert told.args == ["submit"]
    assert modes.current() == "submit"


def test_the_program_chooses_without_telling(qtbot: QtBot, theme: Theme) -> None:
    modes = SegmentedControl(MODES, "run")
    qtbot.addWidget(modes)
    with qtbot.assertNotEmitted(modes.chosen):
        modes.set_chosen("stream")
    assert modes.current() == "stream"
    with pytest.raises(KeyError):
        modes.set_chosen("teleport")


def test_a_part_tells_its_capability_and_reason(qtbot: QtBot, theme: Theme) -> None:
    modes = SegmentedControl(MODES, "run")
    qtbot.addWidget(modes)
    stream = part_of(modes, "stream")
    assert accessible(stream)[0] == "stream, unknown"
    assert stream.toolTip() == "fal does not say"
    assert not part_of(modes, "realtime").isEnabled()


def test_new_capabilities_keep_the_choice(qtbot: QtBot, theme: Theme) -> None:
    modes = SegmentedControl(MODES, "submit")
    qtbot.addWidget(modes)
    modes.set_parts([Part(part.key, part.text, Capability.SUPPORTED) for part in MODES])
    assert modes.current() == "submit"
    assert accessible(part_of(modes, "stream"))[0] == "stream, supported"
    modes.set_parts([Part("a", "A"), Part("b", "B")])
    assert modes.current() == "a"


def test_the_capability_dot_has_its_colour(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    modes = SegmentedControl(MODES, "run", scale="l")
    shown(modes)
    image = picture(part_of(modes, "submit"))
    inked = {image.pixelColor(x, 16).name() for x in range(6, 18)}
    assert theme.color("good").name() in inked


def part_of(control: SegmentedControl, key: str) -> QWidget:
    return control._buttons[key]


# Fields


def test_fields_are_as_high_as_controls(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    widgets = [QLineEdit(), TextField(icon="search"), SpinBox(), ChoiceBox(["a"]), SearchField("Filter")]
    shown(*widgets)
    assert [widget.height() for widget in widgets] == [28] * 5
    model = ModelBox(["fal-ai/flux/dev"])
    shown(model)
    assert model.height() == 32


def test_a_field_shows_focus_and_error_at_its_border(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    field, other = TextField("x", name="a"), TextField("y", name="b")
    shown(field, other)
    other.setFocus()
    middle = field.height() // 2
    assert near(pixel(field, 0, middle), theme.color("line.control"))
    assert near(pixel(other, 0, middle), theme.color("focus"))
    assert near(pixel(other, 1, middle), theme.color("focus"))
    mark_error(field, "Must be 20 or less.")
    assert near(pixel(field, 0, middle), theme.color("bad"))
    assert field.accessibleDescription() == "Must be 20 or less."
    mark_error(field)
    assert near(pixel(field, 0, middle), theme.color("line.control"))


def test_the_line_under_a_field_keeps_its_room(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    error = FieldError()
    shown(error)
    empty = error.height()
    error.set_message("Must be 20 or less.")
    assert error.sizeHint().height() == pytest.approx(empty, abs=2)


def test_minus_and_plus_lie_side_by_side_and_are_large_enough(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    box = SpinBox(4, 1, 8, name="num_images")
    shown(box)
    middle = box.height() // 2
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 12, middle))
    assert box.value() == 5
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 47, middle))
    assert box.value() == 4
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 5
    assert accessible(box)[0] == "num_images"


def test_the_wheel_over_a_field_without_focus_changes_nothing(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    box, other = SpinBox(4, 1, 8), TextField()
    shown(box, other)
    for focused, expected in ((other, 4), (box, 5)):
        focused.setFocus()
        turn = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, turn)
        assert box.value() == expected


def test_escape_clears_a_search_before_it_closes_anything(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    search = SearchField("Filter")
    shown(search)
    search.setText("flux")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert accessible(search)[0] == "Filter"


def test_the_endpoint_field_keeps_what_is_typed(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    box = ModelBox(["emulator/image", "emulator/chat"])
    shown(box)
    box.setEditText("  fal-ai/flux/dev ")
    box.set_endpoints(["emulator/video"])
    assert box.endpoint() == "fal-ai/flux/dev"
    assert [box.itemText(row) for row in range(box.count())] == ["emulator/video", "", BROWSE]


def test_the_right_button_on_the_arrow_of_run_opens_nothing(qtbot: QtBot, shown: Shown) -> None:
    menu = QMenu()
    menu.addAction("Run in front")
    run = RunButton(menu=menu)
    shown(run)
    arrow = QPoint(run.width() - 8, run.height() // 2)
    pressed: list[bool] = []
    run.run_wanted.connect(lambda: pressed.append(True))
    qtbot.mouseClick(run, Qt.MouseButton.RightButton, pos=arrow)
    assert not menu.isVisible()
    assert not pressed
    qtbot.mousePress(run, Qt.MouseButton.LeftButton, pos=arrow)
    qtbot.waitUntil(menu.isVisible)
    menu.close()


def test_a_setting_that_is_a_text_tells_only_a_change(qtbot: QtBot, shown: Shown) -> None:
    setting = next(one for one in declared() if one.key == "name_template")
    form = SettingsForm([setting])
    shown(form)
    form.show_values({setting.key: setting.default})
    told: list[object] = []
    form.changed.connect(lambda _key, value: told.append(value))
    box = form.controls[setting.key]
    assert isinstance(box, QLineEdit)
    box.editingFinished.emit()
    assert told == []
    box.setText("{endpoint}")
    box.editingFinished.emit()
    box.editingFinished.emit()
    assert told == ["{endpoint}"]


# Profile


def test_a_profile_tells_name_and_note(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    chip = ProfileChip("fal", "key: work", "stage.wait")
    shown(chip)
    assert accessible(chip)[0] == "fal - key: work"
    assert chip.minimumSizeHint() == chip.sizeHint()
    assert near(pixel(chip, 2, chip.height() // 2), theme.color("stage.wait"))
    with qtbot.waitSignal(chip.clicked):
        qtbot.keyClick(chip, Qt.Key.Key_Return)


def test_the_shape_of_a_menu_leaves_out_what_its_ground_leaves_clear(theme: Theme) -> None:
    size = QSize(60, 40)
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    menus.panel(painter, QRect(QPoint(0, 0), size))
    painter.end()
    shape = menus.shape(size)
    for x in range(size.width()):
        for y in range(size.height()):
            alpha = image.pixelColor(x, y).alpha()
            if alpha == 0 or alpha > 200:
                assert shape.contains(QPoint(x, y)) is (alpha > 200), (x, y, alpha)


def test_what_is_answered_without_asking_fusion_is_what_fusion_answers(qtbot: QtBot, theme: Theme) -> None:
    del theme
    fusion, ours = QStyleFactory.create("Fusion"), QApplication.style()
    for kind in (QWidget, QScrollBar, QSplitter, QMenuBar, QLineEdit):
        widget = kind()
        qtbot.addWidget(widget)
        for hint in style_rules.STEADY:
            assert ours.styleHint(hint, None, widget) == fusion.styleHint(hint, None, widget), hint
        for contents in style_rules.AS_GIVEN:
            for size in (QSize(3, 90), QSize(200, 4)):
                asked = (contents, QStyleOptionSlider(), size, widget)
                assert ours.sizeFromContents(*asked) == fusion.sizeFromContents(*asked), contents
