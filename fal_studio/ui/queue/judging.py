"""What somebody thinks of results, in words and as small marks over a picture or behind a line."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from fal_studio.core.history import MOST_RATED, REJECTED, CallRow
from fal_studio.ui import icons, paint
from fal_studio.ui.theme import current, text_width
from fal_studio.words import tr

FAINT = 0.35
"""How strongly what was rejected is still drawn."""
_ICON_PX = 12
_GAP_PX = 4


def words_of(row: CallRow) -> str:
    """Return what is thought of a result, for those who hear it; "" for nothing."""
    if row.rating == REJECTED:
        rating = tr("rejected")
    else:
        rating = tr("rated {rating} of 5").format(rating=row.rating) if row.rating else ""
    return ", ".join(part for part in (tr("starred") if row.starred else "", rating) if part)


def marks_px(row: CallRow) -> float:
    """Return how wide the marks of a row are, 0 for none."""
    wide = 0.0
    for icon, text in _marks(row):
        wide += current().px(_ICON_PX) if icon else text_width("caption", text)
        wide += current().px(_GAP_PX)
    return max(0.0, wide - current().px(_GAP_PX)) if wide else 0.0


def draw_marks(painter: QPainter, area: QRectF, row: CallRow) -> None:
    """Draw star and rating from the left edge on, in the middle of the height."""
    theme = current()
    left, side = area.left(), theme.px(_ICON_PX)
    for icon, text in _marks(row):
        if icon:
            spot = QRectF(left, round(area.center().y() - side / 2), side, side)
            icons.draw(painter, spot, icon, theme.color("text.1"))
            left += side
        else:
            room = QRectF(left, area.top(), area.right() - left + 1, area.height())
            left += paint.text(painter, room, text, theme.font("caption"), theme.color("text.1"))
        left += theme.px(_GAP_PX)


def _marks(row: CallRow) -> list[tuple[str, str]]:
    """Return an icon or a text for each mark."""
    found = [("star-filled", "")] if row.starred else []
    if row.rating == REJECTED:
        found.append(("eye-off", ""))
    elif row.rating:
        found.append(("", f"{row.rating}/{MOST_RATED}"))
    return found
