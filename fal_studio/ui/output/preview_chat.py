"""The part of a preview that shows a conversation, made when a call first was part of one."""

import importlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from fal_studio.core.conversation import Message, Talk, continued
from fal_studio.core.request import Json

if TYPE_CHECKING:
    from fal_studio.ui.output.chat_finding import ChatFinder
    from fal_studio.ui.output.chat_view import ChatView


class ChatPart(QObject):
    """Takes what was sent and what comes back, and knows whether that is a conversation."""

    copy_wanted = Signal(str)
    continue_wanted = Signal(object)
    """The messages of a request that goes on with the conversation."""

    def __init__(self, parts: QSplitter, words: QWidget) -> None:
        """The conversation stands among `parts`, above the plain `words`."""
        super().__init__(parts)
        self._parts, self._words = parts, words
        self._arguments: Json = None
        self._talk = Talk(None)
        self.view: ChatView | None = None
        self._finder: ChatFinder | None = None

    @property
    def is_shown(self) -> bool:
        """Whether a conversation is on screen."""
        return self.view is not None and not self.view.isHidden()

    @property
    def is_there(self) -> bool:
        """Whether what came is a conversation."""
        return self._talk.whole is not None

    @property
    def finder(self) -> "ChatFinder | None":
        """What looks for words in the conversation; None while none is on screen, or nobody looked for words."""
        return self._finder

    def begin(self, arguments: Json) -> None:
        """Take what was sent."""
        self._arguments, self._talk = arguments, Talk(arguments)
        if self.view is not None:
            self.view.clear()

    def take(self, payloads: Iterable[Json]) -> None:
        """Take what came back."""
        self._talk.take(payloads)

    def show(self, *, is_growing: bool) -> bool:
        """Show the conversation, if it is one; return whether it is."""
        talk = self._talk.whole
        if talk is None:
            if self.view is not None:
                self.view.hide()
            if self._finder is not None:
                self._finder.close()
            return False
        view = self.view or self._make()
        can_continue = continued(self._arguments, talk.answers[0]) is not None
        view.show_conversation(talk, can_continue=can_continue, is_growing=is_growing)
        view.show()
        return True

    def finder_now(self) -> "ChatFinder | None":
        """Return what looks for words in the conversation that is on screen; None if none is."""
        if not self.is_shown:
            return None
        if self._finder is None:
            module: Any = importlib.import_module("fal_studio.ui.output.chat_finding")
            self._finder = module.ChatFinder(self.view, self._put_bar)
        return self._finder

    def _make(self) -> "ChatView":
        module: Any = importlib.import_module("fal_studio.ui.output.chat_view")
        view: ChatView = module.ChatView(self._parts)
        view.copy_wanted.connect(self.copy_wanted)
        view.continue_wanted.connect(self._on_continue)
        self._parts.insertWidget(self._parts.indexOf(self._words), view)
        self.view = view
        return view

    def _put_bar(self, bar: QWidget) -> None:
        assert self.view is not None
        self._parts.insertWidget(self._parts.indexOf(self.view), bar)

    def _on_continue(self, answer: Message) -> None:
        if (messages := continued(self._arguments, answer)) is not None:
            self.continue_wanted.emit(messages)
