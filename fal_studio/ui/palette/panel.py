"""The palette over the window: a field, the list of what fits, and what the keys do."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from fal_studio.core.uses import Uses
from fal_studio.ui import paint
from fal_studio.ui.palette.entries import MOST_OF_A_GROUP, Entry, Listed, Shown, listed
from fal_studio.ui.palette.rows import SHOWN, EntryList, EntryView, spoken
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.chips import KeyCap
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.key_words import caps_of
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label, Mark
from fal_studio.words import tr, trn

WIDE_PX, TOP_PX, INPUT_PX = 640, 88, 48
ASK_AFTER_MS = 180
"""What is not at hand is asked for this long after the last letter."""
_PAGE = 8
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_PAGE, Qt.Key.Key_PageDown: _PAGE}
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Palette(FloatingPanel):
    """What fits is shown as one types. The keyboard never leaves the field; Esc gives it back to where it was."""

    asked = Signal(str)
    """Somebody stopped typing: whoever knows more may answer with `put_found`."""
    used = Signal()
    """Something was done: `uses` is another."""

    def __init__(self, window: QWidget, uses: Uses) -> None:
        super().__init__(tr("Command palette"), window, has_head=False)
        self.uses = uses
        self._entries: tuple[Entry, ...] = ()
        self._found: tuple[Entry, ...] = ()
        self._is_whole = False
        self._count = ""
        self.listed = Listed(())
        self._scrim = _Scrim(window, self)
        self.field = _Field(self)
        self._what = Label("", "cell", "3")
        self.model = EntryList(self)
        self.view = EntryView(self.model)
        self.empty = Label("", "cell", "3")
        self.foot_words = ElidedLabel("", "caption", "3")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(ASK_AFTER_MS)
        self._lay_out()
        self.field.textChanged.connect(self._on_typed)
        self.field.heard.connect(self._on_key)
        self._pause.timeout.connect(lambda: self.asked.emit(self.field.text().strip()))
        self.view.clicked.connect(self._on_clicked)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        current().zoomed.connect(self._fit)
        current().changed.connect(self._dress)
        self._dress()

    @property
    def entry(self) -> Entry | None:
        """The one that Enter would do."""
        shown: Shown | None = self.view.currentIndex().data(SHOWN)
        return shown.entry if shown is not None else None

    @property
    def titles(self) -> list[str]:
        """The titles of all that is listed, in their order."""
        return [shown.entry.title for _, group in self.listed.groups for shown in group]

    @property
    def told(self) -> str:
        """What the foot says."""
        return self.foot_words.text()

    def show_entries(self, entries: Sequence[Entry], hint: str, what: str, *, is_whole: bool = False) -> None:
        """Open with these entries; `what` says at the right of the field what they are, `is_whole` lists all of a group."""
        self._entries, self._found, self._is_whole = tuple(entries), (), is_whole
        self._what.setText(what)
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        self.field.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.field.clear()
        self.field.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._list()
        if not self.isVisible():
            self._scrim.cover()
            self.open()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_entries(self, entries: Sequence[Entry]) -> None:
        """Take other entries; what is chosen stays chosen."""
        self._entries = tuple(entries)
        self._list(is_news=True)

    def put_found(self, entries: Sequence[Entry]) -> None:
        """Take what somebody else has found for what was typed."""
        known = {entry.key for entry in self._entries}
        self._found = tuple(entry for entry in entries if entry.key not in known)
        self._list(is_news=True)

    def dismiss(self) -> None:
        """Close it, and give the keyboard back."""
        self._pause.stop()
        self._scrim.hide()
        super().dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep its place when the window gets another size."""
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self._scrim.cover()
            self._fit()
            return False
        return super().eventFilter(watched, event)

    def give(self, *, stays: bool = False) -> None:
        """Do the chosen entry; with `stays` the palette is open afterwards."""
        entry = self.entry
        if entry is None:
            return
        if entry.why_not:
            self._say(tr("Not possible now: {why_not}").format(why_not=entry.why_not))
            return
        self.uses.note(entry.key)
        self.used.emit()
        if not stays:
            # Before it is done: a command may be for the field that had the keyboard.
            self.dismiss()
            entry.run()
            return
        before = self._before
        entry.run()
        self._scrim.cover()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = before
        self._say(tr("Done: {title}").format(title=entry.title))

    def _lay_out(self) -> None:
        px = current().px
        top = QHBoxLayout()
        top.setContentsMargins(px(16), 0, px(16), 0)
        top.setSpacing(px(8))
        top.addWidget(Mark("search", "text.2"))
        top.addWidget(self.field, 1)
        top.addWidget(self._what)
        self.field.setFixedHeight(px(INPUT_PX))
        self.empty.setContentsMargins(px(16), px(12), px(16), px(16))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(top)
        self.body.addWidget(Divider())
        self.body.addWidget(self.empty)
        self.body.addWidget(self.view, 1)
        foot = self.foot
        foot.setContentsMargins(px(16), px(6), px(16), px(6))
        foot.setSpacing(px(4))
        for caps, words in (
            ("Up", ""),
            ("Down", tr("choose")),
            ("Return", tr("do it")),
            ("Ctrl+Return", tr("do it, stay here")),
        ):
            foot.addWidget(KeyCap(*caps_of(caps)))
            if words:
                foot.addWidget(Label(words, "caption", "3"))
                foot.addSpacing(px(10))
        foot.addStretch(1)
        foot.addWidget(self.foot_words)

    def _dress(self) -> None:
        font = QFont(current().font("title"))
        font.setWeight(QFont.Weight.Normal)
        self.field.setFont(font)

    def _list(self, *, is_news: bool = False) -> None:
        """List what fits; with `is_news` nobody typed: what is chosen stays, and so does what the foot says."""
        chosen, typed = self.entry, self.field.text().strip()
        most = len(self._entries) if self._is_whole else MOST_OF_A_GROUP
        self.listed = listed((*self._entries, *self._found), typed, self.uses, most)
        self.model.show_listed(self.listed)
        row = self.model.row_of(chosen.key) if chosen is not None and is_news else -1
        self._choose(row if row >= 0 else self.model.step(-1, 1))
        self.view.setVisible(bool(self.listed.count))
        self.empty.setVisible(not self.listed.count)
        self.empty.setText(
            tr("Nothing fits “{typed}”.").format(typed=typed) if typed else tr("There is nothing to choose.")
        )
        counted, self._count = self._count, self._counted()
        if not is_news or counted != self._count:
            self._say(self._count)
        self._fit()

    def _counted(self) -> str:
        count, more = self.listed.count, self.listed.left_out
        if not self.field.text().strip():
            return ""
        words = (
            trn("{count} result", "{count} results", count).format(count=count)
            if not more
            else tr("{count} of {count_2} results").format(count=count, count_2=count + more)
        )
        if not self.listed.instead:
            return words
        return tr("“{instead}”: {words}").format(instead=self.listed.instead, words=words)

    def _say(self, words: str) -> None:
        self.foot_words.set_text(words)
        if words and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))

    def _choose(self, row: int) -> None:
        index = self.model.index(row) if row >= 0 else QModelIndex()
        self.view.setCurrentIndex(index)
        if row == 1:
            self.view.scrollToTop()  # with the title of the first group
        elif row >= 0:
            self.view.scrollTo(index)

    def _fit(self) -> None:
        """Stand in the middle, as high as what is listed and as there is room for."""
        px, window = current().px, self.window()
        wide = min(px(WIDE_PX), window.width() - px(48))
        top = min(px(TOP_PX), max(px(24), window.height() // 9))
        around = px(INPUT_PX) + px(18 + 12) + 4
        room = window.height() - top - px(24) - around
        rows = (
            self.view.height_within(room) if self.listed.count else min(self.empty.sizeHint().height(), room)
        )
        high = around + rows
        self.place(QRect((window.width() - wide) // 2, top, wide, high))

    def _on_typed(self) -> None:
        self._found = ()
        self._list()
        self._pause.start()

    def _on_key(self, key: int, stays: bool) -> None:
        if key in _STEPS:
            self._choose(self.model.step(self.view.currentIndex().row(), _STEPS[Qt.Key(key)]))
        elif key in _ENTERS:
            self.give(stays=stays)
        else:
            self.dismiss()

    def _on_clicked(self, index: QModelIndex) -> None:
        self.view.setCurrentIndex(index)
        self.give()

    def _on_current_changed(self, index: QModelIndex) -> None:
        shown: Shown | None = index.data(SHOWN) if index.isValid() else None
        words = spoken(shown) if shown is not None else ""
        self.field.setAccessibleDescription(words)
        if words and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))


class _Field(QLineEdit):
    """Where one types; keys that are for the list are told."""

    heard = Signal(int, bool)
    """A key, and whether Ctrl was down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)

    def event(self, event: QEvent) -> bool:
        """Take the keys of the list before the window's own commands see them, and Tab, which would lead out."""
        if isinstance(event, QKeyEvent) and _is_ours(event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                    self.heard.emit(
                        event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
                    )
                return True
        return super().event(event)


def _is_ours(event: QKeyEvent) -> bool:
    plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    if event.key() in _ENTERS:
        return not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
    return plain and event.key() in (*_STEPS, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class _Scrim(QWidget):
    """Darkens the window under the palette; a press on it closes the palette."""

    def __init__(self, window: QWidget, palette: Palette) -> None:
        super().__init__(window)
        self._palette = palette
        self.hide()

    def cover(self) -> None:
        """Cover all of the window."""
        self.setGeometry(self.window().rect())
        self.show()
        self.raise_()
        self._palette.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close the palette."""
        del event
        self._palette.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Darken."""
        del event
        paint.scrim(QPainter(self), self.rect())
