"""A model's result in the viewer that is made for it, in the real window on the real emulator."""

from pathlib import Path

import msgspec
import pytest

from fal_studio.core.request import Mode
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until


def test_a_mesh_is_turned_and_a_conversation_goes_on(drive: Drive) -> None:
    async def scenario(it: Driven) -> None:
        it.window.open_endpoint("emulator/mesh")
        await it.run(prompt="a vase", detail=0.5)
        await it.shown()
        preview = it.space.result.preview
        await until(lambda: preview.mesh is not None and "triangles" in preview.mesh.about)
        assert preview.mesh is not None
        assert preview.chosen is not None
        assert preview.chosen.name.endswith(".glb")
        before = preview.mesh.frame
        preview.mesh.scene.turn(40, 0)
        await until(lambda: preview.mesh is not None and preview.mesh.frame != before, what="it turned")

        it.window.open_endpoint("emulator/chat/openai/v1/chat/completions")
        it.space.set_mode(Mode.STREAM)
        asked = [{"role": "user", "content": "Tell me the weather in Bergen"}]
        tools = [{"type": "function", "function": {"name": "weather"}}]
        await it.run(messages=asked, tools=tools)
        await it.shown()
        chat = it.space.result.preview.chat
        assert chat is not None
        assert not it.space.result.preview.words.isVisible()
        assert [each.message.role for each in chat.messages] == ["user", "assistant"]
        call = chat.messages[1].message.tool_calls[0]
        assert (call.name, call.arguments) == ("weather", '{"query": "Tell me the weather in Bergen"}')
        assert "tokens" in chat.used
        chat.continue_button.click()
        messages = it.space.document.value_at(("messages",))
        assert isinstance(messages, list)
        assert [each["role"] for each in messages if isinstance(each, dict)] == ["user", "assistant", "tool"]
        assert messages[2] == {"role": "tool", "tool_call_id": call.id, "content": ""}
        stack = it.space.undo.stack
        await until(lambda: "going on" in stack.undoText(), what="it is a step of undo")
        stack.undo()
        assert it.space.document.value_at(("messages",)) == asked

    drive(scenario)


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend")  # what the machine has
def test_a_kept_film_is_played_from_the_disk(drive_kept: Drive) -> None:
    async def scenario(it: Driven) -> None:
        it.window.open_endpoint("emulator/video")
        it.space.set_mode(Mode.RUN)
        await it.run(prompt="a paper boat")
        await it.shown()
        player = it.space.result.preview.player
        assert player is not None
        await until(
            lambda: player.is_from_disk and not player.frame.isNull(), what="it is read from the disk"
        )
        item = it.space.result.preview.chosen
        assert item is not None
        data = it.window.files.pulled((item,), it.window.writes())
        assert data is not None, "it is pulled out without being fetched once more"
        assert data.urls()[0].fileName().endswith(".mp4")

    drive_kept(scenario)


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "using .Dummy. audio")
def test_a_sound_that_is_not_kept_is_played_from_the_disk_until_the_program_ends(drive: Drive) -> None:
    played: list[Path] = []

    async def scenario(it: Driven) -> None:
        it.window.open_endpoint("emulator/speech")
        it.space.set_mode(Mode.RUN)
        await it.run(text="The lamp is lit.", audio_setting={"format": "flac"})
        await it.shown()
        player, bytes_of = it.space.result.preview.player, it.window.bytes_of
        assert player is not None
        await until(lambda: player.is_from_disk, what="it is read from the disk", limit_s=20)
        item = it.space.result.preview.chosen
        assert item is not None
        other = msgspec.structs.replace(item, url=f"{item.url}?of=no-result")
        bytes_of.want_file(other)
        found = await until(lambda: bytes_of.file(other), what="it is on the disk")
        played.append(Path(found[0]))
        assert played[0].read_bytes().startswith(b"fLaC")
        assert found != bytes_of.file(item), "the one is kept, the other is not"
        gone = msgspec.structs.replace(item, url=item.url.replace("/emulator/", "/emulator/no-"))
        told: list[str] = []
        bytes_of.failed.connect(lambda _, message: told.append(message))
        bytes_of.want_file(gone)
        await until(
            lambda: any("gone" in message for message in told), what=lambda: f"a missing one is told: {told}"
        )
        assert bytes_of._kept == {}, "nothing of them was put into memory"

    drive(scenario)
    assert not played[0].exists()
