"""One event in full: as a tree, as JSON, as it stands in one line, or byte by byte."""

import json
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.core import events as e
from fal_studio.core.artifacts import find, in_bytes
from fal_studio.core.data_uris import named
from fal_studio.core.events import Event
from fal_studio.core.request import Json
from fal_studio.ui import mirroring, theme
from fal_studio.ui.highlight import JsonHighlighter
from fal_studio.ui.stream.rows import detail, row_of
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

UP_TO_CHARS = 200_000
"""Longer events are cut in the view; copying still gives all."""
_NAMED_CHARS = 5_000_000
"""How much of an event is looked through for files that stand as text."""
_HEX_UP_TO = 16_384
FOLDED_FROM_BYTES = 1_000_000
"""A larger event is written out only when somebody wants that."""


class Tree(Protocol):
    """A value to walk through; the shell gives a widget that is one: `output.tree_pane.TreePane`."""

    def show_value(self, value: Json) -> None:
        """Show a value."""

    def clear(self) -> None:
        """Let go of it."""

    def open_find(self) -> None:
        """Look for words."""

    def find_step(self, step: int) -> None:
        """Go to the next place, or with -1 to the one before."""


class DetailView(QWidget):
    """Shows the chosen event."""

    copy_wanted = Signal(str)
    save_wanted = Signal(str)
    """An event as text."""
    frame_wanted = Signal(int)
    """The bytes of an event as they passed are to be shown, if it was a frame; answer with `show_frame`."""

    def __init__(self, parent: QWidget, tree: QWidget | None = None) -> None:
        """`tree`: a widget that is a Tree; without one there is no such form."""
        super().__init__(parent)
        self._tree_widget = tree
        self._tree: Tree | None = tree  # pyright: ignore[reportAttributeAccessIssue] - the shell sees to that
        self._number = 0
        self._frame: bytes | None = None
        laid(self, "panel")
        self.setMinimumHeight(110)
        self._title = ElidedLabel(tr("Choose an event to see all of it"), "control", "1", parent=self)
        trees = [] if tree is None else [Part("tree", tr("Tree"))]
        self.form = SegmentedControl(
            [*trees, Part("pretty", tr("Pretty")), Part("raw", tr("Raw")), Part("bytes", tr("Bytes"))],
            scale="s",
            name=tr("How the event is shown"),
            parent=self,
        )
        self._copy = IconButton("copy", tr("Copy this event as JSON"), scale="s", parent=self)
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self.whole))
        self.fold = NoticeLine(
            "",
            actions=(
                ("show", tr("Show"), "quiet"),
                ("save", tr("Save…"), "quiet"),
                ("copy", tr("Copy"), "quiet"),
            ),
            parent=self,
        )
        """Stands above the text of an event that is large."""
        self.fold.action_wanted.connect(self._on_fold_action)
        self.fold.hide()
        self._text = QPlainTextEdit(self)
        self._text.setAccessibleName(tr("Event as JSON"))
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._highlighter = JsonHighlighter(self._text.document())
        self._event: Event | None = None
        self._whole = ""
        self._is_folded = False
        head = QHBoxLayout()
        mirroring.margins(head, 12, 6, 8, 0)
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self.form)
        head.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.fold)
        column.addWidget(self._text, 1)
        if tree is not None:
            tree.setParent(self)
            column.addWidget(tree, 1)
        self.finder = Finder(self._text, tr("the event"), lambda bar: column.insertWidget(1, bar))
        self.form.chosen.connect(self._show)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.clear()

    @property
    def has_event(self) -> bool:
        """Whether an event is shown."""
        return self._event is not None

    @property
    def whole(self) -> str:
        """All of the event as JSON; written when it is asked for."""
        if not self._whole and self._event is not None:
            self._whole = json.dumps(detail(self._event.fact), ensure_ascii=False, indent=2, default=str)
        return self._whole

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()

    def clear(self) -> None:
        """Show nothing."""
        self._event = None
        self._title.set_text(tr("Choose an event to see all of it"))
        self._text.clear()
        self._frame = None
        if self._tree is not None:
            self._tree.clear()
        self._whole = ""
        self.fold.hide()
        self._copy.setEnabled(False)
        self.hide()

    def show_event(self, number: int, event: Event) -> None:
        """Show one event."""
        self._event, self._number, self._frame = event, number, None
        self._whole = ""
        size = getattr(event.fact, "size_bytes", None) or 0
        # Files in it stand as references: what is written out is short.
        self._is_folded = size >= FOLDED_FROM_BYTES and not find(getattr(event.fact, "payload", None), 1000)
        self.fold.set_text(tr("This event is {size} long").format(size=in_bytes(size)))
        self._title.set_text(
            tr("Event {number}  at {t_ns} ms, {name}").format(
                number=number,
                t_ns=figures.number(event.t_ns / 1000000.0, ",.1f"),
                name=row_of(event.fact).kind,
            )
        )
        self._copy.setEnabled(True)
        self.show()
        self._show()

    def show_frame(self, number: int, data: bytes | None) -> None:
        """Show the bytes of a frame as they passed; None: they are not kept."""
        if self._event is not None and number == self._number and data is not None:
            self._frame = data
            self._show()

    def open_find(self) -> None:
        """Look for words in what is shown."""
        if self._tree is not None and self.form.current() == "tree":
            self._tree.open_find()
        else:
            self.finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        if self._tree is not None and self.form.current() == "tree":
            self._tree.find_step(step)
        else:
            self.finder.step(step)

    def set_form(self, key: str) -> None:
        """Show it as a tree, pretty, raw or as bytes."""
        self.form.set_chosen(key)
        self._show()

    def _show(self, _form: str = "") -> None:
        if self._event is None:
            return
        form = self.form.current()
        if self._tree is not None and self._tree_widget is not None:
            self._tree_widget.setVisible(form == "tree")
            self._text.setVisible(form != "tree")
            if form == "tree":
                self.fold.hide()
                self._tree.show_value(_payload_of(self._event))
                return
        self.fold.setVisible(self._is_folded)
        if self._is_folded:
            self._text.clear()
            return
        match form:
            case "raw":
                text = _raw(self._event)
            case "bytes" if self._frame is not None:
                text = tr("the frame as it passed, {count} bytes\n{hex_dump}").format(
                    count=figures.number(len(self._frame)), hex_dump=hex_dump(self._frame)
                )
            case "bytes":
                text = hex_dump(_raw(self._event).encode(errors="replace"))
                self.frame_wanted.emit(self._number)
            case _:
                text = self.whole
        text = named(text[:_NAMED_CHARS])  # what is copied has the files whole
        more = "" if len(text) <= UP_TO_CHARS else tr("\n… copy it to see the rest")
        self._text.setPlainText(text[:UP_TO_CHARS] + more)

    def _on_fold_action(self, key: str) -> None:
        if key == "show":
            self._is_folded = False
            self._show()
        elif key == "save":
            self.save_wanted.emit(self.whole)
        else:
            self.copy_wanted.emit(self.whole)

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))


def _payload_of(event: Event) -> Json:
    """Return what a message holds; of everything else, all that is known."""
    fact = event.fact
    if isinstance(fact, e.Partial | e.Output | e.Control | e.Sent) and fact.payload is not None:
        return fact.payload
    return detail(fact)


def _raw(event: Event) -> str:
    """Return what came, in one line; large files stand in it as references, the transcript has their bytes."""
    fact = event.fact
    if not isinstance(fact, e.Partial | e.Output | e.Control | e.Sent):
        return json.dumps(detail(fact), ensure_ascii=False, default=str)
    if isinstance(fact.payload, str):
        return fact.payload
    return json.dumps(fact.payload, ensure_ascii=False, separators=(",", ":"), default=str)


def hex_dump(data: bytes) -> str:
    """Return bytes as rows of sixteen: place, numbers, and letters where there are any."""
    rows: list[str] = []
    for at in range(0, min(len(data), _HEX_UP_TO), 16):
        row = data[at : at + 16]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        rows.append(f"{at:06x}  {row.hex(' '):<47}  {letters}")
    if len(data) > _HEX_UP_TO:
        rows.append(tr("… and {count} bytes more").format(count=figures.number(len(data) - _HEX_UP_TO)))
    return "\n".join(rows)
