"""Speech that streams, in the real window: heard while it comes, or said why not, and a sound to go through at the end."""

import asyncio

import pytest
from PySide6.QtCore import QObject

from fal_studio.core.request import Mode
from fal_studio.ui.output import sound_stream
from fal_studio.ui.output.speaker import NO_OUTPUT
from tests.ui.widgets.test_sound_stream import HeardSpeaker
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "Couldn.t (load|resolve)", "PulseAudioService", "using .Dummy. audio"
)
TEXT = "The lamp is lit, the sea is calm. Will you come and see it? " * 2


async def say(hand: Driven, **arguments: object) -> None:
    hand.space.set_endpoint("emulator/speech")
    hand.space.set_mode(Mode.STREAM)
    await hand.run(text=TEXT, **arguments)


async def whole(hand: Driven) -> int:
    """Wait for the sound as a file; returns its length in milliseconds."""
    await hand.shown()
    preview = hand.space.result.preview
    await until(lambda: preview.player is not None and preview.player.is_ready, limit_s=20)
    assert preview.player is not None
    assert not preview.hears
    return preview.player.duration_ms


def test_speech_is_heard_while_it_comes(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    speakers: list[HeardSpeaker] = []

    def speaker(parent: QObject) -> HeardSpeaker:
        speakers.append(HeardSpeaker())
        return speakers[-1]

    monkeypatch.setattr(sound_stream, "QtSpeaker", speaker)

    async def scenario(hand: Driven) -> None:
        result = hand.space.result
        for form in ("wav", "mp3"):
            await say(hand, audio_setting={"format": form, "sample_rate": 16000})
            await until(lambda: result.preview.hears, what="a sound comes")
            stream = result.preview.sound
            assert stream is not None
            await until(lambda: bool(speakers[0].waiting), what="it is fed", limit_s=20)
            assert not hand.state.is_ended, "it is heard while more is made"
            result.show_tab("events")
            await until(lambda: result.parts._pinned._sound is not None, what="the live pane shows it too")
            speakers[0].heard = b""
            while stream.is_open and result.preview.hears:
                speakers[0].hear()
                await asyncio.sleep(0.005)
            assert hand.state.is_ended
            result.show_tab("preview")
            heard_ms = len(speakers[0].heard) / 2 / 16
            assert await whole(hand) == pytest.approx(heard_ms, rel=0.05)
        assert len(speakers) == 1

    drive(scenario)


def test_pieces_are_kept_where_nothing_can_be_heard(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        result = hand.space.result
        lines: list[str] = []
        await say(hand, output_format="hex", audio_setting={"format": "pcm", "sample_rate": 16000})
        await until(lambda: result.preview.hears, what="a sound comes")
        view, stream = result.preview._sound._view, result.preview.sound
        assert view is not None
        assert stream is not None
        stream.changed.connect(lambda: lines.append(view.line.text()))
        length_ms = await whole(hand)
        if any(NO_OUTPUT in line for line in lines):
            assert any("pieces, " in line for line in lines)
        output = hand.state.output
        assert isinstance(output, dict)
        assert length_ms == pytest.approx(output["duration_ms"], abs=20)
        assert [item.file_name for item in result.preview.artifacts] == ["sound.wav"]
        found = hand.window.bytes_of.get(result.preview.artifacts[0])
        assert found is not None
        assert found[0][44:] == bytes.fromhex(str(output["audio"]))

    drive(scenario)
