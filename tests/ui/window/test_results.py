"""A result is downloaded once, shown from the disk ever after, and fetched later when it could not be had at once."""

from pathlib import Path

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core import artifacts
from fal_studio.core import events as e
from fal_studio.core.artifacts import Artifact
from fal_studio.core.call import Phase
from fal_studio.core.events import FileState
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.ui.output.action_row import ActionRow
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_keeping import lived
from tests.waiting import until

REQUEST = Request("emulator/image", Mode.RUN, {"prompt": "a lake", "seed": 3, "num_images": 2})


def gets(emulator: EmulatorProcess, since: int) -> list[str]:
    return [item["path"] for item in emulator.requests(since, method="GET") if "/files/b/" in item["path"]]


def downloads(program: Program, call: str) -> list[e.Download]:
    """How its files ended; one that takes longer also tells how far it is."""
    facts = [event.fact for event in program.log.of(call) if isinstance(event.fact, e.Download)]
    return [fact for fact in facts if fact.state is not FileState.FETCHING]


async def made(program: Program) -> tuple[str, tuple[Artifact, ...]]:
    """Make a call that ends with two pictures; return its name and them."""
    assert program.engine is not None
    call = program.engine.runner.start(REQUEST)
    program.calls.add(call, REQUEST)
    await until(lambda: program.calls.state(call).is_ended, limit_s=30)
    assert program.calls.state(call).phase is Phase.DONE
    return call, artifacts.find(program.calls.state(call).output)


async def bytes_in_window(program: Program, artifact: Artifact) -> bytes:
    found = await until(lambda: program.window.bytes_of.get(artifact), limit_s=20, what="the bytes")
    return found[0]


def test_the_window_shows_what_was_downloaded_once(drive: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(seed=5)
        await hand.shown()
        call = hand.space.result.call
        await until(lambda: downloads(hand.program, call))
        (kept,) = downloads(hand.program, call)
        assert kept.state is FileState.KEPT
        file = folders().blobs / kept.sha256[:2] / kept.sha256
        assert file.stat().st_size == kept.received_bytes

    drive(scenario)
    assert len(gets(emulator, since)) == 1


def test_the_next_window_shows_it_from_the_disk_without_the_network(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    pictures: list[Artifact] = []

    async def make(program: Program) -> None:
        call, found = await made(program)
        pictures.extend(found)
        await until(lambda: len(downloads(program, call)) == 2, limit_s=20)

    async def look(program: Program) -> None:
        for picture in pictures:
            data = await bytes_in_window(program, picture)
            assert data[:3] == b"\xff\xd8\xff"

    in_loop(lived(Program(kept, addresses), make)(), limit_s=60)
    since = emulator.last()
    in_loop(lived(Program(kept, addresses), look)(), limit_s=60)
    assert gets(emulator, since) == []


def test_what_could_not_be_fetched_is_fetched_at_the_next_start(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    calls: list[str] = []
    since = emulator.last()
    emulator.arm("unavailable_html", path="/files/b/", times=1000)

    async def make(program: Program) -> None:
        call, _ = await made(program)
        calls.append(call)
        await until(lambda: downloads(program, call), limit_s=20)
        assert {fact.state for fact in downloads(program, call)} == {FileState.FAILED}

    async def come_back(program: Program) -> None:
        def are_kept() -> bool:
            files = program.calls.state(calls[0]).files.values()
            return [file.state for file in files] == [FileState.KEPT] * 2

        await until(are_kept, limit_s=30)
        events = program.log.of(calls[0])
        assert [event.seq for event in events] == list(range(len(events)))
        assert program.calls.state(calls[0]).phase is Phase.DONE
        assert program.calls.events(calls[0]) == list(events)
        assert calls[0] not in program.calls.ids()  # it is none of this window's calls

    in_loop(lived(Program(kept, addresses), make)(), limit_s=60)
    assert gets(emulator, since)
    emulator.disarm()
    in_loop(lived(Program(kept, addresses), come_back)(), limit_s=60)


def test_a_picture_whose_file_was_lost_is_fetched_again(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    pictures: list[Artifact] = []
    calls: list[str] = []

    async def make(program: Program) -> None:
        call, found = await made(program)
        pictures.extend(found)
        calls.append(call)
        await until(lambda: len(downloads(program, call)) == 2, limit_s=20)

    async def look(program: Program) -> None:
        for file in kept.blobs.glob("??/*"):
            file.unlink()
        assert await bytes_in_window(program, pictures[0])
        await until(lambda: len(downloads(program, calls[0])) >= 3, limit_s=20)
        (sha256,) = {fact.sha256 for fact in downloads(program, calls[0]) if fact.url == pictures[0].url}
        assert (kept.blobs / sha256[:2] / sha256).is_file()

    in_loop(lived(Program(kept, addresses), make)(), limit_s=60)
    in_loop(lived(Program(kept, addresses), look)(), limit_s=60)


def test_a_picture_that_comes_late_takes_the_place_of_its_error(
    drive: Drive, emulator: EmulatorProcess
) -> None:
    emulator.arm("unavailable_html", path="/files/b/", times=4)

    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(seed=6)
        await hand.ended()
        await until(
            lambda: hand.space.result.preview._late and hand.program.results._missed,
            limit_s=20,
            what="an error in its place",
        )
        await until(hand.space.result.preview.pictures.is_complete, limit_s=20, what="the picture")
        await until(lambda: not hand.space.result.preview._late)
        await until(lambda: [slot.error for slot in hand.space.result.preview.pictures._slots] == [""])
        await until(lambda: downloads(hand.program, hand.space.result.call)[-1].state is FileState.KEPT)

    drive(scenario)


def test_before_the_first_call_every_tab_says_how_to_begin(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        result = hand.space.result
        for tab in ("timeline", "json", "headers", "events"):
            result.show_tab(tab)
            assert result.empty.isVisible(), tab
            assert not any(row.isVisible() for row in result.findChildren(ActionRow)), tab
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        assert result.events.isVisible(), "the tab that was chosen shows the call"
        await hand.ended()
        assert result.tab == "events"
        assert not result.empty.isVisible()

    drive(scenario)
