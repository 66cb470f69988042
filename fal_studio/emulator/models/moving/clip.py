"""A still picture to a moving one: drifting camera with parallax, living water, a turning lamp; encoded as H.264."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

import av
import numpy as np
from PIL import Image

from fal_studio.emulator.models.scenes import painter
from fal_studio.emulator.models.scenes.canvas import Canvas
from fal_studio.emulator.models.scenes.noise import Array, Pixels, Rng, rng_for, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import light_for
from fal_studio.emulator.models.scenes.words import read

FPS = 24
MARGIN = 1.10
SIZES = {"16:9": (640, 360), "9:16": (360, 640), "1:1": (480, 480)}


@dataclass(frozen=True, slots=True)
class Shot:
    """What a clip shows: the still, larger than the frame, and where in it water and a lamp are."""

    still: Pixels
    horizon: float | None = None
    lamp: tuple[float, float] | None = None
    glow: tuple[float, float, float] = (1.0, 0.95, 0.8)
    dry: Array | None = None
    """Where something solid stands in front of the water, 0 to 1."""


def painted_shot(prompt: str, seed: int, aspect_ratio: str) -> Shot:
    """The still of a prompt, without the things that will move."""
    width, height = _still_size(aspect_ratio)
    order = painter.Order(prompt, seed, width, height, 34)
    canvas, wish = painter.painted_canvas(order, is_still=False)
    light = light_for(wish.time, rng_for("glow", prompt, seed))
    red, green, blue = (float(part) for part in (light.glow * np.float32(0.6) + np.float32(0.4)).ravel())
    picture = painter.developed(canvas.rgb, wish, order)
    return Shot(
        picture, canvas.marks.get("horizon", (0, None))[1], _lamp(canvas), (red, green, blue), canvas.dry
    )


def _lamp(canvas: Canvas) -> tuple[float, float] | None:
    if "lamp" not in canvas.marks:
        return None
    x, y = canvas.marks["lamp"]
    assert y is not None
    return x, y


def picture_shot(pixels: Pixels, prompt: str, seed: int, aspect_ratio: str) -> Shot:
    """A given picture, cut to the frame's shape; water moves when the prompt speaks of it."""
    size = _still_size(aspect_ratio)
    image = Image.fromarray(pixels)
    factor = max(size[0] / image.width, size[1] / image.height)
    width, height = size[0] / factor, size[1] / factor
    left, top = (image.width - width) / 2, (image.height - height) / 2
    still = image.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))
    words = read(prompt, seed).words
    is_wet = bool(
        words & {"sea", "water", "lake", "ocean", "waves", "lighthouse", "boat", "river", "harbour"}
    )
    return Shot(np.asarray(still), 0.62 if is_wet else None)


def _still_size(aspect_ratio: str) -> tuple[int, int]:
    width, height = SIZES[aspect_ratio]
    return round(width * MARGIN / 2) * 2, round(height * MARGIN / 2) * 2


def encoded(
    shot: Shot, aspect_ratio: str, seconds: int, seed: int, report: Callable[[int, int], None]
) -> bytes:
    """The clip as an MP4 file; `report` is told frames done and frames in all."""
    width, height = SIZES[aspect_ratio]
    camera = Camera(shot, (width, height), rng_for("clip", seed))
    buffer = io.BytesIO()
    total = seconds * FPS
    with av.open(buffer, "w", format="mp4") as container:
        stream: Any = container.add_stream(
            "libx264", rate=FPS, options={"preset": "veryfast", "crf": "20", "threads": "1"}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(total):
            frame = av.VideoFrame.from_ndarray(camera.frame(index / total, seconds), format="rgb24")
            container.mux(stream.encode(frame))
            report(index + 1, total)
        container.mux(stream.encode(None))
    return buffer.getvalue()


class Camera:
    """Looks at the still from a slowly changing place."""

    def __init__(self, shot: Shot, size: tuple[int, int], rng: Rng) -> None:
        self._shot = shot
        self._size = size
        large = Image.fromarray(shot.still)
        large = large.resize((large.width * 3, large.height * 3), Image.Resampling.BICUBIC).convert("RGBA")
        self._packed = np.asarray(large).view(np.uint32)[..., 0]
        height, width = shot.still.shape[:2]
        self._x = ((np.arange(size[0], dtype=np.float32) + 0.5) / np.float32(size[0]))[None, :]
        self._y = ((np.arange(size[1], dtype=np.float32) + 0.5) / np.float32(size[1]))[:, None]
        self._still_size = (width, height)
        self._direction = float(rng.choice([-1, 1]))
        self._grain = rng.standard_normal((size[1] + 64, size[0] + 64), dtype=np.float32) * np.float32(0.006)
        self._offsets = rng.integers(0, 64, (997, 2))
        self._wave = spectral(rng, 1.0, low=8, stretch=1.6)
        far = np.float32(1) / (
            np.maximum(self._y - np.float32(shot.horizon or 2), np.float32(0.004)) + np.float32(0.03)
        )
        self._u, self._v = (self._x - np.float32(0.5)) * far * np.float32(0.13), far * np.float32(0.16)

    def frame(self, at: float, seconds: int) -> Pixels:
        """The frame at a moment (0 to 1) of a clip of that length."""
        eased = at * at * (3 - 2 * at)
        zoom = 1 / MARGIN * (1 - 0.045 * eased)
        depth = smooth(0.25, 1.0, self._y)
        sway = self._direction * (eased - 0.5) * 0.034
        u = (
            np.float32(0.5)
            + (self._x - np.float32(0.5)) * np.float32(zoom)
            + (np.float32(0.35) + np.float32(0.9) * depth) * np.float32(sway)
        )
        v = (
            np.float32(0.5)
            + (self._y - np.float32(0.5)) * np.float32(zoom)
            + np.float32(0.006 * sin(at * pi * seconds * 0.4))
        )
        u, v = np.broadcast_arrays(u, v)
        picture = self._read(*self._moved(u, v, at * seconds))
        self._sparkle(picture, at * seconds)
        self._turn_lamp(picture, at * seconds, zoom, sway)
        row, column = self._offsets[int(at * 990) % 997]
        picture += self._grain[row : row + self._size[1], column : column + self._size[0]]
        frame = np.empty((self._size[1], self._size[0], 3), np.uint8)
        for index, plane in enumerate(picture):
            frame[..., index] = np.clip(plane * np.float32(255), 0, 255)
        return frame

    def _moved(self, u: Array, v: Array, second: float) -> tuple[Array, Array]:
        """Where to look instead, in the rows that are water."""
        if self._shot.horizon is None:
            return u, v
        top = max(0, int((self._shot.horizon - 0.08) * self._size[1]))
        far, aside = self._v[top:], self._u[top:]
        down = np.clip(v[top:] - np.float32(self._shot.horizon + 0.004), 0, 1)
        swing = np.sin(far * np.float32(34) + aside * np.float32(9) - np.float32(second * 2.6)) * np.float32(
            0.6
        )
        swing += np.sin(
            far * np.float32(71) - aside * np.float32(23) - np.float32(second * 3.7)
        ) * np.float32(0.4)
        swing *= np.clip(down * np.float32(0.05), 0, np.float32(0.009))
        if self._shot.dry is not None:
            height, width = self._shot.dry.shape
            columns = np.clip(u[top:] * np.float32(width), 0, width - 1).astype(np.int32)
            rows = np.clip(v[top:] * np.float32(height), 0, height - 1).astype(np.int32)
            swing *= 1 - self._shot.dry.ravel()[rows * width + columns]
        u, v = u.copy(), v.copy()
        u[top:] += swing * np.float32(0.7)
        v[top:] += swing
        return u, v

    def _read(self, u: Array, v: Array) -> Array:
        """The colours there; nearest of a still enlarged threefold, which no eye tells from smooth."""
        height, width = self._packed.shape
        columns = np.clip(u * np.float32(width), 0, width - 1).astype(np.int32)
        rows = np.clip(v * np.float32(height), 0, height - 1).astype(np.int32)
        rows *= width
        rows += columns
        bytes_of = np.take(self._packed.ravel(), rows).view(np.uint8).reshape(*rows.shape, 4)
        result = np.empty((3, *rows.shape), np.float32)
        for index in range(3):
            np.multiply(bytes_of[..., index], np.float32(1 / 255), out=result[index])
        return result

    def _sparkle(self, picture: Array, second: float) -> None:
        if self._shot.horizon is None:
            return
        top = max(0, int(self._shot.horizon * self._size[1]) + 2)
        waves = sample(
            self._wave,
            self._u[top:] * np.float32(2.2) + np.float32(second * 0.011),
            self._v[top:] * np.float32(2) - np.float32(second * 0.022),
        )
        grey = picture[1, top:]
        lift = waves * np.float32(0.055) * (np.float32(0.25) + grey)
        picture[:, top:] *= 1 + lift

    def _turn_lamp(self, picture: Array, second: float, zoom: float, sway: float) -> None:
        """A beam turning about an upright axis: long from the side, short and bright when it looks at us."""
        if self._shot.lamp is None:
            return
        width, height = self._size
        still_x, still_y = self._shot.lamp
        aspect = self._still_size[0] / self._still_size[1]
        share = 1 / zoom
        x = (still_x / aspect) * share - sway * 0.8 * share
        y = (still_y - 0.5) * share + 0.5
        dx = (self._x - np.float32(0.5 + x)) * np.float32(width / height)
        dy = self._y - np.float32(y)
        turn = second * 2 * pi / 6.0 + 0.7
        along, facing = cos(turn), sin(turn)
        reach = np.abs(dx)
        for side, nearness in ((1.0, facing), (-1.0, -facing)):
            direction = side * (1 if along >= 0 else -1)
            length = max(abs(along), 0.06)
            widen = 0.05 + 0.05 * max(nearness, 0)
            cone = np.exp(-((dy / (np.float32(0.006) + reach * np.float32(widen / length))) ** 2))
            fall = np.exp(-reach * np.float32(1.3 / length)) * (dx * np.float32(direction) > 0)
            self._add(picture, cone * fall, 0.42 + 0.25 * max(nearness, 0))
        flash = 0.25 + 0.75 * max(abs(facing), 0) ** 6
        self._add(picture, 1 / (1 + (dx * dx + dy * dy) * np.float32(1 / 0.0012)), flash)

    def _add(self, picture: Array, light: Array, strength: float) -> None:
        for index in range(3):
            picture[index] += (
                light * np.float32(self._shot.glow[index] * strength) * np.maximum(1 - picture[index], 0)
            )
