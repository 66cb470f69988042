"""One request of the queue, and how its status reads on the wire (fal docs: queue)."""

import asyncio
import json
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from fal_studio.emulator.answers import Answer
from fal_studio.emulator.bell import Bell
from fal_studio.emulator.settings import NO_CONTROLS, Controls
from fal_studio.emulator.truth import Record

State = Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]


@dataclass(slots=True)
class Job:
    """A submitted request from its first byte to the end of its retention."""

    request_id: str
    gateway_request_id: str
    app: str
    path: str
    body: bytes
    user_id: str
    record: Record
    base: str
    """The server's root when the job was submitted: media URLs in a kept result start with it."""
    is_low: bool = False
    webhook: str | None = None
    deadline_s: float | None = None
    no_retry: bool = False
    hint: str | None = None
    store_io: bool = True
    controls: Controls = NO_CONTROLS
    state: State = "IN_QUEUE"
    attempt: int = 0
    submitted: float = field(default_factory=time.time)
    eligible: float = 0.0
    """Not started before this calendar time."""
    finished: float | None = None
    inference_s: float = 0.0
    logs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    answer: Answer | None = None
    cancel_wanted: bool = False
    runner: str = ""
    task: asyncio.Task[None] | None = None
    changed: Bell = field(default_factory=Bell)

    async def log(self, message: str, level: str = "INFO") -> None:
        """Add one runner log line; timestamps always rise."""
        stamp = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        if self.logs and self.logs[-1]["timestamp"] >= stamp:
            stamp = _just_after(self.logs[-1]["timestamp"])
        self.logs.append({"message": message, "level": level, "source": "USER", "timestamp": stamp})
        self.changed.ring()

    def ahead(self, others: int) -> int:
        """Return the queue position to show: real requests ahead and pretended ones."""
        delay, pretended = self.controls.queue_delay, self.controls.queue_ahead
        if not delay or not pretended:
            return others
        left = max(0.0, self.eligible - time.time()) / delay
        return others + math.ceil(pretended * left)

    def urls(self, queue: str) -> dict[str, str]:
        """Return the short-form URLs, as the service itself hands them out."""
        own = f"{queue}/{self.app}/requests/{self.request_id}"
        return {"response_url": own, "status_url": f"{own}/status", "cancel_url": f"{own}/cancel"}

    def status(self, queue: str, others: int, logs: list[dict[str, Any]] | None) -> dict[str, Any]:
        """Return the status body; `logs` are the lines to show, None when nobody asked."""
        body: dict[str, Any] = {"status": self.state, "request_id": self.request_id, **self.urls(queue)}
        if self.state == "IN_QUEUE":
            return {**body, "queue_position": self.ahead(others), "logs": None, "metrics": {}}
        body |= {"logs": logs, "metrics": {}}
        if self.state == "COMPLETED":
            body["metrics"] = {"inference_time": round(self.inference_s, 6)}
            body |= self.failure()
        return body

    def failure(self) -> dict[str, str]:
        """Return `error` and `error_type` of a job that failed, nothing for one that did not."""
        if self.answer is None or self.answer.succeeded:
            return {}
        detail = self.answer.detail()
        if isinstance(detail, list) and detail:
            return {"error": str(detail[0].get("msg", "")), "error_type": str(detail[0].get("type", ""))}
        kind = self.answer.headers.get("X-Fal-Error-Type", "")
        failure = {"error": str(detail or f"Invalid status code: {self.answer.status}")}
        return {**failure, "error_type": kind} if kind else failure


def _just_after(stamp: str) -> str:
    """Return the stamp one microsecond later."""
    later = datetime.fromisoformat(stamp) + timedelta(microseconds=1)
    return later.isoformat(timespec="microseconds").replace("+00:00", "Z")


def to_row(job: Job) -> tuple[str, str, bytes, bytes | None]:
    """Return what has to be kept: id, description, body, and the answer's body."""
    answer = job.answer
    about = {
        "gateway_request_id": job.gateway_request_id,
        "app": job.app,
        "path": job.path,
        "user_id": job.user_id,
        "base": job.base,
        "is_low": job.is_low,
        "webhook": job.webhook,
        "deadline_s": job.deadline_s,
        "no_retry": job.no_retry,
        "hint": job.hint,
        "store_io": job.store_io,
        "controls": job.controls.model_dump(exclude_none=True),
        "state": job.state,
        "attempt": job.attempt,
        "submitted": job.submitted,
        "eligible": job.eligible,
        "finished": job.finished,
        "inference_s": job.inference_s,
        "logs": job.logs,
        "runner": job.runner,
        "stages": job.record.stages,
        "answer": None
        if answer is None
        else [answer.status, dict(answer.headers), answer.content_type, answer.fault],
    }
    return job.request_id, json.dumps(about), job.body, answer.body if answer else None


def from_row(row: tuple[str, str, bytes, bytes | None], record: Record) -> Job:
    """Rebuild a job from what was kept; one that was running when the server ended waits again."""
    request_id, text, body, answer_body = row
    about = json.loads(text)
    kept = about.pop("answer")
    record.stages = about.pop("stages")
    record.attempts = about["attempt"]
    about["controls"] = Controls.model_validate(about["controls"])
    job = Job(request_id=request_id, body=body, record=record, **about)
    if kept is not None:
        status, headers, content_type, fault = kept
        job.answer = Answer(status, answer_body or b"", headers, content_type, fault)
        record.status = status
    if job.state == "IN_PROGRESS":
        job.state = "IN_QUEUE"
    return job
