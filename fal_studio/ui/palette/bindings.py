"""What the sheet of shortcuts can change: keys of commands, and the letters that single views hear."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtGui import QKeySequence

from fal_studio.ui import key_choice
from fal_studio.ui.actions import Actions
from fal_studio.ui.palette.allowed import why_no_shortcut
from fal_studio.ui.palette.entries import Entry
from fal_studio.ui.palette.rows import shown_caps
from fal_studio.ui.view_keys import VIEW_KEYS, ViewKeys, can_change
from fal_studio.words import tr

_COMMAND, _VIEW = "action:", "view:"
_WALKING = (
    "Tab",
    "Backtab",
    "Return",
    "Enter",
    "Esc",
    "Space",
    "Left",
    "Right",
    "Up",
    "Down",
    "PgUp",
    "PgDown",
    "Home",
    "End",
)
"""Keys that lists and fields live on."""


class Bound(NamedTuple):
    """A line of the sheet whose keys can be changed."""

    id: str
    title: str
    keys: tuple[str, ...]
    is_own: bool
    """Whether somebody chose these keys."""
    view: str = ""
    """The id of the view that hears it; "" for a command of the window."""
    declared: str = ""
    """The key of a view as it is declared."""


class Bindings:
    """Reads and changes both kinds."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._choice = key_choice.current()

    @property
    def count(self) -> int:
        """How many were changed."""
        return len(self._actions.bound) + len(self._choice.chosen)

    def entries(self, begin: Callable[[], None]) -> list[Entry]:
        """Return all lines; `begin` is called for the one that is to be changed."""
        found = [
            Entry(
                f"{_COMMAND}{command.name}",
                command.menu,
                command.title,
                begin,
                tr("changed") if command.name in self._actions.bound else command.tip,
                "pencil" if command.name in self._actions.bound else "",
                command.keys,
                more=f"{command.menu} {command.tip} {' '.join(command.keys)}",  # found by it also when changed
            )
            for command in self._actions.commands()
        ]
        for one in VIEW_KEYS:
            found += [self._line(one, keys, words, begin) for keys, words in one.keys]
        return found

    def find(self, entry: str) -> Bound | None:
        """Return the line of an entry; None if its keys cannot be changed."""
        if entry.startswith(_COMMAND):
            name = entry.removeprefix(_COMMAND)
            command = next(one for one in self._actions.commands() if one.name == name)
            return Bound(entry, command.title, command.keys, name in self._actions.bound)
        return next((one for one in self._of_views() if one.id == entry), None)

    def why_not(self, bound: Bound, key: str) -> str:
        """Return why a key cannot be taken at all; "" if it can."""
        if not bound.view:
            return why_no_shortcut(key)
        if QKeySequence(key).toString() in _WALKING:
            return tr("{key} is for walking and pressing. Choose another one.").format(key=_caps(key))
        if holder := self._actions.holder(key):
            title = next(one.title for one in self._actions.commands() if one.name == holder)
            return tr("{key} belongs to “{title}”, everywhere. Choose another one.").format(
                key=_caps(key), title=title
            )
        return ""

    def holder(self, bound: Bound, key: str) -> str:
        """Return what else has a key where this one would be heard, as people call it; "" for nothing."""
        if bound.view:
            others = (one for one in self._of_views() if one.view == bound.view and one.id != bound.id)
            free = next((one.title for one in others if key in one.keys), "")
            return free or next(
                (
                    words
                    for one in VIEW_KEYS
                    if one.modules[0] == bound.view
                    for keys, words in one.keys
                    if not can_change(one, keys) and key in keys.split(" or ")
                ),
                "",
            )
        name = self._actions.holder(key, bound.id.removeprefix(_COMMAND))
        return next((one.title for one in self._actions.commands() if one.name == name), "")

    def bind(self, bound: Bound, keys: tuple[str, ...]) -> None:
        """Give a line other keys, or none; whoever had one of them loses it."""
        if not bound.view:
            self._actions.bind(bound.id.removeprefix(_COMMAND), keys)
            return
        key = keys[0] if keys else ""
        for one in self._of_views() if key else ():
            if one.view == bound.view and one.id != bound.id and key in one.keys:
                self._choice.choose(one.view, one.declared, "")
        self._choice.choose(bound.view, bound.declared, key)

    def unbind(self, bound: Bound) -> None:
        """Give a line its first keys again."""
        if bound.view:
            self.bind(bound, (bound.declared,))
        else:
            self._actions.unbind(bound.id.removeprefix(_COMMAND))

    def reset(self) -> None:
        """Give all their first keys."""
        self._choice.take({}, letters=self._choice.letters)
        self._choice.changed.emit()
        self._actions.rebind({})

    def _line(self, one: ViewKeys, keys: str, words: str, begin: Callable[[], None]) -> Entry:
        is_free = can_change(one, keys)
        now = self._choice.of(one.modules[0], keys) if is_free else keys
        is_own = now != keys
        icon = "pencil" if is_own else "" if is_free else "lock"
        return Entry(
            f"{_VIEW}{one.modules[0]}:{keys}",
            one.view,
            words,
            begin,
            tr("changed") if is_own else "",
            icon,
            tuple(now.split(" or ")) if now else (),
            more=f"{one.view} {now}",
        )

    def _of_views(self) -> Iterator[Bound]:
        for one in VIEW_KEYS:
            view = one.modules[0]
            for keys, words in one.keys:
                if can_change(one, keys):
                    now = self._choice.of(view, keys)
                    yield Bound(
                        f"{_VIEW}{view}:{keys}", words, (now,) if now else (), now != keys, view, keys
                    )


def _caps(key: str) -> str:
    return " ".join(shown_caps((key,)))
