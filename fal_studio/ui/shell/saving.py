"""Requests as files: saved, opened, renamed, removed; what changes outside the program is seen and loses nothing."""

import importlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from PySide6.QtCore import QObject, QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from fal_studio.core.saved import (
    ENDING,
    ChangedElsewhereError,
    Kind,
    NotSavedError,
    Saved,
    SavedError,
)
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.request import json_text
from fal_studio.ui.request.draft import MORE, Draft
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.shell.followed_files import FollowedFiles, take_over
from fal_studio.ui.shell.kept_file import to_save
from fal_studio.ui.shell.pasting import Pasting
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.save_panel import SavePanel

_OVERWRITE, _TAKE_OVER, _PUT_BACK = "saved-overwrite:", "saved-take:", "saved-back:"


class Applying(Protocol):
    """Lays presets over requests."""

    def apply(self, file: str) -> None:
        """Lay a preset over the request in front."""


class Host(Protocol):
    """What is needed of the window."""

    toasts: ToastHost
    status: StatusBar

    @property
    def pasting(self) -> Pasting:
        """What opens files that are no saved requests."""
        ...

    @property
    def presets(self) -> "Applying":
        """What lays presets over requests."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...

    def open_draft(self, draft: Draft) -> str:
        """Open a request in a tab of its own."""
        ...

    def show_request(self, key: str) -> None:
        """Bring a request to the front."""


class Saving(QObject):
    """Does what the File menu and the library say about saved requests."""

    def __init__(self, host: Host, window: QWidget, files: SavedFiles, catalogue: Catalogue) -> None:
        super().__init__(window)
        self._host, self._window, self._files, self._catalogue = host, window, files, catalogue
        self._panels: dict[str, SavePanel] = {}
        self._then: Callable[[str, str], None] = _nothing
        self._followed = FollowedFiles(host, files, lambda space: self._saved_of(space, space.title), self)
        self._followed.clashed.connect(self._on_clashed)
        self._removed: dict[str, tuple[Path, bytes, list[Workspace]]] = {}
        host.toasts.action_wanted.connect(self._on_toast_action)

    def save(self) -> None:
        """Write the request in front to its file; one that has none asks for a title first."""
        space = self._host.workspace
        if space.file:
            self._put(space)
        else:
            self.save_as()

    def save_as(self) -> None:
        """Write the request in front to a file of its own."""
        space = self._host.workspace
        entry = self._files.entry(Path(space.file)) if space.file else None
        self._ask(
            tr("Save request"),
            tr("Save"),
            space.title.removesuffix(MORE),
            entry.folder if entry else "",
            partial(self._add, space),
        )

    def open_dialog(self) -> None:
        """Ask which file is to be opened."""
        dialog = QFileDialog(self._window, tr("Open a saved request"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("Saved requests (*{ending})").format(ending=ENDING), tr("JSON (*.json)")])
        if self._files.folder is not None and self._files.requests:
            dialog.setDirectory(str(self._files.folder))
        dialog.fileSelected.connect(self.open)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open(self, file: str) -> None:
        """Open a file in a tab; one that is open already comes to the front."""
        for key, space in self._host.workspaces.items():
            if space.file == file:
                self._host.show_request(key)
                return
        path = Path(file)

        def otherwise(error: Exception) -> None:
            if isinstance(error, NotSavedError):
                self._host.pasting.open_file(path)  # arguments, or what another tool wrote
            else:
                self._tell(error)

        self._files.do(lambda shelf: shelf.load(path, partial(self._open, path), otherwise))

    def rename_front(self) -> None:
        """Give the request in front another title."""
        if file := self._file_in_front():
            self.rename(file)

    def show_front(self) -> None:
        """Show the file of the request in front in the system's file manager."""
        if file := self._file_in_front():
            self.show_in_folder(file)

    def rename(self, file: str) -> None:
        """Ask for another title and folder."""
        path = Path(file)
        entry = self._files.entry(path)
        if entry is not None and entry.problem:
            self._tell(SavedError(entry.problem))
            return
        space = self._space_of(file)
        title = (
            entry.title
            if entry
            else space.title.removesuffix(MORE)
            if space
            else path.name.removesuffix(ENDING)
        )
        folder = entry.folder if entry else ""
        self._ask(tr("Rename"), tr("Rename"), title, folder, partial(self._rename, path))

    def duplicate(self, file: str) -> None:
        """Write the same under another title, and open it."""
        path = Path(file)
        self._files.do(lambda shelf: shelf.duplicate(path, lambda new: self.open(str(new)), self._tell))

    def remove(self, file: str) -> None:
        """Move a file to the system's trash; its tab stays, and a toast brings it back."""
        path = Path(file)
        self._files.do(lambda shelf: shelf.remove(path, partial(self._note_removed, path), self._tell))

    def show_in_folder(self, file: str) -> None:
        """Show a file in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(file).parent)))

    def _add(self, space: Workspace, title: str, folder: str) -> None:
        try:
            saved = self._saved_of(space, title)
        except SavedError as error:
            self._refuse(error)
            return
        self._files.do(
            lambda shelf: shelf.add(saved, folder, partial(self._note_saved, space, saved), self._refuse)
        )

    def _rename(self, path: Path, title: str, folder: str) -> None:
        space = self._space_of(str(path))
        known = space.known if space is not None else None  # now: the list will say that the old file is gone

        def then(new: Path) -> None:
            self._close_panels()
            if space is not None and space.file == str(path):
                space.be_of(str(new), None if known is None else _retitled(known, title))
                self._followed.note_seen(new)
            self._host.status.tell(tr("Renamed to {title}").format(title=title))

        self._files.do(lambda shelf: shelf.rename(path, title, folder, then, self._refuse))

    def _put(self, space: Workspace, *, is_sure: bool = False) -> None:
        """Write a request to its file, if that is still what was read from it or somebody is sure."""
        try:
            saved = self._saved_of(space, space.title)
        except SavedError as error:
            self._tell(error)
            return
        path, known = Path(space.file), "" if is_sure else space.written.file.mark

        def otherwise(error: Exception) -> None:
            if isinstance(error, ChangedElsewhereError):
                news = News(
                    str(error),
                    "ask",
                    tr("Overwrite it"),
                    f"{_OVERWRITE}{path}",
                    tr("Save as… writes another file."),
                )
                self._host.toasts.tell(news)
            else:
                self._tell(error)

        self._files.do(
            lambda shelf: shelf.put(path, saved, known, partial(self._note_saved, space, saved), otherwise)
        )

    def _saved_of(self, space: Workspace, title: str) -> Saved:
        schema_hash = self._catalogue.get(space.endpoint).schema_hash
        return to_save(space.draft, space.document, title, space.known, schema_hash)

    def _note_saved(self, space: Workspace, saved: Saved, path: Path) -> None:
        self._close_panels()
        if space in self._host.workspaces.values():
            space.be_of(str(path), saved)
            self._followed.note_seen(path)
        self._host.status.tell(tr("Saved {name}").format(name=path.name))

    def _open(self, path: Path, saved: Saved) -> None:
        if saved.kind is Kind.PRESET:
            if self._host.workspace.endpoint == saved.endpoint:
                self._host.presets.apply(str(path))
                return
            known = self._catalogue.get(saved.endpoint)
            text = json_text.dump({**known.arguments, **saved.arguments})
            self._host.open_draft(Draft("", saved.endpoint, saved.mode, text))
            self._host.status.tell(tr("Opened a request with the preset {title}").format(title=saved.title))
            return
        title = saved.title or path.name.removesuffix(ENDING)
        text = json_text.dump(saved.arguments)
        draft = Draft(
            title, saved.endpoint, saved.mode, text, saved.options, file=str(path), project=saved.project
        )
        key = self._host.open_draft(draft)
        space = self._host.workspaces[key]
        space.be_of(str(path), saved)
        space.editor.focus_main()
        self._followed.note_seen(path)
        self._tell_drift(saved)

    def _tell_drift(self, saved: Saved) -> None:
        now = self._catalogue.get(saved.endpoint).schema_hash
        if saved.schema_hash and now and now != saved.schema_hash:
            detail = tr("What does not fit any more is marked; nothing was taken out.")
            self._host.toasts.tell(
                News(
                    tr("{endpoint} takes other inputs since this was saved").format(endpoint=saved.endpoint),
                    "ask",
                    detail=detail,
                )
            )

    def _note_removed(self, path: Path, data: bytes) -> None:
        spaces = [space for space in self._host.workspaces.values() if space.file == str(path)]
        for space in spaces:
            space.be_of("", None)
        self._removed[str(path)] = (path, data, spaces)
        name = path.name.removesuffix(ENDING)
        self._host.toasts.tell(
            News(tr("Moved {name} to the trash").format(name=name), "info", tr("Undo"), f"{_PUT_BACK}{path}")
        )

    def _put_back(self, file: str) -> None:
        path, data, spaces = self._removed.pop(file)

        def then(new: Path) -> None:
            open_now = [space for space in spaces if space in self._host.workspaces.values()]
            for space in open_now:
                space.be_of(str(new), None)
            self.look_again()

        self._files.do(lambda shelf: shelf.put_back(path, data, then, self._tell))

    def _on_toast_action(self, key: str) -> None:
        for begin, work in (
            (_OVERWRITE, self._overwrite),
            (_TAKE_OVER, self._take_over),
            (_PUT_BACK, self._put_back),
        ):
            if key.startswith(begin):
                work(key.removeprefix(begin))

    def _overwrite(self, file: str) -> None:
        if (space := self._space_of(file)) is not None:
            self._put(space, is_sure=True)

    def _take_over(self, file: str) -> None:
        def then(saved: Saved) -> None:
            if (space := self._space_of(file)) is not None:
                take_over(space, saved, tr("taking over the file"))

        self._files.do(lambda shelf: shelf.load(Path(file), then, self._tell))

    def look_again(self) -> None:
        """Look at the files of open requests: others are listed than before, or others stand in them."""
        self._followed.look()

    def _on_clashed(self, file: str) -> None:
        name = Path(file).name
        news = News(
            tr("{name} was changed outside fal Studio").format(name=name),
            "ask",
            tr("Take it over"),
            f"{_TAKE_OVER}{file}",
        )
        self._host.toasts.tell(news)

    def _space_of(self, file: str) -> Workspace | None:
        return next((space for space in self._host.workspaces.values() if space.file == file), None)

    def _file_in_front(self) -> str:
        file = self._host.workspace.file
        if not file:
            self._host.toasts.tell(News(tr("This request has no file yet: save it first."), "ask"))
        return file

    def _ask(
        self, heading: str, verb: str, title: str, folder: str, then: Callable[[str, str], None]
    ) -> None:
        if any(panel.isVisible() for panel in self._panels.values()):
            return  # somebody is being asked already
        panel = self._panels.get(verb)
        if panel is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.save_panel")
            panel = self._panels[verb] = room.SavePanel(heading, verb, self._window)
            panel.save_wanted.connect(self._on_named)
        self._then = then
        root = str(self._files.folder) if self._files.folder is not None else ""
        panel.ask(title, folder, self._files.folders(), root)

    def _on_named(self, title: str, folder: str) -> None:
        self._then(title, folder)

    def _close_panels(self) -> None:
        for panel in self._panels.values():
            if panel.isVisible():
                panel.dismiss()

    def _refuse(self, error: Exception) -> None:
        """Say in the open panel why it could not be done, or where there is none any more."""
        panel = next((panel for panel in self._panels.values() if panel.isVisible()), None)
        if panel is not None:
            panel.show_problem(str(error))
        else:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        text = str(error)
        if self._files.folder is not None:
            text = text.replace(f"{self._files.folder}{os.sep}", "")
        said, dot, more = text.partition(". ")
        self._host.toasts.tell(News(f"{said}{dot}".strip(), "bad", detail=more))

    def show_menu(self, file: str, at: QPoint) -> None:
        """Offer what can be done with a file of the library."""
        entry = self._files.entry(Path(file))
        menu = QMenu(self._window)
        is_broken = entry is not None and bool(entry.problem)
        for title, work in (
            (tr("&Open"), self.open),
            (tr("&Rename…\tF2"), self.rename),
            (tr("&Duplicate"), self.duplicate),
        ):
            menu.addAction(title, partial(work, file)).setEnabled(not is_broken)
        menu.addSeparator()
        menu.addAction(tr("Show in &folder"), partial(self.show_in_folder, file))
        menu.addAction(tr("&Move to the trash\tDel"), partial(self.remove, file))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)


def _retitled(saved: Saved, title: str) -> Saved:
    return msgspec.structs.replace(saved, title=title)


def _nothing(_title: str, _folder: str) -> None:
    """Do nothing."""
