"""What watches the calls beside the window: memory, and what the desktop is told and shows of them."""

from typing import TYPE_CHECKING

from fal_studio.app.launcher import LauncherEntry
from fal_studio.app.memory import Memory
from fal_studio.app.notices import Notices
from fal_studio.app.tray import Tray

if TYPE_CHECKING:
    from fal_studio.app.program import Program


class Followers:
    """There are none before the program lives."""

    def __init__(self, program: "Program") -> None:
        window, calls = program.window, program.calls
        self.memory = Memory(window, calls, program.log, program.records, program)
        self.notices = Notices(window, calls, program.settings, program)
        self.launcher = LauncherEntry(window, calls, parent=program)
        self.tray = Tray(window, calls, program)

    def close(self) -> None:
        """Tell and show nothing any more."""
        self.notices.close()
        self.launcher.close()
        self.tray.close()
