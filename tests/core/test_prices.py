"""Prices as people read them."""

import pytest

from fal_studio.core.prices import Price


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(0.025, "image"), "$0.025 per image"),
        (Price(0.1, "second"), "$0.10 per second"),
        (Price(2, "megapixel"), "$2.00 per megapixel"),
        (Price(0.0005, "1000 characters"), "$0.0005 per 1000 characters"),
        (Price(0.0000002, "token"), "$0.0000002 per token"),
        (Price(0.5, "image", "EUR"), "0.50 EUR per image"),
        (Price(0.5, " "), "$0.50"),
        (Price(0, "image"), "free"),
    ],
)
def test_a_price_in_words(price: Price, words: str) -> None:
    assert price.words == words
