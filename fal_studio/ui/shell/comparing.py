"""The place of comparisons in the window: how one gets there and back, and what is compared there."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from fal_studio.core.prices import is_free
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.top_bar import TopBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.request_tabs import RequestTabs
from fal_studio.ui.widgets.toasts import ToastHost

if TYPE_CHECKING:
    from fal_studio.ui.compare.pane import ComparePane
    from fal_studio.ui.comparisons import Comparisons
    from fal_studio.ui.shell.compare_outputs import CompareOutputs
    from fal_studio.ui.shell.kept_comparisons import KeptComparisons

REQUEST, COMPARE = "request", "compare"


class Host(Protocol):
    """What the place needs of the window."""

    top: TopBar
    tabs: RequestTabs
    history: History
    bytes_of: Bytes
    toasts: ToastHost

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def workspaces(self) -> Mapping[str, Workspace]:
        """All open requests by their keys."""
        ...

    def show_request(self, key: str) -> None:
        """Bring a request to the front."""

    def show_call(self, call: str) -> None:
        """Show a call in a request tab."""

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""

    def give_room(self, *, is_wanted: bool) -> None:
        """Fold the library away, or bring it back if it was there."""


class ComparePlace(QObject):
    """Shows requests or the comparison; the pane is built when somebody first goes there."""

    def __init__(self, host: Host, calls: Calls, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._calls = host, calls
        self._places = QStackedWidget()
        self.pane: ComparePane | None = None
        self._door: Comparisons | None = None
        self._outputs: CompareOutputs | None = None
        self.kept: KeptComparisons | None = None
        """Kept comparisons and reports; there when the pane is."""
        self._pages: Pages | None = None
        self._key = ""
        """Of the request that is compared."""

    @property
    def door(self) -> "Comparisons":
        """What runs and keeps comparisons listens here; made when it is first asked for."""
        if self._door is None:
            doors: Any = importlib.import_module("fal_studio.ui.comparisons")
            self._door = doors.Comparisons(self)
        assert self._door is not None
        return self._door

    @property
    def is_shown(self) -> bool:
        """Whether the comparison is in front."""
        return self.pane is not None and self._places.currentWidget() is self.pane

    def around(self, requests: QWidget) -> QWidget:
        """Return what holds the requests and, in their place, the comparison."""
        self._places.addWidget(requests)
        return self._places

    def follow(self, pages: Pages) -> None:
        """Come and go with the pages of the window."""
        self._pages = pages
        pages.shown.connect(self._on_page_shown)

    def show(self) -> None:
        """Go there, with the request in front."""
        assert self._pages is not None
        self._pages.show_page(COMPARE)

    def leave(self) -> None:
        """Go back to the requests."""
        if self.is_shown and self._pages is not None:
            self._pages.show_page(REQUEST)

    def _enter(self) -> None:
        pane = self.pane or self._build()
        self._key = self._host.tabs.current()
        self._places.setCurrentWidget(pane)
        self._host.give_room(is_wanted=True)
        self._ask()
        pane.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go(self) -> None:
        self._places.setCurrentIndex(0)
        self._host.give_room(is_wanted=False)

    def compare_all(self) -> None:
        """Call all lanes with the request in front; what costs money waits for Run, with its price in sight."""
        if not self.is_shown:
            self.show()
        assert self.pane is not None
        request = self.pane.desk.request
        if request is not None and is_free(request.profile):
            self.run()
        else:
            self.pane.bar.run.setFocus(Qt.FocusReason.OtherFocusReason)

    def run(self) -> bool:
        """Press Run there; False if the requests are in front."""
        if not self.is_shown or self.pane is None:
            return False
        self.pane.bar.run.click()
        return True

    def stop(self) -> bool:
        """Press Stop there; False if the requests are in front."""
        if not self.is_shown or self.pane is None:
            return False
        self.pane.desk.stop()
        return True

    def panes(self) -> list[QWidget]:
        """Return what F6 walks through there."""
        pane = self.pane
        assert pane is not None
        lanes: QWidget = pane.table if pane.is_table else pane.chart
        return [pane.bar, lanes, pane.verdict]

    def let_go(self) -> None:
        """Draw nothing more."""
        if self.pane is not None:
            self.pane.hide()
        if self._outputs is not None:
            self._outputs.close()

    def _build(self) -> "ComparePane":
        panes: Any = importlib.import_module("fal_studio.ui.compare.pane")
        desks: Any = importlib.import_module("fal_studio.ui.compare.desk")
        pane: ComparePane = panes.ComparePane(desks.CompareDesk(self.door, self._calls, self))
        pane.call_wanted.connect(self._host.show_call)
        pane.copy_wanted.connect(self._host.copy)
        pane.request_chosen.connect(self._on_request_chosen)
        pane.kind_chosen.connect(self._on_kind_chosen)
        pane.run_wanted.connect(self._on_run_wanted)
        pane.mend_wanted.connect(self._on_mend_wanted)
        keepers: Any = importlib.import_module("fal_studio.ui.shell.kept_comparisons")
        self.kept = keepers.KeptComparisons(self._host, pane, self.door, self)
        self._calls.settled.connect(pane.take)
        self._calls.prices.changed.connect(pane.refresh)
        fillers: Any = importlib.import_module("fal_studio.ui.shell.compare_outputs")
        self._outputs = fillers.CompareOutputs(
            pane.outputs, self._calls, self._host.history, self._host.bytes_of, self
        )
        self._places.addWidget(pane)
        self.pane = pane
        return pane

    def _ask(self, kind: str = "") -> None:
        """Let the pane show what is open, and compare it."""
        pane = self.pane
        assert pane is not None
        choices: Any = importlib.import_module("fal_studio.ui.compare.run_bar")
        spaces = self._host.workspaces
        pane.show_requests(
            [choices.Choice(key, f"{space.endpoint}  ·  {space.title}") for key, space in spaces.items()],
            self._key,
        )
        if (kind or pane.desk.plan.kind) == "requests":
            named = tuple(
                (space.title, request)
                for space in spaces.values()
                if (request := space.request()) is not None
            )
            pane.desk.about_requests(named)
            pane.show_problem("")
            return
        space = spaces.get(self._key) or self._host.workspace
        request = space.request(any_mode=True)  # every mode is a lane
        if request is None:
            pane.desk.forget()
            pane.show_problem(". ".join(reason.text for reason in space.reasons()))
            return
        pane.desk.about(request)
        pane.show_problem("")

    def _on_page_shown(self, page: str) -> None:
        if page == COMPARE:
            self._enter()
        elif self.is_shown:
            self._go()

    def _on_request_chosen(self, key: str) -> None:
        self._key = key
        self._ask()

    def _on_kind_chosen(self, kind: str) -> None:
        self._ask(kind)

    def _on_run_wanted(self) -> None:
        if self.pane is not None:
            self.pane.desk.run()

    def _on_mend_wanted(self) -> None:
        """Go to what is in the way of the request."""
        space = self._host.workspaces.get(self._key) or self._host.workspace
        self._host.show_request(self._key)
        space.run()
