"""Comparisons that are kept: their list, and reports of the one that is shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from fal_studio.ui.compare.verdict import FORMS, PICTURE
from fal_studio.ui.compare.words import day_and_time
from fal_studio.ui.comparisons import Comparisons, Row
from fal_studio.ui.shell import file_choice
from fal_studio.ui.shell.kept_panel import KeptPanel
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.compare.pane import ComparePane

_RESTORE = "restore comparison:"
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
        self.panel: KeptPanel | None = None
        pane.kept_wanted.connect(self._on_kept_wanted)
        pane.export_wanted.connect(self.ask_where)
        door.listed.connect(self._on_listed)
        door.ready.connect(self._on_ready)
        door.exported.connect(self._on_exported)
        host.toasts.action_wanted.connect(self._on_toast_action)

    def ask_where(self, form: str) -> None:
        """Ask where a report is to be written, and write it there."""
        comparison = self._pane.desk.comparison
        if comparison is None:
            return
        ending = ENDINGS[form]
        title = comparison.title.replace("/", "-")
        name = f"{title} {day_and_time(comparison.made_wall_s).replace(':', '.')}.{ending}"
        kind = f"{FORMS.get(form, tr('Picture')).partition(',')[0]} (*.{ending})"
        file_choice.choose_place(
            self._pane.window(), tr("Write a report"), name, partial(self.write, form), kind=kind
        )

    def write(self, form: str, path: str) -> None:
        """Write a report of the comparison that is shown, or a picture of the pane."""
        comparison = self._pane.desk.comparison
        if form == PICTURE:
            if self._pane.grab().save(path):
                self._on_exported(Path(path))
            else:
                words = tr("The picture could not be written to {path}. Choose another folder.").format(
                    path=path
                )
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
        panel = self.panel
        if panel is None:
            if not self._is_wanted:
                return
            panel = self.panel = KeptPanel(self._pane.window())
            panel.open_wanted.connect(self._door.open_wanted)
            panel.rename_wanted.connect(self._on_rename_wanted)
            panel.delete_wanted.connect(self._delete)
        panel.show_rows(rows)
        if self._is_wanted:
            self._is_wanted = False
            shown = self._pane.desk.comparison
            if shown is not None:
                panel.choose(shown.id)
            panel.ask()

    def _on_rename_wanted(self, comparison: str, title: str) -> None:
        if self._runs(comparison):
            self._door.list_wanted.emit()
            return
        self._pane.desk.rename(comparison, title)
        self._door.rename_wanted.emit(comparison, title)

    def _runs(self, comparison: str) -> bool:
        """Whether it is under way: then that is said, since it is written again after every turn."""
        shown = self._pane.desk.comparison
        is_under_way = shown is not None and shown.id == comparison and self._pane.desk.is_running
        if is_under_way:
            self._host.toasts.tell(News(tr("This comparison is under way: stop it first."), "ask"))
        return is_under_way

    def _delete(self, comparison: str) -> None:
        if self._runs(comparison):
            return
        shown = self._pane.desk.comparison
        if shown is not None and shown.id == comparison:
            self._pane.desk.drop()
        self._door.delete_wanted.emit(comparison)
        self._host.toasts.tell(
            News(
                tr("Removed the comparison; its calls stay in the history"),
                "info",
                tr("Undo"),
                _RESTORE + comparison,
            )
        )

    def _on_toast_action(self, key: str) -> None:
        if key.startswith(_RESTORE):
            self._door.restore_wanted.emit(key.removeprefix(_RESTORE))

    def _on_exported(self, path: Path) -> None:
        self._host.toasts.tell(
            News(tr("Written to {name}").format(name=path.name), "good", detail=str(path.parent))
        )
