"""What an endpoint brings into a request: its inputs, what to begin with, and what is said before the first call."""

from PySide6.QtCore import QObject, Signal

from fal_studio.core.accounts import is_emulators
from fal_studio.core.prices import is_free
from fal_studio.core.request import Json
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.request.editor import Editor
from fal_studio.ui.shell.change_place import ChangePlace
from fal_studio.ui.shell.result import ResultPane
from fal_studio.ui.shell.run_reasons import RunReasons
from fal_studio.ui.shell.written_request import WrittenRequest


class ChosenEndpoint(QObject):
    """Shows the endpoint that is written, anew whenever the catalogue knows more."""

    schema_wanted = Signal(str, str)
    """A profile, and an endpoint of it that nothing is known of."""

    def __init__(
        self,
        written: WrittenRequest,
        catalogue: Catalogue,
        reasons: RunReasons,
        editor: Editor,
        result: ResultPane,
        change: ChangePlace,
        source: QObject,
    ) -> None:
        """`source` is told as the source of changes (`Document.set_text`)."""
        super().__init__(source)
        self._written, self._catalogue, self._reasons = written, catalogue, reasons
        self._editor, self._result, self._change, self._source = editor, result, change, source

    def show(self) -> None:
        """Show the inputs of the endpoint, and how a first call comes about."""
        written, known = self._written, self._catalogue.get(self._written.endpoint)
        if not known.schema.fields and not known.arguments and not is_free(written.profile):
            self.schema_wanted.emit(written.profile, written.endpoint)
        self._editor.set_schema(known.schema)
        self._change.tell(known)
        self.tell_how()

    def tell_how(self) -> None:
        """Say how a first call comes about."""
        written, known = self._written, self._catalogue.get(self._written.endpoint)
        empty = self._result.empty
        if self._reasons.is_beyond(written.draft):
            target = self._reasons.beyond(written.endpoint).target
            empty.show_way(written.endpoint, target.partition(":")[2])
        elif self._reasons.is_elsewhere(written.draft):
            empty.show_elsewhere(written.endpoint)
        else:
            is_known = is_emulators(written.endpoint) or not self._catalogue.all()
            kind = self._reasons.kind(written.draft)
            empty.show_for(known.icon, written.mode, kind, is_known=is_known)

    def begin_with(self, arguments: dict[str, Json]) -> None:
        """Begin with arguments that it brings along."""
        self._written.begin_with(arguments, self._source)
        if self._editor.form.prompt.hasFocus():
            self._editor.offer_main()

    def renew(self) -> None:
        """Show what the catalogue has learnt, and fill in what that brings; a file's arguments stay as they are."""
        self.show()
        written, known = self._written, self._catalogue.get(self._written.endpoint)
        arguments = written.document.arguments
        if written.file.path or arguments is None:
            return
        if not arguments and known.arguments:
            self.begin_with(dict(known.arguments))
            return
        # Inputs that a starter leaves out, such as the demo sketch, come from the endpoint.
        required = {field.name for field in known.schema.fields if field.required}
        for key, value in known.arguments.items():
            if key in required and key not in arguments:
                written.document.set_value(key, value, self._source)
