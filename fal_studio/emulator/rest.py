"""`https://rest.fal.ai`: realtime tokens, upload tokens and announcements, and the keys that webhooks are signed with."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from fal_studio.emulator import errors
from fal_studio.emulator.answers import Answer, json_answer
from fal_studio.emulator.auth import Refused, identify
from fal_studio.emulator.gate import controls_in
from fal_studio.emulator.settings import Settings, either
from fal_studio.emulator.storage import Storage
from fal_studio.emulator.tokens import Tokens
from fal_studio.emulator.webhooks import Webhooks

LONGEST_TOKEN_S = 86_400


class Rest:
    """Answers everything below `https://rest.fal.ai/`."""

    def __init__(self, tokens: Tokens, storage: Storage, webhooks: Webhooks, settings: Settings) -> None:
        self._tokens = tokens
        self._storage = storage
        self._webhooks = webhooks
        self._settings = settings

    async def handle(self, request: Request) -> ASGIApp:
        """Answer one request."""
        path = request.path_params["path"].strip("/")
        if path == ".well-known/jwks.json" and request.method == "GET":
            return self._webhooks.jwks().response()
        caller = identify(request.headers.get("authorization", ""))
        if isinstance(caller, Refused):
            await request.body()
            return caller.answer().response()
        if request.method != "POST":
            return errors.text(405, "Method Not Allowed").response()
        return (await self._post(request, path)).response()

    async def _post(self, request: Request, path: str) -> Answer:
        match path:
            case "tokens" | "tokens/realtime":
                return await self._token(request, path.endswith("realtime"))
            case "storage/auth/token":
                await request.body()
                return self._storage.token()
            case "storage/upload/initiate" | "storage/upload/initiate-multipart":
                kind = request.query_params.get("storage_type", "gcs")
                if kind not in ("gcs", "fal-cdn-v3"):
                    return errors.text(400, f"Unknown storage_type {kind}")
                return await self._storage.initiate(request)
            case _:
                return errors.text(404, "Not Found")

    async def _token(self, request: Request, newer: bool) -> Answer:
        """Issue a realtime token: the older door answers a bare string, the newer one an object."""
        try:
            wish: Any = await request.json()
        except ValueError as error:
            return errors.invalid_json(error)
        apps = wish.get("allowed_apps") if isinstance(wish, dict) else None
        if not isinstance(apps, list) or not apps:
            return errors.text(422, "allowed_apps must be a list of app names")
        lifetime = wish.get("duration" if newer else "token_expiration", 120)
        if not isinstance(lifetime, int | float) or not 0 < lifetime <= LONGEST_TOKEN_S:
            return errors.text(422, "The lifetime of a token is between 1 second and 1 day")
        await asyncio.sleep(either(controls_in(request).token_delay, self._settings.token_delay_s))
        token = self._tokens.issue(lifetime, allowed_apps=apps)
        return json_answer({"token": token} if newer else token)
