"""The file of accounts: names and hosts, never a key."""

import logging
from pathlib import Path

import msgspec

from fal_studio.core.accounts import Account, name_problem
from fal_studio.store.files import write_whole
from fal_studio.store.problems import problem_of

_logger = logging.getLogger(__name__)


class _File(msgspec.Struct):
    accounts: tuple[Account, ...] = ()


def load(path: Path) -> tuple[Account, ...]:
    """Return the accounts; none where there is no file or it cannot be read. Blocks."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File).accounts
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        _logger.warning("%s cannot be read; add the keys again", path)
        return ()
    known: dict[str, Account] = {}
    for account in found:
        if not name_problem(account.name, tuple(known)):
            known[account.name] = account
    return tuple(known.values())


def save(path: Path, accounts: tuple[Account, ...]) -> None:
    """Write those down that outlive the program. Raises StoreError. Blocks."""
    kept = _File(tuple(account for account in accounts if not account.session_only))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n", durable=True)
    except OSError as error:
        raise problem_of(error, path) from error
