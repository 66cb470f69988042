"""What was said in a call of a chat model: a message below the other, with who said it; the answer grows while it streams."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.core.conversation import Conversation, Message, ToolCall, Usage, as_markdown
from fal_studio.core.data_uris import named
from fal_studio.ui import mirroring, theme
from fal_studio.ui.output.words import WordsView
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.finding import TextView
from fal_studio.ui.widgets.fold import FoldHead
from fal_studio.ui.widgets.json_view import JsonView
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.words import tr

_MOST_LINES = 14
_JSON_EDGE_PX = 10
"""Of a tool's arguments in sight; the others are scrolled to."""
_MOST_CHIPS = 12
_ENDS = {
    "length": tr("cut off at max_tokens"),
    "content_filter": tr("stopped by a filter"),
    "tool_calls": tr("waits for its tools"),
}
"""What the word for a model's stop means; "stop" needs no words."""
_WHO = {
    "system": tr("the system"),
    "developer": tr("the developer"),
    "user": tr("the user"),
    "assistant": tr("the assistant"),
    "tool": tr("the tool"),
    "function": tr("the function"),
}
"""Who speaks in a role, within a sentence."""


class _Growing(WordsView):
    """A text that is as high as its words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, margin_px=0)
        grounded(self, "panel")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rendered.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the whole conversation."""
        event.ignore()

    def _fit(self) -> None:
        self.document().setTextWidth(max(1, self.viewport().width()))
        height = max(theme.current().px(24), round(self.document().size().height() + 0.5))
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)


class Said:
    """A text of a conversation as it is searched: in its view, which may be folded away."""

    def __init__(self, view: TextView, fold: "_Fold | None" = None) -> None:
        self.view = view
        self._fold = fold

    def text(self) -> str:
        """Return it as it is shown, laid out with all that has come."""
        if isinstance(self.view, WordsView):
            self.view.render_now()
        return self.view.toPlainText()

    def shown(self) -> TextView:
        """Unfold it, and return its view."""
        if self._fold is not None:
            self._fold.head.setChecked(True)
        return self.view


class _Fold(QWidget):
    """A head that opens what is below it; what is inside is made when it is first opened."""

    def __init__(self, name: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.head = FoldHead(name, "field", parent=self)
        self.head.set_note(note)
        self.head.toggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.text = ""
        self.is_json = False
        self._body: _Growing | JsonView | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current().px(4))
        self._column.addWidget(self.head)

    def show_text(self, text: str, *, is_json: bool = False) -> None:
        """Show another text inside."""
        self.text, self.is_json = text, is_json
        if self._body is not None:
            self._fill()

    def _on_toggled(self, is_open: bool) -> None:
        if is_open or self._body is not None:
            self.body().setVisible(is_open)

    def body(self) -> TextView:
        """Return what is folded away; made when it is first opened, or searched."""
        if self._body is None:
            self._body = self._made()
            self._body.hide()
            self._column.addWidget(self._body)
            self._fill()
        return self._body

    def _made(self) -> "_Growing | JsonView":
        if not self.is_json:
            return _Growing(self)
        view = JsonView(self, read_only=True)
        view.setAccessibleName(self.head.text())
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setTabChangesFocus(True)
        view.document().setDocumentMargin(theme.current().px(_JSON_EDGE_PX))
        return view

    def _fill(self) -> None:
        if isinstance(self._body, _Growing):
            self._body.set_text(self.text)
        elif isinstance(self._body, JsonView):
            text = _pretty(self.text)
            self._body.show_text(text)
            lines = min(_MOST_LINES, text.count("\n") + 1)
            edges = 2 * theme.current().px(_JSON_EDGE_PX)
            self._body.setFixedHeight(self._body.fontMetrics().lineSpacing() * lines + edges + 2)


class MessageView(QWidget):
    """One message."""

    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self.message = Message("")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._role = Label("", "chosen", "1", parent=self)
        self._about = ElidedLabel("", "caption", "3", parent=self)
        self.copy_button = IconButton("copy", tr("Copy this message"), scale="s", parent=self)
        self.copy_button.clicked.connect(lambda: self.copy_wanted.emit(self._copied()))
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._role)
        head.addWidget(self._about, 1)
        head.addWidget(self.copy_button)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(px(4))
        self._reasoning: _Fold | None = None
        self._tools: list[_Fold] = []
        self._words = _Growing(self)
        self._column = QVBoxLayout(self)
        mirroring.margins(self._column, px(16), px(8), px(12), px(10))
        self._column.setSpacing(px(4))
        self._column.addLayout(head)
        self._column.addLayout(self._chips)
        self._column.addWidget(self._words)

    @property
    def words(self) -> WordsView:
        """What was said."""
        return self._words

    @property
    def folds(self) -> list[FoldHead]:
        """The heads of what is folded: reasoning, tools."""
        parts = ([self._reasoning] if self._reasoning is not None else []) + self._tools
        return [part.head for part in parts]

    @property
    def texts(self) -> list[Said]:
        """All that was said, from top to bottom, what is folded away included."""
        folds = ([self._reasoning] if self._reasoning is not None else []) + self._tools
        said = [Said(fold.body(), fold) for fold in folds]
        place = 1 if self._reasoning is not None else 0
        return [*said[:place], Said(self._words), *said[place:]]

    def show_message(self, message: Message, about: str) -> None:
        """Show a message, or more of the same."""
        before, self.message = self.message, message
        self._role.setText(message.role)
        who = _WHO.get(message.role, message.role)
        self.copy_button.setAccessibleName(tr("Copy what {role} said").format(role=who))
        self._about.set_text(about)
        if message.text != before.text:
            self._words.set_text(message.text)
        self._words.setVisible(bool(message.text) or not (message.tool_calls or message.chips))
        if message.chips != before.chips:
            self._show_chips(message.chips)
        if message.reasoning:
            self._show_reasoning(message.reasoning)
        for place, call in enumerate(message.tool_calls):
            self._show_tool(place, call)

    def _show_chips(self, chips: Sequence[str]) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        more = len(chips) - _MOST_CHIPS
        for chip in (*chips[:_MOST_CHIPS], *([tr("{more} more").format(more=more)] if more > 0 else ())):
            self._chips.addWidget(Chip(chip, parent=self))
        if chips:
            self._chips.addStretch(1)

    def _show_reasoning(self, text: str) -> None:
        if self._reasoning is None:
            self._reasoning = _Fold("reasoning", "", self)
            self._column.insertWidget(2, self._reasoning)
        self._reasoning.head.set_note(tr("{count} words").format(count=figures.number(len(text.split()))))
        self._reasoning.show_text(text)

    def _show_tool(self, place: int, call: ToolCall) -> None:
        if place == len(self._tools):
            fold = _Fold("", "", self)
            self._tools.append(fold)
            self._column.addWidget(fold)
        fold = self._tools[place]
        fold.head.set_name(tr("calls {name}").format(name=call.name or "…"))
        fold.head.set_note(_in_short(call.arguments))
        fold.show_text(call.arguments, is_json=True)

    def _copied(self) -> str:
        tools = [f"{call.name} {call.arguments}" for call in self.message.tool_calls]
        return "\n\n".join([*([self.message.text] if self.message.text else []), *tools])


class ChatView(QWidget):
    """A conversation with its foot: what it used, copy all of it, go on with it."""

    copy_wanted = Signal(str)
    continue_wanted = Signal(object)
    """The Message that the next question follows."""
    changed = Signal()
    """Something else is said, or more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = theme.current().px
        self._conversation: Conversation | None = None
        self._views: list[MessageView] = []
        self._lines: list[QWidget] = []
        self.area = QScrollArea(self)
        """What is scrolled."""
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(tr("Conversation"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = self._inner = laid(QWidget(), "panel")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, px(4), 0, px(8))
        self._column.setSpacing(0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.area.setWidget(inner)
        self._earlier = Label("", "caption", "3", parent=inner)
        self._earlier.setContentsMargins(px(16), px(4), px(16), px(4))
        self._column.addWidget(self._earlier)
        self._used = ElidedLabel("", "caption", "2", parent=self)
        self.copy_button = Button(
            tr("Copy all"),
            "quiet",
            icon="copy",
            scale="s",
            tooltip=tr("All messages as Markdown"),
            parent=self,
        )
        self.copy_button.clicked.connect(self._on_copy)
        self.continue_button = Button(tr("Continue"), "default", icon="use-as-input", scale="s", parent=self)
        self.continue_button.setToolTip(tr("Put the answer into messages, with room for your next one"))
        self.continue_button.clicked.connect(self._on_go_on)
        foot = QWidget(self)
        line = QHBoxLayout(foot)
        mirroring.margins(line, px(16), 0, px(8), 0)
        line.setSpacing(px(8))
        line.addWidget(self._used, 1)
        line.addWidget(self.copy_button)
        line.addWidget(self.continue_button)
        foot.setFixedHeight(px(LARGE))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(Divider())
        column.addWidget(foot)
        self.setFocusProxy(self.area)
        bar = self.area.verticalScrollBar()
        self._is_at_end = True
        """Whether the view goes along with what comes."""
        self._begins_at: QWidget | None = None
        """What shall be at the top, as soon as it has its place."""
        self._sought: TextView | None = None
        """Whose selection shall be in sight until somebody scrolls; what is unfolded for it moves it."""
        bar.actionTriggered.connect(self._on_hand)
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_grown)

    @property
    def messages(self) -> list[MessageView]:
        """The messages that are shown."""
        return self._views[: len(self._shown())]

    @property
    def used(self) -> str:
        """What is said of tokens and model."""
        return self._used.text()

    def texts(self) -> list[Said]:
        """Return all that was said, from top to bottom, what is folded away included."""
        return [said for view in self.messages for said in view.texts]

    def bring_into_sight(self, view: TextView) -> None:
        """Scroll to what is selected in one of the texts."""
        self._begins_at, self._is_at_end, self._sought = None, False, view
        QTimer.singleShot(0, self, self._go_along)  # once everything has its place

    def sizeHint(self) -> QSize:
        """Return room for some messages."""
        return QSize(400, 320)

    def show_conversation(
        self, conversation: Conversation, *, can_continue: bool, is_growing: bool = False
    ) -> None:
        """Show it, or more of the same. One that grows is followed to its end; of a whole one the last question is on top."""
        is_new = self._conversation is None
        self._conversation = conversation
        shown = self._shown()
        while len(self._views) < len(shown):
            view = MessageView(self._inner)
            view.copy_wanted.connect(self.copy_wanted)
            if self._views:
                line = Divider(parent=self._inner)
                self._lines.append(line)
                self._column.addWidget(line)
            self._column.addWidget(view)
            self._views.append(view)
        several = len(conversation.answers) > 1
        for place, view in enumerate(self._views):
            view.setVisible(place < len(shown))
            if place < len(shown):
                number = place - len(conversation.sent) + 1
                view.show_message(shown[place], _about(shown[place], number if several else 0))
        self._earlier.setText(
            tr("{earlier} earlier messages; the JSON of the request has them all.").format(
                earlier=figures.number(conversation.earlier)
            )
        )
        self._earlier.setVisible(conversation.earlier > 0)
        self._used.set_text("  ·  ".join(_used(conversation)))
        self.continue_button.setVisible(can_continue)
        if is_new:
            self._is_at_end = is_growing
            self._begins_at = None if is_growing else self._views[max(0, len(conversation.sent) - 1)]
            self._on_grown(0, 1)
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing."""
        self._conversation = None
        self._begins_at = self._sought = None
        for part in (*self._views, *self._lines):
            part.hide()
            part.deleteLater()
        self._views.clear()
        self._lines.clear()
        self.changed.emit()

    def _shown(self) -> tuple[Message, ...]:
        held = self._conversation
        return (*held.sent, *held.answers) if held is not None else ()

    def _on_copy(self) -> None:
        if self._conversation is not None:
            self.copy_wanted.emit(as_markdown(self._conversation))

    def _on_go_on(self) -> None:
        if self._conversation is not None:
            self.continue_wanted.emit(self._conversation.answers[0])

    def _on_hand(self) -> None:
        self._begins_at = self._sought = None

    def _on_scrolled(self, value: int) -> None:
        self._is_at_end = value >= self.area.verticalScrollBar().maximum() - theme.current().px(8)

    def _on_grown(self, _low: int, high: int) -> None:
        if high and (self._is_at_end or self._begins_at is not None or self._sought is not None):
            QTimer.singleShot(0, self, self._go_along)  # once everything has its place

    def _go_along(self) -> None:
        bar = self.area.verticalScrollBar()
        if self._sought is not None:
            spot = self._sought.viewport().mapTo(self._inner, self._sought.cursorRect().center())
            self.area.ensureVisible(0, spot.y(), 0, theme.current().px(64))
        elif self._begins_at is not None:
            bar.setValue(self._begins_at.y() - theme.current().px(4))
        elif self._is_at_end:
            bar.setValue(bar.maximum())


def _about(message: Message, number: int) -> str:
    parts = [
        message.name,
        tr("choice {number}").format(number=number) if number > 0 else "",
        _ENDS.get(message.finish, ""),
    ]
    return ", ".join(part for part in parts if part)


def _used(conversation: Conversation) -> list[str]:
    said = [conversation.model] if conversation.model else []
    return said + _tokens(conversation.usage) if conversation.usage is not None else said


def _tokens(usage: Usage) -> list[str]:
    parts = [
        f"{figures.number(count)} {word}"
        for count, word in ((usage.prompt, "prompt"), (usage.completion, "completion"))
        if count is not None
    ]
    total = usage.total if usage.total is not None else (usage.prompt or 0) + (usage.completion or 0)
    said = [
        tr("{parts} = {total} tokens").format(parts=" + ".join(parts), total=figures.number(total))
        if parts
        else tr("{total} tokens").format(total=figures.number(total))
    ]
    if usage.reasoning:
        said.append(tr("{reasoning} of them reasoning").format(reasoning=figures.number(usage.reasoning)))
    if usage.cached:
        said.append(tr("{cached} from the cache").format(cached=figures.number(usage.cached)))
    return said


def _in_short(text: str) -> str:
    line = " ".join(named(text[:100_000])[:200].split())
    return f"{line[:80]}…" if len(line) > 80 else line


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
