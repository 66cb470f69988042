"""Send policies: the same stroke always gives the same inputs."""

import heapq

import pytest

from fal_studio.core.realtime.pacing import Pace, Pacer, Policy, look_every_s, words

STROKE = [round(number * 0.016, 3) for number in range(100)]
"""A hundred changes, one each 16 ms: a stroke of 1.6 s."""


def replay(pace: Pace, changes: list[float], answer_s: float) -> tuple[list[float], Pacer]:
    """Draw against a server that takes `answer_s` for each input, one beside the other; return when inputs went out."""
    pacer = Pacer(pace)
    moments: list[tuple[float, int, str]] = [(at, 1, "change") for at in changes]
    heapq.heapify(moments)
    sent: list[float] = []
    in_flight = 0
    while moments:
        now, _, what = heapq.heappop(moments)
        if what == "change":
            pacer.change(now)
        elif what == "answer":
            in_flight -= 1
        if pacer.due(now, in_flight):
            pacer.note_sent(now)
            sent.append(round(now, 3))
            in_flight += 1
            heapq.heappush(moments, (now + answer_s, 0, "answer"))
        elif (wait := pacer.wait_s(now, in_flight)) is not None:
            heapq.heappush(moments, (now + wait, 2, "look"))
    return sent, pacer


@pytest.mark.parametrize(
    ("policy", "sent"),
    [
        (Policy.EVERY, 100),
        (Policy.THROTTLED, 14),  # at 0, then each 128 ms up to 1.536, and the last one at 1.664
        (Policy.LATEST, 33),
        (Policy.WAIT, 17),
        (Policy.SETTLE, 1),
    ],
)
def test_each_policy_sends_a_known_number_of_a_stroke(policy: Policy, sent: int) -> None:
    moments, pacer = replay(Pace(policy), STROKE, 0.1)
    assert len(moments) == sent == pacer.sent
    assert pacer.changes == 100 == pacer.sent + pacer.superseded
    assert not pacer.waits


def test_the_last_change_is_always_sent() -> None:
    for policy in Policy:
        moments, _ = replay(Pace(policy), STROKE, 0.1)
        assert moments[-1] >= STROKE[-1], policy


def test_throttled_as_fals_javascript_client() -> None:
    """Ten sends 30 ms apart: 0, 4, 8 and 9 reach the wire (measured with @fal-ai/client)."""
    moments, _ = replay(Pace(Policy.THROTTLED), [number * 0.03 for number in range(10)], 0.1)
    assert moments == [0.0, 0.128, 0.256, 0.384]


def test_settling_never_takes_longer_than_three_seconds_of_drawing() -> None:
    long_stroke = [number * 0.02 for number in range(300)]  # 6 s
    moments, _ = replay(Pace(Policy.SETTLE), long_stroke, 0.1)
    assert moments == [3.0, 6.02]


def test_latest_wins_keeps_no_more_on_their_way_than_it_may() -> None:
    pacer = Pacer(Pace(Policy.LATEST, depth=2))
    pacer.change(0.0)
    assert not pacer.due(0.0, in_flight=2)
    assert pacer.wait_s(0.0, in_flight=2) is None
    assert pacer.due(0.0, in_flight=1)


def test_a_policy_can_change_while_something_waits() -> None:
    pacer = Pacer(Pace(Policy.SETTLE))
    pacer.change(1.0)
    assert not pacer.due(1.1, 0)
    pacer.follow(Pace(Policy.EVERY))
    assert pacer.due(1.1, 0)
    pacer.drop()
    assert (pacer.superseded, pacer.waits) == (1, False)


def test_every_policy_is_explained() -> None:
    assert len({words(Pace(policy)) for policy in Policy}) == len(Policy)
    assert all(words(Pace(policy)).endswith(".") for policy in Policy)
    assert "128 ms, the first and the last one always; as fal's" in words(Pace(Policy.THROTTLED))
    assert "fal's" not in words(Pace(Policy.THROTTLED, interval_s=0.2))
    assert "at most one is on" in words(Pace(depth=1))


def test_a_moving_source_is_looked_at_so_that_it_can_settle() -> None:
    assert look_every_s(Pace(Policy.THROTTLED, interval_s=0.5)) == 0.5
    assert look_every_s(Pace(Policy.SETTLE, grace_s=2)) > 2
