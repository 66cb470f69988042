"""A request that is still being written; what is kept of a tab between two starts of the program."""

import msgspec

from fal_studio.core.accounts import EMULATOR, REPLAY
from fal_studio.core.request import Json, Mode, Options, Request
from fal_studio.ui.request import json_text

MOST_RUNS = 100
"""Calls of one press of Run."""
MORE = "…"
"""Behind a title that is only the beginning of a prompt."""
_TITLE_WORDS = 4


class Draft(msgspec.Struct, frozen=True):
    """One request tab's contents."""

    title: str = ""
    endpoint: str = "emulator/image"
    mode: Mode = Mode.SUBSCRIBE
    text: str = "{}"
    """The arguments as they were typed, also when they are broken."""
    options: Options = Options()
    """How it is sent; also what another mode would use."""
    typed: dict[str, str] = {}
    """What was typed among the options and is no value, by field name (see `core.typed`)."""
    repeat: int = 1
    """How often one press of Run runs it."""
    steps_seed: bool = False
    """Whether the seed rises from one of these to the next."""
    file: str = ""
    """The saved request that it was opened from or written to; "" for none."""
    file_mark: str = ""
    """What that held when it was last read or written (`core.saved.mark_of`)."""
    profile: str = EMULATOR
    """Where and as whom it is sent."""
    project: str = ""
    """What its runs are counted for; "": as the folder of its file is called, if it lies in one."""

    @property
    def name(self) -> str:
        """The tab's title: its own, or the beginning of the prompt, or the endpoint."""
        return self.title or name_of(json_text.read(self.text).arguments, self.endpoint)


def draft_like(request: Request) -> Draft:
    """Return a tab's contents that would send a request again: as whom and for what it was sent."""
    return Draft(
        endpoint=request.endpoint,
        mode=request.mode,
        text=json_text.dump(request.arguments),
        options=request.options,
        profile=EMULATOR if request.profile == REPLAY else request.profile,
        project=request.project,
    )


def written(draft: Draft) -> Draft:
    """Return what of a draft may stand in a file: a header that is no value may be somebody's key."""
    if "headers" not in draft.typed:
        return draft
    return msgspec.structs.replace(draft, typed={n: t for n, t in draft.typed.items() if n != "headers"})


def name_of(arguments: dict[str, Json] | None, endpoint: str) -> str:
    """Return the title of a request that was given none: the beginning of the prompt, or the endpoint.

    A prompt that goes on has an ellipsis (`MORE`) behind its first words.
    """
    given = arguments or {}
    prompt = next((given[key] for key in ("prompt", "text") if isinstance(given.get(key), str)), "")
    found = str(prompt)[:200].split()
    words = " ".join(found[:_TITLE_WORDS]).rstrip(",.;:")
    if not words:
        return endpoint.rsplit("/", 1)[-1]
    return words + MORE if len(found) > _TITLE_WORDS else words
