"""Beside the events: the latest value in one fixed place, and what the events amount to."""

import time
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core import events as e
from fal_studio.core.artifacts import Artifact
from fal_studio.core.data_uris import LONG, found_in, named
from fal_studio.core.events import Event
from fal_studio.core.extract import Extract, Pick
from fal_studio.core.request import Json
from fal_studio.figures import number
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

STRIP = 12
"""Pictures in the strip; more are left out evenly."""
_TILE = 44
_LOOK_AGAIN_MS = 400
_MOST_LOOKS = 75
"""Half a minute: by then it is known that it does not come."""
_PARTS = {"text": tr("Text"), "strip": tr("Pictures"), "nodes": tr("Nodes")}


class Latest(Protocol):
    """The fixed place for the latest value; the shell gives a widget that can show any payload."""

    def show_value(self, payload: Json, text: str) -> None:
        """Show a payload, and the text so far."""

    def clear(self) -> None:
        """Show nothing."""

    def thumbnail(self, item: Artifact, size: QSize) -> QImage | None:
        """Return a small picture of an artifact whose bytes are at hand."""
        ...


class Side(QWidget):
    """Follows the events of one call, and can look back."""

    copy_wanted = Signal(str)
    save_wanted = Signal(str, object)
    """What is saved, "text" or "strip", and it: a str, or a list of artifacts."""
    frame_chosen = Signal(int)
    """The place of the event whose picture was pressed."""

    def __init__(self, latest: QWidget, parent: QWidget | None = None) -> None:
        """`latest` is a Latest."""
        super().__init__(parent)
        laid(self, "panel")
        self._latest_widget = latest
        self._latest: Latest = latest  # pyright: ignore[reportAttributeAccessIssue] - the shell sees to that
        self._events: Sequence[Event] = ()
        self.extract = Extract()
        self._pick: Pick | None = None
        self._place: int | None = None
        self._title = Label(tr("latest"), "caption", "2", parent=self)
        self._when = ElidedLabel("", "caption", "3", is_trailing=True, parent=self)
        self.parts = SegmentedControl(
            [Part("text", tr("Text"))], scale="s", name=tr("What it amounts to"), parent=self
        )
        self._copy = IconButton("copy", tr("Copy"), scale="s", parent=self)
        self._save = IconButton("save", tr("Save"), scale="s", parent=self)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("The text put together"))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setMaximumBlockCount(5000)
        self.strip = Strip(self)
        self.nodes = Label("", "cell", "2", parent=self)
        self.nodes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nodes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pages = QStackedWidget(self)
        self._shown_text = ""
        self._has_files = False
        """Files stand as text in it: they are named, and what is copied has them whole."""
        self._lay_out()
        self.parts.chosen.connect(self._on_part_chosen)
        self._copy.clicked.connect(self._on_copy)
        self._save.clicked.connect(self._on_save)
        self.strip.chosen.connect(self.frame_chosen)

    def show_events(self, events: Sequence[Event]) -> None:
        """Show another call, at its newest moment."""
        self._events, self._place = events, None
        self._latest.clear()
        self._begin()

    def set_pick(self, pick: Pick | None) -> None:
        """Put together what a path names; None for what models are known to say."""
        self._pick = pick
        self._begin()

    def grow(self) -> None:
        """Take what the call has by now."""
        known, count = self.extract.count, len(self._events)
        if known < count:
            self.extract.take([self._events[at] for at in range(known, count)])
            if self._place is None:
                self._show()
            else:
                self._show_age()

    def look_at(self, place: int | None) -> None:
        """Show the value as it stood right after an event; None for the newest."""
        if place != self._place:
            self._place = place
            self._show()

    def _begin(self) -> None:
        self.extract = Extract(self._pick)
        self.extract.take(list(self._events))
        self._shown_text = ""
        self.text.clear()
        self._show()

    def _show(self) -> None:
        place = len(self._events) - 1 if self._place is None else self._place
        text = self.extract.text if self._place is None else self.extract.text_at(place, self._events)
        at = self.extract.value_at(place)
        if at is None:
            self._latest.clear()
        else:
            fact = self._events[at].fact
            payload = fact.payload if isinstance(fact, e.Partial | e.Output) else None
            self._latest.show_value(payload, "" if self._pick else text)
        self._show_age()
        self._show_text(text)
        frames = [frame for frame in self.extract.frames if frame[0] <= place]
        self._show_parts(has_text=bool(self.extract.text), has_frames=bool(self.extract.frames))
        if self.parts.current() == "strip":
            self.strip.show_frames(frames, self._latest)
        if self.extract.nodes:
            t_ns = self._events[place].t_ns
            lines = [
                _node_line(node.name, node.app, node.start_ns, node.end_ns, t_ns, is_failed=node.is_failed)
                for node in self.extract.nodes.values()
                if node.start_ns <= t_ns
            ]
            self.nodes.setText("\n".join(lines))

    def _show_age(self) -> None:
        place = len(self._events) - 1 if self._place is None else self._place
        at = self.extract.value_at(place)
        self._title.setText(tr("latest") if self._place is None else tr("as it was"))
        words = (
            ""
            if at is None
            else tr("event {at}, at {t_ns} ms").format(
                at=at, t_ns=number(self._events[at].t_ns / 1000000.0, ",.0f")
            )
        )
        self._when.set_text(words)

    def _show_text(self, text: str) -> None:
        if text == self._shown_text:
            return
        before = len(self._shown_text)
        if not text.startswith(self._shown_text):
            before, self._has_files = 0, False
        # Only what is new is looked at, with what a file may have begun in before.
        self._has_files = self._has_files or bool(found_in(text[max(0, before - 2 * LONG) :]))
        if self._has_files:
            self.text.setPlainText(named(text))
        elif before:
            cursor = self.text.textCursor()
            cursor.movePosition(cursor.MoveOperation.End)
            cursor.insertText(text[before:])
            if self._place is None:
                bar = self.text.verticalScrollBar()
                bar.setValue(bar.maximum())
        else:
            self.text.setPlainText(text)
        self._shown_text = text

    def _show_parts(self, *, has_text: bool, has_frames: bool) -> None:
        wanted = [
            key
            for key, there in (("text", has_text), ("strip", has_frames), ("nodes", bool(self.extract.nodes)))
            if there
        ] or ["text"]
        parts = [Part(key, _PARTS[key]) for key in wanted]
        before = self.parts.current()
        self.parts.set_parts(parts)
        if self.parts.current() != before:
            self._on_part_chosen(self.parts.current())
        is_there = has_text or has_frames or bool(self.extract.nodes)
        self._below.setVisible(is_there)

    def _on_part_chosen(self, key: str) -> None:
        page = {"text": self.text, "strip": self.strip, "nodes": self.nodes}[key]
        self._pages.setCurrentWidget(page)
        if key == "strip":
            place = len(self._events) - 1 if self._place is None else self._place
            self.strip.show_frames([f for f in self.extract.frames if f[0] <= place], self._latest)
        words = {"text": tr("the text"), "strip": tr("the places of the pictures"), "nodes": tr("the nodes")}[
            key
        ]
        self._copy.setToolTip(tr("Copy {words}").format(words=words))
        self._save.setToolTip(
            tr("Save all pictures in a folder") if key == "strip" else tr("Save the text in a file")
        )
        self._save.setVisible(key != "nodes")

    def _on_copy(self) -> None:
        key = self.parts.current()
        if key == "strip":
            self.copy_wanted.emit(
                "\n".join(
                    tr("event {at}: {name}").format(at=at, name=item.name) for at, item in self.extract.frames
                )
            )
        else:
            self.copy_wanted.emit(self._shown_text if key == "text" else self.nodes.text())

    def _on_save(self) -> None:
        if self.parts.current() == "strip":
            self.save_wanted.emit("strip", [item for _, item in self.extract.frames])
        else:
            self.save_wanted.emit("text", self._shown_text)

    def _lay_out(self) -> None:
        px = current().px
        for page in (self.text, self.strip, self.nodes):
            self._pages.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(px(12), px(6), px(12), px(6))
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._when)
        line = QHBoxLayout()
        line.addWidget(self.parts)
        line.addStretch(1)
        line.addWidget(self._copy)
        line.addWidget(self._save)
        self._below = QWidget(self)
        below = QVBoxLayout(self._below)
        below.setContentsMargins(px(12), px(8), px(12), px(10))
        below.setSpacing(px(8))
        below.addLayout(line)
        below.addWidget(self._pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._latest_widget, 3)
        column.addWidget(Divider())
        column.addWidget(self._below, 2)


class Strip(QWidget):
    """Some of the pictures on the way, oldest first; `chosen` tells the place of the event of the one that was pressed."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Pictures on the way"))
        self._shown: list[tuple[int, Artifact]] = []
        self._small: dict[str, QPixmap] = {}
        self._latest: Latest | None = None
        self._frames: list[tuple[int, Artifact]] = []
        self._told = ElidedLabel("", "caption", "3", parent=self)
        self._asked_s = 0.0
        self._again = QTimer(self)
        """A picture that is still on its way, as the last one of a stream mostly is, is looked for again."""
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self._on_again)
        self._looks = 0
        self._waiting: list[tuple[int, Artifact]] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether each of the chosen pictures is painted."""
        return bool(self._shown) and all(item.key in self._small for _, item in self._shown)

    def _on_again(self) -> None:
        if self._waiting is not None and self._latest is not None:
            self.show_frames(self._waiting, self._latest)
        else:
            self.update()

    def show_frames(self, frames: list[tuple[int, Artifact]], latest: Latest) -> None:
        """Show an even choice of them; at most five times a second, since small pictures take time."""
        now_s = time.monotonic()
        if len(frames) > len(self._frames) and now_s - self._asked_s < 0.2:
            self._waiting, self._latest = frames, latest
            self._again.start()
            return
        self._asked_s = now_s
        self._frames, self._latest, self._waiting = frames, latest, None
        self._looks = 0
        self._choose()

    def _choose(self) -> None:
        frames, last = self._frames, len(self._frames) - 1
        _, step, across = self._measures()
        room = across * max(1, (self.height() - current().px(18)) // step)
        count = min(STRIP, room, len(frames))
        self._shown = [frames[round(at * last / max(1, count - 1))] for at in range(count)]
        kept = {item.key for _, item in self._shown}
        self._small = {key: small for key, small in self._small.items() if key in kept}
        total = len(frames)
        words = tr("{total} pictures").format(total=total) + (
            tr(", {count} of them shown").format(count=count) if count < total else ""
        )
        self._told.set_text(words if total != 1 else tr("1 picture"))
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Keep the words at the bottom."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        high = current().px(18)
        self._told.setGeometry(0, self.height() - high, self.width(), high)
        self._choose()

    def mousePressEvent(self, event: object) -> None:
        """Go to the event of the picture."""
        at = self._index(event.position().toPoint().x(), event.position().toPoint().y())  # pyright: ignore[reportAttributeAccessIssue]
        if 0 <= at < len(self._shown):
            self.chosen.emit(self._shown[at][0])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the small pictures."""
        painter = QPainter(self)
        tile, step, across = self._measures()
        is_missing = False
        for at, (_, item) in enumerate(self._shown):
            x, y = (at % across) * step, (at // across) * step
            if y + tile > self.height() - current().px(18):
                break
            small = self._small.get(item.key)
            if small is None and self._latest is not None:
                image = self._latest.thumbnail(item, QSize(tile, tile))
                if image is not None:
                    small = self._small[item.key] = QPixmap.fromImage(image)
            if small is None:
                painter.fillRect(x, y, tile, tile, current().color("bg.field"))
                is_missing = True
            else:
                painter.drawPixmap(x + (tile - small.width()) // 2, y + (tile - small.height()) // 2, small)
        painter.end()
        if is_missing and self._looks < _MOST_LOOKS and not self._again.isActive():
            self._looks += 1
            self._again.start()

    def _measures(self) -> tuple[int, int, int]:
        tile = current().px(_TILE)
        step = tile + current().px(4)
        return tile, step, max(1, self.width() // step)

    def _index(self, x: int, y: int) -> int:
        _, step, across = self._measures()
        return (y // step) * across + min(x // step, across - 1)


def _node_line(
    name: str, app: str, start_ns: int, end_ns: int | None, now_ns: int, *, is_failed: bool
) -> str:
    if end_ns is None or end_ns > now_ns:
        return tr("▸ {name}, running\n    {app}").format(name=name, app=app)
    took = f"{number((end_ns - start_ns) / 1000000000.0, '.2f')} s"
    return (
        tr("✗ {name}, failed after {took}\n    {app}").format(name=name, took=took, app=app)
        if is_failed
        else f"✓ {name}, {took}\n    {app}"
    )
