"""The result as a person wants it: pictures, a film, a sound or a model on a stage, words, files; or why there is none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.artifacts import Artifact, Kind, find, words
from fal_studio.core.events import Partial
from fal_studio.core.request import Json
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.decode import Decoder
from fal_studio.ui.output.files import FilesView
from fal_studio.ui.output.mesh_view import MeshView
from fal_studio.ui.output.pictures import PictureGrid, Slot
from fal_studio.ui.output.player import MediaPlayer
from fal_studio.ui.output.preview_chat import ChatPart
from fal_studio.ui.output.preview_lead import LeadPart, leading
from fal_studio.ui.output.preview_sound import SoundPart
from fal_studio.ui.output.sound_stream import SoundStream
from fal_studio.ui.output.words import WordsView
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.kept_sizes import KeptSplitter
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.output.chat_finding import ChatFinder
    from fal_studio.ui.output.chat_view import ChatView

MOST_PICTURES = 64
"""Further pictures of a result are listed as files: a stage of thousands shows nothing."""
_FROM_DISK = (Kind.VIDEO, Kind.AUDIO)
"""What is played from the disk, however large it is."""


class Preview(QWidget):
    """Shows payloads. What was shown stays until something better is there, so nothing flashes."""

    shown = Signal()
    """Everything that the payload holds is on screen."""
    chosen_changed = Signal()
    save_wanted = Signal(object)
    menu_wanted = Signal(QPoint)
    """Somebody pressed a picture with the right button, at a place of the screen; it is chosen."""
    look_wanted = Signal(int)
    """Somebody wants to look at a picture closely: its number."""
    drag_wanted = Signal(tuple, object)
    """The Artifacts that are pulled out, and how they look (a QImage)."""
    keep_wanted = Signal(tuple)
    """Artifacts that are to be saved in the media folder."""
    copy_files_wanted = Signal(tuple)
    file_menu_wanted = Signal(object, QPoint)
    """An Artifact that was pressed with the right button, and a place of the screen."""

    copy_wanted = Signal(str)
    continue_wanted = Signal(object)
    """The messages of a request that goes on with the conversation."""

    def __init__(self, bytes_of: Bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "stage")
        self._bytes = bytes_of
        self._decoder = Decoder(self)
        self._artifacts: tuple[Artifact, ...] = ()
        self._waiting: dict[str, Artifact] = {}
        self._late: dict[str, Artifact] = {}
        """What could not be fetched; it may still come."""
        self._arguments: Json = None
        self._described: dict[str, str] = {}
        self._is_whole = False
        self.pictures = PictureGrid(self)
        self.words = laid(WordsView(self), "panel")
        self.files = FilesView(self)
        self._wanted_key = ""
        """The file that somebody put on the stage."""
        self._media = QStackedWidget(self)
        self._media.addWidget(self.pictures)
        self._lead = LeadPart(self._media, self.pictures)
        self._sound = SoundPart(self._media, bytes_of)
        self._parts = KeptSplitter(Qt.Orientation.Vertical, "result", self)
        self._parts.addWidget(self._media)
        self._parts.addWidget(self.words)
        self._parts.addWidget(self.files)
        self._parts.setStretchFactor(0, 1)
        self._chat = ChatPart(self._parts, self.words)
        self.finder = Finder(self.words, tr("the text"), self._put_find_bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._parts)
        self._lead.ready.connect(self._tell_if_complete)
        self._lead.pulled.connect(self._pull_lead)
        self._lead.menu_wanted.connect(self.file_menu_wanted)
        self._sound.opening.connect(self._on_sound_opening)
        self._sound.named.connect(self.show_payload)
        self._sound.put_together.connect(self._show_files)
        self._chat.copy_wanted.connect(self.copy_wanted)
        self._chat.continue_wanted.connect(self.continue_wanted)
        self._decoder.decoded.connect(self._on_decoded)
        bytes_of.arrived.connect(self._on_arrived)
        bytes_of.failed.connect(self._on_failed)
        bytes_of.moved.connect(self._on_moved)
        self.pictures.chosen_changed.connect(self._on_place_chosen)
        self.pictures.open_wanted.connect(self.look_wanted)
        self.pictures.drag_wanted.connect(self._tell_drag)
        self.pictures.menu_wanted.connect(self._tell_menu)
        self.files.save_wanted.connect(self.save_wanted)
        self.files.drag_wanted.connect(self._pull_files)
        self.files.keep_wanted.connect(self.keep_wanted)
        self.files.copy_wanted.connect(self.copy_files_wanted)
        self.files.show_wanted.connect(self.put_on_stage)
        self.files.menu_wanted.connect(self.file_menu_wanted)
        self.clear()

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """The files that are shown."""
        return self._artifacts

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return self._media.isHidden() and self.files.isHidden() and not self.has_text

    @property
    def is_complete(self) -> bool:
        """Whether everything of the payload is on screen."""
        pictures = self.pictures.isHidden() or not self.pictures.count or self.pictures.is_complete()
        return not self._waiting and pictures and self._lead.is_ready

    @property
    def player(self) -> MediaPlayer | None:
        """The film or sound on the stage."""
        return self._lead.view if isinstance(self._lead.view, MediaPlayer) else None

    @property
    def mesh(self) -> MeshView | None:
        """The 3D model on the stage."""
        return self._lead.view if isinstance(self._lead.view, MeshView) else None

    @property
    def chosen(self) -> Artifact | None:
        """The file on the stage; of several pictures the chosen one."""
        if self._lead.view is not None:
            return next((item for item in self._artifacts if item.key == self._lead.key), None)
        pictures = [item for item in self._artifacts if item.kind is Kind.IMAGE]
        if pictures:
            return pictures[min(self.pictures.chosen, len(pictures) - 1)]
        return self._artifacts[0] if self._artifacts else None

    @property
    def look_of_chosen(self) -> QImage:
        """How the file on the stage looks now; an empty picture for a sound."""
        if self._lead.view is not None:
            return self._lead.view.frame
        return self.pictures.image(self.pictures.chosen) or QImage()

    @property
    def stage(self) -> QWidget | None:
        """The pictures, film or model that is shown; None while there is none."""
        return None if self._media.isHidden() else self._media.currentWidget()

    def begin(self, arguments: Json) -> None:
        """Take what was sent: it may say how raw sound is to be taken, and that payloads are part of a conversation."""
        self._arguments = arguments
        self._chat.begin(arguments)
        self._is_whole = False

    def clear(self) -> None:
        """Show nothing."""
        self._artifacts = ()
        self._waiting.clear()
        self._late.clear()
        self.pictures.set_slots((), keep=False)
        self.words.clear_text()
        self.files.show_files(())
        self._lead.drop()
        self._sound.drop()
        self._arrange(pictures=False, text=False, files=False)

    def show_slots(self, count: int, size: QSize) -> None:
        """Keep places for pictures that are being made."""
        self.clear()
        slots = [Slot(f"slot-{number}", size) for number in range(count)]
        self.pictures.set_slots(slots, keep=False)
        self._arrange(pictures=True, text=False, files=False)

    def take_partials(self, partials: Sequence[Partial], *, is_live: bool = False) -> None:
        """Show what came in this frame: all words, and the newest pictures; let sound be heard if it is live."""
        self._chat.take(piece.payload for piece in partials)
        for piece in partials:
            self._take_words(piece.payload)
            self._sound.take(piece.payload, self._arguments, is_live=is_live)
        for piece in reversed(partials):
            files = find(piece.payload)
            if self.hears:
                files = tuple(item for item in files if item.kind is not Kind.AUDIO)
            if files:
                self._show_files(files)
                break
        else:
            if self.words.text or self._chat.is_there:
                self._arrange(pictures=bool(self._artifacts), text=True, files=not self.files.is_empty)

    def show_payload(self, payload: Json) -> None:
        """Show a result."""
        self._chat.take((payload,))
        self._is_whole = True
        said = words(payload)
        if said is not None and not said.is_delta:
            self.words.set_text(said.text)
        self._show_files(find(payload))

    @property
    def hears(self) -> bool:
        """Whether a sound comes in pieces, or came and is still being heard."""
        return self._sound.is_on

    @property
    def sound(self) -> SoundStream | None:
        """The sound that comes in pieces; None before the first one."""
        return self._sound.stream

    @property
    def chat(self) -> "ChatView | None":
        """The conversation that the call was part of; None before there was one."""
        return self._chat.view

    @property
    def chat_finder(self) -> "ChatFinder | None":
        """What looks for words in the conversation; None before somebody did."""
        return self._chat.finder

    def finish_sound(self, payload: Json) -> bool:
        """Note that the stream is over, with a result or None; False: no sound came in it.

        The whole sound is shown when all of it was heard.
        """
        if not self._sound.finish(payload):
            return False
        self._artifacts = find(payload)
        return True

    def _on_sound_opening(self) -> None:
        self._lead.drop()
        self._arrange(pictures=True, text=bool(self.words.text), files=False)

    @property
    def has_text(self) -> bool:
        """Whether there are words to be looked through."""
        return self._chat.is_shown or not self.words.isHidden()

    def open_find(self) -> None:
        """Look for words."""
        self._finder_now().open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._finder_now().step(step)

    def _finder_now(self) -> "Finder | ChatFinder":
        return self._chat.finder_now() or self.finder

    def _put_find_bar(self, bar: QWidget) -> None:
        self._parts.insertWidget(self._parts.indexOf(self.words), bar)

    def close_media(self) -> None:
        """Let go of players and threads."""
        self._lead.drop()
        self._sound.close()
        self._decoder.close()

    def _take_words(self, payload: Json) -> None:
        said = words(payload)
        if said is None:
            return
        if said.is_delta:
            self.words.add_text(said.text)
        else:
            self.words.set_text(said.text)

    def describe(self, described: dict[str, str]) -> None:
        """Take what a person wrote that pictures of the call show, by their path in the result."""
        self._described = described
        found = ((item.key, described.get(item.path, "")) for item in self._artifacts)
        self.pictures.set_told({key: words for key, words in found if words})

    def _show_files(self, artifacts: tuple[Artifact, ...]) -> None:
        if artifacts != self._artifacts:
            self._wanted_key = ""
        self._artifacts = artifacts
        self.describe(self._described)
        pictures = [item for item in artifacts if item.kind is Kind.IMAGE][:MOST_PICTURES]
        lead = leading(artifacts, self._wanted_key)
        on_stage = {item.key for item in pictures} if lead is None else {lead.key}
        has_others = any(item.key not in on_stage for item in artifacts)
        if lead is not None:
            self.pictures.set_slots((), keep=False)
            if self._lead.show(lead):
                self._want(lead)
        else:
            self._lead.drop()
            if pictures:
                self._show_pictures(pictures)
        rows_before = self.files.rows
        self.files.show_files(artifacts if has_others else (), frozenset(on_stage))
        self._arrange(pictures=bool(on_stage), text=bool(self.words.text), files=has_others)
        if self.files.rows != rows_before and has_others and on_stage:
            self._fit_files()
        self._parts.apply()
        self._tell_if_complete()

    def _fit_files(self) -> None:
        """Give the table the room for its rows, at the cost of the stage."""
        sizes = self._parts.sizes()
        table, stage = self._parts.indexOf(self.files), self._parts.indexOf(self._media)
        more = self.files.sizeHint().height() - sizes[table]
        if sizes[stage] - more > self.height() / 3:
            sizes[table] += more
            sizes[stage] -= more
            self._parts.setSizes(sizes)

    def put_on_stage(self, item: Artifact) -> None:
        """Show a file of the result large; one that cannot be shown is saved."""
        if item.kind is Kind.FILE:
            self.save_wanted.emit(item)
            return
        self._wanted_key = item.key
        self._show_files(self._artifacts)
        pictures = [each for each in self._artifacts if each.kind is Kind.IMAGE]
        if item in pictures:
            place = pictures.index(item)
            if place < self.pictures.count:
                self.pictures.choose(place)
            else:
                self.look_wanted.emit(place)

    def _show_pictures(self, pictures: list[Artifact]) -> None:
        self._media.setCurrentWidget(self.pictures)
        slots = [Slot(item.key, QSize(item.width or 4, item.height or 3), item.name) for item in pictures]
        self.pictures.set_slots(slots)
        for item in pictures:
            self._want(item)

    def _pull_files(self, items: tuple[Artifact, ...]) -> None:
        self.drag_wanted.emit(items, QImage())

    def _pull_lead(self, item: Artifact, look: QImage) -> None:
        self.drag_wanted.emit((item,), look)

    def _want(self, item: Artifact) -> None:
        self._waiting[item.key] = item  # before asking: the answer may be that there are none
        if item.kind is Kind.VIDEO and (poster := self._lead.poster_of(self._artifacts)) is not None:
            self._want(poster)
        if item.kind in _FROM_DISK:
            if not self._take_file(item):
                self._bytes.want_file(item)
        elif (found := self._bytes.get(item)) is not None:
            self._take_bytes(item, found)

    def _take_file(self, item: Artifact) -> bool:
        """Play a film or sound from the disk, if it is there; so one of a gigabyte needs no memory."""
        found = self._bytes.file(item)
        if found is None:
            return False
        self._waiting.pop(item.key, None)
        self._lead.take_file(item.key, found[0])
        return True

    def _take_bytes(self, item: Artifact, found: tuple[bytes, str]) -> None:
        self._waiting.pop(item.key, None)
        if item.kind is Kind.IMAGE:
            self._decoder.decode(item.key, found[0])
        else:
            self._lead.take(item.key, found[0], found[1] or item.content_type)

    def _on_arrived(self, key: str) -> None:
        item = self._waiting.get(key) or self._late.pop(key, None)
        if item is None or (item.kind in _FROM_DISK and self._take_file(item)):
            return
        if (found := self._bytes.get(item)) is not None:
            self._take_bytes(item, found)

    def _on_failed(self, key: str, message: str) -> None:
        item = self._waiting.pop(key, None)
        if item is None:
            return
        self._late[key] = item
        if item.kind is Kind.IMAGE:
            self.pictures.set_error(key, message)
        else:
            self._lead.say(key, message)

    def _on_moved(self, key: str, received_bytes: int, total_bytes: int | None) -> None:
        if key in self._waiting:
            self._lead.show_progress(key, received_bytes, total_bytes)

    def _on_decoded(self, key: str, image: QImage, error: str) -> None:
        if not error:
            self._lead.show_poster(key, image)
        if error:
            self.pictures.set_error(
                key,
                tr("This picture cannot be shown: {error}. Save it to look at it elsewhere.").format(
                    error=error
                ),
            )
        else:
            self.pictures.set_image(key, image)
        self._tell_if_complete()

    def _tell_if_complete(self) -> None:
        self.chosen_changed.emit()
        if self.is_complete:
            self.shown.emit()

    def _on_place_chosen(self) -> None:
        self.chosen_changed.emit()

    def _tell_drag(self, place: int) -> None:
        if (item := self._picture_at(place)) is not None:
            self.drag_wanted.emit((item,), self.pictures.image(place))

    def _tell_menu(self, _place: int, at: QPoint) -> None:
        self.menu_wanted.emit(at)

    def _picture_at(self, place: int) -> Artifact | None:
        pictures = [item for item in self._artifacts if item.kind is Kind.IMAGE]
        return pictures[place] if place < len(pictures) else None

    def _arrange(self, *, pictures: bool, text: bool, files: bool) -> None:
        self._media.setVisible(pictures)
        is_chat = self._chat.show(is_growing=not self._is_whole)
        text = text and not is_chat
        self.words.setVisible(text)
        if not text:
            self.finder.close()
        self.files.setVisible(files)
