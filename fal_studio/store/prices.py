"""What endpoints cost, as the price list last said: shown at once, and asked for anew after a day."""

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec

from fal_studio.core.prices import Price
from fal_studio.store.files import write_whole

_logger = logging.getLogger(__name__)


class KeptPrice(msgspec.Struct, frozen=True):
    """What the price list said of an endpoint."""

    asked_s: float
    """Calendar time, seconds since 1970."""
    price: Price | None
    """None: it has none."""


class KeptPrices:
    """All of them by profile and endpoint, in a file of its own in the cache. Blocks: not for the UI thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, dict[str, KeptPrice]]:
        """Return what is kept; a file that cannot be read is as good as none."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, dict[str, KeptPrice]])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            _logger.warning("%s cannot be read; prices are asked for anew", self._path)
            return {}

    def write(self, prices: Mapping[str, Mapping[str, KeptPrice]]) -> None:
        """Keep these and no others; a folder that cannot be written costs only the memory of them."""
        try:
            write_whole(self._path, msgspec.json.encode(prices))
        except OSError:
            _logger.warning("%s cannot be written", self._path, exc_info=True)
