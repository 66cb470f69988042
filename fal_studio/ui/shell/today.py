"""Today's money in the top bar, and the panel behind it."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.ui.accounts import Accounts
from fal_studio.ui.shell.top_bar import TopBar
from fal_studio.ui.spent import Spent
from fal_studio.ui.theme import current

if TYPE_CHECKING:
    from fal_studio.ui.shell.spent_panel import SpentPanel


class Today(QObject):
    """Shows the amount as soon as there is a profile that costs something."""

    limits_wanted = Signal()

    def __init__(self, spent: Spent, top: TopBar, accounts: Accounts, window: QWidget) -> None:
        super().__init__(window)
        self.spent, self._top, self._accounts, self._window = spent, top, accounts, window
        self.panel: SpentPanel | None = None
        top.today.clicked.connect(self.open)
        spent.changed.connect(self._show)
        accounts.changed.connect(self._show)
        self._show()

    def open(self) -> None:
        """Show what it is made of."""
        if self.panel is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.spent_panel")
            panel: SpentPanel = module.SpentPanel(self.spent, self._accounts, self._window)
            panel.limits_wanted.connect(self.limits_wanted)
            self.panel = panel
        at = self._top.today if self._top.today.isVisible() else self._top.profile
        corner = at.mapTo(self._window, QPoint(at.width(), at.height()))
        self.panel.open_at(corner.x() + 1, corner.y() + current().px(8))

    def _show(self) -> None:
        has_money = bool(self._accounts.names or self.spent.summary.day)
        self._top.show_money(self.spent.today if has_money else "")
