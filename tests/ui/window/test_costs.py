"""What calls cost, in the window: asked for once, shown where the money is, and kept."""

import logging
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.history import CallRow, Query
from fal_studio.core.request import Mode, Request
from fal_studio.services.emulator_process import profile_of
from fal_studio.store import preferences
from fal_studio.store.paths import folders
from fal_studio.ui.queue.lines import GroupBy
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.request.prompt import PromptEdit
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.decimal_box import DecimalBox
from tests.conftest import InLoop
from tests.emulator_process import KEY, EmulatorProcess
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("noon")

SIZE = {"width": 512, "height": 512}


def asked_for(emulator: EmulatorProcess, since: int) -> list[str]:
    return [item["path"] for item in emulator.requests(since) if "models/pricing" in item["path"]]


async def work(program: Program, also: tuple[str, ...] = ()) -> None:
    """Have an account whose calls are paid for: the emulator stands in for fal. `also`: which are there already."""
    program.window.accounts.add_wanted.emit("work", KEY, True)
    await until(
        lambda: program.window.accounts.names == (*also, "work"), what="the account is there", limit_s=20
    )


def billed(emulator: EmulatorProcess, request_id: str) -> float:
    """Return what the account was charged for a request, as its own bill says it."""
    with emulator.client("admin:key") as client:
        query = {"endpoint_id": "emulator/image"}
        told = client.get("/api/v1/models/billing-events", params=query).raise_for_status().json()
    return next(event["cost_total"] for event in told["billing_events"] if event["request_id"] == request_id)


async def rows_of(program: Program, query: Query) -> tuple[CallRow, ...]:
    pages: list[tuple[CallRow, ...]] = []
    history = program.window.history
    number = -1

    def take(answered: int, page: object) -> None:
        if answered == number:
            pages.append(page.rows)  # pyright: ignore[reportAttributeAccessIssue]

    history.page.connect(take)
    number = history.ask(query)
    await until(lambda: bool(pages), limit_s=20)
    history.page.disconnect(take)
    return pages[0]


def test_a_call_costs_its_units_times_the_price_of_the_list(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    request = Request(
        "emulator/image", Mode.SUBSCRIBE, {"prompt": "a purse", "num_images": 2, "image_size": SIZE}, "work"
    )
    since = emulator.last()
    calls: list[str] = []

    async def spend(program: Program) -> None:
        await work(program)
        program.runs.run("", request)
        await until(lambda: bool(program.calls.ids()), limit_s=20)
        (call,) = program.calls.ids()
        calls.append(call)
        dock = program.window.monitor.open()
        row = lambda: program.calls.row(call)  # noqa: E731 - asked for again and again
        await until(lambda: row().ended, limit_s=30)
        await until(lambda: row().cost_usd is not None, limit_s=30)
        assert row().cost_usd == pytest.approx(0.05) == billed(emulator, row().request_id)
        shown = lambda: dock.listing.row(call)  # noqa: E731 - asked for again and again
        await until(lambda: shown() and dock.telling.cost(shown()).text == "$0.05", what="the row tells it")
        assert dock.telling.bill(shown()) == "$0.05, 2 billable units, $0.025 per megapixel"
        assert [found.call for found in await rows_of(program, Query(cost_over=0.04, cost_under=0.06))] == [
            call
        ]
        assert await rows_of(program, Query(cost_over=0.06)) == ()
        await until(lambda: dock._foot._counts.text() == "1 call, $0.05", what="the foot adds it up")
        dock.listing.group_by(GroupBy.PROFILE)
        assert [str(dock.model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for at in range(1)] == [
            "work, 1, $0.05, open"
        ]
        dock.listing.group_by(GroupBy.NONE)
        dock.table.choose(call)
        await until(lambda: "$0.05" in texts_of(dock.detail), limit_s=20)

    async def come_back(program: Program) -> None:
        (row,) = await rows_of(program, Query(cost_over=0.04))
        assert (row.call, row.cost_usd) == (calls[0], pytest.approx(0.05))
        await until(lambda: program.calls.prices.of("work", "emulator/image") is not None, limit_s=20)

    in_loop(lived(Program(kept, addresses, profile_of(addresses).hosts), spend)(), limit_s=60)
    assert len(asked_for(emulator, since)) == 1
    in_loop(lived(Program(kept, addresses, profile_of(addresses).hosts), come_back)(), limit_s=60)
    assert len(asked_for(emulator, since)) == 1, "the price of a minute ago is still good"


def test_a_price_list_that_does_not_answer_is_asked_again_and_nobody_is_bothered(
    in_loop: InLoop,
    theme: Theme,
    addresses: Addresses,
    emulator: EmulatorProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    since = emulator.last()
    monkeypatch.setattr("fal_studio.app.pricing.AGAIN_S", (0.2,))
    emulator.arm("unavailable_html", path="/models/pricing", times=1000)
    request = Request("emulator/image", Mode.RUN, {"prompt": "a bank", "image_size": SIZE}, "work")

    async def act(program: Program) -> None:
        await work(program)
        program.runs.run("", request)
        await until(lambda: bool(program.calls.ids()), limit_s=20)
        (call,) = program.calls.ids()
        await until(lambda: program.calls.row(call).ended, limit_s=30)
        await until(lambda: bool(asked_for(emulator, since)), limit_s=30)
        assert program.calls.cost(program.calls.row(call)).text == ""
        emulator.disarm()
        await until(lambda: program.calls.row(call).cost_usd is not None, limit_s=60)
        assert program.calls.row(call).cost_usd == pytest.approx(0.025)
        assert not program.window.banner.isVisible()

    in_loop(lived(Program(folders(tmp_path), addresses, profile_of(addresses).hosts), act)(), limit_s=100)


def test_what_costs_much_is_asked_about_first_and_the_limit_is_changed_there(
    drive: Drive, emulator: EmulatorProcess
) -> None:
    request = Request("emulator/image", Mode.RUN, {"prompt": "a purse", "image_size": SIZE}, "work")
    since = emulator.last()

    def posts() -> int:
        return len(
            [item for item in emulator.requests(since, method="POST") if "emulator/image" in item["path"]]
        )

    async def scenario(hand: Driven) -> None:
        prices, window, question = hand.program.calls.prices, hand.window, hand.space.question
        key = window.tabs.current()
        await work(hand.program)
        await until(lambda: prices.limit_usd == 1.0, what="the limit that is kept", limit_s=20)
        await until(lambda: prices.of("work", "emulator/image") is not None, limit_s=20)
        prices.set_limit(0.06)
        window.run_wanted.emit(key, request)
        await until(lambda: hand.space.result.state.is_ended, what="a cheap one runs unasked", limit_s=30)
        assert posts() == 1
        dear = [structs.replace(request, arguments={**request.arguments, "seed": n}) for n in range(3)]
        window.run_batch_wanted.emit(key, tuple(dear), False)
        assert question.text == "These 3 runs probably cost $0.075, more than your limit of $0.06."
        await hand.key(Qt.Key.Key_Escape)
        assert not question.isVisible()
        window.run_batch_wanted.emit(key, tuple(dear), False)
        change = next(
            button
            for button in question.findChildren(Button)
            if button.text() == "Change the limit" and button.isVisible()
        )
        QTest.mouseClick(change, Qt.MouseButton.LeftButton)
        panel = window.panels.settings
        assert panel is not None
        assert panel.isVisible()
        box = panel.controls["ask_above_usd"]
        assert isinstance(box, DecimalBox)
        assert box.text() == "$1.00"
        assert box.hasFocus()
        box.setValue(0.07)
        await until(lambda: prices.limit_usd == 0.07, limit_s=20)
        QTest.keyClick(box, Qt.Key.Key_Escape)
        assert isinstance(window.focusWidget(), PromptEdit), "the keyboard is where one writes"
        window.run_batch_wanted.emit(key, tuple(dear), False)
        assert "your limit of $0.07" in question.text
        await until(lambda: question.is_sure, what="it was there long enough to be read", limit_s=20)
        assert posts() == 1
        await hand.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: posts() == 4, what="the second press is the answer", limit_s=30)
        await until(lambda: not hand.program.calls.open_ids(), limit_s=30)
        kept = hand.program.kept.preferences
        await until(lambda: preferences.load(kept).settings.ask_above_usd == 0.07, what="it is kept")
        assert "free, made on this machine" in hand.space.forecast.text, "the emulator never costs anything"

    drive(scenario)


def test_run_says_what_it_will_cost(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    draft = Draft(
        "",
        "emulator/image",
        Mode.RUN,
        '{"prompt": "a till", "num_images": 3, "image_size": "square_hd"}',
        profile="work",
    )

    async def act(program: Program) -> None:
        await work(program)
        await until(lambda: bool(program.catalogue.all()), limit_s=30)
        window = program.window
        spaces = [
            Workspace(
                a_draft,
                program.calls,
                program.catalogue,
                window.bytes_of,
                window.code,
                parent=window,
            )
            for a_draft in (
                draft,
                structs.replace(draft, endpoint="emulator/nothing"),
                structs.replace(draft, text='{"prompt": "a till"}'),
            )
        ]
        priced, unpriced, sparse = spaces
        assert not program.calls.prices.take_wanted(), (
            "for what nobody sees no key is taken out of the keyring"
        )
        for space in spaces:
            space.show()
        program.calls.prices.set_limit(0.1)
        await until(lambda: "more than your limit" in priced.bar._amount.toolTip(), limit_s=20)
        assert "limit" not in sparse.bar._amount.toolTip()
        await until(lambda: "about $0.15" in priced.forecast.text, limit_s=30)
        await until(
            lambda: "about $0.025" in sparse.forecast.text, limit_s=30
        )  # the size that it takes by itself
        await until(lambda: "price unknown" in unpriced.forecast.text, limit_s=30)
        assert "free, made on this machine" in window.workspace.forecast.text
        for space in spaces:
            space.close()
            space.deleteLater()

    in_loop(lived(Program(folders(tmp_path), addresses, profile_of(addresses).hosts), act)(), limit_s=60)


def test_with_a_new_key_the_price_list_is_asked_at_once(
    drive: Drive, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "fal_studio.app.pricing.AGAIN_S", (3600.0,)
    )  # by itself it is not asked again in this test
    caplog.set_level(logging.INFO, "fal_studio.app.pricing")

    async def scenario(hand: Driven) -> None:
        prices = hand.program.calls.prices
        prices.of("work", "emulator/image")
        await until(lambda: "profile work did not answer" in caplog.text, limit_s=20)
        await work(hand.program)
        await until(lambda: prices.known("work", "emulator/image") is not None, limit_s=20)

    drive(scenario)


def texts_of(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))
