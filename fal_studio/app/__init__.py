"""The composition root: builds the window and the engine, joins them, runs them, and ends them in good order."""

from fal_studio.app import plain_import  # noqa: F401 # pyright: ignore[reportUnusedImport] - before the rest
from fal_studio.app.start import main

__all__ = ["main"]
