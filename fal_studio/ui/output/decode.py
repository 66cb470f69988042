"""Pictures from bytes, off the UI thread; for each place only the newest counts."""

import re
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QObject,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    Signal,
    Slot,
)
from PySide6.QtGui import QColorSpace, QImage, QImageIOHandler, QImageReader

from fal_studio import figures
from fal_studio.core.svg import SvgError, safe_svg
from fal_studio.words import tr

MAX_SIDE = 4096
"""Larger pictures are shown smaller: a screen has no more."""
MAX_MB = 512
_PICTURES = frozenset({b"png", b"jpeg", b"jpg", b"webp", b"gif", b"bmp", b"tiff", b"tif", b"ico", b"avif"})
"""Qt reads more; a PDF or a program's cursor is no result."""
_SVG = re.compile(
    rb"\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*|<!doctype[^>\[]*(?:\[.*?\])?\s*>\s*)*<(?:\w+:)?svg[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_DRAWINGS = frozenset({b"svg", b"svgz"})


class _Answers(QObject):
    ready = Signal(str, int, QImage, str)


class _Work(QRunnable):
    def __init__(self, place: str, number: int, data: bytes, is_current: Callable[[str, int], bool]) -> None:
        super().__init__()
        self.answers = _Answers()
        self._place, self._number, self._data, self._is_current = place, number, data, is_current

    @Slot()
    def run(self) -> None:
        if not self._is_current(self._place, self._number):
            return
        image, error = decode(self._data)
        self.answers.ready.emit(self._place, self._number, image, error)


class Decoder(QObject):
    """Decodes pictures in a pool of its own; an older picture of a place is never delivered after a newer one."""

    decoded = Signal(str, QImage, str)
    """The place, the picture, and why it could not be read ("" if it could)."""

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._wanted: dict[str, int] = {}
        self._number = 0

    def decode(self, place: str, data: bytes) -> None:
        """Begin to decode the newest bytes of a place."""
        self._number += 1
        self._wanted[place] = self._number
        work = _Work(place, self._number, data, self._is_current)
        work.answers.ready.connect(self._on_ready)
        self._pool.start(work)

    def forget(self, place: str) -> None:
        """Deliver nothing more for a place."""
        self._wanted.pop(place, None)

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._wanted.clear()
        self._pool.clear()
        self._pool.waitForDone(3000)

    def _is_current(self, place: str, number: int) -> bool:
        return self._wanted.get(place) == number

    @Slot(str, int, QImage, str)
    def _on_ready(self, place: str, number: int, image: QImage, error: str) -> None:
        if self._is_current(place, number):
            self.decoded.emit(place, image, error)


class Looked(NamedTuple):
    """A picture, and what its file says about it."""

    image: QImage
    """In sRGB; empty if it cannot be shown."""
    error: str = ""
    """Why not, in words."""
    size: QSize = QSize()
    """Pixels of the file; the picture may have fewer."""
    form: str = ""
    profile: str = ""
    """Name of the colour profile that the picture was converted from; "" if it had none."""
    bits: int = 8
    """Of each channel in the file, as far as more than 8 are known; it is shown with 8."""


def decode(data: bytes) -> tuple[QImage, str]:
    """Return the picture in sRGB, at most `MAX_SIDE` wide, or an empty one and the reason in words."""
    looked = look(data)
    return looked.image, looked.error


def look(data: bytes, most_side: int = MAX_SIDE, *, exact: bool = False) -> Looked:
    """Read a picture, at most `most_side` wide and high. Blocks: not for the window's thread.

    `exact` keeps the colours of transparent pixels to the letter; such a picture is drawn more slowly.
    """
    if not data:
        return Looked(QImage(), tr("the file is empty"))
    is_drawing = _begins_like_svg(data)
    if is_drawing:
        try:
            data = safe_svg(data)
        except SvgError as error:
            return Looked(QImage(), str(error))
    store = QByteArray(data)
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    form = bytes(reader.format().data())
    if form and form not in (_DRAWINGS if is_drawing else _PICTURES):
        return Looked(
            QImage(),
            tr("it is a file of the kind {decode}, not a picture").format(decode=form.decode().upper()),
        )
    reader.setAutoTransform(True)
    reader.setAllocationLimit(MAX_MB)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > most_side:
        reader.setScaledSize(size.scaled(QSize(most_side, most_side), Qt.AspectRatioMode.KeepAspectRatio))
    # A plain JPEG and a drawing are made small at once; of everything else the whole picture is made first.
    is_scaled = form in _DRAWINGS or (form == b"jpeg" and not _has_passes(data))
    if size.isValid() and _bytes_of(size) > MAX_MB * 1_000_000 and not is_scaled:
        words = tr("it says it has {width} x {height} pixels, too many to be shown").format(
            width=figures.number(size.width()), height=figures.number(size.height())
        )
        return Looked(QImage(), words)
    image = reader.read()
    if image.isNull():
        return Looked(QImage(), _why_not(data, reader))
    profile, bits = "", _bits_of(image)
    if image.colorSpace().isValid():
        profile = image.colorSpace().description() or tr("a profile without a name")
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    glass = QImage.Format.Format_ARGB32 if exact else QImage.Format.Format_ARGB32_Premultiplied
    wanted = glass if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    if is_turned(reader.transformation()):
        size.transpose()
    return Looked(
        image.convertToFormat(wanted),
        "",
        size if size.isValid() else image.size(),
        form.decode().upper(),
        profile,
        bits,
    )


def _bits_of(image: QImage) -> int:
    """Return how many bits a channel has."""
    return max(8, image.pixelFormat().redSize())  # of grey ones, too


def is_turned(how: QImageIOHandler.Transformation) -> bool:
    """Whether a picture is shown with width and height exchanged."""
    return bool(how & QImageIOHandler.Transformation.TransformationRotate90)


def _begins_like_svg(data: bytes) -> bool:
    return _SVG.match(data[:4096].removeprefix(b"\xef\xbb\xbf")) is not None


def _has_passes(data: bytes) -> bool:
    """Whether a JPEG comes in several passes: all its coefficients are then held, however small it is to be shown."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in (0xC2, 0xC6, 0xCA, 0xCE):
            return True
        at += 2 + size
        if marker == 0xDA:
            return data.find(b"\xff\xda", at) >= 0
    return True


def _bytes_of(size: QSize) -> int:
    return size.width() * size.height() * 4


def _why_not(data: bytes, reader: QImageReader) -> str:
    if data[:200].lstrip()[:1] in (b"<", b"{"):
        return tr("the server sent a text instead of a picture")
    words = reader.errorString()
    return words[:1].lower() + words[1:]
