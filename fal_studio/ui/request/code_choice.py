"""What code is written in and for which hosts: one choice for all requests of a window."""

from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Hosts, Profile
from fal_studio.core.snippets.snippet import Language


class CodeChoice(QObject):
    """The language that was chosen last, and the profiles whose hosts are known."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = Language.PYTHON
        self._profiles: dict[str, Profile] = {}

    @property
    def language(self) -> Language:
        """The language that code is shown and copied in."""
        return self._language

    def set_language(self, language: Language) -> None:
        """Choose a language; all panes follow."""
        if language is not self._language:
            self._language = language
            self.changed.emit()

    def profile(self, name: str) -> Profile | None:
        """Return a profile with its hosts; None while they are not known, as of an emulator that is starting."""
        return self._profiles.get(name)

    @property
    def hosts(self) -> tuple[Hosts, ...]:
        """The hosts of all known profiles."""
        return tuple(profile.hosts for profile in self._profiles.values())

    def set_profile(self, profile: Profile) -> None:
        """Tell the hosts of a profile."""
        if self._profiles.get(profile.name) != profile:
            self._profiles[profile.name] = profile
            self.changed.emit()
