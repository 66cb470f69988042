"""Which packages each room may import, to the letter; the contracts know only whole packages, not `urllib.request`."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "fal_studio"

# The third-party packages of a room, and the parts of the standard library it may not touch.
NO_IO = {
    "asyncio", "concurrent", "ctypes", "fcntl", "ftplib", "http", "imaplib", "io", "mmap", "multiprocessing", "os", "pathlib", "poplib",
    "select", "selectors", "shutil", "signal", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "threading",
    "urllib.request", "urllib.robotparser", "webbrowser", "xmlrpc",
}  # fmt: skip
NO_LOOP = {"asyncio", "selectors", "http", "urllib.request", "socket"}
# Which proxy the system wants is knowledge, not a connection.
NO_CONNECTION = {"urllib.request.getproxies", "urllib.request.proxy_bypass"}
NO_CLIENT = {"http.client", "urllib.request", "requests", "ftplib"}
ROOMS = {
    "core": ({"msgspec", "jsonschema", "referencing"}, NO_IO),
    "wire": ({"msgspec", "msgpack", "cryptography"}, NO_IO),
    "modes": ({"msgspec", "httpx", "httpcore", "httpx_sse", "websockets", "anyio"}, NO_CLIENT),
    "services": ({"msgspec", "httpx", "httpcore", "httpx_sse", "websockets", "anyio", "h11"}, NO_CLIENT),
    "statistics": ({"msgspec", "numpy", "scipy"}, NO_IO),
    "store": ({"msgspec", "keyring", "platformdirs", "secretstorage", "jeepney"}, NO_LOOP),
    "ui": (
        # av: pieces of a sound that streams, read in a thread; PIL: frames of the live desk.
        {"msgspec", "PySide6", "shiboken6", "superqt", "pygments", "jsonpath_ng", "numpy", "av", "PIL"},
        NO_LOOP | {"sqlite3", "subprocess", "threading"},
    ),
    "emulator": (
        {
            "starlette",
            "uvicorn",
            "msgpack",
            "pydantic",
            "pydantic_core",
            "cryptography",
            "numpy",
            "PIL",
            "av",
            "anyio",
        },
        set(),
    ),
}

# A program for another Python, started as a file: it imports what that Python has.
PROGRAMS = {"services/official/python_client.py": {"fal_client"}}

# FFmpeg asks for the bytes of a sound when it wants them and waits for them: that needs a thread that nobody's pool waits for.
THREADS = {"ui/output/sound_slices.py": {"threading"}}

NEIGHBOURS = {
    "core": {"core"},
    "wire": {"wire", "core"},
    "modes": {"modes", "wire", "core"},
    "services": {"services", "modes", "wire", "core"},
    "statistics": {"statistics", "core"},
    "store": {"store", "core", "home"},
    "ui": {"ui", "core", "resources"},
    "emulator": {"emulator"},
}

# What people read is translated where it is written; the emulator's words are a server's.
WORDS = {"words", "figures"}


def room_of(name: str) -> str:
    """The room of a module of ours, empty for any other."""
    parts = name.split(".")
    return parts[1] if parts[0] == "fal_studio" and len(parts) > 1 else ""


def imported(source: str) -> set[str]:
    """Every module a source imports, wherever in it; `from a import b` counts as `a.b`,
    and an import by name, which the contracts cannot see, like any other."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return names


def unwanted(source: str, from_room: str) -> set[str]:
    """What this source imports though its room may not."""
    packages, forbidden = ROOMS[from_room]
    names = imported(source) - NO_CONNECTION
    foreign = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - packages - {"fal_studio"}
    banned = {name for name in names for ban in forbidden if name == ban or name.startswith(f"{ban}.")}
    everybodys = set() if from_room == "emulator" else WORDS
    rooms = {room_of(name) for name in names} - NEIGHBOURS[from_room] - everybodys - {""}
    return foreign | banned | rooms


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room):
    files = list((PACKAGE / room).rglob("*.py"))
    assert files
    faults = {
        (path := file.relative_to(PACKAGE).as_posix()): unwanted(file.read_text(), room)
        - PROGRAMS.get(path, set())
        - THREADS.get(path, set())
        for file in files
    }
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("core", "import numpy", "numpy"),
        ("core", "from urllib import request", "urllib.request"),
        ("wire", "def later():\n    import http.client", "http.client"),
        ("modes", "from urllib.request import urlopen", "urllib.request.urlopen"),
        ("ui", "from threading import Thread", "threading.Thread"),
        ("emulator", "import fal_client", "fal_client"),
        ("ui", "import importlib\nimportlib.import_module('fal_studio.modes.run')", "modes"),
        ("core", "from importlib import import_module\nimport_module('httpx')", "httpx"),
    ],
)
def test_a_wrong_import_is_seen(room, source, found):
    assert found in unwanted(source, room)


def test_every_folder_is_a_package():
    folders = {file.parent for file in PACKAGE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
