"""Keeps the bytecode of all modules that a start loads in one file: Python alone looks for 250 files in 30 folders, and reads each.

What was loaded before the window was drawn is written down behind the open window, and the next start takes it from there: a
module only where its source is as old and as long as it was, as Python decides for its own files. Names that many modules share
are read once. Everything else, and everything where nothing can be written, is loaded as before.
"""

import marshal
import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType, ModuleType

PACKAGE = "fal_studio"
_LOOP = "asyncio"
"""A start loads it behind the window. Where it is there before, as in tests, much more is loaded than a start needs."""
_FORMAT = b"3"
"""Changes with what is written: what a former version wrote is not read."""
_Kept = tuple[str, str, int, int, bool, CodeType]
"""A module as it was: the path of its source, where Python keeps its bytecode, when the source was changed in ns, its size in
bytes, whether it is a package, and its code. Plain, since it is read as it is."""


class _Loader(SourceFileLoader):
    """Has the bytecode already; source and all else are found where they are."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code: CodeType | None = code

    def get_code(self, fullname: str) -> CodeType | None:
        """Return what was kept, once: whoever asks again may mean a source that has changed."""
        code, self._code = self._code, None
        return code if code is not None else super().get_code(fullname)


class OneFile:
    """Finds modules in the file, and writes it."""

    def __init__(self, path: Path, root: str) -> None:
        """`root`: the folder of the package. A copy of it elsewhere has this file too, and must not run what lies here."""
        self._path, self._root = path, root
        self._kept = _read(path, root)
        self._early = frozenset(sys.modules)
        """What is loaded before anything can be found here."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of the file whose source has not changed; None for all others."""
        del path, target
        kept = self._kept.pop(name, None)
        if kept is None or not _is_fresh(kept):
            return None
        source, cached, _changed_ns, _size, is_package, code = kept
        spec = ModuleSpec(name, _Loader(name, source, code), origin=source, is_package=is_package)
        spec.has_location = True
        spec.cached = cached
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(source)]  # noqa: PTH120 - quicker, for each start
        return spec

    def is_complete(self) -> bool:
        """Whether this start found all of its modules here; ask when the window was drawn. So it is where it was no plain start."""
        return _LOOP in sys.modules or not any(
            type(loader) is SourceFileLoader for name, loader in _loaders() if name not in self._early
        )

    def write(self) -> None:
        """Write down what is loaded now, and what other starts have needed. A folder that cannot be written costs only the time."""
        if sys.dont_write_bytecode:
            return
        found = {name: kept for name, kept in self._kept.items() if _is_fresh(kept)}
        for name, loader in _loaders():
            if name not in self._early and (kept := _keep(name, loader)) is not None:
                found[name] = kept
        body = marshal.dumps((self._root, found))
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(exist_ok=True)
            part.write_bytes(_head(body) + body)
            part.replace(self._path)
        except OSError:
            with suppress(OSError):
                part.unlink()


def install() -> OneFile:
    """Look for modules in the program's own file first."""
    kept = cache_from_source(str(Path(__file__).with_name("start_modules.py")))
    one = OneFile(Path(kept), str(Path(__file__).parents[1]))
    sys.meta_path.insert(0, one)
    return one


def _loaders() -> Iterator[tuple[str, SourceFileLoader]]:
    """Yield the modules of the program that come from a file of source, each with what loaded it."""
    for name, module in list(sys.modules.items()):
        loader = getattr(module, "__loader__", None)
        if name.startswith(f"{PACKAGE}.") and isinstance(loader, SourceFileLoader):
            yield name, loader


def _keep(name: str, loader: SourceFileLoader) -> _Kept | None:
    """Return a module to be written down; None where its source cannot be read or changes just now."""
    try:
        before = os.stat(loader.path)  # noqa: PTH116 - as below
        code = loader.get_code(name)
    except (OSError, ImportError, SyntaxError):
        return None
    if code is None:
        return None
    cached = cache_from_source(loader.path)
    is_package = loader.is_package(name)
    kept = (loader.path, cached, before.st_mtime_ns, before.st_size, is_package, code)
    return kept if _is_fresh(kept) else None


def _is_fresh(kept: _Kept) -> bool:
    try:
        now = os.stat(kept[0])  # noqa: PTH116 - quicker, for 250 files at each start
    except OSError:
        return False
    return now.st_mtime_ns == kept[2] and now.st_size == kept[3]


def _read(path: Path, root: str) -> dict[str, _Kept]:
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    body = memoryview(data)[len(_head(b"")) :]
    if not data.startswith(_head(body)):
        return {}
    kept_for, kept = marshal.loads(body)  # noqa: S302 - our own file, whole and of this Python
    return kept if kept_for == root else {}


def _head(body: "bytes | memoryview") -> bytes:
    """Return what a whole file of this Python and this version begins with.

    With a checksum: after a power cut a file may have its length and not its bytes, and then no start would come any further.
    """
    return MAGIC_NUMBER + _FORMAT + len(body).to_bytes(8, "little") + zlib.crc32(body).to_bytes(4, "little")
