"""The File menu: requests and their files, keys and profiles, settings, the end."""

from PySide6.QtGui import QAction

from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.menus.commanded import Commanded, pasting, saving
from fal_studio.words import tr

MENU = tr("&File")


def fill(actions: Actions, window: Commanded) -> None:
    """Register its commands."""
    for number, group in enumerate((_beginning, _files, _copies, _profiles, _program)):
        if number:
            actions.separate(MENU)
        group(actions, window)


def _beginning(actions: Actions, window: Commanded) -> None:
    actions.add(
        "request.new", tr("&New request"), window.new_requests.open_empty, menu=MENU, shortcut="Ctrl+T"
    )
    actions.add(
        "request.paste",
        tr("&Open from clipboard"),
        pasting(window, lambda it: it.open_clipboard()),
        menu=MENU,
        shortcut="Ctrl+Shift+V",
        tip=tr("Open an endpoint, address, cURL command, code or JSON that was copied"),
    )
    actions.add(
        "saved.open",
        tr("Open sa&ved…"),
        saving(window, lambda it: it.open_dialog()),
        menu=MENU,
        shortcut="Ctrl+O",
        tip=tr("Open a saved request from its file"),
    )


def _files(actions: Actions, window: Commanded) -> None:
    actions.add(
        "saved.save",
        tr("&Save"),
        saving(window, lambda it: it.save()),
        menu=MENU,
        shortcut="Ctrl+S",
        tip=tr("Write this request to its file; the first time it asks for a title"),
    )
    actions.add(
        "saved.save_as",
        tr("Save &as…"),
        saving(window, lambda it: it.save_as()),
        menu=MENU,
        shortcut="Ctrl+Shift+S",
        tip=tr("Write this request to a file of its own"),
    )
    actions.add("saved.rename", tr("&Rename…"), saving(window, lambda it: it.rename_front()), menu=MENU)
    actions.add("saved.folder", tr("Show in &folder"), saving(window, lambda it: it.show_front()), menu=MENU)


def _copies(actions: Actions, window: Commanded) -> None:
    actions.add(
        "request.duplicate",
        tr("&Duplicate request"),
        window.new_requests.open_copy,
        menu=MENU,
        shortcut="Ctrl+D",
        tip=tr("Open the same once more, to change one thing"),
    )
    actions.add(
        "request.close",
        tr("&Close request"),
        window.requests.close_front,
        menu=MENU,
        shortcut="Ctrl+W",
        tip=tr("Close this request; its calls go on"),
    )
    actions.add(
        "request.reopen",
        tr("Reop&en closed request"),
        window.reopen,
        menu=MENU,
        shortcut="Ctrl+Shift+T",
        tip=tr("Open the request again that was closed last, as it was"),
    )


def _profiles(actions: Actions, window: Commanded) -> None:
    actions.add(
        "key.add",
        tr("Add a fal &key…"),
        window.profiles.add_key,
        menu=MENU,
        tip=tr("To call models on fal; it is kept in the keyring of this computer"),
    )
    actions.add(
        "profiles.manage",
        tr("&Profiles…"),
        window.profiles.manage,
        menu=MENU,
        tip=tr("Where and as whom calls are made, and what they may spend"),
    )
    actions.add(
        "money.spent",
        tr("&What was spent…"),
        window.profiles.spent_wanted.emit,
        menu=MENU,
        tip=tr("Today, in this session and for each project, by profile and endpoint"),
    )


def _program(actions: Actions, window: Commanded) -> None:
    settings = actions.add(
        "settings.show",
        tr("Sett&ings…"),
        window.later.show_settings,
        menu=MENU,
        shortcut="Ctrl+,",
        tip=tr("Appearance, notifications, how results are saved, limits"),
    )
    settings.setMenuRole(QAction.MenuRole.PreferencesRole)
    actions.add("app.quit", tr("&Quit"), window.close, menu=MENU, shortcut="Ctrl+Q")
