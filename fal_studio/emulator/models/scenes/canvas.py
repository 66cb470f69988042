"""The canvas a scene is painted on: coordinates, antialiased masks, glazes and light."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from fal_studio.emulator.models.scenes.noise import Array, Rng

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of the canvas: its rows and columns, coverage 0 to 1, and the coordinates of its pixels."""

    rows: slice
    columns: slice
    alpha: Array
    x: Array
    y: Array

    @property
    def is_empty(self) -> bool:
        """Whether no pixel of the canvas is in it."""
        return self.alpha.size == 0


class Canvas:
    """A picture being painted. x runs from -aspect/2 to aspect/2, y from 0 at the top to 1; both in picture heights."""

    def __init__(self, width: int, height: int, rng: Rng) -> None:
        self.width = width
        self.height = height
        self.rng = rng
        self.aspect = width / height
        self.is_still = True
        """False when the painting will move: then what moves by itself, such as a beam of light, is left out."""
        self.marks: dict[str, tuple[float, float | None]] = {}
        """Places worth knowing afterwards: `horizon` (0, y) of moving water, `lamp` (x, y)."""
        self.dry: Array = np.zeros((height, width), np.float32)
        """Where something solid stands in front of moving water."""
        self.scale = min(1.0, self.aspect / 1.1)
        """How much a subject must shrink to fit a narrow picture."""
        self.rgb: Array = np.zeros((3, height, width), np.float32)
        self.x: Array = (((np.arange(width) + 0.5) / height) - self.aspect / 2).astype(np.float32)[None, :]
        self.y: Array = ((np.arange(height) + 0.5) / height).astype(np.float32)[:, None]

    def region(self, left: float, top: float, right: float, bottom: float) -> Patch:
        """The rectangle between the coordinates, cut to the canvas, fully covered; 9 stands for its very side."""
        left = min(left, -self.aspect / 2) if left <= -9 else left
        right = max(right, self.aspect / 2) if right >= 9 else right
        c0 = min(self.width, max(0, int(np.floor((left + self.aspect / 2) * self.height))))
        c1 = min(self.width, max(c0, int(np.ceil((right + self.aspect / 2) * self.height))))
        r0 = min(self.height, max(0, int(np.floor(top * self.height))))
        r1 = min(self.height, max(r0, int(np.ceil(bottom * self.height))))
        rows, columns = slice(r0, r1), slice(c0, c1)
        alpha = np.ones((r1 - r0, c1 - c0), np.float32)
        return Patch(rows, columns, alpha, self.x[:, columns], self.y[rows])

    def shapes(self, polygons: Sequence[Sequence[Point]], blur: float = 0.0, fineness: int = 4) -> Patch:
        """Antialiased coverage of filled polygons; `blur` in picture heights softens the edge."""
        points = [point for polygon in polygons for point in polygon]
        margin = blur * 3 + 2 / self.height
        if not points:
            return self.region(0, 0, 0, 0)
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        patch = self.region(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
        if patch.is_empty:
            return patch
        rows, columns = patch.alpha.shape
        mask = Image.new("L", (columns * fineness, rows * fineness), 0)
        draw = ImageDraw.Draw(mask)
        for polygon in polygons:
            if len(polygon) > 2:
                draw.polygon([self._fine(patch, point, fineness) for point in polygon], fill=255)
        return self._covered(patch, mask, fineness, blur)

    def strokes(
        self, lines: Sequence[tuple[Sequence[Point], float]], blur: float = 0.0, fineness: int = 3
    ) -> Patch:
        """Antialiased coverage of open lines, each with its width in picture heights."""
        points = [point for line, _ in lines for point in line]
        if not points:
            return self.region(0, 0, 0, 0)
        margin = max(width for _, width in lines) + blur * 3 + 2 / self.height
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        patch = self.region(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
        if patch.is_empty:
            return patch
        rows, columns = patch.alpha.shape
        mask = Image.new("L", (columns * fineness, rows * fineness), 0)
        draw = ImageDraw.Draw(mask)
        for line, width in lines:
            pixels = max(1, round(width * self.height * fineness))
            draw.line(
                [self._fine(patch, point, fineness) for point in line], fill=255, width=pixels, joint="curve"
            )
        return self._covered(patch, mask, fineness, blur)

    def _fine(self, patch: Patch, point: Point, fineness: int) -> Point:
        x = ((point[0] + self.aspect / 2) * self.height - patch.columns.start) * fineness
        y = (point[1] * self.height - patch.rows.start) * fineness
        return x, y

    def _covered(self, patch: Patch, mask: Image.Image, fineness: int, blur: float) -> Patch:
        mask = mask.reduce(fineness)
        if blur > 0:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self.height))
        alpha = np.asarray(mask, np.float32) * np.float32(1 / 255)
        return Patch(patch.rows, patch.columns, alpha, patch.x, patch.y)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, blur: float = 0.0) -> Patch:
        """Coverage of an ellipse with a soft or a sharp edge."""
        margin = blur * 2 + 2 / self.height
        patch = self.region(cx - rx - margin, cy - ry - margin, cx + rx + margin, cy + ry + margin)
        distance = np.hypot((patch.x - cx) / rx, (patch.y - cy) / ry)
        edge = max(blur, 0.75 / self.height) / min(rx, ry)
        alpha = np.clip((1 - distance) / np.float32(2 * edge) + 0.5, 0, 1)
        return Patch(patch.rows, patch.columns, alpha * alpha * (3 - 2 * alpha), patch.x, patch.y)

    def below(self, edge: Array, until: float = 1.0) -> Patch:
        """Everything under the curve `edge` (one y for each column), exactly antialiased."""
        top = float(edge.min())
        patch = self.region(-9, top - 2 / self.height, 9, until)
        alpha = np.clip((patch.y - edge) * np.float32(self.height) + 0.5, 0, 1)
        return Patch(patch.rows, patch.columns, alpha, patch.x, patch.y)

    def paint(self, patch: Patch, colour: Array, opacity: float = 1.0) -> None:
        """Cover the patch with a colour, or with a picture of the patch's own size."""
        under = self.rgb[:, patch.rows, patch.columns]
        alpha = patch.alpha if opacity == 1.0 else patch.alpha * np.float32(opacity)
        under += alpha * (colour - under)

    def glow(self, patch: Patch, colour: Array, strength: float = 1.0) -> None:
        """Add light, as one exposure over another: bright places saturate softly."""
        under = self.rgb[:, patch.rows, patch.columns]
        light = np.clip(patch.alpha * np.float32(strength), 0, 1) * colour
        under += light * np.maximum(1 - under, 0)

    def shade(self, patch: Patch, amount: float) -> None:
        """Darken: multiply by 1 - amount where the patch covers."""
        self.rgb[:, patch.rows, patch.columns] *= 1 - patch.alpha * np.float32(amount)

    def halo(self, cx: float, cy: float, radius: float, colour: Array, strength: float = 1.0) -> None:
        """A round glow, brightest in the middle, gone at about three radii."""
        reach = radius * 3
        patch = self.region(cx - reach, cy - reach, cx + reach, cy + reach)
        if patch.is_empty:
            return
        square = ((patch.x - np.float32(cx)) ** 2 + (patch.y - np.float32(cy)) ** 2) * np.float32(
            1 / radius**2
        )
        alpha = np.maximum(1 / (1 + square * 2.2) - np.float32(1 / 20.8), 0)
        self.glow(Patch(patch.rows, patch.columns, alpha, patch.x, patch.y), colour, strength)


def blurred(field: Array, radius: float) -> Array:
    """A field of one channel smoothed over about `radius` pixels."""
    factor = max(1, min(int(radius / 1.5), min(field.shape) // 4))
    image = Image.fromarray(np.ascontiguousarray(field, np.float32))
    small = np.asarray(image.reduce(factor), np.float32)
    for axis in (0, 1):
        for _ in range(3):
            padded = np.pad(small, [(1, 1) if axis == a else (0, 0) for a in (0, 1)], mode="edge")
            first, middle, last = (
                padded[i : i + small.shape[0]] if axis == 0 else padded[:, i : i + small.shape[1]]
                for i in range(3)
            )
            small = (first + middle * 2 + last) * np.float32(0.25)
    if factor == 1:
        return small
    return np.asarray(Image.fromarray(small).resize(image.size, Image.Resampling.BICUBIC), np.float32)
