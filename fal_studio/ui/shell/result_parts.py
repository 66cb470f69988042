"""The parts of a result pane, each loaded and built when it is first wanted.

`BEHIND` names what the program loads behind the open window for that.
"""

import importlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.empty_page import EmptyPage
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.output.action_row import ActionRow
    from fal_studio.ui.output.code_view import CodeView
    from fal_studio.ui.output.inspector import Inspector
    from fal_studio.ui.output.json_page import JsonPage
    from fal_studio.ui.output.pages import FailurePage, NotePage
    from fal_studio.ui.output.preview import Preview
    from fal_studio.ui.output.tree_pane import TreePane
    from fal_studio.ui.output.useful import FirstUseful
    from fal_studio.ui.shell.pinned import Pinned
    from fal_studio.ui.stream.pane import EventsPane
    from fal_studio.ui.widgets.metrics import MetricsStrip

BEHIND = (
    "fal_studio.ui.output.preview",
    "fal_studio.ui.output.pages",
    "fal_studio.ui.stream.pane",
    "fal_studio.ui.shell.pinned",
    "fal_studio.ui.shell.result_end",
    "fal_studio.ui.shell.result_figures",
    "fal_studio.ui.output.code_view",
    "fal_studio.ui.output.json_page",
    "fal_studio.ui.output.headers",
    "fal_studio.ui.output.inspector",
    "fal_studio.ui.output.useful",
    "fal_studio.ui.output.action_row",
    "fal_studio.ui.widgets.metrics",
)
_Page = TypeVar("_Page", bound=QWidget)


class ResultParts(QObject):
    """Builds them, and says what is asked for in any of them.

    `pages` holds a page for every tab; `front`, the first of them, what came back: a preview, a failure, a note, or nothing.
    """

    built = Signal(str, object)
    """The name of a part and the part: it has no place yet if it is the strip or the row."""
    run_wanted = Signal()
    cancel_wanted = Signal()
    follow_wanted = Signal()
    check_wanted = Signal()
    limits_wanted = Signal()
    raw_wanted = Signal()
    """Look at the events of a call that failed."""
    report_wanted = Signal()
    """Copy what is known of a failure."""
    go_to_field_wanted = Signal(tuple)
    way_wanted = Signal(str)
    """What to do about a model that the emulator does not have, as its failure page says it."""
    copy_wanted = Signal(str)
    save_wanted = Signal(object)
    open_wanted = Signal(object)
    look_wanted = Signal(int)
    """Show a picture in a window of its own: its number."""
    drag_wanted = Signal(tuple, object)
    """Artifacts that are pulled out, and how they look."""
    keep_wanted = Signal(tuple)
    """Artifacts that are to be saved in the media folder."""
    copy_files_wanted = Signal(tuple)
    folder_wanted = Signal(object)
    """An Artifact that is to be shown in its folder, saved there first if need be."""
    copy_picture_wanted = Signal(object, object)
    """The Artifact of a picture, and how it looks (a QImage or None)."""
    menu_wanted = Signal(object, QPoint)
    """An Artifact of the call, and where on the screen its menu opens."""
    extract_wanted = Signal(str, object)
    """What a stream amounts to shall be saved: see `Side.save_wanted`."""
    continue_wanted = Signal(object)
    """The messages of a request that goes on with the conversation."""
    archive_wanted = Signal()
    transcript_wanted = Signal()
    preview_shown = Signal()
    """All that the preview has is on screen."""
    turned = Signal()
    """From why a call failed to what had arrived, or back."""
    chosen_changed = Signal()
    """Another file is chosen in the preview."""
    useful_found = Signal()
    """A picture of a stream was worth judging."""

    def __init__(self, bytes_of: Bytes, pane: QWidget) -> None:
        super().__init__(pane)
        self._bytes, self._pane = bytes_of, pane
        self.empty = EmptyPage(pane)
        self.empty.run_wanted.connect(self.run_wanted)
        self.front = QStackedWidget(pane)
        self.pages = QStackedWidget(pane)
        self.front.addWidget(self.empty)
        self.pages.addWidget(self.front)

    def has(self, name: str) -> bool:
        """Whether a part is there."""
        return name in vars(self)

    @property
    def has_arrived(self) -> bool:
        """Whether the preview shows something of the call, be it a part."""
        return self.has("preview") and (bool(self.preview.artifacts) or self.preview.has_text)

    def is_in_front(self, name: str) -> bool:
        """Whether a page is there and is the one that shows what came back."""
        return self.has(name) and self.front.currentWidget() is vars(self)[name]

    @cached_property
    def strip(self) -> "MetricsStrip":
        """The numbers above a result."""
        strip: MetricsStrip = _module("widgets.metrics").MetricsStrip(parent=self._pane)
        strip.copied.connect(self.copy_wanted)
        self.built.emit("strip", strip)
        return strip

    @cached_property
    def row(self) -> "ActionRow":
        """The row under a result."""
        row: ActionRow = _module("output.action_row").ActionRow(self._pane)
        row.cancel_wanted.connect(self.cancel_wanted)
        row.follow_wanted.connect(self.follow_wanted)
        row.why_wanted.connect(self._on_why)
        row.save_wanted.connect(self._on_save)
        row.open_wanted.connect(self._on_open)
        row.look_wanted.connect(self._on_look)
        row.menu_wanted.connect(self._on_menu)
        row.pulled.connect(self._on_pulled)
        row.copy_picture_wanted.connect(self._on_copy_picture)
        row.folder_wanted.connect(self._on_folder)
        row.single_wanted.connect(self._on_single_wanted)
        self.built.emit("row", row)
        return row

    @cached_property
    def useful(self) -> "FirstUseful":
        """Tells when the pictures of a stream were worth judging."""
        useful: FirstUseful = _module("output.useful").FirstUseful(self._bytes, self._pane)
        useful.found.connect(self.useful_found)
        return useful

    @cached_property
    def preview(self) -> "Preview":
        """What the call made."""
        page: Preview = _module("output.preview").Preview(self._bytes, self._pane)
        page.save_wanted.connect(self.save_wanted)
        page.copy_wanted.connect(self.copy_wanted)
        page.continue_wanted.connect(self.continue_wanted)
        page.look_wanted.connect(self.look_wanted)
        page.drag_wanted.connect(self.drag_wanted)
        page.keep_wanted.connect(self.keep_wanted)
        page.copy_files_wanted.connect(self.copy_files_wanted)
        page.menu_wanted.connect(self._on_menu)
        page.file_menu_wanted.connect(self.menu_wanted)
        page.shown.connect(self.preview_shown)
        page.chosen_changed.connect(self.chosen_changed)
        page.pictures.zoom_changed.connect(self._on_zoom_changed)
        return self._add("preview", page, self.front)

    @cached_property
    def events(self) -> "EventsPane":
        """Everything that happened in the call."""
        self._pinned: Pinned = _module("shell.pinned").Pinned(self._bytes, self._pane, heard=self.preview)
        tree: TreePane = _module("output.tree_pane").TreePane(self._pane)
        tree.copy_wanted.connect(self.copy_wanted)
        for part in (tree.path, tree.told):
            part.hide()  # the pane has a path of its own
        page: EventsPane = _module("stream.pane").EventsPane(self._pinned, self._pane, tree)
        page.detail.set_form("pretty")
        page.copy_wanted.connect(self.copy_wanted)
        page.save_wanted.connect(self.extract_wanted)
        page.transcript_wanted.connect(self.transcript_wanted)
        return self._add("events", page, self.pages)

    @cached_property
    def timeline(self) -> "Inspector":
        """Where the time of the call went, exchange by exchange."""
        page: Inspector = _module("output.inspector").Inspector(self._pane)
        page.copy_wanted.connect(self.copy_wanted)
        page.archive_wanted.connect(self.archive_wanted)
        page.transcript_wanted.connect(self.transcript_wanted)
        return self._add("timeline", page, self.pages)

    @cached_property
    def json(self) -> "JsonPage":
        """The result as JSON."""
        page: JsonPage = _module("output.json_page").JsonPage(tr("Result as JSON"), self._pane)
        page.copy_wanted.connect(self.copy_wanted)
        return self._add("json", page, self.pages)

    @cached_property
    def headers(self) -> "CodeView":
        """What the answers' headers said."""
        page: CodeView = _module("output.code_view").CodeView(tr("Headers"), self._pane, coloured=False)
        page.copy_wanted.connect(self.copy_wanted)
        return self._add("headers", page, self.pages)

    @cached_property
    def failure(self) -> "FailurePage":
        """Why the call failed."""
        page: FailurePage = _module("output.pages").FailurePage(self._pane)
        page.retry_wanted.connect(self.run_wanted)
        page.go_to_wanted.connect(self.go_to_field_wanted)
        page.way_wanted.connect(self.way_wanted)
        page.limits_wanted.connect(self.limits_wanted)
        page.raw_wanted.connect(self.raw_wanted)
        page.copy_wanted.connect(self.report_wanted)
        page.arrived_wanted.connect(self._on_arrived)
        return self._add("failure", page, self.front)

    @cached_property
    def note(self) -> "NotePage":
        """What else became of the call."""
        page: NotePage = _module("output.pages").NotePage(self._pane)
        page.action_wanted.connect(self.check_wanted)
        return self._add("note", page, self.front)

    def let_go(self) -> None:
        """Let go of players and threads."""
        if self.has("preview"):
            self.preview.close_media()
        if self.has("events"):
            self._pinned.let_go()
        if self.has("useful"):
            self.useful.close()

    def _add(self, name: str, page: _Page, stack: QStackedWidget) -> _Page:
        stack.addWidget(page)
        self.built.emit(name, page)
        return page

    def _on_arrived(self) -> None:
        self.front.setCurrentWidget(self.preview)
        self.turned.emit()

    def _on_why(self) -> None:
        self.front.setCurrentWidget(self.failure)
        self.turned.emit()

    def _on_save(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.save_wanted.emit(item)

    def _on_open(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.open_wanted.emit(item)

    def _on_look(self) -> None:
        self.look_wanted.emit(self.preview.pictures.chosen)

    def _on_menu(self, at: QPoint) -> None:
        if (item := self.preview.chosen) is not None:
            self.menu_wanted.emit(item, at)

    def _on_pulled(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.drag_wanted.emit((item,), self.preview.look_of_chosen)

    def _on_folder(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.folder_wanted.emit(item)

    def _on_copy_picture(self) -> None:
        if (item := self.preview.chosen) is not None:
            pictures = self.preview.pictures
            self.copy_picture_wanted.emit(item, pictures.image(pictures.chosen))

    def _on_zoom_changed(self) -> None:
        if self.has("row"):  # before the first call there is none, and nothing to say in it
            self.row.show_zoom(self.preview)

    def _on_single_wanted(self, is_single: bool) -> None:
        self.preview.pictures.set_single(is_single)


def _module(name: str) -> Any:
    return importlib.import_module(f"fal_studio.ui.{name}")
