"""A JSON value as a tree: entries are made when somebody opens what they are in, and long lists come in groups."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fal_studio import figures
from fal_studio.core.data_uris import named
from fal_studio.core.json_paths import Path, Step
from fal_studio.core.request import Json
from fal_studio.ui.widgets.json_display import chip_of
from fal_studio.words import tr, trn

GROUP = 1000
"""No entry has more entries in it than this: longer lists stand in groups, and those in groups again."""
TOLD = int(Qt.ItemDataRole.UserRole)
"""The role of a `Told`."""
LONGEST = 200
"""Characters of a string that are shown."""
_NAMED = 20_000
"""How much of a string is looked through for files in it."""
_LONGEST_KEY = 80
_KEYS_SHOWN = 5
Index = QModelIndex | QPersistentModelIndex


class Told(NamedTuple):
    """What one row says."""

    key: str
    text: str
    kind: str
    """text, number, word, inside (of a list or object), group or chip (encoded bytes)."""
    aside: str = ""


class _Entry:
    """A value, or with `is_group` some of the entries of one: those from `start` to before `stop`."""

    __slots__ = ("is_group", "key", "kids", "names", "number", "parent", "row", "start", "stop", "value")

    def __init__(self, number: int, parent: int, row: int, key: Step, value: Json) -> None:
        self.number, self.parent, self.row, self.key, self.value = number, parent, row, key, value
        self.is_group = False
        self.start, self.stop = 0, len(value) if isinstance(value, dict | list) else 0
        self.names: list[str] | None = None
        self.kids: list[int] | None = None

    @property
    def step(self) -> int:
        """How many entries of the value each row below stands for."""
        step = 1
        while self.stop - self.start > GROUP * step:
            step *= GROUP
        return step

    @property
    def count(self) -> int:
        """How many rows are below."""
        return -(-(self.stop - self.start) // self.step)


class TreeModel(QAbstractItemModel):
    """One column; the only row at the top is the value itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[_Entry] = []

    def show(self, value: Json) -> None:
        """Show another value."""
        self.beginResetModel()
        self._entries = [_Entry(0, -1, 0, "$", value)]
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing, and let go of the value."""
        self.beginResetModel()
        self._entries = []
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many entries are in one."""
        return self._entry(parent).count if parent.isValid() else min(1, len(self._entries))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return 1."""
        del parent
        return 1

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own default
        """Return the place of an entry; it is made now if it was not."""
        if column != 0 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        number = self._kids(self._entry(parent))[row] if parent.isValid() else 0
        return self.createIndex(row, 0, number)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 # pyright: ignore[reportIncompatibleMethodOverride] - the other one is QObject's
        """Return what an entry is in."""
        above = self._entry(index).parent if index.isValid() else -1
        return self.createIndex(self._entries[above].row, 0, above) if above >= 0 else QModelIndex()

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return the words of an entry."""
        if not index.isValid():
            return None
        if role == TOLD:
            return told_of(self._entry(index))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            told = told_of(self._entry(index))
            return f"{told.key}: {told.text} {told.aside}".rstrip()
        return None

    def value_at(self, index: Index) -> Json:
        """Return the value of an entry; for a group, that of what it is a part of."""
        return self._entry(index).value

    def path_at(self, index: Index) -> Path:
        """Return where the value of an entry is."""
        steps: list[Step] = []
        entry = self._entry(index)
        while entry.parent >= 0:
            if not entry.is_group:
                steps.append(entry.key)
            entry = self._entries[entry.parent]
        return tuple(reversed(steps))

    def is_group(self, index: Index) -> bool:
        """Whether an entry is only a part of a long list or object."""
        return self._entry(index).is_group

    def find(self, path: Path) -> QModelIndex:
        """Return the entry of a place, an invalid one if the value does not have it."""
        if not self._entries:
            return QModelIndex()
        entry = self._entries[0]
        for step in path:
            at = _place_of(entry, step)
            if at < 0:
                return QModelIndex()
            is_inside = False
            while not is_inside:
                width = entry.step
                entry = self._entries[self._kids(entry)[(at - entry.start) // width]]
                is_inside = width == 1
        return self.createIndex(entry.row, 0, entry.number)

    def _entry(self, index: Index) -> _Entry:
        return self._entries[index.internalId()]

    def _kids(self, entry: _Entry) -> list[int]:
        if entry.kids is None:
            first = len(self._entries)
            for row, kid in enumerate(_made(entry)):
                kid.number, kid.parent, kid.row = first + row, entry.number, row
                self._entries.append(kid)
            entry.kids = list(range(first, len(self._entries)))
        return entry.kids


def _made(entry: _Entry) -> Iterator[_Entry]:
    """Return what is in an entry."""
    value, width = entry.value, entry.step
    names = _names(entry)
    for start in range(entry.start, entry.stop, width):
        if width > 1:
            group = _Entry(0, 0, 0, "", value)
            group.is_group, group.names = True, names
            group.start, group.stop = start, min(start + width, entry.stop)
            yield group
        elif isinstance(value, dict):
            assert names is not None
            yield _Entry(0, 0, 0, names[start], value[names[start]])
        elif isinstance(value, list):
            yield _Entry(0, 0, 0, start, value[start])


def _names(entry: _Entry) -> list[str] | None:
    if entry.names is None and isinstance(entry.value, dict):
        entry.names = list(entry.value)
    return entry.names


def _place_of(entry: _Entry, step: Step) -> int:
    """Return which entry of a value a step leads to, -1 if there is none."""
    value = entry.value
    if isinstance(value, dict) and step in value:
        names = _names(entry)
        return names.index(str(step)) if names is not None else -1
    if isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
        return step % len(value)
    return -1


def told_of(entry: _Entry) -> Told:
    """Return what the row of an entry says."""
    value, key = entry.value, str(entry.key)[:_LONGEST_KEY]
    if entry.is_group:
        names, last = entry.names, entry.stop - 1
        ends = (
            (names[entry.start], names[last])
            if names is not None
            else (figures.number(entry.start), figures.number(last))
        )
        held = entry.stop - entry.start
        words = (
            trn("{count} key", "{count} keys", held)
            if names is not None
            else trn("{count} item", "{count} items", held)
        )
        count = words.format(count=figures.number(held))
        return Told(" … ".join(end[:_LONGEST_KEY] for end in ends), "", "group", count)
    if isinstance(value, dict):
        names = [name[:_LONGEST_KEY] for _, name in zip(range(_KEYS_SHOWN), value, strict=False)]
        more = ", …" if len(value) > len(names) else ""
        return Told(
            key,
            f"{{{', '.join(names)}{more}}}",
            "inside",
            _counted(trn("{count} key", "{count} keys", len(value)), len(value)),
        )
    if isinstance(value, list):
        return Told(
            key,
            "[…]" if value else "[]",
            "inside",
            _counted(trn("{count} item", "{count} items", len(value)), len(value)),
        )
    if isinstance(value, str):
        if chip := chip_of(value):
            return Told(key, chip, "chip")
        shown = json.dumps(named(value[:_NAMED])[:LONGEST], ensure_ascii=False)
        if len(value) > LONGEST:
            return Told(
                key,
                f'{shown[:-1]}…"',
                "text",
                tr("{count} characters").format(count=figures.number(len(value))),
            )
        return Told(key, shown, "text")
    is_word = value is None or isinstance(value, bool)
    return Told(key, json.dumps(value, default=str), "word" if is_word else "number")


def _counted(words: str, count: int) -> str:
    return words.format(count=figures.number(count)) if count else ""
