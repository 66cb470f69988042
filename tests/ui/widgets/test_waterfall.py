"""A row of the waterfall that is too short to be read is drawn once more over the full width; pauses are no part of a row."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.request import Mode
from fal_studio.ui.output.inspector import Inspector
from fal_studio.ui.theme import Theme

MS = 1_000_000
FACTS: list[tuple[int, e.Fact]] = [
    (0, e.Started(1.0, "a/b", Mode.RUN, "p")),
    (1, e.Attempt(1, "run", "POST", "https://a.test/b")),
    (3, e.Connection(reused=False, remote="1.2.3.4:443", dns_s=0.0005, connect_s=0.0005, tls_s=0.0005)),
    (4, e.Sent(0, 9)),
    (6, e.Response(429, {}, "run")),
    (7, e.BodyRead(3, "run")),
    (7, e.Retry(1, "run", "429", 0.9)),
    (907, e.Attempt(2, "run again after 429", "POST", "https://a.test/b")),
    (908, e.Connection(reused=True, remote="1.2.3.4:443")),
    (909, e.Sent(0, 9)),
    (1400, e.Response(200, {}, "run again after 429")),
    (1401, e.BodyRead(9, "run again after 429")),
    (1402, e.Output({"a": 1}, 9)),
]


def test_a_short_row_is_enlarged_and_tells_its_time_and_its_pause(qtbot: QtBot, theme: Theme) -> None:
    page = Inspector()
    qtbot.addWidget(page)
    page.resize(640, 500)
    page.show()
    events = [Event("c", number, at * MS, fact) for number, (at, fact) in enumerate(FACTS)]
    page.show_call(events, None, "r1", has_bytes=False)
    assert [lane.name for lane in page.lanes] == ["whole call", "run: 429", "run, try 2"]
    assert sum(bar.end_ns - bar.start_ns for bar in page.lanes[0].bars) == 1402 * MS
    pause = next(bar for bar in page.lanes[0].bars if bar.word == "waiting to try again")
    assert (pause.start_ns, pause.end_ns) == (7 * MS, 907 * MS)
    for lane, is_enlarged in ((0, False), (1, True), (2, False)):
        page.waterfall.choose(lane)
        page.grab()
        assert page.key.is_enlarged is is_enlarged, lane
    page.waterfall.choose(1)
    assert page.lanes[1].length_ns == 6 * MS
    for words in (
        "new connection to 1.2.3.4:443",
        "from 1.0 ms to 7.0 ms of the call",
        "Tried again 0.90 s later",
    ):
        assert words in page.text


def test_the_menu_key_offers_to_copy_the_chosen_row_and_what_the_buttons_do(
    qtbot: QtBot, theme: Theme
) -> None:
    page = Inspector()
    qtbot.addWidget(page)
    page.resize(640, 500)
    page.show()
    copied: list[str] = []
    page.copy_wanted.connect(copied.append)
    menu_key(page.waterfall)
    assert page.findChildren(QMenu) == [], "nothing to copy yet"
    events = [Event("c", number, at * MS, fact) for number, (at, fact) in enumerate(FACTS)]
    page.show_call(events, None, "r1", has_bytes=False)
    page.waterfall.choose(1)
    menu_key(page.waterfall)
    (menu,) = page.findChildren(QMenu)
    assert menu.isVisible()
    row = page.waterfall.row_of(1)
    assert row.contains(page.waterfall.mapFromGlobal(menu.pos())), "at the chosen row, not at the pointer"
    entries = {action.text(): action for action in menu.actions() if action.text() and action.isVisible()}
    assert list(entries) == [
        "Copy row",
        "Copy all rows",
        "Copy details",
        "Copy request id",
        "Save as HAR",
    ]
    for entry in ("Copy row", "Copy all rows", "Copy details", "Copy request id"):
        entries[entry].trigger()
    assert copied[0].startswith("run: 429, 6.0 ms: ")
    assert [line.partition(", ")[0] for line in copied[1].splitlines()] == [
        "whole call",
        "run: 429",
        "run",
    ]
    assert copied[2:] == [page.text, "r1"]
    with qtbot.waitSignal(page.archive_wanted):
        entries["Save as HAR"].trigger()
    menu.close()
    page.show_call(events, None, "", has_bytes=True)
    menu_key(page.waterfall)
    assert page.findChildren(QMenu) == [menu], "the same menu, with what there is now"
    shown = [action.text() for action in menu.actions() if action.text() and action.isVisible()]
    assert shown[3:] == ["Save as HAR", "Save transcript"]
    menu.close()


def menu_key(widget: QWidget) -> None:
    """Press the key that opens a menu, wherever the pointer is."""
    nowhere = QPoint(0, 0)
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, nowhere, nowhere))
