"""The funnel for bugs: whatever nobody expected is logged and shown once, with a report to copy."""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

import PySide6
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from fal_studio import __version__
from fal_studio.app.discreet import Discreet
from fal_studio.app.log_tail import LogTail
from fal_studio.core.redact import Redactor
from fal_studio.words import tr

_logger = logging.getLogger("fal_studio.crash")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Funnel(QObject):
    """Catches what is not caught; `crashed` may come from any thread and is delivered on the window's."""

    crashed = Signal(str, str)
    """A sentence for people, and the report."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.secrets: set[str] = set()
        """Keys that were used since the start: none of them stands in a report or in the log."""
        self.tail = LogTail()
        self.tail.addFilter(Discreet(self.secrets))

    def install(self) -> Callable[[], None]:
        """Take over the hooks of Python, its threads and Qt; returns what gives them back."""
        before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qt_before = qInstallMessageHandler(self._on_qt_message)
        logging.getLogger().addHandler(self.tail)
        ours = logging.getLogger("fal_studio")
        level_before = ours.level
        if not ours.isEnabledFor(logging.INFO):
            ours.setLevel(logging.INFO)  # for the view of the log; other handlers have levels of their own
        _logger.info("%s", about())

        def restore() -> None:
            ours.setLevel(level_before)
            sys.excepthook, threading.excepthook = before
            qInstallMessageHandler(qt_before)
            logging.getLogger().removeHandler(self.tail)

        return restore

    def on_loop_exception(self, _loop: object, context: dict[str, Any]) -> None:
        """Take an error that the event loop found nobody for."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.take(error, str(context.get("message", "")))
        else:
            self._tell(str(context.get("message", tr("The event loop complained."))), str(context))

    def take(self, error: BaseException, where: str = "") -> None:
        """Log an error and show it."""
        text = "".join(traceback.format_exception(error))
        self._tell(
            tr("Something went wrong in fal Studio: {name}. Your work is still here.").format(
                name=type(error).__name__
            ),
            f"{where}\n{text}",
        )

    def _tell(self, sentence: str, details: str) -> None:
        report = f"{about()}\n\n{details.strip()}\n"
        report = Redactor(self.secrets).text(report)
        _logger.error("%s", report)
        self.crashed.emit(sentence, report)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.take(error)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.take(args.exc_value, f"in thread {args.thread.name if args.thread else '?'}")

    def _on_qt_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s %s", context.category, message)


def about() -> str:
    """Return what runs here, in one line."""
    return (
        f"fal Studio {__version__}, Python {platform.python_version()}, "
        f"PySide6 {PySide6.__version__}, {platform.platform()}"
    )
