"""The diagnostics panel's answers: the self-test, live, and the report about a mistake."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.app import bundle
from fal_studio.app.selftest import STEPS, SelfTest
from fal_studio.core.call import Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Request
from fal_studio.doctor.findings import Finding, Level, is_skipped, problem
from fal_studio.modes.base import CallError
from fal_studio.store.files import write_told
from fal_studio.store.problems import StoreError
from fal_studio.ui.shell.diagnostics import DiagnosticsPanel, Piece, Step
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.program import Program

SLOT = "self-test"
_STATES = {Level.OK: "ok", Level.NOTE: "note", Level.PROBLEM: "problem"}


class Diagnostics(QObject):
    """Joins the panel to the engine; made when the panel is first opened."""

    def __init__(self, panel: DiagnosticsPanel, program: "Program") -> None:
        super().__init__(program)
        self._panel, self._program = panel, program
        self._found: dict[str, Finding] = {}
        self._parts: dict[str, bundle.Part] = {}
        panel.test_wanted.connect(self._on_test_wanted)
        panel.stop_wanted.connect(self._on_stop_wanted)
        panel.report_wanted.connect(self._on_report_wanted)
        panel.save_wanted.connect(self._on_save_wanted)

    def open(self) -> None:
        """Test the profile in front at once: it costs nothing."""
        self._on_test_wanted()

    def _on_test_wanted(self) -> None:
        profile = self._program.window.workspace.profile
        self._found.clear()
        self._panel.begin(profile, tuple(Step(key, title) for key, title in STEPS.items()))
        self._program.do(lambda engine: engine.runner.latest.start(SLOT, self._test(engine, profile)))

    def _on_stop_wanted(self) -> None:
        self._program.do(lambda engine: engine.runner.latest.cancel(SLOT))
        self._panel.end(tr("Stopped."))

    async def _test(self, engine: "Engine", profile: str) -> None:
        try:
            access = await engine.access(profile)
            await SelfTest(access, self._program.kept, self._tell).run()
        except CallError as error:
            self._tell("auth", problem("auth", str(error), getattr(error.fact, "next_step", "")), 0.0)
        levels = [finding.level for finding in self._found.values()]
        bad, notes = levels.count(Level.PROBLEM), levels.count(Level.NOTE)
        if bad:
            self._panel.end(tr("{bad} of {count} need mending.").format(bad=bad, count=len(levels)))
        else:
            left = sum(map(is_skipped, self._found.values()))
            untried = (
                tr(" {left} of {count} were not tried.").format(left=left, count=len(levels)) if left else ""
            )
            well = (
                tr("All is well.")
                if not notes
                else tr("All works but for {notes} of {count}.").format(notes=notes, count=len(levels))
            )
            self._panel.end(f"{well}{untried}")

    def _tell(self, key: str, finding: Finding | None, seconds: float) -> None:
        if finding is None:
            self._panel.show_step(Step(key, STEPS[key], "running"))
            return
        self._found[key] = finding
        self._panel.show_step(
            Step(key, STEPS[key], _state(finding), finding.message, finding.next_step, seconds)
        )

    def _on_report_wanted(self) -> None:
        self._program.start("report", self._report())

    async def _report(self) -> None:
        program = self._program
        found, log = tuple(self._found.values()), program.funnel.tail.text()
        failed, secrets = self._failed(), tuple(program.funnel.secrets)

        def work() -> tuple[bundle.Part, ...]:
            return bundle.parts(found, program.settings(), log, failed, program.blobs.load, secrets)

        made = await asyncio.to_thread(work)
        self._parts = {part.name: part for part in made}
        self._panel.show_report(tuple(Piece(part.name, part.about, part.text) for part in made))

    def _failed(self) -> tuple[tuple[Event, ...], Request | None] | None:
        calls = self._program.calls
        for call in reversed(calls.ids()):
            if calls.state(call).phase is Phase.FAILED:
                return tuple(calls.events(call)), calls.request(call)
        return None

    def _on_save_wanted(self, path: str, names: tuple[str, ...]) -> None:
        chosen = tuple(self._parts[name] for name in names if name in self._parts)
        self._program.start("save report", self._save(Path(path), chosen))

    async def _save(self, path: Path, chosen: tuple[bundle.Part, ...]) -> None:
        def work() -> None:
            write_told(path, bundle.zipped(chosen))

        try:
            await asyncio.to_thread(work)
        except StoreError as error:
            self._panel.tell(str(error), is_good=False)
        else:
            self._panel.tell(tr("Saved to {path}. It was sent to nobody.").format(path=path), is_good=True)


def join(panel: DiagnosticsPanel, program: "Program") -> Diagnostics:
    """Return what answers the panel."""
    return Diagnostics(panel, program)


def _state(finding: Finding) -> str:
    return "skipped" if is_skipped(finding) else _STATES[finding.level]
