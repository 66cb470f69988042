"""Every part of the window in every state, to look at: `python -m fal_studio.ui.widgets.gallery --out DIR`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from fal_studio.ui.focus import FocusRing
from fal_studio.ui.style import dress
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.gallery_sections import SECTIONS, Roles
from fal_studio.ui.widgets.labels import Divider, Label

_COLUMNS = 3


class Gallery(QWidget):
    """The sheet of all parts in three columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("fal Studio: parts of the window")
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(20)
        for index, (title, make) in enumerate(SECTIONS):
            grid.addWidget(_section(title, make()), index // _COLUMNS, index % _COLUMNS)
        grid.addWidget(_section("Colour roles", Roles()), len(SECTIONS) // _COLUMNS, 0, 1, _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self._rings: list[FocusRing] = []

    def show_focus(self) -> None:
        """Put the focus where the sheet shows it: a ring around the samples, the caret into the field."""
        for widget in self.findChildren(QWidget):
            if widget.property("ringed"):
                ring = FocusRing(self)
                ring.setWidget(widget)
                self._rings.append(ring)
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


def write(folder: Path, app: QApplication, zooms: Sequence[float] = (1.0,)) -> list[Path]:
    """Write the sheet in every scheme and zoom as PNG files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    theme = current()
    for zoom in zooms:
        theme.set_zoom(zoom)
        sheet = Gallery()
        sheet.resize(round(1280 * zoom), sheet.sizeHint().height())
        sheet.show()
        sheet.activateWindow()
        sheet.show_focus()
        for scheme in (Scheme.DARK, Scheme.LIGHT, Scheme.HIGH_CONTRAST):
            theme.apply(scheme)
            app.sendPostedEvents()
            name = (
                f"components-{scheme.replace(' ', '-')}{'' if zoom == 1.0 else f'-{zoom:.0%}'}.png".replace(
                    "%", ""
                )
            )
            path = folder / name
            sheet.grab().save(str(path))
            written.append(path)
        sheet.close()
        sheet.deleteLater()
    return written


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
        for path in write(chosen.out, app, chosen.zoom or (1.0,)):
            sys.stdout.write(f"{path}\n")
        return 0
    sheet = Gallery()
    sheet.show()
    sheet.show_focus()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
