"""A key that would be known anywhere: used for everything, it goes to its own hosts and is written down nowhere.

Searched afterwards, for the key and for every realtime token: every file of the program (ledger, blobs, caches, settings,
desk, saved requests), the log at its most talkative, the clipboard after each copy, an export of all calls, HTTP archives and
transcripts, the report of the diagnostics, the list of what left this machine, every text in the window, and every request that reached another door than the API's.
"""

import logging
import re
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from fal_studio.app.discreet import Discreet
from fal_studio.app.program import Program
from fal_studio.core.history import ExportAs, Query
from fal_studio.core.request import Mode, Request
from fal_studio.core.snippets.snippet import Language
from fal_studio.services.emulator_process import Addresses, profile_of
from fal_studio.store.paths import APP_ID, folders
from fal_studio.store.secrets import Secrets
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Driven
from tests.ui.window.test_files import control_of, drop, picture
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SECRET = "canary5ecret0123456789abcdef"
KEY = f"canary-key:{SECRET}"
QUICK = {"prompt": "a yellow bird", "image_size": "square", "num_inference_steps": 4}
TOKEN = re.compile(r"fal_jwt_token=([^&\s]+)")


def texts_of(widget: QWidget) -> str:
    """Return every text in a window, also what stands in tooltips and names, but for the field that a key is typed into."""
    found: list[str] = []
    for each in (widget, *widget.findChildren(QWidget)):
        found += [each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle()]
        if isinstance(each, QLabel | QAbstractButton | QLineEdit):
            found.append(each.text())
        elif isinstance(each, QPlainTextEdit | QTextEdit):
            found.append(each.toPlainText())
    return "\n".join(found)


def test_a_canary_key_is_found_nowhere(
    in_loop: InLoop,
    theme: Theme,
    addresses: Addresses,
    emulator: EmulatorProcess,
    tmp_path: Path,
    secret_service: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    since = emulator.last()
    kept = folders(tmp_path / "kept")
    copied: list[str] = []
    seen: list[str] = []

    def copy() -> None:
        copied.append(QGuiApplication.clipboard().text())

    async def everything(program: Program) -> None:
        caplog.handler.addFilter(Discreet(program.funnel.secrets))  # as the command does with its own
        hand = Driven(program)
        await hand.ready()
        window, space = hand.window, hand.space
        window.accounts.add_wanted.emit("work", KEY, False)
        await until(lambda: window.accounts.names == ("work",), what="the key is there", limit_s=20)
        window.profiles.switch("work")
        for number, mode in enumerate((Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT, Mode.STREAM)):
            space.set_mode(mode)
            await hand.run(**QUICK, seed=number)
            await hand.ended()
            assert hand.state.failure is None, hand.state.failure
        for language in Language:
            window.copy_code(language)
            copy()
        await hand.run(**QUICK, guidance_scale=99)
        await hand.ended()
        assert hand.state.failure is not None
        for page in ("events", "json", "headers"):
            space.result.show_tab(page)
            seen.append(texts_of(window))
        dock = window.monitor.open()
        dock.table.choose(space.result.call)
        for button in dock.detail.findChildren(QAbstractButton):
            if "Copy" in button.text() or "Copy" in button.accessibleName():
                button.click()
                copy()
        seen.append(texts_of(window))
        for fault in ("reset", "bad_gateway_html", "short_body", "wrong_key", "redirect"):
            call = space.result.call
            emulator.arm(fault, path="/emulator/bench", times=1)
            broken = Request("emulator/bench", Mode.RUN, {"text": fault}, "work")
            window.run_wanted.emit(window.tabs.current(), broken)
            await until(lambda call=call: space.result.call != call, what="a call began")
            await hand.ended()
            seen.append(texts_of(window))
        space.set_endpoint("emulator/edit")
        drop(control_of(hand, "image_url"), picture(tmp_path / "bird.png"))
        await until(lambda: "http" in str((space.document.arguments or {}).get("image_url", "")), limit_s=20)
        window.open_starter("Sketch to lake")
        hand.space.set_profile("work")
        await hand.run()
        await until(lambda: hand.state.partials >= 1, what="the session answers", limit_s=30)
        hand.space.result.show_tab("events")
        seen.append(texts_of(window))
        await hand.key(Qt.Key.Key_Escape)
        await hand.ended()
        program.funnel.take(RuntimeError(f"something broke with {SECRET}"))
        await until(window.banner.isVisible, what="the crash is told")
        for button in window.banner.findChildren(QAbstractButton):
            if "opy" in f"{button.text()}{button.accessibleName()}":
                button.click()
                copy()
        assert "something broke" in copied[-1]
        window.history.export_wanted.emit(Query(), str(kept.data / "all.json"), ExportAs.JSON.value)
        await until((kept.data / "all.json").exists, what="the export", limit_s=20)
        seen.append(texts_of(window))
        window.checkups.open("diagnostics")
        panel = window.checkups.panel("diagnostics")
        await until(panel.again.isEnabled, what="the self-test has ended", limit_s=60)
        panel.report.click()
        await until(panel.save.isVisible, what="the report is shown")
        for row in range(panel.files.count()):
            panel.files.setCurrentRow(row)
            seen.append(texts_of(window))
        panel.save_wanted.emit(str(kept.data / "report.zip"), panel._chosen())
        await until((kept.data / "report.zip").exists, what="the report is written")
        with zipfile.ZipFile(kept.data / "report.zip") as report:
            seen.extend(report.read(name).decode() for name in report.namelist())
        window.checkups.open("sent")
        sent = window.checkups.panel("sent")
        await until(lambda: bool(sent.shown), what="what was sent is listed")
        seen.append(texts_of(window))
        sent.export_wanted.emit(str(kept.data / "sent.csv"), sent.shown)
        await until((kept.data / "sent.csv").exists, what="the list is written")
        sent.dismiss()
        for number, call in enumerate(program.calls.ids()):
            window.wire.archive_wanted.emit(call, str(kept.data / f"{number}.har"))
            window.wire.transcript_wanted.emit(call, str(kept.data / f"{number}.jsonl"))
            await until((kept.data / f"{number}.har").exists, what="the archive", limit_s=20)

    fal = profile_of(addresses).hosts
    in_loop(lived(Program(kept, addresses, fal), everything)(), limit_s=180)
    try:
        requests = emulator.requests(since)
        used = [item for item in requests if dict(item["headers"]).get("authorization") == f"Key {KEY}"]
        assert len(used) > 10, "the key was used"
        tokens = {token for item in requests for token in TOKEN.findall(str(item["query"]))}
        assert tokens, "a session was opened"
        secrets = (SECRET, *tokens)
        files = [path for path in kept.data.parent.rglob("*") if path.is_file()]
        assert any(path.name == "ledger.sqlite" for path in files)
        assert any(path.suffix == ".har" and b"_webSocketMessages" in path.read_bytes() for path in files)
        assert any(path.parent == kept.data and path.suffix == ".jsonl" for path in files)
        for path in files:
            data = path.read_bytes().decode("latin-1")
            assert not [secret for secret in secrets if secret in data], f"{path} holds it"
        for name, texts in (("the log", [caplog.text]), ("the clipboard", copied), ("the window", seen)):
            assert not [secret for secret in secrets for text in texts if secret in text], f"{name} holds it"
        doors = [urlsplit(door).path for door in (fal.run, fal.queue, fal.rest, fal.platform, fal.ws)]
        elsewhere = [
            item["path"]
            for item in requests
            if SECRET in str(item["headers"]) and not item["path"].startswith(tuple(doors))
        ]
        assert not elsewhere, "another door was shown the key"
    finally:
        Secrets(APP_ID).forget("work")
