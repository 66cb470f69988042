"""The entries of the catalogue, as the platform API lists them."""

from collections.abc import Iterable

from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.model import Json, Model, Route
from fal_studio.emulator.openapi import document

DATE = "2026-01-15T09:30:00.000Z"
UPDATED = "2026-10-01T12:00:00.000Z"
NAMED_BY_PATH = frozenset(
    {"image-to-image", "text-to-image", "image-to-video", "text-to-video", "text-to-speech", "speech-to-text"}
)


class Listing:
    """Every endpoint of the catalogue, sub-paths included, as fal lists them."""

    def __init__(self, catalogue: Catalogue, addresses: Addresses) -> None:
        self._catalogue = catalogue
        self._endpoints = {path: (model, route) for path, model, route in catalogue.endpoints()}
        self._addresses = addresses

    def find(self, endpoint_ids: Iterable[str]) -> list[str]:
        """Return those of the ids that exist, in the order of the question."""
        return [name for name in endpoint_ids if name in self._endpoints]

    def search(self, words: str = "", category: str = "", status: str = "") -> list[str]:
        """Return the ids of the endpoints that match."""
        return [
            name
            for name in self._endpoints
            if self._matches(name, words.lower().split())
            and category in ("", self._category(name))
            and status in ("", self._status(name))
        ]

    def model(self, endpoint_id: str) -> Model:
        """Return the model behind an id."""
        return self._endpoints[endpoint_id][0]

    def entry(self, endpoint_id: str, with_schema: bool) -> Json:
        """Return one entry; its OpenAPI document too when that is asked for."""
        entry: Json = {"endpoint_id": endpoint_id, "metadata": self._metadata(endpoint_id)}
        if with_schema:
            entry["openapi"] = self.document(endpoint_id)
        return entry

    def document(self, endpoint_id: str) -> Json:
        """Return the OpenAPI document of an endpoint."""
        model, route = self._catalogue.found(endpoint_id) or self._endpoints[endpoint_id]
        return document(endpoint_id, model, route, self._addresses.queue, self._thumbnail(model))

    def _metadata(self, endpoint_id: str) -> Json:
        model, route = self._endpoints[endpoint_id]
        metadata: Json = {
            "display_name": self._name(endpoint_id),
            "category": self._category(endpoint_id),
            "description": model.description,
            "status": "active",
            "tags": [*model.tags, *_modes(route)],
            "updated_at": UPDATED,
            "is_favorited": None,
            "thumbnail_url": self._thumbnail(model),
            "model_url": f"{self._addresses.run}/{endpoint_id}",
            "license_type": "commercial",
            "date": DATE,
            "highlighted": False,
            "kind": "inference",
            "pinned": False,
            "duration_estimate": round(model.duration_estimate_s / 60, 4),
        }
        if route.stream is not None and not route.sse_on_run:
            metadata["stream_url"] = f"{self._addresses.run}/{endpoint_id}/stream"
        return metadata | model.extra_metadata

    def _name(self, endpoint_id: str) -> str:
        model = self.model(endpoint_id)
        rest = endpoint_id.removeprefix(model.endpoint_id).strip("/")
        return f"{model.display_name} [{rest.replace('-', ' ')}]" if rest else model.display_name

    def _category(self, endpoint_id: str) -> str:
        last = endpoint_id.rpartition("/")[2]
        return last if last in NAMED_BY_PATH else self.model(endpoint_id).category

    def _status(self, endpoint_id: str) -> str:
        return str(self.model(endpoint_id).extra_metadata.get("status", "active"))

    def _thumbnail(self, model: Model) -> str:
        return f"{self._addresses.cdn}/thumbnails/{model.endpoint_id}.jpg" if model.thumbnail else ""

    def _matches(self, endpoint_id: str, words: list[str]) -> bool:
        model = self.model(endpoint_id)
        text = f"{endpoint_id} {self._name(endpoint_id)} {self._category(endpoint_id)} {model.description} {' '.join(model.tags)}"
        return all(word in text.lower() for word in words)


def _modes(route: Route) -> list[str]:
    """Return tags for what a route does besides answering."""
    found = {"stream": route.stream, "realtime": route.realtime}
    return [name for name, able in found.items() if able is not None]
