"""What stands in place of a result before there is one: the way to begin."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui.widgets.empty_state import EmptyState

NOUNS = {
    "image": "a picture",
    "video": "a film",
    "audio": "a sound",
    "chat": "an answer",
    "text": "a text",
    "mesh": "a 3D model",
    "brush": "live pictures",
}


class EmptyPage(QWidget):
    """Before the first run."""

    run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = EmptyState(
            "Press {Ctrl} {Enter} to make a picture",
            "It is made on this machine: no account, no network, no cost.",
            action="Run the demo",
            icon="play",
            shortcuts=(
                (("Ctrl", "L"), "paste an endpoint id or a URL"),
                (("Ctrl", "M"), "find another model"),
                (("Ctrl", "T"), "open another request"),
            ),
        )
        self._state.action_wanted.connect(self.run_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._state)

    def show_way(self, endpoint: str, profile: str) -> None:
        """Say that an endpoint is at fal, and how it can be called: with a profile that is there, or "", with a key."""
        if profile:
            line, action = "The emulator has only models of its own.", f"Call it with {profile}"
        else:
            line, action = "Add a key once to call it. The emulator's own models need none.", "Add a fal key"
        self._state.set_texts(f"{endpoint} is at fal", line, action)

    def show_elsewhere(self, endpoint: str) -> None:
        """Say that an endpoint is the emulator's, and fal is called."""
        line = "This profile calls fal, which has other models."
        self._state.set_texts(f"{endpoint} is the emulator's", line, "Browse models")

    def show_for(self, icon: str, *, is_offline: bool) -> None:
        """Fit the sentence to what the endpoint makes."""
        where = "It is made on this machine: no account, no network, no cost."
        line = (
            where if is_offline else "It is made at fal and may cost money; the estimate stands beside Run."
        )
        noun = NOUNS.get(icon, "a result")
        self._state.set_texts(
            f"Press {{Ctrl}} {{Enter}} to make {noun}", line, "Run the demo" if is_offline else "Run"
        )
