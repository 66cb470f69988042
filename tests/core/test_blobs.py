"""Bytes leave a payload and come back to the letter."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core.blobs import Blob, as_blob, blob_of, lift, restore


class Kept(dict[str, bytes]):
    def keep(self, data: bytes, content_type: str) -> Blob:
        blob = blob_of(data, content_type)
        self[blob.sha256] = data
        return blob


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_lift_and_restore_are_inverse(value: object) -> None:
    kept = Kept()
    assert restore(lift(value, kept.keep), kept.__getitem__) == value


@given(st.binary(min_size=2000, max_size=2010))
def test_a_long_data_uri_becomes_a_blob_and_comes_back(data: bytes) -> None:
    kept, uri = Kept(), "data:image/jpeg;base64," + base64.b64encode(data).decode()
    lifted = lift({"url": uri}, kept.keep)
    blob = as_blob(lifted["url"])
    assert blob is not None
    assert (blob.content_type, blob.size_bytes, blob.form) == ("image/jpeg", len(data), "data-uri")
    assert restore(lifted, kept.__getitem__) == {"url": uri}


def test_what_could_not_be_restored_to_the_letter_stays() -> None:
    kept = Kept()
    for uri in (
        "data:image/png;base64," + "A" * 2999 + "!",
        "data:text/plain," + "x" * 3000,
        "data:a/b;base64," + "A" * 2997 + "B==",
    ):
        assert lift(uri, kept.keep) == uri
    assert not kept
