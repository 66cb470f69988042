"""The command line of the window, without anything that a window needs: `--help` works where none can be opened."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from fal_studio.ui.tokens import Scheme
from fal_studio.words import tr

if TYPE_CHECKING:
    from argparse import Namespace

    from fal_studio.command_line import Parser


def options(arguments: Sequence[str]) -> "Namespace | SimpleNamespace":
    """Return what the window is started with: `theme`, `separate`, `profile`, `things`, `data_dir` and `verbose`.

    Most starts come without a word, and then nothing is loaded to read it.
    """
    if arguments:
        return parser().parse_args(arguments)
    return SimpleNamespace(theme=None, separate=False, profile=None, things=[], data_dir=None, verbose=False)


def parser() -> "Parser":
    """Return the parser of what the window is started with."""
    it: Parser = importlib.import_module("fal_studio.command_line").Parser(
        prog="fal-studio",
        description=tr("A desktop playground for models hosted on fal. Without a command the window opens."),
    )
    it.options.add_argument(
        "--theme",
        type=lambda name: name.replace("-", " "),  # as the tour has it, without quotes
        choices=[scheme.value for scheme in Scheme],
        help=tr("default: as chosen last"),
    )
    it.options.add_argument(
        "--separate",
        "--new-instance",
        action="store_true",
        help=tr("a second window with a record of its own, instead of the one that is open"),
    )
    it.options.add_argument(
        "--profile",
        metavar="NAME",
        help=tr("begin with a request of this profile; requests that are open keep theirs"),
    )
    it.things.add_argument(
        "things",
        nargs="*",
        metavar="FILE or LINK",
        help=tr(
            "a saved request, comparison, transcript, HTTP archive or result file, or a falstudio:// link; it is shown, never run"
        ),
    )
    it.options.add_argument("--data-dir", type=Path, help=tr("one folder for everything that is kept"))
    it.options.add_argument("--verbose", action="store_true", help=tr("log everything to standard error"))
    return it
