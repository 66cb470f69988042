"""A formant voice: harmonics of a gliding pitch under moving resonances, noise for the consonants."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fal_studio.emulator.models.sounds.phonemes import SOUNDS, Sound, Spoken, spoken

Samples = npt.NDArray[np.floating[Any]]

FRAME_S = 0.005
BASE_RATE = 24_000


@dataclass(frozen=True, slots=True)
class Voice:
    """How a text is spoken."""

    pitch_hz: float
    tract: float
    """Formants are multiplied with it: above 1 a smaller speaker."""
    breath: float


VOICES: dict[str, Voice] = {
    "Wise_Woman": Voice(186, 1.14, 0.03),
    "Calm_Man": Voice(112, 1.0, 0.02),
    "Young_Voice": Voice(228, 1.2, 0.035),
    "Deep_Voice": Voice(88, 0.93, 0.015),
}


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken samples, -1 to 1 at `BASE_RATE`, and when each word begins and ends in seconds."""

    samples: Samples
    words: tuple[tuple[str, float, float], ...]


def speak(text: str, voice_id: str, speed: float = 1.0, volume: float = 1.0, semitones: int = 0) -> Speech:
    """Say a text. The same arguments give the same samples."""
    voice = VOICES.get(voice_id) or _unknown_voice(voice_id)
    words = spoken(text) or [Spoken("", (".",))]
    sounds: list[Sound] = []
    times: list[tuple[str, float, float]] = []
    now = 0.0
    for word in words:
        start = now
        for index, name in enumerate(word.sounds):
            sound = SOUNDS[name]
            sounds.append(sound)
            now += sound.seconds / speed
            if index == len(word.sounds) - 2:
                times.append((word.word, start, now))
        if len(word.sounds) == 1:
            times.append((word.word, start, now))
    frames = _frames(sounds, speed, voice)
    pitch = _pitch(frames[:, 5], words, voice.pitch_hz * 2 ** (semitones / 12), speed)
    return Speech(np.clip(_sounding(frames, pitch, voice) * volume, -1, 1), tuple(times))


def _unknown_voice(voice_id: str) -> Voice:
    digest = hashlib.sha256(voice_id.encode("utf-8", "surrogatepass")).digest()
    return Voice(95 + digest[0] * 0.55, 0.94 + digest[1] / 1000, 0.02 + digest[2] / 10_000)


def _frames(sounds: list[Sound], speed: float, voice: Voice) -> Samples:
    """Every 5 ms: three formants, voice, noise, place in the text (0 to 1), noise centre; eased into each other."""
    ends = np.cumsum([sound.seconds / speed for sound in sounds])
    count = max(8, int(np.ceil(ends[-1] / FRAME_S)) + 8)
    index = np.minimum(np.searchsorted(ends, np.arange(count) * FRAME_S, side="right"), len(sounds) - 1)
    rows = np.array(
        [
            (*(f * voice.tract for f in sound.formants), sound.voice, sound.noise, 0.0, sound.noise_hz)
            for sound in sounds
        ],
        np.float32,
    )
    frames = rows[index]
    frames[:, 5] = np.linspace(0, 1, count)
    for column, width in ((0, 11), (1, 11), (2, 11), (3, 7), (4, 3), (6, 5)):
        window = np.hanning(width + 2)[1:-1]
        padded = np.pad(frames[:, column], width // 2, mode="edge")
        frames[:, column] = np.convolve(padded, window / window.sum(), mode="valid")[:count]
    frames[-8:, 3:5] *= np.linspace(1, 0, 8, dtype=np.float32)[:, None]
    return frames


def _pitch(place: Samples, words: list[Spoken], base: float, speed: float) -> Samples:
    """A falling line for each sentence, a rising end for questions, and small natural movements."""
    seconds = np.array([sum(SOUNDS[name].seconds for name in word.sounds) / speed for word in words])
    starts = np.concatenate([[0.0], np.cumsum(seconds)])
    at = np.arange(len(place)) * FRAME_S
    tune = np.ones(len(place), np.float32)
    first = 0
    for index, word in enumerate(words):
        if word.sounds[-1] == "." or index == len(words) - 1:
            begin, end = starts[first], starts[index + 1]
            part = np.clip((at - begin) / max(end - begin, 0.05), 0, 1)
            shape = 1.12 - 0.26 * part + (0.42 * np.clip(part - 0.72, 0, 1) ** 1.2 * 3 if word.asks else 0)
            tune = np.where((at >= begin) & (at < end + 1), shape, tune)
            first = index + 1
    beat = 1 + 0.035 * np.sin(at * 2 * np.pi * 2.6) + 0.012 * np.sin(at * 2 * np.pi * 5.3 + 1)
    return (base * tune * beat).astype(np.float32)


def _sounding(frames: Samples, pitch: Samples, voice: Voice) -> Samples:
    count = int(len(frames) * FRAME_S * BASE_RATE)
    position = np.arange(count, dtype=np.float32) / np.float32(FRAME_S * BASE_RATE)
    knots = np.arange(len(frames), dtype=np.float32)
    phase = np.cumsum(np.interp(position, knots, pitch)) * (2 * np.pi / BASE_RATE)
    total = np.zeros(count, np.float32)
    for harmonic in range(1, int(5200 / pitch.max()) + 1):
        loudness = _resonance(pitch * harmonic, frames) * frames[:, 3] / np.float32(harmonic**0.55)
        if float(loudness.max()) > 0.002:
            total += np.interp(position, knots, loudness).astype(np.float32) * np.sin(
                phase * harmonic + harmonic * 0.4
            ).astype(np.float32)
    noise = np.random.Generator(np.random.PCG64(7)).standard_normal(count).astype(np.float32)
    total *= np.float32(1) + noise * np.float32(voice.breath)
    total += _hiss(noise, frames, position, knots)
    peak = float(np.abs(total).max())
    return total * np.float32(0.82 / peak) if peak > 0 else total


def _resonance(frequency: Samples, frames: Samples) -> Samples:
    """How strongly the mouth passes a frequency in each frame."""
    gain = np.full(len(frames), 0.012, np.float32)
    for column, (width, height) in enumerate(((85, 1.0), (110, 0.62), (170, 0.3))):
        offset = (frequency - frames[:, column]) / np.float32(width)
        gain += np.float32(height) / (1 + offset * offset)
    return gain


def _hiss(noise: Samples, frames: Samples, position: Samples, knots: Samples) -> Samples:
    """Noise in four bands, each as loud as the consonants of the moment want it."""
    spectrum = np.fft.rfft(noise)
    frequency = np.fft.rfftfreq(len(noise), 1 / BASE_RATE)
    total = np.zeros(len(noise), np.float32)
    for centre in (1000, 2200, 3600, 5400, 7200):
        band = np.fft.irfft(
            spectrum * np.exp(-(((frequency - centre) / (centre * 0.22 + 250)) ** 2)), n=len(noise)
        )
        near = np.exp(-(((frames[:, 6] - centre) / (centre * 0.3 + 300)) ** 2)) * frames[:, 4]
        total += (band * np.interp(position, knots, near)).astype(np.float32)
    return total * np.float32(1.5)
