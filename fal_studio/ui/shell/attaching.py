"""Files for fields: chosen, dropped, or of an earlier result; sent away by somebody else, and their progress shown where they belong."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from fal_studio.core.blobs import Load
from fal_studio.core.files import Earlier
from fal_studio.core.privacy import upload_lifetime_s
from fal_studio.core.schema.field import Path
from fal_studio.core.uploading import FileWish, Step, Uploading
from fal_studio.ui.history import History
from fal_studio.ui.request.inputs.intents import Source
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.earlier import EarlierPanel

_TOP_PX = 72


class Attaching(QObject):
    """Knows which file goes to which field of which request."""

    wanted = Signal(str, object)
    """The name of a wish and its FileWish; answer with `show`."""
    cancel_wanted = Signal(str)

    def __init__(self, window: QWidget, history: History, load: Load) -> None:
        super().__init__(window)
        self._window, self._history, self._load = window, history, load
        self._places: dict[str, tuple[Workspace, Path]] = {}
        self._number = 0
        self.plain: Callable[[str], str] = str
        """Returns what is sent for a file that is dropped: a result without what was written into it to be pulled out."""
        self._for: tuple[Workspace, Path] | None = None
        self.panel: EarlierPanel | None = None
        """Made when an earlier output is wanted for the first time."""

    def watch(self, workspace: Workspace) -> None:
        """Take the files of a request's form."""
        form = workspace.editor.form
        form.file_wanted.connect(partial(self._on_wanted, workspace))
        form.file_dropped.connect(partial(self._on_dropped, workspace))

    def leave(self, workspace: Workspace) -> None:
        """Give up the files of a request that is closed."""
        for name in [name for name, (space, _) in self._places.items() if space is workspace]:
            del self._places[name]
            self.cancel_wanted.emit(name)
        if self._for is not None and self._for[0] is workspace:
            self._for = None

    def attach(self, workspace: Workspace, file: str, path: Path, *, is_inline: bool = False) -> None:
        """Send a file for a place in a request's arguments; one that is on its way there is given up."""
        choice: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        wish = FileWish(file, workspace.profile, is_inline=is_inline)
        self._send(workspace, path, wish, choice.small(file))

    def attach_earlier(
        self, workspace: Workspace, file: Earlier, path: Path, picture: QImage | None, *, is_inline: bool
    ) -> None:
        """Use a file of an earlier result: its URL may have expired, so its bytes go again unless fal has them."""
        wish = FileWish(file.name, workspace.profile, sha256=file.sha256, is_inline=is_inline)
        self._send(workspace, path, wish, picture)

    def show(self, name: str, state: Uploading) -> None:
        """Show how far a wish is; a file that has arrived becomes the value of its field."""
        place = self._places.get(name)
        if place is None:
            return
        workspace, path = place
        workspace.show_upload(path, state)
        control = workspace.editor.form.file_input(path)
        if control is not None:
            is_bad = state.step in (Step.FAILED, Step.REFUSED)
            control.set_problem(f"{state.trouble} {state.next_step}".strip() if is_bad else "")
            control.set_busy(is_busy=state.is_under_way)
            share = state.sent_bytes / state.size_bytes if state.size_bytes else None
            control.set_progress(share if state.step is Step.SENDING else None, "" if is_bad else state.words)
        if state.step is Step.DONE:
            workspace.document.set_value(path, state.url, self)
        if not state.is_under_way:
            del self._places[name]

    def _send(self, workspace: Workspace, path: Path, wish: FileWish, picture: QImage | None) -> None:
        self._give_up(workspace, path)
        self._number += 1
        name = f"file-{self._number}"
        self._places[name] = workspace, path
        field = workspace.editor.form.schema.at(path)
        lifetime_s = upload_lifetime_s(workspace.draft.options)
        self.wanted.emit(name, replace(wish, field=field, lifetime_s=lifetime_s))
        control = workspace.editor.form.file_input(path)
        if control is not None:
            control.set_preview(picture)

    def _give_up(self, workspace: Workspace, path: Path) -> bool:
        name = next((n for n, place in self._places.items() if place == (workspace, path)), "")
        if name:
            self.cancel_wanted.emit(name)
        return bool(name)

    def _on_dropped(self, workspace: Workspace, file: str, path: Path) -> None:
        self.attach(workspace, self.plain(file), path)

    def _on_chosen(self, workspace: Workspace, path: Path, is_inline: bool, file: str) -> None:
        self.attach(workspace, file, path, is_inline=is_inline)

    def _on_wanted(self, workspace: Workspace, path: Path, source: str) -> None:
        if self._give_up(workspace, path):
            return  # the button of a field that is busy cancels
        if source == Source.OUTPUT:
            self._open_earlier(workspace, path)
        else:
            self._open_dialog(workspace, path, is_inline=source == Source.INLINE)

    def _open_dialog(self, workspace: Workspace, path: Path, *, is_inline: bool) -> None:
        field = workspace.editor.form.schema.at(path)
        files: Any = importlib.import_module("fal_studio.core.schema.files")
        endings: tuple[str, ...] = files.endings(field.media if field is not None else None)
        title = tr("Choose a file for the request itself") if is_inline else tr("Choose a file")
        choice: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        choice.choose(self._window, title, endings, partial(self._on_chosen, workspace, path, is_inline))

    def _open_earlier(self, workspace: Workspace, path: Path) -> None:
        room: Any = importlib.import_module("fal_studio.ui.shell.earlier")
        if self.panel is None:
            panel: EarlierPanel = room.EarlierPanel(self._history, self._load, self._window)
            panel.picked.connect(self._on_picked)
            self.panel = panel
        self._for = workspace, path
        px = current().px
        wide = min(px(room.SIZE.width()), self._window.width() - 2 * px(24))
        high = min(px(room.SIZE.height()), self._window.height() - 2 * px(24))
        top = min(px(_TOP_PX), (self._window.height() - high) // 2)
        self.panel.place(QRect((self._window.width() - wide) // 2, top, wide, high))
        field = workspace.editor.form.schema.at(path)
        self.panel.show_for(str(path[0]), field.media if field is not None else None)

    def _on_picked(self, file: Earlier, is_inline: bool, picture: QImage | None) -> None:
        if self._for is not None:
            self.attach_earlier(*(self._for[0], file, self._for[1], picture), is_inline=is_inline)
            self._for = None
