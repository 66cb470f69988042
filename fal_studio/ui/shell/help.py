"""The way to help: "?" beside the mode, the Help menu, Shift+F1; the panel is loaded when somebody first asks."""

import importlib
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QRect
from PySide6.QtWidgets import QWidget

from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.help_panel import HelpPanel

WIDE_PX, HIGH_PX, EDGE_PX = 800, 600, 48
_PAGES = {
    "compare": ("help.compare", tr("How to read a &comparison")),
    "live": ("help.live", tr("The li&ve desk")),
    "history": ("help.history", tr("Q&ueue and history")),
    "stages": ("help.stages", tr("Stages o&f a call")),
    "costs": ("help.costs", tr("Costs a&nd limits")),
    "cold-starts": ("help.cold", tr("What a cold &start is")),
}


class Host(Protocol):
    """What is needed of the window."""

    comparing: ComparePlace
    pages: Pages

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class Help(QObject):
    """Opens the page of help that fits what is in front, or another one."""

    def __init__(self, host: Host, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._host, self._window = host, window
        self.panel: HelpPanel | None = None
        actions.add(
            "help.here",
            tr("&Help for what is in front"),
            lambda: self.open(self.topic_in_front()),
            menu=tr("&Help"),
            shortcut="Shift+F1",
            tip=tr("When to reach for this mode, what it costs, what is retried, what a cold start is"),
        )
        for topic, (name, title) in _PAGES.items():
            actions.add(name, title, lambda topic=topic: self.open(topic), menu=tr("&Help"))
        actions.separate(tr("&Help"))

    def topic_in_front(self) -> str:
        """Return which page fits what is in front."""
        if self._host.comparing.is_shown:
            return "compare"
        if self._host.pages.front == "live":
            return "live"
        if self._host.pages.front == "gallery":
            return "history"
        return self._host.workspace.mode.value

    def open(self, topic: str) -> None:
        """Open a page."""
        if self.panel is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.help_panel")
            panel: HelpPanel = module.HelpPanel(self._window)
            panel.link_wanted.connect(_open_address)
            self.panel = panel
        panel, window, px = self.panel, self._window, current().px
        wide = min(px(WIDE_PX), window.width() - px(EDGE_PX))
        high = min(px(HIGH_PX), window.height() - px(EDGE_PX))
        panel.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        if not panel.isVisible():
            panel.open()
        panel.show_topic(topic)


def _open_address(address: str) -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.web")
    module.open_address(address)
