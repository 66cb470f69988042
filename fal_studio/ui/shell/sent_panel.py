"""What left this machine: every input and every file, with where it went and how long it stays there."""

import datetime as dt
import importlib
import time
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.accounts import EMULATOR
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.sent import Sent, What, matches
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

_TITLES = (tr("When"), tr("What"), tr("Name"), tr("Sent to"), tr("Size"), tr("Kept there"))
_WIDTHS = (132, 64, 0, 128, 68, 132)
_NOTHING = tr("Nothing has left this machine.")


class SentPanel(FloatingPanel):
    """A table that can be searched; under it the one that is chosen, and what can be done."""

    export_wanted = Signal(str, tuple)
    """A path, JSON or else CSV, and the lines that are shown; answer with `tell`."""
    delete_wanted = Signal(str, str, str)
    """A call, its profile and its request id: let fal delete what it keeps; answer with `note_deleted` and `tell`."""

    limit_wanted = Signal(str, str)
    """A profile and the URL of a file: let fal refuse it to everybody but the account; answer with `note_limited` and `tell`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("What left this machine"), window)
        self._all: tuple[Sent, ...] = ()
        self.shown: tuple[Sent, ...] = ()
        self.search = TextField("", tr("Search names, words, hosts, hashes"), name=tr("Search"))
        self.with_emulator = QCheckBox(tr("Also the Emulator's, which stay here"))
        self.table = QTableWidget(0, len(_TITLES))
        self._nothing = Paragraph(_NOTHING, "cell", "3", centred=True)
        self._middle = QStackedWidget()
        self._about = Paragraph("", "cell", "2")
        self._words = Paragraph("", "cell", "2")
        self.as_csv = Button(tr("Export CSV…"))
        self.as_json = Button(tr("Export JSON…"))
        self.delete = Button(tr("Delete from fal…"))
        self._asked = ""
        self._fill()
        self.search.textChanged.connect(self._refresh)
        self.with_emulator.toggled.connect(self._refresh)
        self.table.currentCellChanged.connect(self._on_chosen)
        self.as_csv.clicked.connect(lambda: self._on_export("csv", tr("Table (*.csv)")))
        self.as_json.clicked.connect(lambda: self._on_export("json", tr("JSON (*.json)")))
        self.delete.clicked.connect(self._on_delete)

    def show_sent(self, found: tuple[Sent, ...]) -> None:
        """Show what was sent, newest first."""
        self._all = found
        self._words.set_text("")
        self._refresh()

    def note_deleted(self, call: str, wall_s: float, files_left: int) -> None:
        """Show that fal has deleted what it kept of a call."""
        row = self.table.currentRow()
        self._all = tuple(
            replace(one, deleted_s=wall_s, files_left=files_left) if one.call == call and call else one
            for one in self._all
        )
        self._refresh()
        self.table.setCurrentCell(min(row, len(self.shown) - 1), 0)

    def note_limited(self, url: str) -> None:
        """Show that only the account reads a file from now on."""
        row = self.table.currentRow()
        self._all = tuple(replace(one, is_restricted=True) if one.url == url else one for one in self._all)
        self._refresh()
        self.table.setCurrentCell(min(row, len(self.shown) - 1), 0)

    def tell(self, words: str, *, is_good: bool) -> None:
        """Say how an export or a deletion came out."""
        self._words.set_text(words if is_good else tr("That did not work. {words}").format(words=words))

    def _refresh(self) -> None:
        words, with_emulator = self.search.text(), self.with_emulator.isChecked()
        self.shown = tuple(
            one for one in self._all if (with_emulator or not _is_here(one)) and matches(one, words)
        )
        table = self.table
        table.setRowCount(len(self.shown))
        for row, one in enumerate(self.shown):
            for column, text in enumerate(_cells(one)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(row, column, item)
        for button in (self.as_csv, self.as_json):
            button.setEnabled(bool(self.shown))
        if self.shown:
            table.setCurrentCell(0, 0)
        self._on_chosen()

    def _chosen(self) -> Sent | None:
        row = self.table.currentRow()
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def _on_chosen(self) -> None:
        one = self._chosen()
        self._ask_first()
        self.delete.setEnabled(one is not None and _can_act(one))
        self._about.setVisible(one is not None)
        if one is None:
            self._nothing.set_text(tr("Nothing matches.") if self._all and self.search.text() else _NOTHING)
            self._middle.setCurrentIndex(1)
            return
        self._middle.setCurrentIndex(0)
        if one.what is What.FILE:
            self._about.set_text(_about_file(one))
        else:
            sentence = {
                None: tr("fal keeps inputs and outputs for about 30 days, unless told otherwise."),
                True: tr("fal was told to keep inputs and outputs."),
                False: tr("fal was told not to keep inputs and outputs."),
            }[one.stored]
            if one.deleted_s is not None:
                left = (
                    tr("; {files_left} result files are left").format(files_left=one.files_left)
                    if one.files_left
                    else ""
                )
                sentence = tr("fal deleted inputs and outputs on {when}, as you asked{left}.").format(
                    when=_when(one.deleted_s), left=left
                )
            told = f"{tr('“{text}”').format(text=one.text)} " if one.text else ""
            number = tr(" Request {request_id}.").format(request_id=one.request_id) if one.request_id else ""
            self._about.set_text(
                tr("{told}was sent with the profile {profile}.{number} {sentence}")
                .format(told=told, profile=one.profile, number=number, sentence=sentence)
                .strip()
            )

    def _on_export(self, ending: str, kind: str) -> None:
        module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        found = self.shown

        def then(path: str) -> None:
            self.export_wanted.emit(path, found)

        module.choose_place(
            self.window(), tr("Export what left this machine"), f"sent.{ending}", then, kind=kind
        )

    def _ask_first(self) -> None:
        self._asked = ""
        one = self._chosen()
        is_file = one is not None and one.what is What.FILE
        self.delete.setText(tr("Limit access…") if is_file else tr("Delete from fal…"))

    def _on_delete(self) -> None:
        """Ask once, on the button itself: what fal has deleted does not come back."""
        one = self._chosen()
        if one is None:
            return
        if one.what is What.FILE:
            self._limit(one)
            return
        if self._asked != one.request_id:
            self._asked = one.request_id
            self.delete.setText(tr("Delete for good"))
            self._words.set_text(tr("fal deletes inputs, outputs and result files. Press again to do it."))
            return
        self._ask_first()
        self._words.set_text(tr("Asking fal …"))
        self.delete_wanted.emit(one.call, one.profile, one.request_id)

    def _limit(self, one: Sent) -> None:
        """Ask once: a model that is not let in cannot read the file any more."""
        if self._asked != one.url:
            self._asked = one.url
            self.delete.setText(tr("Limit it"))
            self._words.set_text(
                tr(
                    "fal refuses the file to everybody but the account. A model that is not let in fails then. Press again to do it."
                )
            )
            return
        self._ask_first()
        self._words.set_text(tr("Asking fal …"))
        self.limit_wanted.emit(one.profile, one.url)

    def _fill(self) -> None:
        px = current().px
        top = QHBoxLayout()
        top.setSpacing(px(12))
        top.addWidget(self.search, 1)
        top.addWidget(self.with_emulator)
        table = self.table
        table.setAccessibleName(tr("What left this machine"))
        table.setHorizontalHeaderLabels(_TITLES)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setTabKeyNavigation(False)
        table.verticalHeader().setDefaultSectionSize(px(28))
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, wide in enumerate(_WIDTHS):
            mode = QHeaderView.ResizeMode.Fixed if wide else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(column, mode)
            if wide:
                head.resizeSection(column, px(wide))
        grounded(table, "float")
        self._about.setMinimumHeight(px(48))
        self.body.addLayout(top)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch(1)
        column.addWidget(self._nothing)
        column.addStretch(1)
        self._middle.addWidget(table)
        self._middle.addWidget(empty)
        self.body.addWidget(self._middle, 1)
        self.body.addWidget(self._about)
        self.foot.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.as_csv, self.as_json, self.delete):
            self.foot.addWidget(button)
        self._refresh()


def _can_act(one: Sent) -> bool:
    """Whether fal can be asked to delete it, or to refuse it to others."""
    if one.what is What.FILE:
        is_over = one.gone_s is not None or (one.expires_s is not None and one.expires_s < time.time())
        return bool(one.profile) and not one.is_restricted and not is_over
    is_gone = one.deleted_s is not None and not one.files_left
    return bool(one.request_id and one.profile) and not is_gone


def _about_file(one: Sent) -> str:
    who = (
        tr("fal was asked to show it to the account alone")
        if one.is_restricted
        else tr("whoever has it can read it")
    )
    until = (
        tr("until fal deletes it")
        if one.expires_s is None
        else tr("until {when}").format(when=_when(one.expires_s))
    )
    key = tr("It was sent with the profile {profile}. ").format(profile=one.profile) if one.profile else ""
    if one.gone_s is not None:
        where = tr("It is not at {url} any more; that was seen on {when}.").format(
            url=one.url, when=_when(one.gone_s)
        )
    else:
        where = tr("It lies at {url}. For this address: {who}, {until}.").format(
            url=one.url, who=who, until=until
        )
    return tr("{key}{where} SHA-256 {sha256}").format(key=key, where=where, sha256=one.sha256)


def _is_here(one: Sent) -> bool:
    if one.what is What.INPUTS:
        return one.profile == EMULATOR
    return all(host.startswith(("127.0.0.1", "localhost")) for host in one.hosts)


def _when(wall_s: float) -> str:
    return dt.datetime.fromtimestamp(wall_s).astimezone().strftime("%Y-%m-%d %H:%M")


def _cells(one: Sent) -> tuple[str, ...]:
    if one.what is What.FILE:
        kept = tr("no end known") if one.expires_s is None else _when(one.expires_s)
        kept = tr("gone") if one.gone_s is not None else kept
    else:
        kept = {None: tr("about 30 days"), True: tr("yes"), False: tr("no")}[one.stored]
    if one.deleted_s is not None:
        kept = tr("deleted {when}").format(when=_when(one.deleted_s)[:10])
    name = f"{one.name}  {one.text}" if one.text else one.name
    return _when(one.wall_s), one.what.value, name, ", ".join(one.hosts), in_bytes(one.size_bytes), kept
