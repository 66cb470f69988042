"""Controls for declared settings: yes or no, and numbers with their bounds, unit and step; for whatever form they stand in."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtWidgets import QCheckBox, QWidget

from fal_studio import figures
from fal_studio.core.request import Json
from fal_studio.core.settings import Setting
from fal_studio.ui.widgets.decimal_box import DecimalBox
from fal_studio.ui.widgets.fields import SpinBox
from fal_studio.words import tr


class Control(NamedTuple):
    """What is shown, and how it is given a value."""

    widget: QWidget
    put: Callable[[Json], None]


def check(setting: Setting, tell: Callable[[Any], None]) -> Control:
    """Return a box for yes or no; `tell` hears of a change."""
    box = QCheckBox(tr("on"))
    box.setAccessibleName(setting.title)
    box.toggled.connect(tell)

    def put(value: Json) -> None:
        box.setChecked(bool(value))

    return Control(box, put)


def number(setting: Setting, tell: Callable[[Any], None]) -> Control:
    """Return a box for a number; `tell` hears of a whole one, not of every digit."""
    low, high = setting.minimum or 0, setting.maximum or 0
    if isinstance(setting.default, float):
        step = setting.step or 0.1
        places = 2 if setting.prefix or step < 0.1 else 1  # money has cents
        box: SpinBox | DecimalBox = DecimalBox(low, low, high, step, decimals=places, name=setting.title)
    else:
        box = SpinBox(int(low), int(low), int(high), name=setting.title)
    box.setPrefix(setting.prefix)
    box.setSuffix(setting.suffix)
    box.setSpecialValueText(setting.zero)
    box.setKeyboardTracking(False)  # half a number is none
    box.setToolTip(tr("{low} to {high}").format(low=figures.number(low, "g"), high=figures.number(high, "g")))
    box.valueChanged.connect(tell)

    def put(value: Json) -> None:
        given = value if isinstance(value, int | float) else low
        box.setValue(float(given) if isinstance(box, DecimalBox) else int(given))  # pyright: ignore[reportArgumentType]

    return Control(box, put)
