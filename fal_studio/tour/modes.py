"""The steps through the five ways of calling, each with what came back on screen."""

import asyncio
import time
from typing import Any

from PySide6.QtCore import QPointF, Qt

from fal_studio.core.call import Phase
from fal_studio.core.events import SessionState
from fal_studio.core.request import Mode
from fal_studio.tour.hand import CTRL, Hand


async def first_picture(hand: Hand) -> dict[str, Any]:
    """Press Ctrl+Enter as soon as the window is there, as a newcomer does."""
    await hand.until(lambda: hand.window.isVisible() and hand.program.is_painted, "the window is painted")
    hand.shoot("empty")
    shown_s = time.monotonic() - hand.began_s
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: bool(hand.space.result.call), "Ctrl+Enter started a call")
    hand.shoot("waiting")
    await hand.done()
    hand.check_pictures()
    return {"window_s": round(shown_s, 3), "first_picture_s": round(time.monotonic() - hand.began_s, 3)}


async def run_mode(hand: Hand) -> dict[str, Any]:
    """Four pictures by one direct request."""
    await hand.until(lambda: bool(hand.program.catalogue.all()), "the catalogue is there")
    hand.window.open_new()
    await hand.type_prompt("A mountain lake at sunrise, fog in the valley, pine forest")
    hand.space.document.set_value("num_images", 4)
    hand.choose_mode(Mode.RUN)
    hand.press_run()
    await hand.until(lambda: bool(hand.space.result.call), "Run started a call")
    await hand.done()
    hand.check_pictures(4)
    return hand.timings()


async def subscribe(hand: Hand) -> dict[str, Any]:
    """The queue, followed to the result."""
    hand.window.open_new()
    await hand.type_prompt("A harbour town at night in the rain, lanterns on the water")
    hand.space.document.set_value("num_inference_steps", 50)
    hand.choose_mode(Mode.SUBSCRIBE)
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: hand.state.phase is Phase.RUNNING, "the job runs")
    hand.shoot("running")
    await hand.done()
    hand.check_pictures()
    hand.check(bool(hand.state.request_id), "the request id is shown")
    return hand.timings()


async def submit(hand: Hand) -> dict[str, Any]:
    """Let go of a job, then follow it to its result."""
    await hand.type_prompt("A desert canyon under the stars, wide view")
    hand.choose_mode(Mode.SUBMIT)
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: hand.state.detached, "the job is detached")
    await hand.until(hand.space.result.row.follow_button.isVisible, "Follow is offered")
    hand.shoot("detached")
    hand.click(hand.space.result.row.follow_button)
    await hand.done()
    hand.check_pictures()
    return hand.timings()


async def stream(hand: Hand) -> dict[str, Any]:
    """Partial pictures while the model works."""
    await hand.type_prompt("A ribbed ceramic jug and two lemons on an oak table, window light from the left")
    hand.choose_mode(Mode.STREAM)
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(
        lambda: hand.state.partials >= 2 and hand.space.result.preview.pictures.is_complete(),
        "partial pictures are shown",
    )
    first = hand.picture().copy()
    hand.shoot("beginning")
    await hand.until(
        lambda: hand.state.partials >= 14 and hand.space.result.preview.pictures.is_complete(),
        "later partial pictures are shown",
    )
    hand.shoot("middle")
    await hand.done()
    hand.check_pictures()
    hand.check(first != hand.picture(), "the last picture differs from the first")
    hand.shoot("end")
    hand.space.result.show_tab("events")
    await hand.frames()
    return hand.timings() | {"partials": hand.state.partials}


async def realtime(hand: Hand) -> dict[str, Any]:
    """A session that answers every edit."""
    hand.window.open_starter("Sketch to lake")
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: hand.state.session is SessionState.LIVE, "the session is live")
    await hand.until(lambda: hand.state.partials >= 1 and hand.has_picture(), "the first answer is shown")
    first, answers = hand.picture().copy(), hand.state.partials
    await hand.type_prompt("A quiet lake under the moon, ink drawing")
    await hand.until(lambda: hand.state.partials > answers and hand.picture() != first, "an edit is answered")
    await hand.frames()
    hand.shoot("live")
    answers = hand.state.partials
    await hand.key(Qt.Key.Key_Escape)
    await hand.until(lambda: hand.state.is_ended, "the session is closed")
    hand.check(hand.state.phase is Phase.DONE, f"the session ended as done, not {hand.state.phase}")
    return hand.timings() | {"answers": answers, "sent": hand.state.sent}


async def live(hand: Hand) -> dict[str, Any]:
    """The live desk: alive at once, and a stroke is answered."""
    pages = hand.window.pages
    pages.show_page("live")
    desk = pages.desk
    assert desk is not None
    await hand.until(lambda: desk.shown is not None, "the first sketch is answered")
    first = desk.result.image.copy()
    desk.canvas.begin(QPointF(80, 120))
    for step in range(30):
        desk.canvas.move_to(QPointF(80 + 12 * step, 120 + 4 * step))
        await asyncio.sleep(0.01)
    desk.canvas.end()
    await hand.until(
        lambda: not desk.session.in_flight and desk.result.image != first, "the stroke is answered"
    )
    hand.shoot("desk")
    desk.keep()
    await hand.until(lambda: bool(pages.kept), "a frame is kept")
    hand.shoot("kept")
    sent, lost = desk.session.figures.sent, desk.session.figures.lost
    desk.session.stop("the tour goes on")
    await hand.until(lambda: not desk.session.is_on, "the session is closed")
    pages.show_page("request")
    return {"sent": sent, "lost": lost}
