"""How results are saved for this person: kept up to date by the program, asked by whoever saves."""

from fal_studio.core.naming import USUAL
from fal_studio.core.settings import Settings


class SaveRules:
    """The few settings that count while a file is saved."""

    def __init__(self) -> None:
        self.template = USUAL
        self.carries_request = True
        """Whether files hold the request that made them."""

    def take(self, settings: Settings) -> None:
        """Follow the settings."""
        self.template = settings.name_template
        self.carries_request = settings.carry_request
