"""Tabs, numbers, states, progress, cards, toasts, panels, rows."""

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QPainter,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.request import Mode, ProfileKind
from fal_studio.ui import paint, tokens
from fal_studio.ui.output.empty_page import EmptyPage
from fal_studio.ui.realtime.result_view import Turning
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import STATES, Scheme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.chips import Chip, KeyCap
from fal_studio.ui.widgets.dock_title import DockTitle
from fal_studio.ui.widgets.empty_state import EmptyState
from fal_studio.ui.widgets.failure_card import CardAction, CardFact, FailureCard
from fal_studio.ui.widgets.floating_panel import SHADOW, FloatingPanel
from fal_studio.ui.widgets.gallery import Gallery
from fal_studio.ui.widgets.key_sentence import KeySentence
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.metrics import Metric, MetricsStrip
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.places import place_words
from fal_studio.ui.widgets.progress import ProgressLine
from fal_studio.ui.widgets.request_tabs import RequestTab, RequestTabs
from fal_studio.ui.widgets.rows import ICON_ROLE, RowDelegate
from fal_studio.ui.widgets.state_label import StateLabel
from fal_studio.ui.widgets.tabs import Tab, TabStrip
from fal_studio.ui.widgets.toasts import News, ToastHost
from tests.ui import ink
from tests.ui.widgets.conftest import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def press(qtbot: QtBot, parent: QWidget, words: str) -> None:
    """Press the button with these words or this name."""
    found = [
        button
        for button in parent.findChildren(QPushButton)
        if words in {button.text(), button.accessibleName()} and button.isVisibleTo(parent)
    ]
    assert found, words
    qtbot.mouseClick(found[-1], Qt.MouseButton.LeftButton)


# Tabs


def test_tabs_tell_their_key_and_keep_it(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    tabs = TabStrip(
        [Tab("form", "Form", "4 sent"), Tab("json", "JSON"), Tab("off", "Headers", enabled=False)]
    )
    shown(tabs)
    with qtbot.waitSignal(tabs.chosen) as told:
        qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert told.args == ["json"]
    with qtbot.assertNotEmitted(tabs.chosen):
        tabs.set_tabs([Tab("new", "New"), Tab("json", "JSON")])
    assert tabs.current_key() == "json"
    with qtbot.waitSignal(tabs.chosen) as told:
        qtbot.keyClick(tabs, Qt.Key.Key_Left)
    assert told.args == ["new"]
    assert tabs.height() == 32


def test_a_tab_makes_room_for_its_count_and_says_it(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    tabs = TabStrip([Tab("events", "Events"), Tab("json", "JSON")])
    shown(tabs)
    before = tabs.tabRect(0).width()
    tabs.set_count("events", "14")
    assert tabs.tabRect(0).width() > before
    assert tabs.accessibleTabName(0) == "Events 14"


def test_choosing_a_tab_moves_no_other(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    tabs = TabStrip([Tab("a", "Preview"), Tab("b", "Events", "14"), Tab("c", "Timeline")])
    shown(tabs)
    before = [tabs.tabRect(index) for index in range(3)]
    tabs.set_chosen("b")
    assert [tabs.tabRect(index) for index in range(3)] == before


def test_the_chosen_tab_has_a_line_of_text_colour(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    tabs = TabStrip([Tab("a", "Preview"), Tab("b", "Events")])
    shown(tabs)
    image = tabs.grab().toImage()
    for index, role in ((0, "text.1"), (1, "bg.panel")):
        x = tabs.tabRect(index).center().x()
        assert image.pixelColor(x, tabs.height() - 1).name() == theme.color(role).name()  # type: ignore[arg-type]


def request_tabs() -> RequestTabs:
    return RequestTabs(
        [
            RequestTab("a", "Lighthouse", profile="Emulator"),
            RequestTab("b", "Paper boat", "video", "stage.wait", "fal, key: work", changed=True),
        ]
    )


def test_request_tabs_tell_choosing_closing_and_new(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    tabs = request_tabs()
    shown(tabs, width=800)
    bar = tabs._bar
    with qtbot.waitSignal(tabs.chosen) as told:
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).topLeft() + QPoint(60, 16))
    assert told.args == ["b"]
    close = bar._close_box(bar.tabRect(0)).center().toPoint()
    with qtbot.waitSignal(tabs.close_wanted) as told, qtbot.assertNotEmitted(tabs.chosen):
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=close)
    assert told.args == ["a"]
    with qtbot.waitSignal(tabs.close_wanted) as told:
        qtbot.keyClick(bar, Qt.Key.Key_Delete)
    assert told.args == ["b"]
    with qtbot.waitSignal(tabs.new_wanted):
        press(qtbot, tabs, "New request")
    assert tabs.height() == 32


def test_a_request_is_closed_where_the_button_was_pressed_and_let_go_of(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    tabs = request_tabs()
    shown(tabs, width=800)
    bar = tabs._bar
    first, second = (bar._close_box(bar.tabRect(place)).center().toPoint() for place in (0, 1))
    left, middle = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
    for button, pressed in ((left, first - QPoint(60, 0)), (left, first), (middle, first)):
        with qtbot.assertNotEmitted(tabs.close_wanted):
            qtbot.mousePress(bar, button, pos=pressed)
            qtbot.mouseRelease(bar, button, pos=second)
    told: list[str] = []
    tabs.close_wanted.connect(told.append)
    qtbot.mouseClick(bar, middle, pos=second - QPoint(60, 0))
    qtbot.mouseClick(bar, left, pos=first)
    qtbot.mouseDClick(bar, left, pos=first)
    qtbot.mouseRelease(bar, left, pos=first)
    assert told == ["b", "a", "a"], "two quick presses close two, if another comes under the pointer"


def test_a_request_tab_says_profile_and_change(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    tabs = request_tabs()
    shown(tabs, width=800)
    assert tabs._bar.accessibleTabName(1) == "Paper boat, fal, key: work, changed"
    with qtbot.assertNotEmitted(tabs.chosen):
        tabs.set_tabs([RequestTab("c", "New"), RequestTab("a", "Lighthouse")])
    assert tabs.current() == "a"


def test_many_request_tabs_keep_room_for_their_titles_and_scroll(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    tabs = RequestTabs([RequestTab(str(number), f"Lighthouse number {number}") for number in range(12)])
    shown(tabs, width=640)
    bar = tabs._bar
    assert all(bar.tabRect(index).width() >= 160 for index in range(bar.count()))
    assert bar.width() < 640
    tabs.set_chosen("11")
    assert bar.tabRect(11).right() <= bar.width()


def test_a_title_ends_before_the_arrows_that_lie_over_its_tab(
    qtbot: QtBot, theme: Theme, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs = RequestTabs([RequestTab(str(number), f"Lighthouse {number}", changed=True) for number in range(8)])
    shown(tabs, width=640)
    bar = tabs._bar
    end = bar._end()
    assert end < bar.width(), "there are arrows"
    rooms: dict[str, QRectF] = {}
    whole = paint.text

    def noted(painter: QPainter, room: QRectF, words: str, font: QFont, color: QColor) -> float:
        rooms[words] = room
        return whole(painter, room, words, font, color)

    monkeypatch.setattr(paint, "text", noted)
    bar.grab()
    cut = next(index for index in range(bar.count()) if bar.tabRect(index).right() >= end)
    assert bar.tabRect(cut).left() < end
    assert rooms[f"Lighthouse {cut}"].right() <= end
    assert rooms["Lighthouse 0"].right() < bar._close_box(bar.tabRect(0)).left(), (
        "the others are as they were"
    )


def test_pane_tabs_are_never_cut(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    strip_ = TabStrip(
        [Tab(word, word, "14") for word in ("Preview", "Events", "Timeline", "JSON", "Headers")]
    )
    shown(strip_)
    strip_.resize(220, 32)
    assert all(strip_.tabRect(index).width() == strip_.tabSizeHint(index).width() for index in range(5))


# Numbers


def strip() -> MetricsStrip:
    return MetricsStrip(
        [
            Metric("state", "state", state="running"),
            Metric("total", "elapsed", "0.9 s"),
            Metric("run", "run", "0.1 s"),
            Metric("id", "request id", "0198a1b2-1111-2222-3333-c41e", mono=True, copyable=True, at_end=True),
        ]
    )


def test_a_number_that_grows_and_shrinks_moves_the_others_once(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    numbers = strip()
    window = shown(numbers, width=900)
    layout = numbers.layout()
    assert layout is not None

    def place(value: str) -> int:
        numbers.set_metrics(
            [
                Metric("state", "state", state="done"),
                Metric("total", "elapsed", value),
                Metric("run", "run", "0.1 s"),
                Metric(
                    "id", "request id", "0198a1b2-1111-2222-3333-c41e", mono=True, copyable=True, at_end=True
                ),
            ]
        )
        layout.activate()
        return numbers._cells["run"].x()

    first = place("0.9 s")
    wide = place("1 min 40.9 s")
    assert wide > first
    assert place("2 min") == wide
    assert window.height() > 0
    assert numbers.height() == 48


def test_numbers_give_way_in_a_narrow_pane_and_the_state_stays(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    numbers = strip()
    window = shown(numbers, width=900)

    def visible() -> list[str]:
        return [key for key, cell in numbers._cells.items() if cell.isVisibleTo(numbers)]

    assert visible() == ["state", "total", "run", "id"]
    edges, apart = numbers._row.contentsMargins(), numbers._row.spacing()
    inner = [numbers._cells[key].sizeHint().width() for key in ("state", "total", "run")]
    window.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]
    window.resize(sum(inner) + 2 * apart + edges.left() + edges.right() + 10, 60)
    assert visible() == ["state", "total", "run"]
    window.resize(inner[0] + inner[1] + apart + edges.left() + edges.right() + 10, 60)
    assert visible() == ["state", "total"]
    window.resize(60, 60)
    assert visible() == ["state"]
    window.resize(900, 60)
    assert visible() == ["state", "total", "run", "id"]


def test_every_number_has_a_name(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    numbers = strip()
    shown(numbers, width=900)
    assert numbers._cells["total"].accessibleName() == "elapsed: 0.9 s"
    assert numbers._cells["state"].accessibleName() == "state: running"


def test_the_whole_request_id_is_copied(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    numbers = strip()
    shown(numbers, width=900)
    with qtbot.waitSignal(numbers.copied):
        press(qtbot, numbers, "Copy request id")
    assert QGuiApplication.clipboard().text() == "0198a1b2-1111-2222-3333-c41e"


# States and motion


@pytest.mark.parametrize("word", STATES)
def test_a_state_is_drawn_in_its_colour(qtbot: QtBot, theme: Theme, shown: Shown, word: str) -> None:
    theme.set_reduced_motion(reduced=True)  # a turned arc has softened pixels only
    label = StateLabel(word)
    shown(label)
    image = label.grab().toImage()
    wanted = theme.color(STATES[word].role).name()
    seen = {image.pixelColor(x, y).name() for x in range(16) for y in range(image.height())}
    assert wanted in seen
    assert label.accessibleName() == word


def test_a_word_that_is_no_state_is_refused(qtbot: QtBot, theme: Theme) -> None:
    label = StateLabel("done")
    qtbot.addWidget(label)
    with pytest.raises(KeyError):
        label.set_state("finished")


def test_the_clock_ticks_only_while_something_visible_moves(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    label, line = StateLabel("queued"), ProgressLine()
    window = shown(label, line)
    ticker = theme.ticker
    assert not ticker.is_running
    label.set_state("running")
    line.show_unknown()
    assert ticker.is_running
    label.set_state("done")
    assert ticker.is_running
    line.show_fraction(0.5)
    assert not ticker.is_running
    line.show_unknown()
    window.hide()
    assert not ticker.is_running
    window.show()
    assert ticker.is_running
    line.clear()
    assert not ticker.is_running


def test_the_clock_forgets_a_widget_that_was_deleted_while_moving(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    label = StateLabel("running")
    shown(label)
    assert theme.ticker.is_running
    shiboken6.delete(label)
    qtbot.waitUntil(lambda: not theme.ticker.is_running)


def test_a_running_state_really_turns(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    label = StateLabel("running")
    shown(label)
    first = label.grab().toImage()
    qtbot.waitUntil(lambda: label.grab().toImage() != first)
    theme.set_reduced_motion(reduced=True)
    still = label.grab().toImage()
    for _ in range(3):
        assert label.grab().toImage() == still
    label.set_state("done")


def test_known_progress_fills_its_share(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    line = ProgressLine()
    shown(line, width=300)
    line.show_fraction(0.5)
    image = line.grab().toImage()
    middle, width = image.height() // 2, image.width()
    assert image.pixelColor(width // 4, middle).name() == theme.color("accent.line").name()
    assert image.pixelColor(3 * width // 4, middle).name() == theme.color("bg.pressed").name()
    line.show_fraction(7.0)
    assert line.accessibleName() == "100% done"


@pytest.mark.parametrize(
    ("place", "words"),
    [(1, "next in line"), (2, "2nd in line"), (3, "3rd in line"), (11, "11th in line"), (22, "22nd in line"), (112, "112th in line")],
)  # fmt: skip
def test_a_place_in_line_reads_well(place: int, words: str) -> None:
    assert place_words(place) == words


# Cards and notices


def test_a_failure_card_says_everything_and_tells_the_pressed_action(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    card = FailureCard(
        "guidance_scale must be 20 or less",
        "You sent 35.",
        [CardFact("charged", "Not charged", "check"), CardFact("safe to retry", "Not as it is", "close")],
        [
            CardAction("field", "Go to field"),
            CardAction("retry", "Retry safely", enabled=False, tooltip="Same input."),
        ],
    )
    shown(card, width=600)
    assert card.accessibleName() == "Failed: guidance_scale must be 20 or less"
    names = {child.accessibleName() for child in card.findChildren(QWidget)}
    assert "charged: Not charged; safe to retry: Not as it is" in names
    with qtbot.waitSignal(card.action_wanted) as told:
        press(qtbot, card, "Go to field")
    assert told.args == ["field"]
    with qtbot.assertNotEmitted(card.action_wanted):
        press(qtbot, card, "Retry safely")
    image = card.grab().toImage()
    assert image.pixelColor(1, card.height() // 2).name() == theme.color("bad").name()
    assert image.pixelColor(8, card.height() // 2).name() == theme.color("bad.tint").name()


def test_facts_take_more_lines_when_the_card_is_narrow(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    facts = [
        CardFact("whose fault", "Your input"),
        CardFact("charged", "Not charged"),
        CardFact("attempts", "1, never repeated"),
    ]
    card = FailureCard("Refused", "", facts)
    shown(card)
    assert card.heightForWidth(200) > card.heightForWidth(700)


def test_what_a_first_call_makes_is_one_picture_unless_it_is_a_session(qtbot: QtBot, theme: Theme) -> None:
    page = EmptyPage()
    qtbot.addWidget(page)
    sentence = page.findChild(KeySentence)
    page.show_for("brush", Mode.RUN, ProfileKind.EMULATOR)
    assert sentence.accessibleName() == "Press Ctrl Enter to make a picture"
    page.show_for("brush", Mode.REALTIME, ProfileKind.EMULATOR)
    assert sentence.accessibleName() == "Press Ctrl Enter to make live pictures"


def test_an_empty_state_offers_its_action(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    empty = EmptyState(
        "Press {Ctrl} {Enter} to make a picture", "It costs nothing.", action="Run the demo", icon="play"
    )
    shown(empty, width=640)
    sentence = empty.findChild(KeySentence)
    assert isinstance(sentence, KeySentence)
    assert sentence.accessibleName() == "Press Ctrl Enter to make a picture"
    with qtbot.waitSignal(empty.action_wanted):
        press(qtbot, empty, "Run the demo")


def test_a_key_sentence_breaks_between_words(qtbot: QtBot, theme: Theme) -> None:
    sentence = KeySentence("Press {Ctrl} {Enter} to make a picture")
    qtbot.addWidget(sentence)
    assert sentence.heightForWidth(200) >= 2 * sentence.heightForWidth(900)
    assert sentence.minimumSizeHint().width() < sentence.sizeHint().width()


@pytest.mark.parametrize(
    ("sentence", "order"),
    [
        ("Press {Ctrl} {Enter} to go", ["Press", "Ctrl", "Enter", "to", "go"]),
        ("לחץ {Ctrl} {Enter} כדי ליצור", ["ליצור", "כדי", "Ctrl", "Enter", "לחץ"]),
        ("המודל fal-ai/flux כאן", ["כאן", "fal-ai/", "flux", "המודל"]),
    ],
)
def test_a_headline_runs_as_its_words_do_and_keys_keep_their_order(
    qtbot: QtBot, theme: Theme, sentence: str, order: list[str]
) -> None:
    headline = KeySentence(sentence)
    qtbot.addWidget(headline)
    headline.resize(700, 40)
    headline.show()
    painted = sorted(ink.words_of(headline), key=lambda words: words.box.left())
    assert [words.text for words in painted] == order


def test_all_lines_of_a_headline_have_room(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    empty = EmptyState("Press {Ctrl} {Enter} to make a picture of something quite long", "It costs nothing.")
    shown(empty, width=320)
    empty.resize(320, 400)
    sentence = empty.findChild(KeySentence)
    assert isinstance(sentence, KeySentence)
    lines = sentence.heightForWidth(sentence.width())
    assert lines > sentence.sizeHint().height(), "it breaks"
    assert sentence.height() >= lines


def test_a_paragraph_keeps_the_line_height_of_its_style(qtbot: QtBot, theme: Theme) -> None:
    paragraph = Paragraph("one two three four five six seven eight nine ten eleven twelve", "body")
    qtbot.addWidget(paragraph)
    assert paragraph.heightForWidth(4000) == tokens.TYPE["body"].line_px
    assert paragraph.heightForWidth(150) % tokens.TYPE["body"].line_px == 0
    assert paragraph.heightForWidth(150) > paragraph.heightForWidth(300)


def test_a_notice_line_tells_its_action(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    line = NoticeLine("$4.20 is above your $2 limit.", "ask", actions=(("run", "Run anyway", "default"),))
    shown(line, width=500)
    with qtbot.waitSignal(line.action_wanted) as told:
        press(qtbot, line, "Run anyway")
    assert told.args == ["run"]
    assert line.height() == 36


def test_at_most_three_toasts_stand_and_failures_stay(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    window = shown(QLineEdit(), width=900)
    window.resize(900, 500)
    host = ToastHost(window, stays_ms=20, foot_px=60)
    host.tell(News("The runner ran out of memory", "bad"))
    for number in range(3):
        host.tell(News(f"news {number}"))
    assert len(host.shown()) == 3
    assert all(toast.geometry().right() < window.width() - 11 for toast in host.shown())
    assert all(360 <= toast.width() <= 420 and toast.height() == 40 for toast in host.shown())
    assert max(toast.geometry().bottom() for toast in host.shown()) < window.height() - 60
    qtbot.waitUntil(lambda: not host.shown())
    failed = host.tell(News("It failed", "bad", "Show", "call-1"))
    host.tell(News("short"))
    qtbot.waitUntil(lambda: host.shown() == (failed,))
    with qtbot.waitSignal(host.action_wanted) as told:
        press(qtbot, failed, "Show")
    assert told.args == ["call-1"]
    assert host.shown() == ()


def test_a_floating_panel_takes_the_keyboard_and_gives_it_back(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    field = QLineEdit()
    window = shown(field, width=900)
    window.resize(900, 600)
    field.setFocus()
    panel = FloatingPanel("Add a fal key", window)
    panel.body.addWidget(QLineEdit())
    panel.place(QRect(500, 40, 360, 300))
    panel.open()
    assert panel.hasFocus()
    image = window.grab().toImage()
    assert image.pixelColor(520, 320).name() == theme.color("bg.float").name()
    assert image.pixelColor(500, 200).name() == theme.color("line.control").name()
    below = image.pixelColor(680, 344)
    assert below.lightness() < theme.color("bg.panel").lightness()
    window.resize(700, 600)
    assert panel.geometry().right() <= window.width() + SHADOW
    with qtbot.waitSignal(panel.closed):
        qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert field.hasFocus()
    assert not panel.isVisible()


# Small parts


def test_a_closable_chip_is_a_target_and_goes_by_key_and_mouse(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    chip = Chip("state:open", "outlined", closable=True)
    shown(chip)
    assert chip.height() >= 24
    with qtbot.waitSignal(chip.close_wanted):
        qtbot.keyClick(chip, Qt.Key.Key_Delete)
    with qtbot.waitSignal(chip.close_wanted):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 8, 12))


def test_key_caps_say_their_keys(qtbot: QtBot, theme: Theme) -> None:
    keys = KeyCap("Ctrl", "Alt", "Enter")
    qtbot.addWidget(keys)
    assert keys.accessibleName() == "Ctrl Alt Enter"
    assert keys.sizeHint().height() == 18


def test_long_words_end_in_an_ellipsis_and_are_whole_in_the_tip(qtbot: QtBot, theme: Theme) -> None:
    label = ElidedLabel("fal-ai/kling-video/v1.6/pro", quiet_until="/")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < label.sizeHint().width()
    assert label.toolTip() == label.accessibleName() == "fal-ai/kling-video/v1.6/pro"


def test_a_divider_is_one_pixel_of_its_colour(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    divider = Divider()
    shown(divider, width=200)
    assert divider.height() == 1
    assert divider.grab().toImage().pixelColor(50, 0).name() == theme.color("line.subtle").name()


def test_a_dock_title_detaches_and_closes(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    title = DockTitle("Queue", "7 open", [Button("Export", "quiet", scale="s")])
    shown(title, width=500)
    with qtbot.waitSignal(title.detach_wanted):
        press(qtbot, title, "Detach Queue")
    with qtbot.waitSignal(title.close_wanted):
        press(qtbot, title, "Close Queue")
    assert title.height() == 32


def test_a_selected_row_is_blue_with_focus_and_grey_without(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    model = QStandardItemModel()
    for words in ("emulator/image", "emulator/chat"):
        item = QStandardItem(words)
        item.setData("image", ICON_ROLE)
        model.appendRow(item)
    view, other = QListView(), QLineEdit()
    view.setModel(model)
    view.setItemDelegate(RowDelegate(view, quiet_owner=True))
    shown(view, other)
    view.setCurrentIndex(model.index(0, 0))
    view.setFocus()
    rect = view.visualRect(model.index(0, 0))
    assert rect.height() == 28
    at = QPoint(rect.right() - 3, rect.center().y())
    assert view.viewport().grab().toImage().pixelColor(at).name() == theme.color("accent.tint").name()
    assert view.viewport().grab().toImage().pixelColor(0, 14).name() == theme.color("accent.line").name()
    other.setFocus()
    assert view.viewport().grab().toImage().pixelColor(at).name() == theme.color("bg.chosen").name()


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT, Scheme.HIGH_CONTRAST])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_the_gallery_shows_every_part_named_and_uncut(
    qtbot: QtBot, qapp: QApplication, theme: Theme, scheme: Scheme, zoom: float
) -> None:

    theme.apply(scheme)
    theme.set_zoom(zoom)
    sheet = Gallery()
    qtbot.addWidget(sheet)
    sheet.resize(round(1280 * zoom), sheet.sizeHint().height())
    with qtbot.waitExposed(sheet):
        sheet.show()
    parts = [widget for widget in sheet.findChildren(QWidget) if widget.isVisibleTo(sheet)]
    nameless = [
        widget for widget in parts
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not name_of(widget) and widget.objectName() != "qt_spinbox_lineedit"
    ]  # fmt: skip
    assert nameless == []
    cut = [
        (name_of(widget), widget.width(), widget.sizeHint().width())
        for widget in parts
        if isinstance(widget, Button) and widget.width() < widget.sizeHint().width()
    ]
    assert cut == []
    small = [widget.font().pixelSize() for widget in parts if 0 < widget.font().pixelSize() < 11]
    assert small == []


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface else ""


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT, Scheme.HIGH_CONTRAST])
def test_the_words_of_all_parts_in_all_states_can_be_read(qtbot: QtBot, theme: Theme, scheme: Scheme) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    theme.apply(scheme)
    assert list(ink.faint(gallery)) == []
    assert len(ink.words_of(gallery)) > 150, "the words were seen"


def test_faint_words_are_found(qtbot: QtBot, theme: Theme) -> None:
    pane = laid(QWidget(), "panel")
    qtbot.addWidget(pane)
    column = QVBoxLayout(pane)
    faint = Label("seen by few", parent=pane)
    palette = faint.palette()
    palette.setColor(QPalette.ColorRole.WindowText, theme.color("line.control"))
    faint.setPalette(palette)
    for widget in (faint, Label("seen by all", parent=pane)):
        column.addWidget(widget)
    pane.show()
    (told,) = ink.faint(pane)
    assert "seen by few" in told


def test_with_less_motion_nothing_turns_and_what_works_is_told_by_a_mark(
    qtbot: QtBot, theme: Theme, shown: Shown
) -> None:
    state, line = StateLabel("running"), ProgressLine()
    line.show_unknown()
    live = Turning(shown(state, line, width=200))

    def pictures() -> list[QImage]:
        return [part.grab().toImage() for part in (state, line, live)]

    def later(for_s: float) -> list[QImage]:
        """Return the pictures after a motion has gone a part of its way."""
        began = theme.ticker.turn(60)
        qtbot.waitUntil(lambda: (theme.ticker.turn(60) - began) % 1 * 60 > for_s)
        return pictures()

    before = pictures()
    assert all(one != other for one, other in zip(before, later(0.15), strict=True)), "with motion all change"
    theme.set_reduced_motion(reduced=True)
    arc, _, mark = pictures()
    still, _, as_still = later(0.15)
    assert arc == still
    assert mark == as_still, "also that of the live desk"
    qtbot.waitUntil(lambda: theme.ticker.is_running)
    theme.set_reduced_motion(reduced=False)
