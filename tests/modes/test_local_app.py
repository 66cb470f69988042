"""A real `fal.App`, served on this machine by the fal SDK, called as a local app."""

from collections.abc import Generator

import pytest

from fal_studio.core import events as e
from fal_studio.core.events import Charged, FailureKind
from fal_studio.core.request import Hosts, Mode, Profile, ProfileKind
from fal_studio.modes.http import Http
from fal_studio.services import catalog
from fal_studio.services.catalog import Answer
from tests.local_app.process import served
from tests.modes.stage import end_of, of_kind, stage, until_fact


@pytest.fixture(scope="module")
def local_app(tmp_path_factory) -> Generator[Profile]:
    with served(tmp_path_factory.mktemp("fal-home")) as base:
        yield Profile("my app", ProfileKind.LOCAL_APP, Hosts(run=base, schema=f"{base}/openapi.json"))


def call(in_plain_loop, profile: Profile, endpoint: str, mode: Mode, arguments: dict) -> list[e.Fact]:
    async def main() -> list[e.Fact]:
        async with stage(profile, key="never:sentanywhere123") as it:
            call = it.start(endpoint, mode, arguments)
            if mode is Mode.REALTIME:
                await until_fact(it, call, lambda fact: isinstance(fact, e.Partial | e.Failed))
                it.runner.hang_up(call)
            await it.runner.finished(call)
            return it.facts(call)

    return in_plain_loop(main())


def test_run_calls_the_root_and_sub_paths(in_plain_loop, local_app) -> None:
    assert end_of(call(in_plain_loop, local_app, "/", Mode.RUN, {"prompt": "tiger"})).payload == {
        "text": "once upon a time: tiger"
    }
    assert end_of(call(in_plain_loop, local_app, "loud", Mode.RUN, {"prompt": "tiger"})).payload == {
        "text": "TIGER"
    }


def test_stream_reads_its_events(in_plain_loop, local_app) -> None:
    facts = call(in_plain_loop, local_app, "", Mode.STREAM, {"prompt": "tiger", "steps": 4})
    assert [partial.payload["step"] for partial in of_kind(facts, e.Partial)] == [0, 1, 2, 3]
    assert end_of(facts).payload == {"text": "tiger", "step": 3}


def test_realtime_talks_without_a_token(in_plain_loop, local_app) -> None:
    facts = call(in_plain_loop, local_app, "/", Mode.REALTIME, {"prompt": "tiger"})
    assert of_kind(facts, e.Partial)[0].payload == {"text": "you said tiger"}
    assert not of_kind(facts, e.Token)
    assert isinstance(end_of(facts), e.Closed)


def test_no_key_is_sent_to_it(in_plain_loop, local_app) -> None:
    attempts = of_kind(call(in_plain_loop, local_app, "/", Mode.RUN, {"prompt": "x"}), e.Attempt)
    assert all("Authorization" not in attempt.headers for attempt in attempts)


def test_its_own_errors_come_through(in_plain_loop, local_app) -> None:
    end = end_of(call(in_plain_loop, local_app, "/", Mode.RUN, {"steps": 1}))
    assert (end.kind, end.status, end.fields[0].loc) == (FailureKind.INPUT, 422, ("prompt",))
    end = end_of(call(in_plain_loop, local_app, "nowhere", Mode.RUN, {}))
    assert (end.kind, end.status) == (FailureKind.INPUT, 404)


@pytest.mark.parametrize("mode", [Mode.SUBSCRIBE, Mode.SUBMIT])
def test_it_has_no_queue(in_plain_loop, local_app, mode) -> None:
    facts = call(in_plain_loop, local_app, "/", mode, {"prompt": "x"})
    end = end_of(facts)
    assert end.message.startswith("This profile has no queue")
    assert end.charged is Charged.NO
    assert not of_kind(facts, e.Attempt)


def test_its_document_says_what_it_can_do(in_plain_loop, local_app) -> None:
    async def main() -> dict[Mode, Answer]:
        http = Http(local_app)
        try:
            document = await catalog.schema(http, "/")
        finally:
            await http.aclose()
        assert document["paths"]["/realtime"]["x-fal-protocol"]["type"] == "realtime"
        assert catalog.modes_of(document, "loud", ProfileKind.LOCAL_APP)[Mode.STREAM] is Answer.NO
        return catalog.modes_of(document, "/", ProfileKind.LOCAL_APP)

    assert in_plain_loop(main()) == {
        Mode.RUN: Answer.YES,
        Mode.SUBSCRIBE: Answer.NO,
        Mode.SUBMIT: Answer.NO,
        Mode.STREAM: Answer.YES,
        Mode.REALTIME: Answer.YES,
    }
