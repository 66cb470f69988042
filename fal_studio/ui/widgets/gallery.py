"""Every part of the window in every state, to look at: `python -m fal_studio.ui.widgets.gallery --out DIR`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from fal_studio.ui.focus import FocusRing
from fal_studio.ui.style import dress
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.gallery_sections import SECTIONS, Roles
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import told

_COLUMNS = 3
_SCHEMES = (Scheme.DARK, Scheme.LIGHT, Scheme.HIGH_CONTRAST)
_SETTLE_MS = 200


class Gallery(QWidget):
    """The sheet of all parts in three columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(told("fal Studio: parts of the window"))
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(20)
        for index, (title, make) in enumerate(SECTIONS):
            grid.addWidget(_section(title, make()), index // _COLUMNS, index % _COLUMNS)
        grid.addWidget(_section(told("Colour roles"), Roles()), len(SECTIONS) // _COLUMNS, 0, 1, _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self._rings: list[FocusRing] = []
        self._rings_done = False

    def show_focus(self) -> None:
        """Put the focus where the sheet shows it: a ring around the samples, the caret into the field."""
        for widget in self.findChildren(QWidget):
            if widget.property("ringed") and not self._rings_done:
                ring = FocusRing(self)
                ring.surround(widget)
                self._rings.append(ring)
        self._rings_done = True
        field = self.findChild(QWidget, "focused")
        if isinstance(field, QWidget):
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        del event
        QPainter(self).fillRect(self.rect(), current().color("bg.panel"))


def _section(title: str, content: QVBoxLayout | QWidget) -> QWidget:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    column.addWidget(Label(title, "value", "1"))
    column.addWidget(Divider())
    if isinstance(content, QWidget):
        column.addWidget(content)
    else:
        column.addLayout(content)
    column.addStretch(1)
    return section


class Photographer(QObject):
    """Writes the sheet in every scheme and zoom as PNG files, one step at a time, so that focus can settle."""

    done = Signal(list)

    def __init__(self, folder: Path, zooms: Sequence[float] = (1.0,), parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._jobs = [(zoom, scheme) for zoom in zooms for scheme in _SCHEMES]
        self._written: list[Path] = []
        self._sheet: Gallery | None = None

    def start(self) -> None:
        """Begin; `done` brings the paths."""
        QTimer.singleShot(0, self._prepare)

    def _prepare(self) -> None:
        if not self._jobs:
            self._put_away()
            self.done.emit(self._written)
            return
        zoom, scheme = self._jobs[0]
        theme = current()
        if self._sheet is None or theme.zoom != zoom:
            self._put_away()
            theme.set_zoom(zoom)
            self._sheet = Gallery()
            self._sheet.resize(round(1280 * zoom), self._sheet.sizeHint().height())
            self._sheet.show()
            self._sheet.activateWindow()
        theme.apply(scheme)
        self._sheet.show_focus()
        QTimer.singleShot(_SETTLE_MS, self._take)

    def _take(self) -> None:
        zoom, scheme = self._jobs.pop(0)
        if self._sheet is not None:
            size = "" if zoom == 1.0 else f"-{round(zoom * 100)}"
            path = self._folder / f"components-{scheme.replace(' ', '-')}{size}.png"
            self._sheet.grab().save(str(path))
            self._written.append(path)
        self._prepare()

    def _put_away(self) -> None:
        if self._sheet is not None:
            self._sheet.close()
            self._sheet.deleteLater()
            self._sheet = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures, or show the sheet in a window without `--out`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write PNG files there and open no window")
    parser.add_argument("--zoom", type=float, action="append", help="text zoom, 1.0 to 2.0; may be repeated")
    chosen = parser.parse_args(arguments)
    if chosen.out is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    dress(app, Scheme.DARK)
    if chosen.out is not None:
        photographer = Photographer(chosen.out, chosen.zoom or (1.0,), app)
        photographer.done.connect(_tell)
        photographer.start()
        return app.exec()
    sheet = Gallery()
    sheet.show()
    sheet.show_focus()
    return app.exec()


def _tell(paths: Sequence[Path]) -> None:
    for path in paths:
        sys.stdout.write(f"{path}\n")
    QApplication.quit()


if __name__ == "__main__":
    raise SystemExit(main())
