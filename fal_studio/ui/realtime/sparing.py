"""A button that can do with its icon alone."""

from PySide6.QtWidgets import QWidget

from fal_studio.ui.widgets.buttons import Button, Kind


class SparingButton(Button):
    """A large button. `setText` says its words, `set_bare` whether they are seen."""

    def __init__(
        self,
        text: str,
        kind: Kind = "default",
        *,
        icon: str,
        tooltip: str,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, kind, icon=icon, scale="l", hint=hint, tooltip=tooltip, parent=parent)
        self._words, self._hint = text, hint
        self._is_bare = False
        self.setAccessibleName(text)

    def setText(self, text: str) -> None:
        """Say other words."""
        self._words = text
        self.setAccessibleName(text)
        super().setText("" if self._is_bare else text)

    def set_bare(self, *, is_bare: bool) -> None:
        """Show only the icon, or the words and the key again."""
        if is_bare is not self._is_bare:
            self._is_bare = is_bare
            self.setProperty("hint", "" if is_bare else self._hint)
            super().setText("" if is_bare else self._words)
            self.updateGeometry()

    def whole_width(self) -> int:
        """Return how wide it is with its words, whether they are seen or not, in pixels."""
        self.setProperty("hint", self._hint)
        wide = self.width_with(self._words)
        self.setProperty("hint", "" if self._is_bare else self._hint)
        return wide
