"""The steps through how the window looks: the other theme, and the smallest size."""

from typing import Any

from fal_studio.tour.hand import Hand
from fal_studio.ui import theme
from fal_studio.ui.tokens import Scheme


async def light(hand: Hand) -> dict[str, Any]:
    """The other theme, switched live."""
    was = theme.current().resolved
    before = hand.window.grab().toImage().pixelColor(4, 4).lightness()
    theme.current().apply(Scheme.DARK if was is Scheme.LIGHT else Scheme.LIGHT)
    await hand.frames()
    after = hand.window.grab().toImage().pixelColor(4, 4).lightness()
    hand.check(abs(after - before) > 80, "the window changed its colours")
    hand.shoot("switched")
    theme.current().apply(was)
    await hand.frames()
    return {"lightness": [before, after]}


async def narrow(hand: Hand) -> dict[str, Any]:
    """The smallest supported window."""
    before = hand.window.size()
    hand.window.resize(1024, 640)
    await hand.frames()
    hand.check(hand.window.rail.isVisible() and not hand.window.library.isVisible(), "the library is folded")
    hand.check(hand.space.bar.run.isVisible(), "Run is in sight")
    hand.shoot("1024x640")
    hand.window.resize(before)
    await hand.frames()
    return {"size": [hand.window.width(), hand.window.height()]}
