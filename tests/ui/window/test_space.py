"""How much room is taken, and the trash that is emptied by hand: in the window, into the system's real trash."""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.core.history import CallRow
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

REQUEST = Request(
    "emulator/image", Mode.RUN, {"prompt": "a broom", "image_size": {"width": 64, "height": 64}}
)


async def two_calls_one_removed(hand: Driven) -> list[CallRow]:
    program = hand.program
    dock = hand.window.monitor.open()
    assert program.engine is not None
    calls = [program.engine.runner.start(REQUEST) for _ in range(2)]
    for call in calls:
        program.calls.add(call, REQUEST)
    await until(lambda: all(program.calls.row(call).kept == 1 for call in calls), limit_s=30)
    removed: list[tuple[str, ...]] = []
    program.window.history.removed.connect(removed.append)
    dock.remove_wanted.emit(calls[:1])
    await until(lambda: removed == [(calls[0],)], limit_s=20)
    return [program.calls.row(call) for call in calls]


def test_the_trash_is_emptied_by_hand_and_the_numbers_are_those_of_the_disk(
    drive: Drive, own_home: Path
) -> None:
    async def scenario(hand: Driven) -> None:
        calls = await two_calls_one_removed(hand)
        window = hand.window
        window.actions_["queue.space"].trigger()
        panel = window.panels.space
        assert panel is not None
        await until(lambda: "trash: 1 call" in panel.text, what=lambda: panel.text, limit_s=20)
        await until(lambda: "in 2 files" in panel.text and "2 calls" in panel.text, what=lambda: panel.text)
        QTest.mouseClick(panel.empty, Qt.MouseButton.LeftButton)
        await until(lambda: "trash: empty" in panel.text, what=lambda: panel.text, limit_s=30)
        await until(
            lambda: "in 1 file." in panel.text and not panel.empty.isEnabled(), what=lambda: panel.text
        )
        assert panel.empty.toolTip() == "The trash is empty."
        (folder,) = (own_home / "data" / "Trash" / "files").iterdir()
        (record,) = folder.glob("*/call.json")
        assert json.loads(record.read_text("utf-8"))["request"]["arguments"]["prompt"] == "a broom"
        assert len([*record.parent.iterdir()]) == 2, "its picture is there, too"

        # What is gone cannot be undone here: nobody offers it, and whoever asks is told where it is.
        def toasts() -> list[str]:
            return [toast.news.text for toast in window.toasts.shown()]

        await until(lambda: toasts() == ["Moved 1 call to the system's trash"], what=lambda: str(toasts()))
        window.history.restore_wanted.emit(tuple(call.call for call in calls[:1]))
        await until(lambda: "Look for them in the system's trash" in toasts()[-1], limit_s=20)
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert not panel.isVisible()

    drive(scenario)


def test_while_another_window_may_need_the_files_nothing_is_removed_and_it_is_said(
    drive: Drive, own_home: Path
) -> None:
    async def scenario(hand: Driven) -> None:
        await two_calls_one_removed(hand)
        beside = folders().beside
        beside.mkdir()
        (beside / "0123abcd.sqlite").touch()  # as a window that is just being opened makes it
        window = hand.window
        window.actions_["queue.space"].trigger()
        panel = window.panels.space
        assert panel is not None
        await until(panel.empty.isEnabled, limit_s=20)
        QTest.mouseClick(panel.empty, Qt.MouseButton.LeftButton)
        await until(lambda: "Another fal Studio has this folder open" in panel.text, limit_s=20)
        await until(panel.empty.isEnabled, limit_s=20)
        await until(lambda: "trash: 1 call" in panel.text, what=lambda: panel.text)
        assert not (own_home / "data" / "Trash").exists()

    drive(scenario)
