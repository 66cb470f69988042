"""Controls for declared settings, for whatever form they stand in: yes or no, numbers with bounds, unit and step; and words of choices."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QCheckBox, QWidget

from fal_studio import figures
from fal_studio.core.request import Json
from fal_studio.core.settings import Setting
from fal_studio.ui.widgets.decimal_box import DecimalBox
from fal_studio.ui.widgets.fields import SpinBox
from fal_studio.words import ENGLISH, told, tr


class Control(NamedTuple):
    """What is shown, and how it is given a value."""

    widget: QWidget
    put: Callable[[Json], None]


def choice_in_words(setting: Setting, choice: str) -> str:
    """Return one of a setting's choices as people read it."""
    return language_in_words(choice) if setting.has_languages else told(choice)


def language_in_words(code: str) -> str:
    """Return a language as those call it who speak it: "Deutsch" for `de`; what is no language is told as a word."""
    if code == ENGLISH:
        return "English"  # for Qt it is American English
    locale = QLocale(code)
    if locale.language() is QLocale.Language.C:
        return told(code)
    name = locale.nativeLanguageName()
    region = f" ({locale.nativeTerritoryName()})" if "_" in code else ""
    return f"{name[:1].upper()}{name[1:]}{region}"


class Switch(QCheckBox):
    """A box that says whether it is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("off"), parent)
        self.toggled.connect(self._on_toggled)

    def _on_toggled(self, is_on: bool) -> None:
        self.setText(tr("on") if is_on else tr("off"))


def check(setting: Setting, tell: Callable[[Any], None]) -> Control:
    """Return a box for yes or no; `tell` hears of a change."""
    box = Switch()
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
