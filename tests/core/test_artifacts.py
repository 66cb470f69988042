"""What is worth seeing in a payload: files by URL or blob, words whole or in pieces."""

import pytest

from fal_studio.core.artifacts import Kind, Words, chips, find, in_bytes, words

BLOB = {"sha256": "a" * 64, "size_bytes": 2000, "content_type": "image/png", "form": "bytes"}


def test_images_are_found_with_their_size_and_name() -> None:
    (found,) = find(
        {"images": [{"url": "http://h/a/b.jpg", "width": 4, "height": 3, "content_type": "image/jpeg"}]}
    )
    assert (found.kind, found.path, found.width, found.height, found.name) == (
        Kind.IMAGE,
        "images[0].url",
        4,
        3,
        "b.jpg",
    )


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"video": {"url": "http://h/a.mp4"}}, Kind.VIDEO),
        ({"audio": {"url": "http://h/x", "content_type": "audio/mpeg"}}, Kind.AUDIO),
        ({"model_mesh": {"url": "http://h/x.glb"}}, Kind.MESH),
        ({"config_file": {"url": "http://h/x.json"}}, Kind.FILE),
        ({"image": {"content": {"$blob": BLOB}, "content_type": "image/png"}}, Kind.IMAGE),
        ({"images": [{"$blob": BLOB}]}, Kind.IMAGE),
        ({"image_url": "https://h/plain.webp"}, Kind.IMAGE),
    ],
)
def test_each_kind_of_file_is_known(payload: object, kind: Kind) -> None:
    assert [item.kind for item in find(payload)] == [kind]


def test_one_file_named_twice_is_one_file() -> None:
    assert len(find({"a": {"url": "http://h/x.png"}, "b": {"url": "http://h/x.png"}})) == 1


def test_a_payload_without_files_has_none() -> None:
    assert find({"a": [1, "text", None, {"url": 5}]}) == ()
    assert find("http") == ()


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"output": "hello"}, Words("hello")),
        ({"choices": [{"delta": {"content": "he"}}]}, Words("he", is_delta=True)),
        ({"choices": [{"message": {"content": "hello"}}]}, Words("hello")),
        ("plain", Words("plain")),
        ({"images": []}, None),
        ({"text": "https://h/a.png"}, None),
    ],
)
def test_words_are_found(payload: object, said: Words | None) -> None:
    assert words(payload) == said


def test_sizes_are_told_as_people_read_them() -> None:
    assert [in_bytes(n) for n in (0, 214, 48_000, 1_700_000, 2_500_000_000)] == [
        "0 B",
        "214 B",
        "48 KB",
        "1.7 MB",
        "2.5 GB",
    ]
    assert chips({"images": [{"$blob": BLOB}]}) == ("image/png 2.0 KB",)


def test_what_is_no_url_and_no_size_breaks_nothing() -> None:
    payload = {
        "images": [
            {"url": "http://[bad"},
            {"url": 5},
            None,
            {"url": "http://x/y.png", "width": 10**30, "height": -1, "file_size": 1e308},
        ]
    }
    first, second = find(payload)
    assert (first.kind, first.name) == (Kind.FILE, "images[0].url")
    assert (second.width, second.height, second.size_bytes) == (None, None, None)


def test_a_huge_payload_is_looked_at_only_so_far() -> None:
    late = {"url": "http://x/late.png"}
    assert find([1] * 200 + [late]) != ()
    assert find([1] * 200 + [late], most_values=100) == ()
    assert find(["text"] * 200 + [late], most_values=100) == ()
    assert find([[1.5, None, True] * 40, late], most_values=100) == ()
    assert find([[1.5, None, True] * 30, late], most_values=100) != ()
