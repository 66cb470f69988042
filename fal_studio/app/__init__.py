"""The composition root: builds the window and the engine, joins them, runs them, and ends them in good order."""

from fal_studio.app import plain_import  # noqa: F401 - first: what is imported after it is imported sooner
from fal_studio.app.start import main

__all__ = ["main"]
