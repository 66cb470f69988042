"""Colours, type and measures of the window, named once; nothing else in the package holds a colour."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

import msgspec

from fal_studio.core.stages import LOOKS, Family, Hatch, Step

Role = Literal[
    "bg.window", "bg.rail", "bg.panel", "bg.raised", "bg.float", "bg.field", "bg.stage",
    "bg.hover", "bg.pressed", "bg.selected", "bg.chosen",
    "line.subtle", "line.control", "line.strong",
    "text.1", "text.2", "text.3", "text.off",
    "accent.fill", "accent.hover", "accent.press", "on.accent", "accent.line", "accent.text", "accent.tint",
    "focus", "good", "good.tint", "bad", "bad.tint", "ask", "ask.tint",
    "stage.client", "stage.setup", "stage.wait", "stage.run", "stage.home", "on.stage.run",
    "plate", "on.plate", "shadow",
]  # fmt: skip
"""What a colour is for. `bg.chosen` lies under chosen rows while the keyboard is elsewhere;
`plate` under words over a picture; `shadow` is black for floating panels."""


class Scheme(StrEnum):
    """The user's choice of appearance."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high contrast"


class TypeStyle(msgspec.Struct, frozen=True):
    """One line of the type table: pixels at 100 %, line height, weight, and whether it is fixed-width."""

    size_px: float
    line_px: int
    weight: int
    mono: bool = False


class Tone(msgspec.Struct, frozen=True):
    """How a call state looks beside its word: icon name and colour."""

    icon: str
    role: Role


def _table(column: int) -> Mapping[Role, str]:
    return MappingProxyType({role: colours[column] for role, colours in _COLOURS.items()})


_COLOURS: dict[Role, tuple[str, str, str]] = {
    "bg.window": ("#121212", "#E9E9E9", "#000000"),
    "bg.rail": ("#171717", "#F2F2F2", "#000000"),
    "bg.panel": ("#1C1C1C", "#FBFBFB", "#000000"),
    "bg.raised": ("#262626", "#FFFFFF", "#000000"),
    "bg.float": ("#232323", "#FFFFFF", "#000000"),
    "bg.field": ("#141414", "#FFFFFF", "#000000"),
    "bg.stage": ("#0E0E0E", "#E2E2E2", "#000000"),
    "bg.hover": ("#2E2E2E", "#EDEDED", "#1F1F1F"),
    "bg.pressed": ("#383838", "#DFDFDF", "#2B2B2B"),
    "bg.selected": ("#383838", "#D2D2D2", "#444444"),
    "bg.chosen": ("#313131", "#E2E2E2", "#2A2A2A"),
    "line.subtle": ("#2A2A2A", "#DDDDDD", "#8C8C8C"),
    "line.control": ("#474747", "#B5B5B5", "#FFFFFF"),
    "line.strong": ("#787878", "#808080", "#FFFFFF"),
    "text.1": ("#EDEDED", "#181818", "#FFFFFF"),
    "text.2": ("#BDBDBD", "#474747", "#FFFFFF"),
    "text.3": ("#999999", "#626262", "#E0E0E0"),
    "text.off": ("#6E6E6E", "#8E8E8E", "#9E9E9E"),
    "accent.fill": ("#2B66D8", "#245FD0", "#8CB8FF"),
    "accent.hover": ("#3370E3", "#1F55BD", "#B5D1FF"),
    "accent.press": ("#2457BC", "#1A489F", "#FFFFFF"),
    "on.accent": ("#FFFFFF", "#FFFFFF", "#000000"),
    "accent.line": ("#5B97F5", "#2C69DC", "#8CB8FF"),
    "accent.text": ("#7FB0FF", "#1D57C4", "#8CB8FF"),
    "accent.tint": ("#1D2A40", "#DFE9FB", "#00246B"),
    "focus": ("#7FB0FF", "#1D57C4", "#FFD400"),
    "good": ("#6CC890", "#1A7340", "#6CFF9E"),
    "good.tint": ("#17291E", "#E0F2E7", "#00260F"),
    "bad": ("#FF8A84", "#B9251F", "#FF9C96"),
    "bad.tint": ("#2E1A1B", "#FBE6E4", "#3A0000"),
    "ask": ("#E9B45A", "#7F5200", "#FFD400"),
    "ask.tint": ("#2F2512", "#FAEED6", "#332A00"),
    "stage.client": ("#787878", "#808080", "#BDBDBD"),
    "stage.setup": ("#4DB9AF", "#12655F", "#40FFE8"),
    "stage.wait": ("#C9963F", "#A66E12", "#FFD400"),
    "stage.run": ("#3672E0", "#2C69DC", "#8CB8FF"),
    "stage.home": ("#BC84D6", "#9350B4", "#E060FF"),
    "on.stage.run": ("#FFFFFF", "#FFFFFF", "#000000"),
    "plate": ("#000000", "#000000", "#000000"),
    "on.plate": ("#FFFFFF", "#FFFFFF", "#FFFFFF"),
    "shadow": ("#000000", "#000000", "#000000"),
}

DARK: Mapping[Role, str] = _table(0)
LIGHT: Mapping[Role, str] = _table(1)
HIGH_CONTRAST: Mapping[Role, str] = _table(2)

TABLES: Mapping[Scheme, Mapping[Role, str]] = MappingProxyType(
    {Scheme.DARK: DARK, Scheme.LIGHT: LIGHT, Scheme.HIGH_CONTRAST: HIGH_CONTRAST}
)

TYPE: Mapping[str, TypeStyle] = MappingProxyType(
    {
        "hero": TypeStyle(20, 28, 600),
        "title": TypeStyle(15, 20, 600),
        "body": TypeStyle(13, 18, 400),
        "value": TypeStyle(13, 18, 600),
        "prompt": TypeStyle(13, 19, 400),
        "control": TypeStyle(12, 16, 500),
        "chosen": TypeStyle(12, 16, 600),
        "cell": TypeStyle(12, 16, 400),
        "caption": TypeStyle(11, 16, 400),
        "header": TypeStyle(11, 16, 500),
        "section": TypeStyle(11, 16, 600),
        "mono": TypeStyle(12, 18, 400, mono=True),
        "log": TypeStyle(11.5, 18, 400, mono=True),
    }
)

SANS = (
    "Inter",
    "Noto Sans CJK SC",
    "Noto Sans",
    "Segoe UI",
    "PingFang SC",
    "Noto Color Emoji",
    "sans-serif",
)
MONO = ("JetBrains Mono", "Noto Sans Mono CJK SC", "Noto Color Emoji", "monospace")
FONT_FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Medium.ttf",
)

STATES: Mapping[str, Tone] = MappingProxyType(
    {
        "draft": Tone("draft", "text.2"),
        "waiting": Tone("waiting", "text.2"),
        "uploading": Tone("uploading", "accent.text"),
        "submitted?": Tone("submitted", "ask"),
        "queued": Tone("queued", "text.2"),
        "running": Tone("running", "accent.text"),
        "fetching": Tone("fetching", "accent.text"),
        "done": Tone("done", "good"),
        "failed": Tone("failed", "bad"),
        "cancelled": Tone("cancelled", "text.2"),
        "cancel requested": Tone("cancel-requested", "ask"),
        "unknown": Tone("unknown", "ask"),
    }
)
"""The twelve words of a call's state, in the order of their life."""

_FAMILIES: Mapping[Family, Role] = MappingProxyType(
    {
        "client": "stage.client",
        "setup": "stage.setup",
        "wait": "stage.wait",
        "run": "stage.run",
        "home": "stage.home",
        "": "text.3",
    }
)
STAGES: Mapping[Step, tuple[Role, Hatch]] = MappingProxyType(
    {step: (_FAMILIES[family], hatch) for step, (family, hatch) in LOOKS.items()}
)
"""Colour and hatch of every stage of a call, wherever one is drawn."""

CHIP, SMALL, CONTROL, LARGE = 20, 24, 28, 32
"""Heights in pixels at 100 %: chips; small controls; controls; controls in the run bar, tabs and dock titles."""

HEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "list": 28, "queue": 29, "event": 24, "lane": 34, "palette": 36, "header": 24, "top bar": 40,
        "run bar": 48, "forecast": 26, "metrics": 48, "action row": 36, "status bar": 24, "tabs": 32,
    }
)  # fmt: skip
"""Heights of rows and bars in pixels at 100 %."""

RADIUS_SMALL, RADIUS, RADIUS_FLOAT = 4, 6, 8
