"""A file is checked for the field it is meant for, before it travels."""

import pytest

from fal_studio.core.schema.field import Field, FieldKind, Media
from fal_studio.core.schema.files import FileFacts, endings, problems

PICTURE = FileFacts("cat.png", 2_000_000, "image/png", 1000, 800)


def wants(media: Media | None, **limits: object) -> Field:
    return Field("image_url", FieldKind.FILE, media=media, limits=limits)


@pytest.mark.parametrize(
    ("media", "content_type", "name"),
    [
        (Media.IMAGE, "image/webp", "a.webp"),
        (Media.VIDEO, "video/mp4", "a.mp4"),
        (Media.VIDEO, "image/gif", "a.gif"),
        (Media.AUDIO, "audio/x-wav", "a.wav"),
        (Media.AUDIO, "video/mp4", "a.m4a"),
        (Media.MESH, "application/octet-stream", "a.GLB"),
        (Media.MESH, "model/gltf-binary", "a"),
        (Media.ARCHIVE, "application/zip", "a.zip"),
        (Media.ARCHIVE, "application/x-7z-compressed", "a.7z"),
        (Media.FILE, "text/plain", "a.txt"),
        (Media.IMAGE, "", "unknown"),
        (None, "text/plain", "a.txt"),
    ],
)
def test_what_fits_is_let_through(media: Media | None, content_type: str, name: str) -> None:
    assert problems(wants(media), FileFacts(name, 10, content_type)) == ()


@pytest.mark.parametrize(
    ("media", "content_type", "words"),
    [
        (Media.IMAGE, "text/plain", "is text (text/plain); this field wants a picture"),
        (Media.IMAGE, "video/mp4", "is a video (video/mp4); this field wants a picture"),
        (Media.AUDIO, "image/png", "wants a sound"),
        (Media.MESH, "image/png", "wants a 3D model"),
        (Media.ARCHIVE, "image/png", "wants an archive"),
        (Media.VIDEO, "application/pdf", "is a file of type application/pdf; this field wants a video"),
    ],
)
def test_another_kind_is_named(media: Media, content_type: str, words: str) -> None:
    (problem,) = problems(wants(media), FileFacts("a.bin", 10, content_type))
    assert words in problem


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_file_size": 1_000_000}, "cat.png has 2.0 MB; at most 1.0 MB are taken."),
        ({"min_file_size": 3_000_000}, "at least 3.0 MB are wanted"),
        ({"min_width": 1024}, "cat.png is 1000 pixels wide; at least 1024 are wanted."),
        ({"max_height": 512}, "800 pixels high; at most 512 are taken"),
        ({"multiple_of": 64}, "1000 pixels wide; it must be a multiple of 64"),
        ({"max_aspect_ratio": 1}, "1000 × 800; that shape is not taken"),
    ],
)
def test_limits_are_told_in_numbers(limits: dict[str, object], words: str) -> None:
    assert any(words in problem for problem in problems(wants(Media.IMAGE, **limits), PICTURE))


def test_durations_and_empty_files() -> None:
    clip = FileFacts("a.mp4", 10, "video/mp4", duration_s=12.0)
    assert "lasts 12.0 s; at most 10 s" in problems(wants(Media.VIDEO, max_duration=10), clip)[0]
    assert "at least 20 s" in problems(wants(Media.VIDEO, min_duration=20), clip)[0]
    assert problems(wants(None), FileFacts("a", 0)) == ("a is empty.",)


def test_limits_that_are_no_numbers_are_passed_over() -> None:
    assert problems(wants(Media.IMAGE, max_width="wide", min_width=True), PICTURE) == ()


def test_the_dialog_offers_fitting_endings() -> None:
    assert "png" in endings(Media.IMAGE)
    assert endings(Media.FILE) == endings(None) == ()
