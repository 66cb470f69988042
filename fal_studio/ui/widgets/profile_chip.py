"""Where and as whom we call, always in sight: a swatch in the profile's colour, its name, what it means."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from fal_studio.core.accounts import EMULATOR, Colour
from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role

_SWATCH: Final = 4
_SIDE: Final = 8
_ARROW: Final = 16


class ProfileChip(QAbstractButton):
    """For example **Emulator** | offline, free; or **fal** | key: work. A press opens the menu, or is `clicked`."""

    def __init__(
        self,
        name: str,
        note: str = "",
        swatch: Role = "stage.setup",
        *,
        menu: QMenu | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._menu = menu
        self._is_compact = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_profile(name, note, swatch)
        self.clicked.connect(self._on_clicked)

    def set_profile(self, name: str, note: str, swatch: Role) -> None:
        """Show another profile."""
        self._name, self._note = name, note
        self._swatch: Role = swatch
        self.setText(name)
        self.setAccessibleName(f"{name} - {note}" if note else name)
        self.updateGeometry()
        self.update()

    def set_compact(self, *, is_compact: bool) -> None:
        """Leave out the note where there is little room: the menu tells it too, and so does a screen reader."""
        if is_compact is not self._is_compact:
            self._is_compact = is_compact
            self.updateGeometry()
            self.update()

    def set_menu(self, menu: QMenu | None) -> None:
        """Offer other profiles."""
        self._menu = menu

    def sizeHint(self) -> QSize:
        """Return room for swatch, name, note and arrow."""
        px = current().px
        width = px(_SWATCH + _SIDE) + text_width("chosen", self._name)
        if self._note and not self._is_compact:
            width += 2 * px(_SIDE) + 1 + text_width("cell", self._note)
        return QSize(round(width + px(4 + _ARROW + 6) + 0.5), px(tokens.CONTROL))

    def minimumSizeHint(self) -> QSize:
        """Return the same: it never hides."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu with Enter and the down arrow too."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip; the swatch follows the rounded corner."""
        del event
        theme = current()
        painter = QPainter(self)
        area = QRectF(self.rect())
        radius = theme.px(tokens.RADIUS)
        hover = self.underMouse()
        paint.frame(painter, area, radius, theme.color("bg.hover" if hover else "bg.raised"))
        self._paint_swatch(painter, area, radius)
        paint.frame(painter, area, radius, None, theme.color("line.strong" if hover else "line.control"))
        x = area.left() + theme.px(_SWATCH + _SIDE)
        room = QRectF(x, area.top(), area.right() - x, area.height())
        x += paint.text(painter, room, self._name, theme.font("chosen"), theme.color("text.1"))
        if self._note and not self._is_compact:
            x = round(x + theme.px(_SIDE))
            paint.box(
                painter,
                QRectF(x, area.top() + theme.px(6), 1, area.height() - 2 * theme.px(6)),
                theme.color("line.control"),
            )
            x += 1 + theme.px(_SIDE)
            room = QRectF(x, area.top(), area.right() - x, area.height())
            paint.text(painter, room, self._note, theme.font("cell"), theme.color("text.2"))
        side = theme.px(_ARROW)
        box = QRectF(area.right() - theme.px(6) - side, area.center().y() - side / 2, side, side)
        icons.draw(painter, box, "chevron-down", theme.color("text.2"))

    def _paint_swatch(self, painter: QPainter, area: QRectF, radius: float) -> None:
        theme = current()
        box = paint.snapped(painter, area)
        shape = QPainterPath()
        shape.addRoundedRect(box, radius, radius)
        bar = QPainterPath()
        bar.addRect(mirroring.placed(QRectF(box.left(), box.top(), theme.px(_SWATCH), box.height())))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape.intersected(bar), theme.color(self._swatch))
        painter.restore()

    def _on_clicked(self) -> None:
        if self._menu is not None:
            self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))


SWATCHES: Final[Mapping[Colour, Role]] = MappingProxyType(
    {
        Colour.AMBER: "stage.wait",
        Colour.BLUE: "stage.run",
        Colour.VIOLET: "stage.home",
        Colour.RED: "bad",
        Colour.GREY: "stage.client",
    }
)


def swatch_of(profile: str, colour: Colour = Colour.AMBER) -> Role:
    """Return the colour that stands for a profile; the emulator has its own, wherever it is shown."""
    return "stage.setup" if profile == EMULATOR else SWATCHES[colour]
