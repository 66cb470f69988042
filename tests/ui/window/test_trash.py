"""What is removed for good lies in the system's trash, readable; if there is no trash, nothing is removed."""

import asyncio
import json
from pathlib import Path

import pytest

from fal_studio.app import keeping as module
from fal_studio.app.keeping import Keeping
from fal_studio.core import events as e
from fal_studio.core.history import Query, Usage
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.store.problems import StoreError
from tests.conftest import InLoop

REQUEST = Request("fal-ai/flux", Mode.RUN, {"prompt": "a tiger"}, "fal")


async def opened(folder: Path) -> tuple[Keeping, EventLog]:
    log = EventLog()
    keeping = Keeping(folders(folder), log)
    await keeping.open()
    for call in ("a", "b"):
        await keeping.intend(call, REQUEST)
        log.append(call, e.Started(1.7e9, "fal-ai/flux", Mode.RUN, "fal"))
        log.append(call, e.Output({"seed": 1}))
    return keeping, log


def test_purged_calls_lie_in_the_systems_trash(in_loop: InLoop, own_home: Path, tmp_path: Path) -> None:
    async def main() -> Usage:
        keeping, _ = await opened(tmp_path)
        assert await keeping.purge(["a"]) == 1
        assert keeping.ledger is not None
        page = await asyncio.wrap_future(keeping.ledger.search(Query()))
        assert [row.call for row in page.rows] == ["b"]
        usage = await keeping.usage()
        await keeping.close()
        return usage

    usage = in_loop(main())
    (folder,) = (own_home / "data" / "Trash" / "files").iterdir()
    assert folder.name.startswith("fal Studio calls, ")
    (record,) = folder.glob("*/call.json")
    assert json.loads(record.read_text("utf-8"))["request"]["arguments"] == {"prompt": "a tiger"}
    assert list((own_home / "data" / "Trash" / "info").iterdir())
    assert list((tmp_path / "data" / "leaving").iterdir()) == []
    assert (usage.calls, usage.trashed) == (1, 0)
    assert usage.ledger_bytes > 0
    assert usage.free_bytes > 0


def test_without_a_trash_nothing_is_removed(
    in_loop: InLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_trash(path: Path) -> None:
        raise StoreError(module.Trouble.OTHER, f"{path} could not be moved.", "Nothing was removed.")

    monkeypatch.setattr(module, "to_trash", no_trash)

    async def main() -> None:
        keeping, _ = await opened(tmp_path)
        with pytest.raises(StoreError):
            await keeping.purge(["a"])
        assert keeping.ledger is not None
        assert (await asyncio.wrap_future(keeping.ledger.counts())) == (2, 0)
        await keeping.close()

    in_loop(main())
    assert list((tmp_path / "data" / "leaving").iterdir()) == []


def test_what_was_removed_in_an_earlier_run_goes_to_the_systems_trash(
    in_loop: InLoop, own_home: Path, tmp_path: Path
) -> None:
    async def main() -> list[str]:
        keeping, _ = await opened(tmp_path)
        assert keeping.ledger is not None
        await asyncio.wrap_future(keeping.ledger.delete(["a"]))
        await keeping.empty_trash()  # this run can still undo it
        assert not (own_home / "data" / "Trash").exists()
        await keeping.close()
        later = Keeping(folders(tmp_path), EventLog())
        await later.open()
        await later.empty_trash()
        assert later.ledger is not None
        left = await asyncio.wrap_future(later.ledger.search(Query(in_trash=True)))
        kept = await asyncio.wrap_future(later.ledger.search(Query()))
        await later.close()
        return [row.call for row in (*left.rows, *kept.rows)]

    assert in_loop(main()) == ["b"]
    (folder,) = (own_home / "data" / "Trash" / "files").iterdir()
    assert len(list(folder.glob("*/call.json"))) == 1
