"""Answers the window's questions about models: from the profile's catalogue, and from memory where it cannot be had."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from PySide6.QtCore import QBuffer, QIODevice, QObject, QSize
from PySide6.QtGui import QImage

from fal_studio.app.endpoints import endpoint_of
from fal_studio.app.kept_models import KeptModels, change_of, record_of
from fal_studio.core.accounts import EMULATOR
from fal_studio.core.catalogue import Card, Found, Wish
from fal_studio.core.events import Failed, FailureKind
from fal_studio.core.model import Model, document_of
from fal_studio.core.model import read as read_model
from fal_studio.core.request import Json, ProfileKind
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import catalog
from fal_studio.services.media import MediaError
from fal_studio.ui.catalogue import Endpoint
from fal_studio.ui.library.sketch import sketch_uri
from fal_studio.ui.queue.scaling import scaled
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.program import Program

FAL = "fal"
PAGE = 20
"""Models that are asked for at once."""
PATIENCE_S = 0.4
"""After this long what is kept is shown, until the server has answered."""
PICTURE_BYTES = 8 * 1024 * 1024
"""A larger thumbnail is none."""
PICTURE_SIZE = QSize(480, 320)
PICTURES_AT_ONCE = 4
_AWAY = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT})


class Place(NamedTuple):
    """A profile whose catalogue is looked into."""

    profile: str
    kept: KeptModels
    """What is kept of it: fal's is one, whichever key asks."""

    @property
    def kind(self) -> ProfileKind:
        """What its documents can tell."""
        return ProfileKind.EMULATOR if self.profile == EMULATOR else ProfileKind.FAL


class Browsing(QObject):
    """Joins the window's door to the engine and the kept catalogue."""

    def __init__(self, program: "Program", engine: "Engine", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program, self._engine = program, engine
        self._door = program.window.models
        self._places: dict[str, Place] = {}
        self._is_closed = False
        """Of the profile, as it was used last: it decides what its documents say about modes."""
        self._pictures = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._door.search_wanted.connect(self._on_search_wanted)
        self._door.card_wanted.connect(self._on_card_wanted)
        self._door.picture_wanted.connect(self._on_picture_wanted)
        self._door.accept_wanted.connect(self._on_accept_wanted)
        self._door.schema_wanted.connect(self._on_schema_wanted)
        self._door.open()

    async def note(self, records: list[dict[str, Json]]) -> None:
        """Keep the profile's whole catalogue as it was just listed, and tell which inputs changed."""
        kept = self._place(EMULATOR).kept
        await kept.note(records, is_whole=True)
        for endpoint, change in (await kept.note_documents(records)).items():
            self._program.catalogue.set_change(endpoint, change)

    async def kept(self) -> list[dict[str, Any]]:
        """Return the records that were listed last, for a start without a server."""
        return await self._place(EMULATOR).kept.documents()

    def close(self) -> None:
        """Answer nothing any more: the engine ends."""
        self._is_closed = True

    def _front(self) -> Place:
        return self._place(self._program.window.workspace.profile)

    def _place(self, profile: str) -> Place:
        if profile not in self._places:
            kept = self._program.kept
            shared = EMULATOR if profile == EMULATOR else FAL
            others = (
                place.kept
                for place in self._places.values()
                if (place.profile == EMULATOR) is (shared == EMULATOR)
            )
            models = next(others, None) or KeptModels(kept.cache, kept.saved, shared)
            self._places[profile] = Place(profile, models)
        return self._places[profile]

    def _on_schema_wanted(self, profile: str, endpoint: str) -> None:
        self._start(f"learn {endpoint}", self._learn(self._place(profile), endpoint))

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        if self._is_closed:
            work.close()
            return
        self._engine.runner.latest.start(name, work)

    def _on_search_wanted(self, number: int, wish: Wish) -> None:
        self._start("search models", self._search(self._front(), number, wish))

    def _on_card_wanted(self, endpoint: str) -> None:
        self._start("model card", self._card(self._front(), endpoint))

    def _on_picture_wanted(self, endpoint: str) -> None:
        self._start(f"thumbnail of {endpoint}", self._picture(self._front(), endpoint))

    def _on_accept_wanted(self, endpoint: str) -> None:
        self._program.catalogue.set_change(endpoint, None)
        self._start(f"accept {endpoint}", self._front().kept.accept(endpoint))

    async def _search(self, at: Place, number: int, wish: Wish) -> None:
        if not wish.cursor:
            self._start("kept models", self._meanwhile(at, number, wish))
        try:
            found = await self._ask(at, wish)
        except CallError as error:
            self._engine.runner.latest.cancel("kept models")
            await self._without(at, number, wish, error)
            return
        self._engine.runner.latest.cancel("kept models")
        self._door.put_page(number, found)

    async def _meanwhile(self, at: Place, number: int, wish: Wish) -> None:
        """Show what is kept while the server takes its time."""
        self._door.put_categories(await at.kept.categories())
        await asyncio.sleep(PATIENCE_S)
        kept = await at.kept.search(wish)
        if kept.models:
            self._door.put_page(number, kept)

    async def _ask(self, at: Place, wish: Wish) -> Found:
        http = await self._http(at)
        page = await catalog.search(
            http, wish.words, category=wish.category, status=wish.status, cursor=wish.cursor, limit=PAGE
        )
        models = await at.kept.note(list(page.records))
        self._door.put_categories(tuple({model.category for model in models if model.category}))
        return Found(models, page.cursor)

    async def _without(self, at: Place, number: int, wish: Wish, error: CallError) -> None:
        """Answer from memory, and say why; without any, there is no answer."""
        why, next_step = _told(error)
        is_offline = isinstance(error.fact, Failed) and error.fact.kind in _AWAY
        kept = await at.kept.search(wish, why, is_offline=is_offline) if not wish.cursor else Found()
        if kept.kept_s:
            self._door.put_page(number, kept)
        else:
            self._door.fail(number, why, next_step)

    async def _card(self, at: Place, endpoint: str) -> None:
        kept = await self._kept_card(at, endpoint)
        if kept is not None:
            self._door.put_card(kept)
        try:
            record = await catalog.record(await self._http(at), endpoint)
        except CallError as error:
            why, next_step = _told(error)
            card = kept or Card(Model(endpoint, title=endpoint), kept_s=0.0)
            self._door.put_card(msgspec.structs.replace(card, problem=f"{why} {next_step}".strip()))
            return
        if record is None or (model := read_model(record)) is None:
            card = kept or Card(Model(endpoint, title=endpoint))
            self._door.put_card(
                msgspec.structs.replace(card, problem=tr("The catalogue does not list this endpoint."))
            )
            return
        found = await self._take(at, record)
        await at.kept.note([record])
        self._door.put_card(Card(model, None, "", await at.kept.outgrown(found)))

    async def _take(self, at: Place, record: dict[str, Json]) -> Endpoint:
        """Let the window know the endpoint of a record that was just fetched, and what changed in it."""
        found = await asyncio.to_thread(endpoint_of, record, sketch_uri(), at.kind)
        if document_of(record) is not None:
            changes = await at.kept.note_documents([record])
            found = msgspec.structs.replace(found, change=changes.get(found.id))
        if self._program.catalogue.get(found.id) != found:
            self._program.catalogue.put([found])
        return found

    async def _kept_card(self, at: Place, endpoint: str) -> Card | None:
        """Return what is known of a model without asking anybody; its inputs are then known to the window, too."""
        model = await at.kept.model(endpoint)
        kept = await at.kept.document(endpoint)
        if model is None:
            return None
        known = self._program.catalogue.get(endpoint)
        if not known.schema.fields and kept is not None:
            record = record_of(model, kept.document)
            known = await asyncio.to_thread(endpoint_of, record, sketch_uri(), at.kind)
            known = msgspec.structs.replace(known, change=change_of(kept))
            self._program.catalogue.put([known])
        at_s = kept.fetched_s if kept is not None else 0.0
        return Card(model, at_s, "", await at.kept.outgrown(known))

    async def _picture(self, at: Place, endpoint: str) -> None:
        model = await at.kept.model(endpoint)
        url = model.thumbnail_url if model is not None else ""
        self._door.put_picture(endpoint, await self._fetched(at, endpoint, url))

    async def _fetched(self, at: Place, endpoint: str, url: str) -> QImage:
        """Return a thumbnail: from the disk, else from the address that the catalogue names."""
        if not url.startswith(("https://", "http://")):
            return QImage()
        name = f"{endpoint} {urlsplit(url).path}"  # the emulator has another port at every start
        data = await at.kept.picture(name)
        if data is None:
            try:
                async with self._pictures:
                    data = (await self._engine.fetch(url, at.profile, PICTURE_BYTES)).data
            except MediaError:
                return QImage()
            image = await asyncio.to_thread(scaled, data, PICTURE_SIZE)
            if not image.isNull():
                await at.kept.note_picture(name, await asyncio.to_thread(_packed, image))
            return image
        return await asyncio.to_thread(scaled, data, PICTURE_SIZE)

    async def _learn(self, at: Place, endpoint: str) -> None:
        """Let the window know an endpoint of fal: from memory at once, and as the catalogue has it now."""
        await self._kept_card(at, endpoint)
        try:
            record = await catalog.record(await self._http(at), endpoint)
        except CallError:
            return  # Run tells what is wrong; the arguments can be written as JSON meanwhile
        if record is not None:
            await self._take(at, record)
            await at.kept.note([record])

    async def _http(self, at: Place) -> Http:
        return await self._engine.runner.http(at.profile)


def _packed(image: QImage) -> bytes:
    """Return a small picture as a small file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG", 88)  # pyright: ignore[reportCallIssue, reportArgumentType] - the stubs want bytes here
    return bytes(buffer.data().data())


def _told(error: CallError) -> tuple[str, str]:
    """Return why there is no answer, and what to do."""
    fact = error.fact
    return (fact.message, fact.next_step) if isinstance(fact, Failed) else (str(error), "")
