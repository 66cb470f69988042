"""The program's life on asyncio: emulator, ledger and engine, started in order after the window was drawn, and ended in order.

Loaded behind the open window (see `opening`): asyncio, and what makes calls, take longer to load than the window.
"""

import asyncio
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject

from fal_studio.app.emulator import Addresses, Emulator, EmulatorError
from fal_studio.app.endpoints import endpoints_of
from fal_studio.app.loop import left_generators, signals
from fal_studio.core.call import fold
from fal_studio.core.events import Event
from fal_studio.core.request import Request
from fal_studio.core.schema import checking
from fal_studio.services.emulator_process import profile_of
from fal_studio.ui.library.sketch import sketch_uri
from fal_studio.ui.request import editor
from fal_studio.ui.shell import gallery_place, later, pages, result_parts
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.accounts import Accounts
    from fal_studio.app.browsing import Browsing
    from fal_studio.app.comparing import Comparing
    from fal_studio.app.describing import Describing
    from fal_studio.app.disk_budget import DiskBudgeting
    from fal_studio.app.engine import Engine
    from fal_studio.app.keeping import Keeping
    from fal_studio.app.live import LiveKeeping
    from fal_studio.app.logind import LogindSleep
    from fal_studio.app.network import Network
    from fal_studio.app.program import Program
    from fal_studio.app.reconciling import Reconciling
    from fal_studio.app.results import Results
    from fal_studio.app.saved import SavedShelf
    from fal_studio.app.saving_results import SavingResults
    from fal_studio.app.spending import Spending
    from fal_studio.app.submitted import Submitted
    from fal_studio.store.ledger import OpenCall

JOIN_EVERY_S = 5.0
"""How soon the calls of another window that was closed are in the history of this one."""


class Life(QObject):
    """Lives once, from the drawn window to its end."""

    def __init__(self, program: "Program", running: Addresses | None = None) -> None:
        """`running`: an emulator that is there already."""
        super().__init__(program)
        self._program = program
        self._instance = QLockFile(str(program.kept.data / "window.lock"))
        self.results: Results | None = None
        self.reconciling: Reconciling | None = None
        self._shelf: SavedShelf | None = None
        self._browsing: Browsing | None = None
        self.emulator = Emulator(self, running=running)
        self.emulator.ready.connect(self._on_emulator_ready)
        self.emulator.failed.connect(self._on_emulator_failed)

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
                await self.emulator.stop()
                self._instance.unlock()
                program.collector.stop()

    async def fetch(self, url: str) -> None:
        """Download a result for the window."""
        media: Any = importlib.import_module("fal_studio.services.media")
        if self.results is None:
            return
        window = self._program.window
        try:
            # What no result names is a picture on the way of the call that is looked at.
            found = await self.results.fetch(url, window.workspace.result.state.profile)
        except media.MediaError as error:
            window.bytes_of.fail(url, str(error))
        else:
            window.bytes_of.put(url, found.data, found.content_type)

    async def fetch_file(self, url: str) -> None:
        """Tell the window where a film or sound is, when it is on the disk; where the disk is full it is fetched into memory."""
        media: Any = importlib.import_module("fal_studio.services.media")
        if self.results is None:
            return
        window = self._program.window
        try:
            found = await self.results.playable(url, window.workspace.result.state.profile)
        except media.MediaError as error:
            window.bytes_of.fail(url, str(error))
            return
        if found is None:
            await self.fetch(url)
        else:
            window.bytes_of.put_file(url, *found)

    async def restart(self) -> None:
        """Start the emulator again."""
        await self.emulator.stop()
        self.emulator.start(self._emulator_folder())
        await self.load_catalogue()

    async def load_catalogue(self) -> None:
        """Ask the emulator what it has; without it, the window knows what was there last."""
        httpx: Any = importlib.import_module("httpx")
        program = self._program
        if program.engine is None:
            return
        try:
            records = await program.engine.models()
        except EmulatorError:
            await self._load_kept()
            return  # told by the emulator's own signal
        except httpx.HTTPError as error:
            await self._load_kept()
            program.window.banner.tell(
                tr("The emulator's catalogue could not be read: {error}").format(error=error),
                is_bad=False,
                actions={"emulator": tr("Try again")},
                about="emulator",
            )
            return
        endpoints = await asyncio.to_thread(endpoints_of, records, sketch_uri())
        await asyncio.to_thread(checking.load)
        of_fal = [known for known in program.catalogue.all() if known.is_of_fal]
        program.catalogue.replace([*endpoints, *of_fal])
        if self._browsing is not None:
            await self._browsing.note(records)

    async def _load_kept(self) -> None:
        program = self._program
        if self._browsing is None or program.catalogue.all():
            return
        records = await self._browsing.kept()
        program.catalogue.put(await asyncio.to_thread(endpoints_of, records, sketch_uri()))

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
        self.emulator.start(self._emulator_folder())
        engines = await asyncio.to_thread(importlib.import_module, "fal_studio.app.engine")
        keepings = await asyncio.to_thread(importlib.import_module, "fal_studio.app.keeping")
        keeping = keepings.Keeping(program.kept, program.log, self)
        accounts = await self._accounts()
        spending = await self._spending(accounts)
        try:
            open_calls = await self._open(keeping)
            async with engines.Engine(
                program.log,
                program.blobs.keep,
                self.emulator,
                keeping.intend,
                keeping.written,
                keeping.noted,
                program.settings,
                accounts.access,
                keeping.transcripts.take if keeping.is_recording else None,
                spending.purse,
                accounts.profile,
            ) as engine:
                program.runs.purse = spending.purse
                await spending.take_in(keeping.ledger if keeping.is_recording else None)
                self._take_up(engine, open_calls)
                self.results = self._fetching(keeping, engine)
                self.reconciling = self._finding_out(keeping, engine)
                saving = self._saving(self.results, engine)
                describing = self._describing(self.results)
                submitted = self._following_submitted(engine)
                self._browsing = self._answering(engine)
                engine.runner.latest.start("comparing", self._comparing(engine, self.results))
                engine.runner.latest.start("catalogue", self.load_catalogue())
                engine.runner.latest.start("behind", asyncio.to_thread(_load_behind))
                program.join(engine)
                spending.changed.connect(lambda: self._on_spent(spending, accounts))
                self._on_spent(spending, accounts)
                engine.runner.latest.start("trash", keeping.empty_trash())
                engine.runner.latest.start("windows", self._join(keeping, engine))
                engine.runner.latest.start("prices", self._price(keeping, engine))
                await self._open_saved()
                live = await self._answer(keeping, spending)
                program.settle()
                budgeting = await self._budgeting(keeping)
                network = await self._watch_network()
                sleep = await self._watch_sleep()
                # Read from the disk now, so that it opens at the first press.
                await asyncio.to_thread(importlib.import_module, "fal_studio.ui.queue.dock")
                await closing.wait()
                if network is not None:
                    network.close()
                if sleep is not None:
                    sleep.close()
                budgeting.close()
                live.close()
                submitted.close()
                saving.close()
                describing.close()
                program.leave()
                self._browsing.close()
                await self.results.close()
                self.results = self.reconciling = self._browsing = None
        finally:
            program.records.leave()
            program.runs.guard.use(None)
            program.runs.purse = None
            await spending.close()
            await keeping.close()

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

    async def _watch_network(self) -> "Network | None":
        """Watch whether there is a network; None where nobody tells."""
        program = self._program
        if not program.watches_system:
            return None
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.network")
        source = module.of_system()
        return module.Network(program.window, program.do, source, self) if source is not None else None

    async def _watch_sleep(self) -> "LogindSleep | None":
        """Hear when the machine wakes; None where only the clock shows it (`jobs.sleep`)."""
        program = self._program
        if not program.watches_system or sys.platform != "linux":
            return None
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.logind")
        sleep: LogindSleep = module.LogindSleep(self)
        sleep.woke.connect(self._on_woke)
        return sleep

    def _on_woke(self) -> None:
        self._program.do(lambda engine: engine.runner.note_wake())

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

    def _emulator_folder(self) -> Path | None:
        """Return where the emulator keeps its jobs; None in a second window, whose emulator forgets them."""
        folder = self._program.kept.data / "emulator"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None
        is_ours = self._instance.isLocked() or self._instance.tryLock(0)
        return folder if is_ours else None

    async def _open(self, keeping: "Keeping") -> "list[OpenCall]":
        keeping.troubled.connect(self._on_store_troubled)  # a slot of this object: it runs in this thread
        keeping.recovered.connect(self._on_store_recovered)
        self._program.blobs.use(keeping.blobs)
        found = await keeping.open()
        self._program.records.use(keeping.ledger)
        self._program.runs.guard.use(keeping.ledger)
        return found

    async def _join(self, keeping: "Keeping", engine: "Engine") -> None:
        """Take in what other windows recorded beside the ledger, soon after they are gone."""
        while True:
            await asyncio.sleep(JOIN_EVERY_S)
            found = await keeping.join()
            if found is None:
                continue
            self._take_up(engine, found)
            if self.results is not None:
                await self.results.look_again()
            if self.reconciling is not None:
                self.reconciling.look_again()
            self._program.window.history.note_joined()

    def _take_up(self, engine: "Engine", open_calls: "list[OpenCall]") -> None:
        """Show the calls that had not ended when the program last did, and follow those that a queue has.

        What waited in line was never sent: it waits again, until somebody says that it may go.
        """
        for found in open_calls:
            self._program.log.restore(list(found.events))
            if found.request is None:
                continue
            self._show_earlier(found.call, found.request, found.events)
            state = fold(found.events)
            if found.ticket is not None:
                engine.runner.resume(found.call, found.request)
            elif not state.is_ended:
                engine.runner.wait_again(found.call, found.request, state.held_order)

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

    def _finding_out(self, keeping: "Keeping", engine: "Engine") -> "Reconciling | None":
        # In a window beside another one the list of requests is no proof: those of the other cannot be told apart.
        if keeping.ledger is None or keeping.is_beside:
            return None
        module: Any = importlib.import_module("fal_studio.app.reconciling")
        program = self._program
        reconciling: Reconciling = module.Reconciling(
            program.log, keeping.ledger, engine, program.blobs.keep, self._show_earlier
        )
        engine.runner.latest.start("reconcile", reconciling.run())
        return reconciling

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

    def _show_earlier(self, call: str, request: Request, events: Sequence[Event]) -> None:
        """Show a call of an earlier run of the program."""
        is_shown = self._program.calls.has(call)
        self._program.calls.add(call, request)
        if not is_shown:
            self._program.window.take(events)

    def _on_emulator_ready(self, addresses: Addresses) -> None:
        window = self._program.window
        window.banner.settle("emulator")
        window.code.set_profile(profile_of(addresses))
        window.show_server(
            tr("Emulator at {base}").format(base=addresses.base.removeprefix("http://")), addresses.base
        )

    def _on_emulator_failed(self, sentence: str, printed: str) -> None:
        window = self._program.window
        window.show_server(tr("Emulator not running"), "")
        window.banner.tell(sentence, printed, actions={"emulator": tr("Start it again")}, about="emulator")

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
