"""What calls cost, in the window: asked for once, shown where the money is, and kept."""

from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.history import CallRow, Query
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.ui.queue.lines import GroupBy
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.test_keeping import lived
from tests.waiting import until

SIZE = {"width": 512, "height": 512}


def asked_for(emulator: EmulatorProcess, since: int) -> list[str]:
    return [item["path"] for item in emulator.requests(since) if "models/pricing" in item["path"]]


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
        program.run_request("", request)
        await until(lambda: bool(program.calls.ids()), limit_s=20)
        (call,) = program.calls.ids()
        calls.append(call)
        dock = program.window.monitor.open()
        row = lambda: program.calls.row(call)  # noqa: E731 - asked for again and again
        await until(lambda: row().ended, limit_s=30)
        await until(lambda: row().cost_usd is not None, limit_s=30)
        assert row().cost_usd == pytest.approx(0.05)
        shown = dock.listing.row(call)
        assert shown is not None
        assert dock.telling.cost(shown).text == "$0.05"
        assert dock.telling.bill(shown) == "$0.05, 2 billable units, $0.025 per megapixel"
        assert [found.call for found in await rows_of(program, Query(cost_over=0.04, cost_under=0.06))] == [
            call
        ]
        assert await rows_of(program, Query(cost_over=0.06)) == ()
        assert dock._foot._counts.text() == "1 call, $0.05"
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

    in_loop(lived(Program(kept, addresses), spend)(), limit_s=60)
    assert len(asked_for(emulator, since)) == 1
    in_loop(lived(Program(kept, addresses), come_back)(), limit_s=60)
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
        program.run_request("", request)
        await until(lambda: bool(program.calls.ids()), limit_s=20)
        (call,) = program.calls.ids()
        await until(lambda: program.calls.row(call).ended, limit_s=30)
        await until(lambda: bool(asked_for(emulator, since)), limit_s=30)
        assert program.calls.cost(program.calls.row(call)).text == ""
        emulator.disarm()
        await until(lambda: program.calls.row(call).cost_usd is not None, limit_s=60)
        assert program.calls.row(call).cost_usd == pytest.approx(0.025)
        assert not program.window.banner.isVisible()

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=100)


def test_run_says_what_it_will_cost(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    draft = Draft(
        "", "emulator/image", Mode.RUN, '{"prompt": "a till", "num_images": 3, "image_size": "square_hd"}'
    )

    async def act(program: Program) -> None:
        await until(lambda: bool(program.catalogue.all()), limit_s=30)
        window = program.window
        spaces = [
            Workspace(
                a_draft,
                program.calls,
                program.catalogue,
                window.bytes_of,
                window.code,
                profile="work",
                parent=window,
            )
            for a_draft in (
                draft,
                structs.replace(draft, endpoint="emulator/nothing"),
                structs.replace(draft, text='{"prompt": "a till"}'),
            )
        ]
        priced, unpriced, sparse = spaces
        await until(lambda: "about $0.15" in priced.forecast.text, limit_s=30)
        await until(
            lambda: "about $0.025" in sparse.forecast.text, limit_s=30
        )  # the size that it takes by itself
        await until(lambda: "price unknown" in unpriced.forecast.text, limit_s=30)
        assert "free, made on this machine" in window.workspace.forecast.text
        for space in spaces:
            space.close()
            space.deleteLater()

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=60)


def texts_of(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))
