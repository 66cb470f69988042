"""The tour: drives the real window through all five modes on the emulator, and writes down what it saw.

`fal-studio tour --out DIR` makes a picture per step and `tour.json`; it ends with 1 if a step did not show its result.
Keys and presses go in as events, as from a person; what is checked is what stands on screen.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from fal_studio import display, room
from fal_studio.app.program import Program
from fal_studio.app.stall import StallMonitor
from fal_studio.app.start import application, run
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import SessionState
from fal_studio.core.request import Mode
from fal_studio.language import ENGLISH
from fal_studio.store.paths import folders
from fal_studio.ui import theme
from fal_studio.ui.shell.offering import ACTIONS, CALLS, MODELS, PROFILES, REQUESTS, SETTINGS
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.segmented import SegmentedControl
from fal_studio.words import TAG, tr

LIMIT_S = 60.0
SIZES = ((1024, 640), (1920, 1200))
"""Where each step is looked at once more: the smallest window in the other theme, and a large one."""
WANTED = {
    "light": (tr("light"), (REQUESTS, ACTIONS, CALLS)),
    "key": (tr("key"), (ACTIONS, PROFILES)),
    "motion": (tr("motion"), (SETTINGS,)),
    "image": ("image", (MODELS,)),
}
"""What is written into the palette, by the name of its picture, and what kinds of things are found in English."""
CTRL = Qt.KeyboardModifier.ControlModifier


class TourError(Exception):
    """A step did not show what it should."""


class Step(msgspec.Struct):
    """What happened in one step."""

    step: str
    ok: bool
    seconds: float
    picture: str = ""
    longest_stall_ms: float = 0.0
    measured: dict[str, Any] = {}
    problem: str = ""


class Tour:
    """Walks through the window; every step is a method that ends when its result is on screen."""

    def __init__(
        self, program: Program, out: Path, prefix: str, began_s: float, *, checks_room: bool = False
    ) -> None:
        """`checks_room`: whether a step fails when something on its pictures is cut off, covered or scrolls sideways."""
        self._program = program
        self._checks_room = checks_room
        self._crowded: list[str] = []
        """What had no room in this step, and where that was."""
        self._window = program.window
        self._out = out
        self._prefix = prefix
        self._began_s = began_s
        self._stall = StallMonitor()
        self.steps: list[Step] = []

    @property
    def space(self) -> Workspace:
        """The request in front."""
        return self._window.workspace

    @property
    def state(self) -> CallState:
        """The state of the call in front."""
        return self.space.result.state

    async def walk(self, only: Sequence[str] = ()) -> None:
        """Do all steps, or `only` some; a step that fails does not keep the others from being tried."""
        for work in self._works():
            if not only or work.__name__ in only:
                await self._step(work)

    def _works(self) -> tuple[Callable[[], Awaitable[dict[str, Any]]], ...]:
        return (
            self.first_picture,
            self.run_mode,
            self.subscribe,
            self.submit,
            self.stream,
            self.realtime,
            self.live,
            self.chat,
            self.speech,
            self.video,
            self.mesh,
            self.conversation,
            self.failure,
            self.broken_json,
            self.events,
            self.queue,
            self.history,
            self.batch,
            self.saved,
            self.palette,
            self.catalogue,
            self.compare,
            self.two_calls,
            self.light,
            self.narrow,
        )

    async def first_picture(self) -> dict[str, Any]:
        """Press Ctrl+Enter as soon as the window is there, as a newcomer does."""
        await self._until(
            lambda: self._window.isVisible() and self._program.is_painted, "the window is painted"
        )
        self.shoot("empty")
        shown_s = time.monotonic() - self._began_s
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: bool(self.space.result.call), "Ctrl+Enter started a call")
        self.shoot("waiting")
        await self._done()
        self._check_pictures()
        return {"window_s": round(shown_s, 3), "first_picture_s": round(time.monotonic() - self._began_s, 3)}

    async def run_mode(self) -> dict[str, Any]:
        """Four pictures by one direct request."""
        await self._until(lambda: bool(self._program.catalogue.all()), "the catalogue is there")
        self._window.open_new()
        await self.type_prompt("A mountain lake at sunrise, fog in the valley, pine forest")
        self.space.document.set_value("num_images", 4)
        self.choose_mode(Mode.RUN)
        self.press_run()
        await self._until(lambda: bool(self.space.result.call), "Run started a call")
        await self._done()
        self._check_pictures(4)
        return self._timings()

    async def subscribe(self) -> dict[str, Any]:
        """The queue, followed to the result."""
        self._window.open_new()
        await self.type_prompt("A harbour town at night in the rain, lanterns on the water")
        self.space.document.set_value("num_inference_steps", 50)
        self.choose_mode(Mode.SUBSCRIBE)
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: self.state.phase is Phase.RUNNING, "the job runs")
        self.shoot("running")
        await self._done()
        self._check_pictures()
        self._check(bool(self.state.request_id), "the request id is shown")
        return self._timings()

    async def submit(self) -> dict[str, Any]:
        """Let go of a job, then follow it to its result."""
        await self.type_prompt("A desert canyon under the stars, wide view")
        self.choose_mode(Mode.SUBMIT)
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: self.state.detached, "the job is detached")
        await self._until(self.space.result.row.follow_button.isVisible, "Follow is offered")
        self.shoot("detached")
        self.click(self.space.result.row.follow_button)
        await self._done()
        self._check_pictures()
        return self._timings()

    async def stream(self) -> dict[str, Any]:
        """Partial pictures while the model works."""
        await self.type_prompt(
            "A ribbed ceramic jug and two lemons on an oak table, window light from the left"
        )
        self.choose_mode(Mode.STREAM)
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(
            lambda: self.state.partials >= 2 and self.space.result.preview.pictures.is_complete(),
            "partial pictures are shown",
        )
        first = self._picture().copy()
        self.shoot("beginning")
        await self._until(
            lambda: self.state.partials >= 14 and self.space.result.preview.pictures.is_complete(),
            "later partial pictures are shown",
        )
        self.shoot("middle")
        await self._done()
        self._check_pictures()
        self._check(first != self._picture(), "the last picture differs from the first")
        self.shoot("end")
        self.space.result.show_tab("events")
        await self._frames()
        return self._timings() | {"partials": self.state.partials}

    async def realtime(self) -> dict[str, Any]:
        """A session that answers every edit."""
        self._window.open_starter("Sketch to lake")
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: self.state.session is SessionState.LIVE, "the session is live")
        await self._until(
            lambda: self.state.partials >= 1 and self._has_picture(), "the first answer is shown"
        )
        first, answers = self._picture().copy(), self.state.partials
        await self.type_prompt("A quiet lake under the moon, ink drawing")
        await self._until(
            lambda: self.state.partials > answers and self._picture() != first, "an edit is answered"
        )
        await self._frames()
        self.shoot("live")
        answers = self.state.partials
        await self.key(Qt.Key.Key_Escape)
        await self._until(lambda: self.state.is_ended, "the session is closed")
        self._check(self.state.phase is Phase.DONE, f"the session ended as done, not {self.state.phase}")
        return self._timings() | {"answers": answers, "sent": self.state.sent}

    async def live(self) -> dict[str, Any]:
        """The live desk: alive at once, and a stroke is answered."""
        pages = self._window.pages
        pages.show_page("live")
        desk = pages.desk
        assert desk is not None
        await self._until(lambda: desk.shown is not None, "the first sketch is answered")
        first = desk.result.image.copy()
        desk.canvas.begin(QPointF(80, 120))
        for step in range(30):
            desk.canvas.move_to(QPointF(80 + 12 * step, 120 + 4 * step))
            await asyncio.sleep(0.01)
        desk.canvas.end()
        await self._until(
            lambda: not desk.session.in_flight and desk.result.image != first, "the stroke is answered"
        )
        self.shoot("desk")
        desk.keep()
        await self._until(lambda: bool(pages.kept), "a frame is kept")
        self.shoot("kept")
        sent, lost = desk.session.figures.sent, desk.session.figures.lost
        desk.session.stop("the tour goes on")
        await self._until(lambda: not desk.session.is_on, "the session is closed")
        pages.show_page("request")
        return {"sent": sent, "lost": lost}

    async def chat(self) -> dict[str, Any]:
        """Words that grow while they are written."""
        self._window.open_starter("Explain queues to a child")
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: len(self.space.result.preview.words.text) > 20, "the first words are shown")
        self.shoot("middle")
        await self._done()
        text = self.space.result.preview.words.toPlainText()
        self._check(len(text) > 80, "the answer is on screen")
        return self._timings() | {"characters": len(text)}

    async def speech(self) -> dict[str, Any]:
        """A sound that can be played."""
        self._window.open_starter("Good morning")
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._done()
        player = self.space.result.preview.player
        self._check(player is not None and player.is_ready, "the player is ready")
        return self._timings() | {"duration_ms": player.duration_ms if player else 0}

    async def video(self) -> dict[str, Any]:
        """A film, made by a slow job with logs."""
        self._window.open_starter("Paper boat")
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: self.state.logs >= 1 or self.state.is_ended, "the runner's log is heard")
        self.shoot("running")
        await self._done()
        player = self.space.result.preview.player
        self._check(player is not None and player.is_ready, "the film is on screen")
        assert player is not None
        self._check(variety(player.frame) > 8, "the film's picture is not flat")
        return self._timings() | {"duration_ms": player.duration_ms, "logs": self.state.logs}

    async def mesh(self) -> dict[str, Any]:
        """A 3D model that is turned about, with its triangles, and the table of its files."""
        self._window.open_new()
        await self.choose_endpoint("emulator/mesh")
        self.press_run()
        await self._until(lambda: bool(self.space.result.call), "Run started a call")
        await self._done()
        preview = self.space.result.preview
        self._check(not preview.files.is_empty, "the files are listed")
        mesh = preview.mesh
        self._check(mesh is not None and not mesh.message, "the model is on screen")
        assert mesh is not None
        self._check(variety(mesh.frame) > 8, "the model is not flat")
        before = mesh.frame
        mesh.scene.turn(-40, 12)
        mesh.scene.zoom(2)
        await self._until(lambda: mesh.is_still and mesh.frame != before, "it was turned")
        self.shoot("turned")
        return self._timings() | {"file": preview.artifacts[0].name, "about": mesh.about}

    async def conversation(self) -> dict[str, Any]:
        """Messages of a chat model: a tool that is called, and the conversation that goes on."""
        self._window.open_new()
        await self.choose_endpoint("emulator/chat/openai/v1/chat/completions")
        asked = {
            "role": "user",
            "content": "When is the light best at the coast? Look up the sunset time.",
        }
        tool = {"type": "function", "function": {"name": "sunset_time", "parameters": {"type": "object"}}}
        self.space.document.set_value(
            "messages", [{"role": "system", "content": "Be brief and kind."}, asked]
        )
        self.space.document.set_value("tools", [tool])
        self.press_run()
        await self._until(lambda: bool(self.space.result.call), "Run started a call")
        await self._done()
        chat = self.space.result.preview.chat
        self._check(chat is not None and len(chat.messages) == 3, "the messages are shown")
        assert chat is not None
        chat.messages[-1].folds[0].setChecked(True)
        await self._frames()
        self.shoot("tool")
        chat.continue_button.click()
        messages = self.space.document.value_at(("messages",))
        self._check(isinstance(messages, list) and len(messages) == 4, "the tool's answer can be typed")
        return self._timings() | {"used": chat.used}

    async def failure(self) -> dict[str, Any]:
        """A refused value: the card stands where the picture would be, and leads to the field."""
        self._window.open_starter("Lighthouse")
        self.space.document.set_value("guidance_scale", 35)
        self.choose_mode(Mode.RUN)
        before = self.space.result.call
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: self.space.result.call != before, "a call began")
        await self._until(lambda: self.state.is_ended, "the call has ended")
        await self._frames()
        self._check(self.state.phase is Phase.FAILED, f"the call failed, not {self.state.phase}")
        card = self.space.result.failure.card
        self._check(card is not None and card.isVisible(), "the failure card is shown")
        assert card is not None
        self._check("guidance_scale" in card.accessibleName(), "the card names the field")
        return {"card": card.accessibleName()}

    async def broken_json(self) -> dict[str, Any]:
        """Arguments that cannot be sent: the line is marked, Run says why."""
        self.space.editor.show_tab("json")
        self.space.document.set_text('{\n  "prompt": "A lake",\n  "seed": NaN,\n  "num_images": 2,\n}')
        await self._frames()
        self._check(self.space.bar.run.is_blocked, "Run is blocked")
        self._check("line" in self.space.forecast.text, "the forecast names the line")
        reason = self.space.forecast.text
        self.shoot("blocked")
        self.space.document.set_text('{\n  "prompt": "A lake in autumn, red trees",\n  "seed": 4\n}')
        self.space.editor.show_tab("form")
        await self.key(Qt.Key.Key_Return, CTRL)
        await self._until(lambda: self.state.failure is None, "a new call began")
        await self._done()
        self._check_pictures()
        return {"reason": reason}

    async def events(self) -> dict[str, Any]:
        """Everything that happened, event by event."""
        result = self.space.result
        result.show_tab("events")
        await self._frames()
        rows = result.events.model.rowCount()
        self._check(rows >= 4, "the events are listed")
        result.events.select(rows - 1)
        await self._frames()
        self.shoot("chosen")
        result.show_tab("json")
        await self._frames()
        self.shoot("json")
        result.json.show_form("tree")
        await self._frames()
        self._check(result.json.tree.model.rowCount() == 1, "the result stands as a tree")
        self.shoot("tree")
        result.json.show_form("text")
        result.show_tab("headers")
        await self._frames()
        self.shoot("headers")
        return {"rows": rows, **await self._timeline()}

    async def _timeline(self) -> dict[str, Any]:
        """Where the time of the call went: the whole, and its first exchange in full."""
        result = self.space.result
        result.show_tab("timeline")
        await self._frames()
        whole, *exchanges = result.timeline.lanes
        self._check(bool(exchanges), "the exchanges are listed")
        spent_ns = sum(bar.end_ns - bar.start_ns for bar in whole.bars)
        self._check(spent_ns == self.state.ended_t_ns, "the stretches sum to the wall clock")
        self.shoot("timeline")
        result.timeline.waterfall.setFocus()
        await self.key(Qt.Key.Key_Down)
        await self._frames()
        self._check("Sent" in result.timeline.text, "the exchange is told in full")
        self.shoot("exchange")
        result.show_tab("preview")
        return {"exchanges": len(exchanges)}

    async def queue(self) -> dict[str, Any]:
        """The queue at the foot of the window: calls that wait, a failed one with its reasons and its log."""
        await self.key(Qt.Key.Key_J, CTRL)
        await self._until(lambda: self._window.monitor.is_open, "Ctrl+J opened the queue")
        dock = self._window.monitor.dock
        assert dock is not None
        rows = [row for at in range(dock.model.rowCount()) if (row := dock.model.row(at)) is not None]
        self._check(len(rows) >= 8, f"the calls of this tour are listed, not {len(rows)}")
        self._window.actions_["queue.pause"].trigger()
        self._window.open_starter("Lighthouse")
        self.space.document.set_value("guidance_scale", 3.5)
        self.space.document.set_value("seed", 20)
        self.space.run()
        await self._until(
            lambda: (row := dock.model.row(0)) is not None and row.phase is Phase.WAITING, "a call waits here"
        )
        failed = next(row for row in rows if row.phase is Phase.FAILED)
        dock.table.choose(failed.call)
        await self._frames()
        self.shoot("failed")
        film = next(row for row in rows if row.endpoint == "emulator/video")
        dock.table.choose(film.call)
        await self._frames()
        self._check(dock.detail.logs.count >= 1, "the runner's log is shown")
        self.shoot("log")
        self._window.actions_["queue.pause"].trigger()
        await self._until(
            lambda: (row := dock.model.row(0)) is not None and row.phase is Phase.DONE,
            "it was sent and is done",
        )
        await self._frames()
        return {"calls": dock.model.rowCount(), "log_lines": dock.detail.logs.count}

    async def history(self) -> dict[str, Any]:
        """The history: everything, found by a word, and the difference between two calls' inputs."""
        await self.key(Qt.Key.Key_H, CTRL)
        dock = self._window.monitor.dock
        assert dock is not None
        await self._until(lambda: dock.listing.shown == dock.listing.total > 0, "all calls are listed")
        everything = dock.listing.total
        dock.filter.setFocus()
        QTest.keyClicks(dock.filter, "lighthouse state:done")
        await self._until(lambda: 0 < dock.listing.total < everything, "some are found")
        await self._frames()
        self.shoot("found")
        dock.table.setFocus()
        await self.key(Qt.Key.Key_Home)
        await self.key(Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
        calls = dock.table.calls()
        self._check(len(calls) >= 2, "several are selected")
        dock.table.choose(calls[0])
        dock.detail.show_tab("inputs")
        await self._until(lambda: "prompt" in dock.detail.inputs.toPlainText(), "the inputs are shown")
        self.shoot("inputs")
        found = dock.listing.total
        dock.filter.clear()
        self._window.monitor.close()
        await self._frames()
        return {"calls": everything, "found": found}

    async def batch(self) -> dict[str, Any]:
        """Three pictures by one press of Run, each with a seed of its own, and a key from one to the next."""
        self._window.open_new()
        await self.type_prompt("A lighthouse in the rain, long exposure")
        self.space.document.set_value("seed", 5)
        self.choose_mode(Mode.RUN)
        QTest.keyClick(self.space.bar.repeat, Qt.Key.Key_Up)
        QTest.keyClick(self.space.bar.repeat, Qt.Key.Key_Up)
        offer = next(link for link in self.space.forecast.findChildren(Button) if link.isVisible())
        self.click(offer)
        rising = tr("seeds {first} to {last}").format(first=5, last=7)
        self._check(rising in self.space.forecast.text, "the seeds rise")
        await self._frames()
        self.shoot("forecast")
        self.press_run()
        await self._until(lambda: len(self.space.batch) == 3, "three calls began")
        calls = self.space.batch
        await self._until(
            lambda: all(self._program.calls.state(call).is_ended for call in calls), "all three are done"
        )
        await self.key(Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
        self._check(self.space.result.call == calls[1], "the second one is shown")
        await self._done()
        self._check_pictures()
        return {"calls": len(calls)}

    async def saved(self) -> dict[str, Any]:
        """A request as a file: a title, a folder, a mark when it differs; and what a preset would hold."""
        await self.key(Qt.Key.Key_S, CTRL)
        (panel,) = [one for one in self._window.findChildren(FloatingPanel) if one.isVisible()]
        title, folder = panel.findChildren(QLineEdit)
        QTest.keyClicks(title, "Rain")
        QTest.keyClicks(folder, "lighthouses")
        await self._frames()
        self.shoot("panel")
        QTest.keyClick(folder, Qt.Key.Key_Return)
        await self._until(lambda: bool(self.space.file), "it is written")
        self._check(not self.space.differs, "it is what its file holds")
        self.space.document.set_value("seed", 8)
        self._check(self.space.differs, "it is something else by now")
        await self._frames()
        self.shoot("listed")
        self._window.actions_["preset.save"].trigger()
        await self._frames()
        self.shoot("preset")
        await self.key(Qt.Key.Key_Escape)
        await self.key(Qt.Key.Key_S, CTRL)
        await self._until(lambda: not self.space.differs, "it is written again")
        return {"saved": len(self._window.saved.requests)}

    async def palette(self) -> dict[str, Any]:
        """Everything by a few letters: requests, commands, models, keys, calls, settings; Esc leads back."""
        before = self._window.focusWidget()
        await self.key(Qt.Key.Key_K, CTRL)
        palette = self._window.offering.palette
        self._check(palette.isVisible(), "Ctrl+K opened the palette")
        await self._until(
            lambda: CALLS in dict(palette.listed.groups), "the calls of the ledger are offered, too"
        )
        await self._frames()
        self.shoot("everything")
        for name, (words, kinds) in WANTED.items():
            # What begins alike in English need not in another language: there it is enough that something is found.
            wanted = set(kinds) if TAG == ENGLISH else set[str]()
            palette.field.clear()
            QTest.keyClicks(palette.field, words)
            await self._until(
                lambda: bool(found := dict(palette.listed.groups)) and wanted <= set(found),  # noqa: B023 - awaited here
                f"“{words}” finds {', '.join(kinds)}",
            )
            await self._frames()
            self.shoot(f"found-{name}")
        await self.key(Qt.Key.Key_Escape)
        if palette.isVisible():  # the first one cleared the words
            await self.key(Qt.Key.Key_Escape)
        self._check(not palette.isVisible(), "Esc closed it")
        self._check(self._window.focusWidget() is before, "the keyboard is where it was")
        return {"words": list(WANTED)}

    async def catalogue(self) -> dict[str, Any]:
        """The catalogue: a model found by a word, its card, and a request for it in a tab of its own."""
        await self.key(Qt.Key.Key_M, CTRL)
        sheet = self._window.model_sheet
        await self._until(lambda: sheet.found.rowCount() > 0, "models are listed")
        listed = sheet.found.rowCount()
        QTest.keyClicks(sheet.search, "film")
        await self._until(lambda: 0 < sheet.found.rowCount() < listed, "some are found")
        await self._until(
            lambda: sheet.card.card is not None and sheet.card.card.kept_s is None, "the card is there"
        )
        await self._until(lambda: bool(sheet.card.fields.facts), "the card tells its inputs")
        await self._until(lambda: sheet.card.is_pictured, "the card has its picture")
        await self._frames()
        self.shoot("card")
        found, endpoint = sheet.found.rowCount(), sheet.endpoint
        await self.key(Qt.Key.Key_Return)
        await self._until(lambda: self.space.endpoint == endpoint, "a request for it is open")
        self._check(not sheet.isVisible(), "the sheet is closed")
        return {"models": listed, "found": found, "opened": endpoint}

    async def compare(self) -> dict[str, Any]:
        """All ways of calling one request on one time axis: before, while they run, and what can be said in the end."""
        self._window.open_new()
        await self.choose_endpoint("emulator/sketch")
        await self.type_prompt("A quiet lake under the moon, gouache")
        await self._until(lambda: self._program.comparisons.is_ready, "comparisons can run")
        await self.key(Qt.Key.Key_2, CTRL)
        pane = self._window.comparing.pane
        assert pane is not None
        await self._until(lambda: len(pane.desk.plan.called) > 1, "the lanes are known")
        pane.bar.runs.setValue(2)
        pane.bar.warm_ups.setValue(0)
        await self._frames()
        self._check(pane.empty.isVisible(), "the page says what it is for")
        self.shoot("start")
        await self.key(Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
        door = self._program.comparisons
        await self._until(
            lambda: door.current is not None and len(door.current.outcomes) >= len(door.current.plan.called),
            "a round is done",
        )
        await self._frames()
        self.shoot("running")
        await self._until(lambda: not pane.desk.is_running, "all turns are over")
        view = pane.outputs.view
        await self._until(
            lambda: sum(tile.image is not None for tile in view.tiles) > 1, "pictures of the lanes are shown"
        )
        await self._frames()
        self._check(bool(pane.desk.analysis.verdict), "there is a verdict")
        return {"lanes": len(pane.desk.plan.called), "verdict": pane.desk.analysis.verdict}

    async def two_calls(self) -> dict[str, Any]:
        """Two calls of the history against each other: numbers, inputs, and their pictures under one lens."""
        self._window.pages.show_page("request")
        await self.key(Qt.Key.Key_H, CTRL)
        dock = self._window.monitor.dock
        assert dock is not None
        await self._until(lambda: dock.listing.shown == dock.listing.total > 3, "all calls are listed")
        dock.filter.setText("rain long exposure")
        await self._until(
            lambda: dock.listing.shown == dock.listing.total == 3, "the calls of the batch are found"
        )
        await self._frames()
        dock.table.setFocus()
        await self.key(Qt.Key.Key_Home)
        await self.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        self._window.actions_["queue.compare"].trigger()
        two = self._window.commands.two
        assert two is not None
        outputs = two.panel.outputs
        await self._until(lambda: "pixels" in outputs.note("Later")[0], "both pictures are compared")
        await self._frames()
        found = [one.path for one in two.panel.diff.found]
        self._check(found == ["seed"], f"the seed is what differs, not {found}")
        self.shoot("side")
        two.panel.dismiss()
        dock.filter.clear()
        self._window.monitor.close()
        await self._frames()
        return {"differs": found, "note": outputs.note("Later")[0]}

    async def light(self) -> dict[str, Any]:
        """The other theme, switched live."""
        was = theme.current().resolved
        before = self._window.grab().toImage().pixelColor(4, 4).lightness()
        theme.current().apply(Scheme.DARK if was is Scheme.LIGHT else Scheme.LIGHT)
        await self._frames()
        after = self._window.grab().toImage().pixelColor(4, 4).lightness()
        self._check(abs(after - before) > 80, "the window changed its colours")
        self.shoot("switched")
        theme.current().apply(was)
        await self._frames()
        return {"lightness": [before, after]}

    async def narrow(self) -> dict[str, Any]:
        """The smallest supported window."""
        before = self._window.size()
        self._window.resize(1024, 640)
        await self._frames()
        self._check(
            self._window.rail.isVisible() and not self._window.library.isVisible(), "the library is folded"
        )
        self._check(self.space.bar.run.isVisible(), "Run is in sight")
        self.shoot("1024x640")
        self._window.resize(before)
        await self._frames()
        return {"size": [self._window.width(), self._window.height()]}

    def shoot(self, name: str) -> str:
        """Write a picture of the window as it is."""
        self._number += 1
        file = f"{self._prefix}{self._number:02d}-{self._now}-{name}.png"
        with self._stall.paused():  # taking pictures is the tour's work, not the window's
            self._window.grab().save(str(self._out / file))
            if self._checks_room:
                QApplication.sendPostedEvents(None, int(QEvent.Type.LayoutRequest.value))
                self._crowded += [f"{name}: {fault}" for fault in room.faults(self._window)]
        return file

    async def _shoot_in_sizes(self) -> None:
        """Look at what the step left in other sizes, once in the other theme, and leave everything as it was."""
        before, scheme = self._window.size(), theme.current().resolved
        for width, height in SIZES:
            other = Scheme.DARK if scheme is Scheme.LIGHT else Scheme.LIGHT
            theme.current().apply(other if width < before.width() else scheme)
            self._window.resize(width, height)
            await self._frames()
            self.shoot(f"{width}x{height}")
        theme.current().apply(scheme)
        self._window.resize(before)
        await self._frames()

    async def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        if not self._window.isActiveWindow():
            self._window.activateWindow()
            await self._until(self._window.isActiveWindow, "the window has the keyboard")
        QTest.keyClick(self._window.focusWidget() or self._window, key, modifiers)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press a widget with the mouse."""
        place = widget.rect().center() if at is None else at
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    async def type_prompt(self, text: str) -> None:
        """Write a prompt, letter by letter, over the one that is there."""
        self.space.editor.show_tab("form")
        prompt = self.space.editor.form.prompt
        self.click(prompt.viewport())
        prompt.setFocus()
        QTest.keyClick(prompt, Qt.Key.Key_A, CTRL)
        for letter in text:
            QTest.keyClicks(prompt, letter)
            await asyncio.sleep(0)
        self._check(prompt.toPlainText() == text, "the prompt stands as typed")

    def choose_mode(self, mode: Mode) -> None:
        """Press a mode."""
        control: SegmentedControl = self.space.bar.modes
        part = next(
            child
            for child in control.findChildren(QWidget)
            if child.accessibleName().split(",")[0] == mode.value
        )
        self.click(part)
        self._check(self.space.mode is mode, f"the mode is {mode}")

    async def choose_endpoint(self, endpoint: str) -> None:
        """Go to the endpoint field with the keyboard, write an id, press Enter."""
        await self.key(Qt.Key.Key_L, CTRL)
        line = self.space.bar.box.lineEdit()
        assert line is not None
        QTest.keyClick(line, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(line, endpoint)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self._check(self.space.endpoint == endpoint, f"the endpoint is {endpoint}")

    def press_run(self) -> None:
        """Press Run with the mouse."""
        run = self.space.bar.run
        self.click(run, QPoint(run.height() // 2, run.height() // 2))

    async def _step(self, work: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._now = work.__name__
        began = time.monotonic()
        self._stall.start()
        step = Step(self._now, ok=False, seconds=0.0)
        try:
            step.measured = await work()
            step.ok = True
        except TourError as error:
            step.problem = str(error)
        step.seconds = round(time.monotonic() - began, 3)
        step.longest_stall_ms = round(self._stall.stop(), 1)
        await self._frames()  # what was opened last is laid out with the next turn of the loop
        step.picture = self.shoot("done" if step.ok else "not-shown")
        if self._checks_room:
            await self._shoot_in_sizes()
            if step.ok and self._crowded:
                step.ok, step.problem = False, "no room: " + "; ".join(dict.fromkeys(self._crowded))
            self._crowded.clear()
        self.steps.append(step)

    _number = 0
    _now = ""

    def _timings(self) -> dict[str, Any]:
        return {"total_s": round(self.state.elapsed_s, 3), "attempts": self.state.attempts}

    def _has_picture(self) -> bool:
        image = self.space.result.preview.pictures.image(0)
        return image is not None and self.space.result.preview.pictures.is_complete()

    def _picture(self) -> QImage:
        return self.space.result.preview.pictures.image(0) or QImage()

    def _check_pictures(self, count: int = 1) -> None:
        grid = self.space.result.preview.pictures
        self._check(grid.isVisible(), "pictures are on screen")
        self._check(grid.count == count, f"{count} pictures are on screen, not {grid.count}")
        for place in range(count):
            image = grid.image(place)
            self._check(image is not None and variety(image) > 8, f"picture {place + 1} shows something")

    @staticmethod
    def _check(is_so: bool, what: str) -> None:
        if not is_so:
            raise TourError(f"not so: {what}")

    async def _done(self) -> None:
        """Wait until the call in front is done and all of its result is on screen."""
        await self._until(lambda: self.state.is_ended, "the call has ended")
        failure = self.state.failure
        self._check(failure is None, f"the call is done, not failed: {failure.message if failure else ''}")
        self._check(self.state.phase is Phase.DONE, f"the call is done, not {self.state.phase}")
        await self._until(lambda: self.space.result.preview.is_complete, "the whole result is on screen")
        self.space.result.preview.words.render_now()
        await self._frames()

    async def _until(self, is_so: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + LIMIT_S
        while not is_so():
            if time.monotonic() > end:
                raise TourError(f"waited {LIMIT_S:.0f} s in vain until {what}")
            await asyncio.sleep(0.01)

    async def _frames(self) -> None:
        """Let a few frames pass, so that what was asked for is painted."""
        for _ in range(4):
            await asyncio.sleep(0.02)


def variety(image: QImage) -> int:
    """Return how many different colours a coarse look finds; a flat picture has one."""
    if image.isNull():
        return 0
    small = image.scaled(24, 24)
    return len({small.pixel(x, y) & 0xF0F0F0 for x in range(24) for y in range(24)})


def main(argv: Sequence[str] | None = None) -> int:
    """Take the tour; returns 0 if every step showed its result."""
    began_s = time.monotonic()
    options = _parser().parse_args(argv)
    if display.is_missing():
        sys.stderr.write(f"{display.MISSING} Drawing the window on Qt's offscreen platform.\n")
        display.use_offscreen()
    options.out.mkdir(parents=True, exist_ok=True)
    named = options.theme.replace("-", " ")
    schemes = [Scheme.DARK, Scheme.LIGHT] if named == "both" else [Scheme(named)]
    app = application(schemes[0].value)
    steps: list[dict[str, Any]] = []
    for scheme in schemes:
        theme.current().apply(scheme)
        prefix = f"{scheme.value}-" if len(schemes) > 1 else ""
        taken = _take(options, prefix, began_s)
        steps += [{"theme": scheme.value, **msgspec.to_builtins(step)} for step in taken]
        began_s = time.monotonic()
    report = {"ok": all(step["ok"] for step in steps), "platform": app.platformName(), "steps": steps}
    (options.out / "tour.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    for step in steps:
        word = "shown" if step["ok"] else "MISSING"
        sys.stdout.write(
            f"{word:8} {step['step']:14} {step['seconds']:7.2f} s  stall {step['longest_stall_ms']:6.1f} ms  {step['problem']}\n"
        )
    return 0 if report["ok"] else 1


def _take(options: argparse.Namespace, prefix: str, began_s: float) -> list[Step]:
    with tempfile.TemporaryDirectory(prefix="fal-tour-") as folder:
        program = Program(folders(Path(folder)))
        width, height = options.size
        program.window.resize(width, height)
        tour = Tour(program, options.out, prefix, began_s, checks_room=options.check_room)

        async def both() -> None:
            async with asyncio.TaskGroup() as group:
                walking = group.create_task(tour.walk(options.only))
                living = group.create_task(program.run())
                walking.add_done_callback(lambda _: program.close())
                # Told to end (a signal, the window closed), the program goes first: nothing more can be shown.
                living.add_done_callback(lambda _: walking.cancel())
            if walking.cancelled():
                tour.steps.append(Step("end", ok=False, seconds=0.0, problem="the program was told to end"))

        run(program, both)
        program.deleteLater()
        return tour.steps


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no size; write it as 1280x800") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fal-studio tour", description="Show the program at work, without hands."
    )
    parser.add_argument(
        "--out", type=Path, default=Path("tour"), help="folder for the pictures and tour.json"
    )
    parser.add_argument("--size", type=_size, default=(1280, 800), help="window size, such as 1280x800")
    parser.add_argument("--theme", choices=["dark", "light", "high-contrast", "both"], default="dark")
    parser.add_argument(
        "--check-room",
        action="store_true",
        help="look at every step in three sizes and both themes, and fail where something is cut off, covered or scrolls sideways",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="STEP",
        help="take these steps alone, such as: first_picture queue",
    )
    return parser
