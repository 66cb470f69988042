"""`emulator/transcribe`: speech to text in the manner of wizper, as far as an emulator honestly can."""

import importlib
from typing import Any, Literal

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, Price, Route
from fal_studio.emulator.models import thumbnails


class TranscribeInput(BaseModel):
    """What `emulator/transcribe` takes."""

    audio_url: str = Field(
        description="URL of the audio file to transcribe. Supported formats: mp3, wav, flac, ogg, m4a.",
        json_schema_extra={"ui": {"field": "audio"}},
    )
    task: Literal["transcribe", "translate"] = Field(
        default="transcribe", description="Task to perform on the audio file. The emulator only transcribes."
    )
    language: str | None = Field(default=None, description="Language of the audio file.", examples=["en"])
    chunk_level: Literal["segment", "word"] = Field(
        default="segment", description="Level of the chunks to return."
    )


class Chunk(BaseModel):
    """A stretch of the transcript."""

    text: str = Field(description="Transcription of the chunk.")
    timestamp: tuple[float, float] = Field(description="Start and end timestamp of the chunk, in seconds.")


class TranscribeOutput(BaseModel):
    """What `emulator/transcribe` gives."""

    text: str = Field(description="Transcription of the audio file.")
    chunks: list[Chunk] = Field(description="Timestamp chunks of the audio file.")
    languages: list[str] = Field(description="Languages of the audio file; empty when they cannot be told.")


def _transcript(data: bytes, level: str) -> tuple[str, list[Json], float, bool]:
    # PyAV and NumPy are loaded by the first sound, not by the server's start.
    files: Any = importlib.import_module("fal_studio.emulator.models.sounds.files")
    listening: Any = importlib.import_module("fal_studio.emulator.models.sounds.listening")
    heard = files.heard(data, "audio_url")
    found = listening.segments(heard, level)
    chunks = [
        {"text": part.text, "timestamp": [round(float(part.start), 2), round(float(part.end), 2)]}
        for part in found
    ]
    return listening.summary(heard, found), chunks, len(heard.samples) / heard.rate, bool(heard.words)


async def run(request: TranscribeInput, context: Context) -> Json:
    """Listen and tell."""
    data, content_type = await context.fetch(request.audio_url)
    text, chunks, seconds, is_told = await context.in_thread(_transcript, data, request.chunk_level)
    context.bill(max(0.01, round(seconds, 2)))
    await context.log(f"{content_type}, {seconds:.2f} s")
    await context.work(0.1 + seconds * 0.03)
    if not is_told:
        await context.log("the file carries no words; described what was measured", "WARN")
    return {"text": text, "chunks": chunks, "languages": [request.language or "en"] if is_told else []}


MODEL = Model(
    endpoint_id="emulator/transcribe",
    display_name="Emulator transcribe",
    category="speech-to-text",
    description="Gives the exact words and times of files that emulator/speech made. Of any other sound it tells what it measured: length, loudness, stretches of sound and silence.",
    price=Price(0.0005, "second"),
    routes={"": Route(TranscribeInput, TranscribeOutput, run=run)},
    tags=("transcription", "audio", "offline"),
    thumbnail=thumbnails.of("abstract flowing shapes, violet", 21),
    duration_estimate_s=0.3,
)
