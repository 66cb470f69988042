"""A private run: its headers are on the wire, its words are not offered again, and "remove it now" leaves no trace."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from fal_studio.app.program import Program
from fal_studio.core.request import Mode
from fal_studio.services.emulator_process import Addresses, profile_of
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Driven
from tests.ui.window.test_keeping import lived
from tests.ui.window.test_sent import added
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
HUSH = "hushquokka in the moonlight"
WAYS = ((Mode.RUN, "work"), (Mode.SUBSCRIBE, "boss"), (Mode.STREAM, "boss"))


def choose(hand: Driven, word: str) -> None:
    hand.space.editor.show_tab("options")
    pane = hand.space.editor.options
    assert pane is not None
    (button,) = [
        one for one in pane.private.switch.findChildren(QAbstractButton) if one.accessibleName() == word
    ]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def press_link(hand: Driven, words: str) -> None:
    def links() -> list[QAbstractButton]:
        found = hand.space.forecast.findChildren(QAbstractButton)
        return [one for one in found if one.isVisible() and one.text() == words]

    await until(links, what=words)
    (link,) = links()
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)


async def erased(hand: Driven) -> None:
    call = hand.space.result.call
    await until(lambda: hand.space.result.preview.is_complete, what="the result is on the screen", limit_s=20)
    await press_link(hand, "remove it now")
    assert hand.space.result.call == call, "the first press only asks"
    await press_link(hand, "press again: it is gone for good")
    await until(lambda: hand.space.result.call == "", what="it is gone", limit_s=20)


async def offered(hand: Driven) -> tuple[tuple[str, ...], int]:
    """Return the earlier prompts, and how many files are offered as inputs."""
    history = hand.window.history
    prompts: list[tuple[str, ...]] = []
    files: list[tuple[object, ...]] = []

    def take_prompts(_number: int, found: tuple[str, ...]) -> None:
        prompts.append(found)

    def take_files(_number: int, found: tuple[object, ...]) -> None:
        files.append(found)

    history.prompts_found.connect(take_prompts)
    history.files.connect(take_files)
    history.ask_prompts(history.new_number(), "emulator/image", 10)
    history.ask_files(())
    await until(lambda: prompts and files, what="what is offered again")
    history.prompts_found.disconnect(take_prompts)
    history.files.disconnect(take_files)
    return prompts[0], len(files[0])


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_private_run_from_the_switch_to_the_last_trace(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        space = hand.space
        blobs = folders(tmp_path).blobs
        await added(hand, "work", "person:c0ffee0123456789")
        hand.window.profiles.switch("work")
        space.set_mode(Mode.RUN)
        await hand.run(prompt="everybody may know")
        await hand.shown()
        public = hand.space.result.call
        await until(
            lambda: program.calls.row(public).kept == 1, what="the public picture is kept", limit_s=20
        )
        choose(hand, "on")
        pane = space.editor.options
        assert pane is not None
        assert "cannot hide anything from the model" in pane.private.about
        assert space.forecast.text.endswith("private run")
        assert "private run" in space.bar.run.toolTip()
        assert hand.window.requests.tab(hand.window.tabs.current()).icon == "lock"
        space.set_mode(Mode.REALTIME)
        assert not pane.private.switch.isEnabled()
        before, banner = files_in(blobs), hand.window.banner
        for number, (mode, profile) in enumerate(WAYS):
            if profile not in hand.window.accounts.names:
                await added(hand, profile, "admin:c0ffee0123456789")
            hand.window.profiles.switch(profile)
            space.set_mode(mode)
            since = emulator.last()
            await hand.run(prompt=HUSH, seed=number)
            await hand.shown()
            sent = [one for one in emulator.requests(since, method="POST") if "emulator/image" in one["path"]]
            headers = {name.lower(): value for name, value in sent[0]["headers"]}
            assert headers["x-fal-store-io"] == "0"
            assert headers["x-fal-object-lifecycle-preference"] == '{"expiration_duration_seconds":60}'
            await until(lambda: files_in(blobs) != before, what="the result is kept", limit_s=20)
            assert await offered(hand) == (("everybody may know",), 1)
            await erased(hand)
            if profile == "work":
                await until(
                    lambda: banner.isVisible() and "ADMIN scope" in banner.text, what="it says why not"
                )
            else:
                assert not banner.isVisible()
            hand.window.banner.settle("erasing")
            assert len(emulator.requests(since, method="DELETE")) == 1
            assert files_in(blobs) == before
        choose(hand, "off")
        assert not space.written.is_private
        space.document.set_value("prompt", "nothing to see")

    kept = folders(tmp_path)
    in_loop(lived(Program(kept, addresses, profile_of(addresses).hosts), act)(), limit_s=90)
    assert not [path for path in files_in(tmp_path) if b"hushquokka" in path.read_bytes()]
