"""Undo of a request: each gesture is one step with a name, and everything comes back to the letter."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fal_studio.core.request import Mode
from fal_studio.ui.request import undo as module
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.request.undo import RequestUndo, name_of
from fal_studio.ui.widgets.splice import Splice, splice_of

START = Draft("", "emulator/image", Mode.RUN, '{"prompt": "a"}')
TEXT = st.text("ab{é🙂", max_size=12)


@given(TEXT, TEXT)
def test_a_splice_makes_one_text_of_the_other_and_back(before: str, after: str) -> None:
    splice = splice_of(before, after)
    assert splice.applied(before) == after
    assert splice.taken_back(after) == before


def test_a_letter_in_five_megabytes_is_a_splice_of_a_letter() -> None:
    before = "x" * 2_500_000 + "y" * 2_500_000
    after = before[:3_000_000] + "z" + before[3_000_000:]
    assert splice_of(before, after) == Splice(3_000_000, "", "z")


class Held:
    """A request, and its undo."""

    def __init__(self, draft: Draft = START) -> None:
        self.draft = draft
        self.undo = RequestUndo(lambda: self.draft, self._put)

    def _put(self, draft: Draft) -> None:
        self.draft = draft
        self.undo.note()  # as a workspace does; it must not become a step

    def change(self, **changes: object) -> None:
        self.draft = msgspec.structs.replace(self.draft, **changes)
        self.undo.record()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    return clock


def test_every_change_can_be_undone_and_redone(qapp, now) -> None:
    it = Held()
    states = [it.draft]
    for changes in (
        {"text": '{"prompt": "b"}'},
        {"endpoint": "emulator/chat", "text": "{}"},
        {"mode": Mode.STREAM},
        {"text": '{"prompt": "b", "seed": 3}'},
    ):
        now[0] += 10
        it.change(**changes)
        states.append(it.draft)
    stack = it.undo.stack
    assert [stack.text(place) for place in range(stack.count())] == [
        "prompt",
        "choosing emulator/chat",
        "mode stream",
        "a change of 2 fields",
    ]
    for state in reversed(states[:-1]):
        stack.undo()
        assert it.draft == state
    for state in states[1:]:
        stack.redo()
        assert it.draft == state


def test_typing_is_one_step_until_a_pause(qapp, now) -> None:
    it = Held()
    for text in ("ab", "abc", "abcd"):
        now[0] += 0.3
        it.change(text=f'{{"prompt": "{text}"}}')
    assert it.undo.stack.count() == 1
    now[0] += 5
    it.change(text='{"prompt": "abcde"}')
    assert it.undo.stack.count() == 2
    it.undo.stack.undo()
    assert it.draft.text == '{"prompt": "abcd"}'
    it.undo.stack.undo()
    assert it.draft == START


def test_another_field_is_another_step_however_soon(qapp, now) -> None:
    it = Held(Draft("", "x/y", Mode.RUN, '{"a": 1, "b": 1}'))
    it.change(text='{"a": 2, "b": 1}')
    it.change(text='{"a": 2, "b": 2}')
    it.change(text='{"a": 3, "b": 2}')
    assert it.undo.stack.count() == 3


@settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(texts=st.lists(TEXT, min_size=1, max_size=8), pauses=st.lists(st.booleans(), min_size=8, max_size=8))
def test_whatever_is_merged_the_first_and_the_last_text_come_back(qapp, texts, pauses) -> None:
    clock = [0.0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.time, "monotonic", lambda: clock[0])
        it = Held(Draft("", "x/y", Mode.RUN, ""))
        for text, is_pause in zip(texts, pauses, strict=False):
            clock[0] += 5 if is_pause else 0.1
            it.change(text=text)
        last = it.draft
        while it.undo.stack.canUndo():
            it.undo.stack.undo()
        assert it.draft.text == ""
        while it.undo.stack.canRedo():
            it.undo.stack.redo()
        assert it.draft == last


def test_what_is_filled_in_before_the_first_change_is_no_step(qapp, now) -> None:
    it = Held()
    it.draft = msgspec.structs.replace(it.draft, text='{"prompt": "filled in"}')
    it.undo.begin()
    assert it.undo.stack.count() == 0
    it.change(mode=Mode.STREAM)
    it.undo.stack.undo()
    assert it.draft.text == '{"prompt": "filled in"}'


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ('{"a": 1}', "{}", "unsetting a"),
        ('{"a": 1}', '{"a": 1, "b": 2}', "b"),
        ('{"a": 1}', '{"a": 1', "editing JSON"),
        ('{"a": 1}', '{ "a": 1 }', "editing JSON"),
    ],
)
def test_a_step_is_named_after_what_was_changed(before: str, after: str, name: str) -> None:
    assert name_of(Draft(text=before), Draft(text=after)) == name
