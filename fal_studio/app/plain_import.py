"""Gives Python its own import back, which PySide6 replaces; imported before anything else of the window.

For `from __feature__ import snake_case`, which nothing here uses, PySide6 puts a hook of its own in front of every import
and reads the whole source of every imported module to look for the word PySide6 in it: a quarter of the time a start
took, and all that text stayed in memory. The hook also runs in the threads that load modules behind the window.
"""

import builtins

from fal_studio.app import one_file, quick_enums
from fal_studio.app.kept_bytecode import kept_bytecode

modules = one_file.install()
"""Where the program's own modules come from."""
quick_enums.install()
with kept_bytecode():
    import PySide6.QtCore  # noqa: F401 # pyright: ignore[reportUnusedImport] - sets the hook

_before = getattr(builtins, "__orig_import__", None)
if _before is not None and builtins.__import__ is getattr(builtins, "__feature_import__", None):
    builtins.__import__ = _before
