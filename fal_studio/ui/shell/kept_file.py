"""A request and its file: whether they are the same, and what would be written."""

import msgspec

from fal_studio.core.request import Json
from fal_studio.core.saved import Saved, SavedError, mark_of
from fal_studio.core.schema.fit import is_written_alike
from fal_studio.ui.request import json_text
from fal_studio.ui.request.document import READ_AT_ONCE, Document
from fal_studio.ui.request.draft import Draft
from fal_studio.words import tr


class KeptFile:
    """What the file of a request holds, as far as it was read."""

    def __init__(self, saved: Saved) -> None:
        self.saved = saved
        self.mark = mark_of(saved)
        self._text = json_text.dump(saved.arguments)
        """Its arguments as text: what is equal to it need not be read."""

    def differs(self, draft: Draft, arguments: Json) -> bool:
        """Whether a request is something else; `arguments` are those of its text, None while that cannot be read."""
        saved = self.saved
        if (saved.mode, saved.endpoint, saved.options) != (draft.mode, draft.endpoint, draft.options):
            return True
        if saved.project != draft.project:
            return True
        if draft.typed:
            return True
        if draft.text == self._text:
            return False
        return len(draft.text) > READ_AT_ONCE or not is_written_alike(arguments, saved.arguments)


def to_save(draft: Draft, document: Document, title: str, known: Saved | None, schema_hash: str) -> Saved:
    """Return a request as it would be written to a file; raises SavedError while its JSON cannot be read.

    `known` is what its file holds: what we do not know about in there stays. `schema_hash` is that of the endpoint, "" where
    its schema is not known.
    """
    document.settle()
    arguments = document.arguments
    if arguments is None:
        problem = document.problems[0]
        raise SavedError(
            tr("The JSON has a mistake in line {line}: {message}. Mend it, then save.").format(
                line=problem.line, message=problem.message
            )
        )
    base = known or Saved(title, draft.endpoint, {})
    is_same_endpoint = base.endpoint == draft.endpoint
    return msgspec.structs.replace(
        base,
        title=title,
        endpoint=draft.endpoint,
        arguments=arguments,
        mode=draft.mode,
        options=draft.options,
        project=draft.project,
        schema_hash=schema_hash or (base.schema_hash if is_same_endpoint else ""),
    )
