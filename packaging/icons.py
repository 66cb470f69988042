"""Draws the program's icon in the sizes of a desktop; run it after a change of the SVG files: `python packaging/icons.py`."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).parents[1] / "resources" / "desktop" / "icons"
NAME = "io.github.fal_studio.FalStudio"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
SMALL = 16
"""This size has a drawing of its own: its bars lie on whole pixels."""


def main() -> None:
    app = QGuiApplication([*sys.argv[:1], "-platform", "offscreen"])
    for size in SIZES:
        drawing = QSvgRenderer(str(FOLDER / (f"{NAME}-{SMALL}.svg" if size == SMALL else f"{NAME}.svg")))
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawing.render(painter)
        painter.end()
        if not image.save(str(FOLDER / f"{NAME}-{size}.png")):
            raise SystemExit(f"{NAME}-{size}.png could not be written")
    app.quit()


if __name__ == "__main__":
    main()
