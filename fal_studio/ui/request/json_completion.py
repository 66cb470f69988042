"""Completion in the JSON editor: finds what the schema offers at the cursor, shows it, and writes what is chosen."""

import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema import proposals
from fal_studio.core.schema.field import Field, FieldKind, Schema, beginning
from fal_studio.core.schema.fit import is_written_alike
from fal_studio.core.schema.proposals import Proposal
from fal_studio.ui.request.json_place import Nesting, Place, place_at
from fal_studio.ui.request.json_proposals import ProposalList

LONG = 200_000
"""Characters from which the list comes only when the hand rests: finding the place may take some ten milliseconds."""
LATER_MS = 80
_LONG_WORD = 200
_PAGE = 7
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _PAGE, Qt.Key.Key_PageUp: -_PAGE}
_HELD = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_ASKS_ON = (
    FieldKind.CHOICE, FieldKind.SUGGESTION, FieldKind.BOOLEAN, FieldKind.SIZE, FieldKind.OBJECT, FieldKind.LIST,
    FieldKind.VARIANT,
)  # fmt: skip
"""Kinds of fields whose values are offered as soon as their name is written."""


class Written(NamedTuple):
    """What is to be written for a choice."""

    start: int
    end: int
    """Of the text that it replaces."""
    text: str
    select_from: int
    """Of `text`, what is selected afterwards; the cursor stands there where both are the same."""
    select_to: int


class Target(Protocol):
    """The editor, as far as completion needs it."""

    def here(self) -> tuple[str, int, int]:
        """Return the exact text, and where in it the selection begins and ends."""
        ...

    def write(self, start: int, end: int, text: str, selected: tuple[int, int]) -> bool:
        """Replace a part of the text and select some of the new; False where it cannot be done."""
        ...


class Completion(QObject):
    """Belongs to one editor."""

    def __init__(self, editor: QPlainTextEdit, target: Target) -> None:
        super().__init__(editor)
        self._editor, self._target = editor, target
        self._schema = Schema()
        self._nesting = Nesting()
        self._list: ProposalList | None = None
        self._place: Place | None = None
        self._is_writing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LATER_MS)
        self._timer.timeout.connect(lambda: self._look(by_itself=True))
        editor.installEventFilter(self)
        editor.cursorPositionChanged.connect(self._on_cursor_moved)
        editor.verticalScrollBar().valueChanged.connect(self.close)

    @property
    def is_open(self) -> bool:
        """Whether something is offered."""
        return self._list is not None and self._list.isVisible()

    @property
    def offered(self) -> tuple[Proposal, ...]:
        """What is offered, none while it is closed."""
        return self._list.proposals if self._list is not None and self.is_open else ()

    @property
    def panel(self) -> ProposalList | None:
        """The list, once it was needed."""
        return self._list

    def set_schema(self, schema: Schema) -> None:
        """Offer the fields of another endpoint."""
        self._schema = schema
        self.close()

    def open(self) -> bool:
        """Offer what could stand at the cursor; False if nothing is known."""
        self._look(by_itself=False)
        return self.is_open

    def close(self) -> None:
        """Offer nothing any more."""
        self._timer.stop()
        if self._list is not None and self._list.isVisible():
            self._list.hide()
            _app().removeEventFilter(self)
        self._place = None

    def take(self) -> bool:
        """Write the current proposal; False if nothing is offered."""
        chosen = self._list.current if self._list is not None and self.is_open else None
        if chosen is not None:
            self._write(chosen)
        return chosen is not None

    def takes_key(self, event: QKeyEvent) -> bool:
        """Move through the list, take or close it; False for keys that are none of its own."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space and event.modifiers() & _HELD:
            self.open()
            return True
        if not self.is_open or event.modifiers() & (_HELD | Qt.KeyboardModifier.ShiftModifier):
            return False
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        if key in _TAKES:
            return self.take()
        if key in _STEPS and self._list is not None:
            self._list.step(_STEPS[key])
            self._announce()
            return True
        return False

    def after_key(self, event: QKeyEvent) -> None:
        """Open or follow after something was typed."""
        typed = event.text()
        asks = typed in ('"', ":") or typed.isalnum() or typed == "_"
        if not self._schema.fields or not (self.is_open or (asks and not event.modifiers() & _HELD)):
            return
        if len(self._target.here()[0]) > LONG:
            self._timer.start()
        else:
            self._look(by_itself=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the keyboard or a press goes elsewhere; keep the keys of the list from the window's commands."""
        if watched is not self._editor:
            is_elsewhere = isinstance(watched, QWidget) and not self._is_of_list(watched)
            if event.type() == QEvent.Type.MouseButtonPress and is_elsewhere:
                self.close()
            return False
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Resize):
            self.close()
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (*_TAKES, *_STEPS, Qt.Key.Key_Escape)
            if (self.is_open and event.key() in keys) or _is_asking(event):
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def _is_of_list(self, widget: QWidget) -> bool:
        return self._list is not None and (widget is self._list or self._list.isAncestorOf(widget))

    def _on_cursor_moved(self) -> None:
        if self.is_open and not self._is_writing and self._place is not None:
            _text, start, end = self._target.here()
            if end < self._place.start or (start == end and start > self._place.end + 1):
                self.close()

    def _look(self, *, by_itself: bool) -> None:
        self._timer.stop()
        text, start, end = self._target.here()
        place = self._place_of(text, start, end)
        if place is None or self._editor.isReadOnly() or len(place.typed) > _LONG_WORD:
            self.close()
            return
        before = text[max(0, start - 40) : start].rstrip(" ")
        is_begun = bool(place.typed) or place.in_string or before.endswith(":")
        typed = "" if start != end else place.typed
        known = self._known(place)
        if by_itself and place.role == "value" and start == end and (typed or place.in_string):
            # Who writes a text or a number of his own must not take an example with Enter.
            known = [each for each in known if each.is_fixed]
        found = _matching(known, place, typed)
        is_whole = place.has_colon or place.role == "value"
        is_done = is_whole and len(found) == 1 and found[0].label == place.typed
        if not found or (by_itself and start == end and (is_done or not (is_begun or self.is_open))):
            self.close()
            return
        self._place = place
        self._show(found, _current_row(found, text[place.start : place.end]))

    def _place_of(self, text: str, start: int, end: int) -> Place | None:
        if start == end:
            return place_at(text, start, self._nesting)
        place = place_at(text, start + 1, self._nesting)  # a value that is selected is going to be replaced
        return place if place is not None and (place.start, place.end) == (start, end) else None

    def _known(self, place: Place) -> list[Proposal]:
        if place.role == "name":
            return proposals.names(self._schema, place.path, place.present)
        return proposals.values(self._schema, place.path)

    def _show(self, found: Sequence[Proposal], row: int) -> None:
        window = self._editor.window()
        if self._list is None or self._list.parentWidget() is not window:
            self._list = ProposalList(window)
            self._list.picked.connect(self._write)
        self._list.offer(found, row)
        self._list.place(self._box_of_word())
        if not self._list.isVisible():
            _app().installEventFilter(self)
        self._list.show()
        self._list.raise_()
        self._announce()

    def _box_of_word(self) -> QRect:
        cursor = self._editor.textCursor()
        back = len(self._place.typed) + self._place.in_string if self._place is not None else 0
        cursor.setPosition(max(cursor.block().position(), cursor.selectionStart() - back))
        box = self._editor.cursorRect(cursor)
        here = self._editor.viewport().mapTo(self._editor.window(), QPoint(0, 0))
        return box.translated(here)

    def _announce(self) -> None:
        if self._list is not None and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._editor, self._list.words))

    def _write(self, chosen: Proposal) -> None:
        place = self._place
        if place is None:
            return
        text = self._target.here()[0]
        self.close()
        self._is_writing = True
        try:
            new = written(text, place, chosen)
            is_written = self._target.write(new.start, new.end, new.text, (new.select_from, new.select_to))
        finally:
            self._is_writing = False
        field = chosen.field
        if is_written and field is not None and not place.has_colon and field.kind in _ASKS_ON:
            self._look(by_itself=False)


def written(text: str, place: Place, chosen: Proposal) -> Written:
    """Return what to write for a choice, so that the JSON around it stays or becomes correct."""
    start, lead = place.start, ""
    if place.comma_at is not None:
        start, lead = place.comma_at, "," + (text[place.comma_at : place.start] or " ")
    elif start and text[start - 1] in ":,":
        lead = " "
    tail = "" if not place.needs_comma else "," if text[place.end : place.end + 1].isspace() else ", "
    if chosen.field is None:
        return _value_written(text, place, chosen.value, (start, lead, tail))
    if (before := _before_closing(text, place)) is not None:
        lead, tail = f"{lead}  ", f"\n{before}"
    name = json.dumps(chosen.label, ensure_ascii=False)
    if place.has_colon:
        at = len(lead) + len(name)
        return Written(start, place.end, lead + name, at, at)
    head = f"{lead}{name}: "
    value, first, last = _beginning(chosen.field)
    return Written(start, place.end, head + value + tail, len(head) + first, len(head) + last)


def _before_closing(text: str, place: Place) -> str | None:
    """Return the indent of the closing bracket that the cursor stands before on its line, None where it does not."""
    line = text.rfind("\n", 0, place.start) + 1
    indent = text[line : place.start]
    is_before = line > 0 and not indent.strip() and text[place.end : place.end + 1] in ("}", "]")
    return indent if is_before else None


def _value_written(text: str, place: Place, value: Json, around: tuple[int, str, str]) -> Written:
    start, lead, tail = around
    indent = _indent(text, place.start)
    is_long = isinstance(value, dict | list) and len(value) > 1
    new = json.dumps(value, ensure_ascii=False, indent=2 if is_long else None).replace("\n", "\n" + indent)
    at = len(lead) + _first_gap(new)
    return Written(start, place.end, lead + new + tail, at, at)


def _beginning(field: Field) -> tuple[str, int, int]:
    """Return the JSON that a field begins with, and which part of it is selected."""
    if field.kind in (FieldKind.TEXT, FieldKind.PROMPT, FieldKind.FILE):
        return '""', 1, 1
    if field.kind is FieldKind.LIST:
        return "[]", 1, 1
    if field.kind in (FieldKind.OBJECT, FieldKind.MAP) or (
        field.kind is FieldKind.SIZE and not field.choices
    ):
        return "{}", 1, 1
    value = field.default if field.has_default else field.choices[0] if field.choices else beginning(field)
    words = json.dumps(value, ensure_ascii=False)
    return (words, 1, 1) if words in ("{}", "[]", '""') else (words, 0, len(words))


def _first_gap(new: str) -> int:
    """Return where one goes on to type in a value that was written: in its first empty text, else behind it."""
    if new in ("{}", "[]", '""'):
        return 1
    gap = new.find('""')
    return gap + 1 if gap >= 0 else len(new)


def _matching(found: Sequence[Proposal], place: Place, typed: str) -> list[Proposal]:
    """Return what is typed, then what begins with it, then what only holds it; in quotes only texts."""
    if place.role == "value" and place.in_string:
        found = [each for each in found if isinstance(each.value, str)]
    typed = typed.casefold()
    labels: list[tuple[str, Proposal]] = [(each.label.casefold(), each) for each in found]
    first = [each for label, each in labels if label.startswith(typed)]
    first.sort(key=lambda each: each.label.casefold() != typed)
    return first + [each for label, each in labels if typed in label and not label.startswith(typed)]


def _current_row(found: Sequence[Proposal], there: str) -> int:
    """Return the row of the value that stands there already, else the first."""
    try:
        value = json.loads(there)
    except ValueError:
        return 0
    for row, each in enumerate(found):
        if each.field is None and is_written_alike(each.value, value):
            return row
    return 0


def _indent(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip())]


def _app() -> QCoreApplication:
    app = QCoreApplication.instance()
    assert app is not None
    return app


def _is_asking(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Space and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
