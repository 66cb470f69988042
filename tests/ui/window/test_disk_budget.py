"""The space for results at the foot of the real window: counted from real files, followed, and told once when it is used up."""

import asyncio
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.disk_budget import TELL_EVERY_MS, DiskBudgeting
from fal_studio.store.blobs import BlobStore
from fal_studio.store.paths import folders
from fal_studio.ui.shell.window import MainWindow
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

MB = 1_000_000


@pytest.fixture
def big(own_home: Path) -> Path:
    """A kept file of 850 MB that takes no room on this disk."""
    path = folders().blobs / "ab" / ("ab" * 32)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(850 * MB)
    return path


def bar_of(window: MainWindow) -> str:
    """What the bar says; "" when it is not there."""
    bar = window.status.space
    return bar.text() if bar is not None and bar.isVisible() else ""


def news_of(window: MainWindow) -> list[str]:
    return [toast.news.text for toast in window.toasts.shown()]


async def says(window: MainWindow, words: str) -> None:
    await until(lambda: bar_of(window) == words, what=lambda: f"{words}, not {bar_of(window)}", limit_s=20)


@pytest.mark.usefixtures("big")
def test_the_bar_says_what_is_on_the_disk_and_follows_what_comes(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        await says(window, "Results 850 MB of 20 GB")
        hand.program.blobs.keep(bytes(300 * MB), "application/octet-stream")
        await says(window, "Results 1.1 of 20 GB")  # 1.15, and the half goes to the even one
        bar = window.status.space
        assert bar is not None
        assert bar.accessibleName() == "Results take 1.1 GB of the 20 GB that are meant for them: 6%."

    drive(scenario)


@pytest.mark.usefixtures("big")
def test_a_press_opens_the_space_and_from_there_the_setting(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        await says(window, "Results 850 MB of 20 GB")
        bar = window.status.space
        assert bar is not None
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton)
        panel = window.panels.space
        assert panel is not None
        assert panel.isVisible()
        assert "space for results: 20 GB, 4% used" in panel.text
        assert "Nothing is deleted by itself." in panel.text
        QTest.mouseClick(panel.change, Qt.MouseButton.LeftButton)
        assert not panel.isVisible()
        assert window.settings_page.isVisible()
        window.settings.set_one("results_gb", 0)
        await says(window, "")
        window.actions_["queue.space"].trigger()
        assert "space for results: none set aside" in panel.text

    drive(scenario)


def test_it_turns_amber_then_red_and_says_so_once_and_deletes_nothing(drive: Drive, big: Path) -> None:
    async def scenario(hand: Driven) -> None:
        window, blobs = hand.window, hand.program.blobs
        await says(window, "Results 850 MB of 20 GB")
        window.settings.set_one("results_gb", 1)
        await says(window, "Results 850 MB of 1 GB")
        bar = window.status.space
        assert bar is not None
        assert "nearly all" not in bar.accessibleName()
        blobs.keep(bytes(70 * MB), "application/octet-stream")
        await says(window, "Results 920 MB of 1 GB")
        assert "That is nearly all." in bar.toolTip()
        assert not news_of(window)
        blobs.keep(bytes(90 * MB), "application/octet-stream")
        await says(window, "Results 1.0 of 1 GB")
        assert "used up; nothing is deleted by itself" in bar.accessibleName()
        assert news_of(window) == ["The space for results is used up"]
        blobs.keep(bytes(200 * MB), "application/octet-stream")
        await says(window, "Results 1.2 of 1 GB")
        assert news_of(window) == ["The space for results is used up"], "once is enough"
        window.toasts.shown()[0].action_wanted.emit("space")
        assert window.panels.space is not None
        assert window.panels.space.isVisible()

    drive(scenario)
    assert big.stat().st_size == 850 * MB


@pytest.mark.usefixtures("big")
def test_where_there_is_no_room_the_bar_goes_first_and_comes_back(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        await says(window, "Results 850 MB of 20 GB")
        window.resize(1024, 640)
        assert bar_of(window), "there is room for it in the smallest window"
        window.status.show_server("Emulator at " + "a" * 90)
        await says(window, "")
        window.resize(1600, 800)
        await says(window, "Results 850 MB of 20 GB")
        window.resize(1024, 640)
        await says(window, "")
        window.status.show_server("Emulator at 127.0.0.1")
        await says(window, "Results 850 MB of 20 GB")

    drive(scenario)


def test_what_comes_just_before_the_end_is_told_to_nobody(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        history = hand.window.history
        store = BlobStore(tmp_path / "blobs", lambda problem: pytest.fail(str(problem)))
        budgeting = DiskBudgeting(hand.program, store, hand.program)
        await until(lambda: store.tally.known_bytes == 0, what="nothing is there", limit_s=20)
        await until(lambda: history.budget is not None and history.budget.used_bytes == 0)
        keep = threading.Thread(target=store.tally.add, args=(5,))
        keep.start()
        keep.join()
        budgeting.close()
        await asyncio.sleep(TELL_EVERY_MS / 1000 * 2)
        assert history.budget is not None
        assert history.budget.used_bytes == 0
        await asyncio.to_thread(store.close)

    drive(scenario)
