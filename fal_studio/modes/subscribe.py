"""subscribe: hand the request to the queue and follow it to the result."""

from fal_studio.core.request import Request
from fal_studio.modes import submit
from fal_studio.modes.base import Emit, Tools
from fal_studio.modes.http import Http


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Submit, then follow the ticket."""
    ticket = await submit.enqueue(request, http, tools, emit)
    await submit.follow(request, ticket, http, tools, emit)
