"""Endpoint ids: their grammar, and the model and route that a path means."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from fal_studio.emulator.model import Model, Route
from fal_studio.emulator.schema_change import SchemaChange, changed

NAMESPACES = frozenset({"workflows", "comfy"})
LEGACY = re.compile(r"([0-9]+)-([a-zA-Z0-9-]+)")
REQUESTS = re.compile(r"(?P<id>.+?)/requests/(?P<request>[^/]+)(?P<action>(?:/[^/]+)*)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a path of a model host leads to."""

    app: str
    """`[namespace/]owner/alias`."""
    path: str
    """The whole id without slashes at its ends."""
    model: Model | None = None
    route: Route | None = None
    mode: str = "run"
    """run, stream or realtime: the last one or two when the path ends so."""

    @property
    def missing(self) -> str:
        """Return what a fal app says when the route does not exist."""
        if self.model is None:
            return f'Application "{self.app.rpartition("/")[2]}" not found'
        rest = self.path.removeprefix(self.app)
        return f"Path {rest or '/'} not found"


def app_of(path: str) -> str:
    """Return `[namespace/]owner/alias` of an id, or the id itself when it is no id at all."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) == 1 and (match := LEGACY.fullmatch(segments[0])):
        return f"{match[1]}/{match[2]}"
    count = 3 if segments and segments[0] in NAMESPACES else 2
    return "/".join(segments[:count])


def is_endpoint_id(path: str) -> bool:
    """Whether a path has at least an owner and an alias."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) == 1:
        return LEGACY.fullmatch(segments[0]) is not None
    return len(segments) >= (3 if segments and segments[0] in NAMESPACES else 2)


class Catalogue:
    """The models of this server by their ids."""

    def __init__(
        self, models: Iterable[Model], changes: Callable[[], Mapping[str, SchemaChange]] = dict
    ) -> None:
        """`changes` tells which endpoints have other inputs than their own, now."""
        self._changes = changes
        self._changed: dict[tuple[str, str], Route] = {}
        self.models = {model.endpoint_id: model for model in models}
        self._apps = {app_of(endpoint_id) for endpoint_id in self.models}
        self._routes: dict[str, tuple[Model, Route]] = {}
        for model in self.models.values():
            for path, route in model.routes.items():
                self._routes[f"{model.endpoint_id}{path}".strip("/")] = (model, route)

    def knows(self, app: str) -> bool:
        """Whether any model belongs to this app."""
        return app in self._apps

    def target(self, path: str) -> Target:
        """Find the route of a run, stream or realtime path."""
        clean = "/".join(segment for segment in path.split("/") if segment)
        if "/" not in clean and LEGACY.fullmatch(clean):
            clean = app_of(clean)
        app = app_of(clean)
        if (found := self.found(clean)) is not None:
            return Target(app, clean, *found)
        base, _, last = clean.rpartition("/")
        if last in ("stream", "realtime") and (found := self.found(base)) is not None:
            return Target(app, clean, *found, mode=last)
        model = next((model for name, model in self.models.items() if app_of(name) == app), None)
        return Target(app, clean, model, None)

    def found(self, path: str) -> tuple[Model, Route] | None:
        """Return the model and the route of a whole id, with the inputs that it has now."""
        found = self._routes.get(path)
        change = self._changes().get(path)
        if found is None or change is None:
            return found
        key = (path, change.model_dump_json())
        if key not in self._changed:
            self._changed[key] = replace(found[1], input=changed(found[1].input, change))
        return found[0], self._changed[key]

    def refuse(self, changes: Mapping[str, SchemaChange]) -> str:
        """Return why changes of inputs cannot be made, "" if they can."""
        for path, change in changes.items():
            if path not in self._routes:
                return f"{path} is no endpoint of this server"
            if problem := change.problem(self._routes[path][1].input):
                return f"{path}: {problem}"
        return ""

    def endpoints(self) -> list[tuple[str, Model, Route]]:
        """List every callable endpoint with its whole id, sub-paths included, in the order of the catalogue."""
        return [(path, model, route) for path, (model, route) in self._routes.items()]
