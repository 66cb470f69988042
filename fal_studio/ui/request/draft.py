"""A request that is still being written; what is kept of a tab between two starts of the program."""

import msgspec

from fal_studio.core.request import Mode, Options
from fal_studio.ui.request import json_text


class Draft(msgspec.Struct, frozen=True):
    """One request tab's contents."""

    title: str = ""
    endpoint: str = "emulator/image"
    mode: Mode = Mode.SUBSCRIBE
    text: str = "{}"
    """The arguments as they were typed, also when they are broken."""
    options: Options = Options()
    """How it is sent; also what another mode would use."""

    @property
    def name(self) -> str:
        """The tab's title: its own, or the beginning of the prompt, or the endpoint."""
        if self.title:
            return self.title
        arguments = json_text.read(self.text).arguments or {}
        prompt = next(
            (arguments[key] for key in ("prompt", "text") if isinstance(arguments.get(key), str)), ""
        )
        words = " ".join(str(prompt).split()[:4]).rstrip(",.;:")
        return words or self.endpoint.rsplit("/", 1)[-1]
