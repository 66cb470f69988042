"""A seed: a whole number of any size, or left to the model; the seed of the last result can be used again."""

import secrets

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.intents import Unset
from fal_studio.ui.request.inputs.number import NumberInput
from fal_studio.ui.request.inputs.words import RANDOM_HELP
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

_FIXED, _RANDOM = "fixed", "random"
_WORDS_FROM_PX = 208
"""Narrower, Fixed and Random are icons."""
_ICONS_PX = 64
_LINE_PX = 56
"""The least width of the number beside words."""
_DICE_BITS = 31
"""Numbers we throw ourselves fit every model; typed ones have no bound."""


class SeedInput(NumberInput):
    """Fixed or Random where an unsent seed means another one each time; a dice where it means a certain one."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._last: int | None = None
        self._is_wide: bool | None = None
        self._ways: SegmentedControl | None = None
        self._words_px = 0.0
        """What their words need, at 100 %."""
        self._line.stepped.connect(self._on_stepped)
        self._line.resized.connect(self._invite)
        if field.required or field.has_default:
            dice = IconButton("dice", tr("Throw a seed"), parent=self)
            dice.clicked.connect(self._throw)
            self._row.addWidget(dice)
        else:
            self._ways = SegmentedControl(
                _ways(is_wide=True), _RANDOM, name=tr("{name}, how").format(name=field.name)
            )
            self._words_px = self._ways.sizeHint().width() / theme.current().zoom
            self._ways.chosen.connect(self._on_way_chosen)
            self._row.insertWidget(0, self._ways)
        self._again = IconButton("repeat", tr("Use the last seed again"), parent=self)
        self._again.clicked.connect(self._use_again)
        self._again.hide()
        self._row.addWidget(self._again)

    def set_last(self, seed: int) -> None:
        """Say which seed the last result was made with."""
        self._last = seed
        words = tr("Use the seed of the last result again: {seed}").format(seed=seed)
        self._again.setToolTip(words)
        self._again.setAccessibleName(words)
        self._show_again()

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the icons only: with that of the words, the form could not become narrow again."""
        least = super().minimumSizeHint()
        if self._ways is not None and self._is_wide:
            words = self._ways.minimumSizeHint().width() - theme.current().px(_ICONS_PX)
            least.setWidth(least.width() - max(0, words))
        return least

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show words where there is room for them."""
        super().resizeEvent(event)
        self._show_ways()
        self._invite()

    def _show_ways(self) -> None:
        if self._ways is None:
            return
        px, between = theme.current().px, self._row.spacing()
        again = 0 if self._again.isHidden() else self._again.sizeHint().width() + between
        need = px(self._words_px) + between + px(_LINE_PX) + again
        is_wide = self.width() >= max(px(_WORDS_FROM_PX), need)
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            self._ways.set_parts(_ways(is_wide=is_wide), self._ways.current())

    def _invite(self) -> None:
        """Say in the empty line which seed the last result had; where that has no room, the button beside it tells."""
        words = tr("last {last}").format(last=self._last) if self._last is not None else tr("any")
        margins = self._line.textMargins()
        room = self._line.contentsRect().width() - margins.left() - margins.right() - theme.current().px(8)
        fits = self._line.fontMetrics().horizontalAdvance(words) <= room
        self._line.setPlaceholderText(words if fits else tr("any"))

    def _on_way_chosen(self, way: str) -> None:
        if way == _RANDOM:
            self._tell(Unset(()))
        elif self._last is not None:
            self._use_again()
        else:
            self._throw()

    def _throw(self) -> None:
        self._tell_value(secrets.randbits(_DICE_BITS))

    def _use_again(self) -> None:
        if self._last is not None:
            self._tell_value(self._last)

    def _on_stepped(self, steps: int) -> None:
        text = self._line.text()
        if text.lstrip("-").isdecimal():
            self._tell_value(int(text) + steps)

    def _show(self, value: Json, sent: bool) -> None:
        super()._show(value, sent)
        if self._ways is not None:
            self._ways.set_chosen(_FIXED if sent else _RANDOM)
            if not sent:
                self._invite()
        self._sent_value = value if sent else None
        self._show_again()

    _sent_value: Json = None

    def _show_again(self) -> None:
        is_other = self._last is not None and self._last != self._sent_value
        if self._again.isHidden() is is_other:
            self._again.setVisible(is_other)
            self._show_ways()
        if self._ways is not None and self._sent_value is None and self._last is not None:
            self._invite()


def _ways(*, is_wide: bool) -> list[Part]:
    fixed = tr("The seed below is sent") if is_wide else tr("Fixed: the seed is sent")
    return [
        Part(_FIXED, tr("Fixed"), tooltip=fixed, icon="" if is_wide else "lock"),
        Part(_RANDOM, tr("Random"), tooltip=RANDOM_HELP, icon="" if is_wide else "dice"),
    ]
