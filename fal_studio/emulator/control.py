"""The emulator's own doors below `/emulator`, for tests, comparisons and the app; fal has nothing like them.

    GET    /emulator                   name, pid, models, addresses
    GET    /emulator/settings          what holds now;  PUT changes the fields given (see `settings`)
    GET    /emulator/faults            names and what is armed;  POST arms one, DELETE disarms all (see `faults`)
    GET    /emulator/requests          what arrived (see `recorder`);  DELETE forgets it
    GET    /emulator/truth/<id>        stage times of one request (see `truth`)
    GET    /emulator/webhooks          every try to deliver a webhook
    DELETE /emulator/jobs              ends all that wait or run, so that the slots are free
    POST   /emulator/cool-down         the next request of each app starts cold again

No key is needed.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from pydantic import ValidationError
from starlette.requests import Request
from starlette.types import ASGIApp

from fal_studio.emulator import faults
from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.answers import Answer, json_answer
from fal_studio.emulator.bell import Bell
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.queue import Queue
from fal_studio.emulator.recorder import Recorder
from fal_studio.emulator.runners import Runners
from fal_studio.emulator.settings import Settings
from fal_studio.emulator.truth import Truth
from fal_studio.emulator.webhooks import Webhooks

LOOK_EVERY_S = 0.01


class Control:
    """Answers everything below `/emulator`."""

    def __init__(
        self,
        settings: Settings,
        settings_changed: Bell,
        armed: faults.Faults,
        recorder: Recorder,
        truth: Truth,
        webhooks: Webhooks,
        runners: Runners,
        queue: Queue,
        catalogue: Catalogue,
        addresses: Addresses,
    ) -> None:
        self._settings = settings
        self._settings_changed = settings_changed
        self._armed = armed
        self._recorder = recorder
        self._truth = truth
        self._webhooks = webhooks
        self._runners = runners
        self._queue = queue
        self._catalogue = catalogue
        self._addresses = addresses

    async def handle(self, request: Request) -> ASGIApp:
        """Answer one request."""
        path = request.path_params.get("path", "").strip("/")
        noun, _, rest = path.partition("/")
        if noun == "truth" and request.method == "GET":
            record = self._truth.of(rest)
            answer = (
                json_answer(record.plain()) if record else json_answer({"detail": "no such request"}, 404)
            )
            return answer.response()
        doors: dict[tuple[str, str], Callable[[Request], Awaitable[Answer]]] = {
            ("GET", ""): self._about,
            ("GET", "settings"): self._show_settings,
            ("PUT", "settings"): self._change_settings,
            ("GET", "faults"): self._show_faults,
            ("POST", "faults"): self._arm,
            ("DELETE", "faults"): self._disarm,
            ("GET", "requests"): self._requests,
            ("DELETE", "requests"): self._forget,
            ("GET", "webhooks"): self._deliveries,
            ("DELETE", "jobs"): self._end_jobs,
            ("POST", "cool-down"): self._cool_down,
        }
        door = doors.get((request.method, path))
        if door is None:
            return json_answer({"detail": f"no {request.method} /emulator/{path}"}, 404).response()
        return (await door(request)).response()

    async def _about(self, request: Request) -> Answer:
        return json_answer(
            {"name": "fal Studio emulator", "pid": os.getpid(), "models": list(self._catalogue.models)}
            | self._addresses.plain()
        )

    async def _show_settings(self, request: Request) -> Answer:
        return json_answer(self._settings.model_dump())

    async def _change_settings(self, request: Request) -> Answer:
        try:
            wish = await request.json()
            whole = Settings.model_validate({**self._settings.model_dump(), **wish})
        except (ValidationError, ValueError, TypeError) as error:
            return json_answer({"detail": str(error)}, 422)
        if refusal := self._catalogue.refuse(whole.schema_changes):
            return json_answer({"detail": refusal}, 422)
        for name in wish:
            setattr(self._settings, name, getattr(whole, name))
        self._settings_changed.ring()
        return json_answer(self._settings.model_dump())

    async def _show_faults(self, request: Request) -> Answer:
        return json_answer(
            {"names": faults.names(), "armed": [fault.model_dump() for fault in self._armed.armed]}
        )

    async def _arm(self, request: Request) -> Answer:
        try:
            self._armed.arm(faults.Armed.model_validate_json(await request.body()))
        except ValueError as error:
            return json_answer({"detail": str(error)}, 422)
        return await self._show_faults(request)

    async def _disarm(self, request: Request) -> Answer:
        self._armed.armed.clear()
        return await self._show_faults(request)

    async def _requests(self, request: Request) -> Answer:
        query = request.query_params
        ends = time.monotonic() + float(query.get("wait", 0))
        while True:
            found = self._recorder.since(
                int(query.get("since", 0)), query.get("path", ""), query.get("method", "")
            )
            if found or time.monotonic() >= ends:
                return json_answer({"requests": found, "count": len(found), "last": self._recorder.last})
            await asyncio.sleep(LOOK_EVERY_S)

    async def _forget(self, request: Request) -> Answer:
        self._recorder.forget()
        return json_answer({"last": self._recorder.last})

    async def _deliveries(self, request: Request) -> Answer:
        return json_answer({"deliveries": [asdict(delivery) for delivery in self._webhooks.deliveries]})

    async def _end_jobs(self, request: Request) -> Answer:
        return json_answer({"ended": self._queue.end_all()})

    async def _cool_down(self, request: Request) -> Answer:
        self._runners.cool_down()
        return json_answer({})
