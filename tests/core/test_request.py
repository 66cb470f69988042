"""Two requests that ask for the same have the same fingerprint, others not."""

from typing import Any

import pytest

from fal_studio.core.asked import prompt_of, seed_of, text_of
from fal_studio.core.request import Mode, Options, Request, fingerprint

BASE = Request("fal-ai/flux/dev", Mode.RUN, {"prompt": "x", "size": {"w": 1, "h": 2}, "steps": 7}, "fal")


@pytest.mark.parametrize(
    "same",
    [
        Request("fal-ai/flux/dev", Mode.RUN, {"steps": 7, "size": {"h": 2, "w": 1}, "prompt": "x"}, "fal"),
        Request(
            "fal-ai/flux/dev", Mode.RUN, {"prompt": "x", "size": {"w": 1.0, "h": 2}, "steps": 7.0}, "fal"
        ),
        Request("/fal-ai/flux/dev/", Mode.RUN, BASE.arguments, "fal", Options(no_retry=True)),
    ],
)
def test_the_same_work_has_the_same_fingerprint(same: Request) -> None:
    assert fingerprint(same) == fingerprint(BASE)


@pytest.mark.parametrize(
    "other",
    [
        Request("fal-ai/flux/pro", Mode.RUN, BASE.arguments, "fal"),
        Request("fal-ai/flux/dev", Mode.SUBMIT, BASE.arguments, "fal"),
        Request("fal-ai/flux/dev", Mode.RUN, BASE.arguments, "team"),
        Request("fal-ai/flux/dev", Mode.RUN, {**BASE.arguments, "steps": "7"}, "fal"),
        Request("fal-ai/flux/dev", Mode.RUN, {**BASE.arguments, "steps": 7.5}, "fal"),
        Request("fal-ai/flux/dev", Mode.RUN, {**BASE.arguments, "seed": 2**53 + 1}, "fal"),
        Request("fal-ai/flux/dev", Mode.RUN, {**BASE.arguments, "seed": None}, "fal"),
        Request("fal-ai/flux/dev", Mode.RUN, ["x"], "fal"),
    ],
)
def test_other_work_has_another(other: Request) -> None:
    assert fingerprint(other) != fingerprint(BASE)


def test_neighbouring_large_seeds_are_told_apart() -> None:
    assert len({fingerprint(Request("a/b", Mode.RUN, {"seed": 2**70 + n})) for n in range(5)}) == 5


@pytest.mark.parametrize(
    ("arguments", "prompt"),
    [
        ({"prompt": "  a\n tiger "}, "a tiger"),
        ({"image_url": "http://x/y.png", "prompt": "p"}, "p"),
        ({"text": "say it"}, "say it"),
        ({"input": "https://x/y.wav", "edit_prompt": "louder"}, "louder"),
        (
            {
                "messages": [
                    {"role": "user", "content": "one"},
                    {"role": "assistant", "content": "two"},
                    {"role": "user", "content": [{"type": "image_url"}, {"type": "text", "text": "three"}]},
                ]
            },
            "three",
        ),
        ("plain", "plain"),
        ({"prompt": "x" * 5000}, "x" * 200),
        ({"prompt": 5, "steps": 3}, ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_the_prompt_is_what_was_asked_in_words(arguments: Any, prompt: str) -> None:
    assert prompt_of(arguments) == prompt


@pytest.mark.parametrize(
    ("payload", "seed"),
    [
        ({"seed": 10**40}, "1" + "0" * 40),
        ({"seed": -1}, "-1"),
        ({"seed": 42.0}, "42"),
        ({"seed": "77"}, "77"),
        ({"seed": True}, ""),
        ({"seed": 0.5}, ""),
        ({"seed": "x"}, ""),
        ({"seed": None}, ""),
        ([], ""),
    ],
)
def test_a_seed_is_decimal_digits(payload: Any, seed: str) -> None:
    assert seed_of(payload) == seed


def test_the_text_of_a_request_has_its_words_and_numbers_without_bytes() -> None:
    arguments = {
        "prompt": "a tiger",
        "deep": [{"style": "oil"}, 7, True, None],
        "image": "data:image/png;base64,AAAA",
        "mask": {"$blob": {"sha256": "0" * 64, "size_bytes": 3, "content_type": "image/png"}},
    }
    assert text_of(arguments).split("\n") == ["a tiger", "oil", "7", "image/png 3 B"]
    assert len(text_of({"prompt": ["word " * 50_000] * 9})) <= 100_000
