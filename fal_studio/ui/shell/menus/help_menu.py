"""The Help menu, as far as the window itself fills it: keys, and documentation."""

import importlib
from typing import Any

from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.menus.commanded import Commanded
from fal_studio.words import tr

MENU = tr("&Help")
DOCS = "https://docs.fal.ai"


def fill(actions: Actions, window: Commanded) -> None:
    """Register its commands."""
    for number, group in enumerate((_keys, _documentation)):
        if number:
            actions.separate(MENU)
        group(actions, window)


def _keys(actions: Actions, window: Commanded) -> None:
    actions.add(
        "keys.show",
        tr("&Keyboard shortcuts…"),
        window.later.show_shortcuts,
        menu=MENU,
        shortcut="F1 or Ctrl+/",
        tip=tr("Every key of the program: search, change, copy as text"),
    )


def _documentation(actions: Actions, window: Commanded) -> None:
    actions.add(
        "help.docs",
        tr("fal's documen&tation"),
        _open_docs,
        menu=MENU,
        tip=DOCS,
    )


def _open_docs() -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.web")
    module.open_address(DOCS)
