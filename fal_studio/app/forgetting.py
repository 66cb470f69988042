"""Deleting at fal: with the key that made the request, else with one for the same hosts that may delete."""

from typing import TYPE_CHECKING, NamedTuple

from fal_studio.core.events import Failed, FailureKind
from fal_studio.modes.base import CallError
from fal_studio.services import requests
from fal_studio.ui.accounts import Accounts

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine


class Forgotten(NamedTuple):
    """What fal did."""

    files: int
    """Result files that went, too."""
    left: int
    """Result files that could not be deleted."""
    profile: str
    """Whose key it was asked with."""


async def forget(engine: "Engine", accounts: Accounts, profile: str, request_id: str) -> Forgotten:
    """Let fal delete what it keeps of a request; raises CallError, that of the profile's own key where no key may."""
    refused: CallError | None = None
    for name in (profile, *_beside(accounts, profile)):
        try:
            files, left = await requests.forget(await engine.runner.http(name), request_id)
        except CallError as error:
            if name == profile and not is_refusal(error):
                raise
            if name == profile:
                refused = error
            continue  # of another account, or with no more rights
        return Forgotten(files, left, name)
    assert refused is not None, "its own key comes first"
    raise refused


def is_refusal(error: CallError) -> bool:
    """Whether the key may not delete."""
    fact = error.fact
    return isinstance(fact, Failed) and fact.kind is FailureKind.AUTH and fact.status == 403


def _beside(accounts: Accounts, profile: str) -> tuple[str, ...]:
    mine = accounts.account(profile)
    if mine is None:
        return ()
    others = ((name, accounts.account(name)) for name in accounts.names if name != profile)
    return tuple(name for name, one in others if one is not None and one.has_key and one.hosts == mine.hosts)
