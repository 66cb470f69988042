"""Earlier prompts in the prompt's own place: one key goes back through them, another one comes forward again."""

from typing import Protocol

from PySide6.QtCore import QObject

from fal_studio.ui.history import History
from fal_studio.ui.request.prompt_walk import PromptWalk
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.words import tr

MOST = 500
"""So many prompts are offered; older ones are found in the history."""


class Host(Protocol):
    """What is needed of the window."""

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...


class EarlierPrompts(QObject):
    """Walks each request through the prompts of its endpoint, then of all others."""

    def __init__(self, host: Host, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._history = host, history
        self._asked: dict[int, tuple[Workspace, str, int]] = {}
        """Questions under way: for which request, what stood there, and how many steps were wanted meanwhile."""
        history.prompts_found.connect(self._on_found)

    def step(self, by: int) -> None:
        """Show an earlier prompt (1) or a later one (-1) in the request in front."""
        space = self._host.workspace
        if not space.document.prompt_key and not space.editor.form.has_prompt:
            return
        space.editor.show_tab("form")
        space.editor.focus_main()
        walk = space.walked.walk
        if walk is not None:
            self._go(space, walk, by)
            return
        for number, (asked_for, text, steps) in self._asked.items():
            if asked_for is space:
                self._asked[number] = (space, text, steps + by)
                return
        if by > 0:
            # Answered on the ledger's thread; keys that come before the answer are counted.
            number = self._history.new_number()
            self._asked[number] = (space, space.walked.prompt, by)
            self._history.ask_prompts(number, space.endpoint, MOST)

    def _on_found(self, number: int, prompts: tuple[str, ...]) -> None:
        asked = self._asked.pop(number, None)
        if asked is None:
            return
        space, text, steps = asked
        if space not in self._host.workspaces.values() or space.walked.prompt != text:
            return  # somebody typed on: that is what they want
        walk = PromptWalk(text, prompts, was_there=space.document.has((space.editor.form.prompt_name,)))
        self._go(space, walk, max(0, steps))

    def _go(self, space: Workspace, walk: PromptWalk, by: int) -> None:
        if walk.step(by) and not space.walked.go(walk):
            space.walked.tell(None, tr("mend the JSON first"))
        else:
            space.walked.tell(walk, walk.words)
