"""Why a request cannot run as it stands, and where each reason is mended."""

import importlib
from typing import Any

from fal_studio.core import options as rules
from fal_studio.core.accounts import EMULATOR
from fal_studio.core.request import ProfileKind
from fal_studio.core.schema.field import Path
from fal_studio.core.uploading import Uploading
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.request.endpoint_text import endpoint_problem
from fal_studio.ui.request.run_bar import Reason
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr

_FALS = "fal-ai/"
"""How most of fal's own endpoints begin; the emulator has none that does."""


class RunReasons:
    """Looks at one request: its document, and the rest as a Draft, whose text is not read again."""

    def __init__(self, document: Document, catalogue: Catalogue, accounts: Accounts | None) -> None:
        self._document, self._catalogue, self._accounts = document, catalogue, accounts
        self._uploads: dict[Path, Uploading] = {}

    def of(self, draft: Draft) -> list[Reason]:
        """Return all reasons, the one to mend first at the beginning; empty if it can run."""
        support, why = self._catalogue.get(draft.endpoint).supports(draft.mode)
        return [
            *self._of_profile(draft),
            *self._of_endpoint(draft),
            *self._of_json(),
            *([Reason(why, "mode")] if support is Capability.UNSUPPORTED else ()),
            *self._of_fields(draft),
            *self._of_options(draft),
        ]

    def note_upload(self, path: Path, state: Uploading) -> None:
        """Notice how far a file is that a field waits for."""
        if state.is_under_way:
            self._uploads[path] = state
        else:
            self._uploads.pop(path, None)

    def kind(self, draft: Draft) -> ProfileKind:
        """Return what kind of server calls go to; that of a profile that is not there is fal."""
        if draft.profile == EMULATOR:
            return ProfileKind.EMULATOR
        account = self._accounts.account(draft.profile) if self._accounts is not None else None
        return account.kind if account is not None else ProfileKind.FAL

    def is_elsewhere(self, draft: Draft) -> bool:
        """Whether the endpoint is one of the emulator's, and calls go to fal."""
        is_at_fal = self._accounts is not None and self._accounts.is_at_fal(draft.profile)
        return is_at_fal and draft.endpoint.startswith(f"{EMULATOR}/")

    def is_beyond(self, draft: Draft) -> bool:
        """Whether the endpoint is one of fal's, and calls go to the emulator, which has only its own."""
        if draft.profile != EMULATOR or not self._catalogue.all():
            return False
        return draft.endpoint.startswith(_FALS) or self._catalogue.get(draft.endpoint).is_of_fal

    def beyond(self, endpoint: str) -> Reason:
        """Say how an endpoint of fal can be called: with a key that is there, or one that can be added."""
        names = self._accounts.names if self._accounts is not None else ()
        name = next((name for name in names if self._accounts and self._accounts.is_at_fal(name)), "")
        if name:
            words = tr("{endpoint} is at fal; call it with {name}").format(endpoint=endpoint, name=name)
            return Reason(words, f"profile:{name}")
        return Reason(tr("{endpoint} is at fal; add a key to call it").format(endpoint=endpoint), "key")

    def endpoint_problem(self, draft: Draft) -> str:
        """Return what is wrong with how the endpoint is written, "" for nothing."""
        return endpoint_problem(draft.endpoint, is_own_app=self.kind(draft) is ProfileKind.LOCAL_APP)

    def _of_profile(self, draft: Draft) -> list[Reason]:
        if self._accounts is None or self._accounts.has(draft.profile):
            return []
        words = tr("there is no key called {profile} here").format(profile=draft.profile)
        return [Reason(words, "key")]

    def _of_endpoint(self, draft: Draft) -> list[Reason]:
        if problem := self.endpoint_problem(draft):
            return [Reason(problem, "endpoint")]
        if self.is_elsewhere(draft):
            words = tr("{endpoint} is the emulator's; choose a model of fal")
            return [Reason(words.format(endpoint=draft.endpoint), "models")]
        return [self.beyond(draft.endpoint)] if self.is_beyond(draft) else []

    def _of_json(self) -> list[Reason]:
        if self._document.is_slow:
            return [Reason(tr("the JSON is still being read"), "json:1")]
        return [
            Reason(
                tr("line {line}: {message}").format(line=found.line, message=found.message),
                f"json:{found.line}",
            )
            for found in self._document.problems[:3]
        ]

    def _of_fields(self, draft: Draft) -> list[Reason]:
        """Return what is missing in the arguments, and files that are on their way into them."""
        arguments, fields = self._document.arguments, self._catalogue.get(draft.endpoint).schema.fields
        missing = (
            [field.name for field in fields if field.required and arguments.get(field.name) in (None, "")]
            if arguments is not None
            else []
        )
        coming = tr("{path}: {name} is still on its way, {words}")
        return [
            *(Reason(tr("{name} is required").format(name=name), f"field:{name}") for name in missing),
            *(
                Reason(coming.format(path=path[0], name=state.name, words=state.words), f"field:{path[0]}")
                for path, state in self._uploads.items()
            ),
        ]

    def _of_options(self, draft: Draft) -> list[Reason]:
        wrong = rules.problems(draft.options, draft.mode)
        if draft.typed:
            typed: Any = importlib.import_module("fal_studio.core.typed")
            found: dict[str, str] = typed.problems(draft.typed)
            wrong |= {name: message for name, message in found.items() if rules.used_by(name, draft.mode)}
        return [
            Reason(f"{rules.NAMES[name]}: {message}", f"option:{name}") for name, message in wrong.items()
        ]
