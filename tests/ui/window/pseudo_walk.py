"""Not collected by itself: `test_words.py` runs it in a process of its own, whose language is `pseudo`.

Every place of the window is opened, and every text that can be seen or heard there has to stand between the brackets of that
language. What may stand outside is data (what the catalogue, the schemas, inputs and results say themselves), and
the few words that are the same in every language: keys, units, the calling modes, names of formats and programs.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from typing import Any

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QTextBrowser,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fal_studio import room, words
from fal_studio.core.events import Control, Partial
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.ui.library.starters import STARTERS
from fal_studio.ui.output.inspector import Inspector
from fal_studio.ui.queue.inputs_view import DiffView
from fal_studio.ui.request.inputs.seed import SeedInput
from fal_studio.ui.shell.help_panel import HelpPanel
from fal_studio.ui.stream.model import EventsModel
from fal_studio.ui.theme import Theme, text_width
from fal_studio.ui.widgets.segmented import SegmentedControl
from fal_studio.ui.widgets.setting_controls import language_in_words
from tests.pseudo import KEY, outside
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import Place, comparing, docks, gallery, live, menus, panels, requests, settle
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "pipewire", "Couldn't", "PulseAudio", "No RHI backend"
)
MOST_ROWS = 30
"""Of a long list only the first entries are asked."""
MOST_EVENTS = 200
_CAP = re.compile(f"(?:{KEY}) in KeyCap")
LANGUAGES = "|".join(re.escape(language_in_words(one)) for one in words.languages()[1:])
_WHOLE = re.compile(
    f"Scroll (?:Left|Right) in QToolButton|queue: .* in _Sign|(?:{LANGUAGES}) in ChoiceBox", re.DOTALL
)
"""Buttons of Qt's own, a way of calling in its own words, and languages in theirs: let pass only where they stand."""
WALKED = (
    "the walk goes on",
    "Weather?",
    "a vase",
    "Make it a watercolour",
    "completions",
    "nothingfitsthis",
    "stylized, procedural, offline",
)
"""What the walk itself types and opens, and tags of a model of the emulator."""
FORGOTTEN = ("End", "Space", "Request", "queue", "Delete", "Home", "Enter", "Webhook", "Studio")
"""Words that stand in keys, headers and names, too; alone they are words that somebody forgot."""


class Data:
    """What endpoints, inputs and results say themselves."""

    def __init__(self, hand: Driven) -> None:
        told: set[str] = {*WALKED}
        self.names: set[str] = set()
        """Names of fields: data where a text is one, or begins with one."""
        for endpoint in hand.program.catalogue.all():
            told |= {endpoint.title, endpoint.category, endpoint.description}
            told |= set(_strings(endpoint.schema.document, self.names))
            told |= set(_strings(dict(endpoint.example), self.names))
        for starter in STARTERS:
            told |= set(_strings(starter.arguments, self.names))
        told |= set(_strings(hand.state.output, self.names))
        self.names |= {one for one in told if " " not in one}
        self.names |= {"value", "unit"}  # of a metric that a session sends
        told |= {endpoint.category for endpoint in hand.program.catalogue.all()}
        whole = {" ".join(one.split()) for one in told if re.search(r"[\s?-]", one) or one in WALKED}
        self.sentences = sorted({"llm", *(one for one in whole if len(one) > 3)}, key=len, reverse=True)
        # Whatever counts as data must not hide what somebody forgot.
        assert self.rest("seed: 7, Cancel the call", "Label") == ["Cancel", "the", "call"]
        for word in FORGOTTEN:
            assert self.rest(word, "Label") == [word]

    def rest(self, text: str, where: str) -> list[str]:
        """Return the words of a text that stand in no brackets and are no data; `where`: the part that shows it."""
        placed = f"{text} in {where}"
        if _CAP.match(placed) or _WHOLE.match(placed):
            return []
        return outside(text, self.sentences, self.names)


def _strings(value: Any, names: set[str]) -> Iterator[str]:
    match value:
        case str():
            yield value
            yield from value.splitlines()
        case dict():
            names.update(map(str, value))
            for inner in value.values():
                yield from _strings(inner, names)
        case list() | tuple():
            for inner in value:
                yield from _strings(inner, names)
        case _:
            pass


def texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield where a text stands that can be seen or heard, and the text."""
    for part in (window, *window.findChildren(QWidget)):
        if not part.isVisible():
            continue
        shown = [part.toolTip(), part.accessibleName(), part.accessibleDescription()]
        match part:
            case QLabel() | QAbstractButton():
                shown.append(part.text())
            case QTextBrowser() if isinstance(part.parentWidget(), HelpPanel):
                shown += part.toPlainText().splitlines()
            case QLineEdit() | QPlainTextEdit() | QTextEdit():
                shown.append(part.placeholderText())
            case QComboBox():
                shown += [part.itemText(index) for index in range(part.count())]
            case QTableView() if isinstance(model := part.model(), EventsModel):
                # Events have names of their own on the wire: those are data.
                rows = [
                    model.row_at(row).kind
                    for row in range(min(model.rowCount(), MOST_EVENTS))
                    if not isinstance(model.event_at(row).fact, Partial | Control)
                ]
                shown += rows
            case Inspector():
                shown += [
                    word for lane in part.lanes for word in (lane.name, *(bar.word for bar in lane.bars))
                ]
            case QMenu():
                shown += [text for action in part.actions() for text in (action.text(), action.toolTip())]
            case _:
                pass
        for text in filter(None, shown):
            yield room.path_of(part), text
    yield from _heard(QAccessible.queryAccessibleInterface(window))


def _heard(node: QAccessibleInterface) -> Iterator[tuple[str, str]]:
    if not node.isValid() or node.state().invisible:
        return
    thing = node.object()
    if not isinstance(thing, QPlainTextEdit | QTextEdit | QLineEdit):  # what they hold is data
        where = type(thing).__name__ if thing is not None else node.role().name
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description):
            if text := node.text(kind):
                yield where, text
    for index in range(min(node.childCount(), MOST_ROWS)):
        child = node.child(index)
        if child is not None:
            yield from _heard(child)


def test_the_ways_of_a_seed_are_icons_where_their_words_have_no_room(qtbot: QtBot, theme: Theme) -> None:
    seed = SeedInput(Field("seed", FieldKind.SEED))
    qtbot.addWidget(seed)
    seed.resize(400, 32)
    seed.show()
    (ways,) = seed.findChildren(SegmentedControl)
    words_px = ways.width()
    assert words_px >= ways.sizeHint().width()
    seed.set_last(424242)
    seen = set[int]()
    for width in range(160, 400, 4):
        seed.resize(width, 32)
        assert ways.width() >= ways.sizeHint().width(), f"squeezed at {width}"
        seen.add(ways.sizeHint().width())
    assert len(seen) == 2, "icons, then words"
    assert max(seen) <= words_px


def test_what_became_of_a_value_has_room(theme: Theme) -> None:
    view = DiffView()
    view.compare({"seed": 1, "prompt": "a"}, {"seed": 2, "steps": 4}, "a", "b")
    table = view.findChild(QTableView)
    assert table is not None
    said = [table.model().index(row, 0).data() for row in range(table.model().rowCount())]
    assert len(said) == 3
    for one in said:
        assert one.startswith(words.OPEN)
        assert text_width("control", one) + theme.px(16) <= table.columnWidth(0), one
    view.deleteLater()


def test_every_text_is_translated_and_has_room(drive_kept: Drive) -> None:
    found: dict[str, str] = {}

    async def scenario(hand: Driven) -> None:
        for part in (requests(hand, ()), docks(hand), gallery(hand), panels(hand), menus(hand)):
            await _look(hand, part, found)
        await _look(hand, live(hand), found)
        # A comparison that runs takes long: its page is looked at as it stands before.
        async with aclosing(comparing(hand)) as places:
            await _look(hand, places, found, most=1)

    drive_kept(scenario)
    assert not found, "\n".join(f"{place}: {fault}" for fault, place in found.items())


async def _look(
    hand: Driven,
    places: AsyncIterator[Place],
    found: dict[str, str],
    most: int = 99,
) -> None:
    async for name, window in places:
        await settle(hand)
        data = Data(hand)
        for where, text in texts(window):
            if left := data.rest(text, where):
                found.setdefault(f"not translated ({', '.join(left)}): {text[:160]!r} in {where}", name)
        for fault in await _cut_off(window):
            found.setdefault(fault, name)
        most -= 1
        if not most:
            return


async def _cut_off(window: QWidget) -> list[str]:
    """Return what stays without room: a number that has just become longer has its room a moment later."""
    with suppress(AssertionError):
        await until(lambda: not room.faults(window), what="everything has room", limit_s=3)
    return room.faults(window)
