"""Requests that begin: an empty one, one to begin with, a copy, one for an endpoint."""

from typing import Protocol

import msgspec

from fal_studio.core.accounts import EMULATOR
from fal_studio.core.request import Mode
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.library.starters import LIGHTHOUSE, STARTERS, Starter
from fal_studio.ui.request import json_text
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import told, tr


class Opened(Protocol):
    """The requests that are open."""

    @property
    def front(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def spaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...

    def open(self, draft: Draft) -> str:
        """Open a request in a tab of its own, in front."""
        ...

    def show(self, key: str) -> None:
        """Bring a request to the front."""


class NewRequests:
    """Opens them in tabs of their own, with the keyboard where somebody goes on."""

    def __init__(self, requests: Opened, catalogue: Catalogue) -> None:
        self._requests, self._catalogue = requests, catalogue

    def open_starter(self, title: str) -> None:
        """Open one of the requests to begin with, by its title in English; one that is open already comes to the front."""
        draft = draft_of(next(starter for starter in STARTERS if starter.title == title))
        for key, space in self._requests.spaces.items():
            if space.draft.title == draft.title and not space.file:
                self._requests.show(key)
                return
        self._begin(draft, was_asked_for=True)

    def open_empty(self) -> None:
        """Open an empty request for the endpoint in front."""
        endpoint = self._requests.front.endpoint if self._requests.spaces else LIGHTHOUSE.endpoint
        self._begin(Draft("", endpoint, self._mode, profile=self.profile_for(endpoint)))

    def open_with(self, profile: str) -> None:
        """Open an empty request of a profile, unless the one in front is of it; what is open keeps its own."""
        front = self._requests.front
        if front.profile != profile:
            self._begin(Draft("", front.endpoint, front.mode, profile=profile))

    def open_copy(self) -> None:
        """Open the request in front once more."""
        front = self._requests.front
        draft = front.draft
        title = tr("{title} copy").format(title=draft.title) if draft.title else ""
        self._requests.open(msgspec.structs.replace(draft, title=title, file="", project=front.project))
        self._requests.front.editor.focus_main()

    def open_endpoint(self, endpoint: str) -> None:
        """Open a request for an endpoint; it begins as the endpoint likes it."""
        known, wanted = self._catalogue.get(endpoint), self._mode
        can = [mode for mode in (wanted, *Mode) if known.supports(mode)[0] is not Capability.UNSUPPORTED]
        mode = can[0] if can else wanted
        self._begin(Draft("", endpoint, mode, profile=self.profile_for(endpoint)))

    def profile_for(self, endpoint: str) -> str:
        """Return whose a new request is: the profile in front, but the emulator's own models are called there."""
        if endpoint.startswith(f"{EMULATOR}/") or not self._requests.spaces:
            return EMULATOR
        return self._requests.front.profile

    @property
    def _mode(self) -> Mode:
        return self._requests.front.mode if self._requests.spaces else Mode.SUBSCRIBE

    def _begin(self, draft: Draft, *, was_asked_for: bool = False) -> None:
        self._requests.open(draft)
        self._requests.front.editor.offer_main(was_asked_for=was_asked_for)


def draft_of(starter: Starter) -> Draft:
    """Return a draft with a starter's contents."""
    return Draft(told(starter.title), starter.endpoint, starter.mode, json_text.dump(starter.arguments))
