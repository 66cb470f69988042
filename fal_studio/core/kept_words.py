"""Words that facts keep in English, because they are compared, and how people read them; `core.purpose` has those of attempts."""

from fal_studio.core.events import UNREADABLE
from fal_studio.words import mark, told, tr

CLOSED_HERE = mark("closed here")
"""Why a session ended that somebody here closed in good order."""
USER = mark("user")
"""Who stops a call at the screen."""
TIME_LIMIT = mark("the time limit")
_STOPPED_BY = "stopped by "
_WHO = (USER, TIME_LIMIT, mark("shutdown"))


def stopped_by(who: str) -> str:
    """Return what a fact keeps of a session that was stopped: "stopped by user"."""
    return f"{_STOPPED_BY}{who}"


def reason_in_words(reason: str) -> str:
    """Return why a session is in its state, in the language of this run; what a server said stays as it is."""
    if reason == CLOSED_HERE:
        return told(reason)
    who = reason.removeprefix(_STOPPED_BY)
    if who != reason and who in _WHO:
        return tr("stopped by {by}").format(by=told(who))
    return reason


def trouble_in_words(message: str) -> str:
    """Return what a Trouble says, in the language of this run."""
    if message.startswith(UNREADABLE):
        return told(UNREADABLE) + message.removeprefix(UNREADABLE)
    return message
