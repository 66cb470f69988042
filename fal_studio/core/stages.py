"""The stages of a call: one vocabulary for the timeline, the queue, comparisons, reports and HAR archives.

Words are fal's (queued, running, streaming, fal's statuses IN_QUEUE and IN_PROGRESS) and HTTP's (connecting, sending, waiting,
receiving); a stage in which a call has a state of its own, `core.call.Phase`, has the word of that state. Which facts begin
which stage is told by `core.timeline`; `core.comparing.stages` cuts finer what polling blurs. Colours are in `ui.tokens`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from fal_studio.words import mark

Family = Literal["client", "setup", "wait", "run", "home", ""]
"""Who has the call: this side, the way there, a line, the server, the way home; "" where nobody knows."""
Hatch = Literal["solid", "horizontal", "vertical", "rising", "falling", "crossed", "dots", "none"]


class Step(StrEnum):
    """One stage, in the words that people read; in the order in which lists name them."""

    HELD = mark("waiting to be sent")
    """In line on this side: sending is paused, or all slots are taken."""
    PREPARE = mark("preparing")
    UPLOAD = mark("uploading")
    TOKEN = mark("getting token")
    DNS = mark("DNS lookup")
    CONNECT = mark("connecting")
    TLS = mark("TLS handshake")
    SEND = mark("sending")
    SUBMIT = mark("submitting")
    """The request is out, and the queue has not said yet that it took it."""
    RETRY = mark("waiting to try again")
    """An attempt came to nothing: the server asked for patience, or it is given some."""
    QUEUE = mark("queued")
    RUN = mark("running")
    SLACK = mark("poll slack")
    """The result was ready, and nobody had asked yet."""
    WAIT = mark("waiting for an answer")
    """The request is out, nothing came back. For a direct call the model is waited for and runs in this time: nothing tells them apart."""
    STREAM = mark("streaming")
    LIVE = mark("live")
    """A session is open."""
    FETCH = mark("fetching")
    """The queue has the result: it is asked for and read."""
    RECEIVE = mark("receiving")
    DOWNLOAD = mark("downloading")
    """The files of the result."""
    DECODE = mark("decoding")
    CANCEL = mark("cancelling")
    AWAY = mark("not followed")
    """The call went on at the server while nobody here listened."""
    UNEXPLAINED = mark("unexplained")

    @classmethod
    def _missing_(cls, value: object) -> "Step | None":
        """Read what comparisons were kept with before all panes had these words."""
        return _EARLIER.get(value) if isinstance(value, str) else None


_EARLIER: Mapping[str, Step] = MappingProxyType(
    {
        "held back": Step.HELD,
        "prepare": Step.PREPARE,
        "upload": Step.UPLOAD,
        "token": Step.TOKEN,
        "connect": Step.CONNECT,
        "submit": Step.SUBMIT,
        "queue wait": Step.QUEUE,
        "run": Step.RUN,
        "result fetch": Step.FETCH,
        "media download": Step.DOWNLOAD,
        "decode": Step.DECODE,
    }
)

LOOKS: Mapping[Step, tuple[Family, Hatch]] = MappingProxyType(
    {
        Step.HELD: ("client", "falling"),
        Step.PREPARE: ("client", "solid"),
        Step.UPLOAD: ("setup", "rising"),
        Step.TOKEN: ("setup", "dots"),
        Step.DNS: ("setup", "falling"),
        Step.CONNECT: ("setup", "vertical"),
        Step.TLS: ("setup", "crossed"),
        Step.SEND: ("setup", "solid"),
        Step.SUBMIT: ("setup", "horizontal"),
        Step.RETRY: ("wait", "rising"),
        Step.QUEUE: ("wait", "falling"),
        Step.RUN: ("run", "solid"),
        Step.SLACK: ("wait", "crossed"),
        Step.WAIT: ("run", "falling"),
        Step.STREAM: ("run", "rising"),
        Step.LIVE: ("run", "horizontal"),
        Step.FETCH: ("home", "solid"),
        Step.RECEIVE: ("home", "falling"),
        Step.DOWNLOAD: ("home", "rising"),
        Step.DECODE: ("client", "horizontal"),
        Step.CANCEL: ("client", "vertical"),
        Step.AWAY: ("client", "dots"),
        Step.UNEXPLAINED: ("", "none"),
    }
)
"""Family of colours and hatch of every stage, in the window and in reports: no two are the same."""

HAR_FIELDS: Mapping[Step, str] = MappingProxyType(
    {
        Step.PREPARE: "blocked",
        Step.DNS: "dns",
        Step.CONNECT: "connect",
        Step.TLS: "ssl",
        Step.SEND: "send",
        Step.WAIT: "wait",
        Step.RECEIVE: "receive",
    }
)
"""The stages of one HTTP exchange, in their order, and what HAR 1.2 calls them (http://www.softwareishard.com/blog/har-12-spec/#timings)."""
