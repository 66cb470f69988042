"""A private run: what it asks of fal, what stays out of sight here, and what nobody can promise. Pure.

It is no option of its own: a request is private exactly if it asks fal to keep nothing and to delete its result files as
soon as fal can. So a preset, a saved request and pasted code mean the same.
"""

from fal_studio.core.request import Mode, Options
from fal_studio.words import tr

SHORTEST_LIFETIME_S = 60
"""fal's shortest named lifetime of a file, "immediate"."""
UPLOAD_LIFETIME_S = 3600
"""Of a file that is attached to a private run: it must still be there when the model begins, perhaps after a long queue."""
WHY_NO_SESSION = tr("fal keeps nothing of a session. What is kept of it here is kept as always.")
OFF = tr(
    "One press: fal keeps neither inputs nor outputs of this request, and here its words are not offered again."
)
ON = tr(
    "fal is told to keep neither inputs nor outputs, and to delete result files after 1 minute; files that you attach "
    "from now on after 1 hour. Prompt and files are not offered again here. The call stays in Jobs until you press “remove "
    "it now” under Run; then What left this machine does not list it any more. What you typed stays in this tab."
)
CANNOT = tr(
    "It cannot hide anything from the model while it works, nor a file from whoever has its address before it is deleted. "
    "Files attached before keep their lifetime, and fal still counts what it bills."
)


def is_private(options: Options) -> bool:
    """Whether a request with these options is a private run; give it what its mode uses (`core.options.effective`)."""
    lifetime_s = options.object_lifetime_s
    return options.store_io is False and lifetime_s is not None and lifetime_s <= SHORTEST_LIFETIME_S


def can_be_private(mode: Mode) -> bool:
    """Whether a mode has anything that a private run could ask for."""
    return mode is not Mode.REALTIME


def upload_lifetime_s(options: Options) -> int | None:
    """Return how long fal shall keep a file that is attached to a request; None: as long as fal likes."""
    return UPLOAD_LIFETIME_S if is_private(options) else options.object_lifetime_s
