"""Keeps the memory of finished frames for the next one: giving it back and asking again took a third of a frame's time."""

import ctypes
import functools
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of glibc's malloc.h."""
_KEPT_BYTES = 256 * 1024 * 1024


@functools.cache
def keep() -> bool:
    """Tell the C library, once; returns whether it is one that can be told."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False  # musl, for example, has no such door
    is_set = bool(mallopt(_MMAP_THRESHOLD, 32 * 1024 * 1024))
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)) and is_set
