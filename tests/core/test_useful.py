"""The first useful picture of a stream: a synthetic diffusion whose crossing is known."""

import random

import pytest

from fal_studio.core.artifacts import Words
from fal_studio.core.useful import NEAR, READABLE_CHARS, SIDE, Readable, Useful, difference

SIZE = SIDE * SIDE * 3


def diffusion(count: int) -> list[bytes]:
    """Pictures that come from noise to a picture evenly: number n is n / (count - 1) of the way there."""
    dice = random.Random(7)
    noise = [dice.randrange(256) for _ in range(SIZE)]
    final = [dice.randrange(256) for _ in range(SIZE)]
    ways = [at / max(1, count - 1) for at in range(count)]
    return [bytes(round(f * way + n * (1 - way)) for f, n in zip(final, noise, strict=True)) for way in ways]


def settled(useful: Useful, looks: list[bytes]) -> int:
    """Look at what is wanted until nothing is; return at how many."""
    done = 0
    while (place := useful.wanted(is_ended=True)) is not None:
        useful.looked(place, looks[place])
        done += 1
        assert done <= 200, "it asks for the same again"
    return done


@pytest.mark.parametrize("count", [1, 2, 28, 300])
def test_the_first_picture_close_to_the_last_is_found_without_looking_at_all(count: int) -> None:
    looks = diffusion(count)
    crossing = next(at for at, look in enumerate(looks) if difference(look, looks[-1]) <= NEAR)
    useful = Useful()
    for at in range(count):
        useful.came(at * 1000)
    assert useful.first_ns is None
    assert settled(useful, looks) <= 60
    assert useful.first_ns == crossing * 1000
    assert count < 20 or 0 < crossing < count - 1


def test_while_it_runs_only_the_newest_is_looked_at_and_the_answer_gets_better() -> None:
    looks, useful = diffusion(28), Useful()
    for at in range(28):
        useful.came(at)
        if at % 3 == 0:
            place = useful.wanted(is_ended=False)
            assert place == at
            useful.looked(place, looks[place])
            assert useful.wanted(is_ended=False) is None
            assert useful.first_ns is not None, "the newest is as close to itself as can be"
    early = useful.first_ns
    settled(useful, looks)
    assert useful.first_ns is not None
    assert early is not None
    assert useful.first_ns >= early - 3


def test_pictures_that_cannot_be_read_do_not_stand_in_the_way() -> None:
    looks, useful = diffusion(200), Useful()
    looks = [b"" if at % 7 == 3 or at == 199 else look for at, look in enumerate(looks)]
    for at in range(200):
        useful.came(at)
    settled(useful, looks)
    assert useful.first_ns is not None
    assert looks[useful.first_ns]
    blind = Useful()
    blind.came(5)
    blind.looked(0, b"")
    assert blind.wanted(is_ended=True) is None
    assert blind.first_ns is None


def test_a_text_can_be_judged_from_its_first_sentence_or_line_on_unless_it_is_written_anew() -> None:
    text = "1. A lamp is lit. Then a very long story begins, of which nobody can see the end from here."
    deltas = Readable()
    for at, letter in enumerate(text):
        deltas.take(Words(letter, is_delta=True), at)
    assert deltas.first_ns == text.index(" Then")
    so_far = Readable()
    for at in range(1, len(text) + 1):
        so_far.take(Words(text[:at]), at)
    assert so_far.first_ns == text.index(" Then") + 1
    so_far.take(Words("Something else"), 500)
    assert so_far.first_ns is None, "what was read was not the result"
    so_far.end()
    assert so_far.first_ns == 500
    endless, short, empty = Readable(), Readable(), Readable()
    endless.take(Words("x" * READABLE_CHARS), 7)
    short.take(Words("yes"), 3)
    assert (endless.first_ns, short.first_ns) == (7, None)
    for one in (short, empty):
        one.end()
    assert (short.first_ns, empty.first_ns) == (3, None)
