"""Catalogue records are read whatever they lack."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.core import model
from fal_studio.core.model import Model

RECORD = {
    "endpoint_id": "studio/painter/v2",
    "metadata": {
        "display_name": "Painter [v2]",
        "category": "text-to-image",
        "description": "Paints **well**.",
        "status": "deprecated",
        "tags": ["", "fast", 3],
        "updated_at": "2026-04-21T17:47:32.206Z",
        "thumbnail_url": "https://cdn/thumb.jpg",
        "license_type": "research",
        "group": {"key": "painter", "label": "Text to Image"},
        "kind": "inference",
        "stream_url": "https://fal.ai/models/studio/painter/v2/stream",
        "duration_estimate": 0.5,
        "pinned": True,
    },
    "openapi": {"info": {"x-fal-metadata": {"playgroundUrl": "https://fal.ai/models/studio/painter/v2"}}},
}


def test_a_full_record() -> None:
    found = model.read(RECORD)
    assert found == Model(
        id="studio/painter/v2",
        title="Painter [v2]",
        category="text-to-image",
        description="Paints **well**.",
        status="deprecated",
        tags=("fast",),
        thumbnail_url="https://cdn/thumb.jpg",
        page_url="https://fal.ai/models/studio/painter/v2",
        license="research",
        kind="inference",
        family="painter",
        variant="Text to Image",
        updated_s=1776793652.206,
        duration_s=30.0,
        streams=True,
        is_pinned=True,
    )
    assert found.is_deprecated
    assert found.owner == "studio"


def test_an_unlisted_endpoint_has_only_its_name() -> None:
    found = model.read({"endpoint_id": "team/app"})
    assert found == Model(id="team/app", title="app", page_url="https://fal.ai/models/team/app")


@pytest.mark.parametrize("record", [None, [], "x", {}, {"endpoint_id": 7}, {"endpoint_id": ""}])
def test_what_names_no_endpoint_is_no_model(record: object) -> None:
    assert model.read(record) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=40)
@given(
    st.fixed_dictionaries(
        {
            "endpoint_id": st.text(min_size=1),
            "metadata": st.dictionaries(st.sampled_from(list(RECORD["metadata"])), JSON),
            "openapi": JSON,
        }
    )
)
def test_any_record_can_be_read(record: dict[str, object]) -> None:
    found = model.read(record)
    assert found is not None
    assert found.id == record["endpoint_id"]
    model.document_of(record)


def test_a_document_that_could_not_be_expanded_is_none() -> None:
    assert model.document_of({"openapi": {"error": {"code": "expansion_failed"}}}) is None
    assert model.document_of(RECORD) == RECORD["openapi"]


@pytest.mark.parametrize(
    ("words", "category", "status", "fits"),
    [
        ("", "", "", True),
        ("PAINT well", "", "", True),
        ("fast studio", "text-to-image", "deprecated", True),
        ("video", "", "", False),
        ("", "text-to-video", "", False),
        ("", "", "active", False),
    ],
)
def test_offline_search(words: str, category: str, status: str, fits: bool) -> None:
    found = model.read(RECORD)
    assert found is not None
    assert model.matches(found, words, category, status) is fits
