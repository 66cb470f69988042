"""Who is calling: API keys and tokens, and the exact refusals of fal for each door.

Any `Key <id>:<secret>` is welcome. Ids that start with `admin` have ADMIN scope, `wrong` or `invalid` are refused as
unknown, `locked` is an account without balance.
"""

import hashlib
from dataclasses import dataclass

from fal_studio.emulator import errors
from fal_studio.emulator.answers import Answer

LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request."""

    key_id: str
    is_admin: bool = False

    @property
    def user_id(self) -> str:
        """Return the account's id, as webhooks carry it."""
        return "emulator|" + hashlib.sha256(self.key_id.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a caller may not go on."""

    status: int
    detail: str

    def answer(self) -> Answer:
        """Return the refusal in the shape of the model hosts and of `rest.fal.ai`."""
        return errors.text(self.status, self.detail)

    def platform(self) -> Answer:
        """Return the refusal in the shape of the platform API."""
        return errors.platform(self.status, "authorization_error", self.detail)


def identify(authorization: str, missing: str = "Authorization header is required") -> Caller | Refused:
    """Tell who sends an Authorization header; `missing` is what this door says when there is none."""
    if not authorization:
        return Refused(401, missing)
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return Refused(401, "Unable to decode the issuer of the token")
    key_id, separator, secret = credentials.strip().partition(":")
    if scheme.lower() != "key" or not separator or not key_id or not secret:
        return Refused(401, "invalid key credentials")
    if key_id.startswith(("wrong", "invalid")):
        return Refused(401, "invalid key credentials")
    if key_id.startswith("locked"):
        return Refused(403, LOCKED)
    return Caller(key_id, key_id.startswith("admin"))


def no_access(app: str) -> str:
    """Return what a model host says to a caller without a key."""
    return f'Cannot access application "{app}". Authentication is required to access this application.'
