"""The live desk: input and result side by side, fields, numbers; and what is sent when something changes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.blobs import Load
from fal_studio.core.events import Event, Partial, Sent
from fal_studio.core.realtime.figures import Trip
from fal_studio.core.realtime.rules import Rules
from fal_studio.core.request import Options
from fal_studio.core.schema.field import Schema
from fal_studio.ui.key_choice import hears
from fal_studio.ui.prices import Prices
from fal_studio.ui.realtime.answers import Answers, Decodes, Fetches
from fal_studio.ui.realtime.bar import SessionBar
from fal_studio.ui.realtime.field_boxes import MakeBox
from fal_studio.ui.realtime.fields import LiveFields, picture_field
from fal_studio.ui.realtime.foot import Foot
from fal_studio.ui.realtime.frames_bar import FramesBar
from fal_studio.ui.realtime.input_side import InputSide
from fal_studio.ui.realtime.money import Money
from fal_studio.ui.realtime.numbers import Numbers
from fal_studio.ui.realtime.player import Player
from fal_studio.ui.realtime.recorder import Recorder
from fal_studio.ui.realtime.result_side import ResultSide
from fal_studio.ui.realtime.rules_panel import RulesPanel
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.realtime.words import note_of
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.kept_sizes import KeptSplitter
from fal_studio.ui.widgets.labels import Divider
from fal_studio.words import tr

_LOW, _LOWEST = 660, 400
"""A lower desk has no room for frames and numbers and drawing; a still lower one none for frames and anything else."""


class LiveDesk(QWidget):
    """Composes the parts; `session` decides what goes out."""

    keep_wanted = Signal(object)
    """The answer (a Partial) that is on screen."""
    frames_wanted = Signal()
    """The list of frames is to be shown for the first time; answer with `set_frames`."""
    frames_grew = Signal()
    recording_wanted = Signal(object)
    """What happened in the newest session since a moment (`t_ns`) is to be shown; answer with `recorder.show`."""
    picture_wanted = Signal()
    """A picture of the disk shall be laid on the paper: `sources.open_picture`."""
    lines_wanted = Signal()
    animation_wanted = Signal()
    rules_changed = Signal(str, object)
    """An endpoint and its Rules: to be kept."""
    told = Signal(str)
    """A short word for the status bar."""

    def __init__(
        self,
        load: Load,
        prices: Prices,
        decoder: Decodes,
        files: Fetches,
        size_box: MakeBox,
        parent: QWidget | None = None,
    ) -> None:
        """`files` brings what answers only link to, `size_box` makes the box for the size of a picture."""
        super().__init__(parent)
        laid(self, "window")
        self._prices = prices
        self._schema = Schema()
        self._takes = ""
        """The name of the field that takes the drawing."""
        self._has_id = False
        self.session = LiveSession(self.build, self)
        self._money = Money(self.session, prices, self._unpictured)
        self.session.spent_usd = self._money.spent_usd
        self.bar, self.numbers, self.fields = SessionBar(self), Numbers(self), LiveFields(size_box, self)
        self.input, self.output = InputSide(self), ResultSide(self)
        self.canvas, self.tools, self.sources = self.input.canvas, self.input.tools, self.input.sources
        self.result = self.output.view
        self.answers = Answers(load, decoder, files, self)
        self.frames_bar = FramesBar(self)
        self._frames: QWidget | None = None
        self.player = Player(self)
        self.recorder = Recorder(self.session, self.bar, self.player, load, self)
        self.rules = Rules()
        """How sessions of the endpoint are held."""
        self.panel: RulesPanel | None = None
        self.stop_usd: Callable[[str], float | None] = lambda _profile: None
        """Returns what a profile allows at most; None: it has no stop."""
        self._lay_out()
        self._connect()
        self.follow_rules(self.rules)
        self._show_state()

    @property
    def shown(self) -> Partial | None:
        """The answer on screen."""
        return self.answers.shown

    @property
    def picture_field(self) -> str:
        """The argument that takes the drawing."""
        return self._takes

    @property
    def schema(self) -> Schema:
        """What the endpoint takes."""
        return self._schema

    def show_endpoint(
        self,
        endpoint: str,
        profile: str,
        schema: Schema,
        values: Mapping[str, Any],
        endpoints: Sequence[str],
        rules: Rules | None = None,
    ) -> None:
        """Work with an endpoint, and offer others; `rules`: those that were kept for it."""
        if (endpoint, profile) != (self.session.endpoint, self.session.profile):
            self.answers.forget()
            if not self.shows_recording:
                self.output.clear()
            self._show_frame()
            self.session.options = Options()
        self.session.endpoint, self.session.profile = endpoint, profile
        self._schema = schema
        self._takes = picture_field(schema) or ("" if schema.fields else "image_url")
        self.input.unsent.setVisible(not self._takes)
        self._has_id = schema.field("request_id") is not None or not schema.fields
        self.bar.set_endpoints(list(endpoints), endpoint)
        self.fields.show_schema(schema, values, self._takes)
        self._prices.of(profile, endpoint)
        self.follow_rules(rules or Rules())
        self._show_state()

    def build(self, request_id: str) -> dict[str, Any]:
        """Return the input as it is now."""
        message = dict(self.fields.values)
        if self._takes:
            message[self._takes] = self.input.drawing(as_bytes=self._takes == "image_bytes")
        if self._has_id:
            message["request_id"] = request_id
        return message

    def follow_rules(self, rules: Rules) -> None:
        """Hold sessions like that from now on; what the socket is asked for changes with the next start."""
        self.rules = rules
        session, stop_usd = self.session, self.stop_usd(self.session.profile)
        session.idle_s, session.deadline_s = rules.idle_s, rules.deadline_s
        session.figures.deadline_s = rules.deadline_s
        session.limit_usd = rules.stop_usd(stop_usd)
        session.options = rules.options(session.options)
        session.follow_pace(rules.pace)
        self.sources.follow_pace(rules.pace)
        self.numbers.show_pace(rules.pace, rules.buffering)
        self.answers.fetch_links(is_wanted=rules.fetch_links)
        self.output.links.setChecked(rules.fetch_links)
        self._show_money()
        if self.panel is not None:
            self.panel.show_rules(rules, session.endpoint, stop_usd)

    def follow_options(self, options: Options) -> None:
        """Send what a request's options say (headers, query, path); what the rules decide, they decide."""
        self.session.options = self.rules.options(options)

    def change_rule(self, name: str, value: Any) -> None:
        """Change one of them, and have it kept for the endpoint."""
        self.follow_rules(msgspec.structs.replace(self.rules, **{name: value}))
        self.rules_changed.emit(self.session.endpoint, self.rules)

    def _on_links_clicked(self, is_on: bool) -> None:
        self.change_rule("fetch_links", is_on)

    def open_rules(self) -> None:
        """Show all of them."""
        if self.panel is None:
            self.panel = RulesPanel(self.window())
            self.panel.changed.connect(self.change_rule)
        self.follow_rules(self.rules)
        self.panel.show_in(self.window())

    def keep(self) -> None:
        """Keep the frame that is shown."""
        if self.shown is None or self.result.image.isNull():
            self.told.emit(tr("There is no frame to keep yet."))
            return
        self.keep_wanted.emit(self.shown)

    def _on_recording_opened(self) -> None:
        self.input.show_recorded(shown=True)
        self.player.show()
        self._share_height()

    def close_recording(self) -> None:
        """Go back to drawing."""
        self.player.stop()
        self.player.hide()
        self.input.show_recorded(shown=False)
        self._share_height()

    @property
    def shows_recording(self) -> bool:
        """Whether a recording stands in place of the drawing."""
        return not self.player.isHidden()

    def _on_moved(self, sent: Sent | None, answer: Partial | None) -> None:
        self.answers.show_recorded(sent, answer)
        if answer is not None:
            self.output.frame_words.setText(tr("frame {index}   recorded").format(index=answer.index + 1))

    def set_frames(self, pane: QWidget) -> None:
        """Take the list of frames."""
        self._frames = pane
        self.rows.addWidget(pane, 2)

    def _on_frames_opened(self, is_open: bool) -> None:
        if is_open and self._frames is None:
            self.frames_wanted.emit()
        if self._frames is not None:
            self._frames.setVisible(is_open)
            self._share_height()
            self.frames_grew.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the numbers out where frames are read and there is no room for both."""
        super().resizeEvent(event)
        self._share_height()

    def _share_height(self) -> None:
        px, high = current().px, self.height()
        self.numbers.setVisible(not (self.shows_frames and high < px(_LOW)))
        has_room = not (self.shows_frames and high < px(_LOWEST))
        self.split.setVisible(has_room)
        self.fields.setVisible(has_room and not self.shows_recording)
        least = self.split.minimumSizeHint().height()
        self.split.setMinimumHeight(least)
        self.foot.leave(high - self.bar.sizeHint().height(), least)

    @property
    def shows_frames(self) -> bool:
        """Whether the list of frames is unfolded."""
        return self._frames is not None and not self._frames.isHidden()

    def _on_told(self, events: tuple[Event, ...]) -> None:
        self.frames_bar.take(events)
        if self.shows_frames:
            self.frames_grew.emit()

    def let_go(self) -> None:
        """End what runs beside: the decoder, and the result's own window."""
        self.answers.close()
        self.input.let_go()
        self.output.let_go()

    def event(self, event: QEvent) -> bool:
        """Take the keys of the desk before the window's commands do; notice that the bar needs more height, or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_height()
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    @hears("realtime.desk")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Start, stop, keep, undo."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match Qt.Key(event.key()):
            case Qt.Key.Key_Space if self.shows_recording:
                self.player.toggle()
            case Qt.Key.Key_I if self.shows_recording and not ctrl:
                self.player.begin_here()
            case Qt.Key.Key_O if self.shows_recording and not ctrl:
                self.player.end_here()
            case Qt.Key.Key_Escape if self.session.is_on:
                self.session.stop(tr("stopped by you"))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if ctrl:
                self.session.start()
            case Qt.Key.Key_Z if ctrl:
                (self.canvas.redo if shift else self.canvas.undo)()
            case Qt.Key.Key_V if ctrl:
                self.input.paste()
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
        if not self.rules.pause_hidden:
            return
        self.input.let_go_of_source()
        self.session.pause(tr("the desk was hidden; draw to go on"))

    def swap_sides(self) -> None:
        """Put the result where the input is, and the other way round."""
        if (second := self.split.widget(1)) is not None:
            self.split.insertWidget(0, second)

    def _unpictured(self) -> dict[str, Any]:
        return {name: value for name, value in self.fields.values.items() if name != self._takes}

    def _on_heard(self, answer: Partial, _trip: Trip | None) -> None:
        self.answers.take(answer)

    def _on_noted(self) -> None:
        if self.result.note and self.session.is_live:
            self.result.tell("")
        if not self.session.is_live or self.answers.number == 1:
            self._show_frame()  # while it is live, the tick does so: four times a second can be read, sixty cannot

    def _show_frame(self) -> None:
        self.output.show_frame(self.answers.number, self.answers.age_ms)

    def _on_ticked(self) -> None:
        self.numbers.show_session(self.session, self.answers.age_ms, self.answers.fetch_ms)
        self.result.set_moving(moving=self.session.is_live and self.session.in_flight > 0)
        self._show_frame()
        self.frames_bar.refresh()
        self._show_money()
        self.bar.show_session(self.session)

    def _show_money(self) -> None:
        self.bar.show_money(*self._money.words())

    def _show_state(self) -> None:
        session = self.session
        self.recorder.show_state()
        self.bar.show_session(session)
        self._show_money()
        self.result.tell(note_of(session, is_empty=self.shown is None))
        self.result.set_moving(moving=session.is_live and session.in_flight > 0)

    def _connect(self) -> None:
        session = self.session
        session.state_changed.connect(self._show_state)
        session.ticked.connect(self._on_ticked)
        session.heard.connect(self._on_heard)
        session.told.connect(self._on_told)
        session.troubled.connect(self.result.tell)
        session.start_wanted.connect(self.frames_bar.begin)
        self.frames_bar.opened.connect(self._on_frames_opened)
        answers = self.answers
        answers.picture.connect(self.output.show_image)
        answers.linked.connect(self.output.links.show)
        answers.words.connect(self.result.show_words)
        answers.trouble.connect(self.result.tell)
        answers.noted.connect(self._on_noted)
        answers.recorded_input.connect(self.input.recorded.show_image)
        answers.recorded_answer.connect(self.result.show_image)
        self.canvas.changed.connect(session.change)
        self.fields.changed.connect(session.change)
        self.bar.toggle_wanted.connect(session.toggle)
        self.bar.keep_wanted.connect(self.keep)
        self.recorder.wanted.connect(self.recording_wanted)
        self.recorder.opened.connect(self._on_recording_opened)
        self.recorder.told.connect(self.told)
        self.player.moved.connect(self._on_moved)
        self.player.closed.connect(self.close_recording)
        self.player.lines_wanted.connect(self.lines_wanted)
        self.player.animation_wanted.connect(self.animation_wanted)
        self.numbers.policy_chosen.connect(partial(self.change_rule, "policy"))
        self.numbers.buffering_chosen.connect(partial(self.change_rule, "buffering"))
        self.numbers.rules_wanted.connect(self.open_rules)
        self.output.links.clicked.connect(self._on_links_clicked)
        self.input.swap_wanted.connect(self.swap_sides)
        self.input.picture_wanted.connect(self.picture_wanted)
        self.input.told.connect(self.told)

    def _lay_out(self) -> None:
        px = current().px
        self.player.hide()
        self.split = KeptSplitter(Qt.Orientation.Horizontal, "live", self)
        self.split.addWidget(self.input)
        self.split.addWidget(self.output)
        self.split.setSizes([px(600), px(600)])
        self.split.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.foot = Foot(self)
        for part in (self.player, self.fields, Divider(), self.numbers, Divider(), self.frames_bar):
            self.foot.add(part)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        for widget in (self.bar, Divider(), self.split, Divider(), self.foot):
            self.rows.addWidget(widget, 1 if widget is self.split else 0)


def _is_ours(event: QKeyEvent) -> bool:
    """Whether a key means something here although the window has a command for it."""
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    key = Qt.Key(event.key())
    return key == Qt.Key.Key_Escape or (ctrl and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Z))
