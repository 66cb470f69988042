"""A key that would be known anywhere: used for everything, it goes to its own hosts and is written down nowhere.

Searched afterwards, for the key and for every realtime token: every file of the program (ledger, blobs, caches, settings,
desk, saved requests), the log at its most talkative, the clipboard after each copy, an export of all calls, HTTP archives
and transcripts, also of a replay and of calls that another start opens again; a comparison with its reports; the report of
the diagnostics; the list of what left this machine; every text in the window, in its lists, tooltips and names, with the
pages of profiles, settings, the key, the project and the money open; and every request that reached another door than the
API's, downloads of results first of all.
"""

import logging
import re
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec import structs
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QWidget

from fal_studio.app.discreet import Discreet
from fal_studio.app.program import Program
from fal_studio.core.comparing.plan import Plan
from fal_studio.core.history import ExportAs, Query
from fal_studio.core.request import Mode, Request
from fal_studio.core.snippets.snippet import Language
from fal_studio.services.emulator_process import Addresses, profile_of
from fal_studio.store.paths import APP_ID, Folders, folders
from fal_studio.store.secrets import Secrets
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Driven
from tests.ui.window.test_comparing import FORMS, Heard
from tests.ui.window.test_comparing import REQUEST as COMPARED
from tests.ui.window.test_costs import rows_of
from tests.ui.window.test_files import control_of, drop, picture
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SECRET = "canary5ecret0123456789abcdef"
KEY = f"canary-key:{SECRET}"
QUICK = {"prompt": "a yellow bird", "image_size": "square", "num_inference_steps": 4}
TOKEN = re.compile(r"fal_jwt_token=([^&\s]+)")


def texts_of(widget: QWidget) -> str:
    """Return every text in a window, also what stands in tooltips and names, but for the fields that a key is typed into."""
    found: list[str] = []
    for each in (widget, *widget.findChildren(QWidget)):
        found += [each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle()]
        is_typed = isinstance(each, QLineEdit) and each.echoMode() is QLineEdit.EchoMode.Password
        for name in ("text", "toPlainText", "currentText", "placeholderText", "title"):
            text = getattr(each, name, "")
            text = "" if is_typed and name == "text" else text() if callable(text) else text
            found += [text] if isinstance(text, str) else []
        if isinstance(each, QAbstractItemView) and each.model() is not None:
            found += in_model(each.model())
    return "\n".join(found)


def in_model(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    """Return the texts of a list, table or tree, all of its rows."""
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.AccessibleDescriptionRole,
    )
    above = parent or QModelIndex()
    found: list[str] = []
    for row in range(model.rowCount(above)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(above)):
            index = model.index(row, column, above)
            found += [str(text) for role in roles if (text := model.data(index, role))]
        found += in_model(model, model.index(row, 0, above))
    return found


def is_session(path: Path) -> bool:
    """Whether a file is the transcript of a session."""
    return path.exists() and b'"mode":"realtime"' in path.read_bytes()[:4000].replace(b" ", b"")


class Watch:
    """Uses the key for everything, and collects what could be seen and what was copied."""

    def __init__(self, kept: Folders, emulator: EmulatorProcess) -> None:
        self.kept, self.emulator = kept, emulator
        self.copied: list[str] = []
        self.seen: list[str] = []

    def copy(self) -> None:
        """Take what lies on the clipboard."""
        self.copied.append(QGuiApplication.clipboard().text())

    async def calls(self, hand: Driven) -> None:
        """Call in every mode, copy what can be copied, and fail once."""
        window, space = hand.window, hand.space
        for number, mode in enumerate((Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT, Mode.STREAM)):
            space.set_mode(mode)
            await hand.run(**QUICK, seed=number)
            await hand.ended()
            assert hand.state.failure is None, hand.state.failure
        for language in Language:
            window.copy_code(language)
            self.copy()
        await hand.run(**QUICK, guidance_scale=99)
        await hand.ended()
        assert hand.state.failure is not None
        for page in ("events", "json", "headers"):
            space.result.show_tab(page)
            self.seen.append(texts_of(window))
        dock = window.monitor.open()
        dock.table.choose(space.result.call)
        for button in dock.detail.findChildren(QAbstractButton):
            if "Copy" in button.text() or "Copy" in button.accessibleName():
                button.click()
                self.copy()
        self.seen.append(texts_of(window))

    async def broken(self, hand: Driven) -> None:
        """Let calls break in every way, upload a file and hold a session."""
        window, space = hand.window, hand.space
        for fault in ("reset", "bad_gateway_html", "short_body", "wrong_key", "redirect"):
            call = space.result.call
            self.emulator.arm(fault, path="/emulator/bench", times=1)
            broken = Request("emulator/bench", Mode.RUN, {"text": fault}, "work")
            window.run_wanted.emit(window.tabs.current(), broken)
            await until(lambda call=call: space.result.call != call, what="a call began")
            await hand.ended()
            self.seen.append(texts_of(window))
        space.set_endpoint("emulator/edit")
        drop(control_of(hand, "image_url"), picture(self.kept.data / "bird.png"))
        await until(lambda: "http" in str((space.document.arguments or {}).get("image_url", "")), limit_s=20)
        window.open_starter("Sketch to lake")
        hand.space.set_profile("work")
        await hand.run()
        await until(lambda: hand.state.partials >= 1, what="the session answers", limit_s=30)
        hand.space.result.show_tab("events")
        self.seen.append(texts_of(window))
        await hand.key(Qt.Key.Key_Escape)
        await hand.ended()

    async def told(self, hand: Driven) -> None:
        """Crash, and export all calls."""
        window, program, kept = hand.window, hand.program, self.kept
        program.funnel.take(RuntimeError(f"something broke with {SECRET}"))
        await until(window.banner.isVisible, what="the crash is told")
        for button in window.banner.findChildren(QAbstractButton):
            if "opy" in f"{button.text()}{button.accessibleName()}":
                button.click()
                self.copy()
        assert "something broke" in self.copied[-1]
        window.history.export_wanted.emit(Query(), str(kept.data / "all.json"), ExportAs.JSON.value)
        await until((kept.data / "all.json").exists, what="the export", limit_s=20)
        self.seen.append(texts_of(window))

    async def reports(self, hand: Driven) -> None:
        """Run the self-test, write its report and the list of what was sent."""
        window, kept = hand.window, self.kept
        window.checkups.open("diagnostics")
        panel = window.checkups.panel("diagnostics")
        await until(panel.again.isEnabled, what="the self-test has ended", limit_s=60)
        panel.report.click()
        await until(panel.save.isVisible, what="the report is shown")
        for row in range(panel.files.count()):
            panel.files.setCurrentRow(row)
            self.seen.append(texts_of(window))
        panel.save_wanted.emit(str(kept.data / "report.zip"), panel._chosen())
        await until((kept.data / "report.zip").exists, what="the report is written")
        with zipfile.ZipFile(kept.data / "report.zip") as report:
            self.seen.extend(report.read(name).decode() for name in report.namelist())
        window.checkups.open("sent")
        sent = window.checkups.panel("sent")
        await until(lambda: bool(sent.shown), what="what was sent is listed")
        self.seen.append(texts_of(window))
        sent.export_wanted.emit(str(kept.data / "sent.csv"), sent.shown)
        await until((kept.data / "sent.csv").exists, what="the list is written")
        sent.dismiss()

    async def compared(self, hand: Driven) -> None:
        """Put the ways of calling against each other, fal's own clients with them where they are, and write reports."""
        door = hand.program.comparisons
        heard = Heard(door)
        await until(lambda: door.is_ready, limit_s=20)
        door.want_lanes(structs.replace(COMPARED, profile="work"), 0.05)
        await until(lambda: bool(heard.lanes), limit_s=20)
        lanes = tuple(structs.replace(lane, is_on=not lane.reason) for lane in heard.lanes)
        door.run(Plan(lanes, runs=1, warm_ups=0, frames=2, poll_every_s=0.05, seed=3), is_accepted=True)
        await until(lambda: bool(heard.finished), what="the comparison has ended", limit_s=60)
        assert len(heard.finished[0].outcomes) >= 4
        for form, ending in FORMS.items():
            door.export(heard.finished[0], form, self.kept.data / f"comparison.{ending}")
        await until(lambda: len(heard.exported) == len(FORMS), what="its reports", limit_s=20)
        hand.window.comparing.compare_all()
        self.seen.append(texts_of(hand.window))
        hand.window.comparing.leave()

    async def archives(self, hand: Driven) -> None:
        """Write every call as an archive and a transcript, and replay a session."""
        window, program, kept = hand.window, hand.program, self.kept
        for number, call in enumerate(program.calls.ids()):
            window.wire.archive_wanted.emit(call, str(kept.data / f"{number}.har"))
            window.wire.transcript_wanted.emit(call, str(kept.data / f"{number}.jsonl"))
            await until((kept.data / f"{number}.har").exists, what="the archive", limit_s=20)

        (session, *_) = await until(
            lambda: [path for path in sorted(kept.data.glob("*.jsonl")) if is_session(path)],
            what="the transcript of a session",
            limit_s=20,
        )
        window.wire.open_wanted.emit(str(session))
        await until(lambda: hand.space.result.call.startswith("replay-"), what="it is replayed", limit_s=20)
        replayed = hand.space.result.call
        for page in ("events", "json", "headers"):
            hand.space.result.show_tab(page)
            self.seen.append(texts_of(window))
        window.wire.archive_wanted.emit(replayed, str(kept.data / "replayed.har"))
        await until((kept.data / "replayed.har").exists, what="the archive of the replay", limit_s=20)

    async def pages(self, hand: Driven) -> None:
        """Open the pages of profiles, settings, project, money and key."""
        window = hand.window
        window.profiles.manage()
        profiles = window.profiles.profiles
        assert profiles is not None
        profiles.which.setCurrentIndex(profiles.which.findData("work"))
        profiles.which.activated.emit(profiles.which.currentIndex())
        QTest.mouseClick(profiles.check, Qt.MouseButton.LeftButton)
        await until(lambda: "cost nothing" in profiles.verdict.accessibleName(), what="checked", limit_s=20)
        self.seen.append(texts_of(window))
        profiles.dismiss()
        window.panels.open_settings()
        window.panels.open_saving()
        window.actions_["request.project"].trigger()
        window.today.open()
        self.seen.append(texts_of(window))
        window.profiles.add_key()
        add = window.profiles.panel
        assert add is not None
        QTest.keyClicks(add.key, KEY)
        QTest.mouseClick(add.check, Qt.MouseButton.LeftButton)
        await until(lambda: "Accepted by fal" in add._verdict.accessibleName(), what="checked", limit_s=20)
        self.seen.append(texts_of(window))
        add.dismiss()
        self.seen.append(texts_of(window))
        for number, widget in enumerate(window.findChildren(FloatingPanel)):
            self.seen.append(f"{number}: {texts_of(widget)}")

    async def open_again(self, hand: Driven) -> None:
        """Open the calls of the earlier start, and write them anew."""
        window, program, kept = hand.window, hand.program, self.kept
        history = hand.window.history
        earlier = [row.call for row in await rows_of(program, Query())]
        assert len(earlier) > 8
        for number, call in enumerate(earlier):
            window.show_call(call)
            await until(
                lambda call=call: hand.space.result.call == call, what="it is opened again", limit_s=20
            )
            for page in ("events", "json", "headers"):
                hand.space.result.show_tab(page)
                self.seen.append(texts_of(window))
            window.wire.archive_wanted.emit(call, str(kept.data / f"again-{number}.har"))
            await until((kept.data / f"again-{number}.har").exists, what="its archive", limit_s=20)
        history.export_wanted.emit(Query(), str(kept.data / "again.csv"), ExportAs.CSV.value)
        await until((kept.data / "again.csv").exists, what="the export", limit_s=20)


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
    watch = Watch(kept, emulator)

    async def everything(program: Program) -> None:
        caplog.handler.addFilter(Discreet(program.funnel.secrets))  # as the command does with its own
        hand = Driven(program)
        await hand.ready()
        program.window.accounts.add_wanted.emit("work", KEY, False)
        await until(lambda: program.window.accounts.names == ("work",), what="the key is there", limit_s=20)
        program.window.profiles.switch("work")
        for part in (
            watch.calls,
            watch.broken,
            watch.told,
            watch.reports,
            watch.compared,
            watch.archives,
            watch.pages,
        ):
            await part(hand)

    async def open_again(program: Program) -> None:
        caplog.handler.addFilter(Discreet(program.funnel.secrets))
        hand = Driven(program)
        await hand.ready()
        await watch.open_again(hand)

    fal = profile_of(addresses).hosts
    for life in (everything, open_again):
        in_loop(lived(Program(kept, addresses, fal), life)(), limit_s=100)
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
        for name, texts in (
            ("the log", [caplog.text]),
            ("the clipboard", watch.copied),
            ("the window", watch.seen),
        ):
            assert not [secret for secret in secrets for text in texts if secret in text], f"{name} holds it"
        files_of = urlsplit(fal.cdn).path
        fetched = [item for item in requests if item["method"] == "GET" and item["path"].startswith(files_of)]
        assert len(fetched) >= 4, "results were downloaded"
        assert not [item for item in fetched if "authorization" in dict(item["headers"])], "without the key"
        assert any(len(text) > 1000 for text in watch.seen), "the window was read"
        doors = [urlsplit(door).path for door in (fal.run, fal.queue, fal.rest, fal.platform, fal.ws)]
        elsewhere = [
            item["path"]
            for item in requests
            if SECRET in str(item["headers"]) and not item["path"].startswith(tuple(doors))
        ]
        assert not elsewhere, "another door was shown the key"
    finally:
        Secrets(APP_ID).forget("work")
