"""The fields of one profile: where its calls go, what they may spend, how they get there, where results are saved."""

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from fal_studio import figures
from fal_studio.core.accounts import LONGEST_NAME, Account, Colour, at_base, cleaned
from fal_studio.core.budget import Budget, Unpriced
from fal_studio.core.request import Clocks, Hosts, ProfileKind
from fal_studio.core.uploading import UploadRules
from fal_studio.ui import mirroring
from fal_studio.ui.shell.file_choice import choose, choose_folder
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.decimal_box import DecimalBox
from fal_studio.ui.widgets.fields import ChoiceBox, TextField
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.profile_chip import SWATCHES
from fal_studio.ui.widgets.swatches import Swatches
from fal_studio.words import tr

_NAME_PX = 132
_BOX_PX = 200
ABOUT = {
    ProfileKind.FAL: tr("fal's own servers."),
    ProfileKind.EMULATOR: tr(
        "A server on this computer that speaks as fal does: offline and free. There is nothing to set."
    ),
    ProfileKind.LOCAL_APP: tr(
        "An app that you serve on this computer with fal run. It has no queue and mostly needs no key."
    ),
    ProfileKind.PROXY: tr("A server of your team that holds the key and passes requests on to fal."),
    ProfileKind.CUSTOM: tr("Servers that speak as fal does. The key goes to these and to no others."),
}
_ADDRESSES = {"run": "Run", "queue": "Queue", "rest": "REST", "platform": "Platform", "ws": "WebSocket"}
_LIMITS = tr(
    "A stop holds before anything is sent, for all windows and the command line together. "
    "Counted are bills, and estimates until a bill is there."
)
_LIFETIMES: dict[str, int | None] = {
    tr("as the account has it"): None,
    tr("1 hour"): 3_600,
    tr("1 day"): 86_400,
    tr("7 days"): 604_800,
    tr("30 days"): 2_592_000,
}
_ANYBODY, _ACCOUNT = tr("whoever has the address"), tr("this account only")
_UPLOADS = tr(
    "For files that you attach from now on; a request that names a lifetime of its own keeps it. A model that is not "
    "let in cannot read the file, and says so."
)
_KEPT_KEY = tr("kept; paste another one to replace it")
_OWN = frozenset(ProfileKind) - {ProfileKind.EMULATOR}
_WITH_KEY = _OWN - {ProfileKind.PROXY}
_UPLOADING = frozenset({ProfileKind.FAL, ProfileKind.CUSTOM})
_PAID = _OWN - {ProfileKind.LOCAL_APP}


class ProfileForm(QWidget):
    """Shows an account and returns it as it was changed. Holds a key only while it is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._row = 0
        self._of_kind: list[tuple[frozenset[ProfileKind], tuple[QWidget, ...]]] = []
        self.name = TextField("", tr("Such as work"), name=tr("Name"))
        self.name.setMaxLength(LONGEST_NAME)
        self.about = Paragraph("", "cell", "3")
        self.colour = Swatches({one.value: role for one, role in SWATCHES.items()}, name=tr("Colour"))
        self.key = TextField("", name=tr("Key"), mono=True)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.in_memory = QCheckBox(tr("Forget key and profile when I close fal Studio"))
        self.address = TextField("", "http://127.0.0.1:8080", name=tr("Address"), mono=True)
        self.hosts = {
            name: TextField(
                "", f"{'wss' if name == 'ws' else 'https'}://{name}.example.com", name=title, mono=True
            )
            for name, title in _ADDRESSES.items()
        }
        self.ask = _amount(tr("Ask above"), tr("as in the settings"))
        self.ask.setMinimum(-0.01)
        self.day = _amount(tr("Stop each day at"), tr("no limit"))
        self.session = _amount(tr("Stop each session at"), tr("no limit"))
        self.unpriced = ChoiceBox([word.value for word in Unpriced], name=tr("Unknown price"))
        self.proxy = TextField("", tr("as the environment says"), name=tr("HTTP proxy"), mono=True)
        self.ca = TextField("", tr("those of this computer alone"), name=tr("Certificates"), mono=True)
        self.connect_s = _seconds(tr("Connect within"), 10.0)
        self.idle_s = _seconds(tr("Silent for at most"), 120.0)
        self.lifetime = ChoiceBox(list(_LIFETIMES), name=tr("Keep uploads for"))
        self.readers = ChoiceBox([_ANYBODY, _ACCOUNT], name=tr("Uploads are read by"))
        self.folder = TextField("", tr("as in the settings"), name=tr("Results folder"), mono=True)
        self._fill()

    def show_account(self, account: Account, *, is_new: bool, about: str = "") -> None:
        """Show one; of its key nothing is known here. `about` adds to what its kind means."""
        for kinds, widgets in self._of_kind:
            for widget in widgets:
                widget.setVisible(account.kind in kinds)
        self.in_memory.setVisible(is_new and account.kind in _WITH_KEY)
        self.about.set_text(f"{ABOUT[account.kind]} {about}".strip())
        self.name.setText(account.name)
        self.name.setEnabled(is_new)
        self.name.setToolTip(
            "" if is_new else tr("Calls in the history are known by this name, so it stays.")
        )
        self.colour.set_value(account.colour.value)
        self.key.clear()
        is_optional = account.kind is ProfileKind.LOCAL_APP
        self.key.setPlaceholderText(
            (tr("none") if is_optional else tr("Paste it here"))
            if is_new or not account.has_key
            else _KEPT_KEY
        )
        self.in_memory.setChecked(account.session_only)
        self.address.setText(account.proxy_url if account.kind is ProfileKind.PROXY else account.hosts.run)
        for name, field in self.hosts.items():
            field.setText(getattr(account.hosts, name))
        budget = account.budget
        self.day.setValue(budget.stop_day_usd)
        self.session.setValue(budget.stop_session_usd)
        self.ask.setValue(-0.01 if budget.ask_above_usd is None else budget.ask_above_usd)
        self.unpriced.setCurrentText(budget.unpriced.value)
        self.proxy.setText(account.network_proxy)
        self.ca.setText(account.ca_file)
        self.connect_s.setValue(account.clocks.connect_s)
        self.idle_s.setValue(account.clocks.idle_s)
        self.folder.setText(account.media_folder)
        self._show_uploads(account.uploads)

    def _show_uploads(self, rules: UploadRules) -> None:
        words = next((word for word, s in _LIFETIMES.items() if s == rules.lifetime_s), "")
        if not words:  # somebody wrote another one into the file
            words = tr("{lifetime_s} seconds").format(lifetime_s=rules.lifetime_s)
            self.lifetime.addItem(words)
        self.lifetime.setCurrentText(words)
        self.readers.setCurrentText(_ACCOUNT if rules.is_restricted else _ANYBODY)

    def account(self, before: Account) -> Account:
        """Return what was shown as it stands now."""
        hosts, proxy_url = before.hosts, before.proxy_url
        address = _base(self.address)
        if before.kind is ProfileKind.LOCAL_APP:
            hosts = at_base(address)
        elif before.kind is ProfileKind.PROXY:
            proxy_url = address
        elif before.kind is ProfileKind.CUSTOM:
            texts = {name: _base(field) for name, field in self.hosts.items()}
            cdn, schema = hosts.cdn or texts["run"], hosts.schema or f"{texts['run']}/openapi.json"
            hosts = Hosts(**texts, cdn=cdn, schema=schema)
        return msgspec.structs.replace(
            before,
            name=self.name.text().strip(),
            session_only=self.in_memory.isChecked(),
            has_key=before.has_key or (before.kind is ProfileKind.LOCAL_APP and bool(self.typed_key)),
            colour=Colour(self.colour.value),
            hosts=hosts,
            proxy_url=proxy_url,
            network_proxy=_base(self.proxy),
            ca_file=self.ca.text().strip(),
            clocks=Clocks(self.connect_s.value(), self.idle_s.value()),
            media_folder=self.folder.text().strip(),
            uploads=UploadRules(
                _LIFETIMES.get(self.lifetime.currentText(), before.uploads.lifetime_s),
                self.readers.currentText() == _ACCOUNT,
            ),
            budget=Budget(
                round(self.day.value(), 2),
                round(self.session.value(), 2),
                None if self.ask.value() < 0 else round(self.ask.value(), 2),
                Unpriced(self.unpriced.currentText()),
            ),
        )

    @property
    def typed_key(self) -> str:
        """The key that was typed, "" if none was."""
        return cleaned(self.key.text())

    def _fill(self) -> None:
        px = current().px
        mirroring.margins(self._grid, 0, px(8), px(12), px(8))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(8))
        self._grid.setColumnMinimumWidth(0, px(_NAME_PX))
        self._grid.setColumnStretch(1, 1)
        with_address = frozenset({ProfileKind.LOCAL_APP, ProfileKind.PROXY})
        custom = frozenset({ProfileKind.CUSTOM})
        self._section(tr("Where calls go"), frozenset(ProfileKind))
        self._grid.addWidget(self.about, self._row, 0, 1, 2)
        self._row += 1
        self._line(tr("Name"), self.name)
        self._line(tr("Colour"), self.colour)
        self._line(tr("Address"), self.address, with_address)
        for name, title in _ADDRESSES.items():
            self._line(title, self.hosts[name], custom)
        self._line(tr("Key"), self.key, _WITH_KEY)
        self._line("", self.in_memory, _WITH_KEY)
        self._section(tr("What may be spent"), _PAID)
        self._line(tr("Ask above"), self.ask, _PAID)
        self._line(tr("Stop each day at"), self.day, _PAID)
        self._line(tr("Stop each session at"), self.session, _PAID)
        self._line(tr("Unknown price"), self.unpriced, _PAID)
        self._line("", Paragraph(_LIMITS, "cell", "3"), _PAID)
        self._section(tr("How they get there"))
        self._line(tr("HTTP proxy"), self.proxy)
        endings = ("pem", "crt", "cer")
        ask = partial(choose, self, tr("Certificates that are trusted too"), endings, self.ca.setText)
        self._line(tr("Certificates"), self._with_choice(self.ca, ask))
        self._line(tr("Connect within"), self.connect_s)
        self._line(tr("Silent for at most"), self.idle_s)
        self._section(tr("What is uploaded"), _UPLOADING)
        self._line(tr("Keep uploads for"), self.lifetime, _UPLOADING)
        self._line(tr("Read by"), self.readers, _UPLOADING)
        self._line("", Paragraph(_UPLOADS, "cell", "3"), _UPLOADING)
        self._section(tr("What comes back"))
        ask = partial(choose_folder, self, tr("Where results are saved"), self.folder.setText)
        self._line(tr("Results folder"), self._with_choice(self.folder, ask))
        self._grid.setRowStretch(self._row, 1)

    def _with_choice(self, field: TextField, ask: Callable[[], object]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(current().px(8))
        button = Button(tr("Choose…"), parent=row)
        button.setAccessibleName(
            tr("Choose: {accessible_name}").format(accessible_name=field.accessibleName())
        )

        def on_clicked() -> None:
            ask()

        button.clicked.connect(on_clicked)
        line.addWidget(field, 1)
        line.addWidget(button)
        return row

    def _section(self, title: str, kinds: frozenset[ProfileKind] = _OWN) -> None:
        label = Label(title, "chosen", "1")
        label.setContentsMargins(0, current().px(8) if self._row else 0, 0, 0)
        self._grid.addWidget(label, self._row, 0, 1, 2)
        self._of_kind.append((kinds, (label,)))
        self._row += 1

    def _line(self, title: str, control: QWidget, kinds: frozenset[ProfileKind] = _OWN) -> None:
        widgets: tuple[QWidget, ...] = (control,)
        if title:
            label = Label(title, "control", "2")
            self._grid.addWidget(label, self._row, 0)
            widgets = (label, control)
        if isinstance(control, DecimalBox | ChoiceBox):
            control.setFixedWidth(current().px(_BOX_PX))
            self._grid.addWidget(control, self._row, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            self._grid.addWidget(control, self._row, 1)
        self._of_kind.append((kinds, widgets))
        self._row += 1


def _base(field: TextField) -> str:
    return field.text().strip().rstrip("/")


def _amount(name: str, at_least: str) -> DecimalBox:
    box = DecimalBox(0.0, 0.0, 100_000.0, 0.5, name=name)
    before, _, behind = figures.dollars("\n").partition("\n")
    box.setPrefix(before)
    box.setSuffix(behind)
    box.setSpecialValueText(at_least)
    return box


def _seconds(name: str, value: float) -> DecimalBox:
    box = DecimalBox(value, 0.5, 86_400.0, 5.0, decimals=1, name=name)
    box.setSuffix(" s")
    return box
