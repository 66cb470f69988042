"""Command lines whose help speaks the program's language; what argparse finds wrong with a value it says in English."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from fal_studio.words import tr

WRONG_USE = 2
"""The exit code when the command line is not understood."""


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
