"""The base of controls with other controls inside: edits of a default that is not sent yet send all of it."""

import copy
from typing import Protocol

from PySide6.QtWidgets import QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path, beginning
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.intents import (
    DropFile,
    Intent,
    Move,
    Rename,
    SetValue,
    Unset,
    WantFile,
    under,
)
from fal_studio.ui.request.inputs.row import Row


class Maker(Protocol):
    """Makes rows and controls for fields; containers are given one, since they hold what they are made with."""

    def row(self, field: Field, depth: int) -> Row:
        """Return a row with a name."""
        ...

    def input(self, field: Field, depth: int) -> Input:
        """Return a control without a name."""
        ...


class Container(Input):
    """A control whose value is made of others."""

    is_tall = True

    def __init__(self, field: Field, maker: Maker, depth: int) -> None:
        super().__init__(field)
        self._maker = maker
        self._depth = depth
        self._sent = False
        self._value: Json = None

    def children_at(self) -> dict[str | int, Row | Input]:
        """Return what is inside, by the step that leads there."""
        raise NotImplementedError

    def value_widget(self) -> QWidget:
        """Return nothing in particular: the parts are marked by themselves."""
        return self

    def mark(self, message: str) -> None:
        """Tell it; there is no single field to outline."""
        self.setAccessibleDescription(message)

    def show_problems(self, problems: Problems) -> Problems:
        """Hand each problem to the part it names; steps that nothing answers to are left out.

        pydantic names the branch of a union in its path, `("image_size", "ImageSize", "width")`.
        """
        children = self.children_at()
        at: dict[str | int, list[tuple[Path, str]]] = {step: [] for step in children}
        left: list[tuple[Path, str]] = []
        for path, words in problems:
            depth = next((place for place, step in enumerate(path) if step in children), None)
            if depth is None:
                left.append((path, words))
            else:
                at[path[depth]].append((path[depth + 1 :], words))
        for step, child in children.items():
            rest = child.show_problems(at[step])
            if isinstance(child, Input) and rest is not None:
                told = " ".join(words for _, words in rest)
                child.mark(told)
                left += [((step, *path), words) for path, words in rest]
        return left

    def reveal(self, path: Path) -> QWidget:
        """Go to the part that a path names."""
        children = self.children_at()
        for place, step in enumerate(path):
            if step in children:
                return children[step].reveal(path[place + 1 :])
        return self.focus_widget()

    def _hand_on(self, step: str | int, intent: Intent) -> None:
        """Tell what a part wants, from this level."""
        intent = under(intent, step)
        base = self._base()
        if self._sent or not base or isinstance(intent, WantFile | DropFile):
            self._tell(intent)
        else:
            self._tell_value(applied(base, intent))

    def _base(self) -> Json:
        """Return what a first edit starts from."""
        return self.field.default if self.field.has_default else beginning(self.field)


def applied(value: Json, intent: Intent) -> Json:
    """Return a copy of a value with an edit made."""
    if not intent.path:
        return intent.value if isinstance(intent, SetValue) else value
    whole = copy.deepcopy(value)
    holder = whole
    for step in intent.path[:-1]:
        if isinstance(holder, dict):
            holder = holder.setdefault(step, {})
        elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
            holder = holder[step]
        else:
            return whole
    _apply(holder, intent.path[-1], intent)
    return whole


def _apply(holder: Json, last: str | int, intent: Intent) -> None:
    match intent, holder, last:
        case SetValue(value=value), dict(), str():
            holder[last] = value
        case SetValue(value=value), list(), int() if last <= len(holder):
            holder[last : last + 1] = [value]
        case Unset(), dict(), str():
            holder.pop(last, None)
        case Unset(), list(), int() if last < len(holder):
            holder.pop(last)
        case Rename(name=name), dict(), str():
            entries = [(name if key == last else key, item) for key, item in holder.items()]
            holder.clear()
            holder.update(entries)
        case Move(before=before, after=after), dict(), str() if isinstance(holder.get(last), list):
            holder[last].insert(after, holder[last].pop(before))
        case Move(before=before, after=after), list(), int() if last < len(holder):
            holder[last].insert(after, holder[last].pop(before))
        case _:
            pass
