"""The list of events while a stream runs: it stands still where somebody looks, says what came since, and its pictures are saved."""

import asyncio
import base64
import json
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.modes.raw import raw_server
from tests.ui.window.hand import Driven, driven, put_away
from tests.ui.window.misbehaving import png
from tests.waiting import until

FIRST, LATER = 30, 37
SMALL = png(64, 64, rows=64)
LARGE = SMALL + bytes(4000)
"""What follows on a picture's end is nothing to see; so long a one is kept as bytes, the small one as it stands in the event."""


class Paced:
    """A stream that goes on when it is told to."""

    def __init__(self) -> None:
        self.goes_on, self.ends = asyncio.Event(), asyncio.Event()

    async def handle(self, _request: bytes, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        await self._send(writer, FIRST, SMALL)
        await self.goes_on.wait()
        await self._send(writer, LATER, LARGE)
        await self.ends.wait()
        await self._send(writer, 1, LARGE)
        writer.close()

    async def _send(self, writer: asyncio.StreamWriter, count: int, picture: bytes) -> None:
        url = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        for number in range(count):
            event = json.dumps({"step": number, "images": [{"url": url, "content_type": "image/png"}]})
            writer.write(f"data: {event}\n\n".encode())
        await writer.drain()


def test_looking_stops_the_list_and_it_leads_back_to_the_latest_event(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    programs: list[Program] = []

    async def main() -> None:
        paced = Paced()
        async with raw_server(paced.handle) as server:
            here = replace(addresses, run=f"http://127.0.0.1:{server.port}")
            program = Program(folders(tmp_path / "kept"), here)
            programs.append(program)

            async def act(hand: Driven) -> None:
                try:
                    await looked_away(hand, paced)
                    paced.ends.set()
                    await hand.ended()
                    assert hand.state.failure is None, hand.state.failure
                    await saved(hand, tmp_path / "frames")
                finally:
                    paced.goes_on.set()
                    paced.ends.set()

            await driven(program, act)

    try:
        in_loop(main(), limit_s=90)
    finally:
        put_away(programs)


async def looked_away(hand: Driven, paced: Paced) -> None:
    """Look at an event while more come: they are counted, and one press shows them."""
    window, result = hand.window, hand.space.result
    before = result.call
    window.run_wanted.emit(window.tabs.current(), Request("a/b", Mode.STREAM, {"prompt": "x"}))
    await until(lambda: result.call != before, what="a call began")
    result.show_tab("events")
    pane = result.events
    button = pane._jump.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    await until(lambda: hand.state.partials == FIRST, what="the first events are here")
    await until(lambda: pane.model.rowCount() == len(hand.program.log.of(result.call)), what="all are rows")
    assert pane.follows
    pane.focus_list()
    QTest.keyClick(pane._view, Qt.Key.Key_Up)
    assert not pane.follows
    chosen = pane._view.currentIndex().row()
    paced.goes_on.set()
    await until(
        lambda: pane._jump.isVisible() and button.text() == f"Jump to latest ({LATER} new)",
        what="it says how many came since",
        limit_s=20,
    )
    assert pane._view.currentIndex().row() == chosen, "the event that is looked at stays"
    assert not hand.state.is_ended
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bar = pane._view.verticalScrollBar()
    await until(lambda: pane.follows and not pane._jump.isVisible(), what="it follows again")
    await until(lambda: bar.value() == bar.maximum(), what="the newest is in sight")


async def saved(hand: Driven, folder: Path) -> None:
    """Save the pictures of the strip in a folder that is chosen in the dialog."""
    side = hand.space.result.events.side
    await until(lambda: side.parts.current() == "strip" and side._save.isVisible(), what="the strip is there")
    QTest.mouseClick(side._save, Qt.MouseButton.LeftButton)
    dialogs = lambda: [one for one in hand.window.findChildren(QFileDialog) if one.isVisible()]  # noqa: E731
    await until(dialogs, what="it asks where")
    (dialog,) = dialogs()
    dialog.fileSelected.emit(str(folder))
    dialog.reject()
    count = FIRST + LATER + 1
    await until(
        lambda: any(f"{count} pictures are saved" in toast.news.text for toast in hand.window.toasts.shown()),
        what="it says that they are saved",
        limit_s=20,
    )
    check_files(folder, count)


def check_files(folder: Path, count: int) -> None:
    files = sorted(folder.iterdir())
    assert [one.name for one in files] == [f"{number:04d}.png" for number in range(1, count + 1)]
    assert [files[at].read_bytes() for at in (0, -1)] == [SMALL, LARGE]
