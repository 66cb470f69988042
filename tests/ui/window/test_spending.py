"""Limits for spending, in the window: nothing passes them, whichever way it is run, and a restart forgets nothing."""

from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.accounts import Account
from fal_studio.core.budget import Budget
from fal_studio.core.events import Charged, FailureKind
from fal_studio.core.request import Mode, Request
from fal_studio.core.usage import Compared
from fal_studio.services.emulator_process import profile_of
from fal_studio.store.paths import folders
from fal_studio.ui.shell.spent_panel import BILLED, SESSION
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.failure_card import FailureCard
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.test_costs import work
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("noon")

REQUEST = Request(
    "emulator/image",
    Mode.RUN,
    {"prompt": "a purse", "image_size": {"width": 512, "height": 512}},
    "work",
)
"""Costs $0.025."""
ALL = (Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT, Mode.STREAM, Mode.RUN)


async def limited(program: Program, addresses: Addresses, budget: Budget) -> None:
    await work(program)
    program.window.accounts.edit_wanted.emit(
        "work", Account("work", session_only=True, hosts=profile_of(addresses).hosts, budget=budget), ""
    )
    await until(lambda: program.runs.purse is not None and program.runs.purse.budget("work") == budget)


def cards(window: QWidget) -> str:
    return " ".join(card.accessibleName() for card in window.findChildren(FailureCard))


def refused(program: Program) -> list[e.Failed]:
    facts = (event.fact for call in program.log.calls() for event in program.log.of(call))
    return [one for one in facts if isinstance(one, e.Failed) and one.kind is FailureKind.BUDGET]


def unbilled(program: Program, call: str) -> bool | None:
    """Whether a call that was let through told no bill; None: it was refused."""
    facts = [event.fact for event in program.log.of(call)]
    if any(isinstance(fact, e.Failed) and fact.kind is FailureKind.BUDGET for fact in facts):
        return None
    return not any(isinstance(fact, e.Metric) and "billable" in fact.name for fact in facts)


def test_ten_parallel_starts_cannot_pass_the_limit_and_a_restart_forgets_nothing(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept, hosts = folders(tmp_path), profile_of(addresses).hosts
    since = emulator.last()
    estimated: list[int] = []

    def posts() -> int:
        return len([item for item in emulator.requests(since, method="POST") if "/image" in item["path"]])

    async def spend(program: Program) -> None:
        await limited(program, addresses, Budget(stop_day_usd=0.1))
        key = program.window.tabs.current()
        ten = tuple(
            structs.replace(REQUEST, mode=mode, arguments={**REQUEST.arguments, "seed": number})
            for number, mode in enumerate(ALL * 2)
        )
        program.window.run_batch_wanted.emit(key, ten, False)
        await until(lambda: len(program.calls.ids()) == 10, what="all are started", limit_s=20)
        await until(lambda: len(refused(program)) == 6, what="six are refused", limit_s=30)
        await until(lambda: not program.calls.open_ids(), limit_s=30)
        assert posts() == 4
        assert {one.charged for one in refused(program)} == {Charged.NO}
        # Which four went through is nobody's choice, and streams tell no bill.
        through = [call for call in program.calls.ids() if unbilled(program, call) is not None]
        assert len(through) == 4
        estimated.append(sum(bool(unbilled(program, call)) for call in through))

    async def come_back(program: Program) -> None:
        await limited(program, addresses, Budget(stop_day_usd=0.11))
        program.runs.run("", REQUEST)
        await until(lambda: bool(refused(program)), what="the next start knows what is spent", limit_s=20)
        assert posts() == 4
        assert refused(program)[0].message == (
            "emulator/image was not called. It would cost about $0.025, and $0.01 are left of the $0.11 "
            "that work may spend today."
        )
        window = program.window
        window.show_call(program.calls.ids()[-1])
        await until(lambda: "was not called" in cards(window), what="the refusal is shown", limit_s=20)
        limits = next(one for one in window.findChildren(QAbstractButton) if one.text() == "See the limits")
        QTest.mouseClick(limits, Qt.MouseButton.LeftButton)
        assert window.profiles.profiles is not None
        assert window.profiles.profiles.isVisible(), "the way to the limit is one press"
        assert window.profiles.profiles.form.day.value() == 0.11
        window.profiles.profiles.dismiss()
        today = program.window.today
        await until(lambda: today.spent.today == "≈ $0.10", what="what is spent is in sight", limit_s=20)
        QTest.mouseClick(program.window.top.today, Qt.MouseButton.LeftButton)
        assert today.panel is not None
        by_estimate = f", {estimated[0]} by estimate" if estimated[0] else ""
        assert today.panel.rows == [
            ("work", "$0.01 left of $0.11", "≈ $0.10"),
            ("emulator/image", f"4 calls{by_estimate}", "≈ $0.10"),
        ]
        today.panel.span.set_chosen(SESSION)
        today.panel.span.chosen.emit(SESSION)
        assert today.panel.rows == []
        today.panel.dismiss()

    in_loop(lived(Program(kept, addresses, hosts), spend)(), limit_s=90)
    in_loop(lived(Program(kept, addresses, hosts), come_back)(), limit_s=90)


def test_a_price_that_nobody_knows_is_asked_about_once_where_there_is_a_limit(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    nameless = structs.replace(REQUEST, endpoint="emulator/chat", arguments={"prompt": "a"})

    async def act(program: Program) -> None:
        await limited(program, addresses, Budget(stop_session_usd=0.1))
        window, prices = program.window, program.calls.prices
        prices.of("work", nameless.endpoint)
        await until(
            lambda: prices.known("work", nameless.endpoint) is not None, what="tokens cost", limit_s=20
        )
        assert prices.estimate_usd(nameless) is None
        question = window.workspace.question
        window.run_wanted.emit(window.tabs.current(), nameless)
        assert question.text.startswith("What emulator/chat costs is not known")
        assert not program.calls.ids()
        await until(lambda: question.is_sure, limit_s=20)
        question.anyway_wanted.emit()
        await until(lambda: len(program.calls.ids()) == 1, what="it runs", limit_s=20)
        await until(lambda: not program.calls.open_ids(), limit_s=20)
        assert not refused(program)
        window.run_wanted.emit(window.tabs.current(), structs.replace(nameless, arguments={"prompt": "b"}))
        await until(lambda: len(program.calls.ids()) == 2, what="once is enough", limit_s=20)

    in_loop(lived(Program(folders(tmp_path), addresses, profile_of(addresses).hosts), act)(), limit_s=90)


def test_what_fal_billed_stands_beside_our_estimates_where_the_key_may_read_it(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        with emulator.client("admin:key") as client:
            key = client.post("/api/v1/keys", json={"alias": "work"}).raise_for_status().json()["key"]
        window = program.window
        for name, one in (("work", key), ("boss", "admin:c0ffee0123456789"), ("home", "person:c0ffee01")):
            window.accounts.add_wanted.emit(name, one, True)
            await until(lambda name=name: name in window.accounts.names, what=f"{name} is there")
        window.today.open()
        panel = window.today.panel
        assert panel is not None
        panel.span.set_chosen(BILLED)
        panel.span.chosen.emit(BILLED)
        view = panel.billed

        async def read(profile: str) -> None:
            await until(view.read.isEnabled, what="it can be asked")
            view.profile.setCurrentText(profile)
            QTest.mouseClick(view.read, Qt.MouseButton.LeftButton)

        async def answered(profile: str) -> None:
            before = len(shown)
            await read(profile)
            await until(lambda: len(shown) > before, what="fal has answered", limit_s=20)

        def amounts() -> tuple[float, float]:
            found = [one for one in shown[-1] if one.endpoint == REQUEST.endpoint]
            return sum(one.billed_usd or 0 for one in found), sum(one.ours_usd or 0 for one in found)

        shown: list[tuple[Compared, ...]] = []
        window.today.spent.billed.connect(lambda found, _whose: shown.append(found))
        await read("work")
        await until(
            lambda: "needs a key with ADMIN scope" in view.words.text(), what="fal refuses", limit_s=20
        )
        assert view.rows == []
        await answered("boss")
        billed, ours = amounts()
        program.runs.run("", REQUEST)
        program.runs.run("", structs.replace(REQUEST, profile="home"))
        await until(lambda: window.today.spent.today == "≈ $0.05", what="it is in the book", limit_s=20)
        await until(lambda: not program.calls.open_ids(), limit_s=20)
        await answered("boss")
        # The emulator bills all who call it together; home's key is none of the account's.
        assert amounts() == pytest.approx((billed + 0.05, ours + 0.025))
        assert view.words.text() == (
            "Ours is what boss and work spent on this machine; what others ran with the account is only in the bill. "
            "home is not counted: its key is not known to be of this account."
        )
        assert any(row[0] == REQUEST.endpoint and row[2] == "≈ $0.025" for row in view.rows)
        asked = [one for one in emulator.requests(0) if "models/usage" in one["path"]]
        assert asked[-1]["path"].endswith("/models/usage")
        panel.dismiss()

    in_loop(lived(Program(folders(tmp_path), addresses, profile_of(addresses).hosts), act)(), limit_s=90)
