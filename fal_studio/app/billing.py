"""What fal billed, for the panel of what was spent: read with an ADMIN key, put beside the book of spending."""

import asyncio
import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimeZone

from fal_studio.app.spending import Spending
from fal_studio.core.events import Failed
from fal_studio.core.usage import compared
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import usage
from fal_studio.store.problems import StoreError
from fal_studio.ui.spent import DAYS
from fal_studio.words import tr

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
            http = await engine.runner.http(profile)
            billed = await usage.daily(http, first, zone)
            mine, others = await self._of_account(engine, profile, http)
            ours = await self._spending.days(mine, first)
        except CallError as error:
            fact = error.fact
            step = fact.next_step if isinstance(fact, Failed) else ""
            self._spent.billed_failed.emit(f"{error} {step}".strip())
        except StoreError as problem:
            self._spent.billed_failed.emit(str(problem))
        else:
            found = await asyncio.to_thread(compared, billed, ours)
            self._spent.billed.emit(found, _whose(mine, others))

    async def _of_account(
        self, engine: "Engine", profile: str, http: Http
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the profiles on the bill, and those of the same hosts that are not, or of which nobody can tell.

        On the bill are those whose key is one of the account's: fal lists their ids, which are no secrets.
        """
        others = self._beside(profile)
        try:
            ids = await usage.key_ids(http) if others else frozenset[str]()
        except CallError:
            return (profile,), others
        found = [profile]
        for name in others:
            with contextlib.suppress(CallError):  # its key cannot be had just now
                if (await engine.access(name)).key.partition(":")[0] in ids:
                    found.append(name)
        return tuple(found), tuple(name for name in others if name not in found)

    def _beside(self, profile: str) -> tuple[str, ...]:
        """Return the other profiles that have a key for the same hosts."""
        accounts = self._program.window.accounts
        mine = accounts.account(profile)
        if mine is None:
            return ()
        others = ((name, accounts.account(name)) for name in accounts.names if name != profile)
        return tuple(
            name for name, one in others if one is not None and one.has_key and one.hosts == mine.hosts
        )


def _whose(mine: tuple[str, ...], others: tuple[str, ...]) -> str:
    """Say whose calls are ours."""
    words = tr(
        "Ours is what {listed} spent on this machine; what others ran with the account is only in the bill."
    ).format(listed=_listed(mine))
    if not others:
        return words
    if len(others) == 1:
        return tr("{words} {others} is not counted: its key is not known to be of this account.").format(
            words=words, others=others[0]
        )
    return tr("{words} {listed} are not counted: their keys are not known to be of this account.").format(
        words=words, listed=_listed(others)
    )


def _listed(names: tuple[str, ...]) -> str:
    return (
        names[0]
        if len(names) == 1
        else tr("{names} and {names_2}").format(names=", ".join(names[:-1]), names_2=names[-1])
    )
