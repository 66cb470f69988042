"""Private runs leave no record when somebody says so: fal is asked to delete what it has, then it goes here for good."""

import asyncio
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.app.forgetting import forget, is_refusal
from fal_studio.app.keeping import Keeping
from fal_studio.core.events import Failed
from fal_studio.core.prices import is_free
from fal_studio.modes.base import CallError
from fal_studio.store.problems import StoreError
from fal_studio.ui.widgets.toasts import News
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.program import Program
    from fal_studio.core.history import CallRow


class _End(Enum):
    """What became of a call at fal."""

    GONE = 1
    REFUSED = 2
    """The key may not delete."""
    UNASKED = 3


class _CannotError(Exception):
    """Why nothing is removed, in words."""


_MOVING = tr("Its files are still being fetched: remove it when they are here.")
_NOT_RECORDED = tr("Nothing is recorded in this window, so there is nothing to remove.")


class Erasing(QObject):
    """Answers the window's wish; lives as long as the engine."""

    def __init__(self, program: "Program", keeping: Keeping, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program, self._keeping = program, keeping
        program.window.erase_wanted.connect(self._on_erase_wanted)

    def _on_erase_wanted(self, calls: tuple[str, ...]) -> None:
        self._program.do(
            lambda engine: engine.runner.latest.start(f"erase {calls[0]}", self._erase(engine, calls))
        )

    async def _erase(self, engine: "Engine", calls: Sequence[str]) -> None:
        """Delete at fal first: once the record is gone nobody knows the request's number any more."""
        try:
            rows = await self._rows(calls)
            ends = [await self._end_at_fal(engine, row) for row in rows]
            await self._keeping.erase([row.call for row in rows])
        except (CallError, StoreError, _CannotError) as problem:
            self._program.window.banner.tell(
                tr("It was not removed. {words}").format(words=_words(problem)), is_bad=False, about="erasing"
            )
            return
        self._forget([row.call for row in rows])
        refused = [row.request_id for row, end in zip(rows, ends, strict=True) if end is _End.REFUSED]
        self._tell(refused, is_all_gone=all(end is _End.GONE for end in ends))

    async def _rows(self, calls: Sequence[str]) -> "list[CallRow]":
        ledger = self._keeping.ledger
        if ledger is None or not self._keeping.is_recording:
            raise _CannotError(_NOT_RECORDED)
        found = [await asyncio.wrap_future(ledger.row(call)) for call in calls]
        rows = [row for row in found if row is not None]
        if any(row.is_fetching for row in rows):
            raise _CannotError(_MOVING)
        return rows

    async def _end_at_fal(self, engine: "Engine", row: "CallRow") -> _End:
        """Let fal delete what it has of a call; raises CallError when it may have something and did not answer."""
        if is_free(row.profile) or not row.request_id:
            # The emulator was told to keep nothing; without a number nothing can be asked for.
            return _End.UNASKED
        try:
            gone = await forget(engine, self._program.window.accounts, row.profile, row.request_id)
        except CallError as error:
            fact = error.fact
            if isinstance(fact, Failed) and fact.status == 404:
                return _End.GONE  # there is nothing of it there
            if is_refusal(error):
                return _End.REFUSED
            raise
        if gone.left:
            raise _CannotError(
                tr("{left} files could not be deleted at fal. Try again later.").format(left=gone.left)
            )
        return _End.GONE

    def _forget(self, calls: Sequence[str]) -> None:
        program = self._program
        for space in program.window.workspaces.values():
            if space.result.call in calls:
                space.result.show_nothing()
        for call in calls:
            program.log.forget(call)
            program.calls.forget(call)
        program.window.history.note_erased(calls)
        for space in program.window.workspaces.values():
            space.refresh()

    def _tell(self, refused: Sequence[str], *, is_all_gone: bool) -> None:
        if refused:
            self._program.window.banner.tell(
                tr(
                    "It is gone here. fal was told not to keep inputs and outputs, but to delete result files "
                    "before their minute is over it wants a key with ADMIN scope. Its number at fal: {refused}"
                ).format(refused=", ".join(refused)),
                is_bad=False,
                about="erasing",
            )
        else:
            where = tr("here and at fal") if is_all_gone else tr("here")
            self._program.window.toasts.tell(
                News(tr("The private run is gone {where}").format(where=where), "good")
            )


def _words(problem: CallError | StoreError | _CannotError) -> str:
    fact = problem.fact if isinstance(problem, CallError) else None
    return f"{problem} {fact.next_step}".strip() if isinstance(fact, Failed) else str(problem)
