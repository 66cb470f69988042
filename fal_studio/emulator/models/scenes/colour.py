"""Colours and a few ways of mixing them; floats, 0 to 1 as shown on a screen.

A colour has the shape (3, 1, 1), a picture (3, height, width): planes keep NumPy's inner loops long, which makes
painting several times faster than triples would, and a colour times a field of one channel is a picture.
"""

import colorsys

import numpy as np

from fal_studio.emulator.models.scenes.noise import Array

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def rgb(text: str) -> Array:
    """`#rrggbb` as a colour."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32).reshape(3, 1, 1)


def mix(a: Array, b: Array, amount: float) -> Array:
    """`a` moved towards `b`."""
    return a + (b - a) * np.float32(amount)


def turned(colour: Array, hue: float = 0.0, saturation: float = 1.0, value: float = 1.0) -> Array:
    """The colour with its hue turned (1.0 is a whole turn), saturation and value multiplied."""
    h, s, v = colorsys.rgb_to_hsv(*(float(part) for part in np.clip(colour, 0, 1).ravel()))
    turned_rgb = colorsys.hsv_to_rgb((h + hue) % 1.0, min(1.0, s * saturation), min(1.0, v * value))
    return np.array(turned_rgb, np.float32).reshape(3, 1, 1)


def luminance(picture: Array) -> Array:
    """Brightness of each pixel."""
    return picture[0] * LUMA[0] + picture[1] * LUMA[1] + picture[2] * LUMA[2]


def ramp(stops: list[tuple[float, Array]], at: Array) -> Array:
    """Colours along a gradient of (position, colour) stops, eased so that no stop shows as a line; three planes of the shape of `at`."""
    positions = np.array([position for position, _ in stops], np.float32)
    colours = np.stack([colour.ravel() for _, colour in stops], axis=1)
    segment = np.clip(np.searchsorted(positions, at, side="right") - 1, 0, len(stops) - 2)
    span = positions[segment + 1] - positions[segment]
    t = np.clip((at - positions[segment]) / np.maximum(span, 1e-6), 0, 1).astype(np.float32)
    t = (t + t * t * (3 - 2 * t)) * np.float32(0.5)
    return colours[:, segment] + (colours[:, segment + 1] - colours[:, segment]) * t
