"""The queue's doors: submit, status, status stream, result, cancel (fal docs: queue)."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from fal_studio.emulator import errors
from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.answers import Answer, encode, json_answer
from fal_studio.emulator.auth import Caller, Refused
from fal_studio.emulator.bell import rung
from fal_studio.emulator.endpoints import REQUESTS, Catalogue, Target, app_of, is_endpoint_id
from fal_studio.emulator.gate import YES, Wishes, caller_in, controls_in, wishes_of
from fal_studio.emulator.jobs import Job
from fal_studio.emulator.queue import Queue
from fal_studio.emulator.sabotage import Delivery
from fal_studio.emulator.settings import Settings, either
from fal_studio.emulator.sse import EventStream, comment, frame
from fal_studio.emulator.tokens import Tokens
from fal_studio.emulator.truth import Truth

ACTIONS = {
    "": "result",
    "/response": "result",
    "/status": "status",
    "/status/stream": "stream",
    "/cancel": "cancel",
}


class QueueRoutes:
    """Answers everything below `https://queue.fal.run/`."""

    def __init__(
        self,
        queue: Queue,
        catalogue: Catalogue,
        tokens: Tokens,
        truth: Truth,
        settings: Settings,
        addresses: Addresses,
    ) -> None:
        self._queue = queue
        self._catalogue = catalogue
        self._tokens = tokens
        self._truth = truth
        self._settings = settings
        self._addresses = addresses

    async def handle(self, request: Request) -> ASGIApp:
        """Answer one request of the queue host."""
        path = request.path_params["path"].strip("/")
        match = REQUESTS.fullmatch(path)
        app = app_of(match["id"] if match else path)
        caller = caller_in(request, app, self._tokens)
        if isinstance(caller, Refused):
            await request.body()
            return Delivery(caller.answer(), controls_in(request))
        if match is None:
            return Delivery(await self._submit(request, path, caller), controls_in(request))
        action = ACTIONS.get(match["action"])
        wanted = "PUT" if action == "cancel" else "GET"
        if action is None or request.method not in (wanted, "HEAD" if wanted == "GET" else wanted):
            status = 404 if action is None else 405
            return Delivery(
                errors.text(status, "Not Found" if status == 404 else "Method Not Allowed"),
                controls_in(request),
            )
        job = self._queue.find(app, match["request"])
        return await self._about(job, action, request)

    async def _about(self, job: Job | None, action: str, request: Request) -> ASGIApp:
        """Answer a request about a job."""
        controls = controls_in(request)
        if action == "result":
            return Delivery(await self._result(job, request), controls)
        if job is None:
            return Delivery(json_answer({"status": "NOT_FOUND"}, 404), controls)
        if action == "cancel":
            return Delivery(self._cancel(job), controls)
        wants_logs = request.query_params.get("logs", "").lower() in YES
        if action == "stream":
            keepalive_s = either(
                controls.keepalive, either(job.controls.keepalive, self._settings.keepalive_s)
            )
            source = self._statuses(job, wants_logs, keepalive_s)
            return EventStream(source, {"x-fal-request-id": job.request_id}, controls.split)
        body = self._status(job, job.logs if wants_logs else None)
        headers = {"x-fal-request-id": job.request_id}
        return Delivery(json_answer(body, 200 if job.state == "COMPLETED" else 202, headers), controls)

    async def _submit(self, request: Request, path: str, caller: Caller) -> Answer:
        """Take a request in; its input is looked at by the runner only."""
        body = await request.body()
        if request.method != "POST":
            return errors.text(405, "Method Not Allowed")
        if not is_endpoint_id(path):
            return errors.text(404, f'Application "{path}" not found')
        target = self._catalogue.target(path)
        if not self._catalogue.knows(target.app):
            return errors.text(404, target.missing)
        try:
            wishes = wishes_of(request)
            longest = int(request.query_params.get("fal_max_queue_length", 1 << 31))
        except ValueError as error:
            return errors.request_error("bad_request", str(error))
        if self._queue.length() > longest:
            return errors.request_error(
                "concurrent_requests_limit", "The queue is longer than fal_max_queue_length"
            )
        job = self._job(request, target, body, caller, wishes)
        self._queue.add(job)
        submitted = {**self._status(job, None), "gateway_request_id": job.gateway_request_id}
        return json_answer(submitted, 200, {"x-fal-request-id": job.request_id})

    def _job(self, request: Request, target: Target, body: bytes, caller: Caller, wishes: Wishes) -> Job:
        request_id = str(uuid.uuid4())
        return Job(
            request_id=request_id,
            gateway_request_id=request_id,
            app=target.app,
            path=target.path,
            body=body,
            user_id=caller.user_id,
            record=self._truth.begin(request_id, target.path, "queue"),
            base=self._addresses.base,
            is_low=wishes.is_low,
            webhook=request.query_params.get("fal_webhook"),
            deadline_s=wishes.deadline_s,
            no_retry=wishes.no_retry,
            hint=wishes.hint,
            store_io=wishes.store_io,
            controls=controls_in(request),
            submitted=time.time(),
        )

    async def _result(self, job: Job | None, request: Request) -> Answer:
        if job is None:
            return errors.text(404, "Request not found. It may have expired.")
        identity = {"x-fal-request-id": job.request_id}
        if job.answer is None:
            return errors.text(400, "Request is still in progress").adding(identity)
        delay = controls_in(request).fetch_delay
        wish = job.controls.fetch_delay if delay is None else delay
        await asyncio.sleep(either(wish, self._settings.fetch_delay_s))
        if "fetched" not in job.record.stages:
            job.record.mark("fetched")
        answer = job.answer.adding(identity)
        body = answer.body.replace(job.base.encode(), self._addresses.base.encode())
        fault = job.controls.result_fault or answer.fault
        return Answer(answer.status, body, answer.headers, answer.content_type, fault)

    def _cancel(self, job: Job) -> Answer:
        if job.state == "COMPLETED":
            return json_answer({"status": "ALREADY_COMPLETED"}, 400)
        if self._queue.cancel(job):
            return json_answer({"status": "OK"}, 200)
        return json_answer({"status": "CANCELLATION_REQUESTED"}, 202)

    def _status(self, job: Job, logs: list[dict[str, Any]] | None) -> dict[str, Any]:
        return job.status(self._addresses.queue, self._queue.others_ahead(job), logs)

    async def _statuses(self, job: Job, wants_logs: bool, keepalive_s: float) -> AsyncGenerator[bytes]:
        """Yield each change of a job's status until it is COMPLETED; log lines once each, comments in between."""
        shown, before = 0, None
        ends = time.monotonic() + keepalive_s
        while True:
            ring = job.changed.next
            logs = job.logs[shown:] if wants_logs else None
            body = self._status(job, logs)
            same = {**body, "logs": None} == before and not logs
            if not same:
                yield frame(encode(body).decode())
                before = {**body, "logs": None}
                # A waiting job shows no logs; lines of an earlier attempt follow when it runs again.
                shown = len(job.logs) if job.state != "IN_QUEUE" else shown
                ends = time.monotonic() + keepalive_s
            if job.state == "COMPLETED":
                return
            if not await self._next_look(job, ring, ends):
                yield comment("ping")
                ends = time.monotonic() + keepalive_s

    async def _next_look(self, job: Job, ring: asyncio.Event, ends: float) -> bool:
        """Wait for news; tell whether there may be some, False when a keepalive is due at `ends`."""
        counts_down = job.state == "IN_QUEUE" and bool(job.controls.queue_ahead)
        position = self._queue.others_ahead(job)
        shown = job.ahead(position)
        while not ring.is_set():
            left_s = ends - time.monotonic()
            if left_s <= 0:
                return False
            await rung(ring, min(left_s, 0.05) if counts_down else left_s)
            if counts_down and job.ahead(position) != shown:
                return True
        return True
