"""Comparisons that are kept: a menu to open one again, and reports of the one that is shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from fal_studio.ui.compare.verdict import FORMS, PICTURE
from fal_studio.ui.compare.words import counted, day_and_time
from fal_studio.ui.comparisons import Comparisons, Row
from fal_studio.ui.shell import file_choice
from fal_studio.ui.widgets.toasts import News, ToastHost

if TYPE_CHECKING:
    from fal_studio.ui.compare.pane import ComparePane

MOST_LISTED = 20
ENDINGS = {"text": "txt", "csv": "csv", "json": "json", "html": "html", PICTURE: "png"}


class _Host(Protocol):
    toasts: ToastHost


class KeptComparisons(QObject):
    """Lists, opens and removes kept comparisons; writes reports where somebody says."""

    def __init__(self, host: _Host, pane: "ComparePane", door: Comparisons, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._pane, self._door = host, pane, door
        self._is_wanted = False
        """Somebody waits for the list."""
        self.menu: QMenu | None = None
        pane.kept_wanted.connect(self._on_kept_wanted)
        pane.export_wanted.connect(self.ask_where)
        door.listed.connect(self._on_listed)
        door.ready.connect(self._on_ready)
        door.exported.connect(self._on_exported)

    def ask_where(self, form: str) -> None:
        """Ask where a report is to be written, and write it there."""
        comparison = self._pane.desk.comparison
        if comparison is None:
            return
        ending = ENDINGS[form]
        title = comparison.title.replace("/", "-")
        name = f"{title} {day_and_time(comparison.made_wall_s).replace(':', '.')}.{ending}"
        kind = f"{FORMS.get(form, 'Picture').partition(',')[0]} (*.{ending})"
        file_choice.choose_place(
            self._pane.window(), "Write a report", name, partial(self.write, form), kind=kind
        )

    def write(self, form: str, path: str) -> None:
        """Write a report of the comparison that is shown, or a picture of the pane."""
        comparison = self._pane.desk.comparison
        if form == PICTURE:
            if self._pane.grab().save(path):
                self._on_exported(Path(path))
            else:
                words = f"The picture could not be written to {path}. Choose another folder."
                self._host.toasts.tell(News(words, "bad"))
        elif comparison is not None:
            self._door.export(comparison, form, Path(path))

    def _on_kept_wanted(self) -> None:
        self._is_wanted = True
        self._door.list_wanted.emit()

    def _on_ready(self) -> None:
        if self._is_wanted:  # it was asked for before anybody could answer
            self._door.list_wanted.emit()

    def _on_listed(self, rows: tuple[Row, ...]) -> None:
        if not self._is_wanted:
            return
        self._is_wanted = False
        menu = QMenu(self._pane)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._on_menu_gone)
        for row in rows[:MOST_LISTED]:
            stopped = ", stopped" if row.is_stopped else ""
            made = f"{day_and_time(row.made_wall_s)}   {row.title}   {counted(row.lanes, 'lane')} × {row.runs}{stopped}"
            menu.addAction(made.replace("&", "&&"), partial(self._door.open_wanted.emit, row.id))
        if not rows:
            menu.addAction("No comparison is kept yet").setEnabled(False)
        shown = self._pane.desk.comparison
        if shown is not None and shown.ended_wall_s and any(row.id == shown.id for row in rows):
            menu.addSeparator()
            menu.addAction("Delete the one that is shown", partial(self._delete, shown.id))
        self.menu = menu
        button = self._pane.bar.kept
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + 4))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _delete(self, comparison: str) -> None:
        self._door.delete_wanted.emit(comparison)
        self._pane.desk.drop()

    def _on_menu_gone(self) -> None:
        self.menu = None

    def _on_exported(self, path: Path) -> None:
        self._host.toasts.tell(News(f"Written to {path.name}", "good", detail=str(path.parent)))
