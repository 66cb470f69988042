"""Which saved request a request is, and whether it is something else than its file by now."""

import importlib
from typing import TYPE_CHECKING, Any

from fal_studio.core.request import Json
from fal_studio.ui.request.draft import Draft

if TYPE_CHECKING:
    from fal_studio.core.saved import Saved
    from fal_studio.ui.shell.kept_file import KeptFile


class FileOf:
    """Knows the file of one request; a path "" is none."""

    def __init__(self, path: str, mark: str) -> None:
        self.path = path
        self.mark = mark
        """What the file held when it was last read or written, also in an earlier window."""
        self._is_unread = bool(path)
        """Whether nobody has looked at the file yet: then nothing is said about it."""
        self._kept: KeptFile | None = None

    @property
    def saved(self) -> "Saved | None":
        """What the file holds, as far as that was read; None for no file, and for one that is gone."""
        return self._kept.saved if self._kept is not None else None

    def be(self, path: str, saved: "Saved | None") -> None:
        """Be a file from now on that holds this; None: the file is gone, and its place stays."""
        self.path, self._kept, self._is_unread = path, None, False
        if not path:
            self.mark = ""
        if saved is not None:
            module: Any = importlib.import_module("fal_studio.ui.shell.kept_file")
            kept: KeptFile = module.KeptFile(saved)
            self._kept, self.mark = kept, kept.mark

    def differs(self, draft: Draft, arguments: Json) -> bool:
        """Whether a request is something else than the file; `arguments` are those of its text."""
        if not self.path or self._is_unread:
            return False
        return self._kept is None or self._kept.differs(draft, arguments)
