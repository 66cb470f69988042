"""Pictures made small, for rows and tiles: read no larger than they are shown, in any thread."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

MAX_MB = 256
"""What one picture may take in memory while it is read."""


def scaled(data: bytes, size: QSize) -> QImage:
    """Return a picture cut to cover `size`; an empty one if the bytes are no picture."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    reader.setAllocationLimit(MAX_MB)
    whole = reader.size()
    if whole.isValid():
        reader.setScaledSize(whole.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return cut(reader.read(), size)


def cut(image: QImage, size: QSize) -> QImage:
    """Return a picture scaled to cover `size`, without what sticks out; an empty one stays empty."""
    if image.isNull():
        return image
    image = image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    left, top = (image.width() - size.width()) // 2, (image.height() - size.height()) // 2
    return image.copy(left, top, size.width(), size.height())
