"""Lines stay crisp at every screen scale, hatches differ, shadows fade."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

import fal_studio
from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.style import dress
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return dress(qapp, Scheme.DARK)


def canvas(scale: float, side: int = 80) -> QImage:
    image = QImage(round(side * scale), round(side * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    return image


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
@pytest.mark.parametrize("offset", [0.0, 3.0, 7.0])
def test_a_border_is_whole_device_pixels_wide_and_full_in_colour(
    theme: Theme, scale: float, offset: float
) -> None:
    image = canvas(scale)
    painter = QPainter(image)
    paint.frame(painter, QRectF(offset, offset, 50, 28), 6, None, theme.color("text.1"))
    painter.end()
    middle = round((offset + 14) * scale)
    column = [image.pixelColor(x, middle).alpha() for x in range(round((offset + 20) * scale))]
    inked = [alpha for alpha in column if alpha]
    assert inked == [255] * max(1, round(scale))


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_a_box_has_no_soft_edge(theme: Theme, scale: float) -> None:
    image = canvas(scale)
    painter = QPainter(image)
    paint.box(painter, QRectF(3, 3, 41, 7), theme.color("text.1"))
    painter.end()
    alphas = {image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())}
    assert alphas == {0, 255}


def test_every_stage_looks_different(theme: Theme) -> None:
    pictures: dict[bytes, str] = {}
    for name in tokens.STAGES:
        image = canvas(2.0)
        painter = QPainter(image)
        paint.stage(painter, QRectF(0, 0, 64, 16), name)
        painter.end()
        pictures[bytes(image.constBits())] = name
    assert len(pictures) == len(tokens.STAGES)


@pytest.mark.parametrize("way", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_words_lie_where_they_were_measured_also_in_a_mirrored_window(
    theme: Theme, way: Qt.LayoutDirection
) -> None:
    image = canvas(1.0)
    painter = QPainter(image)
    painter.setLayoutDirection(way)
    used = paint.text(painter, QRectF(4, 0, 72, 20), "5 s", theme.font("cell"), theme.color("text.1"))
    assert painter.layoutDirection() is way, "what others draw is not turned"
    painter.end()
    inked = [x for x in range(80) for y in range(20) if image.pixelColor(x, y).alpha() > 60]
    assert 3 <= min(inked) <= 7
    assert max(inked) <= 5 + used


def test_the_mark_of_every_state_is_known_by_its_shape_alone(theme: Theme) -> None:
    """In one and the same colour, no two of them share more than four fifths of what is inked."""
    inked: dict[str, set[tuple[int, int]]] = {}
    for state, tone in tokens.STATES.items():
        image = icons.pixmap(tone.icon, theme.color("text.1"), 16, 2.0).toImage()
        inked[state] = {
            (x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 127
        }
    assert all(len(ink) > 20 for ink in inked.values()), "each has a mark"
    alike = {
        (one, other): round(len(inked[one] & inked[other]) / len(inked[one] | inked[other]), 2)
        for one, other in combinations(inked, 2)
    }
    assert {pair: share for pair, share in alike.items() if share > 0.8} == {}


def test_a_shadow_is_darkest_at_the_panel_and_fades_to_nothing(theme: Theme) -> None:
    image = canvas(1.0, 300)
    painter = QPainter(image)
    paint.shadow(painter, QRectF(60, 60, 180, 120), tokens.RADIUS_FLOAT, dark=True)
    painter.end()
    below = [image.pixelColor(150, 180 + distance).alpha() for distance in (1, 8, 16, 24, 31)]
    assert below == sorted(below, reverse=True)
    assert below[0] > 40
    assert below[-1] <= 3
    assert image.pixelColor(150, 40).alpha() < below[1]


def test_the_bits_of_a_picture_are_read_while_somebody_holds_it() -> None:
    """They do not keep it alive: those of a picture without a name are freed before they are read, and the program ends."""
    loose = re.compile(r"\)\.(constBits|bits)\(\)")
    root = Path(fal_studio.__file__).parent.parent
    files = [*root.joinpath("fal_studio").rglob("*.py"), *root.joinpath("tests").rglob("*.py")]
    found = [file.name for file in files if loose.search(file.read_text(encoding="utf-8"))]
    assert found == []
    assert loose.search("bytes(image.convertToFormat(form)" + ".constBits())")
