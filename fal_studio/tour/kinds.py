"""The steps through kinds of results: words, sound, film, a 3D model, a conversation, a failure."""

from typing import Any

from PySide6.QtCore import Qt

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.tour.camera import variety
from fal_studio.tour.hand import CTRL, Hand


async def chat(hand: Hand) -> dict[str, Any]:
    """Words that grow while they are written."""
    hand.window.open_starter("Explain queues to a child")
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: len(hand.space.result.preview.words.text) > 20, "the first words are shown")
    hand.shoot("middle")
    await hand.done()
    text = hand.space.result.preview.words.toPlainText()
    hand.check(len(text) > 80, "the answer is on screen")
    return hand.timings() | {"characters": len(text)}


async def speech(hand: Hand) -> dict[str, Any]:
    """A sound that can be played."""
    hand.window.open_starter("Good morning")
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.done()
    player = hand.space.result.preview.player
    hand.check(player is not None and player.is_ready, "the player is ready")
    return hand.timings() | {"duration_ms": player.duration_ms if player else 0}


async def video(hand: Hand) -> dict[str, Any]:
    """A film, made by a slow job with logs."""
    hand.window.open_starter("Paper boat")
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: hand.state.logs >= 1 or hand.state.is_ended, "the runner's log is heard")
    hand.shoot("running")
    await hand.done()
    player = hand.space.result.preview.player
    hand.check(player is not None and player.is_ready, "the film is on screen")
    assert player is not None
    hand.check(variety(player.frame) > 8, "the film's picture is not flat")
    return hand.timings() | {"duration_ms": player.duration_ms, "logs": hand.state.logs}


async def mesh(hand: Hand) -> dict[str, Any]:
    """A 3D model that is turned about, with its triangles, and the table of its files."""
    hand.window.open_new()
    await hand.choose_endpoint("emulator/mesh")
    hand.press_run()
    await hand.until(lambda: bool(hand.space.result.call), "Run started a call")
    await hand.done()
    preview = hand.space.result.preview
    hand.check(not preview.files.is_empty, "the files are listed")
    mesh = preview.mesh
    hand.check(mesh is not None and not mesh.message, "the model is on screen")
    assert mesh is not None
    hand.check(variety(mesh.frame) > 8, "the model is not flat")
    before = mesh.frame
    mesh.scene.turn(-40, 12)
    mesh.scene.zoom(2)
    await hand.until(lambda: mesh.is_still and mesh.frame != before, "it was turned")
    hand.shoot("turned")
    return hand.timings() | {"file": preview.artifacts[0].name, "about": mesh.about}


async def conversation(hand: Hand) -> dict[str, Any]:
    """Messages of a chat model: a tool that is called, and the conversation that goes on."""
    hand.window.open_new()
    await hand.choose_endpoint("emulator/chat/openai/v1/chat/completions")
    asked = {
        "role": "user",
        "content": "When is the light best at the coast? Look up the sunset time.",
    }
    tool = {"type": "function", "function": {"name": "sunset_time", "parameters": {"type": "object"}}}
    hand.space.document.set_value("messages", [{"role": "system", "content": "Be brief and kind."}, asked])
    hand.space.document.set_value("tools", [tool])
    hand.press_run()
    await hand.until(lambda: bool(hand.space.result.call), "Run started a call")
    await hand.done()
    chat = hand.space.result.preview.chat
    hand.check(chat is not None and len(chat.messages) == 3, "the messages are shown")
    assert chat is not None
    chat.messages[-1].folds[0].setChecked(True)
    await hand.frames()
    hand.shoot("tool")
    chat.continue_button.click()
    messages = hand.space.document.value_at(("messages",))
    hand.check(isinstance(messages, list) and len(messages) == 4, "the tool's answer can be typed")
    return hand.timings() | {"used": chat.used}


async def failure(hand: Hand) -> dict[str, Any]:
    """A refused value: the card stands where the picture would be, and leads to the field."""
    hand.window.open_starter("Lighthouse")
    hand.space.document.set_value("guidance_scale", 35)
    hand.choose_mode(Mode.RUN)
    before = hand.space.result.call
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: hand.space.result.call != before, "a call began")
    await hand.until(lambda: hand.state.is_ended, "the call has ended")
    await hand.frames()
    hand.check(hand.state.phase is Phase.FAILED, f"the call failed, not {hand.state.phase}")
    card = hand.space.result.failure.card
    hand.check(card is not None and card.isVisible(), "the failure card is shown")
    assert card is not None
    hand.check("guidance_scale" in card.accessibleName(), "the card names the field")
    return {"card": card.accessibleName()}
