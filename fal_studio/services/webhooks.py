"""Webhooks: fal calls here when a queue call has ended; believed only with fal's signature, handed to the call it names."""

import time
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec

from fal_studio.core.request import Json
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services.catalog import unheard
from fal_studio.services.listener import Heard, Listener, Reply
from fal_studio.wire import webhook
from fal_studio.wire.payload import PayloadError
from fal_studio.wire.webhook import Delivery, Verdict
from fal_studio.words import tr

PATH = "/fal"
KEYS_FOR_S = 24 * 3600.0
"""fal: the keys may be kept for a day."""
KEYS_AGAIN_AFTER_S = 60.0
"""A forger must not make us fetch the keys with every call."""
_REMEMBERED = 200


class Received(msgspec.Struct, frozen=True):
    """One call of our webhook, for the list of them."""

    wall_s: float
    size_bytes: int
    verdict: Verdict
    outcome: str
    """What was done with it, in a sentence."""


Deliver = Callable[[Delivery, Verdict, int], Awaitable[bool]]
"""Takes a genuine delivery and its size in bytes; False when no call here has that request id (yet)."""
Refused = Callable[[Verdict], None]
"""Hears of a call that was not believed."""


class Keys:
    """fal's public keys, fetched when they are needed and kept for a day."""

    def __init__(self, http: Http, now_s: Callable[[], float] = time.time) -> None:
        self._http = http
        self._now_s = now_s
        self._keys: tuple[bytes, ...] = ()
        self._fetched_s = 0.0

    async def get(self, *, is_fresh: bool = False) -> tuple[bytes, ...]:
        """Return the keys; `is_fresh` asks for new ones, at most once a minute. Raises CallError without any."""
        limit_s = KEYS_AGAIN_AFTER_S if is_fresh or not self._keys else KEYS_FOR_S
        if self._fetched_s and self._now_s() - self._fetched_s < limit_s:
            return self._keys
        url = f"{self._http.profile.hosts.rest}/.well-known/jwks.json"
        ask = Ask("webhook-keys", "GET", url, resend=Resend.SAFE, endpoint="fal's list of webhook keys")
        document: Json = await self._http.parsed(await self._http.exchange(ask, unheard), ask)
        self._keys, self._fetched_s = webhook.keys_of(document), self._now_s()
        return self._keys

    async def judge(self, headers: dict[str, str], body: bytes) -> Verdict:
        """Say whether a call is genuine; new keys are fetched once when none of the known ones fits."""
        now_s = self._now_s()
        verdict = webhook.verify(headers, body, await self.get(), now_s)
        if verdict.may_be_new_key:
            verdict = webhook.verify(headers, body, await self.get(is_fresh=True), now_s)
        return verdict


class Webhooks:
    """Listens for fal's webhook calls; keeps the last of them for people who look for one."""

    def __init__(
        self,
        keys: Keys,
        deliver: Deliver,
        refused: Refused,
        max_body_bytes: int,
        on_noted: Callable[[], object] = lambda: None,
    ) -> None:
        """`on_noted` is called when `received` has a new entry."""
        self._keys = keys
        self._deliver = deliver
        self._refused = refused
        self._on_noted = on_noted
        self._listener = Listener(self._on_heard, max_body_bytes)
        self._received: deque[Received] = deque(maxlen=_REMEMBERED)

    @property
    def url(self) -> str:
        """The webhook's address on this machine; "" while nobody listens."""
        return f"{self._listener.url}{PATH}" if self._listener.url else ""

    @property
    def received(self) -> tuple[Received, ...]:
        """The calls that came in, newest first."""
        return tuple(reversed(self._received))

    async def start(self, port: int = 0) -> str:
        """Begin to listen and return the address; raises OSError when the port is taken."""
        await self._listener.start(port)
        return self.url

    async def close(self) -> None:
        """Listen no more."""
        await self._listener.close()

    async def _on_heard(self, heard: Heard) -> Reply:
        if heard.path.split("?", 1)[0].rstrip("/") != PATH:
            return Reply(404, tr("fal Studio takes webhooks at {path}.").format(path=PATH))
        if heard.method != "POST":
            return Reply(
                200 if heard.method in ("GET", "HEAD") else 405, tr("fal Studio listens for webhooks here.")
            )
        try:
            verdict = await self._keys.judge(dict(heard.headers), heard.body)
        except CallError as error:
            return Reply(503, f"fal's keys cannot be read at the moment: {error}")  # fal tries again
        if not verdict.is_genuine:
            self._note(heard, verdict, tr("refused: {reason}").format(reason=verdict.reason))
            self._refused(verdict)
            return Reply(401, verdict.reason)
        return await self._taken(heard, verdict)

    async def _taken(self, heard: Heard, verdict: Verdict) -> Reply:
        try:
            delivery = webhook.read(heard.body)
        except PayloadError as error:
            self._note(heard, verdict, tr("not understood: {error}").format(error=error))
            return Reply(400, f"The body is no webhook call: {error}.")
        if delivery.request_id != verdict.request_id and delivery.gateway_request_id != verdict.request_id:
            self._note(heard, verdict, tr("refused: the signed request id is not the body's"))
            return Reply(401, "The signed request id is not the one in the body.")
        if not await self._deliver(delivery, verdict, len(heard.body)):
            self._note(heard, verdict, tr("no call here has this request id"))
            return Reply(503, "No call here has this request id (yet).")  # fal tries again
        self._note(heard, verdict, tr("taken"))
        return Reply(200, "Thank you.")

    def _note(self, heard: Heard, verdict: Verdict, outcome: str) -> None:
        self._received.append(Received(time.time(), len(heard.body), verdict, outcome))
        self._on_noted()
