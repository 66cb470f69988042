"""The live desk: input and result side by side, fields, numbers; and what is sent when something changes."""

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from PySide6.QtCore import QBuffer, QEvent, QIODevice, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fal_studio.core import artifacts
from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.blobs import Load, restore
from fal_studio.core.events import Event, Partial, Sent, SessionState
from fal_studio.core.prices import is_free, seconds_in
from fal_studio.core.realtime.figures import Trip
from fal_studio.core.realtime.pacing import Pace
from fal_studio.core.realtime.recording import Input, Recording
from fal_studio.core.request import Json, Mode, Options, Request
from fal_studio.core.schema.field import Schema
from fal_studio.ui.prices import Prices
from fal_studio.ui.realtime.bar import SessionBar
from fal_studio.ui.realtime.canvas import Canvas
from fal_studio.ui.realtime.fields import LiveFields, picture_field
from fal_studio.ui.realtime.frames_bar import FramesBar
from fal_studio.ui.realtime.numbers import Numbers, age
from fal_studio.ui.realtime.player import Player
from fal_studio.ui.realtime.result_view import ResultView
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.realtime.sources import Sources
from fal_studio.ui.realtime.tools import Tools
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Divider, Label

JPEG_QUALITY = 85
PLACE, PLACE_IN, PLACE_PLAYED = "live", "recorded input", "recorded answer"
WORDS_LIMIT = 4000
_LIMIT_USD = 2.0
_HEAD = 36


class Decodes(Protocol):
    """Turns bytes into pictures off the window's thread: `output.decode.Decoder`."""

    decoded: Any

    def decode(self, place: str, data: bytes) -> None:
        """Begin with the newest bytes of a place."""

    def close(self) -> None:
        """End."""


class LiveDesk(QWidget):
    """Composes the parts; `session` decides what goes out."""

    keep_wanted = Signal(object)
    """The answer (a Partial) that is on screen."""
    frames_wanted = Signal()
    """The list of frames is to be shown for the first time; answer with `set_frames`."""
    frames_grew = Signal()
    recording_wanted = Signal(int)
    """What happened in the newest session since a moment (`t_ns`) is to be shown; answer with `show_recording`."""
    picture_wanted = Signal()
    """A picture of the disk shall be laid on the paper: `sources.open_picture`."""
    lines_wanted = Signal()
    animation_wanted = Signal()
    told = Signal(str)
    """A short word for the status bar."""

    def __init__(self, load: Load, prices: Prices, decoder: Decodes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "window")
        self._load, self._prices, self._decoder = load, prices, decoder
        self._schema = Schema()
        self._takes = ""
        """The name of the field that takes the drawing."""
        self._has_id = False
        self._decoding: list[tuple[Partial, Trip | None]] = []
        self.shown: Partial | None = None
        """The answer on screen."""
        self._shown_at_s = 0.0
        self._frame = 0
        self.session = LiveSession(self.build, self)
        self.session.limit_usd = _LIMIT_USD
        self.session.spent_usd = self.spent_usd
        self.bar, self.numbers, self.fields = SessionBar(self), Numbers(self), LiveFields(self)
        self.canvas, self.result = Canvas(self), ResultView(self)
        self.tools = Tools(self.canvas, self)
        self.sources = Sources(self.canvas.show_frame, self.told.emit, self)
        self.picture = Button(
            "Picture…", "quiet", icon="image", scale="s", tooltip="Lay a picture on the paper"
        )
        self.camera = Button("Camera", "quiet", icon="video", scale="s", checkable=True)
        self.screen_ = Button("Screen", "quiet", icon="fullscreen", scale="s", checkable=True)
        self.frame_words, self.zoom_words = Label("", "caption", "3"), Label("", "caption", "3")
        self.swap = IconButton("swap", "Swap input and result", parent=self)
        self.detach = IconButton("detach", "Show the result in a window of its own", parent=self)
        self.input_head, self.input_page = _head("Input", self), QHBoxLayout()
        self.result_head = _head("Result", self)
        self.frames_bar = FramesBar(self)
        self._frames: QWidget | None = None
        self.recorded = ResultView(self)
        """The recorded input, in the drawing's place."""
        self.player = Player(self)
        self._record_from_ns: int | None = None
        self._superseded_before = 0
        self._own: ResultWindow | None = None
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def picture_field(self) -> str:
        """The argument that takes the drawing."""
        return self._takes

    @property
    def schema(self) -> Schema:
        """What the endpoint takes."""
        return self._schema

    def show_endpoint(
        self, endpoint: str, profile: str, schema: Schema, values: Mapping[str, Any], endpoints: Sequence[str]
    ) -> None:
        """Work with an endpoint, and offer others."""
        self.session.endpoint, self.session.profile = endpoint, profile
        self._schema = schema
        self._takes = picture_field(schema) or "image_url"
        self._has_id = schema.field("request_id") is not None or not schema.fields
        self.bar.set_endpoints(list(endpoints), endpoint)
        self.fields.show_schema(schema, values)
        self._prices.of(profile, endpoint)
        self._show_state()

    def build(self, request_id: str) -> dict[str, Any]:
        """Return the input as it is now."""
        message = dict(self.fields.values)
        if self._takes:
            message[self._takes] = self._drawing()
        if self._has_id:
            message["request_id"] = request_id
        return message

    def spent_usd(self) -> float | None:
        """Return what the session has cost so far, as far as the price tells; None where it does not."""
        each, second = self._costs()
        if each is None and second is None:
            return None
        return (each or 0.0) * self.session.figures.sent + (second or 0.0) * self.session.live_s

    def set_pace(self, pace: Pace) -> None:
        """Send by another policy."""
        self.numbers.show_pace(pace)
        self.session.follow_pace(pace)

    def keep(self) -> None:
        """Keep the frame that is shown."""
        if self.shown is None or self.result.image.isNull():
            self.told.emit("There is no frame to keep yet.")
            return
        self.keep_wanted.emit(self.shown)

    def record(self) -> None:
        """Begin to record, or show what was recorded; a session that is over is shown whole."""
        if self.session.is_live and self._record_from_ns is None:
            self._record_from_ns = self.session.now_ns
            self._superseded_before = self.session.pacer.superseded
            self._show_record()
            return
        self._show_recorded()

    def show_recording(self, recording: Recording) -> None:
        """Show a recording in place of the drawing."""
        if not any(recording.counts):
            self.told.emit("Nothing was sent or answered while it was recorded.")
            return
        session = self.session
        superseded = session.pacer.superseded - self._superseded_before
        self._superseded_before = 0
        outcome = recording.outcome(session.endpoint, session.pacer.pace.policy.value, superseded)
        session.stop("stopped to look at the recording")
        for widget in (self.tools, self.canvas, self.fields):
            widget.hide()
        self.recorded.show()
        self.player.show()
        self.player.show_recording(recording, outcome)

    def close_recording(self) -> None:
        """Go back to drawing."""
        self.player.stop()
        for widget in (self.player, self.recorded):
            widget.hide()
        for widget in (self.tools, self.canvas, self.fields):
            widget.show()

    @property
    def shows_recording(self) -> bool:
        """Whether a recording stands in place of the drawing."""
        return self.player.isVisible()

    def run_again(self) -> None:
        """Send the recorded inputs with the endpoint and policy of now."""
        recording = self.player.recording
        if recording is None:
            return
        self.session.replay(recording.inputs(), self._restored)

    def _restored(self, one: Input) -> dict[str, Any]:
        found = restore(one.payload, self._load)
        return dict(found) if isinstance(found, dict) else {}

    def _show_recorded(self) -> None:
        since_ns, self._record_from_ns = self._record_from_ns or 0, None
        self._show_record()
        if self.session.last_call:
            self.recording_wanted.emit(since_ns)

    def _show_record(self) -> None:
        button = self.bar.record
        if self._record_from_ns is not None:
            button.setText("Stop recording")
            button.set_kind("danger")
        else:
            button.setText("Record" if self.session.is_on or not self.session.last_call else "Replay")
            button.set_kind("default")
        button.setEnabled(self.session.is_live or (not self.session.is_on and bool(self.session.last_call)))

    def _on_moved(self, sent: Sent | None, answer: Partial | None) -> None:
        for place, fact in ((PLACE_IN, sent), (PLACE_PLAYED, answer)):
            picture = None if fact is None else _picture_in(fact.payload)
            data = None if picture is None else self._bytes_of(picture)
            if data is not None:
                self._decoder.decode(place, data)
        if answer is not None:
            self.frame_words.setText(f"frame {answer.index + 1}   recorded")

    def set_frames(self, pane: QWidget) -> None:
        """Take the list of frames."""
        self._frames = pane
        self.rows.addWidget(pane, 2)

    def _on_frames_opened(self, is_open: bool) -> None:
        if is_open and self._frames is None:
            self.frames_wanted.emit()
        if self._frames is not None:
            self._frames.setVisible(is_open)
            self.frames_grew.emit()

    @property
    def shows_frames(self) -> bool:
        """Whether the list of frames is unfolded."""
        return self._frames is not None and self._frames.isVisible()

    def _on_told(self, events: tuple[Event, ...]) -> None:
        self.frames_bar.take(events)
        if self.shows_frames:
            self.frames_grew.emit()

    def let_go(self) -> None:
        """End what runs beside: the decoder, and the result's own window."""
        self._decoder.close()
        if self._own is not None:
            self._own.close()

    def event(self, event: QEvent) -> bool:
        """Take the keys of the desk before the window's commands do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Start, stop, keep, undo."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match Qt.Key(event.key()):
            case Qt.Key.Key_Space if self.shows_recording:
                self.player.toggle()
            case Qt.Key.Key_Escape if self.session.is_on:
                self.session.stop("stopped by you")
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if ctrl:
                self.session.start()
            case Qt.Key.Key_Z if ctrl:
                (self.canvas.redo if shift else self.canvas.undo)()
            case Qt.Key.Key_K if not ctrl:
                self.keep()
            case Qt.Key.Key_R if not ctrl:
                self.bar.record.click()
            case Qt.Key.Key_B if not ctrl:
                self.tools.brush.setChecked(True)
            case Qt.Key.Key_E if not ctrl:
                self.tools.eraser.setChecked(True)
            case _:
                super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let nothing be paid for that nobody sees."""
        super().hideEvent(event)
        self._show_source(is_running=False)
        self.session.pause("the desk was hidden; draw to go on")

    def _on_camera(self, is_on: bool) -> None:
        self._show_source(is_running=is_on and self.sources.start_camera())

    def _on_screen(self, is_on: bool) -> None:
        self._show_source(is_running=is_on and self.sources.start_screen())

    def _show_source(self, is_running: bool) -> None:
        if not is_running:
            self.sources.stop()
        self.camera.setChecked(self.sources.running == "camera")
        self.screen_.setChecked(self.sources.running == "screen")

    def swap_sides(self) -> None:
        """Put the result where the input is, and the other way round."""
        if (second := self.split.widget(1)) is not None:
            self.split.insertWidget(0, second)

    def detach_result(self) -> None:
        """Show the result in a window of its own, or bring it back."""
        if self._own is None:
            self._own = ResultWindow(self)
            self._own.closed.connect(self._on_own_closed)
        self._own.show_image(self.result.image)
        self._own.show()

    def _on_own_closed(self) -> None:
        self._own = None

    def _drawing(self) -> Any:
        store = QBuffer()
        store.open(QIODevice.OpenModeFlag.WriteOnly)
        self.canvas.image.save(store, "JPEG", JPEG_QUALITY)  # pyright: ignore[reportArgumentType, reportCallIssue]
        data = bytes(store.data().data())
        if self._takes == "image_bytes":
            return data
        return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"

    def _costs(self) -> tuple[float | None, float | None]:
        """Return what one input and one second cost in dollars, as far as known."""
        where = (self.session.profile, self.session.endpoint)
        if is_free(self.session.profile):
            return 0.0, 0.0
        price = self._prices.known(*where)
        if price is None:
            return None, None
        lasts_s = seconds_in(price)
        if lasts_s:
            each = price.cost_usd(1.0)
            return None, None if each is None else each / lasts_s
        arguments = {name: value for name, value in self.fields.values.items() if name != self._takes}
        return self._prices.estimate_usd(Request(where[1], Mode.RUN, arguments, where[0])), None

    def _on_heard(self, answer: Partial, trip: Trip | None) -> None:
        picture = _picture_in(answer.payload)
        if picture is None:
            text = artifacts.words(answer.payload)
            self.result.show_words((text.text if text is not None else _flat(answer.payload))[:WORDS_LIMIT])
            self._note_shown(answer)
            return
        data = self._bytes_of(picture)
        if data is None:
            self.result.tell("The bytes of this answer are no longer kept.")
            return
        self._decoding = [*self._decoding[-7:], (answer, trip)]
        self._decoder.decode(PLACE, data)

    def _bytes_of(self, picture: Artifact) -> bytes | None:
        try:
            return self._load(picture.blob.sha256) if picture.blob is not None else None
        except KeyError:
            return None

    def _on_decoded(self, place: str, image: QImage, error: str) -> None:
        if place in (PLACE_IN, PLACE_PLAYED):
            if not error:
                (self.recorded if place == PLACE_IN else self.result).show_image(image)
            return
        if place != PLACE or not self._decoding:
            return
        answer, _trip = self._decoding[-1]
        self._decoding.clear()
        if error:
            self.result.tell(f"An answer cannot be shown: {error}.")
            return
        self.result.show_image(image)
        if self._own is not None:
            self._own.show_image(image)
        self._note_shown(answer)

    def _note_shown(self, answer: Partial) -> None:
        self.shown, self._frame, self._shown_at_s = answer, answer.index + 1, time.monotonic()
        if self.result.note and self.session.is_live:
            self.result.tell("")
        self._show_frame()

    @property
    def shown_age_ms(self) -> float | None:
        """How old the picture on screen is; None without one."""
        return (time.monotonic() - self._shown_at_s) * 1e3 if self._shown_at_s else None

    def _show_frame(self) -> None:
        old_ms = self.shown_age_ms
        self.frame_words.setText("" if old_ms is None else f"frame {self._frame}   age {age(old_ms)}")
        zoom = self.result.zoom()
        size = self.result.image.size()
        self.zoom_words.setText("" if zoom is None else f"{size.width()} × {size.height()} at {zoom:.0%}")

    def _on_ticked(self) -> None:
        self.numbers.show_session(self.session, self.shown_age_ms)
        self.result.set_moving(moving=self.session.is_live and self.session.in_flight > 0)
        self._show_frame()
        self._show_money()
        self.bar.show_session(self.session)

    def _show_money(self) -> None:
        spent, limit = self.spent_usd(), self.session.limit_usd
        each, second = self._costs()
        if is_free(self.session.profile):
            self.bar.rate.setText("free")
            self.bar.spent.setText("made on this machine")
            return
        if spent is None:
            self.bar.rate.setText("cost unknown")
            self.bar.spent.setText("no price is listed")
            return
        a_minute = self.session.figures.sent_a_minute(self.session.now_ns, 0)
        rate = (each or 0.0) * (a_minute or 0.0) + (second or 0.0) * 60
        self.bar.rate.setText(f"≈ ${rate:.2f} a minute")
        self.bar.spent.setText(
            f"${spent:.2f} so far, stops at ${limit:.2f}" if limit else f"${spent:.2f} so far"
        )

    def _show_state(self) -> None:
        session = self.session
        if not session.is_on and self._record_from_ns is not None:
            self._show_recorded()
        self._show_record()
        self.bar.show_session(session)
        self._show_money()
        if session.is_live:
            self.result.tell("" if self._shown_at_s else "Live. The first answer is on its way.")
        elif session.state in (SessionState.CONNECTING, SessionState.TOKEN):
            self.result.tell("" if self._shown_at_s else f"{session.state.capitalize()}…")
        elif session.state is SessionState.RECONNECTING:
            self.result.tell(f"Reconnecting {session.attempt} of {session.limit}: {session.reason}.")
        elif session.paused:
            self.result.tell(f"Paused: {session.paused}.")
        elif session.state is SessionState.STOPPED:
            self.result.tell(f"Stopped: {session.reason.rstrip('.')}.")
        else:
            self.result.tell("Go live, then draw: the answer appears here.")
        self.result.set_moving(moving=session.is_live and session.in_flight > 0)

    def _on_buffering(self, value: int | None) -> None:
        self.session.options = _with_buffering(self.session.options, value)

    def _connect(self) -> None:
        session = self.session
        session.state_changed.connect(self._show_state)
        session.ticked.connect(self._on_ticked)
        session.heard.connect(self._on_heard)
        session.told.connect(self._on_told)
        session.start_wanted.connect(self.frames_bar.begin)
        self.frames_bar.opened.connect(self._on_frames_opened)
        self._decoder.decoded.connect(self._on_decoded)
        self.canvas.changed.connect(session.change)
        self.fields.changed.connect(session.change)
        self.bar.toggle_wanted.connect(session.toggle)
        self.bar.keep_wanted.connect(self.keep)
        self.bar.record_wanted.connect(self.record)
        self.player.moved.connect(self._on_moved)
        self.player.closed.connect(self.close_recording)
        self.player.lines_wanted.connect(self.lines_wanted)
        self.player.animation_wanted.connect(self.animation_wanted)
        self.player.again_wanted.connect(self.run_again)
        session.replayed.connect(self.player.add_outcome)
        self.numbers.pace_chosen.connect(session.follow_pace)
        self.numbers.buffering_chosen.connect(self._on_buffering)
        self._on_buffering(self.numbers.buffer.value() or None)
        self.swap.clicked.connect(self.swap_sides)
        self.picture.clicked.connect(self.picture_wanted)
        self.camera.clicked.connect(self._on_camera)
        self.screen_.clicked.connect(self._on_screen)
        self.detach.clicked.connect(self.detach_result)

    def _lay_out(self) -> None:
        px = current().px
        left, right = laid(QWidget(self), "panel"), laid(QWidget(self), "panel")
        head = self.input_head.layout()
        assert head is not None
        row = self.input_head.layout()
        assert isinstance(row, QHBoxLayout)
        for place, button in enumerate((self.picture, self.camera, self.screen_), 1):
            row.insertWidget(place, button)
        for button in (self.tools.undo, self.tools.redo, self.tools.clear, self.swap):
            head.addWidget(button)
        row = self.result_head.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertSpacing(1, px(6))
        row.insertWidget(2, self.frame_words)
        row.addWidget(self.zoom_words)
        row.addWidget(self.detach)
        for side, head in ((left, self.input_head), (right, self.result_head)):
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(head)
            column.addWidget(Divider())
        page = self.input_page
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.tools)
        page.addWidget(Divider(Qt.Orientation.Vertical))
        page.addWidget(self.canvas, 1)
        page.addWidget(self.recorded, 1)
        self.recorded.hide()
        self.player.hide()
        left.layout().addLayout(page)  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue, reportUnknownMemberType]
        right.layout().addWidget(self.result)  # pyright: ignore[reportOptionalMemberAccess]
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(left)
        self.split.addWidget(right)
        self.split.setSizes([px(600), px(600)])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.rows = rows
        for widget in (
            self.bar,
            Divider(),
            self.split,
            Divider(),
            self.player,
            self.fields,
            Divider(),
            self.numbers,
            Divider(),
            self.frames_bar,
        ):
            rows.addWidget(widget, 1 if widget is self.split else 0)


class ResultWindow(ResultView):
    """The result on a second screen."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Live result")
        self.resize(720, 720)

    def closeEvent(self, event: Any) -> None:
        """Say so."""
        super().closeEvent(event)
        self.closed.emit()


def _with_buffering(options: Options, value: int | None) -> Options:
    return msgspec.structs.replace(options, max_buffering=value)


def _head(title: str, parent: QWidget) -> QWidget:
    px = current().px
    head = laid(QWidget(parent), "panel")
    row = QHBoxLayout(head)
    row.setContentsMargins(px(12), 0, px(8), 0)
    row.setSpacing(px(4))
    row.addWidget(Label(title, "chosen", "1"))
    row.addStretch(1)
    head.setFixedHeight(px(_HEAD))
    return head


def _picture_in(payload: Json) -> Artifact | None:
    """Return the first picture whose bytes came inside; an input's may carry no type, and is one all the same."""
    found = [item for item in artifacts.find(payload) if item.blob is not None]
    return next((item for item in found if item.kind is Kind.IMAGE), found[0] if found else None)


def _flat(payload: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(payload), indent=2).decode()


def _is_ours(event: QKeyEvent) -> bool:
    """Whether a key means something here although the window has a command for it."""
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    key = Qt.Key(event.key())
    return key == Qt.Key.Key_Escape or (ctrl and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Z))
