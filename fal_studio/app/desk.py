"""The desk as it was left: open requests with every letter typed, the window's size, what was used lately."""

import contextlib
import logging
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from fal_studio.core.snippets.snippet import Language
from fal_studio.store.files import write_whole
from fal_studio.ui.library.starters import LIGHTHOUSE
from fal_studio.ui.queue.scope import Scope
from fal_studio.ui.request.draft import Draft, written
from fal_studio.ui.shell.new_requests import draft_of
from fal_studio.ui.shell.top_bar import PAGES
from fal_studio.ui.shell.window import MainWindow

SAVE_AFTER_MS = 500
"""What was typed is on disk so soon, also while somebody types on and on."""
LONGEST_TEXT = 2_000_000
"""Arguments longer than this are not kept; a request with whole films in it would slow every start."""
_BAR_PX = 12
"""The middle of a title bar, below the window's upper edge."""
_logger = logging.getLogger(__name__)
Pixel = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]
Box = tuple[Pixel, Pixel, Pixel, Pixel]


class Left(msgspec.Struct, frozen=True):
    """What is written down. Unknown keys of a newer version are passed over."""

    drafts: tuple[Draft, ...] = ()
    front: int = 0
    recents: tuple[str, ...] = ()
    favourites: tuple[str, ...] = ()
    code_language: str = ""
    width: Pixel = 0
    height: Pixel = 0
    place: tuple[Pixel, Pixel] | None = None
    """Where the window's frame was, x and y; None where the system alone knows."""
    is_maximized: bool = False
    dock: str = ""
    """Which view of calls was open at the foot of the window: "queue", "history", or ""."""
    dock_height: Pixel = 0
    is_dock_detached: bool = False
    library_px: Pixel = 0
    editor_px: Pixel = 0
    """Widths that somebody chose, at 100 % text; 0: the usual ones."""
    is_second_open: bool = False
    second_box: Box | None = None
    """Where the second window for pictures was: x, y, width, height."""
    uses: dict[str, float] = {}
    """How much is used what the palette offers (`core.uses`)."""
    dock_box: Box | None = None
    """Where the window of the detached dock was: x, y, width, height."""
    page: str = ""
    """Which page was in front: "request", "compare", "live", "gallery"; "" for the first."""
    editor_tabs: tuple[str, ...] = ()
    """Which tab of its editor each draft had in front."""
    shown: tuple[str, ...] = ()
    """Which call each draft showed; "" for none."""
    arranged: dict[str, tuple[Pixel, ...]] = {}
    """How panes were divided, how wide columns were, how tables were sorted, by name (`widgets.kept_sizes`)."""
    lists: dict[str, tuple[str, ...]] = {}
    """How the lists of calls were sorted and gathered, by name."""
    is_library_folded: bool = False
    is_library_detached: bool = False
    library_box: Box | None = None
    """Where the library's own window was: x, y, width, height."""


class Desk(QObject):
    """Lays the desk at the start, and notes changes a moment after they happen."""

    def __init__(self, path: Path, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)
        self._page = ""
        """The page that was in front and is still to be shown."""
        self._lay(read(path))
        window.edited.connect(self._on_edited)
        window.front_changed.connect(self._on_edited)
        window.monitor.toggled.connect(self._on_edited)
        window.parts.changed.connect(self._on_edited)
        window.second.toggled.connect(self._on_edited)
        window.library_place.toggled.connect(self._on_edited)
        window.arrangement.changed.connect(self._on_edited)
        window.pages.shown.connect(self._on_edited)

    def _on_edited(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def save(self) -> None:
        """Write it down; a folder that cannot be written costs only the memory of it."""
        self._timer.stop()
        window = self._window
        spaces = window.workspaces
        drafts = [
            written(space.draft) for space in spaces.values() if len(space.document.text) <= LONGEST_TEXT
        ]
        box = window.monitor.box
        window.second.note_box()
        second = window.second.box
        left = Left(
            drafts=tuple(drafts),
            front=list(spaces).index(window.tabs.current()) if window.tabs.current() in spaces else 0,
            recents=window.library.recents,
            favourites=window.catalogue.favourites,
            code_language=window.code.language,
            library_px=window.parts.library_px,
            editor_px=window.parts.editor_px,
            is_second_open=window.second.is_open,
            second_box=_numbers(second),
            uses=window.uses.weights,
            width=window.normalGeometry().width() or window.width(),
            height=window.normalGeometry().height() or window.height(),
            place=_place_of(window),
            is_maximized=window.isMaximized(),
            dock=window.monitor.scope.value if window.monitor.is_open else "",
            dock_height=window.monitor.height,
            is_dock_detached=window.monitor.is_detached,
            dock_box=_numbers(box),
            page=self._page or window.page,
            editor_tabs=tuple(
                space.editor.tab for space in spaces.values() if len(space.document.text) <= LONGEST_TEXT
            ),
            shown=tuple(
                window.returning.call_of(key)
                for key, space in spaces.items()
                if len(space.document.text) <= LONGEST_TEXT
            ),
            arranged=window.arrangement.numbers,
            lists=window.monitor.lists,
            is_library_folded=not window.library_place.is_wanted,
            is_library_detached=window.library_place.is_detached and window.library_place.is_open,
            library_box=_numbers(window.library_place.box),
        )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, msgspec.json.encode(left))
        except OSError:
            _logger.warning("the open requests could not be written down", exc_info=True)

    def _lay(self, left: Left) -> None:
        window = self._window
        window.parts.take(left.library_px, left.editor_px)
        window.arrangement.take(left.arranged)
        window.monitor.set_lists(left.lists)
        for draft in left.drafts or (draft_of(LIGHTHOUSE),):
            window.open_draft(draft)
        keys = list(window.workspaces)
        window.show_request(keys[left.front if 0 <= left.front < len(keys) else 0])
        window.library.set_recents(left.recents)
        if left.favourites:
            window.catalogue.set_favourites(left.favourites)
        window.uses.take(left.uses)
        if left.second_box is not None:
            window.second.box = QRect(*left.second_box)
        if left.is_second_open:
            window.painted.connect(lambda: window.second.open(takes_keyboard=False))
        if left.code_language in set(Language):
            window.code.set_language(Language(left.code_language))
        if left.width and left.height:
            window.resize(max(left.width, window.minimumWidth()), max(left.height, window.minimumHeight()))
        if left.place is not None and _is_on_screen(left.place, window.width()):
            window.move(*left.place)
        if left.is_maximized:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
        self._lay_docks(left)
        if left.drafts:
            window.workspace.editor.focus_main()
        else:
            window.workspace.editor.offer_main()

    def _lay_docks(self, left: Left) -> None:
        """Open what was open around the requests; not before the window was drawn: nobody shall wait for it."""
        window = self._window
        if left.dock_height > 0:
            window.monitor.set_height(left.dock_height)
        if left.dock_box is not None:
            window.monitor.set_box(QRect(*left.dock_box))
        if left.dock in set(Scope):
            scope = Scope(left.dock)
            if left.is_dock_detached:
                window.painted.connect(lambda: window.monitor.detach(takes_keyboard=False))
            window.painted.connect(lambda: window.monitor.open(scope, takes_keyboard=False))
        self._tabs = left.editor_tabs
        if set(self._tabs) - {"form"}:
            window.painted.connect(self._show_tabs)
        if any(left.shown):
            calls = {key: call for key, call in zip(window.workspaces, left.shown, strict=False) if call}
            window.painted.connect(lambda: window.returning.expect(calls))
        place = window.library_place
        place.take(QRect(*(left.library_box or (0, 0, 0, 0))), is_folded=left.is_library_folded)
        if left.is_library_detached:
            window.painted.connect(lambda: place.detach(takes_keyboard=False))
        if left.page in {page.key for page in PAGES} - {window.page}:
            self._page = left.page
            window.painted.connect(self._show_page)

    def _show_tabs(self) -> None:
        """Open the tabs of the editors; the JSON page is loaded for it, so the window is drawn before."""
        for space, tab in zip(self._window.workspaces.values(), self._tabs, strict=False):
            with contextlib.suppress(ValueError):  # a tab that this version does not have
                space.editor.show_tab(tab)

    def _show_page(self) -> None:
        """Go to the page that was in front; not before the window was drawn, which shall not wait for it."""
        page, self._page = self._page, ""
        self._window.pages.show_page(page)


def _numbers(box: QRect) -> tuple[int, int, int, int] | None:
    """Return x, y, width and height; None for a box that never was."""
    return (box.x(), box.y(), box.width(), box.height()) if box.isValid() else None


def _place_of(window: MainWindow) -> tuple[int, int] | None:
    """Return where a window is; a Wayland compositor tells nobody, and takes no wishes."""
    if QGuiApplication.platformName().startswith("wayland"):
        return None
    at = window.normalGeometry().topLeft() if window.isMaximized() or window.isFullScreen() else window.pos()
    return at.x(), at.y()


def _is_on_screen(place: tuple[int, int], width: int) -> bool:
    """Say whether the bar of a window there could be taken hold of: its screen may be gone since."""
    if QGuiApplication.platformName().startswith("wayland"):
        return False
    bar = QPoint(place[0] + width // 2, place[1] + _BAR_PX)
    return any(screen.availableGeometry().contains(bar) for screen in QGuiApplication.screens())


def read(path: Path) -> Left:
    """Return the desk as it was left; an empty one if there is none or it cannot be read.

    What is damaged is as at the first start, and does not take the drafts with it.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return Left()
    try:
        return msgspec.json.decode(data, type=Left)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        _logger.warning("%s was damaged; what can be read of it is taken", path)
        return _readable(data)


def _readable(data: bytes) -> Left:
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Left()
    hints, good = get_type_hints(Left, include_extras=True), dict[str, Any]()
    for name in Left.__struct_fields__ if isinstance(raw, dict) else ():
        with contextlib.suppress(KeyError, msgspec.ValidationError):
            good[name] = msgspec.convert(raw[name], hints[name])
    return Left(**good)
