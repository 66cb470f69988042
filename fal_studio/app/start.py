"""From the command line to a running window."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from fal_studio import __version__
from fal_studio.app.program import Program
from fal_studio.ui import style
from fal_studio.ui.tokens import Scheme


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
    app = application(options.theme)
    program = Program(options.data_dir)
    restore = program.funnel.install()
    try:
        run(app, program)
    except KeyboardInterrupt:
        return 130
    finally:
        restore()
    return 0


def application(scheme: str = "system") -> QApplication:
    """Return the application, named and dressed."""
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("fal-studio")
    app.setApplicationDisplayName("fal Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fal-studio")
    # The program ends itself: closing the last window must not stop the loop under running calls.
    app.setQuitOnLastWindowClosed(False)
    style.dress(app, Scheme(scheme))
    return app


def run(app: QApplication, program: Program) -> None:
    """Run the program on asyncio over Qt's loop."""
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(program.run())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fal-studio", description="A desktop playground for models hosted on fal."
    )
    parser.add_argument("--theme", choices=[scheme.value for scheme in Scheme], default=Scheme.SYSTEM.value)
    parser.add_argument("--data-dir", type=Path, help="where the emulator keeps its jobs")
    parser.add_argument("--verbose", action="store_true", help="log everything to standard error")
    return parser
