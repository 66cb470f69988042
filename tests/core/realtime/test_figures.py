"""Numbers of a session: exact counts, and quantiles that fit what the server did."""

import random

from fal_studio.core import events as e
from fal_studio.core.events import Event, SessionState
from fal_studio.core.realtime.figures import Figures, Match, bins

MS = 1_000_000


class Script:
    """Writes events with moments in milliseconds."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._seq = 0
        self._answers = 0

    def say(self, at_ms: float, fact: e.Fact) -> None:
        self.figures.take(Event("call", self._seq, round(at_ms * MS), fact))
        self._seq += 1

    def send(self, at_ms: float, index: int) -> None:
        self.say(at_ms, e.Sent(index, 1000))

    def answer(self, at_ms: float, index: int | None, request_id: str = "") -> None:
        payload: dict[str, object] = {"request_id": request_id} if request_id else {}
        self.say(at_ms, e.Partial(self._answers, payload, 2000, reply_to=index))
        self._answers += 1


def test_quantiles_of_a_known_distribution() -> None:
    figures = Figures()
    script = Script(figures)
    dice = random.Random(7)
    values = [100 + dice.expovariate(1 / 40) for _ in range(1500)]
    moments = [(number * 30.0, "send", number) for number in range(len(values))]
    moments += [(number * 30.0 + value, "answer", number) for number, value in enumerate(values)]
    for at_ms, what, number in sorted(moments):
        script.send(at_ms, number) if what == "send" else script.answer(at_ms, number, "id")
    found = figures.quantiles()
    assert found is not None
    values.sort()
    for part, shown in ((0.5, found.p50), (0.95, found.p95), (0.99, found.p99)):
        assert abs(shown - values[round(part * (len(values) - 1))]) < 2
    assert figures.match is Match.ID
    assert (figures.sent, figures.answered, figures.lost, figures.in_flight) == (1500, 1500, 0, 0)


def test_what_the_server_dropped_is_lost_after_its_deadline() -> None:
    figures = Figures(deadline_s=5)
    script = Script(figures)
    for index in range(4):
        script.send(index * 10, index)
    script.answer(100, 0, "a")
    script.answer(200, 3, "d")
    assert (figures.in_flight, figures.ahead, figures.lost) == (2, 0, 0)
    figures.tick(5015 * MS)
    assert (figures.lost, figures.in_flight) == (1, 1)
    figures.tick(5025 * MS)
    assert (figures.sent, figures.answered, figures.lost, figures.in_flight) == (4, 2, 2, 0)
    assert len(figures.losses_ns()) == 2


def test_answers_given_twice_and_in_another_order() -> None:
    figures = Figures()
    script = Script(figures)
    for index in range(3):
        script.send(index, index)
    script.answer(50, 2, "c")
    script.answer(60, 1, "b")
    script.answer(70, None, "c")  # the reader knows this id no more
    script.answer(80, 0, "a")
    assert (figures.answered, figures.late, figures.strays, figures.in_flight) == (3, 2, 1, 0)


def test_without_an_id_the_order_is_an_estimate_and_called_one() -> None:
    figures = Figures()
    script = Script(figures)
    script.send(0, 0)
    script.send(10, 1)
    script.answer(100, None)
    assert figures.match is Match.ORDER
    assert figures.trips()[0].ms == 100
    script.answer(120, None)
    script.answer(130, None)  # nothing is open
    assert (figures.answered, figures.strays) == (2, 1)


def test_what_was_on_its_way_when_the_socket_went_is_lost() -> None:
    figures = Figures()
    script = Script(figures)
    script.send(0, 0)
    script.send(1, 1)
    script.answer(50, 0, "a")
    script.say(60, e.Session(SessionState.RECONNECTING, "the server restarts", 1, 5))
    assert (figures.lost, figures.in_flight) == (1, 0)
    script.say(70, e.Session(SessionState.LIVE, "connected", 1, 5))
    script.send(80, 2)
    script.answer(90, 2, "b")
    assert (figures.sent, figures.answered, figures.lost) == (3, 2, 1)


def test_rates_sizes_and_what_the_server_says() -> None:
    figures = Figures()
    script = Script(figures)
    for number in range(20):
        script.send(number * 100, number)
        script.answer(number * 100 + 50, number, "x")
    script.say(2000, e.Metric("ping", 0.038, "s"))
    script.say(2001, e.Metric("timing", 0.04, "s"))
    now_ns = 2000 * MS
    assert figures.answers_a_second(now_ns) == 10
    assert figures.sent_a_minute(now_ns, 0) == 600
    assert (figures.out_frame_bytes, figures.in_frame_bytes) == (1000, 2000)
    assert figures.ping_ms == 38
    assert figures.server_ms == 40
    figures.tick(63_000 * MS)
    assert figures.quantiles() is None


def test_one_slow_answer_does_not_press_the_others_into_one_bar() -> None:
    low, width, counts = bins([100.0 + number % 50 for number in range(999)] + [9000.0], 25)
    assert low == 100
    assert width < 5
    assert sum(counts) == 1000
    assert sum(count > 0 for count in counts) == 25
    assert bins([], 10) == (0.0, 0.0, ())
