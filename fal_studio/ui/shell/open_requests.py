"""The requests that are open, each in a tab of its own: opened, brought to the front, closed, opened again."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoGroup
from PySide6.QtWidgets import QStackedWidget, QWidget

from fal_studio.ui.accounts import Accounts
from fal_studio.ui.library.starters import LIGHTHOUSE
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.new_requests import draft_of
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.request_tabs import RequestTab, RequestTabs
from fal_studio.words import tr

MOST_CLOSED = 20
"""Closed requests that can be opened again."""


class OpenRequests(QObject):
    """Holds a Workspace for every tab; there is always one in front once the first was opened."""

    opened = Signal(str, object)
    """The key of a new request and its Workspace, before it is shown: what has to do with it listens from now on."""
    coming = Signal()
    """A request is brought to the front: what stands in its place makes way."""
    fronted = Signal()
    """A request was brought to the front."""
    front_edited = Signal()
    """The one in front is another than before, or called something else."""
    closing = Signal(object)
    """A Workspace that goes now."""
    changed = Signal()
    """A request was opened, closed, or edited."""

    def __init__(
        self, make: Callable[[Draft], Workspace], tabs: RequestTabs, accounts: Accounts, window: QWidget
    ) -> None:
        """`make` returns a Workspace that nothing listens to yet."""
        super().__init__(window)
        self._make, self._tabs, self._accounts = make, tabs, accounts
        self.stack = QStackedWidget(window)
        self.undo = QUndoGroup(self)
        self._spaces: dict[str, Workspace] = {}
        self._number = 0
        self._closed: list[Draft] = []
        """Requests that were closed, the last one at the end."""

    @property
    def front(self) -> Workspace:
        """The request in front."""
        return self._spaces[self._tabs.current()]

    @property
    def spaces(self) -> dict[str, Workspace]:
        """All open requests by their keys; yours to change."""
        return dict(self._spaces)

    def each(self) -> tuple[Workspace, ...]:
        """Return all open requests in the order of their tabs."""
        return tuple(self._spaces.values())

    def open(self, draft: Draft) -> str:
        """Open a request in a tab of its own, in front; return its key."""
        self._number += 1
        key = f"request-{self._number}"
        workspace = self._make(draft)
        self._spaces[key] = workspace
        self.undo.addStack(workspace.undo.stack)
        workspace.changed.connect(partial(self._on_edited, key))
        self.opened.emit(key, workspace)
        self.stack.addWidget(workspace)
        self._set_tabs()
        self.show(key)
        self.changed.emit()
        return key

    def show(self, key: str) -> None:
        """Bring a request to the front."""
        self.coming.emit()
        self._tabs.set_chosen(key)
        self.bring(key)

    def step(self, by: int) -> None:
        """Bring the request that stands so many tabs further to the front; behind the last one stands the first."""
        keys = list(self._spaces)
        self.show(keys[(keys.index(self._tabs.current()) + by) % len(keys)])

    def bring(self, key: str) -> None:
        """Show the request whose tab is chosen; one that is gone changes nothing."""
        if key in self._spaces:
            self.stack.setCurrentWidget(self._spaces[key])
            self.undo.setActiveStack(self._spaces[key].undo.stack)
            self.fronted.emit()

    def close(self, key: str) -> None:
        """Close a tab; its calls go on. The last one leaves a fresh request behind."""
        workspace = self._spaces.pop(key)
        self._closed = [*self._closed[1 - MOST_CLOSED :], workspace.draft]
        if not self._spaces:
            self.open(draft_of(LIGHTHOUSE))
        self._set_tabs()
        self.closing.emit(workspace)
        self.stack.removeWidget(workspace)
        workspace.close()
        workspace.deleteLater()
        self.changed.emit()
        self.bring(self._tabs.current())

    def close_front(self) -> None:
        """Close the request in front."""
        self.close(self._tabs.current())

    def reopen(self) -> bool:
        """Open the request again that was closed last, as it was; False if none was."""
        if self._closed:
            self.open(self._closed.pop())
            return True
        return False

    def tab(self, key: str) -> RequestTab:
        """Return what the tab of a request shows."""
        space = self._spaces[key]
        project = space.project and tr("Project {project}").format(project=space.project)
        return RequestTab(
            key,
            space.title,
            "lock" if space.written.is_private else space.icon,
            self._accounts.swatch(space.profile),
            ", ".join(self._accounts.words(space.profile)),
            changed=space.written.differs,
            about="\n".join(filter(None, (project, space.file))),
        )

    def show_tabs(self) -> None:
        """Show all tabs anew: their profiles may look another way."""
        for key in self._spaces:
            self._tabs.set_tab(self.tab(key))

    def _set_tabs(self) -> None:
        self._tabs.set_tabs([self.tab(key) for key in self._spaces])

    def _on_edited(self, key: str) -> None:
        if key in self._spaces:
            self._tabs.set_tab(self.tab(key))
            if key == self._tabs.current():
                self.front_edited.emit()
        self.changed.emit()
