"""Why a command cannot be given for the calls that are chosen in a list."""

from collections.abc import Sequence

from fal_studio.core.call import Phase
from fal_studio.core.history import RATINGS, CallRow
from fal_studio.words import tr

JUDGING = ("queue.star", "queue.reject", *(f"queue.rate_{rating}" for rating in RATINGS))
QUEUED = frozenset({Phase.WAITING, Phase.UPLOADING, Phase.QUEUED})
"""What does not run yet: "cancel all queued" takes these."""


def reasons(rows: Sequence[CallRow], opened: Sequence[CallRow]) -> dict[str, str]:
    """Return by the command's name why not, "" if it can be given; `rows`: what is chosen, `opened`: all open calls."""
    row = rows[0] if rows else None
    queued = [other for other in opened if other.phase in QUEUED]
    none = "" if row is not None else tr("Choose a call first.")
    is_waiting = row is not None and row.phase is Phase.WAITING and not row.ended
    waits = none or ("" if is_waiting else tr("Only a call that waits here can be moved; this one was sent."))
    return {
        "queue.show": none,
        "queue.compare": why_not_two(rows),
        "queue.cancel": none or ("" if any(not r.ended for r in rows) else tr("It has ended.")),
        "queue.cancel_queued": "" if queued else tr("Nothing waits in line."),
        "queue.cancel_open": "" if opened else tr("Nothing is open."),
        "queue.front": waits,
        "queue.up": waits,
        "queue.down": waits,
        "queue.send_now": waits,
        "queue.check": none
        or ("" if row and row.phase is Phase.UNKNOWN else tr("What became of it is known.")),
        "queue.retry": none or _why_no_retry(row),
        "queue.again": none,
        "recall.all": none,
        "recall.prompt": none or ("" if row and row.prompt else tr("It was given no prompt.")),
        "recall.seed": none or ("" if row and row.seed else tr("It has no seed.")),
        "recall.size": none,
        "recall.remix": none,
        **dict.fromkeys(JUDGING, none or ("" if any(r.ended for r in rows) else tr("It has not ended yet."))),
        "queue.remove": none or ("" if any(r.ended for r in rows) else tr("It is open: cancel it first.")),
        "queue.copy_id": none,
    }


def why_not_two(rows: Sequence[CallRow]) -> str:
    """Return why the selection cannot be put against each other, "" if it can."""
    if len(rows) != 2:
        return tr("Choose two calls first: click one, then the other with Ctrl.")
    return "" if all(row.ended for row in rows) else tr("Both have to be over: one is still open.")


def _why_no_retry(row: CallRow | None) -> str:
    if row is None or row.ended:
        return ""
    return tr("It is still open: a second one would be paid for too.")
