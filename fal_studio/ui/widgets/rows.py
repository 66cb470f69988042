"""Rows of lists and tables: one way to show hover, selection and the keyboard's place."""

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.labels import split_quiet

ICON_ROLE = int(Qt.ItemDataRole.UserRole) + 101
"""Item data: the name of an icon."""
TRAILING_ROLE = int(Qt.ItemDataRole.UserRole) + 102
"""Item data: quiet words at the right edge, for example "3 h"."""
_State = QStyle.StateFlag


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands: under the pointer, chosen, where the keyboard is."""

    hovered: bool = False
    selected: bool = False
    pane_active: bool = True
    keyboard: bool = False

    @classmethod
    def of(cls, option: QStyleOptionViewItem) -> "RowState":
        """Read a delegate's option."""
        state = option.state
        view = cast("QWidget | None", option.widget)
        active = bool(view is not None and view.hasFocus())
        by_key = bool(
            view is not None and view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        )
        selected = bool(state & _State.State_Selected)
        return cls(
            hovered=bool(state & _State.State_MouseOver),
            selected=selected,
            pane_active=active,
            keyboard=active and by_key and bool(state & _State.State_HasFocus) and not selected,
        )


def paint_row(painter: QPainter, area: QRect | QRectF, state: RowState, *, first_column: bool = True) -> None:
    """Draw the ground of a row: hover, accent tint with a bar of 2 px, grey without focus, or the focus inset."""
    theme = current()
    box = QRectF(area)
    if state.selected:
        paint.box(painter, box, theme.color("accent.tint" if state.pane_active else "bg.chosen"))
        if state.pane_active and first_column:
            paint.box(painter, QRectF(box.left(), box.top(), 2, box.height()), theme.color("accent.line"))
    elif state.hovered:
        paint.box(painter, box, theme.color("bg.hover"))
    if state.keyboard:
        paint.frame(painter, box, tokens.RADIUS_SMALL, None, theme.color("focus"), 2)


class RowDelegate(QStyledItemDelegate):
    """Icon, words and trailing words in a row. Words like `fal-ai/flux/dev` show the owner quieter when asked."""

    def __init__(self, view: QAbstractItemView, *, height_px: int = 28, quiet_owner: bool = False) -> None:
        super().__init__(view)
        self._height = height_px
        self._quiet_until = "/" if quiet_owner else ""
        view.setMouseTracking(True)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the fixed height."""
        del option
        words = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        return QSize(round(text_width("control", words)) + current().px(60), current().px(self._height))

    @mirroring.row
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        theme = current()
        state = RowState.of(option)
        area = QRectF(option.rect)
        painter.save()
        paint_row(painter, area, state)
        x = area.left() + theme.px(12)
        side = theme.px(16)
        if name := index.data(ICON_ROLE):
            icons.draw(
                painter, QRectF(x, area.center().y() - side / 2, side, side), str(name), theme.color("text.3")
            )
            x += side + theme.px(8)
        right = area.right() - theme.px(12)
        if trailing := str(index.data(TRAILING_ROLE) or ""):
            wide = text_width("caption", trailing)
            room = QRectF(right - wide - 1, area.top(), wide + 2, area.height())
            paint.text(painter, room, trailing, theme.font("caption"), theme.color("text.3"))
            right -= wide + theme.px(8)
        self._paint_words(painter, QRectF(x, area.top(), right - x, area.height()), option, index)
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        room: QRectF,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = current()
        enabled = bool(option.state & _State.State_Enabled)
        ink: Role = "text.1" if option.state & (_State.State_Selected | _State.State_MouseOver) else "text.2"
        quiet, loud = split_quiet(str(index.data(Qt.ItemDataRole.DisplayRole) or ""), self._quiet_until)
        font = theme.font("cell")
        if quiet:
            ink = "text.1"
        aside, said = ("text.3", ink) if enabled else ("text.off", "text.off")
        paint.run(painter, room, ((quiet, font, theme.color(aside)), (loud, font, theme.color(said))))


def as_rows(view: QListView) -> None:
    """Let a list on a floating panel show its rows like all others: no frame, one height, its own sign of the keyboard."""
    view.setItemDelegate(RowDelegate(view))
    view.setUniformItemSizes(True)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
