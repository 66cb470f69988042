"""Turns rough strokes into a lit, painted picture, fast enough to follow the hand."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from fal_studio.emulator.models.scenes import finish, memory, sky, terrain, water
from fal_studio.emulator.models.scenes.canvas import Canvas
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, Pixels, Rng, line, rng_for, spectral
from fal_studio.emulator.models.scenes.palette import light_for
from fal_studio.emulator.models.scenes.words import read

ONE = np.float32(1)
HORIZON = 0.62


class Easel:
    """A prompt's paper and paints, prepared once; `frame` then paints one drawing over them."""

    def __init__(self, prompt: str, seed: int, width: int, height: int) -> None:
        memory.keep()
        self._size = (width, height)
        self._wish = read(prompt, seed)
        rng = rng_for("easel", prompt, seed)
        time = "day" if self._wish.time == "overcast" and self._wish.weather != "fog" else self._wish.time
        self._light = light_for(time, rng)
        self._backdrop = self._painted_backdrop(rng)
        self._leaf = self._tile(spectral(rng, 1.35, low=9)) * np.float32(0.075)
        self._rock = self._tile(-np.abs(spectral(rng, 1.35, low=4, stretch=1.6)) + 0.6) * np.float32(0.15)
        self._ripple = self._tile(spectral(rng, 1.1, low=8, stretch=7.0)) * np.float32(0.055)
        self._brush = self._tile(spectral(rng, 1.15, low=8, stretch=2.5)) * np.float32(0.022)
        self._where = self._brushed_positions(rng)
        self._height_of = (np.arange(height, dtype=np.float32) / height)[:, None]
        self._low = np.clip((self._height_of - HORIZON + np.float32(0.02)) * 30, 0, 1)
        self._high = np.clip((np.float32(HORIZON) - self._height_of) * 4, 0, 1)
        self._mirror = self._mirrored_positions(rng)
        self._weave = ONE + self._tile(spectral(rng, 0.35, low=40)) * np.float32(0.012)

    def frame(self, drawing: Pixels, strength: float = 0.72, steps: int = 4) -> Pixels:
        """Paint a drawing (RGB, any size). `strength` 0 keeps its strokes as they are, 1 paints most freely."""
        image = Image.fromarray(drawing)
        if image.size != self._size:
            image = image.resize(self._size, Image.Resampling.BILINEAR)
        free = np.float32(min(1.0, max(0.0, strength)))
        red, green, blue = strokes = self._strokes(image, bool(free > 0.15))
        most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
        chroma = most - least
        ink = np.clip((ONE - least) * np.float32(4.5) - np.float32(1.25) + chroma * np.float32(1.6), 0, 1)
        wet = np.clip(
            (blue - np.maximum(red, green * np.float32(0.97))) * 5 + chroma - np.float32(0.12), 0, 1
        )
        aloft = wet * self._high * np.clip(most * 10 - 8, 0, 1)
        water = wet * self._low
        facing, body = self._relief(strokes, chroma, ink, wet, min(1.0, 0.4 + steps * 0.15))
        clouds = _softened(aloft * ink, self._size[1] / 36) * np.clip(
            np.float32(0.9) + self._brush * 16, 0, 1
        )
        clouds *= np.float32(0.9) * free
        cover = ink * (ONE - np.clip(aloft * 4, 0, 1)) * (ONE - water * free * np.float32(0.5))
        cover *= ONE - free * np.float32(0.06)
        shadow = ONE - self._shadow(cover)
        pool = np.clip(_softened(water * ink, self._size[1] / 11) * np.float32(2.4), 0, 1)
        pool *= (ONE - ink * (ONE - wet)) * self._low
        lamp = self._lamp(red, green, blue, chroma)
        planes = np.empty((3, self._size[1], self._size[0]), np.float32)
        for index in range(3):
            plane = self._backdrop[index] * shadow
            plane += clouds * (np.float32(self._light.cloud[index, 0, 0]) - plane)
            plane += cover * (strokes[index] * self._gain(facing, index, free) + body - plane)
            self._shine(plane, index, lamp)
            self._reflect(plane, pool, free)
            np.multiply(plane, self._weave, out=planes[index])
        if self._wish.tint:
            planes = finish.tinted(np.clip(planes, 0, 1), self._wish.tint)
        pixels = np.empty((self._size[1], self._size[0], 3), np.uint8)
        for index in range(3):
            pixels[..., index] = np.clip(planes[index] * 255, 0, 255)
        return pixels

    def _strokes(self, image: Image.Image, brushed: bool) -> list[Array]:
        """The three planes of the drawing, its edges frayed as by a brush."""
        packed = np.asarray(image.convert("RGBA")).view(np.uint32)[..., 0]
        if brushed:
            packed = np.take(packed.ravel(), self._where)
        levels = np.ascontiguousarray(packed).view(np.uint8).reshape(*packed.shape, 4)
        return [levels[..., index] * np.float32(1 / 255) for index in range(3)]

    def _relief(
        self, strokes: list[Array], chroma: Array, ink: Array, wet: Array, detail: float
    ) -> tuple[Array, Array]:
        """How much each place faces the light, and its own texture: leaves, stone, ripples, brush marks."""
        red, green, blue = strokes
        leafy = np.clip((green - np.maximum(red, blue)) * 7, 0, 1)
        stony = np.clip(ONE - chroma * np.float32(3.4), 0, 1)
        texture = leafy * self._leaf + wet * self._low * self._ripple + stony * self._rock + self._brush
        relief = _softened(ink, self._size[1] / 40) * np.float32(self._size[1] / 22) + texture * np.float32(5)
        slope = np.zeros_like(ink)
        slope[1:, 1:] = (relief[1:, 1:] - relief[:-1, 1:]) * np.float32(0.7) + (
            relief[1:, 1:] - relief[1:, :-1]
        )
        facing = np.clip(
            np.float32(0.72) + slope * np.float32(0.34 * detail), np.float32(0.12), np.float32(1.25)
        )
        return facing, texture * np.float32(0.8)

    def _gain(self, facing: Array, index: int, free: np.float32) -> Array:
        """What a stroke's colour is multiplied with under the prompt's light, for one of the three planes."""
        ambient, key = float(self._light.ambient[index, 0, 0]), float(self._light.key[index, 0, 0])
        return facing * np.float32(key * 0.8 * free) + np.float32((ambient * 0.5 + 0.13) * free + (1 - free))

    def _shine(self, plane: Array, index: int, lamp: tuple[Array, Array] | None) -> None:
        """Let what is drawn as a light glow."""
        if lamp is None:
            return
        core, halo = lamp
        plane += core * (np.float32(self._light.sun[index, 0, 0]) - plane) * np.float32(0.6)
        plane += halo * np.float32(self._light.glow[index, 0, 0]) * np.maximum(ONE - plane, 0)

    def _reflect(self, plane: Array, pool: Array, free: np.float32) -> None:
        """Around blue strokes under the horizon lies water: it mirrors what stands above."""
        top = self._size[1] - self._mirror.shape[0]
        mirror = plane.ravel()[self._mirror]
        near = pool[top:] * (np.float32(0.62) * free)
        plane[top:] += near * (mirror * np.float32(0.93) - plane[top:])

    def _mirrored_positions(self, rng: Rng) -> npt.NDArray[np.int32]:
        """For each place under the horizon the one above that it mirrors, shaken by small waves."""
        width, height = self._size
        top = round(height * HORIZON)
        ripple = self._tile(spectral(rng, 1.2, low=8, stretch=5.0))[top:]
        rows, columns = np.indices((height - top, width), np.int32)
        shaken = ripple * (rows * np.float32(0.035) + 1)
        mirrored = np.clip(top - 1 - rows - shaken.astype(np.int32), 0, height - 1)
        aside = np.clip(columns + (shaken * np.float32(0.7)).astype(np.int32), 0, width - 1)
        return mirrored * width + aside

    def _shadow(self, ink: Array) -> Array:
        shift = max(2, self._size[1] // 85)
        soft = _softened(ink, 6)
        shadow = np.zeros_like(ink)
        shadow[shift:, shift:] = np.clip(soft[:-shift, :-shift] - ink[shift:, shift:], 0, 1) * np.float32(
            0.26
        )
        return shadow

    def _lamp(self, red: Array, green: Array, blue: Array, chroma: Array) -> tuple[Array, Array] | None:
        """Where yellow is drawn high in the picture: a light, and its halo. None without one."""
        lamp = np.clip((red + green) * np.float32(0.5) - blue - np.float32(0.22), 0, 1) * np.clip(
            chroma * 3 - 1, 0, 1
        )
        lamp = np.clip(lamp * np.clip((green - np.float32(0.5)) * 5, 0, 1) * self._high * 4, 0, 1)
        if float(lamp[::4, ::4].sum()) <= 2:
            return None
        return lamp, np.clip(_softened(lamp, self._size[1] / 9) * np.float32(2.2), 0, 0.75)

    def _brushed_positions(self, rng: Rng) -> npt.NDArray[np.int32]:
        """Where each pixel takes its paint from: the drawing pushed about a little, as bristles do."""
        width, height = self._size
        reach = height / 300
        rows, columns = np.indices((height, width), np.int32)
        bend_x, bend_y = ((self._tile(spectral(rng, 2.1, low=7)) * reach).astype(np.int32) for _ in range(2))
        return np.clip(rows + bend_y, 0, height - 1) * width + np.clip(columns + bend_x, 0, width - 1)

    def _painted_backdrop(self, rng: Rng) -> Array:
        """An empty landscape in the prompt's light: what shows where nothing is drawn."""
        canvas = Canvas(*self._size, rng)
        light, horizon = self._light, HORIZON
        sun_x = float(rng.uniform(0.1, 0.4)) * canvas.aspect
        sky.wash(canvas, light, horizon)
        sky.stars(canvas, light.stars, horizon, 160)
        sky.sun(canvas, replace(light, has_sun=False), sun_x, horizon - light.sun_height, 0.018)
        sky.clouds(canvas, light, horizon, sun_x, 0.5)
        for index, (lift, air) in enumerate(((0.11, 0.82), (0.065, 0.68))):
            ridge = np.float32(horizon) - (
                line(rng, canvas.x, 1.7 + index, 6, 0.47) * np.float32(0.5) + np.float32(0.6)
            ) * np.float32(lift)
            terrain.range_of_hills(
                canvas,
                light,
                ridge,
                air=air,
                albedo=mix(rgb("#6d7a86"), rgb("#71805f"), 0.4 * index),
                sun_side=1,
                until=horizon + 0.01,
                rough=0.7,
            )
        water.sea(canvas, light, horizon, sun_x, 0.25, 0.4, clarity=0.6)
        return canvas.rgb * np.float32(0.86) + np.float32(0.115)

    def _tile(self, noise: Array) -> Array:
        width, height = self._size
        rows, columns = noise.shape
        repeated = np.tile(noise, (height // rows + 1, width // columns + 1))
        return np.ascontiguousarray(repeated[:height, :width])


def _softened(field: Array, radius: float) -> Array:
    """Blur cheaply: eight bits, at a size that the radius allows."""
    factor = max(1, int(radius / 2.5))
    image = Image.fromarray((np.clip(field, 0, 1) * 255).astype(np.uint8))
    small = image.reduce(factor) if factor > 1 else image
    small = small.filter(ImageFilter.BoxBlur(radius / factor / 1.6))
    small = small.filter(ImageFilter.BoxBlur(radius / factor / 1.6))
    return np.asarray(small.resize(image.size, Image.Resampling.BILINEAR), np.float32) * np.float32(1 / 255)
