"""Every key that a widget hears is declared, so that the sheet of shortcuts shows it; and what is declared is heard."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

import fal_studio.ui
from fal_studio.ui.view_keys import VIEW_KEYS, ViewKeys

HOME = Path(fal_studio.ui.__file__).parent
ALIKE = {Qt.Key.Key_Enter: Qt.Key.Key_Return}
NO_COMMAND = {
    "actions.py", "view_keys.py", "palette/allowed.py", "request/undo_keys.py", "request/inputs/file.py",
}  # fmt: skip
"""These name keys and hear none: the registry, this declaration, what says which keys are allowed, and what passes Ctrl+Z and Ctrl+V on."""


def heard(module: str) -> set[Qt.Key]:
    """The keys that a module names as Qt.Key.Key_…, in whatever handler."""
    tree = ast.parse((HOME / module).read_text())
    names = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("Key_")
    }
    return {ALIKE.get(key, key) for key in (getattr(Qt.Key, name) for name in names)}


def declared(one: ViewKeys) -> dict[Qt.Key, str]:
    found: dict[Qt.Key, str] = {}
    for keys, _ in one.keys:
        for text in keys.split(" or "):
            sequence = QKeySequence(text)
            assert sequence.count() == 1, f"{one.view}: {text!r} is no key"
            found[ALIKE.get(sequence[0].key(), sequence[0].key())] = text
    return found


def path_of(module: str) -> str:
    return module.replace(".", "/") + ".py"


@pytest.mark.parametrize("one", VIEW_KEYS, ids=lambda one: one.view)
def test_the_keys_of_a_view_are_declared_and_the_declared_ones_are_heard(one: ViewKeys) -> None:
    missing = {key for module in one.modules for key in heard(path_of(module))} - set(declared(one))
    assert not missing, f"{one.view}: say in ui/view_keys.py what {sorted(key.name for key in missing)} do"
    if one.view == "Everywhere":
        return  # Tab and Space are Qt's own
    source = "".join((HOME / path_of(module)).read_text() for module in one.modules)
    keys = {key for module in one.modules for key in heard(path_of(module))}
    for key, text in declared(one).items():
        letter = text.rpartition("+")[2] or text
        is_letter = (
            f'"{letter}"' in source
            or f'"{letter.lower()}"' in source
            or (key == Qt.Key.Key_Space and '" "' in source)
        )
        standard = {"Ctrl+C": "StandardKey.Copy", "Ctrl+S": "StandardKey.Save"}.get(text)
        is_standard = standard is not None and standard in source
        assert key in keys or is_letter or is_standard, f"{one.view}: nobody hears {text}"


def test_no_module_hears_keys_without_a_declaration() -> None:
    known = {path_of(module) for one in VIEW_KEYS for module in one.modules}
    strays = []
    for file in sorted(HOME.rglob("*.py")):
        name = file.relative_to(HOME).as_posix()
        if (
            name not in known
            and name not in NO_COMMAND
            and (heard(name) or "event.matches(" in file.read_text())
        ):
            strays.append(name)
    assert not strays, f"declare the keys of {strays} in ui/view_keys.py"


def test_shortcuts_are_made_by_the_registry_alone() -> None:
    strays = []
    for file in sorted(HOME.parent.rglob("*.py")):
        name = file.relative_to(HOME).as_posix() if file.is_relative_to(HOME) else file.name
        text = file.read_text()
        if name != "actions.py" and ("QShortcut" in text or ".setShortcut" in text):
            strays.append(name)
    assert not strays, (
        f"{strays}: commands and their keys belong into ui/shell/menus.py (ui/actions.py says how)"
    )
