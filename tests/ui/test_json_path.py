"""Values that somebody takes out of events: whatever is typed, it is understood or told, and nothing breaks."""

import pytest

from fal_studio.ui.stream.json_path import pick_of

PAYLOADS = (None, 1, "a", [], {}, {"a": [{"b": 1}]})


@pytest.mark.parametrize(("path", "found"), [("$.a[*].b", [1]), ("a", [[{"b": 1}]]), ("`parent`", [])])
def test_what_it_names_is_taken_out_of_any_payload(path: str, found: list[object]) -> None:
    pick, why = pick_of(path)
    assert why == ""
    assert pick is not None
    assert [pick(payload) for payload in PAYLOADS][-1] == found


@pytest.mark.filterwarnings("ignore:The .&. .intersection.:DeprecationWarning")
def test_what_the_parser_reads_and_cannot_do_is_told() -> None:
    for path in ("$.a & $.b", "$.a.(b & c)", "$..(a & b)", "$.a where (b & c)", "$.a[0].(b & c)"):
        assert pick_of(path) == (None, "A part of this JSONPath is not supported."), path
    assert "no JSONPath" in pick_of("$..[")[1]
    assert pick_of(" ") == (None, "")
