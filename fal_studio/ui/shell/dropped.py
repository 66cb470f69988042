"""What is dropped on the window: a request in it opens, and a file without one fills the field in front that takes it."""

from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fal_studio.core.paste.addresses import is_more_than_an_id
from fal_studio.core.schema.field import Field, FieldKind, Media
from fal_studio.core.schema.field import Path as Place
from fal_studio.core.schema.files import endings
from fal_studio.ui import paint
from fal_studio.ui.shell.attaching import Attaching
from fal_studio.ui.shell.pasting import FILES, Pasting, file_in
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current, text_width
from fal_studio.words import tr

_HIGH_PX, _SIDE_PX, _ABOVE_PX = 36, 16, 48


class Host(Protocol):
    """What is needed of the window."""

    attaching: Attaching
    status: StatusBar

    @property
    def page(self) -> str:
        """Which page is in front."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def pasting(self) -> Pasting:
        """Requests from what is dropped."""
        ...


class Meant(NamedTuple):
    """What would become of a drop."""

    words: str
    file: str = ""
    place: Place | None = None
    """The field that a file is for, if it carries no request."""


class Dropped:
    """Says what would happen while something is dragged, and does it when it is dropped."""

    def __init__(self, host: Host, window: QWidget) -> None:
        self._host = host
        self._hint = _Hint(window)

    def meant(self, data: QMimeData) -> Meant | None:
        """Return what would become of this; None if nothing would."""
        found = file_in(data)
        if found is not None and found.suffix.lower() not in FILES:
            return Meant(tr("Open {name}").format(name=found.name), str(found))
        path = found or next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)
        if path is not None:
            place = self._place_for(path)
            if found is None:
                words = tr("Use as {name}").format(name=place[0]) if place else ""
            elif place:
                words = tr("Open the request in it, or use it as {name}").format(name=place[0])
            else:
                words = tr("Open the request in it")
            return Meant(words, str(path), place) if words else None
        is_text = not data.hasUrls() and is_more_than_an_id(data.text())
        return Meant(tr("Open it as a request")) if is_text else None

    def show(self, data: QMimeData) -> None:
        """Tell what would happen, if anything would."""
        meant = self.meant(data)
        if meant is not None:
            self._hint.show_words(meant.words)

    def hide(self) -> None:
        """Take back what was told."""
        self._hint.hide()

    def take(self, data: QMimeData) -> None:
        """Do it."""
        self.hide()
        meant = self.meant(data)
        if meant is not None and meant.place is not None and file_in(data) is None:
            self._attach(meant.file, meant.place)
        else:
            self._host.pasting.open_data(data, self._use)

    def _place_for(self, path: Path) -> Place | None:
        """Return the field of the request in front that takes such a file: an empty one and a required one before others."""
        if self._host.page != "request":
            return None
        space = self._host.workspace
        given = space.document.arguments or {}
        fitting = [one for one in space.editor.form.schema.fields if _takes(one, path)]
        fitting.sort(key=lambda one: (bool(given.get(one.name)), not one.required))
        if not fitting:
            return None
        field = fitting[0]
        if field.kind is not FieldKind.LIST:
            return (field.name,)
        items = given.get(field.name)
        return (field.name, len(items) if isinstance(items, list) else 0)

    def _use(self, path: Path) -> bool:
        """Use a file that carries no request for a field, if there is one for it."""
        place = self._place_for(path)
        if place is not None:
            self._attach(str(path), place)
        return place is not None

    def _attach(self, file: str, place: Place) -> None:
        space = self._host.workspace
        self._host.attaching.attach(space, self._host.attaching.plain(file), place)
        self._host.status.tell(tr("{file} is used as {name}").format(file=Path(file).name, name=place[0]))


class _Hint(QWidget):
    """A line around the window, and the words at its foot."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("dropHint")
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    def show_words(self, words: str) -> None:
        """Say what would happen."""
        self._words = words
        self.setAccessibleName(words)
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both."""
        del event
        theme = current()
        px = theme.px
        painter = QPainter(self)
        paint.frame(painter, QRectF(self.rect()), 0, border=theme.color("accent.line"), width_px=2)
        wide = min(text_width("control", self._words) + 2 * px(_SIDE_PX), self.width() - 2 * px(_SIDE_PX))
        plate = QRectF(
            (self.width() - wide) / 2, self.height() - px(_ABOVE_PX + _HIGH_PX), wide, px(_HIGH_PX)
        )
        paint.frame(painter, plate, 6, theme.color("accent.fill"), theme.color("accent.line"))
        middle = Qt.AlignmentFlag.AlignCenter
        paint.text(painter, plate, self._words, theme.font("control"), theme.color("on.accent"), middle)


def _takes(field: Field, path: Path) -> bool:
    """Whether the name of a file says that it is what a field wants."""
    if field.media is None:
        return False
    return field.media is Media.FILE or path.suffix.lower().lstrip(".") in endings(field.media)
