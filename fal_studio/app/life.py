"""The program's life on asyncio: emulator, ledger and engine, started in order after the window was drawn, and ended in order.

Loaded behind the open window (see `opening`): asyncio, and what makes calls, take longer to load than the window.
"""

import asyncio
import importlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fal_studio.app.emulating import Emulating
from fal_studio.app.emulator import Addresses
from fal_studio.app.loop import left_generators, signals
from fal_studio.ui.request import editor
from fal_studio.ui.shell import gallery_place, later, pages, result_parts

if TYPE_CHECKING:
    from fal_studio.app.accounts import Accounts
    from fal_studio.app.browsing import Browsing
    from fal_studio.app.comparing import Comparing
    from fal_studio.app.describing import Describing
    from fal_studio.app.disk_budget import DiskBudgeting
    from fal_studio.app.earlier import EarlierCalls
    from fal_studio.app.engine import Engine
    from fal_studio.app.keeping import Keeping
    from fal_studio.app.live import LiveKeeping
    from fal_studio.app.machine import Machine
    from fal_studio.app.program import Program
    from fal_studio.app.reconciling import Reconciling
    from fal_studio.app.results import Results
    from fal_studio.app.saved import SavedShelf
    from fal_studio.app.saving_results import SavingResults
    from fal_studio.app.spending import Spending
    from fal_studio.app.submitted import Submitted
    from fal_studio.store.ledger import OpenCall


class Life(QObject):
    """Lives once, from the drawn window to its end."""

    def __init__(self, program: "Program", running: Addresses | None = None) -> None:
        """`running`: an emulator that is there already."""
        super().__init__(program)
        self._program = program
        self.results: Results | None = None
        self._earlier: EarlierCalls | None = None
        self._shelf: SavedShelf | None = None
        self.emulating = Emulating(program, running, self)

    @property
    def reconciling(self) -> "Reconciling | None":
        """What finds out about unknown calls; None before the ledger is open and where it cannot be."""
        return self._earlier.reconciling if self._earlier is not None else None

    async def restart(self) -> None:
        """Start the emulator again."""
        await self.emulating.restart()

    async def live(self) -> None:
        """Live until the program is told to close."""
        program = self._program
        loop = asyncio.get_running_loop()
        closing = asyncio.Event()
        program.closed.connect(closing.set)
        loop.set_exception_handler(program.funnel.on_loop_exception)
        with signals(loop, program.close), left_generators(loop):
            try:
                await self._opened()
                logouts: Any = importlib.import_module("fal_studio.app.logout")
                logouts.Logout(program, self)
                if not program.is_closed:
                    await self._work(closing)
            finally:
                if self._shelf is not None:
                    self._shelf.close()
                program.hub.close()
                program.followers.close()
                program.desk.save()
                program.window.let_go()
                await self.emulating.stop()
                program.collector.stop()

    async def _opened(self) -> None:
        """Wait until the window was drawn."""
        program = self._program
        if program.is_painted:
            return
        opened = asyncio.Event()
        program.opened.connect(opened.set)
        program.open()
        await opened.wait()

    async def _work(self, closing: asyncio.Event) -> None:
        program = self._program
        if program.listens:
            await asyncio.to_thread(importlib.import_module, "fal_studio.app.door")
            program.listen()
        self.emulating.start()
        engines = await asyncio.to_thread(importlib.import_module, "fal_studio.app.engine")
        keepings = await asyncio.to_thread(importlib.import_module, "fal_studio.app.keeping")
        keeping = keepings.Keeping(program.kept, program.log, self)
        accounts = await self._accounts()
        spending = await self._spending(accounts)
        try:
            open_calls = await self._open(keeping)
            async with (
                engines.Engine(
                    program.log,
                    program.blobs.keep,
                    self.emulating.emulator,
                    keeping.intend,
                    keeping.written,
                    keeping.noted,
                    program.settings,
                    accounts.access,
                    keeping.transcripts.take if keeping.is_recording else None,
                    spending.purse,
                    accounts.profile,
                ) as engine,
                AsyncExitStack() as ends,
            ):
                program.runs.purse = spending.purse
                await spending.take_in(keeping.ledger if keeping.is_recording else None)
                self._begin(engine, keeping, open_calls, ends)
                spending.changed.connect(lambda: self._on_spent(spending, accounts))
                self._on_spent(spending, accounts)
                await self._open_saved()
                ends.callback((await self._answer(keeping, spending)).close)
                program.settle()
                ends.callback((await self._budgeting(keeping)).close)
                await self._listen(ends)
                # Read from the disk now, so that it opens at the first press.
                await asyncio.to_thread(importlib.import_module, "fal_studio.ui.queue.dock")
                await closing.wait()
        finally:
            program.records.leave()
            program.runs.guard.use(None)
            program.runs.purse = None
            await spending.close()
            await keeping.close()

    def _begin(
        self,
        engine: "Engine",
        keeping: "Keeping",
        open_calls: "Sequence[OpenCall]",
        ends: AsyncExitStack,
    ) -> None:
        """Take up what earlier runs left, and make calls from now on; `ends` gets what ends each part, and ends the last first."""
        program, start = self._program, engine.runner.latest.start
        module: Any = importlib.import_module("fal_studio.app.earlier")
        earlier: EarlierCalls = module.EarlierCalls(program, keeping, engine)
        earlier.take_up(open_calls)
        results = self.results = self._fetching(keeping, engine)
        self._earlier = earlier
        ends.push_async_callback(self._end_results, results)
        earlier.find_out()
        ends.callback(self._saving(results, engine).close)
        ends.callback(self._describing(results).close)
        ends.callback(self._following_submitted(engine).close)
        browsing = self.emulating.browsing = self._answering(engine)
        ends.callback(self._end_browsing, browsing)
        start("comparing", self._comparing(engine, results))
        start("catalogue", self.emulating.load_catalogue())
        start("behind", asyncio.to_thread(_load_behind))
        ends.callback(program.leave)
        program.join(engine)
        start("trash", keeping.empty_trash())
        start("windows", earlier.join(results))
        start("prices", self._price(keeping, engine))

    async def _end_results(self, results: "Results") -> None:
        await results.close()
        self.results = self._earlier = None

    def _end_browsing(self, browsing: "Browsing") -> None:
        browsing.close()
        self.emulating.browsing = None

    async def _answer(self, keeping: "Keeping", spending: "Spending") -> "LiveKeeping":
        """Answer what the window may have asked for since it was drawn (`EarlyWishes`), each part as soon as it is loaded."""
        program = self._program
        spaces: Any = importlib.import_module("fal_studio.app.space")
        spaces.Space(program.window.history, keeping, program.do, self)
        program.early.room.pass_on()
        billings: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.billing")
        billings.Billing(program, spending, self)
        erasers: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.erasing")
        erasers.Erasing(program, keeping, self)
        program.early.erasing.pass_on()
        wires: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.wire_files")
        wires.WireDesk(
            program.window.wire, program.calls, keeping, program.funnel.secrets, program.start, self
        )
        program.early.wire.pass_on()
        lives: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.live")
        live: LiveKeeping = lives.LiveKeeping(
            program.window.pages,
            program.calls,
            program.log,
            program.hub,
            keeping,
            program.start,
            program.kept.state / "live.json",
            self,
        )
        program.early.live.pass_on()
        return live

    async def _budgeting(self, keeping: "Keeping") -> "DiskBudgeting":
        """Watch how much of the space for results is used."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.disk_budget")
        budgeting: DiskBudgeting = module.DiskBudgeting(self._program, keeping.blobs, self)
        return budgeting

    async def _listen(self, ends: AsyncExitStack) -> None:
        """Hear what the machine tells by itself."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.machine")
        machine: Machine = module.Machine(self._program, self)
        ends.callback(machine.close)
        await machine.listen()

    async def _spending(self, accounts: "Accounts") -> "Spending":
        """Return what counts the money of calls."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.spending")
        program = self._program
        spending: Spending = module.Spending(
            program.kept, program.log, program.calls.prices, accounts.budget, self
        )
        return spending

    def _on_spent(self, spending: "Spending", accounts: "Accounts") -> None:
        if self._program.engine is not None:
            self._program.start("spent", self._show_spent(spending, accounts))

    async def _show_spent(self, spending: "Spending", accounts: "Accounts") -> None:
        self._program.window.today.spent.put(accounts.paid(await spending.summary()))

    async def _accounts(self) -> "Accounts":
        """Read which keys there are; none of them is taken out of the keyring yet."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.accounts")
        program = self._program
        accounts: Accounts = module.Accounts(
            program.window.accounts, program.kept, program.start, program.fal, self
        )
        accounts.known.connect(program.window.code.set_profile)
        accounts.used.connect(program.funnel.secrets.add)
        await accounts.load()
        program.early.accounts.pass_on()
        return accounts

    async def _open_saved(self) -> None:
        """Look for saved requests; loaded behind the window like everything that it does not show at once."""
        if self._shelf is None:
            shelves: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.saved")
            await asyncio.to_thread(importlib.import_module, "fal_studio.ui.shell.saving")
            shelf: SavedShelf = shelves.SavedShelf(self._program.kept.saved, self._program.window.saved, self)
            self._shelf = shelf
            shelf.start()

    async def _open(self, keeping: "Keeping") -> "list[OpenCall]":
        keeping.troubled.connect(self._on_store_troubled)  # a slot of this object: it runs in this thread
        keeping.recovered.connect(self._on_store_recovered)
        self._program.blobs.use(keeping.blobs)
        found = await keeping.open()
        self._program.records.use(keeping.ledger)
        self._program.runs.guard.use(keeping.ledger)
        return found

    def _fetching(self, keeping: "Keeping", engine: "Engine") -> "Results":
        program = self._program
        results: Any = importlib.import_module("fal_studio.app.results")
        fetching: Results = results.Results(
            program.log, keeping, engine, program.window.bytes_of, program.calls.hold
        )
        fetching.start()
        return fetching

    def _saving(self, results: "Results", engine: "Engine") -> "SavingResults":
        module: Any = importlib.import_module("fal_studio.app.saving_results")
        saving: SavingResults = module.SavingResults(self._program, results, engine)
        self._program.early.results.pass_on()
        return saving

    def _following_submitted(self, engine: "Engine") -> "Submitted":
        program = self._program
        module: Any = importlib.import_module("fal_studio.app.submitted")
        submitted: Submitted = module.Submitted(program.log, engine, program.calls.request, program.settings)
        return submitted

    async def _price(self, keeping: "Keeping", engine: "Engine") -> None:
        """Find out prices for as long as the program lives."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.pricing")
        store: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.store.prices")
        program = self._program
        kept = store.KeptPrices(program.kept.cache / "prices.json")
        ledger = keeping.ledger if keeping.is_recording else None
        settings = await asyncio.to_thread(program.settings)
        program.calls.prices.set_limit(settings.ask_above_usd)
        program.window.save_rules.take(settings)
        pricing = module.Pricing(program.calls.prices, program.log, engine, kept, ledger)
        program.window.accounts.changed.connect(pricing.ask_again)
        try:
            await pricing.run()
        finally:
            program.window.accounts.changed.disconnect(pricing.ask_again)

    def _describing(self, results: "Results") -> "Describing":
        module: Any = importlib.import_module("fal_studio.app.describing")
        describing: Describing = module.Describing(self._program, results, self)
        return describing

    async def _comparing(self, engine: "Engine", results: "Results") -> None:
        """Run comparisons for as long as the program lives; loaded behind the window."""
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.comparing")
        program = self._program
        comparing: Comparing = module.Comparing(
            program.comparisons,
            engine,
            results,
            program.log,
            program.calls,
            program.catalogue,
            program.kept.comparisons,
            program.settings,
            program.blobs.load,
            program.funnel.secrets,
            program.window.accounts.account,
            self,
        )
        try:
            await asyncio.Event().wait()
        finally:
            comparing.close()

    def _answering(self, engine: "Engine") -> "Browsing":
        module: Any = importlib.import_module("fal_studio.app.browsing")
        browsing: Browsing = module.Browsing(self._program, engine, self)
        return browsing

    def _on_store_troubled(self, sentence: str, next_step: str) -> None:
        self._program.window.banner.tell(f"{sentence} {next_step}", is_bad=False, about="ledger")

    def _on_store_recovered(self) -> None:
        self._program.window.banner.settle("ledger")


def _load_behind() -> None:
    """Load the code of pages that are built when they are first wanted, so that wanting one does not load it."""
    for name in (
        *later.BEHIND,
        *pages.BEHIND,
        *gallery_place.BEHIND,
        *result_parts.BEHIND,
        *editor.BEHIND,
        "fal_studio.ui.browser.sheet",
    ):
        importlib.import_module(name)
