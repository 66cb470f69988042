"""Command lines whose help and errors speak the program's language."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from fal_studio.words import mark, told, tr

WRONG_USE = 2
"""The exit code when the command line is not understood."""
_ERRORS = (
    mark("argument %(argument_name)s: %(message)s"),
    mark("unrecognized arguments: %s"),
    mark("the following arguments are required: %s"),
    mark("one of the arguments %s is required"),
    mark("not allowed with argument %s"),
    mark("expected one argument"),
    mark("expected at most one argument"),
    mark("expected at least one argument"),
    mark("ignored explicit argument %r"),
    mark("ambiguous option: %(option)s could match %(matches)s"),
    mark("invalid %(type)s value: %(value)r"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""What argparse finds wrong, in its own words, which it looks up before it fills them in."""


def _in_words(text: str) -> str:
    return told(text) if text in _ERRORS else text


# argparse looks its texts up with gettext's own function, which knows neither this catalogue nor the setting. It has no door for
# another one but this name; a Python that words an error differently says that one in English.
argparse._ = _in_words  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs


def a_time(text: str) -> float:
    """Return the seconds that an argument is; raises ArgumentTypeError where it is no number, or no time that can pass."""
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("“{text}” is no number").format(text=text)) from None
    if not seconds > 0:  # also where it is NaN
        raise argparse.ArgumentTypeError(tr("it must be more than {gt}").format(gt=0))
    return seconds


class Help(argparse.HelpFormatter):
    """Writes the help."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Begin it with how the command is used."""
        super().add_usage(usage, actions, groups, tr("usage:") + " " if prefix is None else prefix)


class RawHelp(Help, argparse.RawDescriptionHelpFormatter):
    """Leaves the lines of description and epilog as they are."""


class Parser(argparse.ArgumentParser):
    """A parser whose arguments are added to `things`, which have their place, or to `options`, which have a name."""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog, description=description, epilog=epilog, formatter_class=Help, add_help=False
        )
        self.things = self.add_argument_group(tr("arguments"))
        self.options = self.add_argument_group(tr("options"))
        self.options.add_argument("-h", "--help", action="help", help=tr("show this help and end"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong below how the command is used, and end."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, tr("{prog}: error: {message}").format(prog=self.prog, message=message) + "\n")
