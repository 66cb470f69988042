"""The window's commands: what they are called, where they stand, which key they have."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from fal_studio.core.request import Mode
from fal_studio.core.snippets.snippet import Language
from fal_studio.ui import theme
from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.shell import finding
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.copying import Copying
from fal_studio.ui.shell.later import Later
from fal_studio.ui.shell.library_place import LibraryPlace
from fal_studio.ui.shell.model_place import ModelPlace
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.new_requests import NewRequests
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.panes import Panes
from fal_studio.ui.shell.profiles import Profiles
from fal_studio.ui.shell.second_window import SecondWindow
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.tokens import Scheme
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.pasting import Pasting
    from fal_studio.ui.shell.presets import Presets
    from fal_studio.ui.shell.saving import Saving

DOCS = "https://docs.fal.ai"
COPY_AS = tr("Cop&y as")
SCHEMES = {
    "theme.system": Scheme.SYSTEM,
    "theme.dark": Scheme.DARK,
    "theme.light": Scheme.LIGHT,
    "theme.contrast": Scheme.HIGH_CONTRAST,
}


class Commanded(Protocol):
    """What the commands need of the window."""

    requests: OpenRequests
    new_requests: NewRequests
    copying: Copying
    model_place: ModelPlace
    monitor: Monitor
    panels: CallPanels
    panes: Panes
    profiles: Profiles
    comparing: ComparePlace
    second: SecondWindow
    library_place: LibraryPlace
    later: Later

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    def reopen(self) -> None:
        """Open the request again that was closed last."""

    def close(self) -> bool:
        """End the program."""
        ...

    def show_jobs(self) -> None:
        """Open the list of calls."""

    def reset_layout(self) -> None:
        """Put every part where it was at first."""


def fill(actions: Actions, window: Commanded) -> None:
    """Register every command of the window."""
    _file(actions, window)
    _edit(actions, window)
    actions.separate(tr("&Edit"))
    _field(actions, window)
    _request(actions, window)
    _view(actions, window)
    _help(actions, window)


def _front(window: Commanded, work: Callable[[Workspace], object]) -> Callable[[], object]:
    """Return a command for the request that is in front when it is given."""
    return lambda: work(window.workspace)


def _pasting(window: Commanded, work: "Callable[[Pasting], object]") -> Callable[[], object]:
    """Return a command for what was copied, whose code is loaded when it is given."""
    return lambda: work(window.later.pasting)


def _saving(window: Commanded, work: "Callable[[Saving], object]") -> Callable[[], object]:
    """Return a command for requests as files, whose code is loaded when it is given."""
    return lambda: work(window.later.saving)


def _presets(window: Commanded, work: "Callable[[Presets], object]") -> Callable[[], object]:
    """The same for presets."""
    return lambda: work(window.later.presets)


def _ask_project(window: Commanded) -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.project_panel")
    module.ask(window, window)


def _file(actions: Actions, window: Commanded) -> None:
    actions.add(
        "request.new", tr("&New request"), window.new_requests.open_empty, menu=tr("&File"), shortcut="Ctrl+T"
    )
    actions.add(
        "request.paste",
        tr("&Open from clipboard"),
        _pasting(window, lambda it: it.open_clipboard()),
        menu=tr("&File"),
        shortcut="Ctrl+Shift+V",
        tip=tr("Open an endpoint, address, cURL command, code or JSON that was copied"),
    )
    actions.add(
        "saved.open",
        tr("Open sa&ved…"),
        _saving(window, lambda it: it.open_dialog()),
        menu=tr("&File"),
        shortcut="Ctrl+O",
        tip=tr("Open a saved request from its file"),
    )
    actions.separate(tr("&File"))
    actions.add(
        "saved.save",
        tr("&Save"),
        _saving(window, lambda it: it.save()),
        menu=tr("&File"),
        shortcut="Ctrl+S",
        tip=tr("Write this request to its file; the first time it asks for a title"),
    )
    actions.add(
        "saved.save_as",
        tr("Save &as…"),
        _saving(window, lambda it: it.save_as()),
        menu=tr("&File"),
        shortcut="Ctrl+Shift+S",
        tip=tr("Write this request to a file of its own"),
    )
    actions.add(
        "saved.rename", tr("&Rename…"), _saving(window, lambda it: it.rename_front()), menu=tr("&File")
    )
    actions.add(
        "saved.folder", tr("Show in &folder"), _saving(window, lambda it: it.show_front()), menu=tr("&File")
    )
    actions.separate(tr("&File"))
    actions.add(
        "request.duplicate",
        tr("&Duplicate request"),
        window.new_requests.open_copy,
        menu=tr("&File"),
        shortcut="Ctrl+D",
        tip=tr("Open the same once more, to change one thing"),
    )
    actions.add(
        "request.close",
        tr("&Close request"),
        window.requests.close_front,
        menu=tr("&File"),
        shortcut="Ctrl+W",
        tip=tr("Close this request; its calls go on"),
    )
    actions.add(
        "request.reopen",
        tr("Reop&en closed request"),
        window.reopen,
        menu=tr("&File"),
        shortcut="Ctrl+Shift+T",
        tip=tr("Open the request again that was closed last, as it was"),
    )
    actions.separate(tr("&File"))
    actions.add(
        "key.add",
        tr("Add a fal &key…"),
        window.profiles.add_key,
        menu=tr("&File"),
        tip=tr("To call models on fal; it is kept in the keyring of this computer"),
    )
    actions.add(
        "profiles.manage",
        tr("&Profiles…"),
        window.profiles.manage,
        menu=tr("&File"),
        tip=tr("Where and as whom calls are made, and what they may spend"),
    )
    actions.add(
        "money.spent",
        tr("&What was spent…"),
        window.profiles.spent_wanted.emit,
        menu=tr("&File"),
        tip=tr("Today, in this session and for each project, by profile and endpoint"),
    )
    actions.separate(tr("&File"))
    settings = actions.add(
        "settings.show",
        tr("Sett&ings…"),
        window.later.show_settings,
        menu=tr("&File"),
        shortcut="Ctrl+,",
        tip=tr("Appearance, notifications, how results are saved, limits"),
    )
    settings.setMenuRole(QAction.MenuRole.PreferencesRole)
    actions.add("app.quit", tr("&Quit"), window.close, menu=tr("&File"), shortcut="Ctrl+Q")


def _edit(actions: Actions, window: Commanded) -> None:
    undo = actions.add(
        "edit.undo",
        tr("&Undo"),
        window.requests.undo.undo,
        menu=tr("&Edit"),
        shortcut="Ctrl+Z",
        tip=tr("Take back the last change"),
    )
    redo = actions.add(
        "edit.redo",
        tr("&Redo"),
        window.requests.undo.redo,
        menu=tr("&Edit"),
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
    actions.separate(tr("&Edit"))
    actions.add(
        "edit.find",
        tr("&Find…"),
        lambda: finding.open_find(window.workspace),
        menu=tr("&Edit"),
        shortcut="Ctrl+F",
        tip=tr("Look for words in the text that has the keyboard: the JSON, the result, a log"),
    )
    actions.add(
        "edit.find_next",
        tr("Find &next"),
        lambda: finding.find_step(window.workspace, 1),
        menu=tr("&Edit"),
        shortcut="F3",
    )
    actions.add(
        "edit.find_previous",
        tr("Find pre&vious"),
        lambda: finding.find_step(window.workspace, -1),
        menu=tr("&Edit"),
        shortcut="Shift+F3",
    )
    actions.separate(tr("&Edit"))
    actions.add(
        "edit.complete",
        tr("Co&mplete the JSON"),
        _front(window, lambda space: space.editor.complete()),
        menu=tr("&Edit"),
        shortcut="Ctrl+Space",
        tip=tr("Offer the names and values that the endpoint takes at the cursor of the JSON"),
    )
    actions.add(
        "edit.tidy",
        tr("&Tidy the JSON"),
        _front(window, lambda space: space.editor.tidy()),
        menu=tr("&Edit"),
        shortcut="Ctrl+Shift+F",
    )
    actions.add(
        "edit.copy_json",
        tr("&Copy the arguments as JSON"),
        lambda: window.copying.copy(window.workspace.document.text),
        menu=tr("&Edit"),
        shortcut="Ctrl+Shift+J",
    )
    actions.add(
        "edit.copy_result",
        tr("Copy the re&sult as JSON"),
        lambda: window.workspace.result.copy_json(),  # noqa: PLW0108 - the workspace in front changes
        menu=tr("&Edit"),
    )


def _field(actions: Actions, window: Commanded) -> None:
    actions.add(
        "field.default",
        tr("Use the &default for this field"),
        _front(window, lambda space: space.editor.form.reset_field()),
        menu=tr("&Edit"),
        shortcut="Ctrl+Shift+Backspace",
        tip=tr("Do not send the field that has the keyboard; the endpoint's default holds"),
    )
    actions.add(
        "field.null",
        tr("Send null for th&is field"),
        _front(window, lambda space: space.editor.form.send_null()),
        menu=tr("&Edit"),
        tip=tr("Send null where the endpoint takes it"),
    )
    actions.separate(tr("&Edit"))
    actions.add(
        "prompt.earlier",
        tr("&Earlier prompt"),
        lambda: window.later.earlier.step(1),
        menu=tr("&Edit"),
        shortcut="Alt+Up",
        tip=tr("Put an earlier prompt into the prompt's place; what was typed comes back with Alt+Down"),
    )
    actions.add(
        "prompt.later",
        tr("&Later prompt"),
        lambda: window.later.earlier.step(-1),
        menu=tr("&Edit"),
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


def _request(actions: Actions, window: Commanded) -> None:
    actions.add(
        "request.run",
        tr("&Run"),
        lambda: window.comparing.run() or window.workspace.run(),
        menu=tr("&Request"),
        shortcut="Ctrl+Return or Ctrl+Enter",
        tip=tr("Run this request in its mode"),
    ).setAutoRepeat(False)
    actions.add(
        "request.run_front",
        tr("Run in &front"),
        _front(window, lambda space: space.run(in_front=True)),
        menu=tr("&Request"),
        shortcut="Ctrl+Alt+Return or Ctrl+Alt+Enter",
        tip=tr("Run this request before all that wait"),
    ).setAutoRepeat(False)
    actions.add(
        "request.stop",
        tr("&Stop or cancel"),
        lambda: window.comparing.stop() or window.workspace.step_back(),
        menu=tr("&Request"),
        shortcut="Esc",
        tip=tr("Stop the stream or session, or cancel the job, that is shown"),
    )
    actions.add(
        "request.stop_batch",
        tr("Stop a&ll of these"),
        _front(window, lambda space: space.stop_batch()),
        menu=tr("&Request"),
        shortcut="Shift+Esc",
        tip=tr("Stop or cancel every open call that the last press of Run began"),
    )
    actions.add(
        "batch.before",
        tr("Th&e result before"),
        _front(window, lambda space: space.step_in_batch(-1)),
        menu=tr("&Request"),
        shortcut="Alt+PgUp",
        tip=tr("Show the one before of several results of one Run"),
    )
    actions.add(
        "batch.next",
        tr("The ne&xt result"),
        _front(window, lambda space: space.step_in_batch(1)),
        menu=tr("&Request"),
        shortcut="Alt+PgDown",
        tip=tr("Show the next of several results of one Run"),
    )
    actions.separate(tr("&Request"))
    actions.add(
        "compare.all",
        tr("Compare all &modes"),
        window.comparing.compare_all,
        menu=tr("&Request"),
        shortcut="Ctrl+Shift+Return or Ctrl+Shift+Enter",
        tip=tr("Call this request in every way at once: where the time goes, which is faster, what it costs"),
    ).setAutoRepeat(False)
    actions.separate(tr("&Request"))
    actions.add(
        "code.copy",
        tr("Copy as &code"),
        window.copying.copy_code,
        menu=tr("&Request"),
        shortcut="Ctrl+Shift+C",
        tip=tr("Copy this request as code, in the language chosen last"),
    )
    actions.begin_submenu(tr("&Request"), COPY_AS)
    for language in Language:
        actions.add(
            f"code.{language}",
            language.title,
            lambda language=language: window.copying.copy_code(language),
            menu=COPY_AS,
            long=tr("Copy as {title}").format(title=language.title),
        )
    actions.add(
        "code.link",
        tr("fal Studio &link"),
        window.copying.copy_link,
        menu=COPY_AS,
        tip=tr(
            "A link that opens this request in somebody else's fal Studio: endpoint, mode and arguments, no key"
        ),
    )
    actions.separate(tr("&Request"))
    for mode in Mode:
        actions.add(
            f"mode.{mode}",
            tr("Mode: {mode}").format(mode=mode),
            lambda mode=mode: window.workspace.set_mode(mode),
            menu=tr("&Request"),
            shortcut=f"Alt+{list(Mode).index(mode) + 1}",
        )
    actions.separate(tr("&Request"))
    actions.add(
        "preset.show",
        tr("&Presets…"),
        _presets(window, lambda it: it.show_menu()),
        menu=tr("&Request"),
        shortcut="Ctrl+Shift+P",
        tip=tr("Lay arguments with a name over those of this request"),
    )
    actions.add(
        "preset.save", tr("Save as prese&t…"), _presets(window, lambda it: it.save()), menu=tr("&Request")
    )
    actions.add(
        "request.project",
        tr("Pro&ject…"),
        lambda: _ask_project(window),
        menu=tr("&Request"),
        tip=tr("What the runs of this request are counted for, in What was spent and in the history"),
    )
    actions.separate(tr("&Request"))
    actions.add(
        "models.browse",
        tr("&Browse models…"),
        window.model_place.browse,
        menu=tr("&Request"),
        shortcut="Ctrl+M",
        tip=tr("Search the profile's catalogue of models"),
    )
    actions.add(
        "models.about",
        tr("&About this model…"),
        window.model_place.show_front,
        menu=tr("&Request"),
        shortcut="Ctrl+I",
        tip=tr("What the model in front costs, takes and can do, and what changed in it"),
    )
    actions.add(
        "models.favourite",
        tr("Fa&vourite"),
        lambda: window.catalogue.toggle_favourite(window.workspace.endpoint),
        menu=tr("&Request"),
        shortcut="Ctrl+Shift+D",
        tip=tr("Give this model the star, or take it away"),
    )
    actions.separate(tr("&Request"))
    actions.add(
        "webhooks.show",
        tr("&Webhooks…"),
        window.panels.open_webhooks,
        menu=tr("&Request"),
        tip=tr("Where fal may call when a job has ended, what came in, and a check by hand"),
    )
    actions.add("jobs.show", tr("J&obs"), window.show_jobs, menu=tr("&Request"))


def _view(actions: Actions, window: Commanded) -> None:
    actions.add(
        "palette.open",
        tr("&Command palette…"),
        window.later.open_palette,
        menu=tr("&View"),
        shortcut="Ctrl+K",
        tip=tr("Find anything that can be done or opened by a few letters"),
    )
    actions.add(
        "palette.requests",
        tr("S&witch request…"),
        window.later.switch_request,
        menu=tr("&View"),
        shortcut="Ctrl+P",
        tip=tr("Go to an open request, or open a saved one"),
    )
    actions.separate(tr("&View"))
    actions.add(
        "view.endpoint",
        tr("Go to &endpoint"),
        _front(window, lambda space: space.bar.focus_endpoint()),
        menu=tr("&View"),
        shortcut="Ctrl+L",
    )
    actions.add(
        "view.prompt",
        tr("Go to &prompt"),
        _front(window, lambda space: space.editor.focus_main()),
        menu=tr("&View"),
        shortcut="Ctrl+E",
    )
    actions.add(
        "view.library", tr("Li&brary"), window.library_place.toggle, menu=tr("&View"), shortcut="Ctrl+B"
    )
    actions.add(
        "view.library_window",
        tr("Lib&rary in its own window"),
        window.library_place.toggle_detached,
        menu=tr("&View"),
        tip=tr("Take the library out, for example to another screen, or put it back"),
    )
    monitor = window.monitor
    actions.add("view.queue", tr("&Queue"), monitor.toggle_queue, menu=tr("&View"), shortcut="Ctrl+J")
    actions.add("view.history", tr("H&istory"), monitor.toggle_history, menu=tr("&View"), shortcut="Ctrl+H")
    actions.add(
        "view.second",
        tr("Pict&ures in a second window"),
        window.second.toggle,
        menu=tr("&View"),
        shortcut="Ctrl+F11",
        tip=tr("Show what the request in front made in a window of its own, for example on another screen"),
    )
    actions.add(
        "view.reset_layout",
        tr("Reset la&yout"),
        window.reset_layout,
        menu=tr("&View"),
        tip=tr("Put the library, the queue and all widths back to where they were at first"),
    )
    actions.add(
        "view.next_pane", tr("Ne&xt pane"), lambda: window.panes.step(1), menu=tr("&View"), shortcut="F6"
    )
    actions.add(
        "view.last_pane",
        tr("Pre&vious pane"),
        lambda: window.panes.step(-1),
        menu=tr("&View"),
        shortcut="Shift+F6",
    )
    actions.separate(tr("&View"))
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
    for number, (key, title) in enumerate(
        {
            "preview": tr("Pre&view"),
            "events": tr("Even&ts"),
            "json": tr("&JSON"),
            "headers": tr("Hea&ders"),
        }.items(),
        1,
    ):
        actions.add(
            f"result.{key}",
            title,
            lambda key=key: window.workspace.result.show_tab(key),
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


def _help(actions: Actions, window: Commanded) -> None:
    actions.add(
        "keys.show",
        tr("&Keyboard shortcuts…"),
        window.later.show_shortcuts,
        menu=tr("&Help"),
        shortcut="F1 or Ctrl+/",
        tip=tr("Every key of the program: search, change, copy as text"),
    )
    actions.separate(tr("&Help"))
    actions.add(
        "help.docs",
        tr("fal's documen&tation"),
        _open_docs,
        menu=tr("&Help"),
        tip=DOCS,
    )


def _open_docs() -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.web")
    module.open_address(DOCS)
