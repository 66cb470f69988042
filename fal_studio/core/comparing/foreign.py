"""Comparisons in files may come from anybody: what of one is not called again, since nobody sees it before it is sent."""

from fal_studio.core import options as rules
from fal_studio.core.comparing.plan import Lane, Plan
from fal_studio.core.request import HERE, Options
from fal_studio.words import tr


def unseen(plan: Plan) -> str:
    """Return why a plan from elsewhere is not called; "" if it may be.

    As of a request in a picture's file (`core.carried`), no options are taken that could lead results or secrets elsewhere,
    nor any that the window would not let through. A lane that is switched off counts, too: with the others it would be kept as
    one of ours, and could be switched on then.
    """
    for lane in plan.lanes:
        if names := _unseen_in(lane):
            return tr(
                "This comparison is from elsewhere, and its lane {lane} has options that are not seen here ({options}): it is "
                "not called again. Compare a request of your own instead."
            ).format(lane=lane.name, options=", ".join(rules.NAMES.get(name, name) for name in names))
    return ""


def _unseen_in(lane: Lane) -> list[str]:
    options, usual = lane.request.options, Options()
    found = [name for name in ("headers", "query") if getattr(options, name) != getattr(usual, name)]
    if options.webhook_url not in ("", HERE):
        found.append("webhook_url")
    return found + [name for name in rules.problems(options, lane.request.mode) if name not in found]
