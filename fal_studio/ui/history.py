"""The window's door to the ledger: asks for pages of calls and for old calls, and takes the answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fal_studio.core.artifacts import Kind
from fal_studio.core.events import Event
from fal_studio.core.files import Earlier
from fal_studio.core.history import Judgement, Page, Query, Usage
from fal_studio.core.request import Request

if TYPE_CHECKING:
    from fal_studio.core.disk_budget import DiskBudget


class History(QObject):
    """Questions go out as signals with a number; an answer comes back under its number, or not at all."""

    search_wanted = Signal(int, object)
    """A number and a Query; answer with `put_page` or `fail`."""
    call_wanted = Signal(str)
    """A call of an earlier start; answer with `put_call` or `miss_call`."""
    usual_wanted = Signal(str)
    """An endpoint whose usual durations are needed; answer with `put_usual`."""
    remove_wanted = Signal(tuple)
    """Calls for the trash; answer with `note_removed`."""
    restore_wanted = Signal(tuple)
    """Calls out of the trash; answer with `note_restored`."""
    judge_wanted = Signal(tuple, object)
    """Calls and a Judgement about them; answer with `note_judged`."""
    export_wanted = Signal(object, str, str)
    """A Query, a path, and "csv" or "json"; answer with `note_exported`."""
    prompts_wanted = Signal(int, str, int)
    """A number, an endpoint, and how many earlier prompts are wanted; answer with `put_prompts`."""
    usage_wanted = Signal()
    """How much room is taken; answer with `put_usage`."""
    empty_wanted = Signal()
    """Move all that is in the trash to the system's; answer with `note_emptied`."""

    files_wanted = Signal(int, tuple)
    """A number and the kinds of files that are looked for among results; answer with `put_files` or `fail`."""
    files = Signal(int, tuple)
    """The number of a question and the newest Earlier files."""
    page = Signal(int, object)
    """The number of a question and its Page."""
    failed = Signal(int, str)
    """The number of a question and why there is no answer."""
    prompts_found = Signal(int, tuple)
    """The number of a question and the prompts, newest first."""
    call_found = Signal(str, object, tuple)
    """A call, its Request (None if it can no longer be read) and its events."""
    call_missed = Signal(str, str)
    """A call, and why it cannot be shown."""
    usual_changed = Signal()
    removed = Signal(tuple)
    erased = Signal(tuple)
    """Calls that are gone for good: nothing brings them back."""
    restored = Signal(tuple)
    judged = Signal(tuple, object)
    """Calls and the Judgement that was noted about them."""
    usage = Signal(object)
    """A Usage."""
    budget_changed = Signal()
    """How much of the space for results is used, is in `budget`."""
    emptied = Signal(int, str)
    """How many calls went to the system's trash, and why not all did."""
    joined = Signal()
    """There are calls that were not there before, of another window."""
    exported = Signal(str, int)
    """A path, and how many calls were written there."""
    troubled = Signal(str)
    """Why something could not be done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self.budget: DiskBudget | None = None
        """None before files were counted, and where no space is set aside."""
        self.is_budget_told = False
        """Whether that is known."""
        self._usual: dict[str, tuple[float, float] | None] = {}

    def ask(self, query: Query) -> int:
        """Ask for a page; return the question's number."""
        self._number += 1
        self.search_wanted.emit(self._number, query)
        return self._number

    def new_number(self) -> int:
        """Return a number for a question of one's own."""
        self._number += 1
        return self._number

    def ask_prompts(self, number: int, endpoint: str, most: int) -> None:
        """Ask for earlier prompts under a number of one's own: the answer may be there before this returns."""
        self.prompts_wanted.emit(number, endpoint, most)

    def put_prompts(self, number: int, prompts: Sequence[str]) -> None:
        """Take earlier prompts; none where they cannot be read."""
        self.prompts_found.emit(number, tuple(prompts))

    def ask_files(self, kinds: Sequence[Kind]) -> int:
        """Ask for the newest files of results, of some kinds or of any; return the question's number."""
        self._number += 1
        self.files_wanted.emit(self._number, tuple(kinds))
        return self._number

    def put_files(self, number: int, files: Sequence[Earlier]) -> None:
        """Take the answer to a question about files."""
        self.files.emit(number, tuple(files))

    def put_page(self, number: int, page: Page) -> None:
        """Take the answer to a question."""
        self.page.emit(number, page)

    def fail(self, number: int, message: str) -> None:
        """Take the news that a question cannot be answered."""
        self.failed.emit(number, message)

    def put_call(self, call: str, request: Request | None, events: Sequence[Event]) -> None:
        """Take a call of an earlier start."""
        self.call_found.emit(call, request, tuple(events))

    def miss_call(self, call: str, message: str) -> None:
        """Take the news that a call cannot be shown."""
        self.call_missed.emit(call, message)

    def usual_s(self, endpoint: str) -> tuple[float, float] | None:
        """Return how long an endpoint usually runs here, from and to in seconds; asks once where it is not known."""
        if endpoint not in self._usual:
            self._usual[endpoint] = None
            self.usual_wanted.emit(endpoint)
        return self._usual[endpoint]

    def put_usual(self, endpoint: str, low_s: float, high_s: float) -> None:
        """Take how long an endpoint usually runs."""
        self._usual[endpoint] = (low_s, high_s)
        self.usual_changed.emit()

    def forget_usual(self, endpoint: str) -> None:
        """Ask again when it is next needed: another call of it has ended."""
        self._usual.pop(endpoint, None)

    def note_removed(self, calls: Sequence[str]) -> None:
        """Take the news that calls are in the trash."""
        self.removed.emit(tuple(calls))

    def note_erased(self, calls: Sequence[str]) -> None:
        """Take the news that calls are gone for good."""
        self.erased.emit(tuple(calls))

    def note_judged(self, calls: Sequence[str], judgement: Judgement) -> None:
        """Take the news that it is written down what somebody thinks of calls."""
        self.judged.emit(tuple(calls), judgement)

    def note_exported(self, path: str, count: int) -> None:
        """Take the news that calls were written to a file."""
        self.exported.emit(path, count)

    def put_usage(self, usage: Usage) -> None:
        """Take how much room is taken."""
        self.usage.emit(usage)

    def put_budget(self, budget: "DiskBudget | None") -> None:
        """Take how much of the space for results is used; None where nobody wants to know."""
        self.budget, self.is_budget_told = budget, True
        self.budget_changed.emit()

    def note_emptied(self, count: int, why: str = "") -> None:
        """Take the news that the trash was emptied, or why it was not."""
        self.emptied.emit(count, why)

    def note_joined(self) -> None:
        """Take the news that calls of another window have come in."""
        self.joined.emit()

    def note_restored(self, calls: Sequence[str]) -> None:
        """Take the news that calls are back."""
        self.restored.emit(tuple(calls))
