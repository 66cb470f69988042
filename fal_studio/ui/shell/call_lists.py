"""The lists of calls, once they are built: what is clicked there is shown elsewhere in the window."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fal_studio.ui.library.starters import LIGHTHOUSE
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.copying import Copying
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.new_requests import NewRequests
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.visits import Visits

if TYPE_CHECKING:
    from fal_studio.ui.queue.dock import QueueDock
    from fal_studio.ui.queue.jobs_panel import JobsList


class CallLists(QObject):
    """Listens to the queue's dock and to the popover of a narrow window."""

    def __init__(
        self,
        monitor: Monitor,
        commands: CallCommands,
        visits: Visits,
        requests: OpenRequests,
        new: NewRequests,
        copying: Copying,
    ) -> None:
        super().__init__(monitor)
        self._monitor, self._commands, self._visits = monitor, commands, visits
        self._requests, self._new, self._copying = requests, new, copying
        monitor.built.connect(self._on_dock_built)
        monitor.jobs_built.connect(self._on_jobs_built)

    def _on_dock_built(self, dock: "QueueDock") -> None:
        dock.show_wanted.connect(self._monitor.make_room)
        dock.show_wanted.connect(self._visits.show)
        dock.copy_wanted.connect(self._copying.copy)
        dock.demo_wanted.connect(self._on_demo_wanted)
        dock.detail.open_wanted.connect(_open_address)
        dock.detail.field_wanted.connect(self._visits.show)
        self._commands.dress(dock)

    def _on_jobs_built(self, jobs: "JobsList") -> None:
        jobs.show_wanted.connect(self._on_job_chosen)
        jobs.queue_wanted.connect(self._on_queue_wanted)
        self._commands.dress_jobs(jobs)

    def _on_demo_wanted(self) -> None:
        self._new.open_starter(LIGHTHOUSE.title)
        self._requests.front.run()

    def _on_job_chosen(self, call: str) -> None:
        self._monitor.close_jobs()
        self._visits.show(call)

    def _on_queue_wanted(self) -> None:
        self._monitor.close_jobs()
        self._monitor.open()
        self._monitor.focus()


def _open_address(address: str) -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.web")
    module.open_address(address)
