"""A team proxy: the official @fal-ai/server-proxy on Node, in front of the emulator. The key is only there."""

import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from fal_studio.core import events as e
from fal_studio.core.events import FailureKind
from fal_studio.core.request import Mode, Profile, ProfileKind
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services.storage import Storage
from fal_studio.services.transfer import Transfer
from tests.emulator_process import KEY
from tests.modes.stage import end_of, of_kind, profile_of, stage, until_fact

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")


@pytest.fixture(scope="module")
def proxy_profile(emulator_of_modes) -> Generator[Profile]:
    here = Path(__file__).with_name("team_proxy.cjs")
    modules = ROOT / "build" / "js"
    assert (modules / "node_modules" / "@fal-ai" / "server-proxy").exists(), (
        "run python3 packaging/dev.py setup"
    )
    origin = emulator_of_modes.base.removeprefix("http://")
    process = subprocess.Popen(
        [NODE, here, modules, f"{origin}/run/**", f"{origin}/queue/**"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"FAL_KEY": KEY, "PATH": "/usr/bin:/bin"},
    )
    assert process.stdout is not None
    try:
        url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}/api/fal/proxy"
        yield msgspec.structs.replace(profile_of(emulator_of_modes), kind=ProfileKind.PROXY, proxy_url=url)
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


@pytest.mark.parametrize("mode", [Mode.RUN, Mode.SUBSCRIBE, Mode.STREAM])
def test_a_call_goes_through_without_a_key(in_plain_loop, emulator, proxy_profile, mode) -> None:
    since = emulator.last()

    async def main() -> list[e.Fact]:
        async with stage(proxy_profile, key="") as it:
            return await it.call("emulator/bench", mode, {"text": "tiger", "count": 3})

    facts = in_plain_loop(main())
    assert isinstance(end_of(facts), e.Output)
    assert all("Authorization" not in attempt.headers for attempt in of_kind(facts, e.Attempt))
    assert of_kind(facts, e.Attempt)[0].headers["x-fal-target-url"].startswith(emulator.base)
    seen = {name.lower(): value for name, value in dict(emulator.requests(since)[0]["headers"]).items()}
    assert seen["x-fal-client-proxy"] == "@fal-ai/server-proxy/node"


def test_a_queue_call_can_be_cancelled_through_it(in_plain_loop, proxy_profile) -> None:
    async def main() -> None:
        async with stage(proxy_profile, key="") as it:
            call = it.start("emulator/bench", Mode.SUBSCRIBE, {"seconds": 60})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Progress))
            it.runner.cancel(call)
            await it.runner.finished(call)
            facts = it.facts(call)
        assert isinstance(end_of(facts), e.Cancelled)
        assert of_kind(facts, e.CancelAnswer)[0].status == 202

    in_plain_loop(main())


def test_the_models_errors_come_through_it(in_plain_loop, proxy_profile) -> None:
    async def main() -> None:
        async with stage(proxy_profile, key="") as it:
            end = end_of(await it.call("emulator/bench", Mode.RUN, {"count": "many"}))
        assert (end.status, end.fields[0].loc) == (422, ("count",))

    in_plain_loop(main())


def test_what_it_does_not_allow_is_explained(in_plain_loop, proxy_profile) -> None:
    async def main() -> None:
        async with stage(proxy_profile, key="") as it:
            realtime = end_of(await it.call("emulator/bench", Mode.REALTIME, {"text": "x"}))
        hosts = msgspec.structs.replace(proxy_profile.hosts, run="https://fal.run.evil.org")
        async with stage(msgspec.structs.replace(proxy_profile, hosts=hosts), key="") as it:
            forbidden = end_of(await it.call("emulator/bench", Mode.RUN, {}))
        assert "does not pass on tokens or sockets" in realtime.message
        assert "stream or subscribe" in realtime.next_step
        assert forbidden.kind is FailureKind.AUTH
        assert "https://fal.run.evil.org/emulator/bench is not on its list" in forbidden.message
        assert "allowedUrlPatterns" in forbidden.next_step

    in_plain_loop(main())


def test_uploads_are_explained_too(in_plain_loop, proxy_profile, tmp_path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"x")

    async def main() -> str:
        http = Http(proxy_profile)
        try:
            with pytest.raises(CallError) as caught:
                await Transfer(Storage(http), path).run(lambda _fact: None)
        finally:
            await http.aclose()
        return str(caught.value)

    assert "does not pass on storage tokens" in in_plain_loop(main())
