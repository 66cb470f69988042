"""Where things are kept: the operating system's own folders, or one folder named by the caller."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import platformdirs

from fal_studio import home

APP_ID = "io.github.fal_studio.FalStudio"
"""Reverse-DNS id: desktop file, icon, keyring service, single-instance socket."""


class Folders(msgspec.Struct, frozen=True):
    """The folders of one installation; none is created before something is kept in it."""

    data: Path
    """The ledger and the blobs: worth a backup."""
    config: Path
    cache: Path
    """Catalogue and thumbnails: may be deleted at any time."""
    state: Path
    """Logs and window layout."""
    media: Path
    """Where results are saved unless the person chooses another folder."""

    @property
    def ledger(self) -> Path:
        """The ledger's database."""
        return self.data / "ledger.sqlite"

    @property
    def spending(self) -> Path:
        """The book of what was spent, one for all windows."""
        return self.data / "spending.sqlite"

    @property
    def beside(self) -> Path:
        """The folder of ledgers beside it: of windows that found it in use."""
        return self.data / "beside"

    @property
    def blobs(self) -> Path:
        """The folder of content-addressed files."""
        return self.data / "blobs"

    @property
    def wire(self) -> Path:
        """The folder of transcripts: what went over the wire in streams and sessions."""
        return self.data / "wire"

    @property
    def saved(self) -> Path:
        """The folder of saved requests and presets: plain files, worth a repository of their own."""
        return self.data / "requests"

    @property
    def comparisons(self) -> Path:
        """The folder of kept comparisons."""
        return self.data / "comparisons"

    @property
    def preferences(self) -> Path:
        """The settings file."""
        return self.config / home.SETTINGS


def folders(root: Path | None = None, environ: Mapping[str, str] = os.environ) -> Folders:
    """Return the folders below `root`, else below `FAL_STUDIO_HOME`, else the operating system's."""
    root = root if root is not None else home.root(environ)
    if root is not None:
        root = root.absolute()
        return Folders(root / "data", home.config(root), root / "cache", root / "state", root / "media")
    dirs = platformdirs.PlatformDirs(home.NAME, appauthor=False)
    return Folders(
        dirs.user_data_path,
        dirs.user_config_path,
        dirs.user_cache_path,
        dirs.user_state_path,
        dirs.user_pictures_path / "fal Studio",
    )
