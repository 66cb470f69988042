"""Profiles in the window: added, checked, limited, called with, removed and brought back."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.accounts import Account, account_problem, at_base
from fal_studio.core.request import Hosts, Mode, ProfileKind, Request
from fal_studio.services.emulator_process import profile_of
from fal_studio.store import accounts as file
from fal_studio.store.paths import folders
from fal_studio.ui.output.empty_page import WHERE, EmptyPage
from fal_studio.ui.shell.profile_panel import ProfilePanel
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.paragraph import Paragraph
from tests.conftest import InLoop
from tests.ui.window.test_costs import work
from tests.ui.window.test_keeping import lived
from tests.waiting import until


def press(button: Button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def opened(program: Program) -> ProfilePanel:
    program.window.profiles.manage()
    panel = program.window.profiles.profiles
    assert panel is not None
    await until(panel.isVisible, what="the panel is there")
    return panel


def said(empty: EmptyPage) -> list[str]:
    return [one.text() for one in empty.findChildren(Paragraph)]


def test_profiles_are_added_changed_removed_and_brought_back(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    kept, hosts = folders(tmp_path), profile_of(addresses).hosts
    base = hosts.run

    async def act(program: Program) -> None:
        window, accounts = program.window, program.window.accounts
        panel = await opened(program)
        assert panel.which.currentText() == "Emulator, offline, free"
        assert panel.save.isHidden()
        panel.begin(ProfileKind.LOCAL_APP)
        press(panel.save)
        assert panel.verdict.accessibleName() == "Give it a name: work, or fal."
        panel.form.name.setText("mine")
        panel.form.address.setText("localhost:8080")
        press(panel.save)
        assert panel.verdict.accessibleName() == (
            "Address: “localhost:8080” is no address. Write one such as https://127.0.0.1:8080."
        )
        panel.form.address.setText(base + "/")
        assert panel.form.day.isHidden(), "what runs here is paid to nobody"
        assert WHERE[ProfileKind.EMULATOR] in said(window.workspace.result.empty)
        press(panel.check)
        await until(lambda: "Asking" not in panel.verdict.accessibleName(), what="it was tried", limit_s=20)
        press(panel.save)
        await until(lambda: accounts.names == ("mine",), what="it is there", limit_s=20)
        await until(lambda: window.workspace.profile == "mine")
        await until(lambda: WHERE[ProfileKind.LOCAL_APP] in said(window.workspace.result.empty))
        await until(lambda: window.top.profile.accessibleName() == "mine - local app")
        (saved,) = file.load(kept.config / "accounts.json")
        assert (saved.kind, saved.hosts, saved.has_key) == (ProfileKind.LOCAL_APP, at_base(base), False)
        panel.form.connect_s.setValue(3)
        press(panel.save)
        await until(
            lambda: [one.clocks.connect_s for one in file.load(kept.config / "accounts.json")] == [3],
            what="it is changed",
            limit_s=20,
        )
        await until(lambda: "Saved" in panel.verdict.accessibleName())
        program.runs.run("", Request("emulator/bench", Mode.RUN, {}, "mine"))
        await until(lambda: len(program.calls.ids()) == 1, limit_s=20)
        (call,) = program.calls.ids()
        await until(lambda: program.calls.row(call).ended, what="it is called", limit_s=20)
        attempt = next(one.fact for one in program.log.of(call) if isinstance(one.fact, e.Attempt))
        assert attempt.url == f"{base}/emulator/bench"
        assert "authorization" not in {name.lower() for name in attempt.headers}
        press(panel.remove)
        await until(lambda: accounts.names == (), what="it is gone", limit_s=20)
        accounts.restore_wanted.emit("mine")
        await until(lambda: accounts.names == ("mine",), what="it is back", limit_s=20)
        account = accounts.account("mine")
        assert account is not None
        assert account.clocks.connect_s == 3, "with all that was chosen"
        panel.dismiss()
        await work(program, also=("mine",))
        panel = await opened(program)
        panel.which.setCurrentIndex(panel.which.findData("work"))
        panel.which.activated.emit(panel.which.currentIndex())
        panel.form.day.setValue(5)
        panel.form.ask.setValue(0.02)
        press(panel.save)
        await until(lambda: "Saved" in panel.verdict.accessibleName(), what="it has a limit", limit_s=20)
        assert program.runs.purse is not None
        assert program.engine is not None
        purse = program.runs.purse
        await until(lambda: purse.budget("work").stop_day_usd == 5)
        window.profiles.switch("work")
        assert "fal, key: work" in window.workspace.bar.run.toolTip()
        dear = Request("emulator/image", Mode.RUN, {"prompt": "a", "image_size": "square"}, "work")
        prices = program.calls.prices
        prices.of("work", dear.endpoint)
        await until(lambda: prices.known("work", dear.endpoint) is not None, limit_s=20)
        before = len(program.calls.ids())
        program.runs.run(window.tabs.current(), dear)
        assert "more than your limit of $0.02" in window.workspace.question.text
        assert len(program.calls.ids()) == before
        panel.form.colour.set_value("violet")
        panel.form.folder.setText(str(tmp_path / "mine"))
        panel.form.key.setText("another:key")
        press(panel.save)
        await until(lambda: accounts.swatch("work") == "stage.home", what="its colour is changed", limit_s=20)
        await until(lambda: program.calls.swatch("work") == "stage.home", what="rows of calls have it, too")
        assert (await program.engine.access("work")).key == "another:key"
        window.resize(1024, 640)
        await until(lambda: window.rect().contains(panel.geometry().center()) and panel.height() < 700)
        press(panel.check)
        await until(lambda: "The check cost nothing" in panel.verdict.accessibleName(), limit_s=20)
        panel.dismiss()

    in_loop(lived(Program(kept, addresses, hosts), act)(), limit_s=90)


def test_what_is_wrong_with_a_profile_is_named() -> None:
    proxy = Account("team", kind=ProfileKind.PROXY, proxy_url="https://fal.example/api", has_key=False)
    assert account_problem(proxy) == ""
    assert proxy.profile.proxy_url == "https://fal.example/api"
    assert "would be kept in a file" in account_problem(
        Account("a", network_proxy="http://me:secret@proxy.example:3128")
    )
    custom = Account("c", kind=ProfileKind.CUSTOM, hosts=Hosts(ws="https://ws.fal.run"))
    assert account_problem(custom).startswith("WebSocket: “https://ws.fal.run” is no address.")
