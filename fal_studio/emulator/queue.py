"""The queue: takes requests in, runs so many at a time, tries again, lets go, forgets (fal docs: queue, retries)."""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fal_studio.emulator import errors
from fal_studio.emulator.answers import Answer
from fal_studio.emulator.bell import Bell, rung
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.execution import Execution, Machine, perform
from fal_studio.emulator.jobs import Job, from_row, to_row
from fal_studio.emulator.queue_store import QueueStore
from fal_studio.emulator.runners import Runners
from fal_studio.emulator.settings import either
from fal_studio.emulator.truth import Truth

RETRIED = frozenset({"unavailable", "reset", "closed", "reset_body", "hang"})
LONGEST_NAP_S = 3600.0

OnStarted = Callable[[Job], None]
OnFinished = Callable[[Job], Coroutine[Any, Any, None]]
"""Notes the end of a job at once and returns what tells others of it, which the end of the server may keep from running."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What the queue works with."""

    machine: Machine
    catalogue: Catalogue
    runners: Runners
    truth: Truth
    store: QueueStore


class Queue:
    """All jobs of the server."""

    def __init__(self, staff: Staff, on_started: OnStarted, on_finished: OnFinished) -> None:
        self._staff = staff
        self._settings = staff.machine.settings
        self._on_started = on_started
        self._on_finished = on_finished
        self._jobs: dict[str, Job] = {}
        self._in_line: dict[str, Job] = {}
        self._places: dict[str, int] | None = None
        self._running = 0
        self.changed = Bell()
        self._group: asyncio.TaskGroup | None = None

    def load(self) -> None:
        """Take up the jobs that an earlier server left behind."""
        for row in self._staff.store.load():
            job = from_row(row, self._staff.truth.begin(row[0], "", "queue"))
            job.record.endpoint = job.path
            if self._is_expired(job):
                self._staff.store.delete(job.request_id)
                continue
            self._jobs[job.request_id] = job
            if job.state == "IN_QUEUE":
                self._in_line[job.request_id] = job

    async def serve(self) -> None:
        """Run jobs until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                while True:
                    ring = self.changed.next
                    nap_s = self._dispatch(group)
                    await rung(ring, nap_s)
            finally:
                self._group = None  # which takes no more tasks

    def add(self, job: Job) -> None:
        """Take a new job in."""
        settings = self._settings
        job.eligible = job.submitted + either(job.controls.queue_delay, settings.queue_delay_s)
        job.record.mark("queued")
        self._jobs[job.request_id] = self._in_line[job.request_id] = job
        self._changed(job)

    def find(self, app: str, request_id: str) -> Job | None:
        """Return a job of an app, unless it is unknown or its result has expired."""
        job = self._jobs.get(request_id)
        if job is None or job.app != app:
            return None
        if self._is_expired(job):
            del self._jobs[request_id]
            self._staff.store.delete(request_id)
            return None
        return job

    def others_ahead(self, job: Job) -> int:
        """Return how many waiting jobs come before this one."""
        if self._places is None:
            self._places = {waiting.request_id: place for place, waiting in enumerate(self._waiting())}
        return self._places.get(job.request_id, 0)

    def length(self, app: str | None = None) -> int:
        """Return how many jobs wait, of one app or of all."""
        return sum(1 for job in self._waiting() if app in (None, job.app))

    def cancel(self, job: Job) -> bool:
        """Cancel a waiting or running job; tell whether it is out of the queue already."""
        job.cancel_wanted = True
        if job.state == "IN_QUEUE":
            self._finish(job, _cancelled())
            return True
        if job.task is not None and not job.controls.ignore_cancel:
            job.task.cancel()
        return False

    def end_all(self) -> int:
        """End what waits or runs, also what would not be cancelled; return how many."""
        left = [job for job in self._jobs.values() if job.state != "COMPLETED"]
        for job in left:
            if not self.cancel(job) and job.task is not None:
                job.task.cancel()
        return len(left)

    def _dispatch(self, group: asyncio.TaskGroup) -> float:
        """Start what may start; return when to look again, in seconds."""
        now = time.time()
        nap_s = LONGEST_NAP_S
        for job in self._waiting():
            if job.deadline_s is not None:
                left_s = job.submitted + job.deadline_s - now
                if left_s <= 0:
                    self._finish(job, errors.user_deadline())
                    continue
                nap_s = min(nap_s, left_s)
            if job.eligible > now:
                nap_s = min(nap_s, job.eligible - now)
            elif self._running < self._settings.slots:
                self._running += 1
                del self._in_line[job.request_id]
                job.state = "IN_PROGRESS"
                job.attempt += 1
                group.create_task(self._run(job))
        return max(nap_s, 0.0)

    def _waiting(self) -> list[Job]:
        """Return waiting jobs in the order of their turn: low priority last."""
        return sorted(self._in_line.values(), key=lambda job: (job.is_low, job.submitted))

    async def _run(self, job: Job) -> None:
        """Make one attempt."""
        # Not from outside: a task that is cancelled before its first step never runs, and its job would never end.
        job.task = asyncio.current_task()
        runner = job.runner = self._staff.runners.take(job.hint)
        job.record.attempts = job.attempt
        job.record.mark("started")
        self._on_started(job)
        self._changed(job)
        try:
            is_unwanted = job.cancel_wanted and not job.controls.ignore_cancel
            answer = _cancelled() if is_unwanted else await self._attempt(job)
        except asyncio.CancelledError:
            # The server ends: the job stays as it is and waits in the store, also one that took no notice of a cancel.
            if self._group is None or not job.cancel_wanted:
                raise
            answer = _cancelled()
        finally:
            self._running -= 1
            job.task = None
            self._staff.runners.give_back(runner, job.app)
        if self._is_tried_again(job, answer):
            await self._put_back(job, answer)
        else:
            self._finish(job, answer)

    async def _attempt(self, job: Job) -> Answer:
        cold_s = self._staff.runners.cold_start_s(job.app, job.controls)
        if cold_s and not await self._boot(job, cold_s):
            return errors.user_deadline()
        job.record.mark("warm")
        if job.attempt <= (job.controls.fail_attempts or 0):
            return errors.request_error("runner_disconnected", "Runner disconnected")
        target = self._staff.catalogue.target(job.path)
        if target.route is None or target.route.run is None:
            return errors.text(404, target.missing).adding({"x-fal-billable-units": "0"})

        execution = Execution(self._staff.machine, job.request_id, job.controls, job.log, job.attempt)
        begun = time.monotonic()
        answer = await perform(target.route, job.body, execution)
        job.inference_s = time.monotonic() - begun
        return answer

    async def _boot(self, job: Job, cold_s: float) -> bool:
        """Let a runner start; tell whether it made it before the caller's start deadline."""
        await job.log("Starting runner", "INFO")
        left_s = cold_s if job.deadline_s is None else job.submitted + job.deadline_s - time.time()
        await asyncio.sleep(max(0.0, min(cold_s, left_s)))
        if left_s < cold_s:
            return False
        await job.log(f"Runner is ready after {cold_s:.2f} s", "INFO")
        return True

    def _is_tried_again(self, job: Job, answer: Answer) -> bool:
        if job.no_retry or job.cancel_wanted or job.attempt >= self._settings.max_attempts:
            return False
        if answer.fault is not None:
            return answer.fault in RETRIED
        by_user = answer.headers.get("X-Fal-Request-Timeout-Type") == "user"
        return answer.status in (503, 504) and not by_user

    async def _put_back(self, job: Job, answer: Answer) -> None:
        """Let a job wait for another attempt, under a new gateway request id."""
        await job.log(
            f"Attempt {job.attempt} failed with {answer.fault or answer.status}, trying again", "WARN"
        )
        job.gateway_request_id = str(uuid.uuid4())
        job.eligible = time.time() + self._settings.retry_delay_s
        job.state = "IN_QUEUE"
        self._in_line[job.request_id] = job
        self._changed(job)

    def _finish(self, job: Job, answer: Answer) -> None:
        job.answer = answer.adding({"X-Fal-Served-From": job.runner} if job.runner else {})
        job.state = "COMPLETED"
        self._in_line.pop(job.request_id, None)
        job.finished = time.time()
        job.record.status = answer.status
        units = answer.headers.get("x-fal-billable-units")
        job.record.billable_units = float(units) if units else 0.0
        job.record.mark("finished")
        self._changed(job)
        telling = self._on_finished(job)
        if self._group is not None:
            self._group.create_task(telling)
        else:  # the server ends, and tells nobody any more
            telling.close()

    def _changed(self, job: Job) -> None:
        self._staff.store.save(to_row(job))
        self._places = None
        self.changed.ring()
        job.changed.ring()
        for waiting in self._in_line.values():
            waiting.changed.ring()

    def _is_expired(self, job: Job) -> bool:
        if job.finished is None:
            return False
        settings = self._settings
        size = len(job.answer.body) if job.answer else 0
        kept_s = settings.retention_large_s if size >= settings.large_bytes else settings.retention_s
        return time.time() - job.finished >= either(job.controls.retention, kept_s)


def _cancelled() -> Answer:
    answer = errors.request_error("client_cancelled", "Request cancelled by the client.")
    return answer.adding({"x-fal-billable-units": "0"})
