"""What the calls of a profile share: connections, and the following of what its queue has."""

from collections.abc import Callable

from fal_studio.modes.base import Access, BeforePaid
from fal_studio.modes.following import Followers
from fal_studio.modes.http import Http
from fal_studio.modes.ways import Trust


class Shared:
    """Makes it when it is first needed, and closes it."""

    def __init__(self, before_paid: BeforePaid, new_followers: Callable[[], Followers]) -> None:
        """`before_paid`: see `Http`; `new_followers` makes what the queue calls of one profile share."""
        self._before_paid = before_paid
        self._new_followers = new_followers
        self._followers: dict[str, Followers] = {}
        self._watched: set[str] = set()
        self._even: set[str] = set()
        self.trust = Trust()
        self._https: dict[Access, Http] = {}

    def http(self, access: Access) -> Http:
        """Return the HTTP client of a profile with its key."""
        http = self._https.get(access)
        if http is None:
            http = self._https[access] = Http(access.profile, access.key, self._before_paid, self.trust)
        return http

    def followers(self, profile: str) -> Followers:
        """Return what follows the queue calls of a profile."""
        followers = self._followers.get(profile)
        if followers is None:
            followers = self._followers[profile] = self._new_followers()
            followers.even |= self._even
            for call in self._watched:
                followers.watch(call)
        return followers

    def watch(self, call: str, *, is_watched: bool) -> None:
        """Follow a call more closely than others, or as the others; also one that is started later."""
        (self._watched.add if is_watched else self._watched.discard)(call)
        for followers in self._followers.values():
            followers.watch(call, is_watched=is_watched)

    def ask_evenly(self, call: str) -> None:
        """Ask about a call at its own interval, however long it takes."""
        self._even.add(call)
        for followers in self._followers.values():
            followers.even.add(call)

    def watched(self) -> frozenset[str]:
        """Return the calls that are followed more closely."""
        return frozenset(self._watched)

    def check(self, call: str) -> bool:
        """Ask the server about a call now. False: it is not followed."""
        for followers in self._followers.values():
            if (seat := followers.get(call)) is not None:
                seat.hurry()
                return True
        return False

    def check_all(self) -> None:
        """Ask about every followed call as soon as the rate allows, over connections that are alive."""
        for http in self._https.values():
            http.doubt()
        for followers in self._followers.values():
            followers.hurry()

    async def aclose(self) -> None:
        """Close all connections."""
        for http in self._https.values():
            await http.aclose()
