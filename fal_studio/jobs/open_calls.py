"""The calls that are open in this run of the program: those with a task, and those that go on at the server without us."""

from fal_studio.jobs.running import Left, Running


class OpenCalls:
    """Both kinds by the name of the call; whoever starts, ends or leaves one keeps this up to date."""

    def __init__(self) -> None:
        self.running: dict[str, Running] = {}
        self.left: dict[str, Left] = {}
        """Calls that go on at the server and are not followed here."""

    def of_request(self, request_id: str) -> str:
        """Return the open call that has this id at the server, followed here or not; "" if there is none."""
        tickets = {call: running.ticket for call, running in self.running.items() if not running.is_ended}
        tickets |= {call: left.ticket for call, left in self.left.items()}
        ids = (request_id,)
        return next(
            (c for c, t in tickets.items() if t and (t.request_id in ids or t.gateway_request_id in ids)), ""
        )
