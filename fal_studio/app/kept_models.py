"""What is kept of a profile's catalogue, read and written off the window's thread; and what changed in it."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

from fal_studio.core.catalogue import Found, InputsChange, Outgrown, Wish
from fal_studio.core.model import Model, document_of, matches
from fal_studio.core.model import read as read_model
from fal_studio.core.request import Json
from fal_studio.core.saved import Kind, SavedError
from fal_studio.core.schema import drift
from fal_studio.core.schema.digest import digest
from fal_studio.core.schema.outgrown import Judge
from fal_studio.core.schema.reading import read
from fal_studio.store.catalogue import KeptCatalogue, KeptDocument
from fal_studio.store.problems import StoreError
from fal_studio.store.saved import SavedRequests
from fal_studio.ui.catalogue import Endpoint

_logger = logging.getLogger(__name__)


class KeptModels:
    """The kept catalogue of one profile."""

    def __init__(self, cache: Path, saved: Path, profile: str) -> None:
        """`saved` is the folder of saved requests, which a change may leave behind."""
        self._kept = KeptCatalogue(cache / "catalogue", profile)
        self._saved = SavedRequests(saved)
        self._known: dict[str, Model] = {}
        """Models that were read or listed since the start."""

    async def note(self, records: list[dict[str, Json]], *, is_whole: bool = False) -> tuple[Model, ...]:
        """Keep the models of some records, and return them."""
        models = tuple(model for record in records if (model := read_model(record)) is not None)
        self._known |= {model.id: model for model in models}
        await asyncio.to_thread(self._kept.add_models, models, time.time(), is_whole=is_whole)
        return models

    async def note_documents(self, records: list[dict[str, Json]]) -> dict[str, InputsChange]:
        """Keep the documents of some records; return what nobody has acknowledged yet, by endpoint."""
        return await asyncio.to_thread(self._note_documents, records)

    async def search(self, wish: Wish, why: str = "", *, is_offline: bool = False) -> Found:
        """Search what is kept; `why` the server's answer is not there."""
        return await asyncio.to_thread(self._search, wish, why, is_offline=is_offline)

    async def categories(self) -> tuple[str, ...]:
        """Return every category that was ever listed."""
        models, _ = await asyncio.to_thread(self._kept.models)
        return tuple(sorted({model.category for model in models if model.category}))

    async def model(self, endpoint: str) -> Model | None:
        """Return a model that was ever listed."""
        if endpoint not in self._known:
            models, _ = await asyncio.to_thread(self._kept.models)
            self._known = {model.id: model for model in models} | self._known
        return self._known.get(endpoint)

    async def document(self, endpoint: str) -> KeptDocument | None:
        """Return an endpoint's document."""
        return await asyncio.to_thread(self._kept.document, endpoint)

    async def documents(self) -> list[dict[str, Any]]:
        """Return the models whose documents are kept, as records of the catalogue: what a request can be made of."""
        return await asyncio.to_thread(self._documents)

    async def accept(self, endpoint: str) -> None:
        """Take note that somebody has seen how an endpoint changed."""
        await asyncio.to_thread(self._kept.accept, endpoint)

    async def picture(self, name: str) -> bytes | None:
        """Return a thumbnail."""
        return await asyncio.to_thread(self._kept.picture, name)

    async def note_picture(self, name: str, data: bytes) -> None:
        """Keep a thumbnail."""
        await asyncio.to_thread(self._kept.add_picture, name, data)

    async def outgrown(self, endpoint: Endpoint) -> tuple[Outgrown, ...]:
        """Return the saved requests that an endpoint would no longer take as they are."""
        return await asyncio.to_thread(self._outgrown, endpoint)

    def _search(self, wish: Wish, why: str, *, is_offline: bool) -> Found:
        models, fetched_s = self._kept.models()
        found = tuple(model for model in models if matches(model, wish.words, wish.category, wish.status))
        return Found(found, "", fetched_s, why, is_offline)

    def _note_documents(self, records: list[dict[str, Json]]) -> dict[str, InputsChange]:
        changes: dict[str, InputsChange] = {}
        for record in records:
            document, endpoint = document_of(record), record.get("endpoint_id")
            if document is None or not isinstance(endpoint, str):
                continue
            kept = self._kept.add_document(endpoint, document, digest(document, endpoint), time.time())
            if (change := change_of(kept)) is not None:
                changes[endpoint] = change
        return changes

    def _documents(self) -> list[dict[str, Any]]:
        kept = ((model, self._kept.document(model.id)) for model in self._kept.models()[0])
        return [record_of(model, found.document) for model, found in kept if found is not None]

    def _outgrown(self, endpoint: Endpoint) -> tuple[Outgrown, ...]:
        if not endpoint.schema.fields:
            return ()
        judge = Judge(endpoint.schema, endpoint.change.drifts if endpoint.change is not None else ())
        found: list[Outgrown] = []
        for entry in self._saved.all():
            if entry.problem or entry.endpoint.strip("/") != endpoint.id:
                continue
            try:
                saved = self._saved.load(Path(entry.path))
            except (SavedError, StoreError) as error:
                _logger.info("%s cannot be checked: %s", entry.path, error)
                continue
            is_whole = saved.kind is Kind.REQUEST
            if why := judge.problems(saved.arguments, is_whole=is_whole):
                title = entry.title if is_whole else f"{entry.title} (preset)"
                found.append(Outgrown(entry.path, title, why))
        return tuple(found)


def change_of(kept: KeptDocument | None) -> InputsChange | None:
    """Return how the inputs changed; None where they did not, or where somebody has seen it."""
    if kept is None or kept.before is None:
        return None
    drifts = drift.compare(read(kept.before, kept.endpoint), read(kept.document, kept.endpoint))
    return InputsChange(kept.before_s or kept.since_s, drifts) if drifts else None


def record_of(model: Model, document: Json) -> dict[str, Any]:
    """Return a record as the catalogue would list a model."""
    about = {
        "display_name": model.title,
        "category": model.category,
        "description": model.description,
        "tags": list(model.tags),
        "stream_url": "/stream" if model.streams else "",
    }
    record: dict[str, Any] = {"endpoint_id": model.id, "metadata": about}
    return record | ({"openapi": document} if document is not None else {})
