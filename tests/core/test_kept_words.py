"""Facts keep and compare the same words in every language; people read them in theirs."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from fal_studio import words
from fal_studio.core import events as e
from fal_studio.core import purpose, search
from fal_studio.core.budget import Budget, Taken, refusal
from fal_studio.core.call import fold
from fal_studio.core.events import Charged, Event
from fal_studio.core.history import CallRow, row_of
from fal_studio.core.kept_words import (
    BEFORE_RAN,
    CLOSED_HERE,
    CLOSED_THERE,
    EXPIRED,
    PROGRAM_END,
    SERVER,
    USER,
    broke_protocol,
    message_in_words,
    reason_in_words,
    stopped_by,
    trouble_in_words,
    who_in_words,
    with_inputs_waiting,
)
from fal_studio.core.realtime.frames import Place, place_of
from fal_studio.core.request import Mode
from fal_studio.core.schema.wording import sentence
from fal_studio.core.stranded import end_of
from fal_studio.core.transcript import Way
from fal_studio.modes import resend, submit
from fal_studio.ui.stream import rows
from fal_studio.wire.realtime import close_words
from fal_studio.wire.webhook import NAMES, verify
from fal_studio.words import CLOSE, OPEN, Pseudo, tr
from tests.pseudo import outside

TROUBLE = f"{e.UNREADABLE}: no JSON."


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_words", Pseudo())


def test_people_read_in_english_what_facts_keep() -> None:
    for reason in (CLOSED_HERE, stopped_by(USER), "stopped by the moon", "broken pipe", ""):
        assert reason_in_words(reason) == reason
    for message in (TROUBLE, "The status could not be read."):
        assert trouble_in_words(message) == message


@pytest.mark.usefixtures("pseudo")
def test_sessions_and_troubles_are_told_in_another_language_and_kept_in_english() -> None:
    assert stopped_by(USER) == "stopped by user"
    assert reason_in_words(stopped_by(USER)) == tr("stopped by {by}").format(by=tr("user"))
    assert reason_in_words(CLOSED_HERE) == tr("closed here")
    assert reason_in_words("stopped by the moon") == "stopped by the moon"
    assert TROUBLE == "A frame cannot be read: no JSON."
    assert trouble_in_words(TROUBLE) == f"{tr('A frame cannot be read')}: no JSON."
    assert place_of([Event("c", 0, 0, e.Trouble(TROUBLE))], 0) == Place(Way.IN, 0)


@pytest.mark.usefixtures("pseudo")
def test_why_a_request_is_sent_again_is_kept_in_english_and_told_in_another_language() -> None:
    reason = resend.name_of(httpx.ReadError(""))
    assert reason == "a broken connection"
    why = purpose.again("status", reason)
    assert why == "status again after a broken connection"
    assert tr(reason) in purpose.in_words(why)


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(
    "reason",
    [
        CLOSED_THERE,
        with_inputs_waiting(CLOSED_THERE),
        with_inputs_waiting(close_words(1012)),
        broke_protocol("a frame that is none"),
        close_words(1001),
        close_words(4999),
    ],
)
def test_why_a_session_is_in_its_state_is_kept_in_english_and_told_in_another_language(reason: str) -> None:
    assert not set(reason) & {OPEN, CLOSE}
    assert not outside(reason_in_words(reason))


@pytest.mark.usefixtures("pseudo")
def test_what_a_server_says_of_the_end_of_a_session_stays_as_it_is() -> None:
    told = reason_in_words(close_words(1008, "no (more) cats, see you (soon)"))
    assert told == f"{tr('the server refused a message: its policy')} (1008: no (more) cats, see you (soon))"
    assert reason_in_words("no cats (today)") == "no cats (today)"


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("is_completed", [True, False])
def test_what_has_expired_is_kept_in_english_and_told_in_another_language(is_completed: bool) -> None:
    status: Any = SimpleNamespace(is_completed=is_completed)
    kept = submit._expired(status)
    assert kept.startswith(f"{EXPIRED}: ")
    assert OPEN not in kept
    assert not outside(message_in_words(kept))


@pytest.mark.parametrize("charged", list(Charged))
def test_how_far_a_cancelled_call_had_come_is_kept_in_english(
    monkeypatch: pytest.MonkeyPatch, charged: Charged
) -> None:
    events = [
        Event("c", 0, 0, e.Started(1.0, "a/b", Mode.SUBMIT, "")),
        Event("c", 1, 1, e.Cancelled(SERVER, charged, BEFORE_RAN)),
    ]
    english = row_of(fold(events, "c")).message
    assert message_in_words(english) == english
    monkeypatch.setattr(words, "_words", Pseudo())
    row: CallRow = row_of(fold(events, "c"))
    assert row.message == english
    assert not outside(message_in_words(row.message))


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("mode", list(Mode))
def test_what_the_end_of_the_program_cut_off_is_kept_in_english(mode: Mode) -> None:
    sent = [Event("c", 0, 0, e.Attempt(1, mode.value, "POST", "u"))]
    for events in ([], [*sent]):
        match end := end_of(events, mode, 1.0):
            case e.Cancelled():
                assert (end.by, who_in_words(end.by)) == (PROGRAM_END, tr("the end of fal Studio"))
                assert not outside(message_in_words(end.note))
            case e.Unknown():
                assert OPEN not in end.why
                assert not outside(message_in_words(end.why))
            case None:
                pytest.fail("it is over")


@pytest.mark.usefixtures("pseudo")
def test_an_event_tells_who_stopped_a_call_and_how_far_it_had_come() -> None:
    row = rows.row_of(e.Cancelled(SERVER, Charged.UNKNOWN, BEFORE_RAN))
    assert row.preview == tr("by {by}, {note}").format(by=tr(SERVER), note=tr(BEFORE_RAN))


@pytest.mark.usefixtures("pseudo")
def test_a_limit_of_the_day_is_told_from_one_of_the_session_in_every_language() -> None:
    for budget, span, hint in (
        (Budget(stop_day_usd=1), "today", "Raise the limit in the profile, or wait until tomorrow."),
        (
            Budget(stop_session_usd=1),
            "in this session",
            "Raise the limit in the profile, or start fal Studio anew for another session.",
        ),
    ):
        refused = refusal("work", budget, Taken(1, 1), 0.5)
        assert refused is not None
        assert tr(span) in refused.message
        assert refused.next_step == tr(hint)


@pytest.mark.usefixtures("pseudo")
def test_what_can_be_written_into_a_search_is_the_same_in_every_language() -> None:
    (problem,) = search.parse("is:nice", 0.0).problems
    assert "is:open, is:ended, is:trash" in str(problem)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_headers_that_are_missing_are_all_named(number: int) -> None:
    verdict = verify(dict.fromkeys(NAMES[number:], "x"), b"", (), 0.0)
    *others, last = NAMES[:number]
    listed = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    assert verdict.reason == f"It is not signed: {listed} missing."


def test_an_empty_text_is_told_how_long_it_must_be() -> None:
    assert sentence("minLength", 1, "") == "Must not be empty."
    assert sentence("minLength", 3, "") == "Needs at least 3 characters."
    assert sentence("minItems", 2, []) == "Needs at least 2 items."
