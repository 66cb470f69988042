"""Words that facts keep in English, and how people read them in theirs; `core.purpose` has those of attempts.

What is kept is read by other runs, in other languages, and it is compared. Only sentences about a failure (what did not work, why,
and what to do next) are kept as they were said: they quote servers, numbers and names. `core.advice` says those anew that follow
from an error answer.
"""

import re

from fal_studio.core.events import UNREADABLE
from fal_studio.words import mark, told, tr

EXPIRED = mark("Expired")
"""How the reason of an unknown call begins that the server has forgotten: all that a row of a list keeps of it."""
USER = mark("user")
"""Who stops a call at the screen."""
TIME_LIMIT = mark("the time limit")
SHUTDOWN = mark("shutdown")
SERVER = mark("the server")
UNWATCHED = mark("the server, since nobody was connected any more")
PROGRAM_END = mark("the end of fal Studio")
"""Of a call that was found open at the next start."""
_WHO = (USER, TIME_LIMIT, SHUTDOWN, SERVER, UNWATCHED, PROGRAM_END)

BEFORE_SENT = mark("before it was sent")
"""How far a cancelled call had come; this one cost nothing for certain."""
BEFORE_ANSWER = mark("before an answer")
BEFORE_RAN = mark("before it ran")
WHILE_RAN = mark("while it ran")
_HOW_FAR = (BEFORE_SENT, BEFORE_ANSWER, BEFORE_RAN, WHILE_RAN)

CLOSED_HERE = mark("closed here")
"""Why a session ended that somebody here closed in good order."""
CLOSED_THERE = mark("the server closed the session")
OPENING = mark("opening the socket")
CONNECTED = mark("connected")
ASKING_FOR_TOKEN = mark("asking fal for a token")
TOKEN_REFUSED = mark("the server did not accept the token")
NO_PONG = mark("no answer to a ping")
NO_FRAME = mark("a frame that is none")
NO_LIFE = mark("no sign of life after this computer slept or changed its network")
_REASONS = (
    CLOSED_HERE,
    CLOSED_THERE,
    OPENING,
    CONNECTED,
    ASKING_FOR_TOKEN,
    TOKEN_REFUSED,
    NO_PONG,
    NO_FRAME,
    NO_LIFE,
)

_STOPPED_BY = "stopped by "
_WAITING = "; inputs are waiting"
_BROKE_PROTOCOL = "the server broke the WebSocket protocol: "
_CLOSE_CODE = re.compile(r"(?P<words>[^()]+) (?P<code>\(\d+(?:: .*)?\))", re.DOTALL)
"""What `wire.realtime.close_words` says: words of ours, the code, and the server's words."""
_FOR_AN_HOUR = " fal keeps results for about an hour, large ones for minutes."


def stopped_by(who: str) -> str:
    """Return what a fact keeps of a session that was stopped: "stopped by user"."""
    return f"{_STOPPED_BY}{who}"


def with_inputs_waiting(reason: str) -> str:
    """Return what a fact keeps of a session that is opened again because inputs are waiting."""
    return f"{reason}{_WAITING}"


def broke_protocol(said: str) -> str:
    """Return what a fact keeps of a server that did not keep to the WebSocket protocol."""
    return f"{_BROKE_PROTOCOL}{said}"


def expired(what: str, *, tells_for_how_long: bool = True) -> str:
    """Return what a fact keeps of a call that the queue has forgotten; `tells_for_how_long`: and how long results are kept."""
    return f"{EXPIRED}: {what}.{_FOR_AN_HOUR}" if tells_for_how_long else f"{EXPIRED}: {what}"


def who_in_words(who: str) -> str:
    """Return who stopped a call, in the language of this run."""
    return told(who) if who in _WHO else who


def reason_in_words(reason: str) -> str:
    """Return why a session is in its state, in the language of this run; what a server said stays as it is."""
    if reason in _REASONS:
        return told(reason)
    if (first := reason.removesuffix(_WAITING)) != reason:
        return tr("{reason}; inputs are waiting").format(reason=reason_in_words(first))
    if (said := reason.removeprefix(_BROKE_PROTOCOL)) != reason:
        return tr("the server broke the WebSocket protocol: {said}").format(said=reason_in_words(said))
    who = reason.removeprefix(_STOPPED_BY)
    if who != reason and who in _WHO:
        return tr("stopped by {by}").format(by=told(who))
    if coded := _CLOSE_CODE.fullmatch(reason):
        return f"{told(coded['words'])} {coded['code']}"
    return reason


def message_in_words(message: str) -> str:
    """Return what is kept of a call's end, in the language of this run: what nobody knows, or how far a cancelled one had come."""
    if (said := message.removeprefix(f"{EXPIRED}: ")) != message:
        what = said.removesuffix(f".{_FOR_AN_HOUR}")
        words = told(what)
        if what != said:
            kept = tr("{what}. fal keeps results for about an hour, large ones for minutes.")
            words = kept.format(what=words)
        return f"{told(EXPIRED)}: {words}"
    how_far, _, cost = message.partition(", ")
    if cost and how_far in _HOW_FAR:
        return f"{told(how_far)}, {told(cost)}"
    return told(message)


def trouble_in_words(message: str) -> str:
    """Return what a Trouble says, in the language of this run."""
    if message.startswith(UNREADABLE):
        return told(UNREADABLE) + message.removeprefix(UNREADABLE)
    return message
