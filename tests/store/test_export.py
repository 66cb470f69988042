"""Calls leave as CSV and JSON that other programs read, newest first, without secrets, while work goes on."""

import csv
import json
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.history import ExportAs, Query
from fal_studio.core.request import Mode, Options, Request
from fal_studio.core.search import parse
from fal_studio.store.problems import StoreError
from tests.store.conftest import Desk

WAIT_S = 100
KEY = "0a1b2c3d-id:5ec4e7c0ffee5ec4e7c0ffee"


def make(desk: Desk, call: str, prompt: str, *facts: e.Fact, **options: object) -> None:
    request = Request("fal-ai/flux", Mode.RUN, {"prompt": prompt}, "fal", Options(**options))
    desk.ledger.intend(call, request, 1_700_000_000.0)
    desk.happen(call, e.Started(1_700_000_000.0, "fal-ai/flux", Mode.RUN, "fal"), *facts)


def test_json_holds_requests_results_and_files(desk: Desk, tmp_path: Path) -> None:
    output = {"images": [{"url": "https://x.example/1.png", "content_type": "image/png"}], "seed": 7}
    make(desk, "a", "a “tiger”\n赤い", e.Output(output))
    make(desk, "b", "a lion", e.Failed(e.FailureKind.SERVER, "No."))
    make(desk, "c", "other")
    path = tmp_path / "new" / "calls.json"
    assert desk.ledger.export(parse("-other").query, path, ExportAs.JSON).result(WAIT_S) == 2
    newest, oldest = json.loads(path.read_text("utf-8"))
    assert (newest["call"], newest["phase"], newest["message"]) == ("b", "failed", "No.")
    assert oldest["request"]["arguments"] == {"prompt": "a “tiger”\n赤い"}
    assert oldest["result"] == output
    assert oldest["files"][0]["url"] == "https://x.example/1.png"
    assert oldest["created"].startswith("2023-11-14T2")
    assert [file.name for file in path.parent.iterdir()] == ["calls.json"]


def test_csv_opens_in_a_spreadsheet_and_starts_no_formula(desk: Desk, tmp_path: Path) -> None:
    make(desk, "a", '=HYPERLINK("http://evil.example")', e.Output({"seed": 7}))
    make(desk, "b", 'said "hi",\nthen left', e.Output({}))
    path = tmp_path / "calls.csv"
    assert desk.ledger.export(Query(), path, ExportAs.CSV).result(WAIT_S) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        newest, oldest = csv.DictReader(file)
    assert newest["prompt"] == 'said "hi", then left'
    assert json.loads(newest["arguments"]) == {"prompt": 'said "hi",\nthen left'}
    assert oldest["prompt"].startswith("'=HYPERLINK")
    assert (oldest["seed"], oldest["cost_usd"], oldest["phase"]) == ("7", "", "done")


@pytest.mark.parametrize("form", ExportAs)
def test_no_secret_leaves(desk: Desk, tmp_path: Path, form: ExportAs) -> None:
    url = "https://x.example/a.png?token=abcdef0123456789"
    make(
        desk,
        "a",
        f"my key is {KEY}",
        e.Output({"images": [{"url": url}], "echo": f"Key {KEY}"}),
        headers={"Authorization": f"Key {KEY}", "X-Mine": "kept"},
    )
    path = tmp_path / "calls"
    desk.ledger.export(Query(), path, form, (KEY,)).result(WAIT_S)
    text = path.read_text("utf-8")
    assert KEY.partition(":")[2] not in text
    assert "abcdef0123456789" not in text
    if form is ExportAs.JSON:
        assert json.loads(text)[0]["request"]["options"]["headers"]["X-Mine"] == "kept"


def test_many_calls_are_written_a_few_at_a_time_so_that_others_need_not_wait(
    desk: Desk, tmp_path: Path
) -> None:
    for number in range(450):
        make(desk, f"c{number}", "tiger")
    path = tmp_path / "calls.json"
    order: list[str] = []
    whole = desk.ledger.export(Query(), path, ExportAs.JSON)
    whole.add_done_callback(lambda _: order.append("export"))
    desk.ledger.row("c1").add_done_callback(lambda _: order.append("row"))
    assert whole.result(WAIT_S) == 450
    assert [call["call"] for call in json.loads(path.read_text())] == [f"c{n}" for n in reversed(range(450))]
    assert order == ["row", "export"]


def test_an_export_that_cannot_be_written_leaves_the_old_file(desk: Desk, tmp_path: Path) -> None:
    make(desk, "a", "x")
    (tmp_path / "taken").mkdir()
    with pytest.raises(StoreError, match="taken"):
        desk.ledger.export(Query(), tmp_path / "taken", ExportAs.JSON).result(WAIT_S)
    with pytest.raises(ValueError, match="null byte"):
        desk.ledger.export(Query(), tmp_path / "taken" / "x\0y" / "z", ExportAs.JSON).result(WAIT_S)
    assert not list((tmp_path / "taken").iterdir())
    assert not list(tmp_path.glob(".export-*"))
