"""What the list shows: the queue (open, or just ended) or the history (everything), filtered, ordered, gathered."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow, Judgement, Order, Page, Query, Spent, matches, spent
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.filtering import query_of
from fal_studio.ui.queue.lines import GroupBy, Head, gathered, ordered
from fal_studio.ui.queue.model import CallsModel
from fal_studio.ui.queue.scope import Scope

FIRST_PAGE, PAGE = 200, 1_000
"""Rows that are asked for at once: few at first, so that they are soon there."""
MOST = 20_000
"""Rows of the history that are held at once; more come as somebody scrolls to the last ones."""
JUST_ENDED_S = 3_600.0
"""Calls of an earlier start that ended this lately still stand in the queue."""
SEARCH_AFTER_MS = 30
"""The ledger is asked this long after the last letter."""


@dataclass(slots=True)
class Wish:
    """How a scope is to be shown."""

    text: str = ""
    profile: str = ""
    """Only calls of this profile; "" for all."""
    order: Order = Order.STARTED
    descending: bool = True
    by: GroupBy = GroupBy.NONE
    closed: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Asked:
    """What the ledger was asked, and how much of the answer is here."""

    number: int = 0
    query: Query = field(default_factory=Query)
    total: int = 0
    is_waiting: bool = False
    answered_at: float = 0.0


class Listing(QObject):
    """Keeps the model's lines right. Rows that only change, change in place; the order is made anew when it must be."""

    changed = Signal()
    """Counts, the order, or what is asked changed."""
    arrived = Signal(int)
    """So many calls came in above what is seen."""

    def __init__(
        self,
        calls: Calls,
        history: History,
        model: CallsModel,
        parent: QObject | None = None,
        *,
        is_of_files: bool = False,
    ) -> None:
        """`is_of_files`: it shows the history alone, and of it only what has ended and made files."""
        super().__init__(parent)
        self._calls, self._history, self._model = calls, history, model
        self._is_of_files = is_of_files
        self._scope = Scope.HISTORY if is_of_files else Scope.QUEUE
        self._wishes = {scope: Wish() for scope in Scope}
        self._rows: dict[str, CallRow] = {}
        """The rows of the scope in front, folded groups included."""
        self._recent: dict[str, CallRow] = {}
        """Calls of earlier starts that still belong into the queue."""
        self._dismissed: set[str] = set()
        self._asked = _Asked()
        self._recent_numbers: set[int] = set()
        self._is_active = False
        self._is_stale = True
        self._spent: Spent | None = None
        """None: to be added up again."""
        self._problem = ""
        self.keep: Callable[[], AbstractContextManager[None]] = nullcontext
        """Holds the view still while rows come in above."""
        self.is_held: Callable[[], bool] = lambda: False
        """Whether nothing may move now."""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(SEARCH_AFTER_MS)
        self._typing.timeout.connect(self.refresh)
        calls.added.connect(self._on_added)
        calls.settled.connect(self._on_settled)
        calls.prices.changed.connect(self._on_prices_changed)
        history.page.connect(self._on_page)
        history.failed.connect(self._on_failed)
        history.removed.connect(self._on_removed)
        history.erased.connect(self._on_removed)
        history.restored.connect(self._on_restored)
        history.joined.connect(self._look_anew)
        history.judged.connect(self._on_judged)

    @property
    def scope(self) -> Scope:
        """Which of the two views is in front."""
        return self._scope

    @property
    def wish(self) -> Wish:
        """How the scope in front is to be shown."""
        return self._wishes[self._scope]

    @property
    def query(self) -> Query:
        """The scope in front as a question, with its order."""
        return self._query()

    @property
    def shown(self) -> int:
        """How many calls are listed."""
        return len(self._rows)

    @property
    def spent(self) -> Spent | None:
        """What the calls of the list cost together; None while not all of them are at hand."""
        if self.shown != self.total:
            return None
        if self._spent is None:
            self._spent = spent(self._rows.values())
        return self._spent

    @property
    def total(self) -> int:
        """How many calls fit, listed yet or not."""
        return max(self._asked.total, len(self._rows)) if self._scope is Scope.HISTORY else len(self._rows)

    @property
    def problem(self) -> str:
        """Why there is no answer; "" if there is one."""
        return self._problem

    @property
    def is_waiting(self) -> bool:
        """Whether the first answer is still to come."""
        return self._scope is Scope.HISTORY and self._asked.is_waiting and not self._rows

    @property
    def is_asking_first(self) -> bool:
        """Whether the first page of what is asked is still to come."""
        return self._asked.is_waiting and self._asked.query.offset == 0

    @property
    def answered_at(self) -> float:
        """When the first page of what is asked came, as `time.perf_counter` counts."""
        return self._asked.answered_at

    @property
    def is_about_judgements(self) -> bool:
        """Whether what fits depends on what somebody thinks of it."""
        query = self._query()
        asked = (query.is_starred, query.is_rejected, query.rating_over, query.rating_under)
        return any(wish is not None for wish in asked)

    def set_active(self, *, is_active: bool) -> None:
        """Show what is new from now on; a list that nobody sees only remembers that something is."""
        self._is_active = is_active
        if is_active and self._is_stale:
            self.refresh()

    def set_scope(self, scope: Scope) -> None:
        """Bring a view to the front."""
        if scope is not self._scope:
            self._scope = scope
            self._rows = {}
            self._model.show(())
            self.refresh()

    def set_text(self, text: str) -> None:
        """Filter by words and conditions as they are typed."""
        if text != self.wish.text:
            self.wish.text = text
            self._typing.start()

    def set_profile(self, profile: str) -> None:
        """Show only one profile's calls; "" for all."""
        self.wish.profile = profile
        self.refresh()

    def sort_by(self, order: Order) -> None:
        """Sort; the same order again turns it round. Times and costs begin with the largest."""
        wish = self.wish
        if wish.order is order:
            wish.descending = not wish.descending
        else:
            wish.order = order
            wish.descending = order in (Order.STARTED, Order.COST, Order.ELAPSED)
        self.refresh()

    def shown_as(self) -> dict[str, tuple[str, ...]]:
        """Return by which column each scope is sorted, which way, and what its rows are gathered by."""
        return {
            scope.value: (wish.order.value, "down" if wish.descending else "up", wish.by.value)
            for scope, wish in self._wishes.items()
        }

    def show_as(self, kept: Mapping[str, tuple[str, ...]]) -> None:
        """Sort and gather as `shown_as` told; what this version does not know stays as usual."""
        for scope, wish in self._wishes.items():
            order, way, by = (*kept.get(scope.value, ()), "", "", "")[:3]
            if order in set(Order) and by in set(GroupBy):
                wish.order, wish.descending, wish.by = Order(order), way == "down", GroupBy(by)
        self.refresh()

    def group_by(self, by: GroupBy) -> None:
        """Gather rows."""
        self.wish.by, self.wish.closed = by, frozenset()
        self._arrange()

    def fold(self, key: str) -> None:
        """Close or open a group."""
        self.wish.closed = self.wish.closed ^ {key}
        self._arrange()

    def dismiss_ended(self) -> None:
        """Take ended calls out of the queue; the history keeps them."""
        self._dismissed |= {
            call for call, row in self._rows.items() if row.ended and row.phase is not Phase.UNKNOWN
        }
        self.refresh()

    def dismiss(self, call: str) -> None:
        """Take one call out of the queue; the history keeps it."""
        self._dismissed.add(call)
        self.refresh()

    def row(self, call: str) -> CallRow | None:
        """Return a call's newest row, None if it is not listed."""
        return self._live(call) or self._rows.get(call)

    def all_rows(self) -> list[CallRow]:
        """Return the rows of this scope that are at hand, also those that the filter leaves out."""
        return [*self._queue_rows(), *self._rows.values()]

    def more(self) -> None:
        """Ask for further rows of the history, if there are any."""
        asked = self._asked
        if self._scope is Scope.HISTORY and not asked.is_waiting and len(self._rows) < asked.total:
            self._ask(len(self._rows))

    def settle(self) -> None:
        """Make the order right again, now that nothing is under the pointer."""
        if self._is_stale and self._is_active:
            self._arrange()

    def refresh(self) -> None:
        """Look again at everything."""
        self._typing.stop()
        if not self._is_active:
            self._is_stale = True
            return
        self._problem = ""
        if self._scope is Scope.HISTORY:
            self._ask(0)
        else:
            self._ask_recent()
            self._arrange()
        self.changed.emit()

    def counts(self) -> dict[str, int]:
        """Return how many calls of the queue are open, unknown, and ended."""
        rows = self._queue_rows()
        unknown = sum(row.phase is Phase.UNKNOWN for row in rows)
        opened = sum(not row.ended for row in rows)
        return {"open": opened, "unknown": unknown, "ended": len(rows) - opened - unknown}

    # The queue

    def _queue_rows(self) -> list[CallRow]:
        own = {call: self._calls.row(call) for call in self._calls.ids() if call not in self._dismissed}
        return [*own.values(), *(row for call, row in self._recent.items() if self._belongs(call, row, own))]

    def _belongs(self, call: str, row: CallRow, own: dict[str, CallRow]) -> bool:
        return call not in own and call not in self._dismissed and not row.deleted_s

    def _ask_recent(self) -> None:
        if self._recent_numbers or self._recent:
            return
        since_s = dt.datetime.now(dt.UTC).timestamp() - JUST_ENDED_S
        first = self._history.ask(Query(after_s=since_s, limit=200))
        second = self._history.ask(Query(phases=(Phase.UNKNOWN,), limit=200))
        self._recent_numbers = {first, second}

    # The history

    def _query(self) -> Query:
        wish = self.wish
        query, _ = query_of(wish.text)
        if wish.profile:
            query = msgspec.structs.replace(query, profiles=(wish.profile,))
        if self._is_of_files:
            query = msgspec.structs.replace(query, is_open=False, has_files=True)
        return msgspec.structs.replace(query, order=wish.order, descending=wish.descending)

    def _ask(self, offset: int) -> None:
        asked = self._asked
        limit = PAGE if offset else FIRST_PAGE
        asked.query = msgspec.structs.replace(self._query(), offset=offset, limit=limit)
        asked.is_waiting = True
        asked.number = self._history.ask(asked.query)

    def _on_page(self, number: int, page: Page) -> None:
        if number in self._recent_numbers:
            self._take_recent(page)
            return
        asked = self._asked
        if number != asked.number or self._scope is not Scope.HISTORY:
            return  # somebody has typed on
        asked.is_waiting = False
        asked.total = page.total
        fresh = [self._newer(row) for row in page.rows]
        if page.query.offset == 0:
            asked.answered_at = time.perf_counter()
            self._rows = {row.call: row for row in fresh}
            self._arrange()
        else:
            self._append(fresh)
        if page.rows and len(self._rows) < min(asked.total, MOST):
            self._ask(page.query.offset + len(page.rows))
        self.changed.emit()

    def _append(self, rows: Sequence[CallRow]) -> None:
        self._spent = None
        fresh = [row for row in rows if row.call not in self._rows]
        self._rows |= {row.call: row for row in fresh}
        if self.wish.by is GroupBy.NONE:
            self._model.append(fresh)
        else:
            self._arrange()

    def _take_recent(self, page: Page) -> None:
        self._recent |= {row.call: row for row in page.rows if row.ended}
        if self._scope is Scope.QUEUE and self._is_active:
            self._arrange()
            self.changed.emit()

    def _on_failed(self, number: int, message: str) -> None:
        if number == self._asked.number:
            self._asked.is_waiting = False
            self._problem = message
            self.changed.emit()

    def _on_removed(self, calls: tuple[str, ...]) -> None:
        self._dismissed.update(calls)
        self._spent = None
        for call in calls:
            self._rows.pop(call, None)
            self._recent.pop(call, None)
        self._asked.total = max(0, self._asked.total - len(calls))
        with self.keep():
            self._model.remove(calls)
        self.changed.emit()

    def _on_judged(self, calls: tuple[str, ...], judgement: Judgement) -> None:
        for held in (self._rows, self._recent):
            for call in calls:
                if (row := held.get(call)) is not None:
                    held[call] = judgement.of(row)
                    self._model.put(held[call])
        if self.is_about_judgements:
            self.refresh()

    def _on_restored(self, calls: tuple[str, ...]) -> None:
        self._dismissed.difference_update(calls)
        self._look_anew()

    def _look_anew(self) -> None:
        self._recent_numbers, self._recent = set(), {}
        self.refresh()

    # Lines

    def _newer(self, row: CallRow) -> CallRow:
        """Return a row of the ledger, or what the window knows better: it hears of an open call first."""
        live = self._live(row.call)
        row = self._calls.priced(row)
        return row if live is None or (live.ended and row.ended) else live

    def _live(self, call: str) -> CallRow | None:
        return self._calls.row(call) if self._calls.is_ours(call) else None

    def _arrange(self) -> None:
        """Make the lines from the rows."""
        self._spent = None
        wish = self.wish
        if self._scope is Scope.QUEUE:
            query = self._query()
            fitting = (row for row in self._queue_rows() if matches(row, query))
            rows = ordered(fitting, wish.order, descending=wish.descending)
            self._rows = {row.call: row for row in rows}
        else:
            rows = list(self._rows.values())
        self._is_stale = False
        self._model.show(gathered(rows, wish.by, wish.closed, dt.datetime.now().astimezone()))

    def _on_prices_changed(self, profile: str, endpoints: tuple[str, ...]) -> None:
        """Tell what calls of earlier starts cost; those of this one are told by `settled`."""
        if self._scope is Scope.HISTORY and (self.wish.order is Order.COST or "cost" in self.wish.text):
            self.refresh()
            return
        self._spent = None
        for held in (self._rows, self._recent):
            for call, row in held.items():
                if row.profile == profile and row.endpoint in endpoints and row.cost_usd is None:
                    held[call] = self._calls.priced(row)
                    self._model.put(held[call])
        if self.wish.by is not GroupBy.NONE:
            self._arrange()
        self.changed.emit()

    def _on_added(self, call: str) -> None:
        self._on_settled((call,))

    def _on_settled(self, calls: Iterable[str]) -> None:
        if not self._is_active:
            self._is_stale = True
            return
        fresh: list[CallRow] = []
        is_moved = False
        for call in calls:
            row, before = self._calls.row(call), self._rows.get(call)
            if before is not None:
                self._rows[call] = row
                self._model.put(row)
                is_moved |= before.phase is not row.phase
                if before.cost_usd != row.cost_usd or before.ended is not row.ended:
                    self._spent = None
                    self._is_stale |= self.wish.by is not GroupBy.NONE
                if row.ended and not before.ended:
                    self._history.forget_usual(row.endpoint)
            elif call not in self._dismissed and matches(row, self._query()):
                fresh.append(row)
        if fresh:
            self._insert(fresh)
        if is_moved and not self._is_plain:
            self._is_stale = True
        if self._is_stale and not self.is_held():
            self._arrange()
        self.changed.emit()

    @property
    def _is_plain(self) -> bool:
        """Whether a call that changes stays where it is: newest first, not gathered, not filtered."""
        wish = self.wish
        return wish.order is Order.STARTED and wish.by in (GroupBy.NONE, GroupBy.DAY) and not wish.text

    def _insert(self, rows: list[CallRow]) -> None:
        """Take in calls that are new."""
        self._spent = None
        wish = self.wish
        rows = ordered(rows, wish.order, descending=wish.descending)
        if self._is_of_files:
            self._insert_ended(rows)
            return
        self._rows = {row.call: row for row in rows} | self._rows
        self._asked.total += len(rows)
        if wish.by is GroupBy.NONE and wish.order is Order.STARTED and wish.descending:
            with self.keep():
                self._model.insert(0, rows)
            self.arrived.emit(len(rows))
        else:
            self._is_stale = True

    def _insert_ended(self, rows: list[CallRow]) -> None:
        """Take in calls that have ended just now, each where its beginning puts it: another may have begun later and be over."""
        held = list(self._rows.values())
        for row in reversed(rows):
            at = next((n for n, other in enumerate(held) if other.created_s <= row.created_s), len(held))
            held.insert(at, row)
            with self.keep():
                self._model.insert(at, [row])
        self._rows = {row.call: row for row in held}
        self._asked.total += len(rows)
        self.arrived.emit(len(rows))


def heads(lines: Sequence[CallRow | Head]) -> list[Head]:
    """Return the heads of groups among lines."""
    return [line for line in lines if isinstance(line, Head)]
