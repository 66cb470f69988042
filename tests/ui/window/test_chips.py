"""A file that stands as text is a chip wherever a call is looked at: what is painted is searched for its letters."""

import asyncio
import base64
import json
import random
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.modes.raw import answer, raw_server
from tests.ui.ink import words_of
from tests.ui.window.hand import Driven
from tests.waiting import until

BYTES = b"GIF99a" + random.Random(7).randbytes(3000)
RAW = base64.b64encode(BYTES).decode()
URI = f"data:image/x-none;base64,{RAW}"
LETTERS = RAW[:14]
"""What no eye should meet."""
PAGES = ("preview", "events", "timeline", "json", "headers")
PLACES = ("queue.show", "view.history", "help.log", "privacy.sent", "palette.requests")


async def serve(request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say the same file in every way there is: in headers, errors, words, events and fields of its own."""
    path = request.split(b" ", 2)[1].decode()
    heard = f"x-picture: {URI}\r\n"
    if path.startswith("/run/a/echo"):
        said = json.dumps({"text": f"here {URI} and {RAW} it is", "b64_json": RAW, "image": {"url": URI}})
        writer.write(answer(said.encode(), extra=heard))
    elif path.startswith("/run/a/bad"):
        complaint = {
            "loc": ["body", "image_url"],
            "msg": f"{RAW} is bad",
            "type": "value_error",
            "input": URI,
        }
        writer.write(answer(json.dumps({"detail": [complaint]}).encode(), "422 Bad", extra=heard))
    else:
        events = ({"text": f"a {URI}"}, {"text": f"a {URI} b {RAW}"}, {"b64_json": RAW}, {"text": f"c {RAW}"})
        body = b"".join(b"data: %s\n\n" % json.dumps(event).encode() for event in events)
        writer.write(
            answer(body + b"data: plain " + URI.encode() + b"\n\n", content_type="text/event-stream")
        )
    await writer.drain()


def painted(top: QWidget) -> list[str]:
    """Return painted words with letters of the file; the prompt is what a person wrote."""
    found: list[str] = []
    tops = [top, *(each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not top)]
    for each in tops:
        found += [words.text[:80] for words in words_of(each) if LETTERS in words.text]
    return found


class Looking:
    """Goes from page to page, and notes where letters were painted."""

    def __init__(self, it: Driven) -> None:
        self._it = it
        self.found: dict[str, list[str]] = {}

    async def look(self, where: str) -> None:
        self._it.window.grab()
        await asyncio.sleep(0)
        if letters := painted(self._it.window):
            self.found[where] = letters

    async def call(self, endpoint: str, mode: Mode) -> None:
        space, arguments = self._it.space, {"image_url": URI, "b64_json": RAW}
        space.set_endpoint(endpoint)
        space.set_mode(mode)
        space.document.set_text(json.dumps(arguments))
        before = space.result.call
        self._it.window.run_wanted.emit(self._it.window.tabs.current(), Request(endpoint, mode, arguments))
        await until(lambda: space.result.call != before, what="a call began")
        await self._it.ended()
        for tab in ("form", "json", "code"):
            space.editor.show_tab(tab)
            await self.look(f"{endpoint}: editor, {tab}")
        for page in PAGES:
            space.result.show_tab(page)
            await self.look(f"{endpoint}: {page}")
        timeline = space.result.timeline
        space.result.show_tab("timeline")
        for lane in range(len(timeline.lanes)):
            timeline.waterfall.choose(lane)
            await self.look(f"{endpoint}: lane {lane}")
        space.result.show_tab("json")
        for form in ("tree", "text"):
            space.result.json.show_form(form)
            await self.look(f"{endpoint}: JSON, {form}")

    async def events(self) -> None:
        pane = self._it.space.result.events
        self._it.space.result.show_tab("events")
        for row in range(pane.model.rowCount()):
            pane.select(row)
            for form in ("pretty", "raw", "tree"):
                pane.detail.set_form(form)
                await self.look(f"event {row}, {form}")


def test_no_letters_of_a_file_are_painted_anywhere(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    programs: list[Program] = []

    async def main() -> dict[str, list[str]]:
        async with raw_server(serve) as server, asyncio.TaskGroup() as group:
            base = f"http://127.0.0.1:{server.port}"
            program = Program(folders(tmp_path), replace(addresses, run=f"{base}/run", cdn=base))
            programs.append(program)
            group.create_task(program.run())
            it = Driven(program)
            try:
                await it.ready()
                await until(lambda: program.window.saved.folder is not None, limit_s=20)
                it.window.resize(1280, 800)
                looking = Looking(it)
                await looking.call("a/echo", Mode.RUN)
                await looking.call("a/bad", Mode.RUN)
                await looking.call("a/words", Mode.STREAM)
                await looking.events()
                for name in PLACES:
                    it.window.actions_[name].trigger()
                    await looking.look(name)
                return looking.found
            finally:
                program.close()

    try:
        assert in_loop(main(), limit_s=90) == {}
    finally:
        for program in programs:
            program.window.deleteLater()
            program.deleteLater()
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
