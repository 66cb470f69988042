"""A request as it is being written: what it calls, with what, how and how often, and whose it is."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject

from fal_studio.core import options as rules
from fal_studio.core import privacy
from fal_studio.core.request import Json, Mode, Request
from fal_studio.ui.catalogue import Endpoint
from fal_studio.ui.request import json_text
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.draft import MOST_RUNS, Draft, name_of
from fal_studio.ui.shell.file_of import FileOf


class WrittenRequest:
    """Holds it and works out what follows from it; whoever changes something shows it, too."""

    def __init__(self, draft: Draft, folder_of: Callable[[str], str], parent: QObject) -> None:
        """`folder_of` returns in which folder a saved request lies."""
        self._folder_of = folder_of
        self.own_title, self.own_project = draft.title, draft.project
        """What somebody called it, and what its runs are counted for; "" for neither."""
        self.endpoint, self.mode, self.options = draft.endpoint, draft.mode, draft.options
        self.typed = dict(draft.typed)
        """What was typed among the options and is no value."""
        self.runs, self.steps_seed = min(max(1, draft.repeat), MOST_RUNS), draft.steps_seed
        self.profile = draft.profile
        self.file = FileOf(draft.file, draft.file_mark)
        self.document = Document(draft.text, parent)
        self.began_with: dict[str, Json] = {}
        """The arguments that the endpoint brought along."""

    @property
    def draft(self) -> Draft:
        """What is worth keeping of it."""
        return Draft(
            self.own_title,
            self.endpoint,
            self.mode,
            self.document.text,
            self.options,
            dict(self.typed),
            self.runs,
            self.steps_seed,
            self.file.path,
            self.file.mark,
            self.profile,
            self.own_project,
        )

    @property
    def title(self) -> str:
        """What it is called in its tab."""
        return self.own_title or name_of(self.document.arguments, self.endpoint)

    @property
    def project(self) -> str:
        """What its runs are counted for, "" for nothing in particular."""
        return self.own_project or self.project_of_file

    @property
    def project_of_file(self) -> str:
        """What they are counted for unless somebody names another project: the folder of its file."""
        return self._folder_of(self.file.path) if self.file.path else ""

    @property
    def repeat(self) -> int:
        """How often Run runs it; a session is one call."""
        return 1 if self.mode is Mode.REALTIME else self.runs

    @property
    def is_private(self) -> bool:
        """Whether Run makes a private run."""
        return privacy.is_private(rules.effective(self.options, self.mode))

    @property
    def differs(self) -> bool:
        """Whether it is something else than its file."""
        return self.file.differs(self.draft, self.document.arguments)

    @property
    def undoable(self) -> Draft:
        """What undo brings back: all but the file, and the title that stands in it."""
        # Undo never changes who pays.
        draft = msgspec.structs.replace(self.draft, profile="", project="")
        return msgspec.structs.replace(draft, file="", file_mark="", title="") if self.file.path else draft

    def asked(self, arguments: Json) -> Request:
        """Return it as it is sent, with these arguments."""
        options = rules.effective(self.options, self.mode)
        return Request(self.endpoint, self.mode, arguments, self.profile, options, self.project)

    def turn_to(self, endpoint: str) -> None:
        """Be for another endpoint; a title of its own stays where it stands in a file."""
        self.endpoint = endpoint
        if not self.file.path:
            self.own_title = ""

    def carried_to(self, known: Endpoint) -> dict[str, Json] | None:
        """Return what it begins with at another endpoint: the prompt goes along, all else is as that likes it; None: all stays."""
        if not known.schema.fields and not known.arguments:
            return None
        before = self.document.arguments or {}
        prompt = before.get(self.document.prompt_key) if self.document.prompt_key else None
        arguments, field = dict(known.arguments), known.schema.prompt
        if field is not None and before != self.began_with and isinstance(prompt, str) and prompt:
            arguments[field.name] = prompt
        return arguments

    def begin_with(self, arguments: dict[str, Json], source: object) -> None:
        """Take arguments that the endpoint brings along; `source` as in `Document.set_text`."""
        self.began_with = arguments
        self.document.set_text(json_text.dump(arguments), source)
