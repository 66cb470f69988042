"""Frames as JPEG files: what Qt reads back is what was drawn, of any size and kind of picture."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from fal_studio.ui.realtime.jpeg import jpeg_of


@pytest.mark.parametrize("form", [QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied])
@pytest.mark.parametrize("size", [QSize(512, 512), QSize(101, 67), QSize(1, 1)])
def test_what_is_read_back_is_what_was_drawn(form: QImage.Format, size: QSize) -> None:
    image = QImage(size, form)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.fillRect(0, 0, size.width() // 2, size.height(), QColor(200, 30, 60))
    painter.end()
    data = jpeg_of(image, 85)
    assert data.startswith(b"\xff\xd8\xff")
    read = QImage.fromData(data)
    assert read.size() == size
    for x, y in ((size.width() // 4, size.height() // 2), (size.width() - 1, size.height() - 1)):
        drawn, found = image.pixelColor(x, y), read.pixelColor(x, y)
        pairs = (drawn.red(), found.red()), (drawn.green(), found.green()), (drawn.blue(), found.blue())
        apart = max(abs(one - other) for one, other in pairs)
        assert apart < 12, (x, y, drawn.name(), found.name())
