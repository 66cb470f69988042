"""The sheet of shortcuts: every key of the program, to be searched, copied as text, and changed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QStackedWidget, QWidget

from fal_studio.core.uses import Uses
from fal_studio.ui import key_choice
from fal_studio.ui.actions import Actions
from fal_studio.ui.palette.bindings import Bindings, Bound
from fal_studio.ui.palette.entries import Entry, Shown, listed
from fal_studio.ui.palette.rows import SHOWN, EntryList, EntryView, shown_caps, spoken
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import SearchField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.words import tr

SIZE = (760, 640)
_WALKS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_PAGE = 10
_FIXED = tr("These keys are heard by the part that has the keyboard, and stay as they are.")


class ShortcutSheet(FloatingPanel):
    """Lists keys by group. A command's keys are changed in place; the ones of views are only told."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(tr("Keyboard shortcuts"), window)
        self._actions = actions
        self._bindings = Bindings(actions)
        self._uses = Uses()
        self._wanted = ""
        """The key that was pressed for the chosen command and belongs to another one."""
        self.search = SearchField(tr("Search commands and keys"))
        self.model = EntryList(self)
        self.view = EntryView(self.model)
        self.empty = Label("", "cell", "3")
        self.words = ElidedLabel("", "caption", "3")
        self.change = Button(tr("Change…"), "primary", hint="⏎")
        self.none = Button(tr("No shortcut"))
        self.first = Button(tr("Use the default"))
        self.all_first = Button(tr("Reset all"), "quiet")
        self.copy = Button(tr("Copy as text"), "quiet", icon="copy")
        self.edit = QKeySequenceEdit()
        self.question = Label("", "control", "1")
        self.take = Button(tr("Take it over"), "primary")
        self.keep = Button(tr("Leave it"))
        self._rows = QStackedWidget()
        self._lay_out()
        self._connect()

    @property
    def chosen(self) -> Bound | None:
        """The line whose keys the buttons are for; None where a key is chosen that stays as it is."""
        entry = self._entry()
        return self._bindings.find(entry.key) if entry is not None else None

    @property
    def titles(self) -> list[str]:
        """What is listed."""
        return [
            self.model.index(row).data()
            for row in range(self.model.rowCount())
            if self.model.index(row).data(SHOWN) is not None
        ]

    @property
    def is_asking(self) -> bool:
        """Whether it asks if a key is to be taken from another command."""
        return self._rows.currentIndex() == 2

    def show_in(self, window: QWidget) -> None:
        """Open it in the middle of the window."""
        px = current().px
        wide = min(px(SIZE[0]), window.width() - px(48))
        high = min(px(SIZE[1]), window.height() - px(48))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        self.search.clear()
        self._list()
        if not self.isVisible():
            self.open()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def text(self) -> str:
        """Return all shortcuts as text, to be printed."""
        lines = [tr("Keyboard shortcuts of fal Studio")]
        group = ""
        for entry in self._entries():
            if entry.keys and entry.group != group:
                group = entry.group
                lines += ["", group]
            if entry.keys:
                keys = " ".join(shown_caps(entry.keys))
                lines.append(f"  {keys:<32}{entry.title}")
        return "\n".join(lines) + "\n"

    def choose(self, name: str) -> None:
        """Go to a command, or to a key of a view ("view:stream.pane:B")."""
        self._go(self.model.row_of(name if name.startswith("view:") else f"action:{name}"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the other command its key on Esc while that is asked; else close."""
        if event.key() == Qt.Key.Key_Escape and self.is_asking:
            self._rest()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk through the list from the search; give up on Esc while keys are waited for."""
        if isinstance(event, QKeyEvent) and watched is self.search and event.type() == QEvent.Type.KeyPress:
            return self._heard(event)
        if watched is self.edit and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self._rest()
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def begin(self) -> None:
        """Wait for the new keys of the chosen command."""
        command = self.chosen
        if command is None:
            self._say(_FIXED)
            return
        self.edit.clear()
        self._rows.setCurrentIndex(1)
        self._say(tr("Press the new keys for “{title}”. Esc leaves it as it is.").format(title=command.title))
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_key(self, key: str) -> None:
        """Give the chosen command a key, unless it belongs to another one: then ask."""
        command = self.chosen
        assert command is not None
        if (why_not := self._bindings.why_not(command, key)) != "":
            self._say(why_not)
            self.edit.clear()
            return
        if holder := self._bindings.holder(command, key):
            self._wanted = key
            self.question.setText(
                tr("{key} belongs to “{title}”.").format(key=" ".join(shown_caps((key,))), title=holder)
            )
            self._rows.setCurrentIndex(2)
            self._say("")
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._bind((key,))

    def _lay_out(self) -> None:
        px = current().px
        top = QHBoxLayout()
        top.setContentsMargins(px(16), px(12), px(16), px(10))
        top.setSpacing(px(8))
        top.addWidget(self.search, 1)
        top.addWidget(self.copy)
        self.empty.setContentsMargins(px(16), px(12), px(16), px(12))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(top)
        self.body.addWidget(Divider())
        self.body.addWidget(self.empty)
        self.body.addWidget(self.view, 1)
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(tr("New keys"))
        self.edit.setMinimumWidth(px(200))
        stop = Button(tr("Leave it"))
        stop.clicked.connect(self._rest)
        for parts in (
            (self.all_first, self.first, self.none, self.change),
            (self.edit, stop),
            (self.question, self.keep, self.take),
        ):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(px(8))
            line.addStretch(1)
            for part in parts:
                line.addWidget(part)
            self._rows.addWidget(row)
        self.foot.addWidget(self.words, 1)
        self.foot.addWidget(self._rows)

    def _connect(self) -> None:
        self.search.installEventFilter(self)
        self.edit.installEventFilter(self)
        self.search.textChanged.connect(self._on_searched)
        self.view.clicked.connect(self._on_clicked)
        self.view.doubleClicked.connect(self.begin)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.change.clicked.connect(self.begin)
        self.none.clicked.connect(lambda: self._bind(()))
        self.first.clicked.connect(self._on_first_clicked)
        self.all_first.clicked.connect(self._on_all_first_clicked)
        self.copy.clicked.connect(self._on_copy_clicked)
        # Queued: the field is not done with its key when it tells of it.
        self.edit.keySequenceChanged.connect(self._on_keys_pressed, Qt.ConnectionType.QueuedConnection)
        self.take.clicked.connect(lambda: self._bind((self._wanted,)))
        self.keep.clicked.connect(self._rest)
        self._actions.rebound.connect(self._on_rebound)
        key_choice.current().changed.connect(self._on_rebound)

    def _entries(self) -> list[Entry]:
        return self._bindings.entries(self.begin)

    def _entry(self) -> Entry | None:
        shown: Shown | None = self.view.currentIndex().data(SHOWN)
        return shown.entry if shown is not None else None

    def _on_searched(self) -> None:
        """List what fits, with the best of it chosen."""
        self.view.setCurrentIndex(QModelIndex())
        self._list()

    def _list(self) -> None:
        chosen = self._entry()
        entries = self._entries()
        found = listed(entries, self.search.text().strip(), self._uses, len(entries))
        self.model.show_listed(found)
        row = self.model.row_of(chosen.key) if chosen is not None else -1
        self._go(row if row >= 0 else self.model.step(-1, 1))
        self.view.setVisible(bool(found.count))
        self.empty.setVisible(not found.count)
        self.empty.setText(
            tr("No command and no key fits “{search}”.").format(search=self.search.text().strip())
        )
        self._rest(takes_focus=False)

    def _go(self, row: int) -> None:
        index = self.model.index(row) if row >= 0 else QModelIndex()
        self.view.setCurrentIndex(index)
        if row == 1:
            self.view.scrollToTop()
        elif row >= 0:
            self.view.scrollTo(index)

    def _heard(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _WALKS:
            size = _PAGE if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) else 1
            sign = 1 if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) else -1
            self._go(self.model.step(self.view.currentIndex().row(), sign * size))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.begin()
            return True
        return False

    def _bind(self, keys: Sequence[str]) -> None:
        command = self.chosen
        if command is not None:
            self._bindings.bind(command, tuple(keys))
            told = " ".join(shown_caps(tuple(keys)))
            self._rest()
            self._say(
                tr("“{title}” is {told} now.").format(title=command.title, told=told)
                if keys
                else tr("“{title}” has no shortcut now.").format(title=command.title)
            )

    def _rest(self, *, takes_focus: bool = True) -> None:
        """Show the buttons for the chosen command."""
        self._wanted = ""
        self._rows.setCurrentIndex(0)
        command = self.chosen
        is_own = command is not None and command.is_own
        for button in (self.change, self.none):
            button.setEnabled(command is not None)
            button.setToolTip("" if command is not None else _FIXED)
        self.none.setEnabled(command is not None and bool(command.keys))
        self.first.setEnabled(is_own)
        self.first.setToolTip("" if is_own else tr("It has its own keys"))
        count = self._bindings.count
        self.all_first.setEnabled(bool(count))
        self._say(tr("{count} changed").format(count=count) if count else "")
        if command is None and self._entry() is not None:
            self._say(_FIXED)
        if takes_focus:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str) -> None:
        self.words.set_text(words)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.view.setCurrentIndex(index)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_current_changed(self, index: QModelIndex) -> None:
        shown: Shown | None = index.data(SHOWN) if index.isValid() else None
        self.search.setAccessibleDescription(spoken(shown) if shown is not None else "")
        self._rest(takes_focus=False)

    def _on_first_clicked(self) -> None:
        command = self.chosen
        if command is not None:
            self._bindings.unbind(command)
            self._rest()

    def _on_all_first_clicked(self) -> None:
        self._bindings.reset()
        self._rest()
        self._say(tr("Every command has its default keys."))

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self._say(tr("Copied"))

    def _on_keys_pressed(self, keys: QKeySequence) -> None:
        key = keys.toString(QKeySequence.SequenceFormat.PortableText)
        if key and self._rows.currentIndex() == 1:
            self.take_key(key)

    def _on_rebound(self) -> None:
        if self.isVisible():
            words = self.words.text()
            self._list()
            self._say(words)
