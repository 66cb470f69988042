"""All settings on one page, made from their declaration: by group, to be searched, each with its way back to the default."""

from functools import partial

import msgspec
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.settings import Settings, declared
from fal_studio.ui.actions import Actions
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import SearchField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.settings_form import SettingsForm
from fal_studio.words import tr

SIZE = (760, 640)
ELSEWHERE = {
    "keys.show": "info",
    "profiles.manage": "key",
    "webhooks.show": "link",
    "privacy.sent": "uploading",
}
"""Commands that open what is set in places of its own, with their icons."""
_GOOD = tr("Changes hold at once and are kept.")


class SettingsPage(FloatingPanel):
    """A floating page; other small panels show some of the same settings."""

    def __init__(self, door: SettingsDoor, actions: Actions, window: QWidget) -> None:
        super().__init__(tr("Settings"), window)
        self._door = door
        self._values: dict[str, object] = {}
        self.search = SearchField(tr("Search settings"))
        self.form = SettingsForm(declared(), has_groups=True)
        self.reset = Button(tr("Use all defaults"), "quiet")
        self._nothing = Label("", "cell", "3")
        self._words = ElidedLabel(_GOOD, "caption", "3")
        self._scroll = QScrollArea()
        self._elsewhere = QWidget()
        self._lay_out(actions)
        self.search.textChanged.connect(self._on_searched)
        self.form.changed.connect(self._on_changed)
        self.form.refused.connect(self._say)
        self.reset.clicked.connect(self._on_reset_clicked)
        door.put.connect(self._show_settings)
        door.failed.connect(self._say)

    @property
    def told(self) -> str:
        """What is said at the foot."""
        return self._words.text()

    def show_in(self, window: QWidget, key: str = "") -> None:
        """Open it in the middle of the window, at one setting if need be."""
        px = current().px
        wide = min(px(SIZE[0]), window.width() - px(48))
        high = min(px(SIZE[1]), window.height() - px(48))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        self.search.clear()
        self._say("")
        self._door.wanted.emit()
        if not self.isVisible():
            self.open()
        control = self.form.controls.get(key)
        (control or self.search).setFocus(Qt.FocusReason.PopupFocusReason)
        if control is not None:
            self._scroll.ensureWidgetVisible(control, 0, px(80))

    def _lay_out(self, actions: Actions) -> None:
        px = current().px
        top = QHBoxLayout()
        top.setContentsMargins(px(16), px(12), px(16), px(10))
        top.addWidget(self.search)
        page = laid(QWidget(), "float")
        column = QVBoxLayout(page)
        column.setContentsMargins(px(16), px(12), px(16), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.form)
        column.addWidget(self._nothing)
        more = QVBoxLayout(self._elsewhere)
        more.setContentsMargins(0, px(4), 0, 0)
        more.setSpacing(px(4))
        more.addWidget(Label(tr("In places of their own"), "chosen", "1"))
        for name, icon in ELSEWHERE.items():
            action = actions[name]
            button = Button(
                action.text().replace("&", ""), "quiet", icon=icon, scale="s", tooltip=action.toolTip()
            )
            button.clicked.connect(partial(self._leave_for, action))
            more.addWidget(button)
        column.addWidget(self._elsewhere)
        column.addStretch(1)
        self._nothing.hide()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(top)
        self.body.addWidget(Divider())
        self.body.addWidget(self._scroll, 1)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self.reset)

    def _show_settings(self, settings: Settings) -> None:
        self._values = msgspec.to_builtins(settings)
        self.form.show_values(self._values)  # pyright: ignore[reportArgumentType] - they are JSON
        self.reset.setEnabled(bool(self._changed()))
        self.reset.setToolTip("" if self._changed() else tr("Every setting has its default"))

    def _changed(self) -> dict[str, object]:
        """Return the defaults of those that have another value."""
        return {one.key: one.default for one in declared() if self._values.get(one.key) != one.default}

    def _say(self, words: str) -> None:
        self._words.set_text(words or _GOOD)

    def _on_changed(self, key: str, value: object) -> None:
        one = next(one for one in declared() if one.key == key)
        words = tr("{title} changes at the next start of fal Studio.").format(title=one.title)
        self._say(words if one.from_next_start else "")
        self._door.set_one(key, value)  # pyright: ignore[reportArgumentType] - it is JSON

    def _on_searched(self, words: str) -> None:
        count = self.form.show_only(words)
        self._elsewhere.setVisible(not words.strip())
        self._nothing.setText(tr("No setting has “{words}” in it.").format(words=words.strip()))
        self._nothing.setVisible(not count)

    def _leave_for(self, action: QAction) -> None:
        self.dismiss()  # first: what is opened gives the keyboard back to where it was before this page
        action.trigger()

    def _on_reset_clicked(self) -> None:
        self._door.change(self._changed())  # pyright: ignore[reportArgumentType] - they are JSON
        self._say(tr("Every setting has its default. The keys of commands are reset in their sheet."))
