"""Thumbnails of models: asked for when a row is first drawn, kept small."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from fal_studio.ui.model_search import ModelSearch

KEPT = 300
"""Small pictures that are kept; one takes about 60 KB."""
KEPT_WHOLE = 8
SMALL = QSize(144, 96)
"""Device pixels of a picture in a row."""


class Pictures(QObject):
    """Hands out thumbnails by endpoint; one that is not there yet is told by `arrived`."""

    arrived = Signal(str)

    def __init__(self, door: ModelSearch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._small: OrderedDict[str, QPixmap] = OrderedDict()
        self._whole: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: set[str] = set()
        door.picture.connect(self._on_picture)

    def small(self, endpoint: str) -> QPixmap | None:
        """Return the picture of a row; None while it is fetched, a null one if there is none."""
        return self._get(self._small, endpoint)

    def whole(self, endpoint: str) -> QPixmap | None:
        """Return the picture of a card; None while it is fetched, a null one if there is none."""
        return self._get(self._whole, endpoint)

    def forget_missing(self) -> None:
        """Ask again for those that could not be had: the server may be back."""
        for kept in (self._small, self._whole):
            for endpoint in [endpoint for endpoint, picture in kept.items() if picture.isNull()]:
                del kept[endpoint]

    def _get(self, kept: OrderedDict[str, QPixmap], endpoint: str) -> QPixmap | None:
        found = kept.get(endpoint)
        if found is not None:
            kept.move_to_end(endpoint)
        elif endpoint not in self._asked:
            self._asked.add(endpoint)
            self._door.want_picture(endpoint)
        return found

    def _on_picture(self, endpoint: str, image: QImage) -> None:
        self._asked.discard(endpoint)
        small = image
        if not image.isNull():
            small = image.scaled(
                SMALL,
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
        for kept, picture, most in ((self._small, small, KEPT), (self._whole, image, KEPT_WHOLE)):
            kept[endpoint] = QPixmap.fromImage(picture)
            while len(kept) > most:
                kept.popitem(last=False)
        self.arrived.emit(endpoint)
