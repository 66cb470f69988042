"""The sections of the gallery: every part in every state, as the design sheet orders them.

Its words are told like all others, so that parts are seen with the words of a language; they are samples that only designers read, and
translators are not asked for them.
"""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QMenu,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton, Kind
from fal_studio.ui.widgets.chips import Chip, KeyCap
from fal_studio.ui.widgets.dock_title import DockTitle
from fal_studio.ui.widgets.failure_card import CardAction, CardFact, FailureCard
from fal_studio.ui.widgets.fields import ChoiceBox, FieldError, Slider, SpinBox, TextField, mark_error
from fal_studio.ui.widgets.find_bar import FindBar
from fal_studio.ui.widgets.labels import Label, Mark, TextType
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.places import place_words
from fal_studio.ui.widgets.profile_chip import ProfileChip
from fal_studio.ui.widgets.progress import ProgressLine
from fal_studio.ui.widgets.rows import ICON_ROLE, TRAILING_ROLE, RowDelegate, RowState, paint_row
from fal_studio.ui.widgets.run_button import RunButton
from fal_studio.ui.widgets.segmented import Capability, Part, SegmentedControl, draw_capability
from fal_studio.ui.widgets.state_label import StateLabel
from fal_studio.ui.widgets.tabs import Tab, TabStrip
from fal_studio.ui.widgets.toasts import News, Toast
from fal_studio.words import told

MODES = (
    Part("run", "run", Capability.SUPPORTED),
    Part("subscribe", "subscribe", Capability.SUPPORTED),
    Part("submit", "submit", Capability.SUPPORTED),
    Part("stream", "stream", Capability.UNKNOWN, told("fal does not say whether this endpoint streams")),
    Part(
        "realtime",
        "realtime",
        Capability.UNSUPPORTED,
        told("No realtime path in this endpoint's schema"),
        enabled=False,
    ),
)


def row(*widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Return widgets side by side, at the left."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    layout.addStretch(1)
    return layout


def buttons() -> QVBoxLayout:
    """Return every kind of button: default, hover, pressed, focus, disabled."""
    column = QVBoxLayout()
    column.setSpacing(10)
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    for index, word in enumerate(("default", "hover", "pressed", "focus", "disabled")):
        grid.addWidget(Label(word, "caption", "3"), 0, index)
    kinds: tuple[tuple[str, Kind], ...] = (
        (told("Run"), "primary"), (told("Retry"), "default"), (told("Export"), "quiet"), (told("Delete"), "danger"), ("", "quiet"),
    )  # fmt: skip
    for line, (word, kind) in enumerate(kinds, 1):
        for index in range(5):
            button = Button(word, kind) if word else IconButton("copy", told("Copy"))
            _put_into_state(button, index)
            grid.addWidget(button, line, index, Qt.AlignmentFlag.AlignLeft)
    column.addLayout(grid)
    menu = QMenu()
    run, blocked = RunButton(menu=menu), RunButton(menu=menu, hint="")
    menu.setParent(run, Qt.WindowType.Popup)
    blocked.set_blocked(told("prompt is required"))
    column.addLayout(row(run, blocked, Button(told("Stop"), icon="stop", hint="Esc", scale="l")))
    return column


def _put_into_state(button: Button, state: int) -> None:
    if state in {1, 2}:
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
        button.setDown(state == 2)
    button.setProperty("ringed", state == 3)
    button.setEnabled(state != 4)


def fields() -> QVBoxLayout:
    """Return fields: plain, with focus, wrong, disabled."""
    column = QVBoxLayout()
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    hovered = TextField("424242", name="hovered")
    hovered.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    focused = TextField("424242", name="focused")
    focused.setObjectName("focused")
    wrong = TextField("lots", name="wrong")
    mark_error(wrong, told("Must be a number."))
    off = TextField("424242", name="disabled")
    off.setEnabled(False)
    lines: tuple[tuple[str, QWidget, QWidget], ...] = (
        (told("default, hover"), TextField("424242", name="plain"), hovered),
        (told("focus, not sent"), focused, TextField("", "28", name="not sent")),
        (told("error, disabled"), wrong, off),
        (
            told("combo, number"),
            ChoiceBox(["landscape_4_3", "square"], name="size"),
            SpinBox(4, 1, 8, name="number"),
        ),
    )
    for line, (word, first, second) in enumerate(lines):
        grid.addWidget(Label(word, "caption", "3"), line, 0)
        grid.addWidget(first, line, 1)
        grid.addWidget(second, line, 2)
    column.addLayout(grid)
    refused = TextField("35", name="guidance_scale")
    mark_error(refused, told("Must be 20 or less."))
    head = row(Label("guidance_scale", "control", "1"))
    head.addWidget(Label(told("1 to 20, default 3.5"), "caption", "3"))
    column.addLayout(head)
    column.addWidget(refused)
    column.addWidget(FieldError(told("Must be 20 or less. fal refused this value.")))
    find = FindBar("the JSON")
    find.field.setText("light")
    find.show_count(2, 17)
    column.addWidget(find)
    return column


def choices() -> QVBoxLayout:
    """Return segmented controls and tabs."""
    column = QVBoxLayout()
    column.addLayout(row(SegmentedControl(MODES, "subscribe", scale="l", name=told("Mode"))))
    legend = [_Mark(capability) for capability in Capability]
    column.addLayout(row(*legend, spacing=16))
    fixed = SegmentedControl(
        (Part("fixed", told("Fixed")), Part("random", told("Random"))), name=told("Seed")
    )
    small = SegmentedControl(
        (Part("r", told("Raw")), Part("p", told("Pretty")), Part("b", told("Bytes"))),
        "p",
        scale="s",
        name=told("View"),
    )
    column.addLayout(row(fixed, small))
    tabs = (
        Tab("p", told("Preview")),
        Tab("e", told("Events"), "14"),
        Tab("t", told("Timeline")),
        Tab("h", told("Headers"), enabled=False),
    )
    column.addWidget(TabStrip(tabs, name=told("Result")))
    return column


class _Mark(QWidget):
    def __init__(self, capability: Capability) -> None:
        super().__init__()
        self._capability = capability

    def sizeHint(self) -> QSize:
        return QSize(current().px(90), current().px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = current()
        painter = QPainter(self)
        draw_capability(painter, QRectF(0, 0, theme.px(8), self.height()).center(), self._capability)
        area = QRectF(self.rect()).adjusted(theme.px(14), 0, 0, 0)
        paint.text(painter, area, self._capability, theme.font("caption"), theme.color("text.2"))


def states() -> QVBoxLayout:
    """Return the twelve states, and their shapes alone."""
    column = QVBoxLayout()
    grid = QGridLayout()
    grid.setVerticalSpacing(12)
    for index, word in enumerate(tokens.STATES):
        grid.addWidget(StateLabel(word), index // 3, index % 3)
    column.addLayout(grid)
    column.addWidget(Label(told("Five tones only: still, moving, good, bad, asks for you."), "caption", "3"))
    column.addWidget(_Shapes())
    return column


class _Shapes(QWidget):
    def sizeHint(self) -> QSize:
        return QSize(current().px(33 * 12), current().px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = current()
        painter = QPainter(self)
        for index, tone in enumerate(tokens.STATES.values()):
            box = QRectF(index * theme.px(33), theme.px(4), theme.px(16), theme.px(16))
            icons.draw(painter, box, tone.icon, theme.color("text.2"))


class Stages(QWidget):
    """Every stage of a waterfall with its hatch."""

    def sizeHint(self) -> QSize:
        """Return room for all lines of two."""
        return QSize(current().px(390), current().px(25 * -(-len(tokens.STAGES) // 2)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        theme = current()
        painter = QPainter(self)
        for index, name in enumerate(tokens.STAGES):
            x, y = (index % 2) * theme.px(204), (index // 2) * theme.px(25)
            paint.stage(painter, QRectF(x, y, theme.px(64), theme.px(16)), name)
            area = QRectF(x + theme.px(72), y, theme.px(120), theme.px(16))
            paint.text(painter, area, name, theme.font("cell"), theme.color("text.2"))


def progress() -> QVBoxLayout:
    """Return every kind of progress."""
    known, line, unknown, still = ProgressLine(), ProgressLine(), ProgressLine(), ProgressLine()
    known.show_fraction(0.62)
    line.show_place(3)
    unknown.show_unknown()
    column = QVBoxLayout()
    column.setSpacing(10)
    for widget, words, kind in (
        (known, told("38.4 of 61.9 MB, 62 %"), told("known part")),
        (line, place_words(3), "position"),
        (unknown, told("12 s, usually 40–70 s here"), told("no part known")),
        (still, told("still waiting; last sign of life 10 s ago"), ""),
    ):
        widget.setFixedWidth(current().px(96))
        layout = row(widget, Label(words, "cell", "2"))
        layout.addWidget(Label(kind, "caption", "3"))
        column.addLayout(layout)
    return column


class Rows(QWidget):
    """A row in every state."""

    _STATES = (
        ("default", "3 h", RowState()),
        ("hover", "3 h", RowState(hovered=True)),
        (told("selected, focus in this pane"), "now", RowState(selected=True)),
        (told("selected, focus elsewhere"), "now", RowState(selected=True, pane_active=False)),
        (told("keyboard focus, not selected"), "Mon", RowState(keyboard=True)),
    )

    def sizeHint(self) -> QSize:
        """Return room for five rows."""
        return QSize(current().px(390), current().px(28 * 5))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        del event
        theme = current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg.rail"))
        for index, (words, when, state) in enumerate(self._STATES):
            area = QRectF(0, index * theme.px(28), self.width(), theme.px(28))
            paint_row(painter, area, state)
            side = theme.px(16)
            box = QRectF(theme.px(12), area.center().y() - side / 2, side, side)
            icons.draw(painter, box, "image", theme.color("text.3"))
            ink = "text.1" if state.selected or state.hovered else "text.2"
            paint.text(
                painter,
                area.adjusted(theme.px(36), 0, -theme.px(60), 0),
                words,
                theme.font("cell"),
                theme.color(ink),
            )
            right = Qt.AlignmentFlag.AlignRight
            paint.text(
                painter,
                area.adjusted(0, 0, -12, 0),
                when,
                theme.font("caption"),
                theme.color("text.3"),
                right,
            )


def rows() -> QVBoxLayout:
    """Return painted rows, a real list, and a dock title."""
    model = QStandardItemModel()
    for words, icon, when in (("fal-ai/flux/dev", "image", "now"), ("emulator/speech", "audio", "3 h")):
        item = QStandardItem(words)
        item.setData(icon, ICON_ROLE)
        item.setData(when, TRAILING_ROLE)
        model.appendRow(item)
    view = QListView()
    model.setParent(view)
    view.setModel(model)
    view.setItemDelegate(RowDelegate(view, quiet_owner=True))
    view.setFixedHeight(current().px(56))
    view.setAccessibleName(told("Models"))
    column = QVBoxLayout()
    column.addWidget(Rows())
    column.addWidget(view)
    column.addWidget(DockTitle(told("Queue"), told("7 open, 1 unknown, 3 ended")))
    return column


def failure() -> QVBoxLayout:
    """Return a failure card as it stands in the queue's detail."""
    column = QVBoxLayout()
    facts = (
        CardFact(told("whose fault"), told("Your input")),
        CardFact(told("charged"), told("Not charged"), "check"),
        CardFact(told("safe to retry"), told("Not as it is"), "close"),
    )
    actions = (
        CardAction("field", told("Go to field")),
        CardAction(
            "retry", told("Retry safely"), enabled=False, tooltip=told("The same input would fail again.")
        ),
        CardAction("copy", told("Copy details"), "copy", "quiet"),
        CardAction("raw", told("Raw"), kind="quiet"),
    )
    column.addWidget(FailureCard(told("guidance_scale must be 20 or less"), "", facts, actions, dense=True))
    return column


def small_parts() -> QVBoxLayout:
    """Return profiles, chips, keys, checks and sliders."""
    column = QVBoxLayout()
    column.addLayout(
        row(
            ProfileChip("Emulator", told("offline, free")),
            ProfileChip("fal", told("key: work"), "stage.wait"),
        )
    )
    column.addLayout(
        row(
            Chip("seed 77"), Chip("image/jpeg 214 KB", icon="image"),
            Chip("state:open", "outlined", closable=True), Chip("≈ $4.20", "ask"),
        )
    )  # fmt: skip
    column.addLayout(row(KeyCap("Ctrl", "K")))
    checks: list[QWidget] = [QCheckBox(), QCheckBox(), QCheckBox(), QRadioButton(), QRadioButton()]
    for index, name in enumerate(("off", "on", "disabled", "one", "other")):
        checks[index].setAccessibleName(name)
    for check in (checks[1], checks[4]):
        check.setProperty("checked", True)  # noqa: FBT003 -- a property value
    checks[2].setEnabled(False)
    sent, default = Slider(60, 0, 100, sent=True, name="set"), Slider(40, 0, 100, name="default")
    sent.setFixedWidth(current().px(90))
    default.setFixedWidth(current().px(60))
    column.addLayout(
        row(*checks, sent, Label("set", "caption", "3"), default, Label("default", "caption", "3"))
    )
    return column


def notices() -> QVBoxLayout:
    """Return toasts in every tone."""
    column = QVBoxLayout()
    for news in (
        News(told("Kling: your clip is ready, 5.0 s"), "good", told("Show")),
        News(told("1 call may have been submitted"), "ask", told("Check with fal")),
        News(told("Moved 3 pictures to the trash"), "info", told("Undo")),
    ):
        column.addWidget(Toast(news))
    return column


def running() -> QVBoxLayout:
    """Return what stands around Run: reasons, the budget, the live toggle."""
    column = QVBoxLayout()
    column.addLayout(
        row(
            Mark("failed", "bad"),
            Button(told("prompt is required"), "link", scale="s"),
            Button(told("image_url: still uploading, 62 %"), "link", scale="s"),
            spacing=8,
        )
    )
    column.addWidget(
        NoticeLine(
            told("$4.20 is above your $2 limit."), "ask", icon="unknown",
            actions=(("run", told("Run anyway"), "default"), ("change", told("Change"), "quiet")),
        )
    )  # fmt: skip
    column.addLayout(
        row(
            Button(told("Idle"), icon="play", scale="l"), Button(told("Getting token"), "moving", icon="running", scale="l"),
            Button(told("Live"), "good", icon="stop", scale="l"),
        )
    )  # fmt: skip
    column.addLayout(
        row(
            Button(told("Reconnecting 2 of 5"), "ask", icon="retry", scale="l"),
            Button(told("Stopped"), icon="play", scale="l"),
        )
    )
    return column


def type_styles() -> QVBoxLayout:
    """Return the type table."""
    column = QVBoxLayout()
    lines: tuple[tuple[str, TextType, str], ...] = (
        (told("Press Ctrl Enter"), "hero", "hero 20/28, 600"),
        (told("realtime answers sooner"), "title", "title 15/20, 600"),
        (told("A lighthouse at the end of the day"), "body", "body 13/18, 400"),
        ("num_inference_steps", "control", "control 12/16, 500"),
        (told("last checked 14 s ago"), "caption", "caption 11/16, 400"),
        ('"content_type": "image/jpeg"', "mono", "mono 12/18, 400"),
    )
    for words, style, note in lines:
        layout = row(Label(words, style, "3" if style == "caption" else "1"))
        layout.addWidget(Label(note, "caption", "3"))
        column.addLayout(layout)
    return column


class Roles(QWidget):
    """A swatch for every colour role."""

    def sizeHint(self) -> QSize:
        """Return room for four lines."""
        return QSize(current().px(1232), current().px(4 * 52))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the swatches."""
        del event
        theme = current()
        painter = QPainter(self)
        wide = self.width() / 12
        for index, role in enumerate(tokens.DARK):
            x, y = (index % 12) * wide, (index // 12) * theme.px(52)
            box = QRectF(x, y, wide - theme.px(8), theme.px(26))
            paint.frame(painter, box, tokens.RADIUS_SMALL, theme.color(role), theme.color("line.control"))
            area = QRectF(x, y + theme.px(28), wide, theme.px(16))
            paint.text(painter, area, role, theme.font("caption"), theme.color("text.3"))


SECTIONS: tuple[tuple[str, Callable[[], QVBoxLayout | QWidget]], ...] = (
    (told("Buttons"), buttons),
    (told("Fields"), fields),
    (told("Segmented control, capability, tabs"), choices),
    (told("Call states: shape, word, colour"), states),
    (told("Stages: family colour and hatch"), Stages),
    (told("Progress: never invented"), progress),
    (told("Rows"), rows),
    (told("Failure card"), failure),
    (told("Profile, chips, keys, status"), small_parts),
    (told("Notices"), notices),
    (told("Run: blocked, above budget; live toggle"), running),
    (told("Type"), type_styles),
)
