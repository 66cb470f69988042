"""The window's commands, a file for each menu: what they are called, where they stand, which key they have."""

from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.menus import edit_menu, file_menu, help_menu, queue_menu, request_menu, view_menu
from fal_studio.ui.shell.menus.commanded import Commanded


def fill(actions: Actions, window: Commanded) -> None:
    """Register every command of the window."""
    for menu in (queue_menu, file_menu, edit_menu, request_menu, view_menu, help_menu):
        menu.fill(actions, window)
