"""Text that is written piece by piece, as the writer of CSV does: core opens no files, also none in memory."""


class Pieces(list[str]):
    """Takes text; `text` is all of it."""

    write = list[str].append

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self)
