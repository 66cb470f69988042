"""What a stream gave before it failed can be looked at, and saved, and from there one finds back to why it failed."""

import pytest
from PySide6.QtWidgets import QPushButton

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.result import ResultPane
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

CUT = Options(headers={"X-Emulator-Fault": "reset_body"})


def offers(pane: ResultPane) -> list[str]:
    card = pane.failure.card
    assert card is not None
    return [button.text() for button in card.findChildren(QPushButton)]


async def failed(hand: Driven, endpoint: str, text: str, options: Options) -> ResultPane:
    hand.window.open_draft(Draft("", endpoint, Mode.STREAM, text, options))
    await hand.run()
    assert (await hand.ended()).phase is Phase.FAILED
    pane = hand.space.result
    await until(lambda: pane.parts.is_in_front("failure"), what="it says why")
    assert pane.row.isHidden()
    return pane


@pytest.mark.parametrize(
    ("endpoint", "text", "has_file"),
    [
        ("emulator/image", '{"prompt": "a boat", "num_inference_steps": 8, "image_size": "square"}', True),
        ("emulator/chat", '{"prompt": "Why is the sky blue?"}', False),
    ],
)
def test_the_answer_so_far_is_there_after_a_failure(
    drive: Drive, endpoint: str, text: str, has_file: bool
) -> None:
    async def scenario(hand: Driven) -> None:
        pane = await failed(hand, endpoint, text, CUT)
        assert hand.state.partials
        assert "Show what arrived" in offers(pane)
        card = pane.failure.card
        assert card is not None
        card.action_wanted.emit("arrived")
        await until(lambda: pane.parts.is_in_front("preview"), what="what had come is in front")
        assert not pane.preview.is_empty
        assert bool(pane.preview.artifacts) == has_file
        await until(pane.row.why_button.hasFocus, what="the way back has the keyboard")
        pane.row.why_button.click()
        await until(lambda: pane.parts.is_in_front("failure"), what="why it failed")
        assert pane.row.isHidden()
        assert card.focused == "arrived", "and so has the way there"
        hand.program.calls.prices.changed.emit("emulator", ())
        told_anew = pane.failure.card
        assert told_anew is not card
        assert told_anew is not None
        assert told_anew.focused == "arrived", "also when an amount was told meanwhile"

    drive(scenario)


def test_where_nothing_came_nothing_is_offered(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        refused = Options(headers={"X-Emulator-Fault": "server_error"})
        pane = await failed(hand, "emulator/image", '{"prompt": "a boat"}', refused)
        assert "Show what arrived" not in offers(pane)

    drive(scenario)
