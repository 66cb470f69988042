"""The webhook panel in the window: it listens when it is opened, lists what came in, and judges what is pasted."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit

from fal_studio.core.call import Phase
from fal_studio.core.request import HERE, Mode
from fal_studio.store import preferences
from fal_studio.ui.shell.webhooks import WebhookPanel
from fal_studio.ui.widgets.paragraph import Paragraph
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_the_panel_shows_the_address_and_what_came_in(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.actions_["webhooks.show"].trigger()
        panel = hand.window.findChild(WebhookPanel)
        assert isinstance(panel, WebhookPanel)
        address, tunnel = panel.findChildren(QLineEdit)
        await until(lambda: address.text().startswith("http://127.0.0.1:"))
        hand.space.set_mode(Mode.SUBMIT)
        request = hand.space.request()
        assert request is not None
        options = msgspec.structs.replace(request.options, webhook_url=HERE)
        hand.window.run_wanted.emit(
            hand.window.tabs.current(), msgspec.structs.replace(request, options=options)
        )
        call = await until(lambda: hand.space.result.call)
        await until(lambda: hand.program.calls.state(call).phase is Phase.DONE, limit_s=20)
        listed = panel.findChild(QListWidget)
        await until(lambda: listed.count() == 1)
        assert "taken" in listed.item(0).text()
        headers, body = panel.findChildren(QPlainTextEdit)
        headers.setPlainText("X-Fal-Webhook-Request-Id: 1")
        body.setPlainText("{}")
        panel.verify_wanted.emit(headers.toPlainText(), body.toPlainText().encode())
        await until(lambda: any("Not genuine" in each.text() for each in panel.findChildren(Paragraph)))
        tunnel.setText("https://tunnel.example/fal")
        tunnel.editingFinished.emit()
        kept = hand.program.kept.preferences
        await until(lambda: preferences.load(kept).settings.webhook_url == "https://tunnel.example/fal")
        await hand.key(Qt.Key.Key_Escape)
        assert not panel.isVisible()

    drive(scenario)
