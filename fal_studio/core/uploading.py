"""How far a file is on its way to fal, as its field shows it."""

from enum import StrEnum

import msgspec

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.schema.field import Field
from fal_studio.figures import number, percent
from fal_studio.words import tr


class Step(StrEnum):
    """What is being done with a file."""

    READING = "reading"
    """Its bytes are looked at and hashed."""
    SENDING = "uploading"
    DONE = "uploaded"
    FAILED = "failed"
    """It can be tried again, and goes on where it stopped."""
    REFUSED = "refused"
    """It is not what the field wants."""
    CANCELLED = "cancelled"


class Uploading(msgspec.Struct, frozen=True):
    """The state of one file."""

    name: str
    step: Step = Step.READING
    size_bytes: int = 0
    sent_bytes: int = 0
    url: str = ""
    is_inline: bool = False
    """It stands in the request itself, as a data URI."""
    is_reused: bool = False
    """The same bytes were at fal already; nothing travelled."""
    trouble: str = ""
    """What went wrong on the way and is being tried again, or why it ended."""
    next_step: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether a request that needs it has to wait."""
        return self.step in (Step.READING, Step.SENDING)

    @property
    def words(self) -> str:
        """Say it in a few words."""
        match self.step:
            case Step.READING:
                return tr("reading the file")
            case Step.SENDING:
                share = self.sent_bytes / self.size_bytes if self.size_bytes else 0.0
                return tr("{sent_bytes} of {size_bytes} MB, {share}").format(
                    sent_bytes=number(self.sent_bytes / 1000000.0, ",.1f"),
                    size_bytes=number(self.size_bytes / 1000000.0, ",.1f"),
                    share=percent(share),
                )
            case Step.DONE if self.is_inline:
                size = in_bytes(self.size_bytes)
                many = self.size_bytes > INLINE_MANY_BYTES
                return tr("{size} in the request itself").format(size=size) + (
                    tr(": every run sends them anew") if many else ""
                )
            case Step.DONE:
                return (
                    tr("at fal already, not sent again")
                    if self.is_reused
                    else tr("{size_bytes} MB uploaded").format(
                        size_bytes=number(self.size_bytes / 1000000.0, ",.1f")
                    )
                )
            case Step.CANCELLED:
                return "cancelled"
            case Step.FAILED | Step.REFUSED:
                return self.trouble


INLINE_MANY_BYTES = 2_000_000
"""Above this a file in the request itself is worth a warning: every run sends it anew."""
INLINE_MOST_BYTES = 10_000_000
"""fal's own toolkit takes data URIs up to this."""


class UploadRules(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a profile asks of fal for every file that is uploaded with it."""

    lifetime_s: int | None = None
    """How long fal is to keep it, where the request asks for nothing else; None: as the account has it at fal."""
    is_restricted: bool = False
    """Whether fal shall refuse it to everybody but the account."""


def ruled(wish: "FileWish", rules: UploadRules) -> "FileWish":
    """Return a wish as a profile has it; what the request asks for goes first."""
    lifetime_s = wish.lifetime_s if wish.lifetime_s is not None else rules.lifetime_s
    return msgspec.structs.replace(
        wish, lifetime_s=lifetime_s, is_restricted=wish.is_restricted or rules.is_restricted
    )


class FileWish(msgspec.Struct, frozen=True):
    """A file of this machine that a request's field is to get."""

    path: str
    profile: str
    field: Field | None = None
    """What the field wants; None checks nothing."""
    lifetime_s: int | None = None
    """How long fal is to keep it; None leaves that to the account."""
    sha256: str = ""
    """Of kept bytes that are wanted instead of a file; `path` is then the name they get."""
    is_inline: bool = False
    """Whether it becomes part of the request itself, as a data URI, and is sent nowhere before."""
    is_restricted: bool = False
    """Whether fal shall refuse the file to everybody but the account."""
