"""Calls as tiles: the lines of a list, each one cell that tells by itself what is in its picture."""

from PySide6.QtCore import QModelIndex, Qt

from fal_studio.core.history import CallRow
from fal_studio.ui.queue.judging import words_of
from fal_studio.ui.queue.model import CallsModel, Index
from fal_studio.ui.queue.telling import Telling
from fal_studio.words import tr


class TilesModel(CallsModel):
    """One cell for each call."""

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return that there is one column."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that every tile can be chosen and pulled out."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a tile shows and tells."""
        row = self.row(index.row())
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.prompt or row.endpoint
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.told(row)
        return super().data(index, role)

    def told(self, row: CallRow) -> str:
        """Return what a tile is in one sentence: what it shows, of which prompt, by which endpoint, since when."""
        facts = facts_of(row, self._telling)
        prompt = row.prompt or tr("no prompt")
        parts = (
            _made(self._telling.icon(row)),
            prompt,
            row.endpoint,
            facts,
            words_of(row),
            self._telling.started(row),
        )
        return ", ".join(part for part in parts if part)


def facts_of(row: CallRow, telling: Telling) -> str:
    """Return how a call was made, how long it took and what it cost, as its row of the history says it."""
    return ", ".join(
        part for part in (row.mode.value, telling.now(row).words, telling.cost(row).text) if part
    )


def _made(icon: str) -> str:
    match icon:
        case "image" | "brush":
            return tr("picture")
        case "video":
            return tr("video")
        case "audio":
            return tr("sound")
        case "mesh":
            return tr("3D model")
        case _:
            return tr("file")
