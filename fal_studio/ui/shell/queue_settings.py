"""How the queue works, or how results are saved, for this person: some of the settings, where one needs them."""

import msgspec
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from fal_studio.core.settings import Settings, declared
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.settings_form import SettingsForm
from fal_studio.words import tr

WIDE_PX = 560
SAVING = ("save_results", "media_folder", "name_template", "carry_request")
SHOWN = ("calls_at_once", "ask_above_usd", "follow_submitted", "notify")
_GOOD = tr("Changes hold at once and are kept.")


class QueueSettings(FloatingPanel):
    """A form of some settings; nothing is to be confirmed."""

    def __init__(
        self,
        door: SettingsDoor,
        window: QWidget,
        title: str = tr("Queue settings"),
        shown: tuple[str, ...] = SHOWN,
    ) -> None:
        super().__init__(title, window)
        self._keys = shown
        self.form = SettingsForm([one for one in declared() if one.key in shown])
        self.controls = self.form.controls
        self.body.addWidget(self.form)
        self._problem = Paragraph(_GOOD, "caption", "3")
        self.foot.addWidget(self._problem, 1)
        self.form.changed.connect(door.set_one)
        self.form.refused.connect(self.show_problem)
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
        self.form.show_values(msgspec.to_builtins(settings))

    def show_problem(self, words: str) -> None:
        """Say why a change is not kept; "" when all is well."""
        self._problem.set_text(words or _GOOD)
