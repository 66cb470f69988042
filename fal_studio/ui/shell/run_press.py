"""What pressing Run does: the request is sent, once or several times, asked about, or not sent because something is in the way."""

import importlib
from typing import Any

from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Request
from fal_studio.core.snippets.snippet import Language, Snippet
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.request.ask_line import Asked, AskLine
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.run_bar import Reason
from fal_studio.ui.shell.run_reasons import RunReasons
from fal_studio.ui.shell.shown_calls import ShownCalls
from fal_studio.ui.shell.written_request import WrittenRequest
from fal_studio.words import tr


class RunPress(QObject):
    """Makes Requests of what is written; the line of questions stands between the press and the sending."""

    run_wanted = Signal(object)
    """A Request."""
    run_in_front_wanted = Signal(object)
    """A Request that goes before all that wait."""
    run_batch_wanted = Signal(tuple, bool)
    """Several Requests, and whether they go before all that wait."""
    run_anyway_wanted = Signal(object)
    """An Asked: somebody was asked about it, and is sure."""
    stopped_by = Signal(str)
    """Where that is mended which is in the way (`Reason.target`)."""

    def __init__(
        self,
        written: WrittenRequest,
        reasons: RunReasons,
        question: AskLine,
        shown: ShownCalls,
        catalogue: Catalogue,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._written, self._reasons, self._question = written, reasons, question
        self._shown, self._catalogue = shown, catalogue
        question.anyway_wanted.connect(self._run_anyway)

    def reasons(self) -> list[Reason]:
        """Return why Run cannot run; empty if it can."""
        return self._reasons.of(self._written.draft)

    def request(self, *, any_mode: bool = False) -> Request | None:
        """Return the request as it stands, None if it cannot be sent; `any_mode`: whether its mode is there does not matter."""
        document = self._written.document
        document.settle()
        arguments = document.arguments
        if arguments is None or [one for one in self.reasons() if not (any_mode and one.target == "mode")]:
            return None
        return self._written.asked(arguments)

    def coded(self) -> tuple[Request | None, str]:
        """Return what code can be written for, also when something required is still missing; or why it cannot."""
        problem, arguments = (
            self._reasons.endpoint_problem(self._written.draft),
            self._written.document.arguments,
        )
        if problem or arguments is None:
            return None, problem or tr("The JSON has a mistake: this is the code from before.")
        return self._written.asked(arguments), ""

    def code(self, choice: CodeChoice, language: Language | None = None) -> Snippet | None:
        """Return the request as code, in the language chosen last or another; None while it cannot be written."""
        pane: Any = importlib.import_module("fal_studio.ui.request.code_pane")
        return pane.code_of(self.coded()[0], choice, language)

    def run(self, *, in_front: bool = False) -> None:
        """Run what is written, before all that wait if need be, or tell what is in the way."""
        request = self.request()
        if request is None:
            self.stopped_by.emit(self.reasons()[0].target)
            return
        if self._question.asked is not None:
            if self._question.is_sure:
                self._run_anyway()
            return
        if self._shown.is_left_behind:
            self._shown.stop_all()
        if self._written.repeat > 1:
            self.run_batch_wanted.emit(self._several(request), in_front)
            return
        (self.run_in_front_wanted if in_front else self.run_wanted).emit(request)

    def _several(self, request: Request) -> tuple[Request, ...]:
        written = self._written
        batches: Any = importlib.import_module("fal_studio.ui.shell.batch")
        schema = self._catalogue.get(written.endpoint).schema
        return batches.requests_of(request, written.repeat, schema, is_stepped=written.steps_seed)

    def _run_anyway(self) -> None:
        asked: Asked | None = self._question.asked
        self._question.dismiss()
        if asked is not None:
            self.run_anyway_wanted.emit(asked)
