"""What a picture shows is written where other programs look for it, and the picture stays the same."""

import io
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs
from PIL import Image

from fal_studio.core.alt_text import with_words
from fal_studio.core.carried import request_in, with_request
from tests.core.test_carried import CARRIED, FILES, clip, picture, seen, sound

KINDS = ("PNG", "JPEG", "WebP")
WORDS = 'A <tiger> & its "hat" 虎\nin the rain'


def xmp_words(data: bytes) -> tuple[str, str]:
    """Return description and alternative text, as Pillow and an XML parser find them."""
    with Image.open(io.BytesIO(data)) as image:
        packet = image.info.get("xmp", b"")
    if not packet:
        return "", ""
    tree = ET.fromstring(packet.decode() if isinstance(packet, bytes) else packet)
    li = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Alt/{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
    names = (
        "{http://purl.org/dc/elements/1.1/}description",
        "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility",
    )
    first, second = (tree.findtext(f".//{name}/{li}") or "" for name in names)
    return first, second


@pytest.mark.parametrize("kind", KINDS)
def test_a_description_is_found_by_other_programs_and_the_request_is_still_there(kind: str) -> None:
    plain = FILES[kind]()
    described = structs.replace(CARRIED, description=WORDS)
    data = with_request(plain, described)
    assert xmp_words(data) == (WORDS, WORDS)
    assert seen(data) == seen(plain)
    assert request_in(data) == described


@pytest.mark.parametrize("kind", KINDS)
def test_without_one_the_prompt_describes_the_picture_and_is_not_said_to_stand_for_it(kind: str) -> None:
    assert xmp_words(with_request(FILES[kind](), CARRIED)) == ("a 虎 hat", "")


def test_a_png_has_the_plain_text_too() -> None:
    with Image.open(io.BytesIO(with_words(picture("PNG"), WORDS, is_alt_text=True))) as image:
        assert image.info["Description"] == WORDS


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_says_about_itself_already_stays(kind: str) -> None:
    first = with_words(FILES[kind](), "first", is_alt_text=True)
    assert with_words(first, "second", is_alt_text=True) == first


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_pictures_with_transparency_keep_it(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (5, 7), (10, 200, 30, 40)).save(out, kind, lossless=True)
    data = with_words(out.getvalue(), "x", is_alt_text=True)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.mode, image.size, image.getpixel((2, 3))) == ("RGBA", (5, 7), (10, 200, 30, 40))
    assert xmp_words(data) == ("x", "x")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"RIFF\x04\0\0\0WEBP", sound(), clip(), picture("BMP")]
)
def test_what_is_no_such_picture_stays_as_it_is(data: bytes) -> None:
    assert with_words(data, "x", is_alt_text=True) == data


def test_letters_that_xml_cannot_hold_are_left_out() -> None:
    data = with_words(picture("PNG"), "a\x00b\x0bc\ufffe\uffff \ud800", is_alt_text=True)
    assert xmp_words(data) == ("abc ?", "abc ?")
    assert with_words(picture("PNG"), " \n\x07", is_alt_text=True) == picture("PNG")


def test_very_long_words_still_fit_into_a_jpeg() -> None:
    assert xmp_words(with_words(picture("JPEG"), "虎" * 100_000, is_alt_text=True)) == (
        "虎" * 10_000,
        "虎" * 10_000,
    )


@pytest.mark.parametrize("letter", ["😀", "&"])
def test_words_that_need_many_bytes_are_cut_to_what_a_jpeg_can_hold(letter: str) -> None:
    first, second = xmp_words(with_words(picture("JPEG"), letter * 10_000, is_alt_text=True))
    assert first == second == letter * len(first)
    assert len(first) > 5_000
