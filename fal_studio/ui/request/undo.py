"""Undo for a whole request: every field, the JSON, endpoint and mode, one step for each thing a person did."""

import time
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand, QUndoStack

from fal_studio.core import options as rules
from fal_studio.core.request import Json, Options
from fal_studio.ui.request import json_text
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.widgets.splice import goes_on, joined, splice_of
from fal_studio.words import tr

STEPS = 1_000
TOGETHER_S = 1.0
"""Changes of the same thing within this time are one step: a word that is typed, a slider that is dragged."""
NAMED_UP_TO = 200_000
"""Characters of JSON that are compared for the name of a step; larger documents are only called JSON."""


class RequestUndo(QObject):
    """Watches one request and can bring back what it was.

    Call `note` after any change; what changes in one turn of the loop is one step.
    """

    def __init__(
        self, get: Callable[[], Draft], put: Callable[[Draft], None], parent: QObject | None = None
    ) -> None:
        """`get` returns the request as it stands, `put` shows another one."""
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(STEPS)
        self._get, self._put = get, put
        self._known = get()
        self._is_putting = False
        self._name = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.record)

    def note(self) -> None:
        """Something may have changed: look at it when this turn of the loop is over."""
        if not self._is_putting:
            self._timer.start()

    def begin(self) -> None:
        """Take the request as it stands as the beginning, if nobody has changed anything yet."""
        self._timer.stop()
        if self.stack.count() == 0:
            self._known = self._get()
        else:
            self.record()

    def record(self) -> None:
        """Make a step of what has changed since the last one."""
        self._timer.stop()
        before, after = self._known, self._get()
        if self._is_putting or before == after:
            self._name = ""
            return
        self._known = after
        name, self._name = self._name or name_of(before, after), ""
        self.stack.push(_Step(name, before, after, lambda: self._get().text, self._show))

    def take_for_granted(self) -> None:
        """Take the request as it stands for what it was: no step leads back from what has just changed."""
        self._timer.stop()
        self._known = self._get()

    def name_next(self, name: str) -> None:
        """Make one step of what has changed so far, and another one, with this name, of what changes now."""
        self.record()
        self._name = name
        self._timer.start()

    def _show(self, draft: Draft) -> None:
        self._is_putting = True
        try:
            self._put(draft)
        finally:
            self._is_putting = False
            self._timer.stop()
            self._known = self._get()


class _Step(QUndoCommand):
    """One step; the JSON is kept as what changed in it, so that large documents stay affordable."""

    def __init__(
        self, name: str, before: Draft, after: Draft, text: Callable[[], str], show: Callable[[Draft], None]
    ) -> None:
        super().__init__(name)
        self._text, self._show = text, show
        self._before = msgspec.structs.replace(before, text="")
        self.after = msgspec.structs.replace(after, text="")
        self.splice = splice_of(before.text, after.text)
        self._is_done = True  # it happened before it was pushed
        self.ended_s = time.monotonic()

    def id(self) -> int:
        """Let Qt try to merge it with the one before."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in the next step when it goes on with the same thing."""
        assert isinstance(other, _Step)
        is_soon = other.ended_s - self.ended_s <= TOGETHER_S
        if not is_soon or other.text() != self.text() or not goes_on(self.splice, other.splice):
            return False
        self.splice = joined(self.splice, other.splice)
        self.after = other.after
        self.ended_s = other.ended_s
        return True

    def redo(self) -> None:
        """Do it again."""
        if self._is_done:
            self._is_done = False
            return
        text = self.splice.applied(self._text())
        self._show(msgspec.structs.replace(self.after, text=text))

    def undo(self) -> None:
        """Bring back what was before."""
        text = self.splice.taken_back(self._text())
        self._show(msgspec.structs.replace(self._before, text=text))


def name_of(before: Draft, after: Draft) -> str:
    """Return what was done, for the Edit menu: “Undo” stands before it."""
    if before.endpoint != after.endpoint:
        return tr("choosing {endpoint}").format(endpoint=after.endpoint or tr("no endpoint"))
    if before.mode != after.mode:
        return tr("mode {mode}").format(mode=after.mode)
    if before.repeat != after.repeat:
        return tr("the repeat count")
    if before.steps_seed != after.steps_seed:
        return tr("other seeds") if after.steps_seed else tr("the same seed")
    if before.text == after.text:
        return _options(before, after)
    if max(len(before.text), len(after.text)) > NAMED_UP_TO:
        return tr("editing JSON")
    was, is_now = json_text.read(before.text).arguments, json_text.read(after.text).arguments
    if was is None or is_now is None:
        return tr("editing JSON")
    return _fields(was, is_now)


def _options(before: Draft, after: Draft) -> str:
    changed = [
        name
        for name in rules.NAMES
        if getattr(before.options, name) != getattr(after.options, name)
        or before.typed.get(name) != after.typed.get(name)
    ]
    if len(changed) == 1:
        return rules.NAMES[changed[0]]
    if changed and after.options == Options() and not after.typed:
        return tr("setting no options")
    return (
        tr("a change of {count} options").format(count=len(changed))
        if changed
        else tr("a change of the title")
    )


def _fields(was: dict[str, Json], is_now: dict[str, Json]) -> str:
    changed = [
        key for key in {**was, **is_now} if key not in was or key not in is_now or was[key] != is_now[key]
    ]
    if not changed:
        return tr("editing JSON")
    if len(changed) > 1:
        return tr("a change of {count} fields").format(count=len(changed))
    return f"{changed[0]}" if changed[0] in is_now else tr("unsetting {changed}").format(changed=changed[0])
