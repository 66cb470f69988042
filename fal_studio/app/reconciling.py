"""In the background: what became of calls that may have been sent, by the server's own list of requests."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from fal_studio.app.engine import Engine
from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import Event
from fal_studio.core.history import CallRow, Query
from fal_studio.core.kept_words import expired
from fal_studio.core.log import EventLog
from fal_studio.core.reconcile import Absent, Doubt, Found, Open, Verdict, asked, doubt_of
from fal_studio.core.request import Request
from fal_studio.core.stranded import ticket_in
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import reconcile
from fal_studio.store.ledger import Ledger
from fal_studio.store.problems import StoreError
from fal_studio.words import mark, told, tr

DELAYS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 60.0, 300.0, 900.0)
"""Pauses between two looks at the list while calls are unknown; the last one goes on."""
BY_ITSELF_S = 7 * 86_400.0
"""Calls that have been unknown for longer are looked for only when somebody asks."""
BORN_BEFORE_S = 86_400.0
"""A call may be sent long after it was wished for: whose requests are known is looked up from so long before."""
AT_MOST = 10_000
_logger = logging.getLogger(__name__)
_UNSENT = frozenset({Phase.WAITING, Phase.UPLOADING, Phase.FAILED})
"""Phases in which a call without a request id has none: it was not sent, or the server or the network refused it."""

Show = Callable[[str, Request, Sequence[Event]], None]


class Stranger(NamedTuple):
    """An unknown call with all that is known of it."""

    call: str
    request: Request
    events: tuple[Event, ...]


class Reconciling:
    """Looks for unknown calls at their servers until each is known; `check` looks for one at once."""

    def __init__(self, log: EventLog, ledger: Ledger, engine: Engine, keep: Keep, show: Show) -> None:
        """`show` is told of a call of an earlier run of the program before anything happens in it."""
        self._log = log
        self._ledger = ledger
        self._engine = engine
        self._keep = keep
        self._show = show
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._forget = log.subscribe(self._on_event)

    async def run(self) -> None:
        """Look again and again, ever less often, while calls are unknown; sleep while there are none."""
        looks = 0
        try:
            while True:
                self._woken.clear()
                is_all_known = await self._look_at_all()
                pause_s = None if is_all_known else DELAYS_S[min(looks, len(DELAYS_S) - 1)]
                looks = 0 if is_all_known else looks + 1
                try:
                    async with asyncio.timeout(pause_s):
                        await self._woken.wait()
                    looks = 0
                except TimeoutError:
                    continue
        finally:
            self._forget()

    def look_again(self) -> None:
        """Look soon: there are calls that were not here at the last look."""
        self._woken.set()

    async def check(self, call: str) -> None:
        """Look for one call because somebody asked; what was found, or why not, is a fact of the call."""
        events = self._log.of(call) or await asyncio.wrap_future(self._ledger.events_of(call))
        request = await asyncio.wrap_future(self._ledger.request_of(call))
        if request is not None and fold(events, call).phase is Phase.UNKNOWN:
            await self._look([Stranger(call, request, tuple(events))], is_asked=True)

    def _on_event(self, event: Event) -> None:
        # One with a ticket was followed until it was unknown: to follow it again at once would only go round in circles.
        if isinstance(event.fact, e.Unknown) and (
            event.fact.expired or ticket_in(self._log.of(event.call)) is None
        ):
            self._woken.set()

    async def _look_at_all(self) -> bool:
        """Look for all unknown calls; return whether none is left that a later look may find."""
        try:
            unknown = await self._unknown()
            await self._look(unknown, is_asked=False)
        except StoreError:
            _logger.warning("unknown calls could not be looked for", exc_info=True)
            return False
        return not any(self._may_be_found(one.call) for one in unknown)

    def _is_unknown(self, call: str) -> bool:
        events = self._log.of(call)
        return not events or fold(events, call).phase is Phase.UNKNOWN

    def _may_be_found(self, call: str) -> bool:
        """Whether a later look may find out more: an expired one is not in the list tomorrow if it is not today."""
        events = self._log.of(call)
        if not events:
            return True
        state = fold(events, call)
        return state.phase is Phase.UNKNOWN and not (state.expired and state.checked_said)

    async def _unknown(self) -> list[Stranger]:
        query = Query(phases=(Phase.UNKNOWN,), after_s=time.time() - BY_ITSELF_S, limit=AT_MOST)
        page = await asyncio.wrap_future(self._ledger.search(query))
        found: list[Stranger] = []
        for row in page.rows:
            request = await asyncio.wrap_future(self._ledger.request_of(row.call))
            events = self._log.of(row.call) or await asyncio.wrap_future(self._ledger.events_of(row.call))
            state = fold(events, row.call)
            is_hopeless = state.expired and state.checked_said
            if request is not None and state.phase is Phase.UNKNOWN and not is_hopeless:
                found.append(Stranger(row.call, request, tuple(events)))
        return found

    async def _look(self, unknown: list[Stranger], *, is_asked: bool) -> None:
        async with self._one_at_a_time:
            for profile in sorted({one.request.profile for one in unknown}):
                calls = [one for one in unknown if one.request.profile == profile]
                try:
                    await self._look_in(profile, calls, is_asked=is_asked)
                except CallError as error:
                    for one in calls if is_asked else ():
                        self._say(
                            one, tr("It could not be looked for. {error}").format(error=error), is_asked=True
                        )

    async def _look_in(self, profile: str, unknown: list[Stranger], *, is_asked: bool) -> None:
        for one in unknown:
            # The word Unknown comes a moment before its task is done; while that runs, nothing can be followed anew.
            await self._engine.runner.finished(one.call)
        access = await self._engine.access(profile)
        http = Http(access.profile, access.key)
        try:
            doubts: list[Doubt] = []
            for one in unknown:
                if not self._is_unknown(one.call):  # found while this look waited for its turn
                    continue
                doubt = doubt_of(one.call, one.request, one.events)
                if fold(one.events, one.call).expired:
                    await self._look_up(one, http, is_asked=is_asked)
                elif ticket_in(one.events) is not None:
                    self._open(one)
                    self._engine.runner.resume(one.call, one.request)
                elif doubt is not None and not await self._has_ticket(one, doubt, http):
                    doubts.append(doubt)
            if not doubts:
                return
            by_call = {one.call: one for one in unknown}
            if not access.profile.has_list:
                for doubt in doubts:
                    self._say(
                        by_call[doubt.call],
                        tr("Profile {profile} has no list of requests to look into.").format(profile=profile),
                        is_asked=is_asked,
                    )
                return
            taken, rivals = await self._others(doubts)
            verdicts = await reconcile.verdicts(http, doubts, taken, rivals)
            for call, verdict in verdicts.items():
                self._act(by_call[call], verdict, http, is_asked=is_asked)
        finally:
            await http.aclose()

    async def _look_up(self, one: Stranger, http: Http, *, is_asked: bool) -> None:
        """Find out about a call that the queue has forgotten: the list remembers for longer, sometimes with the result."""
        ticket = ticket_in(one.events)
        if ticket is None:
            return
        item = None
        if http.profile.has_list:
            item = await reconcile.listed(http, one.request, ticket.request_id)
        if not self._is_unknown(one.call):  # somebody took it up meanwhile
            return
        end = reconcile.end_of(item, one.request, self._keep) if item is not None else None
        if end is None:
            said = mark("the queue has forgotten it, and no list of requests shows what became of it.")
            self._say(one, expired(said, tells_for_how_long=False), is_asked=is_asked)
            return
        self._open(one)
        self._log.append(
            one.call, e.Reconciled(mark("The list of requests remembers it."), ticket.request_id)
        )
        self._log.append(one.call, end)

    async def _has_ticket(self, one: Stranger, doubt: Doubt, http: Http) -> bool:
        """Follow a queue call whose answer had begun: its headers name the request, and the queue knows it."""
        if not doubt.request_id:
            return False
        ticket = reconcile.ticket_of(http, one.request, doubt.request_id)
        if ticket is None or not await reconcile.has_it(http, ticket):
            return False
        if not self._is_unknown(one.call):  # somebody took it up meanwhile
            return True
        self._follow(one, tr("The answer had begun and named the request; the queue has it."), ticket)
        return True

    async def _others(self, doubts: list[Doubt]) -> tuple[set[str], set[str]]:
        """Return the request ids of all other calls, and what those ask for whose id is not known."""
        ours = {doubt.call for doubt in doubts}
        since_s = min(doubt.from_s for doubt in doubts) - BORN_BEFORE_S
        taken: set[str] = set()
        rivals: set[str] = set()
        for row in await self._rows({doubt.request.endpoint for doubt in doubts}, since_s):
            if row.call in ours:
                continue
            if row.request_id:
                taken.add(row.request_id)
            elif row.phase not in _UNSENT and (
                request := await asyncio.wrap_future(self._ledger.request_of(row.call))
            ):
                rivals.add(asked(request))
        return taken, rivals

    async def _rows(self, endpoints: Iterable[str], since_s: float) -> list[CallRow]:
        found: list[CallRow] = []
        for in_trash in (False, True):
            query = Query(models=tuple(endpoints), after_s=since_s, in_trash=in_trash, limit=AT_MOST)
            found += (await asyncio.wrap_future(self._ledger.search(query))).rows
        return found

    def _act(self, one: Stranger, verdict: Verdict, http: Http, *, is_asked: bool) -> None:
        if not self._is_unknown(one.call):
            return
        match verdict:
            case Absent(how=how):
                self._open(one)
                self._log.append(one.call, e.Reconciled(how))
                self._log.append(one.call, reconcile.never_arrived(one.request, how))
            case Open(said=said):
                self._say(one, said, is_asked=is_asked)
            case Found(item=item, how=how):
                ticket = reconcile.ticket_of(http, one.request, item.request_id)
                end = reconcile.end_of(item, one.request, self._keep)
                if ticket is not None and (
                    end is None or time.time() - (item.ended_s or 0) < reconcile.FRESH_S
                ):
                    self._follow(one, how, ticket)
                elif end is None:
                    self._say(
                        one,
                        tr("{how} It still runs; its result will be in the list.").format(how=told(how)),
                        is_asked=is_asked,
                    )
                else:
                    self._open(one)
                    self._log.append(one.call, e.Reconciled(how, item.request_id))
                    if ticket is not None:
                        self._log.append(one.call, ticket)
                    self._log.append(one.call, end)

    def _follow(self, one: Stranger, how: str, ticket: e.Enqueued) -> None:
        self._open(one)
        self._log.append(one.call, e.Reconciled(how, ticket.request_id))
        self._log.append(one.call, ticket)
        self._engine.runner.resume(one.call, one.request)

    def _say(self, one: Stranger, said: str, *, is_asked: bool) -> None:
        """Note in the call that it is still unknown, and why; by itself only where that is news."""
        state = fold(self._log.of(one.call) or one.events, one.call)
        if is_asked or state.checked_said != said:
            self._open(one)
            self._log.append(one.call, e.Checked(time.time(), said))

    def _open(self, one: Stranger) -> None:
        """Take a call of an earlier run of the program into the log."""
        if not self._log.of(one.call):
            self._log.restore(list(one.events))
            self._show(one.call, one.request, one.events)
