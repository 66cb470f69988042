"""Keeps the bytecode of the Python source that PySide6 carries inside its library, as Python keeps that of every other module.

PySide6 unpacks and compiles 130 kB of source each time it is imported, before it can do anything; a twentieth of the start
went there. What was compiled is kept beside this module's own bytecode and taken only for the very same source. Where nothing
can be written, or Python was told not to, everything is compiled as before.
"""

import builtins
import marshal
import os
import re
import sys
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

_THEIRS = "shibokensupport/"
"""What the names of the files inside the library begin with."""
_STUB_WRITER = "shibokensupport/signature/lib/pyi_generator.py"
"""Writes .pyi files when PySide6 is built; loaded with the rest, it only costs the time its large patterns take to compile."""
_compile: Any = compile
_pattern: Any = re.compile


class Later:
    """A pattern that is compiled when it is first used; PySide6 has one that takes as long as all its modules, for its complaints."""

    def __init__(self, *how: Any, **more: Any) -> None:
        self._how, self._more = how, more

    def finditer(self, *text: Any) -> Any:
        """Do what the compiled pattern does; Python keeps it for the next time."""
        return self.compiled().finditer(*text)

    def compiled(self) -> Any:
        """Return the real pattern."""
        return _pattern(*self._how, **self._more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiled(), name)


def pattern_later(*how: Any, **more: Any) -> Any:
    """Do what `re.compile` does; a pattern of PySide6's own files is compiled when it is first used."""
    asked_by = sys._getframe(1).f_code.co_filename  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return (Later if asked_by.startswith(_THEIRS) else _pattern)(*how, **more)


class Kept:
    """Compiled files by name, each with the checksum of its source; from and to one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_name = _read(path)
        self._is_new = False

    def compile(self, source: Any, filename: Any, *how: Any, **more: Any) -> Any:
        """Do what Python's `compile` does; PySide6's own files are compiled once."""
        if how != ("exec",) or more or not isinstance(filename, str) or not filename.startswith(_THEIRS):
            return _compile(source, filename, *how, **more)
        if filename == _STUB_WRITER:
            source = b""
        checksum = zlib.crc32(source)
        known = self._by_name.get(filename)
        if known is not None and known[0] == checksum:
            return known[1]
        code: CodeType = _compile(source, filename, "exec")
        self._by_name[filename] = checksum, code
        self._is_new = True
        return code

    def write(self) -> None:
        """Write down what is new. A folder that cannot be written costs only the time."""
        if not self._is_new or sys.dont_write_bytecode:
            return
        body = marshal.dumps(self._by_name)
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(exist_ok=True)
            part.write_bytes(_head(body) + body)
            part.replace(self._path)
        except OSError:
            with suppress(OSError):
                part.unlink()


@contextmanager
def kept_bytecode() -> Generator[None]:
    """Use kept bytecode for PySide6's own source while it is imported here, and compile none of its patterns."""
    kept = Kept(Path(cache_from_source(str(Path(__file__).with_name("shibokensupport.py")))))
    builtins.compile, re.compile = kept.compile, pattern_later
    try:
        yield
    finally:
        builtins.compile, re.compile = _compile, _pattern
    kept.write()


def _read(path: Path) -> dict[str, tuple[int, CodeType]]:
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    head, body = data[: len(MAGIC_NUMBER) + 4], data[len(MAGIC_NUMBER) + 4 :]
    return marshal.loads(body) if head == _head(body) else {}  # noqa: S302 - our own file, whole and of this Python


def _head(body: bytes) -> bytes:
    """Return what a whole file of this Python begins with."""
    return MAGIC_NUMBER + zlib.crc32(body).to_bytes(4, "little")
