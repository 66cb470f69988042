"""What is written into the files of a result when they leave the program: the request, and what a person said they show."""

import msgspec

from fal_studio.core import alt_text
from fal_studio.core.artifacts import Artifact
from fal_studio.core.call import CallState
from fal_studio.core.carried import Carried, made_by, seed_of, with_request
from fal_studio.core.request import Request


class Writes(msgspec.Struct, frozen=True):
    """For the files of one call."""

    carried: Carried | None = None
    """None: files hold no inputs."""
    described: dict[str, str] = {}
    """A person's words, by the path of the file in the result: they are written either way."""

    def of(self, file: Artifact) -> Carried | None:
        """Return what one file carries."""
        if self.carried is None:
            return None
        return msgspec.structs.replace(self.carried, description=self.described.get(file.path, ""))

    def into(self, data: bytes, file: Artifact) -> bytes:
        """Return the bytes of a file with it; what cannot hold it comes back as it is."""
        carried = self.of(file)
        if carried is not None:
            return with_request(data, carried)
        return alt_text.with_words(data, self.described.get(file.path, ""), is_alt_text=True)

    def key(self, file: Artifact) -> str:
        """Return what tells two writings of the same bytes apart."""
        request_id = self.carried.request_id if self.carried is not None else ""
        return f"{self.carried is not None} {request_id} {self.described.get(file.path, '')}"


def writes_of(request: Request, state: CallState, *, carries_request: bool) -> Writes:
    """Return what goes into the files of a call; `carries_request`: whether they may hold its inputs."""
    about = Carried(request, state.request_id, seed_of(state.output), made_by())
    return Writes(about if carries_request else None, state.described)
