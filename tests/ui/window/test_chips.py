"""A file that stands as text is a chip wherever a call is looked at: what is painted is searched for its letters."""

import asyncio
import base64
import json
import random
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QWidget

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.modes.raw import answer, raw_server
from tests.ui.ink import words_of
from tests.ui.window.hand import Driven, driven, put_away
from tests.ui.window.places import settle
from tests.waiting import until

BYTES = b"GIF99a" + random.Random(7).randbytes(3000)
RAW = base64.b64encode(BYTES).decode()
URI = f"data:image/x-none;base64,{RAW}"
LETTERS = RAW[:14]
"""What no eye should meet."""
CONTROL = "the editor with letters in the prompt"
IMAGE, ENCODED = "[image/x-none 3.0 KB]", "[encoded 3.0 KB]"
EDITED = {"form": "", "json": "image/x-none  3.0 KB", "code": IMAGE}
SHOWN = {
    "a/echo": {
        "preview": f"here {IMAGE} and {ENCODED} it is",
        "events": "image.url",
        "timeline": "",
        "json": "encoded  4.0 KB",
        "headers": "4.0 KB more",
    },
    "a/bad": {
        "preview": f"image_url: {ENCODED} is bad",
        "events": "",
        "timeline": IMAGE,
        "json": "",
        "headers": "4.0 KB more",
    },
    "a/words": {
        "preview": f"plain {IMAGE}",
        "events": f"plain {IMAGE}",
        "timeline": "Sent, body 8.1 KB",
        "json": "3.0 KB",
        "headers": "",
    },
}
"""What a page paints of the file by each call, instead of its letters."""
PLACES = {
    "view.queue": "refused an argument: image_url: [encoded …",
    "view.history": "3 ended",
    "help.log": "The newest lines since the start",
    "privacy.sent": "What left this machine",
    "palette.requests": "open and saved requests",
}


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
    """Return all words that are painted in the windows that can be seen."""
    tops = [top, *(each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not top)]
    return [words.text for each in tops for words in words_of(each)]


class Looking:
    """Goes from page to page, and notes where letters were painted."""

    def __init__(self, it: Driven) -> None:
        self._it = it
        self.found: dict[str, list[str]] = {}

    async def look(self, where: str, shows: str = "") -> None:
        """Look for letters once `shows` is painted, so that no page is taken for clean before it has its words."""
        words: list[str] = []

        def is_there() -> bool:
            words[:] = painted(self._it.window)
            return any(shows in each for each in words)

        await settle(self._it)
        await until(is_there, what=lambda: f"{where} shows “{shows}” among {words}")
        if letters := [each[:80] for each in words if LETTERS in each]:
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
        for tab, shows in EDITED.items():
            space.editor.show_tab(tab)
            await self.look(f"{endpoint}: editor, {tab}", shows)
        for page, shows in SHOWN[endpoint].items():
            space.result.show_tab(page)
            await self.look(f"{endpoint}: {page}", shows)
        await self.lanes(endpoint)
        space.result.show_tab("json")
        for form in ("tree", "text"):
            space.result.json.show_form(form)
            await self.look(f"{endpoint}: JSON, {form}", SHOWN[endpoint]["json"])

    async def lanes(self, endpoint: str) -> None:
        timeline = self._it.space.result.timeline
        self._it.space.result.show_tab("timeline")
        for lane in range(len(timeline.lanes)):
            timeline.waterfall.choose(lane)
            await self.look(f"{endpoint}: lane {lane}", "Sent, body 8.1 KB" if lane else "")

    async def events(self) -> None:
        pane, result = self._it.space.result.events, self._it.space.result
        result.show_tab("events")
        await until(
            lambda: pane.model.rowCount() == len(self._it.program.log.of(result.call)), what="all are rows"
        )
        for row in range(pane.model.rowCount()):
            pane.select(row)
            for form in ("pretty", "raw", "tree"):
                pane.detail.set_form(form)
                await self.look(f"event {row}, {form}")

    async def control(self) -> None:
        """Letters that do stand in the window are found."""
        self._it.space.document.set_text(json.dumps({"prompt": f"see {LETTERS}"}))
        self._it.space.editor.show_tab("json")
        await self.look(CONTROL, LETTERS)


def test_no_letters_of_a_file_are_painted_anywhere(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    programs: list[Program] = []
    found: dict[str, list[str]] = {}

    async def act(it: Driven) -> None:
        await until(lambda: it.window.saved.folder is not None, limit_s=20)
        it.window.resize(1280, 800)
        looking = Looking(it)
        await looking.call("a/echo", Mode.RUN)
        await looking.call("a/bad", Mode.RUN)
        await looking.call("a/words", Mode.STREAM)
        await looking.events()
        for name, shows in PLACES.items():
            it.window.actions_[name].trigger()
            await looking.look(name, shows)
        await looking.control()
        found.update(looking.found)

    async def main() -> None:
        async with raw_server(serve) as server:
            base = f"http://127.0.0.1:{server.port}"
            program = Program(folders(tmp_path), replace(addresses, run=f"{base}/run", cdn=base))
            programs.append(program)
            await driven(program, act)

    try:
        in_loop(main(), limit_s=90)
    finally:
        put_away(programs)
    assert found.pop(CONTROL), "letters that are painted are found"
    assert found == {}
