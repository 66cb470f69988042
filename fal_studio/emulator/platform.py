"""The platform API (`https://api.fal.ai/v1`): catalogue, prices, estimates, requests."""

from starlette.requests import Request
from starlette.types import ASGIApp

from fal_studio.emulator import errors
from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.history import History
from fal_studio.emulator.queue import Queue


class Platform:
    """Answers everything below `/api`."""

    def __init__(self, catalogue: Catalogue, history: History, queue: Queue, addresses: Addresses) -> None:
        self._catalogue = catalogue

    async def handle(self, request: Request) -> ASGIApp:
        """Answer one request."""
        return errors.platform(404, "not_found", "No such operation").response()
