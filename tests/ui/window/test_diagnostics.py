"""Diagnostics: every step of the self-test is told in the window, and the report holds no secret."""

import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from fal_studio.app.selftest import STEPS, SelfTest
from fal_studio.core.request import Hosts, Mode, Profile
from fal_studio.doctor import probes
from fal_studio.doctor.findings import Finding, Level, is_skipped, ok
from fal_studio.modes.base import Access
from fal_studio.services.emulator_process import Addresses, profile_of
from fal_studio.store.paths import folders
from fal_studio.ui.shell.diagnostics import DiagnosticsPanel
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

SECRET = "diagnosed5ecret0123456789"
NETWORK = ("dns", "tcp", "tls", "auth", "clock", "upload", "queue", "stream", "realtime")


def press(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # pyright: ignore[reportArgumentType, reportCallIssue]


async def opened(hand: Driven) -> DiagnosticsPanel:
    hand.window.actions_["help.diagnostics"].trigger()
    return hand.window.checkups.panel("diagnostics")


def test_the_self_test_is_told_step_by_step_and_a_report_is_made_of_it(
    drive: Drive, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    target = tmp_path / "report.zip"

    async def act(hand: Driven) -> None:
        hand.program.funnel.secrets.add(f"key-id:{SECRET}")
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt=f"a bird, {SECRET}", guidance_scale=99)
        await hand.ended()
        calls = hand.program.calls.ids()
        since = emulator.last()
        panel = await opened(hand)
        assert list(panel.lines) == list(STEPS)
        await until(panel.again.isEnabled, what="the test has ended", limit_s=40)
        states = {key: line.step.state for key, line in panel.lines.items()}
        assert states["tls"] == "skipped", "the emulator speaks plain HTTP: nothing was proven"
        assert {states[key] for key in NETWORK if key != "tls"} == {"ok"}, panel.lines["queue"].step
        assert "1 of 13 were not tried" in panel._words.text()
        assert states["webhook"] == states["disk"] == "ok"
        for line in panel.lines.values():
            assert line.step.message in line._message.text()
            assert line.step.state in ("ok", "skipped") or line.step.next_step
        assert {"/emulator/bench"} <= {
            item["path"].removeprefix("/queue") for item in emulator.requests(since)
        }
        assert hand.program.calls.ids() == calls, "tests are no calls of the person"
        press(panel.again)
        assert panel.stop.isEnabled()
        press(panel.stop)
        await until(panel.again.isEnabled, what="it was stopped")
        assert "stopped" in {line.step.state for line in panel.lines.values()}
        press(panel.report)
        await until(panel.save.isVisible, what="the report is shown before it is saved")
        names = [panel.files.item(row).text().split("\n")[0] for row in range(panel.files.count())]
        assert names[-1] == "last-failed-call.har"
        for row in range(len(names)):
            panel.files.setCurrentRow(row)
            assert panel.text.toPlainText()
            assert SECRET not in panel.text.toPlainText()
        panel.files.item(names.index("settings.json")).setCheckState(Qt.CheckState.Unchecked)
        press(panel.save)
        dialog = hand.window.findChild(QFileDialog)
        assert dialog is not None
        dialog.fileSelected.emit(str(target))
        dialog.reject()
        await until(lambda: "Saved to" in panel._words.text(), what="it is saved")
        panel.dismiss()

    drive(act)
    with zipfile.ZipFile(target) as file:
        assert "settings.json" not in file.namelist()
        assert all(SECRET not in file.read(name).decode() for name in file.namelist())
        archive = json.loads(file.read("last-failed-call.har"))
        assert archive["log"]["entries"][0]["response"]["status"] == 422
        assert "PySide6" in file.read("versions.json").decode()


def test_with_a_key_of_fal_only_free_questions_are_asked(
    in_loop: InLoop,
    addresses: Addresses,
    emulator: EmulatorProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Anywhere but at the emulator itself: what fal would be asked is asked of a server that speaks like it."""
    found: dict[str, Finding] = {}

    def tell(key: str, finding: Finding | None, _seconds: float) -> None:
        if finding is not None:
            found[key] = finding

    async def act() -> None:
        since = emulator.last()
        profile = Profile("work", hosts=profile_of(addresses).hosts)
        await SelfTest(Access(profile, "person:c0ffee0123456789"), folders(tmp_path), tell).run()
        asked = [(item["method"], item["path"]) for item in emulator.requests(since)]
        assert [path for method, path in asked if method == "POST"] == ["/rest/storage/auth/token"], asked
        nowhere = Hosts(*(f"http://127.0.0.1:9/{name}" for name in ("a", "b", "c", "d", "e")))
        good = dict(found)
        monkeypatch.setattr(probes, "check_multimedia", lambda: ok("multimedia", "looked at above"))
        await SelfTest(Access(Profile("gone", hosts=nowhere), "a:b"), folders(tmp_path), tell).run()
        assert all(good[key].level is Level.OK for key in NETWORK), good
        assert {key for key in NETWORK if is_skipped(good[key])} == {"tls", "stream", "realtime"}
        assert found["tcp"].level is Level.PROBLEM
        for key in ("tcp", "auth", "upload", "queue"):
            assert found[key].level is not Level.OK
            assert found[key].next_step

    in_loop(act(), limit_s=60)
