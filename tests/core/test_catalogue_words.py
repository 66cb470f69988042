"""What fal's catalogue names is said in the language of the run; what is not known stays as fal writes it."""

import json
import os
import subprocess
import sys

import pytest

from fal_studio.core.catalogue_words import category_in_words, unit_in_words
from fal_studio.language import VARIABLE

PRINTS = (
    "import json; from fal_studio.core.catalogue_words import *; from fal_studio.core.prices import Price;"
    "from fal_studio import figures; figures.use(figures.Marks(',', '.'));"
    "print(json.dumps([category_in_words('image-to-video'), category_in_words('llm'), category_in_words('image-to-smell'),"
    " Price(0.03, 'megapixels').words, Price(0.05, '1000 characters').words, Price(1, 'smell').words]))"
)


@pytest.mark.parametrize(
    "category", ["text-to-image", "3d-to-3d", "llm", "unknown", "image-to-smell", "", "-to-"]
)
def test_in_english_a_category_reads_as_fal_writes_it(category: str) -> None:
    assert category_in_words(category) == category


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("image", "image"),
        (" megapixels", "megapixel"),
        ("1000 characters", "1000 characters"),
        ("gas", "gas"),
        ("", ""),
    ],
)
def test_a_unit_stands_for_one_of_it(unit: str, words: str) -> None:
    assert unit_in_words(unit) == words


def test_german_has_words_for_what_fal_names() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", PRINTS],
        env={**os.environ, VARIABLE: "de"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert json.loads(done.stdout) == [
        "Bild zu Video",
        "LLM",
        "image-to-smell",
        "$0,03 pro Megapixel",
        "$0,05 pro 1000 Zeichen",
        "$1,00 pro smell",
    ]
