"""The View menu: the palette, panes and windows, how everything looks, the tabs of a result."""

from PySide6.QtCore import QObject

from fal_studio.ui import theme
from fal_studio.ui.actions import Actions
from fal_studio.ui.queue.scope import Scope
from fal_studio.ui.shell.menus.commanded import Commanded, front
from fal_studio.ui.tokens import Scheme
from fal_studio.words import tr

MENU = tr("&View")
SCHEMES = {
    "theme.system": Scheme.SYSTEM,
    "theme.dark": Scheme.DARK,
    "theme.light": Scheme.LIGHT,
    "theme.contrast": Scheme.HIGH_CONTRAST,
}


def fill(actions: Actions, window: Commanded) -> None:
    """Register its commands."""
    for number, group in enumerate((_palette, _requests, _places, _looks)):
        if number:
            actions.separate(MENU)
        group(actions, window)


def _palette(actions: Actions, window: Commanded) -> None:
    actions.add(
        "palette.open",
        tr("&Command palette…"),
        window.later.open_palette,
        menu=MENU,
        shortcut="Ctrl+K",
        tip=tr("Find anything that can be done or opened by a few letters"),
    )
    actions.add(
        "palette.requests",
        tr("S&witch request…"),
        window.later.switch_request,
        menu=MENU,
        shortcut="Ctrl+P",
        tip=tr("Go to an open request, or open a saved one"),
    )


def _requests(actions: Actions, window: Commanded) -> None:
    actions.add(
        "request.next",
        tr("&Next request"),
        lambda: window.requests.step(1),
        menu=MENU,
        shortcut="Ctrl+PgDown or Ctrl+Tab",
        tip=tr("Bring the open request to the right to the front"),
    )
    actions.add(
        "request.before",
        tr("Previ&ous request"),
        lambda: window.requests.step(-1),
        menu=MENU,
        shortcut="Ctrl+PgUp or Ctrl+Shift+Tab",
        tip=tr("Bring the open request to the left to the front"),
    )


def _places(actions: Actions, window: Commanded) -> None:
    actions.add(
        "view.endpoint",
        tr("Go to &endpoint"),
        front(window, lambda space: space.bar.focus_endpoint()),
        menu=MENU,
        shortcut="Ctrl+L",
    )
    actions.add(
        "view.prompt",
        tr("Go to &prompt"),
        front(window, lambda space: space.editor.focus_main()),
        menu=MENU,
        shortcut="Ctrl+E",
    )
    library, monitor = window.library_place, window.monitor
    actions.add(
        "view.library",
        tr("Li&brary"),
        library.toggle,
        menu=MENU,
        shortcut="Ctrl+B",
        is_on=lambda: library.is_open,
    )
    actions.add(
        "view.library_window",
        tr("Lib&rary in its own window"),
        library.toggle_detached,
        menu=MENU,
        is_on=lambda: library.is_detached,
        tip=tr("Take the library out, for example to another screen, or put it back"),
    )
    actions.add(
        "view.queue",
        tr("&Queue"),
        monitor.toggle_queue,
        menu=MENU,
        shortcut="Ctrl+J",
        is_on=lambda: monitor.is_open and monitor.scope is Scope.QUEUE,
    )
    actions.add(
        "view.history",
        tr("H&istory"),
        monitor.toggle_history,
        menu=MENU,
        shortcut="Ctrl+H",
        is_on=lambda: monitor.is_open and monitor.scope is Scope.HISTORY,
    )
    actions.add(
        "view.second",
        tr("Pict&ures in a second window"),
        window.second.toggle,
        menu=MENU,
        is_on=lambda: window.second.is_open,
        shortcut="Ctrl+F11",
        tip=tr("Show what the request in front made in a window of its own, for example on another screen"),
    )
    actions.add(
        "view.reset_layout",
        tr("Reset la&yout"),
        window.reset_layout,
        menu=MENU,
        tip=tr("Put the library, the queue and all widths back to where they were at first"),
    )
    actions.add("view.next_pane", tr("Ne&xt pane"), lambda: window.panes.step(1), menu=MENU, shortcut="F6")
    actions.add(
        "view.last_pane",
        tr("Pre&vious pane"),
        lambda: window.panes.step(-1),
        menu=MENU,
        shortcut="Shift+F6",
    )


def _looks(actions: Actions, window: Commanded) -> None:
    _appearance(actions)
    _result_tabs(actions, window)


def _appearance(actions: Actions) -> None:
    actions.begin_submenu(tr("&View"), tr("&Appearance"))
    actions.add_choice(
        {
            "theme.system": tr("Theme of the &system"),
            "theme.dark": tr("&Dark"),
            "theme.light": tr("&Light"),
            "theme.contrast": tr("&High contrast"),
        },
        lambda name: theme.current().apply(SCHEMES[name]),
        menu=tr("&Appearance"),
        of_what=tr("Appearance"),
    )
    actions.separate(tr("&Appearance"))
    zoom = theme.current
    actions.add(
        "zoom.in",
        tr("Lar&ger text"),
        lambda: zoom().set_zoom(zoom().zoom + 0.1),
        menu=tr("&Appearance"),
        shortcut="Ctrl+= or Ctrl++",
    )
    actions.add(
        "zoom.out",
        tr("S&maller text"),
        lambda: zoom().set_zoom(zoom().zoom - 0.1),
        menu=tr("&Appearance"),
        shortcut="Ctrl+-",
    )
    actions.add(
        "zoom.reset",
        tr("&Normal text"),
        lambda: zoom().set_zoom(1.0),
        menu=tr("&Appearance"),
        shortcut="Ctrl+0",
    )
    actions.separate(tr("&Appearance"))
    less = actions.add(
        "motion.reduced",
        tr("Less m&otion"),
        lambda: theme.current().set_reduced_motion(reduced=not theme.current().reduced_motion),
        menu=tr("&Appearance"),
        tip=tr("Nothing turns, glides or fades, and pictures that move stand still until they are asked to"),
    )
    less.setCheckable(True)
    _Looks(actions).show()


def _result_tabs(actions: Actions, window: Commanded) -> None:
    actions.begin_submenu(tr("&View"), tr("Resul&t"))
    for key, title, number in (
        ("preview", tr("Pre&view"), 1),
        ("events", tr("Even&ts"), 2),
        ("timeline", tr("Ti&meline"), 5),
        ("json", tr("&JSON"), 3),
        ("headers", tr("Hea&ders"), 4),
    ):
        actions.add(
            f"result.{key}",
            title,
            lambda key=key: window.workspace.result.show_tab(key),
            is_on=lambda key=key: window.workspace.result.tab == key,
            menu=tr("Resul&t"),
            shortcut=f"Ctrl+Alt+{number}",
            long=tr("Result: {replace}").format(replace=title.replace("&", "")),
        )


class _Looks(QObject):
    """Ticks what the window looks like now, whoever changed it; it goes when the actions go."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions)
        self._actions = actions
        theme.current().changed.connect(self.show)

    def show(self) -> None:
        """Set the ticks."""
        looks = theme.current()
        for name, scheme in SCHEMES.items():
            self._actions[name].setChecked(scheme is looks.scheme)
        self._actions["motion.reduced"].setChecked(looks.reduced_motion)
