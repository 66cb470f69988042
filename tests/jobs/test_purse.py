"""The purse: no call is sent without its money, in any mode; sessions stop at the limit; bills give back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fal_studio.core import events as e
from fal_studio.core.budget import Budget, Grant, Refusal, Unpriced
from fal_studio.core.events import Charged, FailureKind
from fal_studio.core.prices import Price
from fal_studio.core.request import Mode, Options, Request
from fal_studio.jobs.purse import Purse
from fal_studio.jobs.runner import CallRunner
from fal_studio.store.spending import SpendingBook
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.modes.stage import Stage, end_of, of_kind, profile_of
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("noon")

IMAGE = "emulator/image"
SMALL = {"prompt": "a purse", "image_size": {"width": 512, "height": 512}}
MEGAPIXEL = Price(0.025, "megapixel")


@pytest.fixture(scope="module")
def emulator() -> Iterator[EmulatorProcess]:
    with start_emulator("--cold-start", "0", "--speed", "20") as it:
        yield it


class Shop:
    """A stage whose calls cost money."""

    def __init__(
        self, emulator: EmulatorProcess, path: Path, budget: Budget, price: Price | None = MEGAPIXEL
    ) -> None:
        self.emulator, self.budget, self.price = emulator, budget, price
        self.book = SpendingBook(path / "spending.sqlite")
        self.purse = Purse(self.book, lambda _name: self.budget, self._price, lambda _request: self.price)
        self.it = Stage(profile_of(emulator))
        self.it.runner = CallRunner(self.it.log, self.it._access, self.it.keep, purse=self.purse)
        self.it.log.subscribe(self.purse.note)
        self.since = emulator.last()

    async def _price(self, _request: Request) -> Price | None:
        return self.price

    def start(self, mode: Mode, arguments: Any = None, endpoint: str = IMAGE, **more: Any) -> str:
        return self.it.runner.start(
            Request(endpoint, mode, SMALL if arguments is None else arguments, "work", Options()), **more
        )

    async def end(self, call: str) -> Any:
        await self.it.runner.finished(call)
        return end_of(self.it.facts(call))

    def posts(self) -> int:
        return len(
            [
                item
                for item in self.emulator.requests(self.since, method="POST")
                if "emulator/" in item["path"]
            ]
        )

    async def taken(self) -> float:
        return self.book.taken("work").result().day_usd


def test_ten_parallel_starts_in_all_modes_cannot_pass_the_limit(
    in_plain_loop, emulator, tmp_path: Path
) -> None:
    async def main() -> None:
        shop = Shop(emulator, tmp_path, Budget(stop_day_usd=0.1))
        async with shop.it.runner:
            modes = [Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT, Mode.STREAM, Mode.RUN] * 2
            calls = [shop.start(mode) for mode in modes]
            for call in calls:
                await shop.it.runner.finished(call)
            refused = [
                end
                for call in calls
                for end in of_kind(shop.it.facts(call), e.Failed)
                if end.kind is FailureKind.BUDGET
            ]
            assert len(refused) == 6
            assert shop.posts() == 4
            assert all(end.charged is Charged.NO for end in refused)
            assert "Nothing is left of the $0.10 that work may spend today." in refused[0].message
            assert not any(
                of_kind(shop.it.facts(call), e.Attempt) for call in calls if shop.it.seen(call, e.Failed)
            )
            assert await shop.taken() == pytest.approx(0.1)
        shop.book.close()

    in_plain_loop(main())


def test_what_fails_unbilled_gives_its_money_back_and_a_grant_serves_its_calls(
    in_plain_loop, emulator, tmp_path: Path
) -> None:
    async def main() -> None:
        shop = Shop(emulator, tmp_path, Budget(stop_session_usd=0.05))
        async with shop.it.runner:
            bad = await shop.end(shop.start(Mode.RUN, {"image_size": {"width": 512, "height": 512}}))
            assert bad.charged is Charged.NO
            assert await shop.taken() == 0
            assert isinstance(await shop.purse.reserve("work", 0.025, 3), Refusal)
            grant = await shop.purse.reserve("work", 0.025, 2)
            assert isinstance(grant, Grant)
            assert (await shop.end(shop.start(Mode.RUN))).kind is FailureKind.BUDGET, "it is all set aside"
            assert isinstance(await shop.end(shop.start(Mode.RUN, grant_id=grant.id)), e.Output)
            shop.purse.release(grant)
            assert await shop.taken() == pytest.approx(0.025)
            assert isinstance(await shop.end(shop.start(Mode.RUN)), e.Output)
        shop.book.close()

    in_plain_loop(main())


def test_the_bill_of_a_call_from_an_earlier_run_of_the_program_settles_what_was_set_aside(
    in_plain_loop, emulator, tmp_path: Path
) -> None:
    async def main() -> None:
        shop = Shop(emulator, tmp_path, Budget())
        async with shop.it.runner:
            call = shop.start(Mode.SUBMIT)
            await shop.it.runner.finished(call)
            assert await shop.taken() == pytest.approx(0.025)
        shop.book.close()
        dearer = Shop(emulator, tmp_path, Budget(), Price(0.05, "megapixel"))
        async with dearer.it.runner:
            dearer.it.log.restore(shop.it.log.of(call))
            dearer.it.runner.resume(call, Request(IMAGE, Mode.SUBMIT, SMALL, "work"))
            assert isinstance(await dearer.end(call), e.Output)
            assert await dearer.taken() == pytest.approx(0.05)
        dearer.book.close()

    in_plain_loop(main())


def test_a_call_of_unknown_price_goes_as_the_profile_says(in_plain_loop, emulator, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(emulator, tmp_path, Budget(stop_day_usd=1.0), None)
        async with shop.it.runner:
            end = await shop.end(shop.start(Mode.RUN))
            assert end.message == (
                "emulator/image was not called. Nobody can say what emulator/image will cost, "
                "and work has a limit for spending."
            )
            assert shop.purse.needs_asking("work", IMAGE)
            shop.purse.allow_unpriced("work", IMAGE)
            assert not shop.purse.needs_asking("work", IMAGE)
            assert isinstance(await shop.end(shop.start(Mode.RUN)), e.Output)
            shop.budget = Budget(stop_day_usd=1.0, unpriced=Unpriced.REFUSE)
            assert (await shop.end(shop.start(Mode.RUN))).kind is FailureKind.BUDGET
            shop.budget = Budget()
            assert isinstance(await shop.end(shop.start(Mode.RUN)), e.Output)
        shop.book.close()

    in_plain_loop(main())


@pytest.mark.parametrize(
    ("price", "stop_usd"),
    [(Price(0.02, "request"), 0.05), (Price(60.0, "minute"), 1.5)],
    ids=["inputs", "time"],
)
def test_a_session_stops_at_the_limit_and_says_why(
    in_plain_loop, emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, price: Price, stop_usd: float
) -> None:
    monkeypatch.setattr("fal_studio.jobs.purse.TICK_S", 0.2)

    async def main() -> None:
        shop = Shop(emulator, tmp_path, Budget(stop_session_usd=stop_usd), price)
        async with shop.it.runner:
            call = shop.start(Mode.REALTIME, {"prompt": "one"}, "emulator/sketch")
            for number in range(4):
                shop.it.runner.send(call, {"prompt": f"more {number}"})
            await until(lambda: not shop.it.runner.is_running(call), what="it is stopped", limit_s=20)
            facts = shop.it.facts(call)
            end = end_of(facts)
            assert isinstance(end, e.Closed)
            assert end.reason.startswith("Stopped by your limit."), end.reason
            assert "work may spend in this session" in end.reason
            if price.unit == "request":
                assert len(of_kind(facts, e.Sent)) == 2
            assert await shop.taken() <= stop_usd + 1e-9
            assert await shop.taken() > stop_usd / 2
        shop.book.close()

    in_plain_loop(main())


def test_where_the_book_cannot_be_written_only_a_limit_keeps_calls_back(
    in_plain_loop, emulator, tmp_path: Path
) -> None:
    (tmp_path / "spending.sqlite").write_bytes(b"not a database, " * 100)

    async def main() -> None:
        shop = Shop(emulator, tmp_path, Budget(stop_day_usd=1.0))
        async with shop.it.runner:
            end = await shop.end(shop.start(Mode.RUN))
            assert "what is spent cannot be counted" in end.message
            assert "spending.sqlite is damaged" in end.message
            assert shop.posts() == 0
            shop.budget = Budget()
            assert isinstance(await shop.end(shop.start(Mode.RUN)), e.Output)
        shop.book.close()

    in_plain_loop(main())
