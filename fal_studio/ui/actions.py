"""Every command of the window, once: menus, shortcuts, tooltips, palette, shortcut sheet and tests read this registry."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from fal_studio.ui import key_choice
from fal_studio.words import tr

_PORTABLE = QKeySequence.SequenceFormat.PortableText
MENUS = (tr("&File"), tr("&Edit"), tr("&Request"), tr("&Queue"), tr("&View"), tr("&Help"))


class Command(NamedTuple):
    """What a palette or a list of shortcuts tells about an action."""

    name: str
    title: str
    """As it is called without its menu around it."""
    menu: str
    """The title of the menu in the bar that it stands in."""
    tip: str
    """What it does, in a sentence; "" where the title says it all."""
    keys: tuple[str, ...]
    """Its shortcuts in portable form, the one that is shown first."""
    why_not: str
    """Why it cannot be given now; "" if it can."""


class Actions(QObject):
    """Actions by id, in menu order; the window owns their shortcuts."""

    rebound = Signal()
    """Some action has other keys than before: `bound` tells which."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._by_id: dict[str, QAction] = {}
        self._menus: dict[str, list[QAction | str | None]] = {title: [] for title in MENUS}
        """A None is a line, a text the title of a menu inside."""
        self._tips: dict[str, str] = {}
        self._long: dict[str, str] = {}
        """Titles of those that their menu says a part of."""
        self._why_not: dict[str, str] = {}
        self._is_on: dict[str, Callable[[], bool]] = {}
        """Whether what an action opens is open, for those that their menu ticks."""
        self._first_keys: dict[str, tuple[str, ...]] = {}
        """The keys that each action was registered with."""
        self._bound: dict[str, tuple[str, ...]] = {}
        """Those that somebody chose instead; also of actions that this version does not have."""

    def add(
        self,
        name: str,
        title: str,
        callback: Callable[[], object],
        *,
        menu: str,
        shortcut: str = "",
        tip: str = "",
        icon: QIcon | None = None,
        long: str = "",
        is_on: Callable[[], bool] | None = None,
    ) -> QAction:
        """Register a command; `title` with its mnemonic, `shortcut` in portable form ("Ctrl+L").

        `long`: what it is called where its menu is not around it ("Copy as Python"). `is_on`: whether what it opens or
        chooses is open or chosen; its menu ticks it then.
        """
        if name in self._by_id:
            raise ValueError(f"action {name} exists already")
        action = QAction(title, self)  # not the window: it would hear of every child
        action.setObjectName(name)
        self._tips[name] = told = tip or title.replace("&", "").rstrip("…")
        self._first_keys[name] = ()
        if shortcut:
            action.setShortcuts([QKeySequence(part.strip()) for part in shortcut.split(" or ")])
            self._first_keys[name] = _portable(action)
            told = tooltip(told, action)
        action.setToolTip(told)
        if tip:
            action.setStatusTip(tip)
        if long:
            self._long[name] = long
        if icon is not None:
            action.setIcon(icon)
        action.triggered.connect(lambda _checked=False: callback())
        if is_on is not None:
            action.setCheckable(True)
            self._is_on[name] = is_on
            action.triggered.connect(
                lambda _checked=False: self.show_ticks()
            )  # Qt has turned it over by itself
        self._window.addAction(action)
        self._by_id[name] = action
        self._menus[menu].append(action)
        return action

    def add_choice(
        self, ids: dict[str, str], callback: Callable[[str], object], *, menu: str, of_what: str
    ) -> QActionGroup:
        """Register actions of which one is checked; `ids` maps a name to its title, `of_what` is what they are values of."""
        group = QActionGroup(self._window)
        for name, title in ids.items():
            long = f"{of_what}: {title.replace('&', '').lower()}"
            action = self.add(name, title, lambda name=name: callback(name), menu=menu, long=long)
            action.setCheckable(True)
            group.addAction(action)
        return group

    def begin_submenu(self, menu: str, title: str) -> None:
        """Put another menu into a menu; `add` then takes its title."""
        self._menus[menu].append(title)
        self._menus[title] = []

    def allow(self, name: str, why_not: str = "") -> None:
        """Let a command be given, or not now: then its tooltip says why."""
        action = self._by_id[name]
        self._why_not[name] = why_not
        tip = why_not or tooltip(self._tips[name], action)
        if action.isEnabled() is (not why_not) and action.toolTip() == tip:
            return  # the window and its menus hear of every change
        action.setEnabled(not why_not)
        action.setToolTip(tip)
        action.setStatusTip(why_not)

    def separate(self, menu: str) -> None:
        """Put a line under what the menu holds so far."""
        self._menus[menu].append(None)

    def commands(self) -> list[Command]:
        """Return all commands in menu order, as they are now."""
        found: list[Command] = []
        for menu in MENUS:
            found += [self._command(action, menu) for action in self._of(menu)]
        return found

    def _of(self, menu: str) -> Iterator[QAction]:
        for entry in self._menus[menu]:
            if isinstance(entry, str):
                yield from self._of(entry)
            elif entry is not None:
                yield entry

    def _command(self, action: QAction, menu: str) -> Command:
        name = action.objectName()
        plain = action.text().replace("&", "")
        tip = self._tips[name]
        return Command(
            name,
            self._long.get(name) or plain,
            menu.replace("&", ""),
            "" if tip == plain.rstrip("…") else tip,
            _portable(action),
            "" if action.isEnabled() else self._why_not.get(name) or tr("Not now"),
        )

    @property
    def bound(self) -> dict[str, tuple[str, ...]]:
        """The keys that were chosen instead of the first ones, by the names of actions; no keys for none."""
        return dict(self._bound)

    def first_keys(self, name: str) -> tuple[str, ...]:
        """Return the keys that an action has if nobody chooses others."""
        return self._first_keys[name]

    def bind(self, name: str, keys: Iterable[str]) -> None:
        """Give an action other keys, or none; whoever had one of them loses it."""
        wanted = _cleaned(keys)
        for key in wanted:
            for other in self._by_id.values():
                if other.objectName() != name and key in (had := _portable(other)):
                    self._put_keys(other.objectName(), tuple(one for one in had if one != key))
        self._put_keys(name, wanted)
        self._tell_rebound()

    def unbind(self, name: str) -> None:
        """Give an action its first keys again; whoever has them loses them."""
        self.bind(name, self._first_keys[name])

    def rebind(self, bound: Mapping[str, Iterable[str]]) -> None:
        """Take these keys, as `bound` told them, and the first ones for all others."""
        self._bound = {name: tuple(keys) for name, keys in bound.items() if name not in self._by_id}
        for name, first in self._first_keys.items():
            self._put_keys(name, _cleaned(bound[name]) if name in bound else first)
        self._tell_rebound()

    def holder(self, key: str, but: str = "") -> str:
        """Return the name of the action that a key belongs to, "" for none; `but` is not looked at."""
        wanted = QKeySequence(key).toString(_PORTABLE)
        return next(
            (name for name, one in self._by_id.items() if name != but and wanted in _portable(one)), ""
        )

    def _tell_rebound(self) -> None:
        """Tell whoever shows keys; Esc is everybody's, and stays what it is in a panel."""
        now = {name: _portable(self._by_id[name]) for name in self._bound if name in self._by_id}
        firsts = ((key, keys) for name, keys in now.items() for key in self._first_keys[name] if key != "Esc")
        key_choice.current().take_commands({key: keys[0] if keys else "" for key, keys in firsts})
        self.rebound.emit()

    def _put_keys(self, name: str, keys: tuple[str, ...]) -> None:
        action = self._by_id[name]
        self._bound.pop(name, None)
        if keys != self._first_keys[name]:
            self._bound[name] = keys
        if keys != _portable(action):
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setToolTip(self._why_not.get(name) or tooltip(self._tips[name], action))

    def __getitem__(self, name: str) -> QAction:
        return self._by_id[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._by_id.values())

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus into the bar; an empty menu is left out."""
        for title in MENUS:
            if self._menus[title]:
                bar.addMenu(self._menu(title, bar))

    def show_ticks(self) -> None:
        """Tick what is open or chosen now."""
        for name, is_on in self._is_on.items():
            self._by_id[name].setChecked(is_on())

    def _menu(self, title: str, parent: QWidget) -> QMenu:
        menu = QMenu(title, parent)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.show_ticks)
        for entry in self._menus[title]:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, str):
                menu.addMenu(self._menu(entry, menu))
            else:
                menu.addAction(entry)
        return menu


def _cleaned(keys: Iterable[str]) -> tuple[str, ...]:
    """Return keys as Qt writes them, each once; what is no key is left out."""
    found = (QKeySequence(key).toString(_PORTABLE) for key in keys)
    return tuple(dict.fromkeys(key for key in found if key))


def _portable(action: QAction) -> tuple[str, ...]:
    return tuple(keys.toString(_PORTABLE) for keys in action.shortcuts())


def tooltip(text: str, action: QAction) -> str:
    """Return the text with the action's first shortcut behind it, as people read keys."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text}  ({keys.replace('Return', 'Enter')})" if keys else text
