"""What the commands of the menus need of the window."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.copying import Copying
from fal_studio.ui.shell.later import Later
from fal_studio.ui.shell.library_place import LibraryPlace
from fal_studio.ui.shell.model_place import ModelPlace
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.new_requests import NewRequests
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.panes import Panes
from fal_studio.ui.shell.profiles import Profiles
from fal_studio.ui.shell.second_window import SecondWindow
from fal_studio.ui.shell.workspace import Workspace

if TYPE_CHECKING:
    from fal_studio.ui.shell.pasting import Pasting
    from fal_studio.ui.shell.presets import Presets
    from fal_studio.ui.shell.saving import Saving


class Commanded(Protocol):
    """What the commands need of the window."""

    requests: OpenRequests
    new_requests: NewRequests
    copying: Copying
    model_place: ModelPlace
    monitor: Monitor
    commands: CallCommands
    panels: CallPanels
    panes: Panes
    profiles: Profiles
    comparing: ComparePlace
    second: SecondWindow
    library_place: LibraryPlace
    later: Later

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    def reopen(self) -> None:
        """Open the request again that was closed last."""

    def close(self) -> bool:
        """End the program."""
        ...

    def show_jobs(self) -> None:
        """Open the list of calls."""

    def reset_layout(self) -> None:
        """Put every part where it was at first."""


def front(window: Commanded, work: Callable[[Workspace], object]) -> Callable[[], object]:
    """Return a command for the request that is in front when it is given."""
    return lambda: work(window.workspace)


def pasting(window: Commanded, work: "Callable[[Pasting], object]") -> Callable[[], object]:
    """Return a command for what was copied, whose code is loaded when it is given."""
    return lambda: work(window.later.pasting)


def saving(window: Commanded, work: "Callable[[Saving], object]") -> Callable[[], object]:
    """Return a command for requests as files, whose code is loaded when it is given."""
    return lambda: work(window.later.saving)


def presets(window: Commanded, work: "Callable[[Presets], object]") -> Callable[[], object]:
    """The same for presets."""
    return lambda: work(window.later.presets)
