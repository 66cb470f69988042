"""From the command line to a running window."""

import importlib
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from fal_studio import __version__, display, figures, language, resources
from fal_studio.app import region, sole
from fal_studio.app.application import Application, name_process
from fal_studio.app.discreet import Discreet
from fal_studio.app.opening import Opening
from fal_studio.app.program import Program
from fal_studio.commands import window
from fal_studio.core.accounts import EMULATOR
from fal_studio.core.settings import Motion, Theme
from fal_studio.language import ENGLISH
from fal_studio.store import preferences
from fal_studio.store.paths import APP_ID, Folders, folders
from fal_studio.store.problems import StoreError
from fal_studio.ui import style, theme
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets import day
from fal_studio.words import LANGUAGE, TAG, tr

ICON_SIZES = (16, 32, 48, 64, 128)
NO_WINDOW = 2
"""The exit code when no window can be opened here."""
WRONG_PROFILE = 2
"""The exit code when there is no profile of the name that was given, as for everything else that a command line has wrong."""
_logger = logging.getLogger(__name__)
T = TypeVar("T")


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    options = window.options(sys.argv[1:] if argv is None else argv)
    language.hand_on(LANGUAGE)
    if display.is_missing():
        sys.stderr.write(f"{display.MISSING}\n{display.NEXT_STEP}\n")
        return NO_WINDOW
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
    kept = folders(options.data_dir)
    if wrong := _wrong(options.profile, kept):
        sys.stderr.write(f"fal-studio: {wrong}\n")
        return WRONG_PROFILE
    handed = sole.given(options.things, sole.token_of(os.environ), options.profile or "")
    claimed = None if options.separate else sole.claim(kept)
    if claimed is None and not options.separate:
        if sole.hand_over(kept, handed):
            return 0
        claimed = sole.claim(kept)
    settings = preferences.load(kept.preferences).settings
    app = application(
        options.theme or settings.theme.value,
        settings.text_scale,
        reduced_motion=settings.motion is Motion.REDUCED,
    )
    use_region()
    program = Program(kept, listens=claimed is not None)
    program.watches_system = True
    program.hand(handed.things, handed.profile)
    if isinstance(app, Application):
        app.asked.connect(program.take_asked)
        app.hand_on()
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.DEBUG if options.verbose else logging.WARNING)
        handler.addFilter(Discreet(program.funnel.secrets))
    theme.current().changed.connect(lambda: _remember_looks(kept, theme.current()))
    restore = program.funnel.install()
    try:
        run(program, program.run)
    except KeyboardInterrupt:
        return 130
    finally:
        restore()
        if claimed is not None:
            claimed.unlock()
    return 0


def _remember_looks(kept: Folders, looks: theme.Theme) -> None:
    """Write down what was chosen; a folder that cannot be written costs only the memory of it."""
    settings = preferences.load(kept.preferences).settings
    chosen = msgspec.structs.replace(
        settings,
        theme=Theme(looks.scheme.value),
        text_scale=looks.zoom,
        motion=Motion.REDUCED if looks.reduced_motion else Motion.FULL,
    )
    if chosen == settings:
        return
    try:
        preferences.save(kept.preferences, chosen)
    except StoreError:
        _logger.warning("the appearance could not be remembered", exc_info=True)


def application(
    scheme: str = "system", text_scale: float = 1.0, *, reduced_motion: bool = False
) -> QApplication:
    """Return the application, named and dressed; ends the process where Qt cannot start."""
    name_process()
    with _plain_end():
        app = QApplication.instance() or Application([sys.argv[0]])
    assert isinstance(app, QApplication)
    translate_qt(app)
    app.setApplicationName("fal-studio")
    app.setApplicationDisplayName("fal Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(APP_ID)
    # The program ends itself: closing the last window must not stop the loop under running calls.
    app.setQuitOnLastWindowClosed(False)
    style.dress(app, Scheme(scheme), text_scale, reduced_motion=reduced_motion)
    return app


def translate_qt(app: QApplication) -> None:
    """Let Qt say its own words in the language of the program: names of keys, buttons of file dialogs, menus of text fields."""
    if TAG.partition("-")[0] == ENGLISH:
        return
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{TAG.replace('-', '_')}", folder):
        app.installTranslator(translator)


def use_region() -> None:
    """Write numbers and dates as the region has it; the command line, files and tests keep the plain way."""
    locale = region.locale_of(LANGUAGE, TAG, QLocale.system())
    QLocale.setDefault(locale)
    figures.use(
        figures.Marks(locale.decimalPoint(), locale.groupSeparator(), tr("{number}%"), tr("${number}"))
    )
    day.use(locale)


def _show_icon() -> None:
    """Give the windows their icon: not before the first was drawn, since reading and scaling it takes time."""
    icon = QIcon()
    for size in ICON_SIZES:
        icon.addFile(str(resources.path("desktop", "icons", f"{APP_ID}-{size}.png")))
    QApplication.setWindowIcon(icon)


@contextmanager
def _plain_end() -> Generator[None]:
    """Let Qt's last word in the block be a sentence and an exit code: by itself it aborts, and dumps a core."""
    said: list[str] = []

    def take(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtFatalMsg:
            said.append(message)
            return
        reasons = "; ".join(line.strip().rstrip(".") for line in said if line.strip()) or message
        sys.stderr.write(
            tr("Qt cannot open a window here: {reasons}.\n{next_step}\n").format(
                reasons=reasons, next_step=display.NEXT_STEP
            )
        )
        sys.stderr.flush()
        os._exit(NO_WINDOW)  # Qt calls abort() as soon as this returns

    before = qInstallMessageHandler(take)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
        for line in said:
            _logger.warning("Qt: %s", line)


def run(program: Program, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Open the program's window, then run `main` on asyncio over Qt's loop: it is `program.run`, or awaits that."""
    program.joined.connect(program.collector.set_aside)
    program.opened.connect(_show_icon)
    opening = Opening(program)
    try:
        opening.show()
        asyncio: Any = importlib.import_module("asyncio")
        loop: Any = importlib.import_module("fal_studio.app.loop")
        with asyncio.Runner(loop_factory=loop.new_loop) as runner:
            return runner.run(main())
    finally:
        opening.give_back()


def _wrong(profile: str | None, kept: Folders) -> str:
    """Return what is wrong with the name of a profile; "" for none or one that is there. Reads the disk only for a name."""
    if profile is None or profile == EMULATOR:
        return ""
    file: Any = importlib.import_module("fal_studio.store.accounts")
    names = [account.name for account in file.load(kept.config / "accounts.json")]
    if profile in names:
        return ""
    return tr("There is no profile called {name}. There are: {known}.").format(
        name=profile, known=", ".join((EMULATOR, *names))
    )
