"""What left this machine: the list says what the server received; it can be searched, exported and deleted at fal."""

import csv
import hashlib
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from fal_studio.app.program import Program
from fal_studio.core.request import Mode
from fal_studio.core.sent import What
from fal_studio.services.emulator_process import Addresses, profile_of
from fal_studio.store.paths import folders
from fal_studio.ui.shell.sent_panel import SentPanel
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Driven
from tests.ui.window.test_files import control_of, drop, picture
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def press(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # pyright: ignore[reportArgumentType, reportCallIssue]


async def opened(hand: Driven, lines: int) -> SentPanel:
    hand.window.actions_["privacy.sent"].trigger()
    panel = hand.window.checkups.panel("sent")
    await until(lambda: len(panel.shown) == lines, what=f"{lines} lines are shown")
    return panel


async def added(hand: Driven, name: str, key: str) -> None:
    hand.window.accounts.add_wanted.emit(name, key, True)
    await until(lambda: name in hand.window.accounts.names, what="the key is there")


async def saved(hand: Driven, button: object, path: Path) -> None:
    press(button)
    dialog = next(one for one in hand.window.findChildren(QFileDialog) if one.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    await until(path.exists, what="the export is written")


def test_the_list_is_what_the_server_received(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        space = hand.space
        panel = await opened(hand, 0)
        assert "Nothing has left" in panel._nothing.text()
        assert panel._nothing.isVisible()
        assert not panel.delete.isEnabled()
        panel.dismiss()
        since = emulator.last()
        space.set_mode(Mode.RUN)
        await hand.run(prompt="stays here")
        await hand.ended()
        await added(hand, "work", "person:c0ffee0123456789")
        await added(hand, "boss", "admin:c0ffee0123456789")
        for name in ("work", "boss"):
            hand.window.profiles.switch(name)
            await hand.run(prompt=f"=a secret plan of {name}", seed=len(name))
            await hand.ended()
            assert hand.state.failure is None
        file = picture(tmp_path / "plan.png")
        hand.window.open_new()
        hand.space.set_endpoint("emulator/edit")
        drop(control_of(hand, "image_url"), file)
        await until(
            lambda: "http" in str((hand.space.document.arguments or {}).get("image_url", "")), limit_s=20
        )
        panel = await opened(hand, 2)
        posts = [item for item in emulator.requests(since, method="POST") if "emulator/image" in item["path"]]
        panel.with_emulator.click()
        await until(lambda: len(panel.shown) == 4, what="what stays here can be seen, too")
        assert len([one for one in panel.shown if one.what is What.INPUTS]) == len(posts) == 3
        upload = next(one for one in panel.shown if one.what is What.FILE)
        assert upload.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert (upload.name, upload.size_bytes) == ("plan.png", file.stat().st_size)
        QTest.keyClicks(panel.search, upload.sha256[:12])
        assert panel.shown == (upload,)
        assert upload.url in panel._about.text()
        panel.search.setText("secret plan")
        assert [one.profile for one in panel.shown] == ["boss", "work"]
        await saved(hand, panel.as_json, tmp_path / "sent.json")
        await saved(hand, panel.as_csv, tmp_path / "sent.csv")
        boss, work = panel.shown
        for row, words in ((1, "It was asked with the key boss."), (0, "fal deleted inputs")):
            panel.table.setCurrentCell(row, 0)
            press(panel.delete)
            assert "Press again" in panel._words.text()
            press(panel.delete)
            await until(lambda words=words: words in panel._words.text(), what=words)
            await until(lambda: not panel.delete.isEnabled(), what="it is gone")
            await until(lambda: "fal deleted inputs and outputs on" in panel._about.text())
        panel.delete_wanted.emit("", "boss", "nobody-knows-it")
        await until(lambda: "keeps nothing" in panel._words.text(), what="what is gone is said to be gone")
        hand.window.accounts.remove_wanted.emit("boss")
        await until(lambda: "boss" not in hand.window.accounts.names, what="the ADMIN key is gone")
        panel.delete_wanted.emit("", "work", "nobody-knows-it")
        await until(lambda: "ADMIN scope" in panel._words.text(), what="no key may delete")
        deletes = [item["path"] for item in emulator.requests(since, method="DELETE")]
        assert [path.split("/")[-2] for path in deletes] == [
            *(work.request_id,) * 2,
            boss.request_id,
            *("nobody-knows-it",) * 2,
        ]
        panel.dismiss()

    async def look_again(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        panel = await opened(hand, 2)
        assert all(one.deleted_s is not None for one in panel.shown), "it is a fact of the call"
        assert panel.table.item(0, 5).text().startswith("deleted ")
        panel.dismiss()

    hosts = profile_of(addresses).hosts
    for scenario in (act, look_again):
        in_loop(lived(Program(folders(tmp_path / "kept"), addresses, hosts), scenario)(), limit_s=90)
    assert [one["name"] for one in json.loads((tmp_path / "sent.json").read_bytes())] == [
        "emulator/image"
    ] * 2
    rows = list(csv.DictReader((tmp_path / "sent.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0]["text"] == "'=a secret plan of boss"


def test_a_profile_says_how_long_uploads_live_and_who_reads_them(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def uploaded(hand: Driven, file: Path) -> str:
        hand.window.open_new()
        hand.space.set_endpoint("emulator/edit")
        hand.space.set_profile("work")
        drop(control_of(hand, "image_url"), file)

        def value() -> str:
            return str((hand.space.document.arguments or {}).get("image_url", ""))

        await until(lambda: "/files/" in value(), what="it is uploaded", limit_s=20)
        return value()

    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        await added(hand, "work", "person:c0ffee0123456789")
        file = picture(tmp_path / "plan.png")
        everybodys = await uploaded(hand, file)
        hand.window.profiles.manage()
        panel = hand.window.profiles.profiles
        assert panel is not None
        panel.which.setCurrentIndex(panel.which.findData("work"))
        panel.which.activated.emit(panel.which.currentIndex())
        panel.form.lifetime.setCurrentText("1 day")
        panel.form.readers.setCurrentText("this account only")
        press(panel.save)
        await until(lambda: "Saved" in panel.verdict.accessibleName(), what="it is changed", limit_s=20)
        panel.dismiss()
        since = emulator.last()
        shut = await uploaded(hand, file)
        assert shut != everybodys, "what everybody reads is not good enough any more"
        (sent,) = [one for one in emulator.requests(since, method="POST") if "files/upload" in one["path"]]
        headers = {name.lower(): value for name, value in sent["headers"]}
        assert json.loads(headers["x-fal-object-lifecycle"]) == {
            "expiration_duration_seconds": 86_400,
            "initial_acl": {"default": "forbid", "rules": []},
        }
        with emulator.client(key=None) as client:
            assert client.get(everybodys).status_code == 200
            assert client.get(shut).status_code == 403
        again = await uploaded(hand, file)
        assert again == shut, "it is there, and need not travel twice"
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a red roof")
        await hand.ended()
        assert hand.state.failure is None, "the model of the account reads it"
        sheet = await opened(hand, 1)
        sheet.with_emulator.click()
        sheet.search.setText(shut)
        assert sheet.shown[0].is_restricted
        assert "show it to the account alone" in sheet._about.text()
        assert "profile work" in sheet._about.text()
        sheet.search.setText(everybodys)
        assert "whoever has it can read it" in sheet._about.text()
        assert sheet.delete.text() == "Limit access…"
        press(sheet.delete)
        assert "Press again" in sheet._words.text()
        press(sheet.delete)
        await until(lambda: "to everybody but the account now" in sheet._words.text(), what="it is limited")
        await until(lambda: sheet.shown[0].is_restricted and not sheet.delete.isEnabled())
        with emulator.client(key=None) as client:
            assert client.get(everybodys).status_code == 403
        sheet.limit_wanted.emit("work", "https://v3.fal.media/files/b/none/at-all.png")
        await until(lambda: "does not have this file" in sheet._words.text(), what="what fal has not is told")
        sheet.dismiss()

    hosts = profile_of(addresses).hosts
    in_loop(lived(Program(folders(tmp_path / "kept"), addresses, hosts), act)(), limit_s=90)
