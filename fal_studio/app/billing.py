"""What fal billed, for the panel of what was spent: read with an ADMIN key, put beside the book of spending."""

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimeZone

from fal_studio.app.spending import Spending
from fal_studio.core.events import Failed
from fal_studio.core.usage import compared
from fal_studio.modes.base import CallError
from fal_studio.services import usage
from fal_studio.store.problems import StoreError
from fal_studio.ui.spent import DAYS

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.program import Program


class Billing(QObject):
    """Answers the window's wish; lives as long as the engine."""

    def __init__(self, program: "Program", spending: Spending, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program, self._spending = program, spending
        self._spent = program.window.today.spent
        self._spent.billed_wanted.connect(self._on_wanted)
        self._spent.put_ready()

    def _on_wanted(self, profile: str) -> None:
        self._program.do(lambda engine: engine.runner.latest.start("billed", self._read(engine, profile)))

    async def _read(self, engine: "Engine", profile: str) -> None:
        today = dt.datetime.now().astimezone().date()
        first = (today - dt.timedelta(days=DAYS - 1)).isoformat()
        zone = bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"
        try:
            billed = await usage.daily(await engine.runner.http(profile), first, zone)
            ours = await self._spending.days(self._beside(profile), first)
        except CallError as error:
            fact = error.fact
            step = fact.next_step if isinstance(fact, Failed) else ""
            self._spent.billed_failed.emit(f"{error} {step}".strip())
        except StoreError as problem:
            self._spent.billed_failed.emit(str(problem))
        else:
            found = await asyncio.to_thread(compared, billed, ours)
            self._spent.billed.emit(found)

    def _beside(self, profile: str) -> tuple[str, ...]:
        """Return the profiles whose calls may be on the same bill: those of the same hosts."""
        accounts = self._program.window.accounts
        mine = accounts.account(profile)
        if mine is None:
            return (profile,)
        others = ((name, accounts.account(name)) for name in accounts.names)
        return tuple(name for name, one in others if one is not None and one.hosts == mine.hosts)
