"""Commands that open panels about the program itself; their code is loaded when they are first wanted."""

import importlib
from typing import Any

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.ui.actions import Actions
from fal_studio.ui.theme import current
from fal_studio.words import tr

WIDE_PX, HIGH_PX, EDGE_PX = 760, 640, 48
_PANELS = {
    "diagnostics": ("fal_studio.ui.shell.diagnostics", "DiagnosticsPanel"),
    "log": ("fal_studio.ui.shell.log_panel", "LogPanel"),
    "sent": ("fal_studio.ui.shell.sent_panel", "SentPanel"),
}


class Checkups(QObject):
    """`opened` tells the name of a panel and the panel, every time that one is opened."""

    opened = Signal(str, object)

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._panels: dict[str, Any] = {}
        actions.add(
            "help.diagnostics",
            tr("&Diagnostics…"),
            lambda: self.open("diagnostics"),
            menu=tr("&Help"),
            tip=tr(
                "Test the profile in front step by step, free of charge, and make a report without secrets"
            ),
        )
        actions.add(
            "privacy.sent",
            tr("What l&eft this machine…"),
            lambda: self.open("sent"),
            menu=tr("&Help"),
            tip=tr(
                "Every input and file that was sent: when, where to, how long it is kept; with export and deletion"
            ),
        )

        actions.add(
            "help.log",
            tr("Lo&g…"),
            lambda: self.open("log"),
            menu=tr("&Help"),
            tip=tr("The program's own log since the start, without keys: filter, search, copy"),
        )

    def open(self, name: str) -> None:
        """Open a panel in the middle of the window."""
        if name not in self._panels:
            module, kind = _PANELS[name]
            code: Any = importlib.import_module(module)
            self._panels[name] = getattr(code, kind)(self._window)
        panel, window, px = self._panels[name], self._window, current().px
        wide = min(px(WIDE_PX), window.width() - px(EDGE_PX))
        high = min(px(HIGH_PX), window.height() - px(EDGE_PX))
        panel.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        panel.open()
        self.opened.emit(name, panel)

    def show_report(self, text: str) -> None:
        """Open the report of a mistake."""
        if "report" not in self._panels:
            code: Any = importlib.import_module("fal_studio.ui.shell.log_panel")
            panel = self._panels["report"] = code.ReportPanel(self._window)
            panel.log_wanted.connect(lambda: self.open("log"))
        self._panels["report"].show_report(text)

    def panel(self, name: str) -> Any:
        """Return a panel that was opened."""
        return self._panels[name]
