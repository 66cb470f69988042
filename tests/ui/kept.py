"""A store of blobs for parts of the window that are shown without one."""


def nothing_kept(sha256: str) -> bytes:
    """Hold no blob: raises KeyError for each."""
    raise KeyError(sha256)
