"""The list of the palette: titles of groups, and entries with the letters that fit and their shortcuts."""

import itertools
from typing import cast

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fal_studio.core.fuzzy import Span
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.palette.entries import Listed, Shown
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import HEIGHTS, Role
from fal_studio.ui.widgets.chips import draw_key, key_width
from fal_studio.ui.widgets.key_words import caps_of
from fal_studio.ui.widgets.labels import split_quiet
from fal_studio.ui.widgets.rows import RowState, paint_row
from fal_studio.words import tr

SHOWN = int(Qt.ItemDataRole.UserRole) + 1
"""Item data: a Shown; None for the title of a group."""
TITLE_PX = 26
OR = tr("or")
_Index = QModelIndex | QPersistentModelIndex
_TITLE_SHARE = 0.6
_EDGE, _ICON, _GAP, _CAP_GAP = 16, 14, 12, 4


class EntryList(QAbstractListModel):
    """The rows of a Listed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | Shown] = []

    def show_listed(self, listed: Listed) -> None:
        """Show other entries."""
        self.beginResetModel()
        self._rows = [row for name, group in listed.groups for row in (name, *group)]
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many rows there are, with the titles."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return what a row says."""
        row = self._rows[index.row()]
        if role == SHOWN:
            return row if isinstance(row, Shown) else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.entry.title if isinstance(row, Shown) else row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row) if isinstance(row, Shown) else row
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Shown):
            return row.entry.why_not or row.entry.detail
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Say that titles cannot be chosen."""
        is_entry = isinstance(self._rows[index.row()], Shown)
        return (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_entry else Qt.ItemFlag.NoItemFlags
        )

    def row_of(self, key: str) -> int:
        """Return where an entry stands, -1 for nowhere."""
        for number, row in enumerate(self._rows):
            if isinstance(row, Shown) and row.entry.key == key:
                return number
        return -1

    def step(self, row: int, step: int) -> int:
        """Return the entry that many entries further down from a row, round the end by single steps; -1 if there is none."""
        entries = [number for number, one in enumerate(self._rows) if isinstance(one, Shown)]
        if not entries:
            return -1
        at = entries.index(row) if row in entries else (-1 if step > 0 else 0)
        wanted = at + step
        if abs(step) > 1:
            return entries[max(0, min(len(entries) - 1, wanted))]
        return entries[wanted % len(entries)]


def spoken(shown: Shown) -> str:
    """Return an entry as a screen reader says it."""
    entry = shown.entry
    parts = [entry.title, entry.detail, " ".join(shown_caps(entry.keys))]
    if entry.why_not:
        parts.append(tr("not possible now: {why_not}").format(why_not=entry.why_not))
    return ", ".join(part for part in (*parts, entry.group) if part)


class EntryView(QListView):
    """The list; the keyboard stays in the field above it."""

    def __init__(self, model: EntryList) -> None:
        super().__init__()
        grounded(self, "float")
        self.setModel(model)
        self.setItemDelegate(EntryRows(self))
        self.setAccessibleName(tr("Found"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)

    def height_wanted(self) -> int:
        """Return how high all of its rows are."""
        model = cast("EntryList", self.model())
        px = current().px
        titles = sum(model.index(row).data(SHOWN) is None for row in range(model.rowCount()))
        rows = (model.rowCount() - titles) * px(HEIGHTS["palette"]) + titles * px(TITLE_PX)
        return rows + px(8) if rows else 0

    def height_within(self, room: int) -> int:
        """Return how high it is in a room, in pixels: all of its rows, or as many whole ones as there is room for."""
        if (wanted := self.height_wanted()) <= room:
            return wanted
        model, px = cast("EntryList", self.model()), current().px
        high = 0
        for row in range(model.rowCount()):
            is_title = model.index(row).data(SHOWN) is None
            further = high + px(TITLE_PX if is_title else HEIGHTS["palette"])
            if further > room:
                break
            high = further
        return high or room


class EntryRows(QStyledItemDelegate):
    """Draws titles and entries."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of a row."""
        del option
        is_entry = index.data(SHOWN) is not None
        return QSize(current().px(200), current().px(HEIGHTS["palette"] if is_entry else TITLE_PX))

    @mirroring.row
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        theme = current()
        px = theme.px
        area = QRectF(option.rect)
        shown: Shown | None = index.data(SHOWN)
        painter.save()
        if shown is None:
            words = area.adjusted(px(_EDGE), px(2), -px(_EDGE), 0)
            paint.text(painter, words, str(index.data()), theme.font("section"), theme.color("text.2"))
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            paint_row(painter, area, RowState(hovered=hovered, selected=selected))
            self._paint_entry(painter, area, shown)
        painter.restore()

    def _paint_entry(self, painter: QPainter, area: QRectF, shown: Shown) -> None:
        theme = current()
        px = theme.px
        entry = shown.entry
        able = not entry.why_not
        side = px(_ICON)
        left = area.left() + px(_EDGE)
        spot = QRectF(left + px(1), area.center().y() - side / 2, side, side)
        if entry.icon:
            icons.draw(painter, spot, entry.icon, theme.color("text.2" if able else "text.off"))
            left += px(16) + px(10)
        right = self._paint_keys(painter, area, entry.keys) - px(_GAP)
        room = QRectF(left, area.top(), right - left, area.height())
        words = entry.why_not or entry.detail
        if words:  # a long title leaves some room for them
            room.setWidth(min(room.width(), max(room.width() * _TITLE_SHARE, room.width() - px(220))))
        quiet, _ = split_quiet(entry.title, entry.quiet_until)
        used = lettered(
            painter, room, entry.title, shown.title_spans,
            style="body", ink="text.1" if able else "text.off", quiet=len(quiet),
        )  # fmt: skip
        rest = QRectF(left + used + px(10), area.top(), right - left - used - px(10), area.height())
        if words and rest.width() > px(40):
            spans = () if entry.why_not else shown.detail_spans
            lettered(painter, rest, words, spans, style="cell", ink="text.3")

    def _paint_keys(self, painter: QPainter, area: QRectF, keys: tuple[str, ...]) -> float:
        theme = current()
        px = theme.px
        caps = shown_caps(keys)
        right = area.right() - px(_EDGE)
        left = right - sum(_cap_width(cap) for cap in caps) - px(_CAP_GAP) * max(0, len(caps) - 1)
        room = mirroring.placed(QRectF(left, area.top(), right - left, area.height()))
        x = room.left()
        with mirroring.mirrored(
            room, Qt.LayoutDirection.LeftToRight
        ):  # keys stand as they are written: Ctrl, then K
            for cap in caps:
                if cap == OR:
                    box = QRectF(x, area.top(), _cap_width(cap) + 1, area.height())
                    paint.text(painter, box, cap, theme.font("caption"), theme.color("text.3"))
                    x += _cap_width(cap) + px(_CAP_GAP)
                else:
                    x += draw_key(painter, x, area.center().y(), cap) + px(_CAP_GAP)
        return left


def shown_caps(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of all caps of an entry, with "or" between its shortcuts; Enter and Return are one."""
    strokes = dict.fromkeys(caps_of(key) for key in keys)
    return tuple(cap for number, stroke in enumerate(strokes) for cap in ((OR,) if number else ()) + stroke)


def _cap_width(cap: str) -> float:
    return text_width("caption", cap) if cap == OR else key_width(cap)


def lettered(
    painter: QPainter,
    room: QRectF,
    words: str,
    spans: tuple[Span, ...],
    *,
    style: str,
    ink: Role,
    quiet: int = 0,
) -> float:
    """Draw words with the letters that fit in the accent; the first `quiet` letters are quieter. Return the width."""
    theme = current()
    font = theme.font(style)
    if not spans and not quiet:
        return paint.text(painter, room, words, font, theme.color(ink))
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    bold = theme.font("value" if style == "body" else "chosen")
    pieces: list[paint.Piece] = []
    for start, end, fits in _runs(len(shown), spans, quiet):
        role: Role = "accent.text" if fits else "text.3" if end <= quiet else ink
        role = "text.off" if ink == "text.off" and not fits else role
        pieces.append((shown[start:end], bold if fits else font, theme.color(role)))
    # Letters of more weight are a little wider: what does not fit any more is cut, never laid over the keys.
    return paint.run(painter, room, pieces)


def _runs(length: int, spans: tuple[Span, ...], quiet: int) -> list[tuple[int, int, bool]]:
    """Return stretches of the text that look the same: from, to, and whether they fit."""
    edges = sorted({0, length, min(quiet, length), *(min(edge, length) for span in spans for edge in span)})
    return [
        (start, end, any(a <= start and end <= b for a, b in spans))
        for start, end in itertools.pairwise(edges)
    ]
