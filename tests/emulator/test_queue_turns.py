"""The queue inside the server's process: what happens between two turns of its loop, which no client can time."""

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.execution import Machine
from fal_studio.emulator.files import Files
from fal_studio.emulator.jobs import Job
from fal_studio.emulator.models.catalogue import MODELS
from fal_studio.emulator.queue import Queue, Staff
from fal_studio.emulator.queue_store import QueueStore
from fal_studio.emulator.runners import Runners
from fal_studio.emulator.settings import Controls, Settings
from fal_studio.emulator.truth import Truth
from fal_studio.emulator.workers import Workers
from tests.conftest import InLoop
from tests.waiting import until

ONE_SLOT = Settings.model_validate({"slots": 1, "cold_start_s": 0})


@pytest.fixture
def truth() -> Truth:
    return Truth()


class Ended(list[Job]):
    """Notes jobs that have ended, and tells nobody."""

    def __call__(self, job: Job) -> Coroutine[Any, Any, None]:
        self.append(job)
        return asyncio.sleep(0)


@pytest.fixture
def ended() -> Ended:
    return Ended()


@pytest.fixture
def queue(tmp_path: Path, truth: Truth, ended: Ended) -> Iterator[Queue]:
    store, pool = QueueStore(tmp_path / "queue.db"), Workers(1)
    machine = Machine(ONE_SLOT, Files(tmp_path / "files", Addresses(1)), pool)
    staff = Staff(machine, Catalogue(MODELS), Runners(ONE_SLOT), truth, store)
    yield Queue(staff, lambda _job: None, ended)
    pool.shutdown()
    store.close()


def bench(truth: Truth, request_id: str, controls: Controls, body: bytes = b"{}") -> Job:
    path = "emulator/bench"
    record = truth.begin(request_id, path, "queue")
    return Job(request_id, request_id, path, path, body, "someone", record, "http://here", controls=controls)


def cancel_at_once(queue: Queue, job: Job) -> None:
    """Cancel the job in the turn in which it gets its slot, before anything of its work has begun."""
    if job.state == "IN_QUEUE":
        asyncio.get_running_loop().call_soon(cancel_at_once, queue, job)
        return
    assert "started" not in job.record.stages
    assert queue.cancel(job) is False, "it is out of the line"


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_job_that_is_cancelled_in_the_turn_it_gets_its_slot_ends_and_frees_it(
    in_plain_loop: InLoop, queue: Queue, truth: Truth, *, is_heard: bool
) -> None:
    """`is_heard`: the app supports cancels."""

    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(queue.serve())
            first = bench(truth, "first", Controls(ignore_cancel=not is_heard))
            queue.add(first)
            cancel_at_once(queue, first)
            await until(lambda: first.state == "COMPLETED", what="the cancelled one has ended")
            assert first.answer is not None
            assert first.answer.status == (499 if is_heard else 200)
            second = bench(truth, "second", Controls())
            queue.add(second)
            await until(lambda: second.state == "COMPLETED", what="the only slot is free for the next one")
            serving.cancel()

    in_plain_loop(scenario())


def test_the_end_of_the_server_is_no_cancel_for_a_job_that_took_no_notice_of_one(
    in_plain_loop: InLoop, queue: Queue, truth: Truth
) -> None:
    job = bench(truth, "stubborn", Controls(ignore_cancel=True), b'{"seconds": 600}')

    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(queue.serve())
            queue.add(job)
            await until(lambda: "warm" in job.record.stages, what="it runs")
            assert queue.cancel(job) is False
            serving.cancel()

    in_plain_loop(scenario())
    assert job.state == "IN_PROGRESS", "it is taken up again by the next server"


def test_an_end_in_the_turn_in_which_the_server_ends_is_noted(
    in_plain_loop: InLoop, queue: Queue, truth: Truth, ended: Ended
) -> None:
    first, second = (bench(truth, name, Controls(queue_delay=600)) for name in ("first", "second"))

    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(queue.serve())
            queue.add(first)
            queue.add(second)
            await asyncio.sleep(0)
            assert queue.cancel(first)
            serving.cancel()
        assert queue.cancel(second), "by a request that is still being answered"

    in_plain_loop(scenario())
    assert ended == [first, second]
