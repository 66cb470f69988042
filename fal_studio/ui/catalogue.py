"""The endpoints that can be chosen: what they are, what modes they have, and arguments to begin with."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Json, Mode
from fal_studio.core.schema.field import Schema
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.catalogue import InputsChange


class Endpoint(msgspec.Struct, frozen=True):
    """One callable model."""

    id: str
    title: str = ""
    category: str = ""
    description: str = ""
    support: Mapping[Mode, tuple[Capability, str]] = {}
    """Capability and its reason; a missing mode is unknown."""
    is_of_fal: bool = False
    """It is called at fal, not on the emulator."""
    schema: Schema = Schema()
    arguments: Mapping[str, Json] = {}
    """What a new request begins with."""
    schema_hash: str = ""
    """Digest of its input and output (`core.schema.digest`); "" where the document is not known."""
    example: Mapping[str, Json] = {}
    """A worked example: every value that its document shows."""
    change: "InputsChange | None" = None
    """How its inputs changed since they were last seen, until somebody has acknowledged it."""

    @property
    def icon(self) -> str:
        """Name of the icon for what it makes."""
        return icon_of(self.category, self.id)

    def supports(self, mode: Mode) -> tuple[Capability, str]:
        """Return whether a mode can be used, and why."""
        found = self.support.get(mode)
        return found or (
            Capability.UNKNOWN,
            tr("Not known whether {id} answers {mode}. Run it to find out.").format(id=self.id, mode=mode),
        )


_ICONS = (
    ("realtime", "brush"),
    ("sketch", "brush"),
    ("speech", "audio"),
    ("audio", "audio"),
    ("music", "audio"),
    ("video", "video"),
    ("3d", "mesh"),
    ("mesh", "mesh"),
    ("llm", "chat"),
    ("chat", "chat"),
    ("text-to-text", "chat"),
    ("transcri", "text"),
    ("workflow", "layers"),
    ("fail", "warning"),
    ("image", "image"),
)


def icon_of(category: str, endpoint: str) -> str:
    """Return the icon name for a kind of model."""
    to = category.lower().rsplit("-to-", 1)[-1]
    for text in (endpoint.lower(), to, category.lower()):
        for word, name in _ICONS:
            if word in text:
                return name
    return "server"


class Catalogue(QObject):
    """Endpoints by id, in the order they came; panes listen to `changed`."""

    changed = Signal()
    favourites_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_id: dict[str, Endpoint] = {}
        self._favourites: dict[str, None] = {}

    @property
    def favourites(self) -> tuple[str, ...]:
        """Ids of the endpoints with a star, in the order they got it."""
        return tuple(self._favourites)

    def set_favourites(self, endpoints: Iterable[str]) -> None:
        """Give these the star, and no others."""
        self._favourites = dict.fromkeys(endpoints)
        self.favourites_changed.emit()

    def is_favourite(self, endpoint: str) -> bool:
        """Whether an endpoint has the star."""
        return endpoint in self._favourites

    def toggle_favourite(self, endpoint: str) -> None:
        """Give an endpoint the star, or take it away."""
        if endpoint in self._favourites:
            del self._favourites[endpoint]
        else:
            self._favourites[endpoint] = None
        self.favourites_changed.emit()

    def set_change(self, endpoint: str, change: "InputsChange | None") -> None:
        """Say how an endpoint's inputs changed, or that everybody knows by now."""
        found = self._by_id.get(endpoint)
        if found is not None and found.change != change:
            self.put([msgspec.structs.replace(found, change=change)])

    def put(self, endpoints: Iterable[Endpoint]) -> None:
        """Add endpoints, replacing what was known of them."""
        self._by_id |= {endpoint.id: endpoint for endpoint in endpoints}
        self.changed.emit()

    def replace(self, endpoints: Iterable[Endpoint]) -> None:
        """Know these endpoints and no others."""
        self._by_id = {endpoint.id: endpoint for endpoint in endpoints}
        self.changed.emit()

    def get(self, name: str) -> Endpoint:
        """Return an endpoint; one that is not listed is still callable."""
        return self._by_id.get(name) or Endpoint(name)

    def defaults(self, name: str) -> dict[str, Json]:
        """Return what an endpoint takes for arguments that are not sent."""
        return {field.name: field.default for field in self.get(name).schema.fields if field.has_default}

    def all(self) -> tuple[Endpoint, ...]:
        """Return all endpoints."""
        return tuple(self._by_id.values())
