"""The network comes and goes: the window says so in words, and when it is back every followed call is asked about at once."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine

Reachability = QNetworkInformation.Reachability
GONE = tr("This computer has no network. Calls at fal go on there, and are followed again when it is back.")
FREE = tr("The emulator needs none.")
BACK = tr("The network is back: open calls are asked about now.")
ABOUT = "network"
_logger = logging.getLogger(__name__)


class Source(Protocol):
    """What knows about the network: the system, by Qt's `QNetworkInformation`."""

    @property
    def reachabilityChanged(self) -> Any:
        """The signal that tells the new Reachability."""
        ...

    def reachability(self) -> Reachability:
        """Return what can be reached now."""
        ...


def of_system() -> Source | None:
    """Return what the system tells; None where it tells nothing."""
    if not QNetworkInformation.loadDefaultBackend():
        _logger.info("this system does not tell whether there is a network")
        return None
    system: Any = QNetworkInformation.instance()
    return system


class Network(QObject):
    """Watches the network for the window and the engine. What the system does not know changes nothing."""

    def __init__(
        self,
        window: MainWindow,
        do: "Callable[[Callable[[Engine], None]], None]",
        source: Source,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._do, self._source = window, do, source
        self.is_gone = False
        source.reachabilityChanged.connect(self._on_changed)
        self._on_changed(source.reachability())

    def close(self) -> None:
        """Watch no more."""
        self._source.reachabilityChanged.disconnect(self._on_changed)

    def _on_changed(self, now: Reachability) -> None:
        if now is Reachability.Unknown:
            return
        # A network without the internet counts as one: a company's proxy or an own host may be all that is wanted.
        was_gone, self.is_gone = self.is_gone, now is Reachability.Disconnected
        if self.is_gone and not was_gone:
            self._tell()
        elif was_gone and not self.is_gone:
            self._window.status.show_offline(is_offline=False)
            self._window.banner.settle(ABOUT)
            self._window.status.tell(BACK)
        if not self.is_gone:
            # Also from one network to another: connections of the old one may be dead without anybody having said so.
            self._do(lambda engine: engine.runner.check_all())

    def _tell(self) -> None:
        self._window.status.show_offline(is_offline=True)
        if self._window.accounts.names:  # whoever has no key calls the emulator alone
            self._window.banner.tell(f"{GONE} {FREE}", is_bad=False, about=ABOUT)
