"""What options mean: which mode uses which, which headers they become, and what is refused before anything is sent."""

import re

import msgspec
import pytest

from fal_studio import words
from fal_studio.core import options as rules
from fal_studio.core import privacy
from fal_studio.core.request import Mode, Options, Priority

EVERYTHING = Options(
    start_timeout_s=30,
    client_timeout_s=60,
    hint="same",
    priority=Priority.LOW,
    webhook_url="https://example.com/hook",
    no_retry=True,
    store_io=False,
    object_lifetime_s=3600,
    headers={"x-mine": "yes"},
    path="/other",
    poll_every_s=1,
    max_buffering=2,
    reconnect_limit=1,
    query={"a": "b"},
)


def test_every_option_says_who_uses_it() -> None:
    for field in msgspec.structs.fields(Options):
        assert any(rules.used_by(field.name, mode) for mode in Mode), field.name
        for mode in Mode:
            assert rules.used_by(field.name, mode) is not bool(rules.why_unused(field.name, mode)), field.name


@pytest.mark.parametrize("mode", Mode)
def test_what_a_mode_does_not_use_is_left_out(mode: Mode) -> None:
    kept = rules.effective(EVERYTHING, mode)
    assert rules.set_in(kept, mode) == rules.set_in(EVERYTHING, mode)
    assert kept.headers == {"x-mine": "yes"}
    assert (kept.priority is Priority.LOW) is (mode in (Mode.SUBSCRIBE, Mode.SUBMIT))
    assert (kept.max_buffering == 2) is (mode is Mode.REALTIME)
    assert (kept.path == "/other") is (mode in (Mode.STREAM, Mode.REALTIME))
    assert rules.effective(kept, mode) == kept


def test_nothing_set_is_nothing_sent() -> None:
    for mode in Mode:
        assert rules.headers_of(Options(), is_queue=True) == {}
        assert rules.query_of(Options(), mode) == {}
        assert rules.set_in(Options(), mode) == ()
        assert rules.in_short(Options(), mode) == []
        assert rules.problems(Options(), mode) == {}


def test_headers_and_query_are_those_of_fals_documentation() -> None:
    assert rules.headers_of(EVERYTHING, is_queue=True) == {
        "X-Fal-Request-Timeout": "30.0",
        "X-Fal-Runner-Hint": "same",
        "X-Fal-Queue-Priority": "low",
        "X-Fal-No-Retry": "1",
        "X-Fal-Store-IO": "0",
        "X-Fal-Object-Lifecycle-Preference": '{"expiration_duration_seconds":3600}',
        "x-mine": "yes",
    }
    assert "X-Fal-Queue-Priority" not in rules.headers_of(EVERYTHING)
    assert rules.query_of(EVERYTHING, Mode.SUBMIT) == {"a": "b", "fal_webhook": "https://example.com/hook"}
    assert rules.query_of(EVERYTHING, Mode.REALTIME) == {"a": "b", "max_buffering": "2"}
    assert rules.query_of(EVERYTHING, Mode.RUN) == {"a": "b"}


@pytest.mark.parametrize(
    ("options", "mode", "field"),
    [
        (Options(start_timeout_s=1), Mode.RUN, "start_timeout_s"),
        (Options(client_timeout_s=0), Mode.RUN, "client_timeout_s"),
        (Options(hint="größe"), Mode.RUN, "hint"),
        (Options(hint="a\nb"), Mode.RUN, "hint"),
        (Options(webhook_url="example.com/hook"), Mode.SUBMIT, "webhook_url"),
        (Options(webhook_url="ftp://example.com"), Mode.SUBMIT, "webhook_url"),
        (Options(webhook_url="https://a b"), Mode.SUBMIT, "webhook_url"),
        (Options(webhook_url="https://[::1"), Mode.SUBMIT, "webhook_url"),
        (Options(object_lifetime_s=0), Mode.RUN, "object_lifetime_s"),
        (Options(path="a b"), Mode.STREAM, "path"),
        (Options(path="../up"), Mode.STREAM, "path"),
        (Options(poll_every_s=0), Mode.SUBSCRIBE, "poll_every_s"),
        (Options(max_buffering=61), Mode.REALTIME, "max_buffering"),
        (Options(reconnect_limit=-1), Mode.REALTIME, "reconnect_limit"),
        (Options(headers={"Authorization": "Key a:b"}), Mode.RUN, "headers"),
        (Options(headers={"a": "1", "A": "2"}), Mode.RUN, "headers"),
        (Options(query={"fal_jwt_token": "x"}), Mode.REALTIME, "query"),
        (Options(query={"": "x"}), Mode.RUN, "query"),
    ],
)
def test_what_cannot_be_sent_is_named(options: Options, mode: Mode, field: str) -> None:
    assert list(rules.problems(options, mode)) == [field]


@pytest.mark.parametrize("name", ["start_timeout_s", "client_timeout_s"])
def test_a_time_that_is_too_long_is_told_how_long_it_may_be(name: str) -> None:
    found = rules.problems(Options(**{name: rules.LONGEST_S}), Mode.SUBSCRIBE)
    assert "less than 30 days" in found[name]


def test_what_a_mode_does_not_use_is_no_problem_in_it() -> None:
    assert rules.problems(Options(webhook_url="nonsense"), Mode.RUN) == {}


@pytest.mark.parametrize(
    "name", ["Authorization", "Host", "Connection", "TE", "Sec-WebSocket-Key", "X-Fal-Store-IO", "a b", ""]
)
def test_headers_that_are_not_for_people_to_write_are_refused(name: str) -> None:
    assert rules.header_problem(name, "x")


def test_a_header_value_cannot_smuggle_another_header() -> None:
    assert rules.header_problem("x-mine", "a\r\nAuthorization: Key a:b")
    assert rules.header_problem("x-mine", "plain text, 100 %") == ""


def test_options_are_told_in_short() -> None:
    assert rules.in_short(Options(priority=Priority.LOW, client_timeout_s=30), Mode.SUBSCRIBE) == [
        "low priority",
        "give up after 30 s",
    ]
    assert rules.in_short(EVERYTHING, Mode.REALTIME) == ["give up after 1 min", "5 more options"]
    assert rules.in_short(Options(object_lifetime_s=604_800), Mode.RUN) == ["files kept 7 days"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (30, "30 s"),
        (90, "90 s"),
        (60, "1 min"),
        (5400, "90 min"),
        (3600, "1 h"),
        (86_400, "1 day"),
        (0.5, "0.5 s"),
    ],
)
def test_times_are_told_as_people_say_them(value: float, words: str) -> None:
    assert rules.seconds(value) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("30", 30),
        (" 30 s ", 30),
        ("1.5 min", 90),
        ("1,5min", 90),
        ("1 h 30 min", 5400),
        ("7 days", 604_800),
        ("0.5", 0.5),
    ],
)
def test_times_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert rules.parse_seconds(text) == value


@pytest.mark.parametrize("text", ["soon", "-3", "3 parsecs", "1 h later", "."])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        rules.parse_seconds(text)


@pytest.mark.parametrize(
    "value", [0.5, 1, 30, 59.25, 60, 90, 600, 3600, 5400, 86_400, 100_000, 604_800, 31_536_000]
)
def test_a_time_that_was_told_is_read_back(value: float) -> None:
    assert rules.parse_seconds(rules.seconds(value)) == value
    assert rules.seconds(value) == rules.seconds_in_code(value)


class Slovene:
    """Days in a language with more plural forms and letters of its own."""

    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        return {1: "{count} dan", 2: "{count} dnéva"}.get(n, "{count} dní") if "day" in msgid1 else msgid2


@pytest.mark.parametrize(("days", "told"), [(1, "1 dan"), (2, "2 dnéva"), (7, "7 dní")])
def test_days_are_told_and_read_in_the_language_of_the_run(
    monkeypatch: pytest.MonkeyPatch, days: int, told: str
) -> None:
    monkeypatch.setattr(words, "_words", Slovene())
    assert rules.seconds(days * 86_400) == told
    assert rules.parse_seconds(told) == days * 86_400
    assert rules.parse_seconds(f"{days} days") == days * 86_400
    assert rules.seconds_in_code(86_400) == "1 day"


def test_our_own_webhook_is_a_word_in_options_and_an_address_in_code() -> None:
    from fal_studio.core.request import HERE, Profile, Request
    from fal_studio.core.snippets.snippet import Language
    from fal_studio.core.snippets.write import SOMEWHERE, snippet

    options = Options(webhook_url=HERE)
    assert rules.problems(options, Mode.SUBMIT) == {}
    assert rules.in_short(options, Mode.SUBMIT) == ["webhook to fal Studio"]
    for language in Language:
        code = snippet(Request("a/b", Mode.SUBMIT, {}, "fal", options), Profile("fal"), language).text
        assert SOMEWHERE in code or "your-webhook" in code


def test_a_private_run_is_what_asks_for_nothing_to_be_kept() -> None:
    private = Options(store_io=False, object_lifetime_s=60)
    assert privacy.is_private(private)
    assert rules.in_short(private, Mode.RUN) == ["private run"]
    assert privacy.upload_lifetime_s(private) == 3600, "a file outlives the queue"
    for usual in (
        Options(store_io=False),
        Options(object_lifetime_s=60),
        Options(store_io=False, object_lifetime_s=61),
    ):
        assert not privacy.is_private(usual)
        assert privacy.upload_lifetime_s(usual) == usual.object_lifetime_s
    assert not privacy.is_private(rules.effective(private, Mode.REALTIME)), "a session sends no such headers"
