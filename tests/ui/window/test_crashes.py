"""A mistake of the program itself is told in a strip, with a report and the log at hand, and never stops the window."""

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from fal_studio.app.program import Program
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

SECRET = "fal-key-4f6c:0123456789abcdef"
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The log of these tests is about mistakes on purpose."""
    yield
    logging.getLogger("fal_studio").setLevel(logging.NOTSET)


def breaks() -> None:
    raise RuntimeError(f"a slot broke with {SECRET}")


async def breaks_in_a_task() -> None:
    raise ValueError("a task broke")


def button(program: Program, words: str) -> QPushButton:
    found = [
        b for b in program.window.banner.findChildren(QPushButton) if b.text() == words and b.isVisible()
    ]
    assert len(found) == 1, words
    return found[0]


def test_errors_in_a_slot_a_task_and_a_thread_are_told_and_can_be_copied_without_keys(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        program, window = hand.program, hand.window
        restore = program.funnel.install()
        try:
            program.funnel.secrets.add(SECRET)
            QTimer.singleShot(0, breaks)
            await until(window.banner.isVisible, what="the slot's error is told")
            assert window.banner.text == (
                "Something went wrong in fal Studio: RuntimeError. Your work is still here."
            )
            button(program, "Copy report").click()
            copied = QGuiApplication.clipboard().text()
            assert "a slot broke" in copied
            assert "in breaks" in copied, "the report tells where"
            assert SECRET not in copied

            # The report can be read before it is given to anybody.
            button(program, "Show report").click()
            report = window.checkups.panel("report")
            assert report.text.toPlainText() == copied
            report.log.click()
            assert not report.isVisible()
            log = window.checkups.panel("log")
            await until(lambda: "a slot broke" in log.log.text, what="the log has it")
            assert "fal Studio" in log.log.text.splitlines()[0]
            assert SECRET not in log.log.text

            # What comes while it is open is shown, whichever thread it comes from; levels and search are those of calls.
            program.start("broken", breaks_in_a_task())
            await until(lambda: "ValueError" in window.banner.text, what="the task's error is told")
            thread = threading.Thread(target=breaks, name="worker")
            thread.start()
            thread.join()
            await until(lambda: "in thread worker" in log.log.text, what="the thread's error is in the log")
            logging.getLogger("fal_studio.test").warning("only a warning")
            await until(lambda: "only a warning" in log.log.text, what="the warning is shown")
            log.log.show_level("warn")
            assert "a slot broke" not in log.log.text
            log.copy.click()
            assert "only a warning" in QGuiApplication.clipboard().text()
            log.dismiss()
            assert program.funnel.tail.heard is None

            # The window works on.
            await hand.run()
            await hand.shown()
        finally:
            restore()

    drive(scenario)
