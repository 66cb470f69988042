"""Webhooks: where fal may call us, what came in, and whether a call that somebody shows us is genuine."""

import datetime as dt
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from fal_studio.ui import icons, theme
from fal_studio.ui.surface import grounded
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Divider, Label, Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

SIZE = QSize(640, 600)
EXPLAINED = tr(
    "A submit with a webhook needs no polling: fal calls this address when the job has ended. "
    "The address is on this machine; fal itself reaches it only through a tunnel of yours."
)


class Note(NamedTuple):
    """One call of the webhook, as the list shows it."""

    wall_s: float
    request_id: str
    is_genuine: bool
    outcome: str


class WebhookPanel(FloatingPanel):
    """Address and tunnel on top, the calls that came in below, and a place to check one by hand."""

    verify_wanted = Signal(str, bytes)
    """Pasted headers and the raw body; answer with `show_verdict`."""
    tunnel_wanted = Signal(str)
    """A public URL that leads to our address, or ""; kept as a setting."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Webhooks"), window)
        self._address = TextField(name=tr("Address on this machine"), mono=True)
        self._address.setReadOnly(True)
        self._copy = IconButton("copy", tr("Copy the address"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._address.text()))
        self._tunnel = TextField(
            "", tr("https://… of your tunnel, if fal is to call"), name=tr("Public address")
        )
        self._tunnel.editingFinished.connect(self._on_tunnel_edited)
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Calls that came in"))
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = theme.current().px(16)
        self._list.setIconSize(QSize(side, side))
        grounded(self._list, "float")
        self._none = Label(tr("Nothing has come in yet."), "cell", "3")
        self._headers = _Paste("X-Fal-Webhook-Request-Id: …\nX-Fal-Webhook-Signature: …", tr("Headers"))
        self._body = _Paste('{"request_id": …}', tr("Raw body"))
        self._verify = Button(tr("Verify"), "primary")
        self._verify.clicked.connect(self._on_verify)
        self._mark = Mark("unknown", "text.3", 16, self)
        self._verdict = Paragraph(tr("Paste headers and body exactly as they arrived."), "cell", "2")
        self._fill()

    def show_address(self, url: str, tunnel: str) -> None:
        """Say where the webhook is; "" while nobody listens."""
        self._address.setText(url or tr("not listening"))
        self._copy.setEnabled(bool(url))
        if not self._tunnel.hasFocus():
            self._tunnel.setText(tunnel)

    def show_received(self, notes: tuple[Note, ...]) -> None:
        """List the calls that came in, newest first."""
        self._list.clear()
        for note in notes:
            when = dt.datetime.fromtimestamp(note.wall_s).astimezone().strftime("%H:%M:%S")
            words = f"{when}   {note.request_id or tr('no request id')}   {note.outcome}"
            item = QListWidgetItem(icons.icon(*_look(is_good=note.is_genuine)), words)
            item.setToolTip(words)
            self._list.addItem(item)
        self._list.setVisible(bool(notes))
        self._none.setVisible(not notes)

    def show_verdict(self, sentence: str, *, is_genuine: bool) -> None:
        """Answer `verify_wanted`."""
        self._mark.set_icon(*_look(is_good=is_genuine))
        self._verdict.set_text(f"{(tr('Genuine') if is_genuine else tr('Not genuine'))}. {sentence}")

    def _on_tunnel_edited(self) -> None:
        text = self._tunnel.text().strip()
        is_url = not text or text.startswith(("https://", "http://"))
        mark_error(self._tunnel, "" if is_url else tr("A public address begins with https://"))
        if is_url:
            self.tunnel_wanted.emit(text)

    def _on_verify(self) -> None:
        self.verify_wanted.emit(self._headers.toPlainText(), self._body.toPlainText().encode())

    def _fill(self) -> None:
        px = theme.current().px
        where = QGridLayout()
        where.setHorizontalSpacing(px(8))
        where.setVerticalSpacing(px(8))
        where.addWidget(Label(tr("address"), "control", "2"), 0, 0)
        where.addWidget(self._address, 0, 1)
        where.addWidget(self._copy, 0, 2)
        where.addWidget(Label(tr("tunnel"), "control", "2"), 1, 0)
        where.addWidget(self._tunnel, 1, 1)
        where.setColumnMinimumWidth(0, px(72))
        pastes = QGridLayout()
        pastes.setHorizontalSpacing(px(8))
        pastes.setVerticalSpacing(px(4))
        for column, (title, field) in enumerate(
            ((tr("headers"), self._headers), (tr("raw body"), self._body))
        ):
            pastes.addWidget(Label(title, "caption", "3", of=field), 0, column)
            pastes.addWidget(field, 1, column)
        gap = px(8)
        self.body.addWidget(Paragraph(EXPLAINED, "cell", "2"))
        self.body.addSpacing(px(4))
        self.body.addLayout(where)
        self._section(tr("Calls that came in"), gap)
        self.body.addWidget(self._none)
        self.body.addWidget(self._list, 1)
        self._section(tr("Verify a call"), gap)
        self.body.addLayout(pastes, 1)
        self.foot.addWidget(self._mark)
        self.foot.addWidget(self._verdict, 1, Qt.AlignmentFlag.AlignVCenter)
        self.foot.addWidget(self._verify)
        self.show_received(())

    def _section(self, title: str, gap: int) -> None:
        self.body.addSpacing(gap)
        self.body.addWidget(Divider())
        self.body.addSpacing(gap // 2)
        self.body.addWidget(Label(title, "section", "1"))


class _Paste(QPlainTextEdit):
    """A field for text that is checked byte for byte."""

    def __init__(self, placeholder: str, name: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._follow_theme()
        theme.current().changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        self.setFont(theme.current().font("mono"))


def _look(*, is_good: bool) -> tuple[str, Role]:
    return ("done", "good") if is_good else ("failed", "bad")
