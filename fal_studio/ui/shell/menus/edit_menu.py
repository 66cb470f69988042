"""The Edit menu: undo, find, the JSON, the field that has the keyboard, earlier prompts."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from fal_studio.ui.actions import Actions
from fal_studio.ui.shell import finding
from fal_studio.ui.shell.menus.commanded import Commanded, front
from fal_studio.words import tr

MENU = tr("&Edit")


def fill(actions: Actions, window: Commanded) -> None:
    """Register its commands."""
    for number, group in enumerate((_undo, _find, _json, _field, _prompt)):
        if number:
            actions.separate(MENU)
        group(actions, window)


def _undo(actions: Actions, window: Commanded) -> None:
    undo = actions.add(
        "edit.undo",
        tr("&Undo"),
        window.requests.undo.undo,
        menu=MENU,
        shortcut="Ctrl+Z",
        tip=tr("Take back the last change"),
    )
    redo = actions.add(
        "edit.redo",
        tr("&Redo"),
        window.requests.undo.redo,
        menu=MENU,
        shortcut="Ctrl+Shift+Z or Ctrl+Y",
    )
    for action, words, able in (
        (undo, window.requests.undo.undoTextChanged, window.requests.undo.canUndoChanged),
        (redo, window.requests.undo.redoTextChanged, window.requests.undo.canRedoChanged),
    ):
        why_not = tr("Nothing to {replace} in this request").format(
            replace=action.text().replace("&", "").lower()
        )
        _allow_step(actions, action.objectName(), why_not, False)  # noqa: FBT003 - as the signal tells it
        able.connect(partial(_allow_step, actions, action.objectName(), why_not))
        words.connect(_StepName(action).show)


def _find(actions: Actions, window: Commanded) -> None:
    actions.add(
        "edit.find",
        tr("&Find…"),
        lambda: finding.open_find(window.workspace),
        menu=MENU,
        shortcut="Ctrl+F",
        tip=tr("Look for words in the text that has the keyboard: the JSON, the result, a log"),
    )
    actions.add(
        "edit.find_next",
        tr("Find &next"),
        lambda: finding.find_step(window.workspace, 1),
        menu=MENU,
        shortcut="F3",
    )
    actions.add(
        "edit.find_previous",
        tr("Find pre&vious"),
        lambda: finding.find_step(window.workspace, -1),
        menu=MENU,
        shortcut="Shift+F3",
    )


def _json(actions: Actions, window: Commanded) -> None:
    actions.add(
        "edit.complete",
        tr("Co&mplete the JSON"),
        front(window, lambda space: space.editor.complete()),
        menu=MENU,
        shortcut="Ctrl+Space",
        tip=tr("Offer the names and values that the endpoint takes at the cursor of the JSON"),
    )
    actions.add(
        "edit.tidy",
        tr("&Tidy the JSON"),
        front(window, lambda space: space.editor.tidy()),
        menu=MENU,
        shortcut="Ctrl+Shift+F",
    )
    actions.add(
        "edit.copy_json",
        tr("&Copy the arguments as JSON"),
        lambda: window.copying.copy(window.workspace.document.text),
        menu=MENU,
        shortcut="Ctrl+Shift+J",
    )
    actions.add(
        "edit.copy_result",
        tr("Copy the re&sult as JSON"),
        lambda: window.workspace.result.copy_json(),  # noqa: PLW0108 - the workspace in front changes
        menu=MENU,
    )


def _field(actions: Actions, window: Commanded) -> None:
    actions.add(
        "field.default",
        tr("Use the &default for this field"),
        front(window, lambda space: space.editor.form.reset_field()),
        menu=MENU,
        shortcut="Ctrl+Shift+Backspace",
        tip=tr("Do not send the field that has the keyboard; the endpoint's default holds"),
    )
    actions.add(
        "field.null",
        tr("Send null for th&is field"),
        front(window, lambda space: space.editor.form.send_null()),
        menu=MENU,
        tip=tr("Send null where the endpoint takes it"),
    )


def _prompt(actions: Actions, window: Commanded) -> None:
    actions.add(
        "prompt.earlier",
        tr("&Earlier prompt"),
        lambda: window.later.earlier.step(1),
        menu=MENU,
        shortcut="Alt+Up",
        tip=tr("Put an earlier prompt into the prompt's place; what was typed comes back with Alt+Down"),
    )
    actions.add(
        "prompt.later",
        tr("&Later prompt"),
        lambda: window.later.earlier.step(-1),
        menu=MENU,
        shortcut="Alt+Down",
    )


def _allow_step(actions: Actions, name: str, why_not: str, is_able: bool) -> None:
    actions.allow(name, "" if is_able else why_not)


class _StepName(QObject):
    """Puts the name of a step behind an action's own words; it goes when the action goes."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action)
        self._action, self._plain = action, action.text()

    def show(self, step: str) -> None:
        """Name the step that would be taken."""
        self._action.setText(f"{self._plain} {step}".rstrip())
