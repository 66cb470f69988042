"""Diagnostics: what works between this machine and the profile in front, and a report to give to somebody."""

import datetime as dt
import importlib
import math
from typing import Any, Final, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fal_studio.figures import number
from fal_studio.ui import mirroring
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Label, Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import mark, told, tr

_LOOKS: Final[dict[str, tuple[str, Role]]] = {
    "waiting": ("waiting", "text.3"),
    "running": ("running", "accent.text"),
    "ok": ("done", "good"),
    "note": ("info", "ask"),
    "problem": ("failed", "bad"),
    "skipped": ("minus", "text.3"),
    "stopped": ("cancelled", "text.3"),
}
_TITLE_PX = 132


class Step(NamedTuple):
    """One line of the self-test."""

    key: str
    title: str
    state: str = mark("waiting")
    """waiting, running, ok, note, problem, skipped or stopped."""
    message: str = ""
    next_step: str = ""
    seconds: float = 0.0


class Piece(NamedTuple):
    """One file of the report."""

    name: str
    about: str
    text: str


class DiagnosticsPanel(FloatingPanel):
    """The self-test on one page, the report with a preview on the other."""

    test_wanted = Signal()
    """Test the profile in front; answer with `begin`, `show_step` and `end`."""
    stop_wanted = Signal()
    report_wanted = Signal()
    """Make a report; answer with `show_report`."""
    save_wanted = Signal(str, tuple)
    """Where the report is to be written, and the names of its files; answer with `tell`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Diagnostics"), window)
        self.lines: dict[str, _Line] = {}
        self._pieces: tuple[Piece, ...] = ()
        self._intro = Paragraph("", "cell", "2")
        self._grid = QVBoxLayout()
        self.files = QListWidget()
        self.text = QPlainTextEdit()
        self._pages = QStackedWidget()
        self._words = Paragraph("", "cell", "2")
        self.stop = Button(tr("Stop"))
        self.again = Button(tr("Test again"))
        self.report = Button(tr("Make a report…"), "primary")
        self.back = Button(tr("Back"))
        self.save = Button(tr("Save the report…"), "primary")
        self._fill()
        self.stop.clicked.connect(self.stop_wanted.emit)
        self.again.clicked.connect(self.test_wanted.emit)
        self.report.clicked.connect(self.report_wanted.emit)
        self.back.clicked.connect(lambda: self._show_page(0))
        self.save.clicked.connect(self._on_save)
        self.files.currentRowChanged.connect(self._on_file_chosen)
        self.files.itemChanged.connect(self._on_ticked)

    def begin(self, profile: str, steps: tuple[Step, ...]) -> None:
        """Show the steps of a test that begins now."""
        self._intro.set_text(
            tr(
                "Tests the profile “{profile}” and this machine. Nothing here costs money: with the "
                "Emulator, calls are made for real; elsewhere only free questions are asked."
            ).format(profile=profile)
        )
        for step in steps:
            if step.key not in self.lines:
                self.lines[step.key] = _Line(self)
                self._grid.addWidget(self.lines[step.key])
            self.lines[step.key].show_step(step)
        self._set_running(is_running=True)
        self._words.set_text("")
        self._show_page(0)

    def show_step(self, step: Step) -> None:
        """Show how far a step is."""
        self.lines[step.key].show_step(step)

    def end(self, words: str) -> None:
        """Say how the test came out; steps that were not made are said to be stopped."""
        for line in self.lines.values():
            if line.step.state in ("waiting", "running"):
                line.show_step(line.step._replace(state="stopped", message=tr("Not tested.")))
        self._set_running(is_running=False)
        self._words.set_text(words)

    def show_report(self, pieces: tuple[Piece, ...]) -> None:
        """Show what would be in the report."""
        self._pieces = pieces
        self.files.clear()
        for piece in pieces:
            size = len(piece.text.encode()) / 1024
            item = QListWidgetItem(
                tr("{name}\n{about}, {size} KB").format(
                    name=piece.name, about=piece.about, size=number(size, ",.1f")
                )
            )
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.files.addItem(item)
        self.files.setCurrentRow(0)
        self._show_page(1)
        self._words.set_text(tr("Nothing is sent. Untick what should not be in it."))

    def tell(self, words: str, *, is_good: bool) -> None:
        """Answer `save_wanted`."""
        self._words.set_text(words if is_good else tr("It could not be saved: {words}").format(words=words))

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more: stop."""
        if self.stop.isEnabled():
            self.stop_wanted.emit()
        super().hideEvent(event)

    def _set_running(self, *, is_running: bool) -> None:
        self.stop.setEnabled(is_running)
        self.again.setEnabled(not is_running)
        self.report.setEnabled(not is_running)

    def _show_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        for button in (self.stop, self.again, self.report):
            button.setVisible(page == 0)
        for button in (self.back, self.save):
            button.setVisible(page == 1)
        if page == 0:
            self._words.set_text("")

    def _chosen(self) -> tuple[str, ...]:
        return tuple(
            piece.name
            for row, piece in enumerate(self._pieces)
            if self.files.item(row).checkState() is Qt.CheckState.Checked
        )

    def _on_file_chosen(self, row: int) -> None:
        self.text.setPlainText(self._pieces[row].text if 0 <= row < len(self._pieces) else "")

    def _on_ticked(self) -> None:
        self.save.setEnabled(bool(self._chosen()))

    def _on_save(self) -> None:
        module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        name = f"fal-studio-report-{dt.datetime.now().astimezone():%Y-%m-%d-%H%M}.zip"
        chosen = self._chosen()

        def then(path: str) -> None:
            self.save_wanted.emit(path, chosen)

        module.choose_place(
            self.window(),
            tr("Save the report"),
            name,
            then,
            kind=tr("ZIP file (*.zip)"),
        )

    def _fill(self) -> None:
        px = current().px
        inner = laid(QWidget(), "float")
        column = QVBoxLayout(inner)
        mirroring.margins(column, 0, 0, px(8), 0)
        self._grid.setSpacing(px(10))
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        grounded(area, "float")
        area.setAccessibleName(tr("Steps of the self-test"))
        test = QWidget()
        rows = QVBoxLayout(test)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(12))
        rows.addWidget(self._intro)
        rows.addWidget(area, 1)
        report = QWidget()
        halves = QHBoxLayout(report)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(px(12))
        self.files.setAccessibleName(tr("Files of the report"))
        self.files.setFixedWidth(px(232))
        self.files.setSpacing(2)
        self.files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        grounded(self.files, "float")
        self.text.setAccessibleName(tr("What is in the file"))
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._follow_theme()
        current().changed.connect(self._follow_theme)
        halves.addWidget(self.files)
        halves.addWidget(self.text, 1)
        self._pages.addWidget(test)
        self._pages.addWidget(report)
        self.body.addWidget(self._pages, 1)
        self.foot.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.stop, self.again, self.back, self.report, self.save):
            self.foot.addWidget(button)
        self._show_page(0)

    def _follow_theme(self) -> None:
        self.text.setFont(current().font("mono"))


class _Line(QWidget):
    """Sign, name, what was found, the time it took; under it what to do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.step = Step("", "")
        px = current().px
        self._mark = Mark("waiting", "text.3", 16, self)
        self._title = Label("", "chosen", "1")
        self._title.setFixedWidth(px(_TITLE_PX))
        self._message = Paragraph("", "cell", "2", parent=self)
        self._next = Paragraph("", "cell", "1", parent=self)
        self._time = Label("", "caption", "3")
        self._time.setFixedWidth(px(64))
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        top = Qt.AlignmentFlag.AlignTop
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(2))
        grid.addWidget(self._mark, 0, 0, top)
        grid.addWidget(self._title, 0, 1, top)
        grid.addWidget(self._message, 0, 2, top)
        grid.addWidget(self._time, 0, 3, top)
        grid.addWidget(self._next, 1, 2, top)
        grid.setColumnStretch(2, 1)

    def show_step(self, step: Step) -> None:
        """Show how far it is."""
        self.step = step
        # A title that is longer than the column, as in some languages, pushes what was found aside.
        wide = math.ceil(text_width("chosen", step.title)) + 1
        self._title.setFixedWidth(max(current().px(_TITLE_PX), wide))
        self._mark.set_icon(*_LOOKS[step.state])
        self._title.setText(step.title)
        self._message.set_text(step.message or ("…" if step.state == "running" else ""))
        self._next.set_text(step.next_step)
        self._next.setVisible(bool(step.next_step))
        is_done = step.state in ("ok", "note", "problem")
        self._time.setText(
            tr("{seconds} ms").format(seconds=number(step.seconds * 1000, ",.0f")) if is_done else ""
        )
        self.setAccessibleName(f"{step.title}: {told(step.state)}. {step.message} {step.next_step}".strip())
