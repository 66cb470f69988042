"""The webhook in the running program: it listens when the first request wants it, and its deliveries end their calls."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from PySide6.QtCore import QObject, Signal

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.log import EventLog
from fal_studio.core.request import HERE, Request
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services.webhooks import Keys, Received, Webhooks
from fal_studio.wire import webhook
from fal_studio.wire.webhook import Delivery, Verdict
from fal_studio.words import tr

MAX_BODY_BYTES = 64 * 1024 * 1024
HttpOf = Callable[[str], Awaitable[Http]]
"""Returns the HTTP client of a profile by its name; raises CallError."""


class WebhookDesk(QObject):
    """Takes webhook calls for one runner."""

    changed = Signal()
    """A call came in, or the address is another."""

    def __init__(
        self, log: EventLog, runner: CallRunner, http_of: HttpOf, keep: Keep, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._log = log
        self._runner = runner
        self._http_of = http_of
        self._keep = keep
        self._keys: Keys | None = None
        self._hooks: Webhooks | None = None
        self._beginning = asyncio.Lock()
        self.port = 0
        """Where to listen; 0 takes any free port."""
        self.public_url = ""
        """The user's own tunnel to our address; "" hands out the address itself, which fal cannot reach."""

    @property
    def url(self) -> str:
        """The address on this machine; "" while nobody listens."""
        return self._hooks.url if self._hooks is not None else ""

    @property
    def received(self) -> tuple[Received, ...]:
        """The calls that came in, newest first."""
        return self._hooks.received if self._hooks is not None else ()

    async def listen(self, profile: str) -> str:
        """Listen, if nobody does yet, and return the address to hand out; raises CallError."""
        async with self._beginning:
            if self._hooks is None:
                await self._begin(profile)
        return self.public_url or self.url

    async def _begin(self, profile: str) -> None:
        self._keys = Keys(await self._http_of(profile))
        hooks = Webhooks(self._keys, self._deliver, self._refused, MAX_BODY_BYTES, self.changed.emit)
        try:
            await hooks.start(self.port)
        except OSError as error:
            raise CallError(_no_port(self.port, error)) from error
        self._hooks = hooks
        self.changed.emit()

    async def prepared(self, request: Request) -> Request:
        """Return the request with a real address where it asks for "our webhook"; raises CallError."""
        if request.options.webhook_url != HERE:
            return request
        options = msgspec.structs.replace(request.options, webhook_url=await self.listen(request.profile))
        return msgspec.structs.replace(request, options=options)

    async def verify(self, headers: str, body: bytes, profile: str) -> Verdict:
        """Judge a call that somebody pasted; raises CallError when fal's keys cannot be read.

        Pasting may add a line break at the end; a body that is genuine without it is called so, and it is said.
        """
        keys = self._keys or Keys(await self._http_of(profile))
        given = webhook.headers_in(headers)
        verdict = await keys.judge(given, body)
        if not verdict.is_genuine and body.endswith(b"\n"):
            trimmed = await keys.judge(given, body.rstrip(b"\r\n"))
            if trimmed.is_genuine:
                return msgspec.structs.replace(
                    trimmed,
                    reason=tr("{reason} The line break at its end was added by pasting.").format(
                        reason=trimmed.reason
                    ),
                )
        return verdict

    async def close(self) -> None:
        """Listen no more."""
        if self._hooks is not None:
            await self._hooks.close()
            self._hooks = None

    async def _deliver(self, delivery: Delivery, verdict: Verdict, size_bytes: int) -> bool:
        call = self._runner.call_of(delivery.request_id) or self._runner.call_of(verdict.request_id)
        if not call:
            return self._is_ended(delivery.request_id)
        started = self._log.of(call)[0].fact
        endpoint = started.endpoint if isinstance(started, e.Started) else ""
        end = webhook.end_of(delivery, endpoint, size_bytes, self._keep)
        self._runner.deliver(call, e.Delivered(size_bytes, verdict.user_id, verdict.age_s), end)
        return True

    def _is_ended(self, request_id: str) -> bool:
        """Whether it is a repeat for a call that has ended already: taken with thanks, and nothing changes."""
        for call in self._log.calls():
            for event in self._log.of(call):
                if isinstance(event.fact, e.Enqueued) and event.fact.request_id == request_id:
                    return True
        return False

    def _refused(self, verdict: Verdict) -> None:
        call = self._runner.call_of(verdict.request_id) if verdict.request_id else ""
        if call:
            self._log.append(
                call,
                e.Trouble(
                    tr("A webhook call for this request was refused. {reason}").format(reason=verdict.reason),
                    e.FailureKind.AUTH,
                ),
            )


def _no_port(port: int, error: OSError) -> e.Failed:
    return e.Failed(
        e.FailureKind.NETWORK,
        tr("The webhook cannot listen on port {port}: {strerror}.").format(
            port=port, strerror=error.strerror or error
        ),
        tr("Close the program that uses the port, or choose another port in the settings."),
        charged=e.Charged.NO,
    )
