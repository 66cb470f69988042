"""Names of saved results: facts where the template wants them, safe parts, nothing that leads out of the folder."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core.naming import USUAL, WORDS, filled, problem_of

FACTS = {
    "endpoint": "fal-ai/flux/dev", "model": "flux/dev", "date": "2026-11-26", "seed": "7", "index": "2",
    "name": "out.webp", "prompt": "a ../../cat\n\0 \u202e" + "x" * 500,
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        (USUAL, ("2026-11-26 flux-dev 7 2.webp",)),
        ("{date}/{model}/{seed}_{index}", ("2026-11-26", "flux-dev", "7_2.webp")),
        ("../../{seed}", ("7.webp",)),
        ("/etc/{seed}", ("etc", "7.webp")),
        ("", ("result.webp",)),
        ("{request_id}", ("result.webp",)),
        ("C:\\{seed}", ("C_", "7.webp")),
    ],
)
def test_a_template_is_filled(template: str, parts: tuple[str, ...]) -> None:
    assert filled(template, FACTS) == parts


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(WORDS), st.text(max_size=200)))
def test_no_name_leads_out_of_the_folder(template: str, facts: dict[str, str]) -> None:
    parts = filled(template + "{prompt}{name}", facts, "image/png")
    assert 1 <= len(parts) <= 4
    for part in parts:
        assert part not in ("", ".", "..")
        assert PurePosixPath(part).name == part
        assert len(part.encode()) < 200


def test_what_is_wrong_with_a_template_is_said() -> None:
    assert problem_of("{date} {seed}") == ""
    assert "{sed} is not known" in problem_of("{sed}")
    assert "brace" in problem_of("{date")
