"""The command `fal-studio`: a window, or one of the commands that need none."""

import gc
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from fal_studio.words import mark, told, tr

if TYPE_CHECKING:
    from fal_studio.command_line import Parser

_EMULATOR = "fal_studio.emulator.main"
_COMMANDS = {
    "call": ("fal_studio.commands.call", mark("make one call and print what happens")),
    "emulator": (_EMULATOR, mark("run the local server that speaks fal's protocol")),
    "desktop": (
        "fal_studio.commands.desktop",
        mark("put fal Studio into the applications menu, or take it out"),
    ),
    "doctor": ("fal_studio.doctor", mark("look at this machine and say what fal Studio needs")),
    "tour": ("fal_studio.tour.main", mark("drive the window through all modes and take pictures")),
}
USAGE_ERROR = 2
_LIBRARIES = tr(
    "A library of this system is missing: {missing}.\n"
    "Install it (fal-studio doctor names what a window needs), or use fal-studio call, which needs no window."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments ask for and return its exit code; without one, open the window."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _COMMANDS:
        module, _help = _COMMANDS[given[0]]
        return _main_of(module)(given[1:])
    if given and not given[0].startswith("-") and not _is_thing(given[0]):
        print(
            tr("fal-studio: there is no command “{name}”. Commands: {commands}.").format(
                name=given[0], commands=", ".join(_COMMANDS)
            ),
            file=sys.stderr,
        )
        return USAGE_ERROR
    if given and given[0] in ("-h", "--help", "--version"):
        _parser().parse_args(given)
    # Nothing of what is loaded and built before the window shows is garbage; its own collector takes over then.
    gc.disable()
    return _main_of("fal_studio.app.start")(given)


def _is_thing(word: str) -> bool:
    """Whether a first word is a link or a file to open rather than a command."""
    return word.lower().startswith("falstudio:") or Path(word).is_file()


def _main_of(module: str) -> Callable[[list[str]], int]:
    """Import a command only when it is wanted: Qt takes its time, and headless machines may lack its libraries."""

    def run(arguments: list[str]) -> int:
        try:
            command = importlib.import_module(module)
        except ImportError as error:
            missing = _missing(error)
            if not missing:
                raise
            print(_LIBRARIES.format(missing=missing), file=sys.stderr)
            return USAGE_ERROR
        # The emulator shares nothing with the rest of the house: it is lent the words for its command line.
        lent = {"parser_of": _command_line().Parser, "tr": tr} if module == _EMULATOR else {}
        return int(command.main(arguments, **lent) or 0)

    return run


def _missing(error: ImportError) -> str:
    """Return which library of the system an import lacks, in the linker's words; "" if it is something else."""
    if "could not import module 'PySide6.QtGui'" in str(error):
        try:  # Qt's modules load each other, and only the first one says why it cannot
            importlib.import_module("PySide6.QtGui")
        except ImportError as inner:
            error = inner
    return str(error) if "shared object" in str(error) else ""


def _command_line() -> ModuleType:
    """Load what reads a command line: most starts of the window have none."""
    return importlib.import_module("fal_studio.command_line")


def _parser() -> "Parser":
    parser: Parser = importlib.import_module("fal_studio.commands.window").parser()
    parser.formatter_class = _command_line().RawHelp
    parser.epilog = (
        tr("commands:")
        + "\n"
        + "\n".join(f"  {name:10} {told(text)}" for name, (_module, text) in _COMMANDS.items())
    )
    parser.options.add_argument(
        "--version",
        action="version",
        version=f"fal-studio {_version()}",
        help=tr("show the version and end"),
    )
    return parser


def _version() -> str:
    metadata = importlib.import_module("importlib.metadata")
    try:
        return str(metadata.version("fal-studio"))
    except metadata.PackageNotFoundError:
        return tr("(not installed)")
