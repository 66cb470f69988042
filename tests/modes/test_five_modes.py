"""The same endpoint in all five modes: the facts, their order, and what is never in them."""

import pytest

from fal_studio.core import artifacts
from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.request import Mode, Priority
from tests.modes.raw import answer, raw_server, saying
from tests.modes.stage import CANARY, end_of, of_kind, profile_at, profile_of, stage, until_fact

BENCH = "emulator/bench"


def test_run_is_one_attempt_and_its_output(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.RUN, {"text": "hello"})
        kinds = [type(fact).__name__ for fact in facts]
        assert kinds == [
            "Started",
            "Attempt",
            "Connection",
            "Sent",
            "Response",
            "BodyRead",
            "Metric",
            "Output",
        ]
        assert end_of(facts).payload["echo"] == {"text": "hello"}
        (connection,) = of_kind(facts, e.Connection)
        assert not connection.reused
        assert connection.connect_s > 0
        assert connection.dns_s is None  # an address needs no lookup
        assert it.intended == list(it.log.calls())

    in_plain_loop(main())


def test_a_second_call_uses_the_connection_again(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            await it.call(BENCH, Mode.RUN, {})
            (connection,) = of_kind(await it.call(BENCH, Mode.RUN, {}), e.Connection)
        assert connection.reused
        assert connection.connect_s is None
        assert connection.remote.startswith("127.0.0.1:")

    in_plain_loop(main())


def test_a_name_is_looked_up_and_that_is_timed(in_plain_loop, emulator) -> None:
    profile = profile_of(emulator)
    import msgspec

    hosts = msgspec.structs.replace(profile.hosts, run=profile.hosts.run.replace("127.0.0.1", "localhost"))

    async def main() -> None:
        async with stage(msgspec.structs.replace(profile, hosts=hosts)) as it:
            (connection,) = of_kind(await it.call(BENCH, Mode.RUN, {}), e.Connection)
        assert connection.dns_s is not None
        assert connection.dns_s > 0

    in_plain_loop(main())


@pytest.mark.parametrize("updates", ["stream", "poll"])
def test_subscribe_follows_the_queue_to_the_result(in_plain_loop, emulator, updates) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(
                BENCH,
                Mode.SUBSCRIBE,
                {"seconds": 20, "logs": 5, "text": "x"},
                status_updates=updates,
                poll_every_s=0.1,
            )
            state = fold(it.log.of(it.log.calls()[0]))
        assert end_of(facts).payload["echo"]["text"] == "x"
        assert [log.message for log in of_kind(facts, e.Log)] == [f"line {n} of 5" for n in range(1, 6)]
        stages = [progress.stage.value for progress in of_kind(facts, e.Progress)]
        assert stages[-2:] == ["running", "fetching"]
        whys = {attempt.why for attempt in of_kind(facts, e.Attempt)}
        assert whys == {"submit", "result", "status-stream" if updates == "stream" else "status"}
        assert state.phase is Phase.DONE
        assert state.attempts == 1
        assert state.metrics["inference_time"] > 0

    in_plain_loop(main())


def test_submit_leaves_and_a_follower_takes_the_call_up_again(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {"text": "later"}, priority=Priority.LOW)
            await it.runner.finished(call)
            facts = it.facts(call)
            assert isinstance(facts[-1], e.Detached)
            assert not of_kind(facts, e.Output)
            (ticket,) = of_kind(facts, e.Enqueued)
            it.runner.resume(call, it.request_of(call))
            await it.runner.finished(call)
            assert end_of(it.facts(call)).payload["echo"] == {"text": "later"}
        async with stage(
            profile_of(emulator)
        ) as other:  # another run of the program, knowing only the ticket
            call = other.runner.follow(other.request(BENCH, Mode.SUBMIT), ticket)
            await other.runner.finished(call)
            assert end_of(other.facts(call)).payload["echo"] == {"text": "later"}

    in_plain_loop(main())


def test_stream_gives_every_event_and_the_last_as_output(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.STREAM, {"count": 200})
        partials = of_kind(facts, e.Partial)
        assert [partial.index for partial in partials] == list(range(200))
        assert end_of(facts).payload == partials[-1].payload
        (closed,) = of_kind(facts, e.StreamClosed)
        assert facts.index(closed) == facts.index(partials[-1]) + 1
        assert (closed.by, closed.partials, closed.is_usable) == (e.Closer.SERVER, 200, True)
        assert closed.size_bytes > sum(partial.size_bytes for partial in partials)

    in_plain_loop(main())


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Emulator-Split": "1"},
        {"X-Emulator-Split": "3", "X-Emulator-Newline": "crlf", "X-Emulator-Bom": "true"},
        {"X-Emulator-Newline": "cr", "X-Emulator-Comments": "true", "X-Emulator-Event-Name": "event"},
    ],
)
def test_a_stream_may_be_cut_and_written_in_any_way(in_plain_loop, emulator, headers) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call("emulator/chat", Mode.STREAM, {"prompt": "grüße 🐅 tiger"}, headers=headers)
            plain = await it.call("emulator/chat", Mode.STREAM, {"prompt": "grüße 🐅 tiger"})
        assert end_of(facts).payload["output"] == end_of(plain).payload["output"]
        assert len(of_kind(facts, e.Partial)) == len(of_kind(plain, e.Partial))
        if "X-Emulator-Comments" in headers:
            assert of_kind(facts, e.Control)
            assert {partial.event for partial in of_kind(facts, e.Partial)} == {"event"}

    in_plain_loop(main())


def test_an_openai_style_stream_becomes_one_answer(in_plain_loop, emulator) -> None:
    arguments = {"messages": [{"role": "user", "content": "say tiger"}], "stream": True, "model": "m"}

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call("emulator/chat/openai/v1/chat/completions", Mode.STREAM, arguments, path="")
        content = end_of(facts).payload["choices"][0]["message"]["content"]
        deltas = [partial.payload["choices"] for partial in of_kind(facts, e.Partial)]
        assert content == "".join(item[0]["delta"].get("content") or "" for item in deltas if item)
        assert [control.name for control in of_kind(facts, e.Control)] == ["[DONE]"]

    in_plain_loop(main())


def test_a_stream_of_bytes_becomes_a_file(in_plain_loop) -> None:
    sound = bytes(range(256)) * 100

    async def main() -> None:
        async with (
            raw_server(saying(answer(sound, content_type="audio/mpeg"))) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}")) as it,
        ):
            payload = end_of(await it.call("a/b", Mode.STREAM, {})).payload
            (artifact,) = artifacts.find(payload)
            assert (artifact.kind, artifact.content_type) == ("audio", "audio/mpeg")
            assert it.blobs[artifact.key] == sound

    in_plain_loop(main())


def test_a_workflow_streams_its_nodes(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call("workflows/emulator/picture-story", Mode.STREAM, {"prompt": "a tiger"})
        kinds = [partial.payload["type"] for partial in of_kind(facts, e.Partial)]
        assert "completion" in kinds
        assert kinds[-1] == "output"
        assert end_of(facts).payload == of_kind(facts, e.Partial)[-1].payload["output"]

    in_plain_loop(main())


def test_realtime_talks_until_somebody_hangs_up(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "one", "request_id": "a"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            assert it.runner.send(call, {"text": "two", "request_id": "b", "image": b"\xff\xd8"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial) and fact.index == 1)
            it.runner.hang_up(call)
            await it.runner.finished(call)
            assert not it.runner.send(call, {"text": "three"})
            facts = it.facts(call)
        states = [session.state.value for session in of_kind(facts, e.Session)]
        assert states == ["getting token", "connecting", "live", "stopped"]
        assert [sent.index for sent in of_kind(facts, e.Sent)] == [0, 1]
        assert of_kind(facts, e.Sent)[1].payload["image"]["$blob"]["size_bytes"] == 2
        assert end_of(facts) == e.Closed(1000, "closed here")
        assert of_kind(facts, e.Token)[0].lifetime_s == 120

    in_plain_loop(main())


@pytest.mark.parametrize("mode", list(Mode))
def test_the_key_is_in_no_fact_of_any_mode(in_plain_loop, emulator, mode) -> None:
    """The server even echoes it: `check_invariants` looks at every encoded event."""
    secret = CANARY.partition(":")[2]

    async def main() -> None:
        async with stage(profile_of(emulator), CANARY) as it:
            call = it.start(BENCH, mode, {"text": secret}, headers={"X-Echo": secret})
            if mode is Mode.REALTIME:
                await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
                it.runner.hang_up(call)
            await it.runner.finished(call)
            assert len(it.facts(call)) > 4
            assert not of_kind(it.facts(call), e.Failed)
        assert any(secret in str(request) for request in emulator.requests())

    in_plain_loop(main())


def test_headers_stand_for_the_options_as_the_official_clients_write_them(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            await it.call(
                BENCH, Mode.SUBSCRIBE, {},
                start_timeout_s=30, hint="h", priority=Priority.LOW, no_retry=True, store_io=False,
                object_lifetime_s=3600, headers={"X-Own": "1"},
            )  # fmt: skip

    in_plain_loop(main())
    (submit,) = [request for request in emulator.requests(since) if request["method"] == "POST"]
    headers = {name.lower(): value for name, value in dict(submit["headers"]).items()}
    wanted = {
        "x-fal-request-timeout": "30.0",
        "x-fal-runner-hint": "h",
        "x-fal-queue-priority": "low",
        "x-fal-no-retry": "1",
        "x-fal-store-io": "0",
        "x-fal-object-lifecycle-preference": '{"expiration_duration_seconds":3600}',
        "x-own": "1",
    }
    assert {name: headers.get(name) for name in wanted} == wanted
