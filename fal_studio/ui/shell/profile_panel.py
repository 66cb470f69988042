"""Profiles: where and as whom calls are made. One at a time is shown, checked, changed; new ones are begun here."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.accounts import EMULATOR, Account, account_problem, key_problem, name_problem
from fal_studio.core.request import Hosts, ProfileKind
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.shell.profile_form import ABOUT, ProfileForm
from fal_studio.ui.shell.profile_kinds import ProfileKinds
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ChoiceBox
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

WIDE_PX = 640
HIGH_PX = 680
KINDS = {
    ProfileKind.FAL: tr("fal, with a key"),
    ProfileKind.LOCAL_APP: tr("Local fal app"),
    ProfileKind.PROXY: tr("Team proxy"),
    ProfileKind.CUSTOM: tr("Own hosts"),
}

_FAL = tr("All models on fal, and your team's apps there.")


class ProfilePanel(FloatingPanel):
    """What is changed holds when it is saved."""

    key_wanted = Signal()
    """A fal key is to be added: there is a panel for that."""
    chosen = Signal(str)
    """A new profile is there, to be called with."""

    def __init__(self, accounts: Accounts, window: QWidget) -> None:
        super().__init__(tr("Profiles"), window)
        self._accounts = accounts
        self._new: Account | None = None
        self._address = ""
        self.which = ChoiceBox(name=tr("Profile"))
        self.add = Button(tr("Add…"), icon="plus", parent=self)
        self.remove = Button(tr("Remove"), parent=self)
        self.form = ProfileForm()
        self.kinds = ProfileKinds(KINDS, {**ABOUT, ProfileKind.FAL: _FAL})
        self._mark = Mark("info", "text.3", 16, self)
        self.verdict = Paragraph("", "cell", "2")
        self.check = Button(tr("Check"), parent=self)
        self.save = Button(tr("Save"), "primary", parent=self)
        self._fill()
        self._connect()

    def show_in(self, window: QWidget, name: str = "", address: str = "") -> None:
        """Open it in the middle of the window, at one profile if need be; `address`: where the emulator is."""
        self._address = address
        self._list(name)
        self._fit(window)
        self.open()
        self.which.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close it; nothing of a key stays behind."""
        self.form.key.clear()
        super().dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit into a window that changes its size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._fit(watched)
        return super().eventFilter(watched, event)

    def _fit(self, window: QWidget) -> None:
        px = current().px
        wide = min(px(WIDE_PX), window.width() - px(48))
        high = min(px(HIGH_PX), window.height() - px(48))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))

    def begin(self, kind: ProfileKind) -> None:
        """Begin a new profile of a kind; a fal key has a panel of its own."""
        if kind is ProfileKind.FAL:
            self.dismiss()
            self.key_wanted.emit()
            return
        empty = Hosts("", "", "", "", "", "", "") if kind is not ProfileKind.PROXY else Hosts()
        self._new = Account("", hosts=empty, kind=kind, has_key=kind is ProfileKind.CUSTOM)
        self.which.setPlaceholderText(tr("New: {kinds}").format(kinds=KINDS[kind]))
        self.which.setCurrentIndex(-1)
        self._show(self._new)
        self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def account(self) -> Account | None:
        """Return the profile as it stands in the form; None where nothing of it can be changed."""
        before = self._new or self._accounts.account(self.name)
        return self.form.account(before) if before is not None else None

    @property
    def name(self) -> str:
        """The profile that is shown, "" while it is a new one."""
        return self.which.currentData() or ""

    def _fill(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(current().px(8))
        head.addWidget(self.which, 1)
        head.addWidget(self.add)
        head.addWidget(self.remove)
        self.body.addLayout(head)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grounded(area, "float")
        inside = laid(QWidget(), "float")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        column.addWidget(self.kinds)
        column.addStretch(1)
        area.setWidget(inside)
        # The scroll area gives both a ground of their own, which is the window's.
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        self.body.addWidget(area, 1)
        self.foot.addWidget(self._mark)
        self.foot.addWidget(self.verdict, 1, Qt.AlignmentFlag.AlignVCenter)
        self.foot.addWidget(self.check)
        self.foot.addWidget(self.save)

    def _connect(self) -> None:
        self.which.activated.connect(self._on_chosen)
        self.add.clicked.connect(self._on_add)
        self.kinds.wanted.connect(self.begin)
        self.remove.clicked.connect(lambda: self._accounts.remove_wanted.emit(self.name))
        self.check.clicked.connect(self._on_check)
        self.save.clicked.connect(self._on_save)
        accounts = self._accounts
        accounts.changed.connect(self._on_accounts_changed)
        accounts.edited.connect(self._on_edited)
        accounts.added.connect(self._on_added)
        accounts.problem.connect(partial(self._tell, "failed", "bad"))
        accounts.profile_verdict.connect(self._on_verdict)

    def kinds_menu(self) -> QMenu:
        """Return what can be added."""
        menu = QMenu(self)
        for kind, words in KINDS.items():
            menu.addAction(words, partial(self.begin, kind))
        return menu

    def _on_add(self) -> None:
        menu = self.kinds_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def _list(self, name: str) -> None:
        self.which.clear()
        for one in (EMULATOR, *self._accounts.names):
            head, note = self._accounts.words(one)
            self.which.addItem(f"{head}, {note}", one)
        self.which.setCurrentIndex(max(0, self.which.findData(name)))
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._new = None
        self._show(self._accounts.account(self.name) or Account(EMULATOR, kind=ProfileKind.EMULATOR))

    def _show(self, account: Account) -> None:
        is_new = account is self._new
        can_change = account.kind is not ProfileKind.EMULATOR
        for button in (self.check, self.save):
            button.setVisible(can_change)
        self.kinds.setVisible(not can_change)
        self.save.setText(tr("Add profile") if is_new else tr("Save"))
        self.remove.setEnabled(can_change and not is_new)
        about = ""
        if not can_change:
            about = (
                tr("It is at {address}.").format(address=self._address)
                if self._address
                else tr("It is not running.")
            )
        self.form.show_account(account, is_new=is_new, about=about)
        self._area.verticalScrollBar().setValue(0)
        self._tell("info", "text.3", "")

    def _tell(self, icon: str, role: str, words: str) -> None:
        self._mark.set_icon(icon, role)  # pyright: ignore[reportArgumentType] - one of the roles
        self._mark.setVisible(bool(words))
        self.verdict.set_text(words)
        self.verdict.setAccessibleName(words)

    def _problem(self, account: Account) -> str:
        key = self.form.typed_key
        if self._new is None:
            return account_problem(account) or (key_problem(key) if key else "")
        problem = name_problem(account.name, self._accounts.names) or account_problem(account)
        return problem or (key_problem(key) if account.has_key else "")

    def _on_check(self) -> None:
        account = self.account()
        if account is None:
            return
        if problem := account_problem(account):
            self._tell("failed", "bad", problem)
            return
        self._tell("clock", "text.3", tr("Asking …"))
        self._accounts.profile_check_wanted.emit(account, self.form.typed_key)

    def _on_save(self) -> None:
        account = self.account()
        if account is None:
            return
        if problem := self._problem(account):
            self._tell("failed", "bad", problem)
        elif self._new is not None:
            self._accounts.create_wanted.emit(account, self.form.typed_key)
        else:
            self._accounts.edit_wanted.emit(account.name, account, self.form.typed_key)

    def _on_verdict(self, is_good: bool, words: str) -> None:
        self._tell("done" if is_good else "failed", "good" if is_good else "bad", words)

    def _on_edited(self, name: str) -> None:
        self._tell("done", "good", tr("Saved. It holds from the next call of {name} on.").format(name=name))

    def _on_added(self, name: str) -> None:
        if self._new is not None and self.isVisible():
            self._list(name)
            self._tell(
                "done",
                "good",
                tr("{name} is there, and the request in front is called with it now.").format(name=name),
            )
            self.chosen.emit(name)

    def _on_accounts_changed(self) -> None:
        if self.isVisible() and self._new is None:
            self._list(self.name)
