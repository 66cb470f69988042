"""Comparisons in the running program: asked about their price once, called turn by turn, kept after each, and analysed."""

import asyncio
import contextlib
import importlib
import os
import platform
import sys
import time
from collections.abc import Callable, Collection
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, qVersion

from fal_studio.app.affording import Affording
from fal_studio.app.client_turns import ClientTurns
from fal_studio.app.kept_comparisons import KeptDesk
from fal_studio.app.turns import Taken
from fal_studio.core.accounts import EMULATOR, Account
from fal_studio.core.comparing import outcome as outcomes
from fal_studio.core.comparing.foreign import unseen
from fal_studio.core.comparing.lanes import Facts, lanes_for, lanes_of
from fal_studio.core.comparing.outcome import Comparison, Machine, Outcome
from fal_studio.core.comparing.plan import CLIENTS, Lane, Plan, Turn, order, with_more_runs
from fal_studio.core.log import EventLog
from fal_studio.core.prices import is_free
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.core.settings import Settings
from fal_studio.jobs.comparing import Turns
from fal_studio.modes.base import CallError
from fal_studio.services.hosts import is_near
from fal_studio.store.comparisons import KeptComparisons
from fal_studio.store.problems import StoreError
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.comparisons import Comparisons
from fal_studio.ui.models import Calls
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.results import Results

LOOK_EVERY_S = 1.0
"""How often what is done is kept and analysed while turns are called."""
_SLOT = "comparison"
_BUSY = tr("A comparison is under way: stop it first, or wait for its end.")
Requests = tuple[tuple[str, Request], ...]


class Comparing(QObject):
    """Runs one comparison at a time, for as long as the engine lives."""

    def __init__(
        self,
        door: Comparisons,
        engine: "Engine",
        results: "Results",
        log: EventLog,
        calls: Calls,
        catalogue: Catalogue,
        folder: Path,
        settings: Callable[[], Settings],
        load: Callable[[str], bytes],
        secrets: Collection[str],
        account: Callable[[str], Account | None],
        parent: QObject | None = None,
    ) -> None:
        """`folder` is where comparisons are kept; `settings` reads them anew and may block.

        `load` returns kept bytes by their SHA-256; raises KeyError. `secrets` are kept out of reports.
        `account` tells what is known of a profile; None for the emulator.
        """
        super().__init__(parent)
        self._door, self._engine, self._log, self._calls = door, engine, log, calls
        self._catalogue, self._settings, self._account = catalogue, settings, account
        self._files = KeptComparisons(folder)
        self._kept = KeptDesk(door, self._files, self._start, secrets, self)
        self._taken = Taken(results, log, load)
        self._clients = ClientTurns(engine, self._taken, log)
        self._affording = Affording(calls.prices, engine.purse)
        self._stopped = ""
        """Id of the comparison that somebody wants stopped."""
        self._call: tuple[str, Request] | None = None
        self._called: dict[str, tuple[Lane, ...]] = {}
        """Lanes by the ids of the comparisons that were called in this run of the program, kept or not."""
        door.lanes_wanted.connect(self._on_lanes_wanted)
        door.requests_wanted.connect(self._on_requests_wanted)
        door.run_wanted.connect(self._on_run_wanted)
        door.more_wanted.connect(self._on_more_wanted)
        door.stop_wanted.connect(self._on_stop_wanted)
        door.probe_wanted.connect(self._on_probe_wanted)
        door.put_ready(is_ready=True)

    def close(self) -> None:
        """Do nothing more; what runs is kept with what is done."""
        self._door.put_ready(is_ready=False)
        self._door.lanes_wanted.disconnect(self._on_lanes_wanted)
        self._door.requests_wanted.disconnect(self._on_requests_wanted)
        self._door.run_wanted.disconnect(self._on_run_wanted)
        self._door.more_wanted.disconnect(self._on_more_wanted)
        self._door.stop_wanted.disconnect(self._on_stop_wanted)
        self._door.probe_wanted.disconnect(self._on_probe_wanted)
        self._kept.close()
        self._engine.runner.latest.cancel(_SLOT)

    def _start(self, name: str, work: Any) -> None:
        self._engine.runner.latest.start(name, work)

    def _is_busy(self) -> bool:
        """Return whether a comparison is under way or is being priced; then that is said."""
        if is_busy := self._engine.runner.latest.is_busy(_SLOT):
            self._door.trouble.emit(_BUSY)
        return is_busy

    def _on_lanes_wanted(self, request: Request, poll_every_s: float | None) -> None:
        self._calls.prices.of(request.profile, request.endpoint)
        self._start("lanes", self._tell_lanes(request, poll_every_s))

    async def _tell_lanes(self, request: Request, poll_every_s: float | None) -> None:
        clients = await self._clients.versions()
        facts = self._facts(request, await asyncio.to_thread(self._settings))
        facts = msgspec.structs.replace(facts, clients=clients)
        self._door.lanes_known.emit(request, lanes_for(request, facts, poll_every_s=poll_every_s))

    def _on_requests_wanted(self, requests: Requests) -> None:
        self._start("lanes", self._tell_lanes_of(requests))

    async def _tell_lanes_of(self, requests: Requests) -> None:
        settings = await asyncio.to_thread(self._settings)
        facts = {request.endpoint: self._facts(request, settings) for _, request in requests}
        self._door.lanes_known.emit(requests, lanes_of(requests, facts))

    def _facts(self, request: Request, settings: Settings) -> Facts:
        endpoint = self._catalogue.get(request.endpoint)
        told = {mode: endpoint.supports(mode) for mode in Mode}
        unsupported, unknown = (
            {mode: reason for mode, (found, reason) in told.items() if found is capability}
            for capability in (Capability.UNSUPPORTED, Capability.UNKNOWN)
        )
        kind, is_here = self._kind(request.profile)
        return Facts(kind, unsupported, unknown, is_near=is_here, webhook_url=settings.webhook_url)

    def _on_probe_wanted(self, request: Request) -> None:
        self._start("probe", self._probe(request))

    async def _probe(self, request: Request) -> None:
        """Ask an endpoint whether it has a stream, and let the catalogue know."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.services.asking_modes")
        try:
            found = await module.has_stream(await self._engine.runner.http(request.profile), request)
        except CallError as problem:
            self._door.trouble.emit(tr("Nobody could be asked. {problem}").format(problem=problem))
            return
        if found.has_it is None:
            self._door.trouble.emit(tr("{reason} A run would tell.").format(reason=found.reason))
            return
        capability = Capability.SUPPORTED if found.has_it else Capability.UNSUPPORTED
        endpoint = self._catalogue.get(request.endpoint)
        support = {**endpoint.support, Mode.STREAM: (capability, found.reason)}
        self._catalogue.put([msgspec.structs.replace(endpoint, support=support)])
        self._door.probed.emit(request.endpoint)

    def _kind(self, profile: str) -> tuple[ProfileKind, bool]:
        """Return what a profile is, and whether its server is on this machine or network and can call back here."""
        account = self._account(profile)
        if account is not None:
            return account.kind, account.kind is not ProfileKind.PROXY and is_near(account.profile)
        is_emulator = profile == EMULATOR
        return ProfileKind.EMULATOR if is_emulator else ProfileKind.FAL, is_emulator

    def _on_run_wanted(self, plan: Plan, is_accepted: bool, origin: Comparison | None) -> None:
        if self._is_busy():
            return
        if not plan.called:
            self._door.trouble.emit(tr("There is no lane to call: switch one on."))
            return
        first = plan.called[0].request
        comparison = Comparison(
            f"{time.strftime('%Y%m%d-%H%M%S')}-{token_hex(4)}",
            plan,
            first.endpoint,
            order=order(plan),
            slots=self._engine.runner.line.limit(first.profile),
            machine=machine(plan),
        )
        self._start(_SLOT, self._begin(comparison, origin, is_accepted=is_accepted))

    def _on_more_wanted(self, comparison: Comparison, more: int, is_accepted: bool) -> None:
        if more < 1 or self._is_busy():
            return
        plan = with_more_runs(comparison.plan, more)
        # The earlier order stays as it was called; the new rounds come behind it.
        had = set(comparison.order)
        turns = (*comparison.order, *(turn for turn in order(plan) if turn not in had))
        longer = msgspec.structs.replace(
            comparison, plan=plan, order=turns, ended_wall_s=0.0, is_stopped=False
        )
        self._start(_SLOT, self._begin(longer, comparison, is_accepted=is_accepted))

    async def _begin(self, comparison: Comparison, origin: Comparison | None, *, is_accepted: bool) -> None:
        """Call a comparison; lanes of an `origin` from elsewhere only where nothing is sent that nobody sees."""
        try:
            is_ours = origin is None or await self._is_ours(origin)
        except (StoreError, ValueError) as problem:
            self._door.trouble.emit(tr("The comparison cannot be opened: {problem}").format(problem=problem))
            return
        if not is_ours and (why := unseen(comparison.plan)):
            self._door.trouble.emit(why)
            return
        await self._consider(comparison, is_accepted=is_accepted)

    async def _is_ours(self, comparison: Comparison) -> bool:
        if self._called.get(comparison.id) == comparison.plan.lanes:
            return True
        return await asyncio.to_thread(self._files.is_ours, comparison)

    def _on_stop_wanted(self, comparison: str) -> None:
        self._stopped = comparison
        if self._call is not None:
            self._engine.cancel(*self._call)
        self._clients.stop()

    async def _consider(self, comparison: Comparison, *, is_accepted: bool) -> None:
        """Price all turns before the first; run them if they may cost that."""
        plan, turns = comparison.plan, comparison.left
        cost = await self._affording.forecast(plan, turns)
        if not is_accepted and cost.unpriced:
            self._door.asked_unpriced.emit(plan, cost.unpriced[0].endpoint)
            return
        limit_usd = self._affording.limit_passed_usd(cost)
        if not is_accepted and limit_usd is not None:
            self._door.asked.emit(plan, cost.usd, limit_usd)
            return
        self._affording.allow(cost.unpriced)
        try:
            if no := await self._affording.reserve(plan, turns):
                self._door.trouble.emit(
                    tr("Nothing of the {count} calls was sent. {message} {next_step}").format(
                        count=len(turns), message=no.message, next_step=no.next_step
                    )
                )
                return
            made = comparison.made_wall_s or time.time()
            forecast = cost.usd if not comparison.outcomes else comparison.forecast_usd
            await self._run(msgspec.structs.replace(comparison, made_wall_s=made, forecast_usd=forecast))
        finally:
            self._affording.release()
            await self._clients.close()

    async def _run(self, comparison: Comparison) -> None:
        """Call every turn that is left; whatever ends this, what is done is kept.

        Keeping and analysing happen between turns, so that no turn is measured while they take time.
        """
        now, looked_s = comparison, time.monotonic()
        self._stopped = ""
        self._called[now.id] = now.plan.lanes
        self._door.current = now
        self._door.started.emit(now)
        try:
            for turn in comparison.left:
                if self._stopped == comparison.id:
                    break
                outcome = await self._turn(now, turn)
                if outcome is None:
                    break
                now = msgspec.structs.replace(now, outcomes=(*now.outcomes, outcome))
                self._door.current = now
                self._door.turn_ended.emit(now.id, outcome)
                if time.monotonic() - looked_s >= LOOK_EVERY_S:
                    await self._kept.keep(now)
                    self._door.analysed.emit(now.id, await self._kept.analysis(now))
                    looked_s = time.monotonic()
        except asyncio.CancelledError:  # the program ends
            with contextlib.suppress(StoreError):
                self._files.put(_ended(now))
            raise
        finally:
            self._door.current = self._call = None
        ended = _ended(now)
        await self._kept.keep(ended)
        self._door.analysed.emit(ended.id, await self._kept.analysis(ended))
        self._door.finished.emit(ended)

    async def _turn(self, comparison: Comparison, turn: Turn) -> Outcome | None:
        """Make one call; None if it was cancelled by somebody who wants all of them stopped."""
        lane = next(lane for lane in comparison.plan.lanes if lane.id == turn.lane)
        grant_id = self._affording.grant_id(lane.request.profile)
        if lane.transport in CLIENTS:
            call = await self._clients.begin(comparison.id, lane, turn)
            self._calls.add(call, lane.request)
            self._door.turn_started.emit(comparison.id, turn, call)
            found = await self._clients.turn(call, lane, turn, grant_id)
            return None if found.failed and self._stopped == comparison.id else found
        turns = Turns(self._engine.runner, self._log, comparison.id)
        call = turns.start(lane, turn, grant_id=grant_id)
        self._call = (call, lane.request)
        self._calls.add(call, lane.request)
        self._door.turn_started.emit(comparison.id, turn, call)
        problem = await turns.ended(call, lane, comparison.plan.frames)
        if self._stopped == comparison.id and outcomes.outcome_of(turn, self._log.of(call)).failed:
            return None
        digest = await self._taken.home(call)
        await turns.explain(call, lane)
        cost = 0.0 if is_free(lane.request.profile) else self._calls.row(call).cost_usd
        found = outcomes.outcome_of(turn, self._log.of(call), cost, digest)
        if problem and not found.failed:
            return msgspec.structs.replace(found, failed=problem)
        return found


def _ended(comparison: Comparison) -> Comparison:
    return msgspec.structs.replace(comparison, ended_wall_s=time.time(), is_stopped=bool(comparison.left))


def machine(plan: Plan) -> Machine:
    """Return what this is running on, and with which clients of fal's own."""
    versions = {"Python": platform.python_version(), "Qt": qVersion()}
    for name in ("fal-studio", "httpx", "websockets", "scipy"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    for lane in plan.called:
        if lane.transport in CLIENTS:
            name, _, number = lane.detail.partition(",")[0].partition(" ")
            versions[name] = number
    system = f"{platform.system()} {platform.release()}"
    return Machine(system, platform.machine() or sys.platform, os.cpu_count() or 0, versions)
