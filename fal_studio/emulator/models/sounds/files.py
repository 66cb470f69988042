"""Samples to audio files and back, with the spoken text in the file's own metadata."""

import io
import json
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.error import FFmpegError

from fal_studio.emulator.model import ModelError
from fal_studio.emulator.models.sounds.voice import BASE_RATE, Samples

FORMATS: dict[str, tuple[str, str, str, str]] = {
    "mp3": ("mp3", "libmp3lame", "s16p", "audio/mpeg"),
    "flac": ("flac", "flac", "s16", "audio/flac"),
    "wav": ("wav", "pcm_s16le", "s16", "audio/wav"),
    "pcm": ("s16le", "pcm_s16le", "s16", "audio/pcm"),
}
MARK = "fal-studio-emulator"
_READ = {
    "format_whitelist": "wav,aiff,au,mp3,flac,ogg,aac,mov,matroska,asf,caf,avi",
    "protocol_whitelist": "file",
}
"""What FFmpeg reads of an upload: a list of files, or a session, would make it open others and ports."""
EXTENSIONS = {"mp3": "mp3", "flac": "flac", "wav": "wav", "pcm": "pcm"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A decoded audio file: mono samples, their rate, and the words it says it carries."""

    samples: Samples
    rate: int
    words: tuple[tuple[str, float, float], ...]


def content_type(audio_format: str) -> str:
    """The MIME type of a format name."""
    return FORMATS[audio_format][3]


def resampled(samples: Samples, rate: int) -> Samples:
    """Samples of `BASE_RATE` at another rate."""
    if rate == BASE_RATE or len(samples) == 0:
        return samples
    at = np.arange(int(len(samples) * rate / BASE_RATE)) * (BASE_RATE / rate)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def written(
    samples: Samples,
    audio_format: str,
    rate: int,
    channels: int = 1,
    bitrate: int = 128_000,
    words: tuple[tuple[str, float, float], ...] = (),
) -> bytes:
    """An audio file of the samples (at `BASE_RATE`), resampled to `rate`."""
    container_name, codec, sample_format, _ = FORMATS[audio_format]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container_name) as container:
        if words:
            container.metadata["title"] = MARK
            container.metadata["comment"] = json.dumps(
                [[word, round(start, 3), round(end, 3)] for word, start, end in words]
            )
        layout = "stereo" if channels == 2 else "mono"
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        if audio_format == "mp3":
            stream.bit_rate = bitrate
        whole = (np.clip(resampled(samples, rate), -1, 1) * 32767).astype(np.int16)
        for start in range(0, len(whole), 1152):
            part = whole[start : start + 1152]
            data = (
                np.repeat(part[None, :], channels, 0)
                if sample_format.endswith("p")
                else np.repeat(part, channels)[None, :]
            )
            frame: Any = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(data), format=sample_format, layout=layout
            )
            frame.sample_rate = rate
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def heard(data: bytes, field: str) -> Heard:
    """Decode any audio that FFmpeg knows, at most ten minutes.

    Raises ModelError (unsupported_audio_format, audio_duration_too_long) naming the field.
    """
    rate = 16_000
    parts: list[Samples] = []
    try:
        with av.open(io.BytesIO(data), "r", options=dict(_READ)) as container:
            words = _words(dict(container.metadata))
            if not container.streams.audio:
                raise _unsupported(field)
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            length = 0
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    samples = piece.to_ndarray()[0].astype(np.float32)
                    length += len(samples)
                    parts.append(samples)
                if length > rate * 600:
                    raise ModelError(
                        "Audio is longer than ten minutes.",
                        type="audio_duration_too_long",
                        loc=("body", field),
                        ctx={"max_duration": 600, "provided_duration": length / rate},
                    )
    except (FFmpegError, ValueError, IndexError) as error:
        raise _unsupported(field) from error
    return Heard(np.concatenate(parts) if parts else np.zeros(0, np.float32), rate, words)


def _unsupported(field: str) -> ModelError:
    return ModelError(
        "Unsupported audio format. Supported formats are mp3, wav, flac, ogg, m4a.",
        type="unsupported_audio_format",
        loc=("body", field),
        ctx={"supported_formats": ["mp3", "wav", "flac", "ogg", "m4a"]},
    )


def _words(metadata: dict[str, str]) -> tuple[tuple[str, float, float], ...]:
    low = {name.casefold(): value for name, value in metadata.items()}
    if low.get("title") != MARK or "comment" not in low:
        return ()
    try:
        return tuple((str(word), float(start), float(end)) for word, start, end in json.loads(low["comment"]))
    except (ValueError, TypeError):
        return ()
