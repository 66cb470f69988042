"""The tokens: contrast as promised, and no colour named anywhere else."""

import re
import runpy
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest

import fal_studio
from fal_studio import resources, words
from fal_studio.core.call import Phase
from fal_studio.ui import tokens
from fal_studio.ui.tokens import DARK, HIGH_CONTRAST, LIGHT, Role

PACKAGE = Path(fal_studio.__file__).parent
HEX = re.compile(r"""["'(:\s](#[0-9A-Fa-f]{3,8})\b""")
COLOUR_CALL = re.compile(r"\bQColor\(\s*(\d|['\"])|\brgba?\(\s*\d|Qt\.GlobalColor\.(?!transparent)")
NOT_OF_THE_WINDOW = {
    "fal_studio/ui/tokens.py",
    "fal_studio/ui/library/sketch.py",  # the paints of a picture that is sent as input
    "fal_studio/ui/realtime/sketch.py",  # what can be drawn with at the desk
}
TABLES = {"dark": DARK, "light": LIGHT, "high contrast": HIGH_CONTRAST}
ROW_INKS: tuple[Role, ...] = ("text.1", "text.2", "text.3", "good", "bad", "ask", "accent.text")
"""What stands in rows: words, and the states of calls."""
ROW_GROUNDS: tuple[Role, ...] = ("bg.panel", "bg.float", "bg.hover", "bg.chosen", "accent.tint", "bg.stage")
CODE_INKS: tuple[Role, ...] = ("text.1", "text.3", "good", "accent.text", "ask")
TEXT: list[tuple[Role, Role]] = [
    ("text.1", "bg.panel"), ("text.1", "bg.raised"), ("text.1", "bg.float"), ("text.1", "bg.field"),
    ("text.1", "bg.hover"), ("text.1", "bg.pressed"), ("text.1", "bg.selected"), ("text.1", "accent.tint"),
    ("text.1", "bad.tint"), ("text.1", "ask.tint"), ("text.2", "bg.window"), ("text.2", "bg.selected"),
    ("text.2", "bg.hover"), ("text.3", "bg.window"), ("text.3", "bg.raised"), ("text.3", "bg.hover"),
    ("text.3", "accent.tint"), ("text.3", "bg.panel"), ("text.3", "bg.field"), ("accent.text", "bg.panel"),
    ("accent.text", "accent.tint"), ("accent.text", "bg.float"), ("on.accent", "accent.fill"),
    ("on.accent", "accent.hover"), ("on.accent", "accent.press"), ("good", "bg.panel"), ("good", "good.tint"),
    ("bad", "bg.panel"), ("bad", "bad.tint"), ("bad", "bg.raised"), ("ask", "bg.panel"), ("ask", "ask.tint"),
    ("on.stage.run", "stage.run"), ("on.plate", "plate"),
    *((ink, ground) for ink in ROW_INKS for ground in ROW_GROUNDS),
    *((ink, "bg.field") for ink in CODE_INKS),
]  # fmt: skip
CHART_INKS: tuple[Role, ...] = (
    "stage.client", "stage.setup", "stage.wait", "stage.run", "stage.home", "accent.line", "line.strong", "focus",
)  # fmt: skip
CHART_GROUNDS: tuple[Role, ...] = ("bg.panel", "bg.field", "bg.hover", "accent.tint", "bg.stage")
GRAPHICS: list[tuple[Role, Role]] = [
    ("focus", "bg.panel"), ("focus", "bg.stage"), ("focus", "bg.window"), ("accent.line", "bg.panel"),
    ("accent.line", "bg.stage"), ("line.strong", "bg.panel"), ("text.off", "bg.panel"),
    *((part, ground) for part in CHART_INKS for ground in CHART_GROUNDS),
]  # fmt: skip


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(table: Mapping[Role, str], one: Role, other: Role) -> float:
    light, dark = sorted((luminance(table[one]), luminance(table[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", TABLES)
def test_text_can_be_read_on_every_ground_it_stands_on(scheme: str) -> None:
    measured = {pair: contrast(TABLES[scheme], *pair) for pair in TEXT}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", TABLES)
def test_focus_and_graphics_stand_out(scheme: str) -> None:
    measured = {pair: contrast(TABLES[scheme], *pair) for pair in GRAPHICS}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < 3.0} == {}


def test_high_contrast_keeps_text_and_lines_at_seven() -> None:
    lines: list[tuple[Role, Role]] = [
        ("line.control", "bg.panel"),
        ("line.strong", "bg.panel"),
        ("focus", "bg.panel"),
    ]
    measured = {pair: contrast(HIGH_CONTRAST, *pair) for pair in [*TEXT, *lines]}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < 7.0} == {}


def test_the_measure_agrees_with_the_known_extremes() -> None:
    assert contrast({"text.1": "#FFFFFF", "bg.panel": "#000000"}, "text.1", "bg.panel") == pytest.approx(21.0)
    assert contrast(DARK, "text.1", "bg.panel") == pytest.approx(14.6, abs=0.1)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_grounds_lines_and_texts_are_pure_grey(scheme: str) -> None:
    greys = [role for role in TABLES[scheme] if role.split(".")[0] in {"bg", "line", "text"}]
    tinted = [role for role in greys if len({TABLES[scheme][role][at : at + 2] for at in (1, 3, 5)}) != 1]
    assert tinted == []


def test_no_colour_is_named_outside_the_tokens() -> None:
    found: list[str] = []
    files = [*PACKAGE.joinpath("ui").rglob("*.py"), *PACKAGE.glob("*.py")]
    for file in files:
        if file.is_relative_to(PACKAGE) and file.relative_to(PACKAGE.parent).as_posix() in NOT_OF_THE_WINDOW:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if HEX.search(line) or COLOUR_CALL.search(line):
                found.append(f"{file.relative_to(file.parents[2])}:{number}: {line.strip()}")
    assert found == []


@pytest.mark.parametrize(
    "line", ['painter.setPen(QColor("#1c1c1c"))', "color: #fff;", "QColor(12, 3, 4)", "x = rgb(1, 2, 3)"]
)
def test_the_search_for_colours_finds_planted_ones(line: str) -> None:
    assert HEX.search(line) or COLOUR_CALL.search(line)


def test_no_icon_has_a_colour_of_its_own() -> None:
    for file in resources.path("icons").glob("*.svg"):
        text = file.read_text(encoding="utf-8")
        assert "currentColor" in text
        assert not re.search(r"(fill|stroke)=\"(?!currentColor|none)", text), file.name


def test_nothing_is_smaller_than_eleven_pixels() -> None:
    assert min(style.size_px for style in tokens.TYPE.values()) >= 11


def test_the_names_of_fonts_are_the_same_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "tr", lambda _: "translated")
    fresh = runpy.run_path(str(PACKAGE / "ui" / "tokens.py"))
    assert (fresh["SANS"], fresh["MONO"]) == (tokens.SANS, tokens.MONO)


def test_every_state_word_of_a_call_has_a_shape() -> None:
    assert set(tokens.STATES) == {str(phase) for phase in Phase}
    shapes = [tone.icon for tone in tokens.STATES.values()]
    assert len(set(shapes)) == len(shapes)


def test_stages_of_one_family_differ_in_their_hatch() -> None:
    looks = list(tokens.STAGES.values())
    assert len(set(looks)) == len(looks)


def test_whatever_moves_knows_of_the_wish_for_less_motion() -> None:
    sources = {file.name: file.read_text(encoding="utf-8") for file in PACKAGE.joinpath("ui").rglob("*.py")}
    moving = {name: text for name, text in sources.items() if "ticker.turn(" in text}
    assert len(moving) >= 3, "they move by the one clock"
    assert [name for name, text in moving.items() if "reduced_motion" not in text] == []
    others = ("QPropertyAnimation", "QVariantAnimation", "QMovie", "QTimeLine", "QGraphicsOpacityEffect")
    assert [name for name, text in sources.items() if any(one in text for one in others)] == []


# For eyes that see fewer colours

SIGHTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""How linear red, green and blue are seen (Machado, Oliveira and Fernandes, 2009, severity 1)."""
TOLD_APART = 10
"""A difference of colours in CIE L*a*b*: about four times one that can just be seen side by side."""


def seen(color: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in L*a*b* as an eye sees it."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (
        min(1.0, max(0.0, sum(part * c for part, c in zip(row, linear, strict=True))))
        for row in SIGHTS[sight]
    )
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (
            (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
            0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
            (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, sight: str) -> float:
    pairs = zip(seen(one, sight), seen(other, sight), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_the_sights_are_those_they_are_called() -> None:
    assert seen("#FFFFFF", "all colours") == pytest.approx((100, 0, 0), abs=0.1)
    for sight in SIGHTS:
        assert seen("#FFFFFF", sight) == pytest.approx((100, 0, 0), abs=0.1), "white is white to all"
    red, olive = "#A04040", "#5E5E3C"
    assert apart(red, olive, "all colours") > 3 * apart(red, olive, "protanopia")


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", TABLES)
def test_stages_of_one_hatch_are_told_apart_by_every_eye(scheme: str, sight: str) -> None:
    table = TABLES[scheme]
    alike = {
        (one, other): round(difference, 1)
        for (one, (role, hatch)), (other, (second, as_well)) in combinations(tokens.STAGES.items(), 2)
        if hatch == as_well and (difference := apart(table[role], table[second], sight)) < TOLD_APART
    }
    assert alike == {}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", TABLES)
def test_what_went_well_and_what_did_not_are_told_apart_by_every_eye(scheme: str, sight: str) -> None:
    """The colours alone say it already; word and shape stand beside them everywhere."""
    table = TABLES[scheme]
    assert apart(table["good"], table["bad"], sight) >= TOLD_APART
    assert apart(table["good"], table["ask"], sight) >= TOLD_APART
