"""Exported rows can be read again, and no text of a result becomes a formula."""

import csv
import io
import json

from fal_studio.core.call import Phase
from fal_studio.core.export import COLUMNS, csv_of, json_of
from fal_studio.core.history import CallRow
from fal_studio.core.request import Mode

ROW = CallRow(
    call="c1",
    created_s=1_700_000_000.25,
    endpoint="fal-ai/flux/dev",
    mode=Mode.SUBMIT,
    profile="work",
    phase=Phase.DONE,
    ended=True,
    elapsed_s=4.31,
    request_id="r1",
    prompt='A "red" hat, two\ngreen boats',
    seed=str(2**80),
    cost_usd=0.1,
)


def test_csv_and_json_hold_the_same() -> None:
    read = list(csv.DictReader(io.StringIO(csv_of([ROW]), newline="")))
    told = json.loads(json_of([ROW]))
    assert [tuple(row) for row in read] == [COLUMNS]
    for row in (read[0], told[0]):
        assert (row["started"], row["state"], row["mode"]) == (
            "2023-11-14T22:13:20.250+00:00",
            "done",
            "submit",
        )
        assert (row["prompt"], row["seed"], str(row["cost_usd"])) == (ROW.prompt, ROW.seed, "0.1")
    assert read[0]["run_s"] == ""
    assert told[0]["run_s"] is None


def test_no_text_becomes_a_formula() -> None:
    row = CallRow(call="c", prompt="=HYPERLINK(1)", message="@SUM(A1)", seed="-5")
    [read] = csv.DictReader(io.StringIO(csv_of([row])))
    assert (read["prompt"], read["message"], read["seed"]) == ("'=HYPERLINK(1)", "'@SUM(A1)", "'-5")
    assert json.loads(json_of([row]))[0]["prompt"] == "=HYPERLINK(1)"
