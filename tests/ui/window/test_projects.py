"""What runs are counted for: the folder of a saved request, or a project by name; added up, found again, never sent."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.history import Query
from fal_studio.core.request import Mode
from fal_studio.services.emulator_process import profile_of
from fal_studio.store.paths import folders
from fal_studio.ui.shell.project_panel import ProjectPanel
from fal_studio.ui.shell.spent_panel import PROJECTS, SpentPanel
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Driven
from tests.ui.window.test_costs import rows_of, work
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("noon")

INPUT = {"prompt": "a purse", "image_size": "square", "num_inference_steps": 4}


def name(hand: Driven, project: str) -> ProjectPanel:
    """Give the request in front a project, as somebody does at the keyboard."""
    hand.window.actions_["request.project"].trigger()
    panel = hand.window.findChild(ProjectPanel)
    assert panel is not None
    panel.name.clear()
    QTest.keyClicks(panel.name, project)
    QTest.keyClick(panel.name, Qt.Key.Key_Return)
    return panel


def text_of(file: str) -> str:
    return Path(file).read_text()


async def run(hand: Driven, seed: int) -> str:
    await hand.run(**INPUT, seed=seed)
    await hand.ended()
    assert hand.state.failure is None, hand.state.failure
    return hand.space.result.call


def projects_in(hand: Driven) -> SpentPanel:
    hand.window.today.open()
    panel = hand.window.today.panel
    assert panel is not None
    panel.span.set_chosen(PROJECTS)
    panel.span.chosen.emit(PROJECTS)
    return panel


def test_what_is_spent_is_added_up_by_project(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept, hosts = folders(tmp_path), profile_of(addresses).hosts
    since = emulator.last()

    async def spend(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        await work(program)
        window, space = hand.window, hand.space
        assert projects_in(hand).rows == []
        window.today.panel.dismiss()  # pyright: ignore[reportOptionalMemberAccess] - it was just opened
        space.set_profile("work")
        space.set_mode(Mode.RUN)
        await until(lambda: window.saved.folder is not None, what="saved requests can be written", limit_s=20)
        window.saving.save_as()
        panel = window.saving._panels["Save"]
        panel.title.setText("Tree")
        panel.folder.setText("Posters")
        QTest.keyClick(panel.folder, Qt.Key.Key_Return)
        await until(lambda: space.project == "Posters", what="the folder is the project", limit_s=20)
        assert not space.written.differs
        await run(hand, 1)
        name(hand, "  Client   Ünal ")
        assert space.project == "Client Ünal"
        assert space.written.differs, "it is to be saved with the request"
        second = await run(hand, 2)
        window.saving.save()
        await until(lambda: not space.written.differs, what="it is saved", limit_s=20)
        assert json.loads(text_of(space.file))["project"] == "Client Ünal"
        name(hand, "")
        assert space.project == "Posters"
        spent = window.today.spent
        await until(
            lambda: {one.project for one in spent.summary.projects} == {"Posters", "Client Ünal"},
            what="both are in the book",
            limit_s=20,
        )
        assert [row.call for row in await rows_of(program, Query(projects=("client Ünal",)))] == [second]

    async def look_again(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        spent = hand.window.today.spent
        await until(lambda: len(spent.summary.projects) == 2, what="the book is read", limit_s=20)
        panel = projects_in(hand)
        assert [row[0] for row in panel.rows] == [
            "Client Ünal",
            "emulator/image",
            "Posters",
            "emulator/image",
        ]
        assert panel.rows[0][1:] == ("since today", panel.rows[1][2])
        assert panel.rows[1][1].startswith("work, 1 call")
        panel.dismiss()
        assert hand.space.project == "Posters", "the tab came back with its file"

    in_loop(lived(Program(kept, addresses, hosts), spend)(), limit_s=90)
    in_loop(lived(Program(kept, addresses, hosts), look_again)(), limit_s=90)
    sent = [str(item) for item in emulator.requests(since)]
    assert not [item for item in sent if "Client" in item or "Posters" in item], "fal is not told"
