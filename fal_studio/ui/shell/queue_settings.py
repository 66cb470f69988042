"""How the queue works, or how results are saved, for this person: each setting with its help, made from its declaration, in force at once."""

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from fal_studio.core.naming import problem_of
from fal_studio.core.request import Json
from fal_studio.core.settings import Setting, Settings, declared
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.decimal_box import DecimalBox
from fal_studio.ui.widgets.fields import ChoiceBox, SpinBox, TextField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.paragraph import Paragraph

WIDE_PX = 560
SAVING = ("save_results", "media_folder", "name_template", "carry_request")
SHOWN = ("calls_at_once", "ask_above_usd", "follow_submitted", "notify")
_NAME_PX = 148
_GOOD = "Changes hold at once and are kept."


class QueueSettings(FloatingPanel):
    """A form of some settings; nothing is to be confirmed."""

    def __init__(
        self,
        door: SettingsDoor,
        window: QWidget,
        title: str = "Queue settings",
        shown: tuple[str, ...] = SHOWN,
    ) -> None:
        super().__init__(title, window)
        self._door = door
        self._keys = shown
        self.controls: dict[str, QWidget] = {}
        self._put: dict[str, Callable[[Json], None]] = {}
        self._is_showing = False
        grid = QGridLayout()
        px = current().px
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(4))
        grid.setColumnMinimumWidth(0, px(_NAME_PX))
        grid.setColumnStretch(1, 1)
        for number, setting in enumerate(one for one in declared() if one.key in shown):
            control = self._control(setting)
            self.controls[setting.key] = control
            grid.addWidget(Label(setting.title, "control", "1"), 3 * number, 0)
            side = Qt.AlignmentFlag(0) if isinstance(control, QLineEdit) else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(control, 3 * number, 1, side)
            grid.addWidget(Paragraph(setting.help, "cell", "3"), 3 * number + 1, 1)
            grid.setRowMinimumHeight(3 * number + 2, px(12))
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self._problem = Paragraph(_GOOD, "caption", "3")
        self.foot.addWidget(self._problem, 1)
        door.put.connect(self.show_settings)
        door.failed.connect(self.show_problem)

    @property
    def told(self) -> str:
        """What is said at the foot."""
        return self._problem.text()

    def show_in(self, window: QWidget, key: str = "") -> None:
        """Open it in the middle of the window, at one setting if need be."""
        px = current().px
        wide = min(px(WIDE_PX), window.width() - px(48))
        high = min(self.height_at(wide), window.height() - px(48))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        self.open()
        self.controls[key or self._keys[0]].setFocus(Qt.FocusReason.PopupFocusReason)

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now."""
        self._is_showing = True
        for key, value in msgspec.to_builtins(settings).items():
            if key in self._put:
                self._put[key](value)
        self._is_showing = False

    def show_problem(self, words: str) -> None:
        """Say why a change is not kept."""
        self._problem.set_text(words)

    def _control(self, setting: Setting) -> QWidget:
        if setting.choices:
            return self._choice(setting)
        if isinstance(setting.default, bool):
            return self._check(setting)
        if isinstance(setting.default, str):
            return self._text(setting)
        if isinstance(setting.default, float):
            return self._amount(setting)
        return self._number(setting)

    def _choice(self, setting: Setting) -> QWidget:
        box = ChoiceBox(setting.choices, str(setting.default), name=setting.title)
        box.currentTextChanged.connect(partial(self._tell, setting.key))
        self._put[setting.key] = lambda value: box.setCurrentText(str(value))
        return box

    def _text(self, setting: Setting) -> QWidget:
        box = TextField(str(setting.default), name=setting.title)
        box.editingFinished.connect(lambda: self._on_text(setting.key, box.text().strip()))
        self._put[setting.key] = lambda value: box.setText(str(value))
        return box

    def _on_text(self, key: str, text: str) -> None:
        problem = problem_of(text) if key == "name_template" else ""
        self._problem.set_text(problem or _GOOD)
        if not problem:
            self._tell(key, text)

    def _check(self, setting: Setting) -> QWidget:
        box = QCheckBox("on")
        box.setAccessibleName(setting.title)
        box.toggled.connect(partial(self._tell, setting.key))
        self._put[setting.key] = lambda value: box.setChecked(bool(value))
        return box

    def _number(self, setting: Setting) -> QWidget:
        box = SpinBox(0, int(setting.minimum or 0), int(setting.maximum or 0), name=setting.title)
        if setting.minimum == 0:
            box.setSpecialValueText("all")
        box.setMinimumWidth(current().px(112))
        box.valueChanged.connect(partial(self._tell, setting.key))

        def put(value: Json) -> None:
            box.setValue(int(value) if isinstance(value, int | float) else 0)

        self._put[setting.key] = put
        return box

    def _amount(self, setting: Setting) -> QWidget:
        box = DecimalBox(0.0, setting.minimum or 0.0, setting.maximum or 0.0, 0.5, name=setting.title)
        box.setPrefix("$")
        box.setSpecialValueText("never")
        box.setMinimumWidth(current().px(112))
        box.valueChanged.connect(partial(self._tell, setting.key))

        def put(value: Json) -> None:
            box.setValue(float(value) if isinstance(value, int | float) else 0.0)

        self._put[setting.key] = put
        return box

    def _tell(self, key: str, value: Json) -> None:
        if not self._is_showing:
            self._door.change({key: value})
