"""Files of results are fetched at once, whole, once, from allowed places, and go on where they broke off."""

import asyncio
import hashlib
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import FileState
from fal_studio.core.files import Wanted
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, Profile
from fal_studio.modes.ways import Trust
from fal_studio.services import downloads as module
from fal_studio.services.downloads import Downloads
from fal_studio.services.media_clients import MediaClients
from fal_studio.store.blobs import BlobStore
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.modes.raw import raw_server, saying
from tests.services.file_server import FileServer
from tests.waiting import until

BIG = random.Random(7).randbytes(3_500_000)


class Scene:
    """A log, a blob store and the downloads between them, as the program joins them."""

    def __init__(self, folder: Path, *, is_near: bool = True) -> None:
        self.log = EventLog()
        self.problems: list[Exception] = []
        self.blobs = BlobStore(folder, self.problems.append)
        self.clients = MediaClients(Trust())
        self.downloads = Downloads(self.log, self.blobs.part, self._client, self._bring_back)
        self._near, self.profile = is_near, Profile("here")

    async def _client(self, _profile: str) -> httpx.AsyncClient:
        return await self.clients.of(self.profile, may_be_near=self._near)

    async def _bring_back(self, call: str) -> None:
        if not self.log.of(call):
            self.log.append(call, e.Started(1.0, "a/b", Mode.RUN, "here"))

    @asynccontextmanager
    async def running(self, *unfinished: Wanted) -> AsyncGenerator["Scene"]:
        forget = self.downloads.listen()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.downloads.run(unfinished))
            yield self
            task.cancel()
        await self.clients.aclose()
        forget()
        assert await asyncio.to_thread(self.blobs.close)

    def result(self, call: str, *urls: str, **about: Any) -> None:
        """Let a call end with pictures."""
        self.log.append(call, e.Started(1.0, "a/b", Mode.RUN, "here"))
        self.log.append(call, e.Output({"images": [{"url": url, **about} for url in urls]}))

    def told(self, call: str) -> list[e.Download]:
        """How its files ended; one that takes longer than a moment also tells how far it is."""
        facts = [event.fact for event in self.log.of(call) if isinstance(event.fact, e.Download)]
        return [fact for fact in facts if fact.state is not FileState.FETCHING]

    def states(self, call: str) -> list[FileState]:
        return [fact.state for fact in self.told(call)]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES_S", (0.01, 0.01, 0.01, 0.01))


def serve(scene: Scene, server: FileServer, then: Callable[[str], Any], path: str = "/a.png") -> Any:
    async def main() -> None:
        async with raw_server(server.handler()) as raw, scene.running():
            await then(f"http://127.0.0.1:{raw.port}{path}")

    return main()


def test_a_result_is_kept_by_its_hash_as_soon_as_it_is_there(tmp_path: Path, in_plain_loop: InLoop) -> None:
    scene, server = Scene(tmp_path), FileServer(b"a picture")

    async def then(url: str) -> None:
        scene.result("c", url, file_size=9)
        outcome = await scene.downloads.have(url)
        sha256 = hashlib.sha256(b"a picture").hexdigest()
        assert outcome is not None
        assert outcome.took_s > 0
        kept = e.Download(url, FileState.KEPT, 9, 9, sha256, "image/png", took_s=outcome.took_s)
        assert outcome == kept
        assert scene.blobs.load(sha256) == b"a picture"
        assert scene.told("c") == [outcome]
        state = fold(scene.log.of("c"))
        assert state.phase is Phase.DONE
        assert state.files == {url: outcome}

    in_plain_loop(serve(scene, server, then))
    (request,) = server.requests
    assert b"authorization" not in request.lower()
    assert b"cookie" not in request.lower()
    assert not list((tmp_path / "parts").iterdir())


def test_a_broken_download_goes_on_where_it_broke_off(tmp_path: Path, in_plain_loop: InLoop) -> None:
    scene, server = Scene(tmp_path), FileServer(BIG, break_after=[1_500_000, 700_000])

    async def then(url: str) -> None:
        scene.result("c", url)
        outcome = await scene.downloads.have(url)
        assert outcome.state is FileState.KEPT
        assert scene.blobs.load(outcome.sha256) == BIG
        assert scene.states("c") == [FileState.FAILED, FileState.FAILED, FileState.KEPT]
        assert [fact.received_bytes for fact in scene.told("c")] == [1_500_000, 2_200_000, len(BIG)]

    in_plain_loop(serve(scene, server, then))
    assert server.ranges() == [0, 1_500_000, 2_200_000]


def test_what_came_before_the_end_of_the_program_is_continued_at_the_next_start(
    tmp_path: Path, in_plain_loop: InLoop
) -> None:
    server = FileServer(BIG, break_after=[2_000_000])

    async def main() -> None:
        async with raw_server(server.handler()) as raw:
            url = f"http://127.0.0.1:{raw.port}/a.png"
            first = Scene(tmp_path)
            async with first.running():
                first.result("c", url)
                await until(lambda: first.told("c"))
            server.break_after = []
            second = Scene(tmp_path)
            async with second.running(Wanted("c", url, "here")):
                outcome = await until(lambda: second.told("c"))
                assert outcome[0].state is FileState.KEPT
                assert second.blobs.load(outcome[0].sha256) == BIG

    in_plain_loop(main())
    assert server.ranges()[0] == 0
    assert server.ranges()[-1] == 2_000_000


@pytest.mark.parametrize("etag", ['"v1"', 'W/"v1"', ""])
def test_another_file_at_the_same_address_is_never_joined_to_the_first(
    tmp_path: Path, in_plain_loop: InLoop, etag: str
) -> None:
    scene = Scene(tmp_path)
    server = FileServer(BIG, etag=etag, break_after=[2_000_000])

    async def then(url: str) -> None:
        scene.result("c", url)
        await until(lambda: scene.told("c"))
        server.data, server.etag = BIG[::-1], '"v2"' if etag.startswith('"') else etag
        outcome = await scene.downloads.have(url)
        assert scene.blobs.load(outcome.sha256) in (BIG, BIG[::-1])

    in_plain_loop(serve(scene, server, then))
    if not etag.startswith('"'):
        assert server.ranges() == [0, 0]  # nothing to tell the versions apart by


def test_an_expired_file_is_gone_and_says_so_without_asking_again(
    tmp_path: Path, in_plain_loop: InLoop, emulator: EmulatorProcess
) -> None:
    scene = Scene(tmp_path)
    httpx.post(
        f"{emulator.base}/emulator/faults",
        json={"fault": "expired_media", "path": "/files/", "times": 9},
        timeout=100,
    )
    url = f"{emulator.cdn}/files/b/emulator/nothing/x.png"

    async def main() -> None:
        async with scene.running():
            scene.result("c", url)
            outcome = await scene.downloads.have(url)
            assert outcome.state is FileState.GONE
            assert "gone from 127.0.0.1 (404)" in outcome.message
            assert "run again" in outcome.message

    in_plain_loop(main())
    assert scene.states("c") == [FileState.GONE]


@pytest.mark.parametrize("fault", ["short_body", "reset_body", "unavailable_html", "rate_limited", "closed"])
def test_a_picture_of_the_emulator_survives_every_break(
    tmp_path: Path, in_plain_loop: InLoop, emulator: EmulatorProcess, fault: str
) -> None:
    scene = Scene(tmp_path)
    headers = {"Authorization": f"Key {'tester:0123456789abcdef'}"}
    made = httpx.post(
        f"{emulator.run}/emulator/image", json={"prompt": "x"}, headers=headers, timeout=120
    ).json()
    url = made["images"][0]["url"]
    httpx.post(
        f"{emulator.base}/emulator/faults", json={"fault": fault, "path": "/files/", "times": 2}, timeout=100
    )

    async def main() -> None:
        async with scene.running():
            scene.result("c", url)
            outcome = await scene.downloads.have(url)
            assert outcome.state is FileState.KEPT, outcome
            assert scene.states("c").count(FileState.FAILED) == 2
            return outcome

    outcome = in_plain_loop(main())
    direct = httpx.get(url, timeout=100).content
    assert hashlib.sha256(direct).hexdigest() == outcome.sha256


def test_a_file_without_a_length_must_have_the_size_that_the_result_says(
    tmp_path: Path, in_plain_loop: InLoop
) -> None:
    scene, server = Scene(tmp_path), FileServer(b"half", has_length=False, etag="")

    async def then(url: str) -> None:
        scene.result("c", url, file_size=8)
        outcome = await scene.downloads.have(url)
        assert outcome.state is FileState.FAILED
        assert "sent 4 B of 8 B" in outcome.message
        server.data = b"the half"
        await until(lambda: FileState.KEPT in scene.states("c"))

    in_plain_loop(serve(scene, server, then))


def test_two_calls_that_name_the_same_file_share_one_download(tmp_path: Path, in_plain_loop: InLoop) -> None:
    scene, server = Scene(tmp_path), FileServer(BIG)

    async def then(url: str) -> None:
        scene.result("c", url)
        scene.result("d", url, url)
        await until(lambda: scene.told("c") and scene.told("d"))
        assert scene.states("c") == scene.states("d") == [FileState.KEPT]

    in_plain_loop(serve(scene, server, then))
    assert len(server.requests) == 1


def test_an_old_file_that_waits_for_its_turn_is_fetched_when_somebody_asks_for_it(
    tmp_path: Path, in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OLD_IN_HAND", 1)
    scene, requests = Scene(tmp_path), list[bytes]()
    gate = asyncio.Event()

    async def main() -> None:
        async def handle(request: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
            requests.append(request.split()[1])
            if requests[-1] == b"/first.png":
                await gate.wait()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx")

        async with raw_server(handle) as raw:
            first, asked, last = (
                f"http://127.0.0.1:{raw.port}/{name}.png" for name in ("first", "asked", "last")
            )
            waiting = [
                Wanted("a", first, "here"),
                Wanted("b", asked, "here"),
                Wanted("c", last, "here"),
                Wanted("d", asked, "here"),
            ]
            async with scene.running(*waiting):
                await until(lambda: requests == [b"/first.png"])
                outcome = await scene.downloads.have(asked)
                assert outcome is not None
                assert outcome.state is FileState.KEPT
                await until(lambda: scene.states("b") == scene.states("d") == [FileState.KEPT])
                assert requests == [b"/first.png", b"/asked.png"]
                gate.set()
                await until(lambda: scene.states("a") == scene.states("c") == [FileState.KEPT])

    in_plain_loop(main())
    assert requests == [b"/first.png", b"/asked.png", b"/last.png"]


def test_only_a_few_files_travel_at_a_time(tmp_path: Path, in_plain_loop: InLoop) -> None:
    scene = Scene(tmp_path)
    inside: list[int] = [0, 0]
    gate = asyncio.Event()

    async def main() -> None:
        async def handle(_request: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
            inside[0] += 1
            inside[1] = max(inside)
            await gate.wait()
            inside[0] -= 1
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx")

        async with raw_server(handle) as raw, scene.running():
            urls = [f"http://127.0.0.1:{raw.port}/{number}.png" for number in range(20)]
            scene.result("c", *urls)
            await until(lambda: inside[0] == module.AT_ONCE)
            gate.set()
            await until(lambda: len(scene.told("c")) == 20)

    in_plain_loop(main())
    assert inside[1] == module.AT_ONCE


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/a.png",
        "http://localhost:{port}/a.png",
        "http://[::1]:{port}/a.png",
        "http://[::ffff:127.0.0.1]:{port}/a.png",
        "http://2130706433:{port}/a.png",
        "http://169.254.169.254/latest/meta-data.png",
        "http://10.0.0.1/a.png",
        "http://printer.local/a.png",
    ],
)
def test_a_result_of_a_far_profile_never_reaches_into_this_network(
    tmp_path: Path, in_plain_loop: InLoop, url: str
) -> None:
    scene, server = Scene(tmp_path, is_near=False), FileServer(b"secret")

    async def main() -> None:
        async with raw_server(server.handler()) as raw, scene.running():
            near = url.format(port=raw.port)
            scene.result("c", near)
            outcome = await scene.downloads.have(near)
            assert outcome.state is FileState.GONE
            assert "an address in this computer or network" in outcome.message

    in_plain_loop(main())
    assert server.requests == []


def test_a_redirect_to_a_file_address_is_not_followed(tmp_path: Path, in_plain_loop: InLoop) -> None:
    scene = Scene(tmp_path)

    async def main() -> None:
        moved = b"HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n"
        async with raw_server(saying(moved)) as raw, scene.running():
            url = f"http://127.0.0.1:{raw.port}/a.png"
            scene.result("c", url)
            outcome = await scene.downloads.have(url)
            assert outcome.state is FileState.GONE
            assert "none that can be fetched" in outcome.message

    in_plain_loop(main())


def test_a_full_disk_is_said_and_the_file_comes_when_there_is_room(
    tmp_path: Path, in_plain_loop: InLoop
) -> None:
    (tmp_path / "blobs").write_text("in the way")
    scene, server = Scene(tmp_path / "blobs"), FileServer(b"a picture")

    async def then(url: str) -> None:
        scene.result("c", url)
        await until(lambda: scene.told("c"))
        (tmp_path / "blobs").unlink()
        await until(lambda: FileState.KEPT in scene.states("c"))

    in_plain_loop(serve(scene, server, then))
    first = scene.told("c")[0]
    assert first.state is FileState.FAILED
    assert "cannot be written" in first.message
