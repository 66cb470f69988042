"""What stands in place of a result before there is one: the way to begin."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.request import Mode, ProfileKind
from fal_studio.ui.widgets.empty_state import EmptyState
from fal_studio.words import tr

NOUNS = {
    "image": tr("a picture"),
    "video": tr("a video"),
    "audio": tr("a sound"),
    "chat": tr("an answer"),
    "text": tr("a text"),
    "mesh": tr("a 3D model"),
    "brush": tr("live pictures"),
}

WHERE = {
    ProfileKind.EMULATOR: tr("It is made on this machine: no account, no network, no cost."),
    ProfileKind.FAL: tr("It is made at fal and may cost money; the estimate stands beside Run."),
    ProfileKind.PROXY: tr("It is made at fal, through your team's server, and may cost your team money."),
    ProfileKind.LOCAL_APP: tr("It is made by your app on this computer; fal charges nothing."),
    ProfileKind.CUSTOM: tr("It is made by the servers of this profile; what they charge is theirs to say."),
}


class EmptyPage(QWidget):
    """Before the first run."""

    run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = EmptyState(
            tr("Press {Ctrl} {Enter} to make a picture"),
            tr("It is made on this machine: no account, no network, no cost."),
            action=tr("Run the demo"),
            icon="play",
            shortcuts=(
                (("Ctrl", "Alt", "Return"), tr("run it in every mode and compare")),
                (("Ctrl", "K"), tr("find anything")),
                (("Ctrl", "L"), tr("paste an endpoint id or a URL")),
            ),
        )
        self._state.action_wanted.connect(self.run_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._state)

    def show_way(self, endpoint: str, profile: str) -> None:
        """Say that an endpoint is at fal, and how it can be called: with a profile that is there, or "", with a key."""
        if profile:
            line, action = (
                tr("The emulator has only models of its own."),
                tr("Call it with {profile}").format(profile=profile),
            )
        else:
            line, action = (
                tr("Add a key once to call it. The emulator's own models need none."),
                tr("Add a fal key"),
            )
        self._state.set_texts(tr("{endpoint} is at fal").format(endpoint=endpoint), line, action)

    def show_elsewhere(self, endpoint: str) -> None:
        """Say that an endpoint is the emulator's, and fal is called."""
        line = tr("This profile calls fal, which has other models.")
        self._state.set_texts(
            tr("{endpoint} is the emulator's").format(endpoint=endpoint), line, tr("Browse models")
        )

    def show_for(self, icon: str, mode: Mode, kind: ProfileKind, *, is_known: bool = True) -> None:
        """Fit the sentence to what the endpoint makes, and where; `is_known`: whether the emulator has it."""
        noun = NOUNS.get(icon, tr("a result"))
        if icon == "brush" and mode is not Mode.REALTIME:
            noun = NOUNS["image"]  # one, not a session of them
        is_demo = kind is ProfileKind.EMULATOR and is_known
        self._state.set_texts(
            tr("Press {{Ctrl}} {{Enter}} to make {noun}").format(noun=noun),
            WHERE[kind]
            if kind is not ProfileKind.EMULATOR or is_known
            else tr("The emulator has only models of its own: choose one of them, or another profile."),
            tr("Run the demo") if is_demo else tr("Run"),
        )
