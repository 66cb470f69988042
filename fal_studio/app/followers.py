"""What watches the calls beside the window: memory, and what the desktop is told and shows of them."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from fal_studio.app.launcher import LauncherEntry
from fal_studio.app.memory import Memory
from fal_studio.app.monitor import Records
from fal_studio.app.notices import Notices
from fal_studio.app.tray import Tray
from fal_studio.app.waking import Waking
from fal_studio.core.log import EventLog
from fal_studio.core.settings import Settings
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow


class Followers:
    """There are none before the program lives."""

    def __init__(
        self,
        window: MainWindow,
        calls: Calls,
        log: EventLog,
        records: Records,
        settings: Callable[[], Settings],
        parent: QObject,
    ) -> None:
        """`settings` reads them anew."""
        self.memory = Memory(window, calls, log, records, parent)
        self.tray = Tray(window, calls, parent)
        self.notices = Notices(window, calls, settings, self.tray, parent)
        self.launcher = LauncherEntry(window, calls, parent=parent)
        self.waking = Waking(window, log, parent)

    def close(self) -> None:
        """Tell and show nothing any more."""
        self.notices.close()
        self.launcher.close()
        self.tray.close()
        self.waking.close()
