"""What can honestly be said about a sound: its words if the file carries them, else what was measured."""

from dataclasses import dataclass

import numpy as np

from fal_studio.emulator.models.sounds.files import Heard
from fal_studio.emulator.models.sounds.voice import Samples


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with its times in seconds."""

    text: str
    start: float
    end: float


def segments(heard: Heard, level: str = "segment") -> list[Segment]:
    """The transcript: by words, or by sentences (`level` segment)."""
    if heard.words:
        words = [Segment(word, start, end) for word, start, end in heard.words]
        return words if level == "word" else _sentences(words)
    return _measured(heard)


def _sentences(words: list[Segment]) -> list[Segment]:
    sentences: list[Segment] = []
    current: list[Segment] = []
    for word in words:
        current.append(word)
        if word.text[-1:] in ".!?…。！？" or len(current) >= 14:
            sentences.append(_joined(current))
            current = []
    if current:
        sentences.append(_joined(current))
    return sentences


def _joined(words: list[Segment]) -> Segment:
    return Segment(" ".join(word.text for word in words), words[0].start, words[-1].end)


def _measured(heard: Heard) -> list[Segment]:
    """Stretches of sound, each with its loudness and main pitch."""
    hop = heard.rate // 50
    count = len(heard.samples) // hop
    if count == 0:
        return []
    frames = heard.samples[: count * hop].reshape(count, hop)
    loud = np.sqrt((frames * frames).mean(axis=1))
    threshold = max(0.004, float(np.percentile(loud, 95)) * 0.08)
    active = np.convolve(loud > threshold, np.ones(9), mode="same") > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    found: list[Segment] = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        part = heard.samples[begin * hop : end * hop]
        level = 20 * np.log10(max(float(np.sqrt((part * part).mean())), 1e-6))
        found.append(
            Segment(
                f"[sound, {level:.0f} dBFS{_pitch_words(part, heard.rate)}]",
                begin * hop / heard.rate,
                end * hop / heard.rate,
            )
        )
    return found


def _pitch_words(part: Samples, rate: int) -> str:
    middle = part[max(0, len(part) // 2 - 2048) : len(part) // 2 + 2048]
    if len(middle) < 1024:
        return ""
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    frequency = np.fft.rfftfreq(len(middle), 1 / rate)
    band = (frequency > 60) & (frequency < 4000)
    strongest = float(frequency[band][int(np.argmax(spectrum[band]))])
    return f", strongest at {strongest:.0f} Hz"


def summary(heard: Heard, found: list[Segment]) -> str:
    """The whole text: the words, or a sentence about the sound."""
    if heard.words:
        return " ".join(word for word, _, _ in heard.words)
    seconds = len(heard.samples) / heard.rate
    sounding = sum(segment.end - segment.start for segment in found)
    parts = (
        "no sound at all"
        if not found
        else f"{len(found)} stretch{'es' if len(found) != 1 else ''} of sound, {sounding:.1f} s together"
    )
    return f"The emulator cannot understand speech. It measured {seconds:.1f} s of audio with {parts}."
