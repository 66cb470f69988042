"""`emulator/speech`: a spoken text in the manner of minimax speech; a formant voice made of sines and noise."""

import base64
import importlib
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any, Literal

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, Price, Route
from fal_studio.emulator.models import thumbnails
from fal_studio.emulator.models.media import File

CHUNK_S = 0.75


class VoiceSetting(BaseModel):
    """How it is spoken."""

    voice_id: str = Field(
        default="Wise_Woman",
        description="Predefined voice ID to use for synthesis: Wise_Woman, Calm_Man, Young_Voice, Deep_Voice. Any other name gives a voice of its own.",
        examples=["Wise_Woman", "Calm_Man"],
    )
    speed: float = Field(default=1.0, ge=0.5, le=2.0, description="Speech speed (0.5-2.0).")
    vol: float = Field(default=1.0, gt=0, le=10, description="Volume (0-10); above 1 it may clip.")
    pitch: int = Field(default=0, ge=-12, le=12, description="Voice pitch in semitones (-12 to 12).")
    emotion: Literal["happy", "sad", "angry", "fearful", "disgusted", "surprised", "neutral"] | None = Field(
        default=None, description="Emotion of the generated speech."
    )
    english_normalization: bool = Field(
        default=False, description="Read numbers the English way; the emulator always does."
    )


class AudioSetting(BaseModel):
    """The file that is made."""

    format: Literal["mp3", "flac", "wav", "pcm"] = Field(default="mp3", description="Audio format.")
    sample_rate: Literal[8000, 16000, 22050, 24000, 32000, 44100] = Field(
        default=32000, description="Sample rate of generated audio."
    )
    bitrate: Literal[32000, 64000, 128000, 256000] = Field(
        default=128000, description="Bitrate of generated audio (mp3)."
    )
    channel: Literal[1, 2] = Field(default=1, description="Number of audio channels (1=mono, 2=stereo).")


class SpeechInput(BaseModel):
    """What `emulator/speech` takes."""

    text: str = Field(
        min_length=1,
        max_length=5000,
        description="Text to convert to speech (max 5000 characters).",
        examples=["The lamp is lit, the sea is calm. Will you come and see it?"],
    )
    voice_setting: VoiceSetting = Field(
        default_factory=VoiceSetting, description="Voice configuration settings."
    )
    audio_setting: AudioSetting = Field(
        default_factory=AudioSetting, description="Audio configuration settings."
    )
    output_format: Literal["url", "hex"] = Field(
        default="url", description="Format of the output content: a file, or its bytes in hexadecimal."
    )
    sync_mode: bool = Field(default=False, description="If set to true, the audio is returned as a data URI.")


class SpeechOutput(BaseModel):
    """What `emulator/speech` gives; the chunk events of a stream look the same and carry `index`."""

    audio: File | str = Field(description="The generated audio file, or its bytes in hexadecimal.")
    duration_ms: int = Field(description="Duration of the audio in milliseconds.")


MOODS: dict[str, tuple[float, int]] = {
    "happy": (1.06, 2),
    "sad": (0.86, -2),
    "angry": (1.1, 1),
    "fearful": (1.12, 3),
    "disgusted": (0.94, -1),
    "surprised": (1.04, 4),
}


def _spoken(request: SpeechInput) -> Any:
    # NumPy is loaded by the first spoken word, not by the server's start.
    voice = importlib.import_module("fal_studio.emulator.models.sounds.voice")
    setting = request.voice_setting
    speed, semitones = MOODS.get(setting.emotion or "", (1.0, 0))
    return voice.speak(
        request.text, setting.voice_id, setting.speed * speed, setting.vol, setting.pitch + semitones
    )


def _file(samples: Any, setting: AudioSetting, words: tuple[tuple[str, float, float], ...] = ()) -> bytes:
    files = importlib.import_module("fal_studio.emulator.models.sounds.files")
    return files.written(
        samples, setting.format, setting.sample_rate, setting.channel, setting.bitrate, words
    )


def _content_type(audio_format: str) -> str:
    return {"mp3": "audio/mpeg", "flac": "audio/flac", "wav": "audio/wav", "pcm": "audio/pcm"}[audio_format]


def _output(request: SpeechInput, data: bytes, seconds: float, url: str) -> Json:
    if request.output_format == "hex":
        return {"audio": data.hex(), "duration_ms": round(seconds * 1000)}
    kind = request.audio_setting.format
    audio = {
        "url": url,
        "content_type": _content_type(kind),
        "file_name": f"speech.{kind}",
        "file_size": len(data),
    }
    return {"audio": audio, "duration_ms": round(seconds * 1000)}


async def _whole(request: SpeechInput, speech: Any, context: Context) -> Json:
    data = await context.in_thread(_file, speech.samples, request.audio_setting, speech.words)
    url = ""
    if request.output_format == "url":
        kind = request.audio_setting.format
        url = context.publish(data, _content_type(kind), f"speech.{kind}")
    return _output(request, data, len(speech.samples) / 24_000, url)


async def run(request: SpeechInput, context: Context) -> Json:
    """Say the text and publish the file."""
    started = perf_counter()
    context.bill(len(request.text) / 1000)
    await context.log(f"speaking {len(request.text)} characters as {request.voice_setting.voice_id}")
    speech = await context.in_thread(_spoken, request)
    await context.work(0.15 + len(request.text) * 0.002)
    output = await _whole(request, speech, context)
    await context.log(f"{output['duration_ms'] / 1000:.2f} s of speech in {perf_counter() - started:.2f} s")
    return output


async def stream(request: SpeechInput, context: Context) -> AsyncIterator[Json]:
    """Give the speech in playable pieces while it is made, then the whole file."""
    context.bill(len(request.text) / 1000)
    speech = await context.in_thread(_spoken, request)
    step = int(CHUNK_S * 24_000)
    for index, start in enumerate(range(0, len(speech.samples), step)):
        await context.work(0.12)
        part = speech.samples[start : start + step]
        data = await context.in_thread(_file, part, request.audio_setting)
        url = f"data:{_content_type(request.audio_setting.format)};base64,{base64.b64encode(data).decode()}"
        yield {**_output(request, data, len(part) / 24_000, url), "index": index, "partial": True}
    yield await _whole(request, speech, context)


MODEL = Model(
    endpoint_id="emulator/speech",
    display_name="Emulator speech",
    category="text-to-speech",
    description="Speaks a text with a small formant synthesiser: four voices, speed, pitch and volume, as mp3, flac, wav or raw samples. The words travel in the file's metadata, so that emulator/transcribe can tell them.",
    price=Price(0.05, "1000 characters"),
    routes={"": Route(SpeechInput, SpeechOutput, run=run, stream=stream)},
    tags=("speech", "voice", "offline"),
    thumbnail=thumbnails.of("aurora over a lake", 3),
    duration_estimate_s=0.6,
)
