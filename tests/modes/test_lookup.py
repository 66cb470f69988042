"""Names that the system looks up for ever hold up nothing else, and not the end of the program."""

import asyncio
import gc
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from fal_studio.modes.lookup import look_up
from tests.conftest import InLoop
from tests.waiting import until, until_blocking

PATIENCE_S = 60.0
"""When names that hang are let go of all the same, so that a mistake fails and does not hang."""


class Hanging:
    """A system that knows every name but lets those that end in .hang wait."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = threading.Event()
        self.fails = False

    def getaddrinfo(self, host: str, port: int, *_: Any, **_how: Any) -> list[Any]:
        self.asked.append(host)
        if host.endswith(".hang"):
            self.let_go.wait(PATIENCE_S)
        if self.fails:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", port))]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    hanging = Hanging()
    monkeypatch.setattr(socket, "getaddrinfo", hanging.getaddrinfo)
    yield hanging
    hanging.let_go.set()
    until_blocking(
        lambda: not [each for each in threading.enumerate() if each.name.startswith("look up")],
        what="nobody looks up any more",
    )


def test_many_names_that_hang_hold_up_neither_other_work_nor_the_end(
    in_loop: InLoop, system: Hanging
) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            names = [group.create_task(look_up(f"a{number}.hang", 443, None)) for number in range(12)]
            await until(lambda: len(system.asked) == 12, what="all are asked for")
            assert await asyncio.to_thread(lambda: "done") == "done"
            assert (await look_up("files.example", 443, 20.0))[0] == ["192.0.2.7"]
            for name in names:
                name.cancel()

    in_loop(main())
    assert not system.let_go.is_set()
    assert [each for each in threading.enumerate() if each.name == "look up a0.hang"], "it still hangs"


def test_whoever_wants_the_same_name_shares_the_question(in_plain_loop: InLoop, system: Hanging) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            impatient = group.create_task(look_up("a.hang", 443, None))
            patient = group.create_task(look_up("a.hang", 443, None))
            other = group.create_task(look_up("a.hang", 80, None))
            await until(lambda: len(system.asked) == 2, what="each is asked for once")
            impatient.cancel()
            await until(impatient.done, what="it was given up")
            system.let_go.set()
        assert impatient.cancelled()
        assert patient.result()[0] == other.result()[0] == ["192.0.2.7"]
        await look_up("a.hang", 443, None)
        assert system.asked == ["a.hang"] * 3, "an answer is not kept"

    in_plain_loop(main())


def test_an_answer_that_nobody_waits_for_any_more_is_no_news(in_plain_loop: InLoop, system: Hanging) -> None:
    told: list[Any] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, about: told.append(about))
        with pytest.raises(httpcore.ConnectTimeout, match=r"looking up a\.hang took too long"):
            await look_up("a.hang", 443, 0.01)
        system.fails = True
        system.let_go.set()
        with pytest.raises(httpcore.ConnectError, match="Temporary failure"):
            await look_up("a.hang", 443, None)
        await until(lambda: not [each for each in threading.enumerate() if each.name == "look up a.hang"])
        await asyncio.sleep(0)
        gc.collect()

    in_plain_loop(main())
    gc.collect()
    assert told == []
