"""What goes to the clipboard from the request in front: text, code, a link."""

import importlib
from typing import Any

from PySide6.QtGui import QGuiApplication

from fal_studio.core.snippets.snippet import Language
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr


class Copying:
    """Copies and says so; what cannot be copied yet is said, too."""

    def __init__(
        self, requests: OpenRequests, code: CodeChoice, status: StatusBar, toasts: ToastHost
    ) -> None:
        self._requests, self._code, self._status, self._toasts = requests, code, status, toasts

    def copy(self, text: str) -> None:
        """Put text on the clipboard and say so."""
        self._put(text, tr("Copied"))

    def copy_code(self, language: Language | None = None) -> None:
        """Copy the request in front as code, in the language chosen last or in another that is then the last."""
        if language is not None:
            self._code.set_language(language)
        code = self._requests.front.code()
        if code is None:
            self._ask(tr("There is no code for this request yet: mend its JSON first."))
            return
        self._put(code.text, tr("Copied as {title}").format(title=self._code.language.title))

    def copy_link(self) -> None:
        """Put a link to the request in front on the clipboard."""
        space = self._requests.front
        arguments = space.document.arguments
        if arguments is None:
            self._ask(tr("There is no link to this request yet: mend its JSON first."))
            return
        module: Any = importlib.import_module("fal_studio.core.paste.link")
        self._put(module.write(space.endpoint, space.mode, arguments), tr("Copied as a link"))

    def _put(self, text: str, words: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._status.tell(words)

    def _ask(self, words: str) -> None:
        self._toasts.tell(News(words, "ask"))
