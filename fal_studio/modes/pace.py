"""How long to wait before the queue is asked again; numbers only."""

import random

SLOWEST_S = 60.0
"""However old and quiet a call is, it is asked for at least so often."""
SLOWEST_WATCHED_S = 2.0
"""The same for a call that somebody looks at."""
_SLOWEST_IN_TROUBLE_S = 15.0
_QUIET = ((0.1, 4.0), (0.03, SLOWEST_S))
"""Wait this share of the quiet time, but no longer than that: what took long may be noticed a little later."""


def pause_s(every_s: float, quiet_s: float, *, to_front_s: float = 0.0, is_watched: bool = False) -> float:
    """Return the seconds until the next question about a call.

    `every_s`: the shortest pause; `quiet_s`: since there was news of it; `to_front_s`: how long it will probably stand
    in line at the server, 0 if nobody knows: before half of that there is nothing new to hear.
    """
    pause = max(every_s, *(min(quiet_s * share, longest) for share, longest in _QUIET), to_front_s / 2)
    slowest = SLOWEST_WATCHED_S if is_watched else SLOWEST_S
    return min(pause, max(slowest, every_s))


def after_failures_s(every_s: float, failures: int) -> float:
    """Return the seconds until the next question after so many that failed: doubling, with jitter."""
    return min(max(every_s, 0.5) * 2.0 ** min(failures, 6), _SLOWEST_IN_TROUBLE_S) * random.uniform(0.8, 1.2)


def rate_per_s(calls: int, least: float) -> float:
    """Return how many questions a second all calls of a profile may ask together.

    At least `least`; with very many calls as many more as it takes to ask about each within `SLOWEST_S`, while half of
    `least` is left for the urgent ones.
    """
    return max(least, least / 2 + calls / SLOWEST_S)
