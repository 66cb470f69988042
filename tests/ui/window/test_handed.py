"""Files that come from outside: each opens in its place, and what is none says so; nothing is run."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication

from fal_studio.core.accounts import Account
from fal_studio.core.comparing import outcome
from fal_studio.core.request import Mode
from fal_studio.core.saved import Saved, write
from tests.ui.compare.samples import comparison
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until


async def said(hand: Driven, words: str) -> None:
    def shown() -> list[str]:
        return [f"{toast.news.text} {toast.news.detail}" for toast in hand.window.toasts.shown()]

    await until(
        lambda: any(words in one for one in shown()), what=lambda: f"{words} in {shown()}", limit_s=20
    )


def drop(hand: Driven, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    hand.window.dropEvent(event)


def test_each_kind_of_file_opens_in_its_place(drive_kept: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        window.run_wanted.connect(lambda *_: pytest.fail("nothing runs by itself"))
        compared = tmp_path / "Lighthouse.falcomparison.json"
        compared.write_bytes(outcome.write(comparison()))
        window.handed.open(str(compared))
        await until(
            lambda: (
                (pane := window.comparing.pane) and (it := pane.desk.comparison) and it.id == "comparison-1"
            ),
            what="the comparison is shown",
            limit_s=20,
        )
        assert window.comparing.is_shown
        saved = tmp_path / "Hat.falrequest.json"
        saved.write_text(write(Saved("Hat", "emulator/image", {"prompt": "a hat"}, Mode.STREAM)), "utf-8")
        drop(hand, saved)
        await until(lambda: hand.space.title == "Hat", what="the saved request is open")
        assert hand.space.mode is Mode.STREAM
        archive = tmp_path / "call.har"
        sent = {
            "method": "POST",
            "url": "https://fal.run/fal-ai/hat",
            "postData": {"text": '{"prompt": "x"}'},
        }
        archive.write_text(json.dumps({"log": {"entries": [{"request": sent}]}}), "utf-8")
        drop(hand, archive)
        await until(lambda: hand.space.endpoint == "fal-ai/hat", what="the archive's call is open")
        # Whoever has no key is led to one instead of into an emulator that has no such model.
        assert [reason.target for reason in hand.space.reasons()] == ["key"]
        window.accounts.put_accounts((Account("work"),), frozenset({"work"}))
        assert hand.space.reasons()[0].target == "profile:work"
        hand.space.run()
        assert (hand.space.profile, hand.space.reasons()) == ("work", [])
        window.handed.open("falstudio://open?endpoint=emulator/chat&mode=stream")
        assert (hand.space.endpoint, hand.space.mode) == ("emulator/chat", Mode.STREAM)
        hand.space.document.set_value("prompt", "to be sent")
        window.copy_link()
        window.handed.open(QGuiApplication.clipboard().text())
        assert len(window.workspaces) == 5
        assert hand.space.document.arguments["prompt"] == "to be sent"
        window.handed.open("falstudio://pay?endpoint=emulator/chat")
        await said(hand, "no link “pay”")
        broken = tmp_path / "broken.falwire.jsonl"
        broken.write_text("what\n", "utf-8")
        drop(hand, broken)
        await said(hand, "broken.falwire.jsonl cannot be replayed")
        window.handed.open(str(tmp_path / "gone.png"))
        await said(hand, "gone.png carries no request")
        await until(lambda: "" if hand.program.engine is None else "there", what="the engine")
        damaged = tmp_path / "damaged.falcomparison.json"
        damaged.write_text("{}", "utf-8")
        window.handed.open(str(damaged))
        pane = window.comparing.pane
        assert pane is not None
        await until(lambda: "cannot be opened" in pane.desk.trouble, what="the trouble is told", limit_s=20)

    drive_kept(scenario)
