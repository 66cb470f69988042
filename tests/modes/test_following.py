"""Many followed calls share streams and questions: how many, who first, how often at least, and what an outage does."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from fal_studio.modes import pace
from fal_studio.modes.following import Followers, Seat
from fal_studio.modes.questions import Turn
from tests.virtual_time import in_virtual_time, now_s


class Crowd:
    """Calls that ask when it is their turn, and what came of it."""

    def __init__(self, followers: Followers) -> None:
        self.followers = followers
        self.asked: list[tuple[float, str]] = []
        self.told: Counter[Turn] = Counter()
        self.answer: Callable[[Seat], None] = lambda seat: seat.heard(is_news=False)
        self.seats: dict[str, Seat] = {}
        self.listening: set[str] = set()

    async def follow(self, call: str, *, wants_stream: bool = False) -> None:
        with self.followers.seat(call, 0.5, wants_stream=wants_stream) as seat:
            self.seats[call] = seat
            while True:
                turn = await seat.turn()
                self.told[turn] += 1
                if turn is Turn.ASK:
                    self.asked.append((now_s(), call))
                    self.answer(seat)
                elif turn is Turn.LISTEN:
                    await self.listen(seat)

    async def listen(self, seat: Seat) -> None:
        self.listening.add(seat.call)
        try:
            async with seat.listening():
                await asyncio.sleep(10_000)
        except TimeoutError:
            pass
        finally:
            self.listening.discard(seat.call)

    def times(self, call: str) -> list[float]:
        return [at for at, who in self.asked if who == call]


@asynccontextmanager
async def crowd_of(count: int, *, wants_stream: bool = False, **how: float) -> AsyncGenerator[Crowd]:
    crowd = Crowd(Followers(now_s=now_s, **how))  # type: ignore[arg-type]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(crowd.follow(f"{n:04}", wants_stream=wants_stream)) for n in range(count)]
        await asyncio.sleep(0)
        yield crowd
        for task in tasks:
            task.cancel()


def most_in_a_second(asked: list[tuple[float, str]]) -> int:
    times = [at for at, _ in asked]
    return max(sum(1 for other in times[n:] if other < at + 1) for n, at in enumerate(times))


def test_a_hundred_calls_ask_no_more_than_the_rate_says() -> None:
    async def main() -> Crowd:
        async with crowd_of(100, polls_per_s=20) as crowd:
            await asyncio.sleep(60)
            return crowd

    crowd = in_virtual_time(main())
    assert most_in_a_second(crowd.asked) <= 22
    assert len({call for _, call in crowd.asked}) == 100


def test_a_thousand_calls_are_each_asked_about_once_a_minute() -> None:
    async def main() -> Crowd:
        async with crowd_of(1000, polls_per_s=20) as crowd:
            await asyncio.sleep(900)
            return crowd

    crowd = in_virtual_time(main())
    ends = 1_000.0 + 900
    by_call: dict[str, list[float]] = {}
    for at, call in crowd.asked:
        by_call.setdefault(call, []).append(at)
    gaps = [b - a for times in by_call.values() for a, b in zip(times, [*times[1:], ends], strict=True)]
    assert len(by_call) == 1000
    assert max(gaps) <= pace.SLOWEST_S + 2
    assert len(crowd.asked) / 900 <= 30


def test_young_calls_are_asked_about_often_and_old_ones_rarely() -> None:
    async def main() -> list[float]:
        async with crowd_of(1) as crowd:
            await asyncio.sleep(3600)
            return crowd.times("0000")

    times = in_virtual_time(main())
    gaps = [b - a for a, b in pairwise(times)]
    assert max(gaps[:5]) <= 0.6
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(60)
    assert len(times) < 200


def test_what_runs_goes_before_what_waits_and_nobody_starves() -> None:
    async def main() -> Crowd:
        async with crowd_of(400, polls_per_s=20) as crowd:
            for n in range(40):
                crowd.seats[f"{n:04}"].stands(None, is_running=True)
            await asyncio.sleep(60)
            return crowd

    crowd = in_virtual_time(main())
    asked = Counter(call for _, call in crowd.asked)
    running = [asked[f"{n:04}"] for n in range(40)]
    waiting = [asked[f"{n:04}"] for n in range(40, 400)]
    assert min(running) > 5 * max(waiting) / 2
    assert min(waiting) >= 1


def test_what_somebody_looks_at_is_asked_about_every_two_seconds_however_old() -> None:
    async def main() -> list[float]:
        async with crowd_of(300, polls_per_s=20) as crowd:
            await asyncio.sleep(3600)
            crowd.asked.clear()
            crowd.followers.watch("0007")
            await asyncio.sleep(60)
            return crowd.times("0007")

    times = in_virtual_time(main())
    assert len(times) >= 28
    assert max(b - a for a, b in pairwise(times)) <= 2.5


def test_streams_go_to_what_is_looked_at_then_to_what_runs() -> None:
    async def main() -> None:
        async with crowd_of(30, wants_stream=True, streams=4) as crowd:
            await asyncio.sleep(1)
            assert len(crowd.listening) == 4
            for n in range(10, 14):
                crowd.seats[f"{n:04}"].stands(None, is_running=True)
            await asyncio.sleep(1)
            assert crowd.listening == {"0010", "0011", "0012", "0013"}
            crowd.followers.watch("0020")
            await asyncio.sleep(1)
            assert "0020" in crowd.listening
            assert len(crowd.listening) == 4
            crowd.followers.watch("0020", is_watched=False)
            crowd.seats["0020"].give_stream_back()
            await asyncio.sleep(1)
            assert crowd.listening == {"0010", "0011", "0012", "0013"}

    in_virtual_time(main())


def test_a_stream_that_broke_is_asked_about_before_it_is_opened_again() -> None:
    async def main() -> None:
        async with crowd_of(1, wants_stream=True) as crowd:
            await asyncio.sleep(1)
            assert (crowd.listening, crowd.asked) == ({"0000"}, [])
            crowd.seats["0000"].hurry()
            await asyncio.sleep(1)
            assert (crowd.listening, len(crowd.asked)) == ({"0000"}, 1)

    in_virtual_time(main())


def test_a_call_of_which_there_is_news_is_asked_about_at_once() -> None:
    async def main() -> None:
        async with crowd_of(50) as crowd:
            await asyncio.sleep(3600)
            crowd.asked.clear()
            at = now_s()
            crowd.seats["0033"].hurry()
            await asyncio.sleep(0.5)
            assert crowd.times("0033")[0] - at <= 0.2

    in_virtual_time(main())


def test_halfway_to_the_front_there_is_nothing_new_to_hear() -> None:
    async def main() -> list[float]:
        async with crowd_of(1) as crowd:
            left = 1000

            def answer(seat: Seat) -> None:
                seat.stands(max(0, left - int(now_s() - 1_000)), is_running=False)
                seat.heard(is_news=True)

            crowd.answer = answer
            await asyncio.sleep(900)
            return crowd.times("0000")

    times = in_virtual_time(main())
    assert len(times) < 40  # every half second it would be 1800


def test_in_an_outage_one_call_asks_for_all_and_all_ask_when_it_is_over() -> None:
    async def main() -> None:
        async with crowd_of(200, polls_per_s=20) as crowd:
            await asyncio.sleep(120)

            def silence(seat: Seat) -> None:
                seat.failed(is_unreachable=True)

            good, crowd.answer = crowd.answer, silence
            crowd.asked.clear()
            await asyncio.sleep(600)
            assert crowd.followers.questions.is_down
            assert len(crowd.asked) < 80
            assert crowd.told[Turn.PARKED] <= 2 * 200
            assert crowd.told[Turn.PARKED] >= 190
            crowd.answer = good
            crowd.asked.clear()
            await asyncio.sleep(20)  # the next probe comes within 18 s
            over = crowd.asked[0][0]
            await asyncio.sleep(15)
            assert not crowd.followers.questions.is_down
            heard = {call for at, call in crowd.asked if at <= over + 11}
            assert len(heard) == 200

    in_virtual_time(main())


def test_news_from_any_other_call_ends_an_outage() -> None:
    async def main() -> None:
        async with crowd_of(5) as crowd:
            crowd.answer = lambda seat: seat.failed(is_unreachable=True)  # type: ignore[func-returns-value]
            await asyncio.sleep(600)
            assert crowd.followers.questions.is_down
            crowd.answer = lambda seat: seat.heard(is_news=False)
            crowd.asked.clear()
            crowd.followers.questions.reached()
            await asyncio.sleep(1)
            assert len({call for _, call in crowd.asked}) == 5

    in_virtual_time(main())


def test_a_call_that_the_server_refuses_to_tell_about_slows_no_other_down() -> None:
    async def main() -> Crowd:
        async with crowd_of(2) as crowd:

            def answer(seat: Seat) -> None:
                if seat.call == "0000":
                    seat.failed(is_unreachable=False)
                else:
                    seat.heard(is_news=True)

            crowd.answer = answer
            await asyncio.sleep(120)
            return crowd

    crowd = in_virtual_time(main())
    assert len(crowd.times("0001")) > 200
    assert len(crowd.times("0000")) < 20


def test_nobody_asks_while_the_server_wants_to_be_left_alone() -> None:
    async def main() -> None:
        async with crowd_of(20) as crowd:
            await asyncio.sleep(5)
            crowd.asked.clear()
            crowd.followers.questions.slow_down(30)
            await asyncio.sleep(29)
            assert crowd.asked == []
            await asyncio.sleep(3)
            assert len(crowd.asked) > 10

    in_virtual_time(main())


def test_somebody_who_wants_something_wakes_the_call_wherever_it_is() -> None:
    async def main() -> None:
        for wants_stream in (False, True):
            async with crowd_of(1, wants_stream=wants_stream) as crowd:
                await asyncio.sleep(1000)
                at = now_s()
                crowd.seats["0000"].act()
                await asyncio.sleep(0)
                await asyncio.sleep(0.001)
                assert crowd.told[Turn.ACT] == 1
                assert now_s() - at < 0.1

    in_virtual_time(main())


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_the_rate_and_the_number_of_streams_hold(seed: int) -> None:
    chance = random.Random(seed)

    async def main() -> None:
        async with crowd_of(60, wants_stream=True, streams=3, polls_per_s=10) as crowd:
            crowd.answer = lambda seat: (
                seat.failed(is_unreachable=chance.random() < 0.5) and None  # type: ignore[func-returns-value]
                if chance.random() < 0.2
                else seat.heard(is_news=chance.random() < 0.3)
            )
            for _ in range(300):
                seat = crowd.seats[f"{chance.randrange(60):04}"]
                match chance.randrange(6):
                    case 0:
                        seat.stands(chance.randrange(50), is_running=False)
                    case 1:
                        seat.stands(None, is_running=True)
                    case 2:
                        crowd.followers.watch(seat.call, is_watched=chance.random() < 0.5)
                    case 3:
                        seat.hurry()
                    case 4:
                        seat.act()
                    case _:
                        seat.give_stream_back()
                await asyncio.sleep(chance.random())
                assert len(crowd.listening) <= 3
            assert most_in_a_second(crowd.asked) <= 12
            crowd.answer = lambda seat: seat.heard(is_news=False)
            crowd.asked.clear()
            await asyncio.sleep(200)
            assert {call for _, call in crowd.asked} | crowd.listening == set(crowd.seats)

    in_virtual_time(main())


@pytest.mark.parametrize(
    ("quiet_s", "to_front_s", "is_watched", "pause_s"),
    [
        (0, 0, False, 0.5),
        (10, 0, False, 1.0),
        (60, 0, False, 4.0),
        (600, 0, False, 18.0),
        (100_000, 0, False, 60.0),
        (100_000, 0, True, 2.0),
        (0, 40, False, 20.0),
        (0, 1_000, False, 60.0),
        (0, 1_000, True, 2.0),
    ],
)
def test_the_pause_grows_with_what_there_is_to_expect(
    quiet_s: float, to_front_s: float, *, is_watched: bool, pause_s: float
) -> None:
    assert pace.pause_s(0.5, quiet_s, to_front_s=to_front_s, is_watched=is_watched) == pytest.approx(pause_s)


def test_a_wish_for_slow_questions_is_kept() -> None:
    assert pace.pause_s(120, 0) == 120
    assert pace.pause_s(30, 0, is_watched=True) == 30
