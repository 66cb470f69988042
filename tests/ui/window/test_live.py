"""The live desk in the real window: alive at once, exact counts, and every pause with its reason."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt

from fal_studio.core import transcript
from fal_studio.core.events import SessionState
from fal_studio.core.realtime.figures import Match
from fal_studio.core.realtime.pacing import Pace, Policy, words
from fal_studio.core.transcript import Way
from fal_studio.tour.camera import variety
from fal_studio.ui.queue.words import SHORTEST_SESSION_S
from fal_studio.ui.realtime.desk import LiveDesk
from fal_studio.ui.realtime.sources import NO_CAMERA
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")
STROKE = 12


async def live(hand: Driven) -> LiveDesk:
    hand.window.pages.show_page("live")
    desk = hand.window.pages.desk
    assert desk is not None
    await until(lambda: not desk.result.image.isNull(), what="the sketch is answered", limit_s=20)
    return desk


async def draw(desk: LiveDesk, pause_s: float = 0.0, *, is_answered: bool = False) -> None:
    """Draw a stroke, as quickly as told; `is_answered`: each of its points waits for the answer to the one before."""
    desk.canvas.begin(QPointF(60, 60))
    for place in range(1, STROKE):
        desk.canvas.move_to(QPointF(60 + 20 * place, 60))
        await asyncio.sleep(pause_s)
        if is_answered:
            await quiet(desk)
    desk.canvas.end()


async def quiet(desk: LiveDesk) -> None:
    await until(
        lambda: (
            not desk.session.pacer.waits and not desk.session.in_flight and not desk.session.figures.in_flight
        ),
        what="all is answered",
        limit_s=20,
    )


def test_the_desk_answers_and_counts(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        session, first = desk.session, desk.result.image.copy()
        assert variety(first) > 8
        assert desk.bar.toggle.title == "Live"
        assert not hand.window.actions_["request.run"].isEnabled()
        await quiet(desk)
        for policy in Policy:
            desk.change_rule("policy", policy)
            assert desk.numbers.explained.text() == words(Pace(policy))
            before = (session.pacer.changes, session.pacer.sent, session.pacer.superseded)
            sent, answered, lost = session.figures.sent, session.figures.answered, session.figures.lost
            # The server keeps two that wait (max_buffering) and drops older ones: those are lost.
            session.figures.deadline_s = 0.4 if policy is Policy.EVERY else 60.0
            await draw(desk)
            await quiet(desk)
            changes, out, superseded = (
                now - then
                for now, then in zip(
                    (session.pacer.changes, session.pacer.sent, session.pacer.superseded), before, strict=True
                )
            )
            assert changes == STROKE == out + superseded, policy
            assert out == session.figures.sent - sent, policy
            dropped = session.figures.lost - lost
            assert session.figures.answered - answered == out - dropped, policy
            assert bool(dropped) is (policy is Policy.EVERY), policy
            assert {Policy.EVERY: STROKE, Policy.SETTLE: 1}.get(policy, out) == out
        assert session.figures.match is Match.ID
        assert desk.result.image != first
        shown = session.figures.answered
        desk.fields.set_value("prompt", "a red house in the snow")
        await until(lambda: session.figures.answered > shown, what="the prompt is answered", limit_s=20)
        await until(lambda: desk.numbers.quantiles["p50"].text().endswith(" ms"))
        await until(lambda: session.figures.ping_ms is not None, what="a ping is seen")
        await quiet(desk)
        await until(
            lambda: (
                desk.shown is not None
                and desk.shown.index + 1 == session.figures.answered + session.figures.strays
            ),
            what="the last answer is on screen",
        )
        desk.canvas.setFocus()
        await hand.key(Qt.Key.Key_K)
        pages = hand.window.pages
        await until(lambda: pages.kept, what="the frame is kept")
        kept = hand.program.calls.request(pages.kept[0])
        assert kept is not None
        assert kept.arguments["prompt"] == "a red house in the snow"
        assert kept.arguments["seed"] == 123
        assert kept.arguments["image_url"].startswith("data:image/jpeg;base64,")
        await until(lambda: hand.program.calls.state(pages.kept[0]).is_ended)
        assert hand.program.calls.state(pages.kept[0]).output == desk.shown.payload
        assert hand.program.calls.state(pages.kept[0]).elapsed_s < SHORTEST_SESSION_S
        assert str(session.figures.sent) in desk.frames_bar.words
        desk.frames_bar.click()
        rows = pages._frames.model.rowCount()
        assert rows == len(hand.program.calls.events(session.call)) > 2 * session.figures.answered
        desk.canvas.setFocus()
        await hand.key(Qt.Key.Key_Escape)
        await until(lambda: session.state is SessionState.STOPPED)
        await until(lambda: desk.result.note == "Stopped: stopped by you.")
        await hand.key(Qt.Key.Key_Z, CTRL)
        assert desk.canvas.can_redo
        hand.window.pages.show_page("request")
        assert hand.window.actions_["request.run"].isEnabled()

    drive(scenario)


def test_it_pauses_by_itself_and_goes_on_with_the_next_stroke(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        session = desk.session

        async def paused(word: str) -> None:
            await until(lambda: session.state is SessionState.STOPPED and word in session.paused, limit_s=10)
            await until(lambda: word in desk.result.note, what="it says why")
            await until(lambda: desk.bar.toggle.title == "Paused")

        async def on_again() -> None:
            await draw(desk)
            await until(lambda: session.is_live, limit_s=20)
            assert not session.paused

        hand.window.pages.show_page("request")
        await paused("hidden")
        hand.window.pages.show_page("live")
        await on_again()
        session.idle_s = 0.2
        await paused("no input")
        session.idle_s = 60.0
        await on_again()
        session.spent_usd = partial(float, 2.5)
        await paused("$2.00")
        await draw(desk)
        assert not session.is_on  # money is not spent by a stroke
        session.spent_usd = partial(float, 0)
        desk.output.open_own()
        own = desk.output.own
        assert own is not None
        assert own.image == desk.result.image
        own.close()
        told: list[str] = []
        desk.told.connect(told.append)
        desk.input.camera.click()
        assert (NO_CAMERA in told) is not desk.input.camera.isChecked()  # there may be one where this runs
        if desk.input.camera.isChecked():
            desk.input.camera.click()
        assert desk.sources.running == ""
        desk.swap_sides()
        assert desk.split.indexOf(desk.canvas.parentWidget()) == 1

    drive(scenario)


def test_a_recording_is_looked_at_saved_and_sent_again(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        session, player, pages = desk.session, desk.player, hand.window.pages
        await quiet(desk)
        await until(lambda: session.now_ns > 2**31, what="its clock has passed what Qt takes for an int")
        desk.bar.record.click()
        assert desk.bar.record.text() == "Stop recording"
        await draw(desk, pause_s=0.02)
        await quiet(desk)
        desk.bar.record.click()
        await until(lambda: not session.is_on, what="the session is over", limit_s=10)
        recorded = session.last_call
        await until(lambda: player.outcomes, what="the recording is there")
        first = player.outcomes[0]
        assert (first.changes, first.lost) == (STROKE, 0)
        assert first.sent == first.answered
        assert player.recording is not None
        assert player.recording.counts == (first.sent, first.answered)
        player.slider.setValue(player.slider.maximum())
        await until(lambda: not desk.input.recorded.image.isNull(), what="the recorded input is on screen")
        assert desk.canvas.isHidden()
        assert player.mapTo(desk, QPoint(0, 0)).y() > desk.split.geometry().bottom()  # it has its own row
        player.speed.setCurrentText("10x")
        desk.setFocus()
        player.toggle()
        await until(lambda: not player.is_playing, what="it was played to its end", limit_s=10)
        assert player.slider.value() == player.slider.maximum()

        lines = tmp_path / "session.jsonl"
        hand.window.wire.transcript_wanted.emit(recorded, str(lines))
        await until(lines.exists, what="the JSON lines are there")
        with lines.open("rb") as file:
            head, pieces = transcript.read(file)
        again = b"".join(transcript.lines(head, pieces))
        assert again == lines.read_bytes()  # record, read, write: the same to the byte
        assert sum(piece.way is Way.OUT for piece in pieces) == session.figures.sent
        for name in ("a.webp", "a.gif", "a.mp4"):
            pages.animation_wanted.emit(player.recording, str(tmp_path / name))
            await until((tmp_path / name).exists, what=name, limit_s=20)
        with Image.open(tmp_path / "a.webp") as moving:
            assert moving.n_frames >= 2

        desk.change_rule("policy", Policy.WAIT)
        player.again.click()
        await until(lambda: len(player.outcomes) == 2, what="the inputs were sent again", limit_s=30)
        second = player.outcomes[1]
        assert second.policy == Policy.WAIT
        assert second.changes == first.sent == second.sent + second.superseded
        assert second.sent == second.answered
        player.leave.click()
        assert desk.canvas.isVisible()

    drive(scenario)
