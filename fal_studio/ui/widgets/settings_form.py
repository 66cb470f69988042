"""A form made from declared settings: a control for each, its help under it, a way back to the default."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fal_studio.core.naming import problem_of
from fal_studio.core.request import Json
from fal_studio.core.settings import Setting
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import ChoiceBox, TextField
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.setting_controls import check, choice_in_words, number
from fal_studio.words import tr

_NAME_PX, _BOX_PX = 148, 184


class SettingsForm(QWidget):
    """What is changed holds at once; nothing is to be confirmed."""

    changed = Signal(str, object)
    """The key of a setting and its new value."""
    refused = Signal(str)
    """Why a value is not taken; "" when it is."""

    def __init__(
        self, settings: Sequence[Setting], parent: QWidget | None = None, *, has_groups: bool = False
    ) -> None:
        """`has_groups`: whether the settings stand under the headings of their groups."""
        super().__init__(parent)
        self._settings = tuple(settings)
        self.controls: dict[str, QWidget] = {}
        self.resets: dict[str, IconButton] = {}
        self._put: dict[str, Callable[[Json], None]] = {}
        self._rows: dict[str, QWidget] = {}
        self._heads: dict[str, QWidget] = {}
        self.names: dict[str, Label] = {}
        self._grids: list[QGridLayout] = []
        self._names_px = 0
        self._texts: dict[str, str] = {}
        """What holds of settings that are texts."""
        self._is_showing = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current().px(12))
        for setting in self._settings:
            if has_groups and setting.group not in self._heads:
                above = current().px(12) if self._heads else 0
                head = self._heads[setting.group] = Label(setting.group, "chosen", "1")
                head.setContentsMargins(0, above, 0, 0)
                column.addWidget(head)
            row = self._rows[setting.key] = self._row(setting)
            column.addWidget(row)
        column.addStretch(1)

    def event(self, event: QEvent) -> bool:
        """Keep all controls in one column, beside the widest name that there is in this language and size of text."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._align()
        return super().event(event)

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Show what holds now."""
        self._is_showing = True
        for setting in self._settings:
            if setting.key in values:
                self._put[setting.key](values[setting.key])
                self.resets[setting.key].setVisible(values[setting.key] != setting.default)
        self._is_showing = False

    def show_only(self, words: str) -> int:
        """Show the settings whose title, help or group has all of these words; return how many there are."""
        wanted = words.lower().split()
        count = 0
        groups: set[str] = set()
        for setting in self._settings:
            text = f"{setting.title} {setting.help} {setting.group}".lower()
            fits = all(word in text for word in wanted)
            self._rows[setting.key].setVisible(fits)
            if fits:
                count += 1
                groups.add(setting.group)
        for group, head in self._heads.items():
            head.setVisible(group in groups)
        return count

    def _align(self) -> None:
        widest = max([current().px(_NAME_PX), *(name.sizeHint().width() for name in self.names.values())])
        if widest != self._names_px:
            self._names_px = widest
            for grid in self._grids:
                grid.setColumnMinimumWidth(0, widest)

    def _row(self, setting: Setting) -> QWidget:
        px = current().px
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(1, 1)
        control = self.controls[setting.key] = self._control(setting)
        control.setAccessibleDescription(setting.help)
        reset = self.resets[setting.key] = IconButton(
            "undo", tr("{title}: use the default").format(title=setting.title), scale="s"
        )
        reset.clicked.connect(partial(self._on_reset, setting))
        keeps = reset.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        reset.setSizePolicy(keeps)
        reset.hide()
        name = Label(setting.title, "control", "1")
        name.setBuddy(control)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(control, 1 if isinstance(control, QLineEdit) else 0)
        if not isinstance(control, QLineEdit):
            line.addStretch(1)
        line.addWidget(reset)
        grid.addWidget(name, 0, 0)
        grid.addLayout(line, 0, 1)
        grid.addWidget(Paragraph(setting.help, "cell", "3"), 1, 1)
        self.names[setting.key] = name
        self._grids.append(grid)
        return row

    def _control(self, setting: Setting) -> QWidget:
        if setting.choices:
            return self._choice(setting)
        if isinstance(setting.default, str):
            return self._text(setting)
        make = check if isinstance(setting.default, bool) else number
        control = make(setting, partial(self._tell, setting.key))
        if make is number:
            control.widget.setMinimumWidth(current().px(_BOX_PX))
        self._put[setting.key] = control.put
        return control.widget

    def _choice(self, setting: Setting) -> QWidget:
        words = [choice_in_words(setting, choice) for choice in setting.choices]
        box = ChoiceBox(words, choice_in_words(setting, str(setting.default)), name=setting.title)
        box.setMinimumWidth(current().px(_BOX_PX))
        box.currentIndexChanged.connect(partial(self._on_choice, setting))
        self._put[setting.key] = lambda value: box.setCurrentText(choice_in_words(setting, str(value)))
        return box

    def _on_choice(self, setting: Setting, index: int) -> None:
        self._tell(setting.key, setting.choices[index])

    def _text(self, setting: Setting) -> QWidget:
        box = TextField(str(setting.default), name=setting.title)
        box.editingFinished.connect(lambda: self._on_text(setting.key, box.text().strip()))
        self._put[setting.key] = partial(self._put_text, setting.key, box)
        return box

    def _put_text(self, key: str, box: TextField, value: Json) -> None:
        self._texts[key] = str(value)
        box.setText(str(value))

    def _on_text(self, key: str, text: str) -> None:
        if text == self._texts.get(key):  # left without a change
            self.refused.emit("")
            return
        problem = problem_of(text) if key == "name_template" else ""
        self.refused.emit(problem)
        if not problem:
            self._texts[key] = text
            self._tell(key, text)

    def _tell(self, key: str, value: Json) -> None:
        if not self._is_showing:
            self.changed.emit(key, value)

    def _on_reset(self, setting: Setting) -> None:
        self.controls[setting.key].setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit(setting.key, setting.default)
