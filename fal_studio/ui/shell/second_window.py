"""A second window for pictures, for example on another screen: it shows what the request in front made last."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from fal_studio.core.artifacts import Kind
from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.output.viewer import Viewer
    from fal_studio.ui.shell.outlets import Outlets

NOTHING = tr("The pictures of the request in front are shown here.")


class Host(Protocol):
    """What is shown of the window."""

    actions_: Actions

    @property
    def outlets(self) -> "Outlets":
        """What can be done with results."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class SecondWindow(QObject):
    """Follows the request in front while it is open; it never takes the keyboard by itself."""

    toggled = Signal()
    """It was opened, or closed."""

    def __init__(self, host: Host, window: QWidget) -> None:
        super().__init__(window)
        self._host, self._window = host, window
        self.viewer: Viewer | None = None
        self._call = ""
        """Whose pictures are shown."""
        self.box = QRect()
        """Where it is, or was."""

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return self.viewer is not None and self.viewer.isVisible()

    def toggle(self) -> None:
        """Open it, or close it."""
        if self.is_open:
            self.close()
        else:
            self.open()

    def open(self, *, takes_keyboard: bool = True) -> None:
        """Open it where it was, or beside the window."""
        viewer = self.viewer
        if viewer is None:
            viewer = self.viewer = self._host.outlets.new_viewer(lambda: self._call)
            viewer.addActions([self._host.actions_[name] for name in ("view.next_pane", "view.last_pane")])
        screens = QGuiApplication.screens()
        if self.box.isValid() and any(one.availableGeometry().intersects(self.box) for one in screens):
            viewer.setGeometry(self.box)
        elif len(screens) > 1:
            here = self._window.screen()
            other = next(one for one in screens if one is not here)
            room = other.availableGeometry()
            wide, high = room.width() // 10, room.height() // 10
            viewer.setGeometry(room.adjusted(wide, high, -wide, -high))
        viewer.say(NOTHING)  # what it showed when it was closed was let go of
        viewer.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not takes_keyboard)
        viewer.show()
        self.follow()
        self.toggled.emit()

    def close(self) -> None:
        """Close it; where it was is remembered."""
        if self.viewer is not None and self.viewer.isVisible():
            self.note_box()
            self.viewer.close_media()
            self.toggled.emit()

    def let_go(self) -> None:
        """Close it for good: it is open again after the next start."""
        if self.viewer is not None:
            self.viewer.close_media()

    def note_box(self) -> None:
        """Remember where it is."""
        if self.viewer is not None and self.viewer.isVisible():
            self.box = self.viewer.geometry()

    def follow(self) -> None:
        """Show the pictures of the request in front; those before stay until there are others."""
        if not self.is_open:
            return
        assert self.viewer is not None
        result = self._host.workspace.result
        if not result.call or not result.state.is_ended or result.state.output is None:
            self._wait()
            return
        preview = result.preview
        files = [item for item in preview.artifacts if item.kind is Kind.IMAGE]
        if not files:
            self._wait()
            return
        place = min(max(0, preview.pictures.chosen), len(files) - 1)
        self._call = result.call
        self.viewer.made_from = preview.pictures.made_from
        self.viewer.set_told(preview.pictures.told)
        self.viewer.put_files(files, place, preview.pictures.image(place))

    def _wait(self) -> None:
        assert self.viewer is not None
        if not self.viewer.has_files:
            self.viewer.say(NOTHING)
