"""What is removed for good is gone from the ledger and the blobs, but not what others need."""

import json
from pathlib import Path

from fal_studio.core import events as e
from fal_studio.core.history import Query
from fal_studio.core.request import Mode, Request
from fal_studio.core.search import parse
from fal_studio.store import blobs as module
from fal_studio.store.blobs import BlobStore
from fal_studio.store.purge import LeavingFolder
from tests.store.conftest import Desk

WAIT_S = 60


def blob(store: BlobStore, data: bytes) -> dict[str, object]:
    kept = store.keep(data, "image/png")
    return {"$blob": {"sha256": kept.sha256, "size_bytes": kept.size_bytes, "content_type": "image/png"}}


def end(desk: Desk, call: str, prompt: object, *facts: e.Fact) -> None:
    desk.ledger.intend(call, Request("fal-ai/flux", Mode.RUN, {"prompt": prompt}, "fal"), 1.7e9)
    desk.happen(call, e.Started(1.7e9, "fal-ai/flux", Mode.RUN, "fal"), *facts)


def test_rows_texts_and_blobs_go_and_shared_blobs_stay(desk: Desk, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "JUST_NOW_S", 0.0)
    store = BlobStore(tmp_path / "blobs", desk.problems.append)
    own, shared, stream, fetched = (blob(store, data) for data in (b"own", b"shared", b"stream", b"fetched"))
    url = "https://x.example/a.png"
    sha = fetched["$blob"]["sha256"]
    end(
        desk,
        "a",
        "a tiger",
        e.Partial(0, {"image": {"url": stream}}),
        e.Output({"images": [{"url": own}, {"url": shared}, {"url": url}]}),
        e.Download(url, e.FileState.KEPT, 7, 7, sha, "image/png"),
    )
    end(desk, "b", "a lion", e.Output({"images": [{"url": shared}]}))
    end(desk, "open", "a bear")
    assert store.flush(WAIT_S)
    left = desk.ledger.purge(["a", "open", "nobody"]).result(WAIT_S)
    assert left.calls == 1
    assert set(left.blobs) == {own["$blob"]["sha256"], stream["$blob"]["sha256"], sha}
    assert left.urls == (url,)
    assert store.drop(left.blobs) == 3
    assert store.load(shared["$blob"]["sha256"]) == b"shared"
    assert [row.call for row in desk.ledger.search(Query()).result(WAIT_S).rows] == ["open", "b"]
    assert desk.ledger.search(parse("tiger").query).result(WAIT_S).total == 0
    assert desk.ledger.events_of("a").result(WAIT_S) == ()
    assert desk.ledger.request_of("a").result(WAIT_S) is None
    assert desk.ledger.kept(url).result(WAIT_S) is None
    assert desk.ledger.counts().result(WAIT_S) == (2, 0)
    assert store.close()


def test_a_blob_that_was_kept_just_now_is_not_dropped(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, lambda problem: None)
    kept = store.keep(b"fresh", "")
    assert store.flush(WAIT_S)
    assert store.drop([kept.sha256]) == 0
    assert store.load(kept.sha256) == b"fresh"
    assert store.usage() == (1, 5)
    assert store.close()


def test_the_folder_for_the_trash_is_readable_by_people(desk: Desk, tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", desk.problems.append)
    picture = store.keep(b"a picture", "image/png")
    url = "https://x.example/files/tiger%20one.png?x=1"
    for call in ("a", "b"):
        end(
            desk,
            call,
            "a tiger: red/blue",
            e.Output({"images": [{"url": url}, {"url": url + "&y=2"}]}),
            e.Download(url, e.FileState.KEPT, 9, 9, picture.sha256, "image/png"),
            e.Download(url + "&y=2", e.FileState.KEPT, 9, 9, picture.sha256, "image/png"),
        )
    assert store.flush(WAIT_S)
    folder = LeavingFolder(tmp_path / "leaving", "fal Studio calls", store.path_of)
    for one in desk.ledger.leaving(["a", "b", "nobody"]).result(WAIT_S):
        folder.add(one)
    names = sorted(path.name for path in folder.path.iterdir())
    assert len(names) == 2
    assert names[0].startswith("2023-11-1")
    assert "fal-ai flux" in names[0]
    assert names[0].endswith("a tiger_ red_blue")
    below = folder.path / names[0]
    assert sorted(path.name for path in below.iterdir()) == [
        "call.json",
        "tiger one (2).png",
        "tiger one.png",
    ]
    assert (below / "tiger one.png").read_bytes() == b"a picture"
    told = json.loads((below / "call.json").read_text("utf-8"))
    assert told["request"]["arguments"] == {"prompt": "a tiger: red/blue"}
    assert [event["fact"]["fact"] for event in told["events"]][:2] == ["Started", "Output"]
    folder.drop()
    assert not folder.path.exists()
    assert store.close()
