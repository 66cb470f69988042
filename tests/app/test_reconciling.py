"""Unknown calls that are looked for: each is told what holds for it, and followed once."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fal_studio.app.reconciling import Reconciling
from fal_studio.core import events as e
from fal_studio.core.call import fold
from fal_studio.core.events import Event
from fal_studio.core.history import row_of
from fal_studio.core.kept_words import expired
from fal_studio.core.request import Mode, Profile, ProfileKind, Request
from fal_studio.modes.base import Access
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.modes.stage import Stage, of_kind, profile_of, stage
from tests.waiting import until

ENDPOINT = "someone/model"
PROXY = Profile("team", ProfileKind.PROXY, proxy_url="http://127.0.0.1:9/api/fal/proxy")
EXPIRED = e.Unknown(expired("it was completed, but its result has been deleted at the server"), expired=True)


def test_an_expired_call_stays_expired_beside_one_for_which_there_is_no_list(
    in_plain_loop: InLoop, tmp_path: Path
) -> None:
    ledger = Ledger(Database(tmp_path / "ledger.sqlite"), lambda _problem: None)

    async def unknown(it: Stage, call: str, *facts: e.Fact) -> None:
        request = Request(ENDPOINT, Mode.SUBMIT, {}, PROXY.name)
        await asyncio.wrap_future(ledger.intend(call, request, time.time()))
        it.log.append(call, e.Started(time.time(), ENDPOINT, Mode.SUBMIT, PROXY.name))
        it.log.append(call, e.Attempt(1, "submit", "POST", PROXY.proxy_url))
        for fact in facts:
            it.log.append(call, fact)

    def shown(_call: str, _request: Request, _events: Sequence[Event]) -> None:
        raise AssertionError("both are in the log already")

    async def access(_name: str) -> Access:
        return Access(PROXY, "")

    async def main() -> None:
        async with stage(PROXY) as it:
            it.log.subscribe(ledger.take)
            engine: Any = SimpleNamespace(runner=it.runner, access=access)
            looking = Reconciling(it.log, ledger, engine, it.keep, shown)
            ticket = e.Enqueued("r1", f"{PROXY.proxy_url}/s", f"{PROXY.proxy_url}/r", f"{PROXY.proxy_url}/c")
            await unknown(it, "forgotten", ticket, EXPIRED)
            await unknown(it, "in doubt", e.Unknown("Nobody knows whether it arrived.", time.time()))
            task = asyncio.get_running_loop().create_task(looking.run())
            try:
                await until(
                    lambda: all(fold(it.log.of(call)).checked_said for call in ("forgotten", "in doubt")),
                    what="both were looked for",
                )
            finally:
                task.cancel()
                await asyncio.wait([task])
            forgotten, doubtful = (fold(it.log.of(call), call) for call in ("forgotten", "in doubt"))
        assert row_of(forgotten).is_expired, forgotten.checked_said
        assert "no list of requests" in doubtful.checked_said

    try:
        in_plain_loop(main())
    finally:
        assert ledger.close()


def test_a_call_that_is_found_is_not_followed_again_by_who_waited_to_look_for_it(
    in_plain_loop: InLoop, tmp_path: Path
) -> None:
    ledger = Ledger(Database(tmp_path / "ledger.sqlite"), lambda _problem: None)

    def shown(_call: str, _request: Request, _events: Sequence[Event]) -> None:
        raise AssertionError("it is in the log already")

    async def main(emulator: EmulatorProcess) -> None:
        async with stage(profile_of(emulator)) as it:
            it.log.subscribe(ledger.take)
            engine: Any = SimpleNamespace(runner=it.runner, access=it._access)
            looking = Reconciling(it.log, ledger, engine, it.keep, shown)
            request = it.request("emulator/bench", Mode.SUBMIT, {"text": "x"})
            await asyncio.wrap_future(ledger.intend("call", request, time.time()))
            it.runner.start(request, call="call")
            await it.runner.finished("call")
            it.log.append("call", e.Unknown("Nobody could be asked.", time.time()))
            await asyncio.gather(looking.check("call"), looking.check("call"))
            await it.runner.finished("call")
            facts = it.facts("call")
            assert len(of_kind(facts, e.Output)) == len(of_kind(facts, e.Resumed)) == 1

    try:
        with start_emulator() as emulator:
            in_plain_loop(main(emulator))
    finally:
        assert ledger.close()
