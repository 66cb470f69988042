"""A list: an item below the other, to add, take out and put in another order."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Path, beginning
from fal_studio.ui import mirroring, theme
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.container import Container, Maker
from fal_studio.ui.request.inputs.intents import Intent, Move, SetValue, Unset
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.row import INNER_GUTTER_PX, Row
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fold import FoldHead
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr, trn

_INSET_PX = 16
_MOST = 100
"""Items with controls of their own; what a list has beyond is edited as JSON."""


class ListInput(Container):
    """The items of a list and a button that adds one."""

    def __init__(self, field: Field, maker: Maker, depth: int) -> None:
        super().__init__(field, maker, depth)
        px = theme.current().px
        assert field.item is not None
        self._item: Field = field.item
        self._items: list[_Item] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        self._stack = QVBoxLayout()
        self._stack.setSpacing(px(4))
        column.addLayout(self._stack)
        self._add = Button(
            tr("Add {word}").format(word=_word(field)), "quiet", icon="plus", scale="s", parent=self
        )
        self._add.setAccessibleName(tr("Add to {name}").format(name=field.name))
        self._add.clicked.connect(self.add)
        self._beyond = Label("", "caption", "3", parent=self)
        foot = QHBoxLayout()
        mirroring.margins(foot, px(INNER_GUTTER_PX - 8), 0, 0, 0)
        foot.addWidget(self._add)
        foot.addWidget(self._beyond, 1)
        column.addLayout(foot)

    def add(self) -> None:
        """Add an item and go to it."""
        count = len(self._value) if isinstance(self._value, list) else 0
        self._hand_on(count, SetValue((), beginning(self._item)))
        if count < len(self._items):
            self._items[count].open()
            self._items[count].focus_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_widget(self) -> QWidget:
        """Return the first item's, or the button that adds one."""
        return self._items[0].focus_widget() if self._items else self._add

    def children_at(self) -> dict[str | int, Row | Input]:
        """Return the items by their numbers."""
        return dict(enumerate(self._items))

    def _show(self, value: Json, sent: bool) -> None:
        self._sent, self._value = sent, value
        items = value if isinstance(value, list) else []
        shown = items[:_MOST]
        is_other = len(shown) != len(self._items)
        while len(self._items) > len(shown):
            self._items.pop().leave()
        while len(self._items) < len(shown):
            self._make_item()
        for index, (item, each) in enumerate(zip(self._items, shown, strict=True)):
            item.place(index, len(shown))
            item.show_value(each, sent=sent)
        limit = self.field.max_length
        is_full = limit is not None and len(items) >= limit
        self._add.setEnabled(not is_full)
        self._add.setToolTip(tr("At most {limit}").format(limit=limit) if is_full else "")
        self._beyond.setText(
            tr("and {count} more, in the JSON").format(count=len(items) - _MOST) if len(items) > _MOST else ""
        )
        if is_other:
            self.grown.emit()

    def _on_item_intended(self, item: "_Item", intent: Intent) -> None:
        self._hand_on(item.index, intent)

    def _make_item(self) -> None:
        item = _Item(self._item, self._maker, self._depth + 1, self)
        item.intended.connect(partial(self._on_item_intended, item))
        item.grown.connect(self.grown)
        item.move_wanted.connect(self._on_move_wanted)
        item.remove_wanted.connect(self._on_remove_wanted)
        self._items.append(item)
        self._stack.addWidget(item)

    def _on_remove_wanted(self, index: int) -> None:
        # The controls of this very item go, so that what is open below stays with its own item.
        item = self._items.pop(index)
        item.leave()
        self._hand_on(index, Unset(()))
        neighbour = self._items[min(index, len(self._items) - 1)].focus_widget() if self._items else self._add
        neighbour.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_move_wanted(self, index: int, to: int) -> None:
        if not 0 <= to < len(self._items):
            return
        item = self._items.pop(index)
        self._items.insert(to, item)
        self._stack.removeWidget(item)
        self._stack.insertWidget(to, item)
        if self._sent:
            self._tell(Move((), index, to))
        elif isinstance(self._value, list):
            moved = list(self._value)
            moved.insert(to, moved.pop(index))
            self._tell_value(moved)


class _Item(Input):
    """One item: its number, its control or its fields, and what can be done with it."""

    move_wanted = Signal(int, int)
    remove_wanted = Signal(int)

    def __init__(self, field: Field, maker: Maker, depth: int, parent: QWidget) -> None:
        super().__init__(field, parent)
        px = theme.current().px
        self._maker, self._depth = maker, depth
        self.index = 0
        self._body: Input | None = None
        self._value: Json = None
        self._sent = False
        self._problems: Problems = ()
        self._trouble = ""
        self._complaint: Complaint | None = None
        self._head: FoldHead | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        self._line = QHBoxLayout()
        mirroring.margins(self._line, px(INNER_GUTTER_PX), 0, 0, 0)
        self._line.setSpacing(px(2))
        self._column.addLayout(self._line)
        if field.kind in (FieldKind.OBJECT, FieldKind.LIST, FieldKind.MAP):
            self._head = FoldHead("", "field", parent=self)
            self._head.toggled.connect(self._on_toggled)
            self._line.addWidget(self._head, 1)
        else:
            self._set_body(maker.input(field, depth))
        self._up = self._tool("arrow-up", lambda: self.move_wanted.emit(self.index, self.index - 1))
        self._down = self._tool("arrow-down", lambda: self.move_wanted.emit(self.index, self.index + 1))
        self._out = self._tool("close", lambda: self.remove_wanted.emit(self.index))

    def place(self, index: int, count: int) -> None:
        """Say which number it has among how many."""
        self.index = index
        name = f"{self.field.name} {index + 1}"
        for button, what in (
            (self._up, tr("Move {} up")),
            (self._down, tr("Move {} down")),
            (self._out, tr("Take {} out")),
        ):
            button.setAccessibleName(what.format(name))
            button.setToolTip(what.format(name))
        self._up.setEnabled(index > 0)
        self._down.setEnabled(index < count - 1)
        if self._body is not None:
            self._body.focus_widget().setAccessibleName(name)

    def leave(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()

    def open(self) -> None:
        """Unfold it."""
        if self._head is not None:
            self._head.setChecked(True)

    def can_show(self, value: Json) -> bool:
        """Say yes: what does not fit is shown as JSON."""
        del value
        return True

    def focus_widget(self) -> QWidget:
        """Return the head, or the control."""
        if self._head is not None:
            return self._head
        assert self._body is not None
        return self._body.focus_widget()

    def reveal(self, path: Path) -> QWidget:
        """Open it if the place is inside."""
        if not path or self._head is None:
            return (
                self._body.reveal(path)
                if self._head is None and self._body is not None
                else self.focus_widget()
            )
        self.open()
        assert self._body is not None
        return self._body.reveal(path)

    def show_problems(self, problems: Problems) -> Problems:
        """Mark what is wrong inside, and say below it what is wrong with the whole."""
        self._problems = problems
        left: Problems = problems
        if self._body is not None and not self._body.isHidden():
            left = self._body.show_problems(problems)
            self._body.mark(" ".join(words for _, words in left))
            if self._head is not None:
                self._head.set_problem("")
        elif self._head is not None:
            count = len(problems)
            self._head.set_problem(
                trn("{count} problem", "{count} problems", count).format(count=count) if count else ""
            )
            left = ()
        words = " ".join(f"{'.'.join(map(str, path))}: {told}" if path else told for path, told in left)
        words = f"{self._trouble} {words}".strip()
        if words and self._complaint is None:
            self._complaint = Complaint(self)
            self._complaint.set_inset(theme.current().px(INNER_GUTTER_PX))
            self._column.addWidget(self._complaint)
        if self._complaint is not None:
            self._complaint.set_text(words)
            self._complaint.setVisible(bool(words))
        return ()

    def mark(self, message: str) -> None:
        """Do nothing: `show_problems` has said it."""

    def _on_troubled(self, message: str) -> None:
        self._trouble = message
        self.show_problems(self._problems)

    def _tool(self, icon: str, work: Callable[[], None]) -> IconButton:
        button = IconButton(icon, "", scale="s", parent=self)
        button.clicked.connect(work)
        self._line.addWidget(button)
        return button

    def _show(self, value: Json, sent: bool) -> None:
        self._value, self._sent = value, sent
        if self._head is not None:
            self._head.set_name(f"{self.index + 1}  {summary(value)}")
            self._head.set_sent(sent=sent)
            if not self._head.isChecked():
                return
        self._fit_body(value)
        assert self._body is not None
        self._body.show_value(value, sent=sent)

    def _fit_body(self, value: Json) -> None:
        """Show as JSON what the control cannot show."""
        is_stand_in = isinstance(self._body, JsonInput) and self.field.kind is not FieldKind.JSON
        if self._body is None or (is_stand_in and not self._body.focus_widget().hasFocus()):
            own = self._maker.input(self.field, self._depth)
            own.setParent(self)
            if own.can_show(value):
                self._set_body(own)
                return
            own.hide()
            own.deleteLater()
        if self._body is None or not self._body.can_show(value):
            self._set_body(JsonInput(self.field))

    def _set_body(self, body: Input) -> None:
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
        self._body = body
        body.intended.connect(self.intended)
        body.grown.connect(self.grown)
        body.troubled.connect(self._on_troubled)
        body.setParent(self)
        if body.is_tall and self._head is None and body.head_widget() is None:
            self._line.insertStretch(0, 1)
        if body.is_tall:
            inset = _INSET_PX if self._head is not None else INNER_GUTTER_PX
            mirroring.margins(body, theme.current().px(inset), 0, 0, 0)
            if (head := body.head_widget()) is not None:
                self._line.insertWidget(0, head, 1)
            self._column.insertWidget(1, body)
        else:
            self._line.insertWidget(0, body, 1)
        body.show()
        self.grown.emit()

    def _on_toggled(self, is_open: bool) -> None:
        if is_open:
            self._fit_body(self._value)
            assert self._body is not None
            self._body.show_value(self._value, sent=self._sent)
            self._body.show()
        elif self._body is not None:
            self._body.hide()
        self.show_problems(self._problems)
        self.grown.emit()


def summary(value: Json) -> str:
    """Return a few words on an item: its first text, or its numbers."""
    if isinstance(value, dict):
        texts = [each for each in value.values() if isinstance(each, str) and each]
        if texts:
            first = texts[0] if len(texts) == 1 or len(texts[0]) > 12 else f"{texts[0]}: {texts[1]}"
            return first.rsplit("/", 1)[-1][:60] if first.startswith("http") else first[:60]
        return ", ".join(f"{key} {each}" for key, each in value.items() if isinstance(each, int | float))[:60]
    if isinstance(value, list):
        return trn("{count} item", "{count} items", len(value)).format(count=len(value))
    return "" if value is None else str(value)[:60]


def _word(field: Field) -> str:
    """Return what one item is called: "loras" has a lora."""
    name = field.name
    if name.endswith("s") and not name.endswith("ss") and len(name) > 3:
        name = name[:-1]
    return name.replace("_", " ")
