"""Adding a fal key: paste it, see whether fal takes it, say where it is to be kept."""

import importlib
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton, QWidget

from fal_studio.core.accounts import FIRST_NAME, LONGEST_NAME, cleaned, key_problem, name_problem
from fal_studio.ui import dropping
from fal_studio.ui.accounts import Accounts, KeyringWords
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import CONTROL
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Label, Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

WIDE_PX = 432
SOME_KEYRING = tr("In the keyring of this computer")
KEYS_PAGE = "https://fal.ai/dashboard/keys"
SENT_TO = tr("Sent to fal.run, queue.fal.run, rest.fal.ai and api.fal.ai only.")


class AddKeyPanel(FloatingPanel):
    """Stands under the profile chip. The key is dots until somebody wants to see it, and leaves with the panel."""

    added = Signal(str)
    """The name of an account that is there now."""

    def __init__(self, accounts: Accounts, window: QWidget) -> None:
        super().__init__(tr("Add a fal key"), window)
        self._accounts = accounts
        self.key = TextField("", tr("Paste it here"), name=tr("Key"), mono=True)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = IconButton("eye", tr("Show the key"), parent=self)
        self.check = Button(tr("Check"), parent=self)
        self._mark = Mark("info", "text.3", 16, self)
        self._verdict = Paragraph("", "cell", "3", parent=self)
        self.give_up = Button(tr("Give up"), "link", scale="s", parent=self)
        self.look_again = Button(tr("Look again"), "link", scale="s", parent=self)
        self._is_storing = self._has_chosen = False
        self.name = TextField(FIRST_NAME, tr("work"), name=tr("Name"))
        self.name.setMaxLength(LONGEST_NAME)
        self.in_keyring = QRadioButton(SOME_KEYRING, self)
        self.in_memory = QRadioButton(tr("Only until I close fal Studio"), self)
        self._choice = QButtonGroup(self)
        self._corner = QPoint()
        """The right upper corner of its box, in the window."""
        self._high = 0
        """How high it was since it was opened, at most."""
        self._about_keyring = Paragraph("", "caption", "3", parent=self)
        self._found = Label("", "cell", "2", parent=self)
        self._adopt = Button(tr("Use it instead"), "link", scale="s", parent=self)
        self.save = Button(tr("Save key"), "primary", parent=self)
        self._fill()
        self._connect()

    def open_at(self, corner_x: int, top: int) -> None:
        """Open it with its right upper corner there, empty."""
        self.key.clear()
        self._hide_key(is_hidden=True)
        taken = self._accounts.names
        self.name.setText(FIRST_NAME if FIRST_NAME not in taken else "")
        self._tell("info", "text.3", tr("A key looks like 1a2b3c4d-…:9f8e…"))
        self._found.hide()
        self._adopt.hide()
        self._set_storing(is_storing=False)
        self._look()
        self._corner, self._high = QPoint(corner_x, top), 0
        self._fit()
        self.open()
        self.key.setFocus(Qt.FocusReason.PopupFocusReason)
        self._refresh()

    def dismiss(self) -> None:
        """Close it; nothing of the key stays behind. A keyring that is still asking is not waited for."""
        if self._is_storing:
            self._set_storing(is_storing=False)
            self._accounts.give_up_wanted.emit()
        self.key.clear()
        super().dismiss()

    def _look(self) -> None:
        """Look at the keyring, and choose it if it keeps keys."""
        self._has_chosen = False
        self.look_again.hide()
        self.in_keyring.setText(SOME_KEYRING)
        self.in_keyring.setEnabled(True)
        self._about_keyring.set_text(tr("Looking at the keyring …"))
        self._accounts.open_wanted.emit()

    def _fit(self) -> None:
        """Be as high as the words need now, and no lower than before: what one reads or presses must not jump."""
        px = current().px
        wide = min(px(WIDE_PX), self.window().width() - px(32))
        self._high = max(self._high, self.height_at(wide))
        high = min(self._high, self.window().height() - px(48))
        self.place(QRect(self._corner.x() - wide, self._corner.y(), wide, high))

    def _fill(self) -> None:
        px = current().px
        head = QHBoxLayout()
        link = Button(tr("Where do I find it?"), "link", scale="s", parent=self)
        link.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(KEYS_PAGE)))
        from_file = Button(tr("From a .env file…"), "link", scale="s", parent=self)
        from_file.clicked.connect(self._on_file_wanted)
        self.setAcceptDrops(True)
        head.addWidget(Label(tr("Key"), "chosen", "1", of=self.key))
        head.addStretch(1)
        head.addWidget(from_file)
        head.addSpacing(px(8))
        head.addWidget(link)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.key, 1)
        row.addWidget(self._eye)
        row.addWidget(self.check)
        told = QHBoxLayout()
        told.setSpacing(px(8))
        told.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        told.addWidget(self._verdict, 1)
        told.addWidget(self.give_up, 0, Qt.AlignmentFlag.AlignTop)
        for field in (self.key, self.name):
            field.setMinimumHeight(px(CONTROL))
        for button in (self.in_keyring, self.in_memory):
            self._choice.addButton(button)
        self.in_keyring.setChecked(True)
        self._found.setWordWrap(True)
        found = QHBoxLayout()
        found.addWidget(self._found, 1)
        found.addWidget(self._adopt)
        body = self.body
        body.addLayout(head)
        body.addLayout(row)
        body.addLayout(told)
        body.addSpacing(px(8))
        body.addWidget(Label(tr("Name"), "chosen", "1", of=self.name))
        body.addWidget(self.name)
        body.addSpacing(px(8))
        keep = QHBoxLayout()
        keep.addWidget(Label(tr("Keep it"), "chosen", "1"))
        keep.addStretch(1)
        keep.addWidget(self.look_again)
        body.addLayout(keep)
        body.addWidget(self.in_keyring)
        body.addWidget(self._about_keyring)
        body.addWidget(self.in_memory)
        body.addLayout(found)
        body.addStretch(1)
        cancel = Button(tr("Cancel"), parent=self)
        cancel.clicked.connect(self.dismiss)
        self.foot.addWidget(Paragraph(SENT_TO, "caption", "3"), 1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self.save)

    def _connect(self) -> None:
        self.key.textEdited.connect(self._on_key_edited)
        self.key.returnPressed.connect(self._on_save)
        self.name.textEdited.connect(self._refresh)
        self.name.returnPressed.connect(self._on_save)
        self._eye.clicked.connect(
            lambda: self._hide_key(is_hidden=self.key.echoMode() is QLineEdit.EchoMode.Normal)
        )
        self.check.clicked.connect(self._on_check)
        self.save.clicked.connect(self._on_save)
        self._adopt.clicked.connect(self._accounts.adopt_wanted.emit)
        accounts = self._accounts
        self.give_up.clicked.connect(self._on_give_up)
        self.look_again.clicked.connect(self._look)
        for choice in (self.in_keyring, self.in_memory):
            choice.clicked.connect(self._on_chosen)
        accounts.asking.connect(self._on_asking)
        accounts.verdict.connect(self._on_verdict)
        accounts.keyring.connect(self._on_keyring)
        accounts.found.connect(self._on_found)
        accounts.adopted.connect(self._on_adopted)
        accounts.problem.connect(self._on_problem)
        accounts.added.connect(self._on_added)

    def _hide_key(self, *, is_hidden: bool) -> None:
        mode = QLineEdit.EchoMode.Password if is_hidden else QLineEdit.EchoMode.Normal
        self.key.setEchoMode(mode)
        self._eye.set_icon_name("eye" if is_hidden else "eye-off")
        words = tr("Show the key") if is_hidden else tr("Hide the key")
        self._eye.setToolTip(words)
        self._eye.setAccessibleName(words)

    def _tell(self, icon: str, role: str, words: str) -> None:
        self._mark.set_icon(icon, role)  # pyright: ignore[reportArgumentType] - one of the roles
        self._verdict.set_text(words)
        self._verdict.setAccessibleName(words)
        if self.isVisible():
            self._fit()

    def _refresh(self) -> None:
        problem = key_problem(cleaned(self.key.text())) or name_problem(
            self.name.text(), self._accounts.names
        )
        self.save.setEnabled(not problem and not self._is_storing)
        self.save.setToolTip(problem)
        self.check.setEnabled(not key_problem(cleaned(self.key.text())))

    def _on_key_edited(self) -> None:
        problem = key_problem(cleaned(self.key.text()))
        self._tell("info", "text.3", problem if self.key.text() else tr("A key looks like 1a2b3c4d-…:9f8e…"))
        self._refresh()

    def _on_check(self) -> None:
        self._tell("clock", "text.3", tr("Asking fal …"))
        self._accounts.check_wanted.emit(self.key.text())

    def _on_save(self) -> None:
        if not self.save.isEnabled():
            return
        self._set_storing(is_storing=True)
        self._tell("clock", "text.3", tr("Storing it …"))
        self._accounts.add_wanted.emit(self.name.text(), self.key.text(), self.in_memory.isChecked())

    def _set_storing(self, *, is_storing: bool) -> None:
        self._is_storing = is_storing
        self.give_up.hide()
        self._refresh()

    def _on_asking(self) -> None:
        if self._is_storing:
            self.give_up.show()
            self._tell("clock", "text.3", tr("The keyring is asking. Answer its window, or give up here."))

    def _on_give_up(self) -> None:
        self.in_memory.setChecked(True)
        self._accounts.give_up_wanted.emit()

    def _on_verdict(self, is_good: bool, words: str) -> None:
        self._tell("done" if is_good else "failed", "good" if is_good else "bad", words)

    def _on_chosen(self) -> None:
        self._has_chosen = True

    def _on_keyring(self, words: KeyringWords) -> None:
        self.in_keyring.setEnabled(words.is_usable or words.can_ask)
        self.look_again.setVisible(not words.is_usable)
        is_offered = words.is_usable or words.can_ask
        self.in_keyring.setText(
            tr("In {name}, on this computer").format(name=words.name)
            if words.name and is_offered
            else SOME_KEYRING
        )
        self._about_keyring.set_text(
            words.problem or tr("Read when a call needs it, and never written to a file.")
        )
        if not words.is_usable and not (words.can_ask and self._has_chosen):
            self.in_memory.setChecked(True)
        elif not self._has_chosen:
            self.in_keyring.setChecked(True)
        self._fit()

    def _on_found(self, where: str) -> None:
        self._found.setText(tr("{where} is set here, and not used.").format(where=where) if where else "")
        self._found.setVisible(bool(where))
        self._adopt.setVisible(bool(where))
        self._fit()

    def _on_file_wanted(self) -> None:
        module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        module.choose(self.window(), tr("A file with a key"), ("env",), self._accounts.adopt_file_wanted.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file that may hold a key."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            dropping.take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Look for a key in the first file."""
        path = next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), "")
        if path:
            dropping.take(event)
            self._accounts.adopt_file_wanted.emit(path)

    def _on_adopted(self, key: str) -> None:
        self.key.setText(key)
        self._on_key_edited()
        self._on_check()

    def _on_problem(self, words: str) -> None:
        self._set_storing(is_storing=False)
        self._tell("failed", "bad", words)

    def _on_added(self, name: str) -> None:
        self._set_storing(is_storing=False)
        if self.isVisible():
            self.dismiss()
            self.added.emit(name)
