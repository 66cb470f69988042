"""The emulator of this window: started where its jobs are kept, its catalogue shown, and told when it does not run."""

import asyncio
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject

from fal_studio.app.emulator import Addresses, Emulator, EmulatorError
from fal_studio.app.endpoints import endpoints_of
from fal_studio.core.schema import checking
from fal_studio.services.emulator_process import profile_of
from fal_studio.ui.library.sketch import sketch_uri
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.browsing import Browsing
    from fal_studio.app.program import Program


class Emulating(QObject):
    """Starts, shows and ends it."""

    def __init__(
        self, program: "Program", running: Addresses | None = None, parent: QObject | None = None
    ) -> None:
        """`running`: an emulator that is there already."""
        super().__init__(parent)
        self._program = program
        self._instance = QLockFile(str(program.kept.data / "window.lock"))
        self.browsing: Browsing | None = None
        """Knows what the emulator had when it last ran; there when the engine is."""
        self.emulator = Emulator(self, running=running)
        self.emulator.ready.connect(self._on_ready)
        self.emulator.failed.connect(self._on_failed)

    def start(self) -> None:
        """Begin to start it."""
        self.emulator.start(self._folder())

    async def restart(self) -> None:
        """Start it again."""
        await self.emulator.stop()
        self.start()
        await self.load_catalogue()

    async def stop(self) -> None:
        """End it, and leave its folder to another window."""
        await self.emulator.stop()
        self._instance.unlock()

    async def load_catalogue(self) -> None:
        """Ask it what it has; without it, the window knows what was there last."""
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
        if self.browsing is not None:
            await self.browsing.note(records)

    async def _load_kept(self) -> None:
        program = self._program
        if self.browsing is None or program.catalogue.all():
            return
        records = await self.browsing.kept()
        program.catalogue.put(await asyncio.to_thread(endpoints_of, records, sketch_uri()))

    def _folder(self) -> Path | None:
        """Return where the emulator keeps its jobs; None in a second window, whose emulator forgets them."""
        folder = self._program.kept.data / "emulator"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None
        is_ours = self._instance.isLocked() or self._instance.tryLock(0)
        return folder if is_ours else None

    def _on_ready(self, addresses: Addresses) -> None:
        window = self._program.window
        window.banner.settle("emulator")
        window.code.set_profile(profile_of(addresses))
        window.show_server(
            tr("Emulator at {base}").format(base=addresses.base.removeprefix("http://")), addresses.base
        )

    def _on_failed(self, sentence: str, printed: str) -> None:
        window = self._program.window
        window.show_server(tr("Emulator not running"), "")
        window.banner.tell(sentence, printed, actions={"emulator": tr("Start it again")}, about="emulator")
