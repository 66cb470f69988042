"""The five modes in the window: what is asked is shown, and its state is told in words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fal_studio.core.call import Phase
from fal_studio.core.events import SessionState
from fal_studio.core.request import Mode
from fal_studio.tour.camera import variety
from fal_studio.ui.widgets.metrics import MetricsStrip
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SMALL = {"image_size": "square", "num_inference_steps": 8}


@pytest.mark.parametrize("mode", [Mode.RUN, Mode.SUBSCRIBE])
def test_a_picture_comes_and_is_no_flat_colour(drive: Drive, mode: Mode) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(mode)
        await hand.run(num_images=2, **SMALL)
        await hand.shown()
        grid = hand.space.result.preview.pictures
        assert grid.count == 2
        assert all(variety(grid.image(place)) > 8 for place in range(2))
        assert grid.image(0) != grid.image(1)
        assert hand.state.phase is Phase.DONE

    drive(scenario)


def test_submit_lets_go_and_can_be_followed_to_the_picture(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBMIT)
        await hand.run(**SMALL)
        await until(lambda: hand.state.detached)
        follow = hand.space.result.row.follow_button
        await until(follow.isVisible)
        follow.click()
        await hand.shown()
        assert variety(hand.space.result.preview.pictures.image(0)) > 8

    drive(scenario)


def test_a_stream_shows_its_pictures_while_they_come(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.STREAM)
        await hand.run(image_size="square", num_inference_steps=50)
        pictures = hand.space.result.preview.pictures
        await until(lambda: hand.state.partials and pictures.image(0) is not None, limit_s=20)
        assert not hand.state.is_ended
        early = pictures.image(0).copy()
        await hand.shown()
        assert pictures.image(0) != early
        strip = hand.space.result.findChild(MetricsStrip)
        assert strip is not None

        def numbers() -> list[str]:
            return [cell.accessibleName() for cell in strip.findChildren(QWidget)]

        await until(
            lambda: any(name.startswith("first useful: ") and "so far" not in name for name in numbers()),
            what="when the first useful picture came",
        )
        ruler = hand.space.result.events.bar.ruler
        await until(lambda: None not in ruler.flags, what="both have their flags")
        marks, useful = ruler.flags
        assert marks < useful < (hand.state.ended_t_ns or 0)

    drive(scenario)


def test_a_session_answers_every_edit_until_esc(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_starter("Sketch to lake")
        await hand.run()
        await until(lambda: hand.state.session is SessionState.LIVE, limit_s=20)
        await until(lambda: hand.state.partials >= 1, limit_s=20)
        sent = hand.state.sent
        hand.space.editor.form.prompt.setPlainText("A red house in the snow")
        await until(lambda: hand.state.sent > sent and hand.state.partials >= 2, limit_s=20)
        await hand.key(Qt.Key.Key_Escape)
        assert (await hand.ended()).phase is Phase.DONE

    drive(scenario)


def test_chat_is_read_while_it_is_written(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_starter("Explain queues to a child")
        await hand.run()
        preview = hand.space.result.preview
        chat = await until(lambda: preview.chat, limit_s=20)
        assert chat.messages[0].message.text == hand.space.document.value_at(("prompt",))
        words = chat.messages[1].words
        await until(lambda: len(words.text) > 10, limit_s=20)
        await until(words.isVisible)
        await hand.shown()
        words.render_now()
        assert len(words.toPlainText()) > 80
        assert "<" not in words.toPlainText().split("\n")[0]

    drive(scenario)


def test_esc_cancels_a_job_and_says_so(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_starter("Paper boat")
        await hand.run()
        await until(lambda: hand.state.request_id, limit_s=20)
        await hand.key(Qt.Key.Key_Escape)
        assert (await hand.ended()).phase is Phase.CANCELLED
        note = hand.space.result.note
        await until(
            lambda: note.isVisible() and "You stopped this" in note.text, what="it says who stopped it"
        )

    drive(scenario)


def test_a_new_run_stops_the_stream_and_lets_the_queue_go_on(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBMIT)
        await hand.run(prompt="a lake", num_inference_steps=50)
        queued = hand.space.result.call
        hand.space.set_mode(Mode.STREAM)
        await hand.run(prompt="a lake in the rain", num_inference_steps=50)
        streamed = hand.space.result.call
        await until(lambda: hand.state.partials, what="the stream has begun")
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a lake at noon", num_inference_steps=1)
        await hand.ended()
        calls = hand.program.calls
        await until(lambda: calls.state(streamed).is_ended, what="the stream was stopped")
        assert calls.state(streamed).phase is Phase.CANCELLED
        assert calls.state(queued).phase not in (Phase.CANCELLED, Phase.CANCEL_REQUESTED)

    drive(scenario)
