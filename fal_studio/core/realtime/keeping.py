"""A frame that is kept: what a call must hold so that the same picture can be asked for again."""

import base64
from collections.abc import Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.blobs import Load, restore
from fal_studio.core.events import Event
from fal_studio.core.request import Json, Mode, Options, Request


class KeptFrame(msgspec.Struct, frozen=True):
    """One answer with the input that led to it."""

    request: Request
    """With the exact input as its arguments, bytes as a data URI, so that any mode can send it."""
    answer: Json
    about: dict[str, Json]
    """Policy, frame, round trip, and the session it is out of."""


def input_of(events: Sequence[Event], index: int) -> Json:
    """Return the payload of an input as its fact holds it; None where it is not known."""
    for event in reversed(events):
        if isinstance(event.fact, e.Sent) and event.fact.index == index:
            return event.fact.payload
    return None


def kept(
    events: Sequence[Event],
    answer: e.Partial,
    endpoint: str,
    profile: str,
    options: Options,
    load: Load,
    about: dict[str, Json],
    *,
    as_url: str = "",
) -> KeptFrame:
    """Return the frame with its input; raises KeyError when bytes of the input are gone.

    `as_url`: the argument that takes the picture as a URL, for a model that takes bytes only in realtime. An answer that names
    no input is kept with the newest one before it, and `about` says that this is an estimate.
    """
    index = answer.reply_to
    if index is None:
        before = [event.fact.index for event in events if isinstance(event.fact, e.Sent)]
        index = min(answer.index, before[-1]) if before else -1
        about = {**about, "input": "estimated by order"}
    found = restore(input_of(events, index), load)
    arguments: dict[str, Json] = {}
    if isinstance(found, dict):
        for name, value in found.items():
            if isinstance(value, bytes):
                text = f"data:image/jpeg;base64,{base64.b64encode(value).decode()}"
                arguments[as_url if as_url and name == "image_bytes" else name] = text
            elif name != "request_id":
                arguments[name] = value
    request = Request(endpoint, Mode.REALTIME, arguments, profile, options)
    return KeptFrame(request, answer.payload, about)
