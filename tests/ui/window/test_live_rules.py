"""The rules of live sessions in the window: changed, in force, kept per endpoint; and answers that are only links."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fal_studio.core import events as e
from fal_studio.core.artifacts import find
from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.tour.camera import variety
from fal_studio.ui.realtime.desk import LiveDesk
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live import draw, live, quiet
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")
BENCH = "emulator/bench"


async def stopped(desk: LiveDesk) -> None:
    desk.session.stop("for the test")
    await until(lambda: not desk.session.is_on, what="the session is over")


def put(box: QWidget, text: str) -> None:
    """Write a number into a box, as a person does."""
    line = box.lineEdit()
    line.selectAll()
    line.insert(text)
    box.interpretText()


def test_rules_hold_at_once_and_are_kept_for_the_endpoint(drive_kept: Drive) -> None:
    async def change(hand: Driven) -> None:
        desk = await live(hand)
        session = desk.session
        desk.numbers.rules.click()
        assert desk.panel is not None
        put(desk.panel.controls["depth"], "5")
        put(desk.panel.controls["limit_usd"], "0.75")
        put(desk.panel.controls["ping_every_s"], "0")
        put(desk.panel.controls["idle_s"], "0")
        put(desk.panel.controls["reconnect_after_s"], "0.5")
        assert session.pacer.pace.depth == 5
        assert "at most 5 are on their way" in desk.numbers.explained.text()
        assert session.limit_usd == 0.75
        desk.stop_usd = lambda profile: 0.5 if profile == "emulator" else None
        desk.change_rule("limit_usd", 0.8)
        assert session.limit_usd == 0.5  # the profile's stop is the ceiling
        assert "stop of $0.50" in desk.panel._said.text()
        await hand.key(Qt.Key.Key_Escape)
        assert not desk.panel.isVisible()
        await stopped(desk)
        session.start()
        await until(
            lambda: session.is_live and session.figures.answered > 0, what="it is live again", limit_s=20
        )
        request = hand.program.calls.request(session.call)
        assert request is not None
        assert (request.options.ping_every_s, request.options.reconnect_after_s) == (0, 0.5)
        session._input_at_s -= 1000
        session._on_tick()
        assert session.is_live  # never paused for want of inputs
        kept = hand.program.kept.state / "live.json"
        await until(lambda: kept.exists() and b"0.8" in kept.read_bytes(), what="the rules are kept")
        facts = [event.fact for event in hand.program.calls.events(session.call)]
        assert not any(isinstance(fact, e.Control) and fact.name == "ping" for fact in facts)

    async def find_again(hand: Driven) -> None:
        desk = await live(hand)
        await until(lambda: desk.rules.depth == 5, what="the rules are here again")
        assert (desk.rules.limit_usd, desk.session.idle_s) == (0.8, 0)
        await stopped(desk)
        desk.bar.endpoint_chosen.emit(BENCH)
        assert desk.rules.depth == 2  # another endpoint has its own

    drive_kept(change)
    drive_kept(find_again)


def test_linked_pictures_are_fetched_when_somebody_wants_it(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run(prompt="a lighthouse")
        await hand.shown()
        url = next(file.url for file in find(hand.state.output) if file.url.startswith("http"))
        desk = await live(hand)
        await quiet(desk)
        await stopped(desk)
        assert not desk.output.links.isVisible()
        values = {"images": [{"url": url, "content_type": "image/png"}]}
        desk.show_endpoint(BENCH, "emulator", Schema((Field("images", FieldKind.JSON),)), values, [])
        before, asked = desk.result.image, []
        hand.window.bytes_of.wanted.connect(asked.append)
        desk.session.start()
        await until(lambda: "link" in desk.result.note, what="it says that the answer is a link", limit_s=20)
        assert desk.result.image == before
        assert not asked  # nothing is fetched that nobody wants
        desk.output.links.click()
        await until(lambda: desk.answers.fetch_ms is not None and desk.result.image != before, limit_s=20)
        assert variety(desk.result.image) > 8
        await until(
            lambda: desk.numbers.sizes["link fetched"].text().endswith(" ms"), what="the time is shown"
        )
        shown = desk.answers.number
        await draw(desk)
        await until(lambda: desk.answers.number > shown, what="the next link is shown")
        gone = [{"url": url.rsplit("/", 2)[0] + "/nothing/nothing.png", "content_type": "image/png"}]
        desk.fields.set_value("images", gone)
        await until(
            lambda: "could not be fetched" in desk.result.note, what="a dead link is told", limit_s=20
        )

    drive(scenario)
