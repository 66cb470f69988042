"""Random numbers from words, and the noises that clouds, rock and water are made of."""

import hashlib
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Pixels = npt.NDArray[np.uint8]
Rng = np.random.Generator

TILE = 512


def rng_for(*parts: object) -> Rng:
    """A generator that depends on `parts` only, the same on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def spectral(
    rng: Rng, beta: float = 1.8, *, low: float = 1.0, stretch: float = 1.0, size: int = TILE
) -> Array:
    """A tileable square of noise whose amplitude falls as 1/f**beta; mean 0, deviation 1.

    `low` cuts away everything coarser than that many waves a tile; `stretch` above 1 draws it out sideways.
    """
    amplitude = _falloff(beta, low, stretch, size)
    phases = rng.standard_normal((2, *amplitude.shape), dtype=np.float32)
    noise = np.fft.irfft2((phases[0] + np.complex64(1j) * phases[1]) * amplitude, s=(size, size)).astype(
        np.float32
    )
    return noise / (noise.std() + np.float32(1e-9))


@cache
def _falloff(beta: float, low: float, stretch: float, size: int) -> Array:
    """The amplitudes of a tile's waves; a constant table."""
    waves_y = np.fft.fftfreq(size, 1 / size).astype(np.float32)[:, None]
    waves_x = np.fft.rfftfreq(size, 1 / size).astype(np.float32)[None, :] * np.float32(stretch)
    frequency = np.hypot(waves_x, waves_y)
    frequency[0, 0] = 1.0
    amplitude = frequency ** np.float32(-beta)
    amplitude[frequency < low] = 0.0
    amplitude[0, 0] = 0.0
    return amplitude


def sample(tile: Array, u: Array, v: Array) -> Array:
    """Read a tile at wrapped coordinates (1.0 is one tile), bilinearly; `u` and `v` broadcast."""
    size = tile.shape[0]
    fu, fv = np.broadcast_arrays(u * np.float32(size), v * np.float32(size))
    iu, iv = np.floor(fu), np.floor(fv)
    tu, tv = fu - iu, fv - iv
    x0 = iu.astype(np.int32) % size
    row0 = (iv.astype(np.int32) % size) * size
    x1 = np.where(x0 == size - 1, 0, x0 + 1)
    row1 = np.where(row0 == size * (size - 1), 0, row0 + size)
    flat = tile.ravel()
    top = flat[row0 + x0]
    top += (flat[row0 + x1] - top) * tu
    bottom = flat[row1 + x0]
    bottom += (flat[row1 + x1] - bottom) * tu
    top += (bottom - top) * tv
    return top


def line(rng: Rng, x: Array, waves: float, octaves: int = 6, gain: float = 0.5) -> Array:
    """Fractal noise along a line, about -1 to 1; `waves` coarse waves in one unit of `x`."""
    total = np.zeros_like(x)
    amplitude = 1.0
    for octave in range(octaves):
        at = (x + np.float32(7.3)) * np.float32(waves * 2**octave) + np.float32(rng.uniform(0, 999))
        knots = rng.uniform(-1, 1, 4096).astype(np.float32)
        cell = np.floor(at)
        t = at - cell
        t = t * t * (3 - 2 * t)
        index = cell.astype(np.int64) % 4095
        total += (knots[index] * (1 - t) + knots[index + 1] * t) * np.float32(amplitude)
        amplitude *= gain
    return total


def smooth(low: float, high: float, value: Array) -> Array:
    """Hermite step from 0 at `low` to 1 at `high`; `low` may be the greater."""
    t = np.clip((value - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return t * t * (3 - 2 * t)
