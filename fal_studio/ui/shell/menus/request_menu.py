"""The Request menu: Run and what stops it, copies of a request, modes, presets, models, jobs."""

import importlib
from typing import Any

from fal_studio.core.request import Mode
from fal_studio.core.snippets.snippet import Language
from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.menus.commanded import Commanded, front, presets
from fal_studio.words import tr

MENU = tr("&Request")
COPY_AS = tr("Cop&y as")


def fill(actions: Actions, window: Commanded) -> None:
    """Register its commands."""
    for number, group in enumerate((_runs, _compare, _copies, _modes, _presets, _models, _jobs)):
        if number:
            actions.separate(MENU)
        group(actions, window)


def _runs(actions: Actions, window: Commanded) -> None:
    actions.add(
        "request.run",
        tr("&Run"),
        lambda: window.comparing.run() or window.workspace.run(),
        menu=MENU,
        shortcut="Ctrl+Return or Ctrl+Enter",
        tip=tr("Run this request in its mode"),
    ).setAutoRepeat(False)
    actions.add(
        "request.run_front",
        tr("Run in &front"),
        front(window, lambda space: space.run(in_front=True)),
        menu=MENU,
        shortcut="Ctrl+Shift+Return or Ctrl+Shift+Enter",
        tip=tr("Run this request before all that wait"),
    ).setAutoRepeat(False)
    actions.add(
        "request.stop",
        tr("&Stop or cancel"),
        lambda: window.comparing.stop() or window.workspace.step_back(),
        menu=MENU,
        shortcut="Esc",
        tip=tr("Stop the stream or session, or cancel the job, that is shown"),
    )
    actions.add(
        "request.stop_batch",
        tr("Stop a&ll of these"),
        front(window, lambda space: space.shown.stop_all()),
        menu=MENU,
        shortcut="Shift+Esc",
        tip=tr("Stop or cancel every open call that the last press of Run began"),
    )
    actions.add(
        "batch.before",
        tr("Th&e result before"),
        front(window, lambda space: space.shown.step(-1)),
        menu=MENU,
        shortcut="Alt+PgUp",
        tip=tr("Show the one before of several results of one Run"),
    )
    actions.add(
        "batch.next",
        tr("The ne&xt result"),
        front(window, lambda space: space.shown.step(1)),
        menu=MENU,
        shortcut="Alt+PgDown",
        tip=tr("Show the next of several results of one Run"),
    )


def _compare(actions: Actions, window: Commanded) -> None:
    actions.add(
        "compare.all",
        tr("Compare all &modes"),
        window.comparing.compare_all,
        menu=MENU,
        shortcut="Ctrl+Alt+Return or Ctrl+Alt+Enter",
        tip=tr("Call this request in every way at once: where the time goes, which is faster, what it costs"),
    ).setAutoRepeat(False)


def _copies(actions: Actions, window: Commanded) -> None:
    actions.add(
        "code.copy",
        tr("Copy as &code"),
        window.copying.copy_code,
        menu=MENU,
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


def _modes(actions: Actions, window: Commanded) -> None:
    for mode in Mode:
        actions.add(
            f"mode.{mode}",
            tr("Mode: {mode}").format(mode=mode),
            lambda mode=mode: window.workspace.set_mode(mode),
            is_on=lambda mode=mode: window.workspace.mode is mode,
            menu=MENU,
            shortcut=f"Alt+{list(Mode).index(mode) + 1}",
        )


def _presets(actions: Actions, window: Commanded) -> None:
    actions.add(
        "preset.show",
        tr("&Presets…"),
        presets(window, lambda it: it.show_menu()),
        menu=MENU,
        shortcut="Ctrl+Shift+P",
        tip=tr("Lay arguments with a name over those of this request"),
    )
    actions.add("preset.save", tr("Save as prese&t…"), presets(window, lambda it: it.save()), menu=MENU)
    actions.add(
        "request.project",
        tr("Pro&ject…"),
        lambda: _ask_project(window),
        menu=MENU,
        tip=tr("What the runs of this request are counted for, in What was spent and in the history"),
    )


def _models(actions: Actions, window: Commanded) -> None:
    actions.add(
        "models.browse",
        tr("&Browse models…"),
        window.model_place.browse,
        menu=MENU,
        shortcut="Ctrl+M",
        tip=tr("Search the profile's catalogue of models"),
    )
    actions.add(
        "models.about",
        tr("&About this model…"),
        window.model_place.show_front,
        menu=MENU,
        shortcut="Ctrl+I",
        tip=tr("What the model in front costs, takes and can do, and what changed in it"),
    )
    actions.add(
        "models.favourite",
        tr("Fa&vourite"),
        lambda: window.catalogue.toggle_favourite(window.workspace.endpoint),
        is_on=lambda: window.workspace.endpoint in window.catalogue.favourites,
        menu=MENU,
        shortcut="Ctrl+Shift+D",
        tip=tr("Give this model the star, or take it away"),
    )


def _jobs(actions: Actions, window: Commanded) -> None:
    actions.add(
        "webhooks.show",
        tr("&Webhooks…"),
        window.panels.open_webhooks,
        menu=MENU,
        tip=tr("Where fal may call when a job has ended, what came in, and a check by hand"),
    )
    actions.add("jobs.show", tr("J&obs"), window.show_jobs, menu=MENU)


def _ask_project(window: Commanded) -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.project_panel")
    module.ask(window, window)
