"""What stands in place of a result: why it failed, or what else became of the call."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core import events as e
from fal_studio.core.call import CallState
from fal_studio.core.data_uris import named
from fal_studio.core.request import Json, Mode
from fal_studio.ui import theme
from fal_studio.ui.highlight import JsonHighlighter
from fal_studio.ui.models import seconds
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.failure_card import CardAction, CardFact, FailureCard
from fal_studio.ui.widgets.failure_words import Account, account
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.state_label import StateLabel
from fal_studio.words import tr


class FailurePage(QWidget):
    """The failure card, and the answer as it came."""

    retry_wanted = Signal()
    limits_wanted = Signal()
    """The profile's limits are to be seen, and perhaps changed."""
    way_wanted = Signal(str)
    """The emulator does not have the model: "models" to choose one of its own, "profile" to call it at fal."""
    go_to_wanted = Signal(tuple)
    copy_wanted = Signal()
    raw_wanted = Signal()
    arrived_wanted = Signal()
    """Look at what had come before it failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "stage")
        self._loc: tuple[str | int, ...] = ()
        self._card: FailureCard | None = None
        self._raw = QPlainTextEdit(self)
        self._raw.setObjectName("rawBody")
        self._raw.setAccessibleName(tr("The answer as it came"))
        self._raw.setReadOnly(True)
        self._raw.setFrameShape(QFrame.Shape.NoFrame)
        self._raw.setTabChangesFocus(True)
        self._highlighter = JsonHighlighter(self._raw.document())
        self._finder = Finder(
            self._raw,
            tr("the answer"),
            lambda bar: self._column.insertWidget(self._column.indexOf(self._raw), bar),
        )
        inner = laid(QWidget(), "stage")
        self._column = QVBoxLayout(inner)
        px = theme.current().px
        self._column.setContentsMargins(px(24), px(24), px(24), px(24))
        self._column.setSpacing(px(16))
        self._column.addWidget(self._raw, 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def card(self) -> FailureCard | None:
        """The card that is shown."""
        return self._card

    def show_failure(
        self,
        failed: e.Failed,
        state: CallState,
        sent: Json = None,
        amount: str = "",
        *,
        has_arrived: bool = False,
    ) -> None:
        """Tell a failure; `amount` is what was charged, `has_arrived`: whether there is something to look at all the same."""
        told = account(failed, state, sent, amount)
        self._loc = failed.fields[0].loc if failed.fields else ()
        focused = ""
        if self._card is not None:
            focused = self._card.focused
            self._card.hide()
            self._card.deleteLater()
        actions = self._actions(told, has_arrived=has_arrived)
        if failed.kind is e.FailureKind.BUDGET:
            actions.insert(0, CardAction("limits", tr("See the limits")))
        self._card = FailureCard(told.title, told.line, _facts(told, state), actions)
        self._card.action_wanted.connect(self._on_action)
        self._column.insertWidget(0, self._card)
        self._card.focus(focused)  # told anew, as when a price has come, it does not lose the keyboard
        self._raw.setPlainText(named(told.raw))
        self._raw.setVisible(bool(told.raw))
        if not told.raw:
            self._finder.close()

    def open_find(self) -> None:
        """Look for words."""
        self._finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._finder.step(step)

    def _actions(self, told: Account, *, has_arrived: bool) -> list[CardAction]:
        actions: list[CardAction] = []
        if self._loc:
            actions.append(CardAction("go", tr("Go to field")))
        if told.is_beyond:
            actions.append(CardAction("models", tr("Choose a model")))
            actions.append(CardAction("profile", tr("Call it at fal")))
        why = (
            tr("Sends the same request again")
            if told.can_retry
            else tr("Sending the same again could cost money or fail the same way")
        )
        actions.append(CardAction("retry", tr("Retry safely"), icon="", enabled=told.can_retry, tooltip=why))
        if has_arrived:
            tip = tr("Look at what had come before it failed")
            actions.append(CardAction("arrived", tr("Show what arrived"), icon="eye", tooltip=tip))
        actions.append(CardAction("copy", tr("Copy details"), icon="copy", kind="quiet"))
        actions.append(
            CardAction(
                "raw", tr("Events"), kind="quiet", tooltip=tr("Show everything that happened in this call")
            )
        )
        return actions

    def _on_action(self, key: str) -> None:
        if key == "go":
            self.go_to_wanted.emit(self._loc)
        elif key == "retry":
            self.retry_wanted.emit()
        elif key == "copy":
            self.copy_wanted.emit()
        elif key in ("models", "profile"):
            self.way_wanted.emit(key)
        elif key == "limits":
            self.limits_wanted.emit()
        elif key == "arrived":
            self.arrived_wanted.emit()
        else:
            self.raw_wanted.emit()

    def _on_theme_changed(self) -> None:
        self._raw.setFont(theme.current().font("mono"))
        self._raw.document().setDocumentMargin(theme.current().px(12))


class NotePage(QWidget):
    """A sentence about a call that left nothing to show, and perhaps one thing to do about it."""

    action_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "stage")
        px = theme.current().px
        self._state = StateLabel("done", parent=self)
        self._title = Label("", "hero", "1", parent=self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title.setWordWrap(True)
        self._line = Paragraph("", "body", "2", centred=True, parent=self)
        self._line.setFixedWidth(px(408))
        self.action = Button("", parent=self)
        self.action.clicked.connect(self.action_wanted)
        column = QVBoxLayout(self)
        column.setSpacing(px(8))
        column.addStretch(1)
        column.addWidget(self._state, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        middle = QHBoxLayout()  # an alignment in the column would cut the text at one line
        middle.addStretch(1)
        middle.addWidget(self._line)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addSpacing(px(8))
        column.addWidget(self.action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    @property
    def text(self) -> str:
        """What is said."""
        return f"{self._title.text()}. {self._line.text()}"

    def show_note(self, state: str, title: str, line: str, action: str = "") -> None:
        """Say it; `action` names the button."""
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._state.set_state(state)
        self._title.setText(title)
        self._line.set_text(line)


def _facts(told: Account, state: CallState) -> list[CardFact]:
    # For other calls the total says it; here the moment is what tells a limit from an accident.
    is_open_ended = state.mode in (Mode.STREAM, Mode.REALTIME)
    return [
        *([CardFact(tr("ended after"), seconds(state.elapsed_s))] if is_open_ended else []),
        CardFact(tr("whose fault"), told.fault),
        CardFact(tr("charged"), told.charged, told.charged_icon, told.charged_why),
        CardFact(tr("safe to retry"), told.retry, "check" if told.can_retry else "close"),
        CardFact(tr("attempts"), told.attempts),
    ]
