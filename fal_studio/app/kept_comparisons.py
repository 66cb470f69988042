"""Kept comparisons for the window: listed, opened as they were, removed, and written as reports."""

import asyncio
import importlib
from collections.abc import Callable, Collection, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.core.redact import Redactor
from fal_studio.services.analyst import Analyst, AnalystError
from fal_studio.store.comparisons import KeptComparisons, read_file
from fal_studio.store.problems import StoreError
from fal_studio.ui.comparisons import Comparisons
from fal_studio.words import tr

KEEP_S = 60.0
"""How long the process that computes numbers is kept without work."""
T = TypeVar("T")
Start = Callable[[str, Coroutine[Any, Any, None]], None]
"""Begins work in a slot, ending what is there."""


class KeptDesk(QObject):
    """Answers the wishes about comparisons that are kept."""

    def __init__(
        self,
        door: Comparisons,
        kept: KeptComparisons,
        start: Start,
        secrets: Collection[str],
        parent: QObject | None = None,
    ) -> None:
        """`secrets` are kept out of reports; more may come to it later."""
        super().__init__(parent)
        self._door, self._kept, self._start, self._secrets = door, kept, start, secrets
        self._analyst = Analyst()
        door.list_wanted.connect(self._on_list_wanted)
        door.open_wanted.connect(self._on_open_wanted)
        door.file_wanted.connect(self._on_file_wanted)
        door.delete_wanted.connect(self._on_delete_wanted)
        door.restore_wanted.connect(self._on_restore_wanted)
        door.rename_wanted.connect(self._on_rename_wanted)
        door.export_wanted.connect(self._on_export_wanted)

    def close(self) -> None:
        """Hear no more wishes."""
        self._analyst.shut()
        self._door.list_wanted.disconnect(self._on_list_wanted)
        self._door.open_wanted.disconnect(self._on_open_wanted)
        self._door.file_wanted.disconnect(self._on_file_wanted)
        self._door.delete_wanted.disconnect(self._on_delete_wanted)
        self._door.restore_wanted.disconnect(self._on_restore_wanted)
        self._door.rename_wanted.disconnect(self._on_rename_wanted)
        self._door.export_wanted.disconnect(self._on_export_wanted)

    async def keep(self, comparison: Comparison) -> None:
        """Write one; a disk that does not take it is told."""
        try:
            await asyncio.to_thread(self._kept.put, comparison)
        except StoreError as problem:
            self._door.trouble.emit(
                tr("The comparison could not be kept. {message} {next_step}").format(
                    message=problem.message, next_step=problem.next_step
                )
            )

    async def analysis(self, comparison: Comparison) -> Analysis:
        """Return a comparison's numbers; without any, and told, where they cannot be computed."""
        try:
            found = await asyncio.to_thread(self._analyst.analyse, comparison)
        except AnalystError as problem:
            self._door.trouble.emit(str(problem))
            return Analysis(())
        self._start("analyst", self._let_go())
        return found

    async def _let_go(self) -> None:
        await asyncio.sleep(KEEP_S)
        await asyncio.to_thread(self._analyst.close)

    def _on_list_wanted(self) -> None:
        self._start("comparisons", self._list())

    async def _list(self) -> None:
        try:
            self._door.listed.emit(await asyncio.to_thread(self._kept.all))
        except StoreError as problem:
            self._door.trouble.emit(
                tr("Kept comparisons cannot be listed. {message} {next_step}").format(
                    message=problem.message, next_step=problem.next_step
                )
            )

    def _on_open_wanted(self, comparison: str) -> None:
        self._start("open comparison", self._open(self._kept.get, comparison))

    def _on_file_wanted(self, path: str) -> None:
        self._start("open comparison", self._open(read_file, Path(path)))

    async def _open(self, read: Callable[[T], Comparison], which: T) -> None:
        try:
            kept = (await asyncio.to_thread(read, which)).at_rest
        except (StoreError, ValueError) as problem:
            self._door.trouble.emit(tr("The comparison cannot be opened: {problem}").format(problem=problem))
            return
        self._door.opened.emit(kept, await self.analysis(kept))

    def _on_delete_wanted(self, comparison: str) -> None:
        self._start("comparisons", self._change(tr("removed"), self._kept.remove, comparison))

    def _on_restore_wanted(self, comparison: str) -> None:
        self._start("comparisons", self._change(tr("brought back"), self._kept.restore, comparison))

    def _on_rename_wanted(self, comparison: str, title: str) -> None:
        self._start("comparisons", self._change(tr("renamed"), self._kept.rename, comparison, title))

    async def _change(self, what: str, change: Callable[..., None], *about: str) -> None:
        try:
            await asyncio.to_thread(change, *about)
        except (StoreError, ValueError) as problem:
            self._door.trouble.emit(
                tr("The comparison cannot be {what}: {problem}").format(what=what, problem=problem)
            )
        await self._list()

    def _on_export_wanted(self, comparison: Comparison, form: str, path: Path) -> None:
        self._start(f"export {path}", self._export(comparison, form, path))

    async def _export(self, comparison: Comparison, form: str, path: Path) -> None:
        reports: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.core.comparing.reports")
        files: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.store.files")
        analysis = await self.analysis(comparison)
        try:
            redactor = Redactor(self._secrets)
            data = await asyncio.to_thread(reports.report, form, comparison, analysis, redactor)
            await asyncio.to_thread(files.write_whole, path, data)
        except OSError as error:
            self._door.trouble.emit(
                tr("{name} could not be written: {strerror}. Choose another folder.").format(
                    name=path.name, strerror=error.strerror or error
                )
            )
        else:
            self._door.exported.emit(path)
