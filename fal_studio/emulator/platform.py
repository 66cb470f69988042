"""The platform API (`https://api.fal.ai/v1`): catalogue, prices, estimates, requests, account.

What this server does not imitate (analytics, workflows, assets, compute) answers 501 `not_implemented`.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.types import ASGIApp

from fal_studio.emulator import errors, usage
from fal_studio.emulator.answers import Answer, json_answer
from fal_studio.emulator.files import Files, StoredFile
from fal_studio.emulator.history import History
from fal_studio.emulator.listing import Listing
from fal_studio.emulator.platform_query import Problem, admit, ids_in, moment_of, page_of, values_in
from fal_studio.emulator.queue import Queue

NOT_IMITATED = (
    "models/analytics",
    "workflows",
    "assets",
    "storage",
    "serverless",
    "compute",
    "organization",
    "account",
)
BALANCE = 24.5


class ByCalls(BaseModel):
    """How often an endpoint will be called."""

    call_quantity: int = Field(ge=1)


class ByUnits(BaseModel):
    """How many units an endpoint will be billed."""

    unit_quantity: float = Field(ge=1e-6)


class Estimate(BaseModel):
    """What an estimate is asked for."""

    estimate_type: str = Field(pattern="^(historical_api_price|unit_price)$")
    endpoints: dict[str, dict[str, Any]] = Field(min_length=1)


class AccessList(BaseModel):
    """Who may read a file."""

    default: str = Field(pattern="^(allow|forbid|hide)$")
    rules: list[dict[str, str]] = []


class NewKey(BaseModel):
    """What a new key is called."""

    alias: str = Field(min_length=1)


class Platform:
    """Answers everything below `/api`, with or without `/v1`."""

    def __init__(self, listing: Listing, history: History, queue: Queue, files: Files) -> None:
        self._files = files
        self._listing = listing
        self._history = history
        self._queue = queue
        self._keys: dict[str, dict[str, Any]] = {}

    async def handle(self, request: Request) -> ASGIApp:
        """Answer one request."""
        path = request.path_params["path"].strip("/").removeprefix("v1/")
        body = await request.body()
        if path == "openapi/queue/openapi.json":
            return self._schema(request).response()
        try:
            return self._answer(request, path, body).response()
        except Problem as problem:
            return errors.platform(problem.status, problem.kind, problem.message).response()

    def _answer(self, request: Request, path: str, body: bytes) -> Answer:
        if request.method == "GET" and path == "models":
            return self._models(request)
        if request.method == "GET" and path == "meta":
            return json_answer({"webhook_ip_ranges": ["127.0.0.1/32"]})
        admit(request, path)
        doors: dict[tuple[str, str], Callable[[Request, bytes], Answer]] = {
            ("GET", "models/pricing"): self._pricing,
            ("POST", "models/pricing/estimate"): self._estimate,
            ("GET", "models/requests/by-endpoint"): self._requests,
            ("GET", "models/billing-events"): self._billing_events,
            ("GET", "models/usage"): self._usage,
            ("GET", "account/billing"): self._billing,
            ("GET", "storage/files/acl"): self._access,
            ("PUT", "storage/files/acl"): self._set_access,
            ("GET", "keys"): self._list_keys,
            ("POST", "keys"): self._create_key,
        }
        if (door := doors.get((request.method, path))) is not None:
            return door(request, body)
        return self._with_id(request.method, path.split("/"))

    def _with_id(self, method: str, parts: list[str]) -> Answer:
        """Answer the operations that have an id in their path."""
        match (method, *parts):
            case ("DELETE", "keys", key_id):
                if self._keys.pop(key_id, None) is None:
                    raise Problem(404, "not_found", f"No key has the id {key_id}")
                return Answer(204, b"")
            case ("DELETE", "models", "requests", request_id, "payloads"):
                if not self._history.forget_payloads(request_id):
                    raise Problem(404, "not_found", f"No request has the id {request_id}")
                return json_answer({"cdn_delete_results": []})
            case ("GET", "serverless", "apps", owner, name, "queue"):
                return json_answer({"queue_size": self._queue.length(f"{owner}/{name}")})
            case _:
                if "/".join(parts).startswith(NOT_IMITATED):
                    raise Problem(501, "not_implemented", "The emulator does not imitate this operation")
                raise Problem(404, "not_found", f"No operation {method} /{'/'.join(parts)}")

    def _schema(self, request: Request) -> Answer:
        """Return the document that `fal.ai` serves without a key; an unknown id is a 404 whose body is `null`."""
        found = self._listing.find([request.query_params.get("endpoint_id", "")])
        return json_answer(self._listing.document(found[0])) if found else json_answer(None, 404)

    def _models(self, request: Request) -> Answer:
        query = request.query_params
        asked = ids_in(request)
        with_schema = "openapi-3.0" in values_in(request, "expand")
        if query.get("status", "") not in ("", "active", "deprecated"):
            raise Problem(400, "validation_error", "status must be active or deprecated")
        if asked:
            found = self._listing.find(asked)
            if missing := [name for name in asked if name not in found]:
                raise Problem(404, "not_found", f"Endpoint not found: {', '.join(missing)}")
        else:
            found = self._listing.search(
                query.get("q", ""), query.get("category", ""), query.get("status", "")
            )
        shown, cursor = page_of(found, request, 10 if with_schema else 50)
        models = [self._listing.entry(name, with_schema) for name in shown]
        return json_answer({"models": models, "next_cursor": cursor, "has_more": cursor is not None})

    def _pricing(self, request: Request, body: bytes) -> Answer:
        asked = ids_in(request)
        if not asked:
            raise Problem(400, "validation_error", "endpoint_id is required")
        prices = [{"endpoint_id": name, **self._price(name)} for name in asked]
        return json_answer({"prices": prices, "next_cursor": None, "has_more": False})

    def _price(self, endpoint_id: str) -> dict[str, Any]:
        if not self._listing.find([endpoint_id]):
            raise Problem(404, "not_found", f"No pricing found for {endpoint_id}")
        price = self._listing.model(endpoint_id).price
        return {"unit_price": price.unit_price, "unit": price.unit, "currency": "USD"}

    def _estimate(self, request: Request, body: bytes) -> Answer:
        try:
            wish = Estimate.model_validate_json(body)
            kind = ByCalls if wish.estimate_type == "historical_api_price" else ByUnits
            counted = {name: kind.model_validate(value) for name, value in wish.endpoints.items()}
        except ValidationError as error:
            raise Problem(400, "validation_error", str(error.errors(include_url=False)[0]["msg"])) from error
        total = 0.0
        for name, amount in counted.items():
            quantity = amount.call_quantity if isinstance(amount, ByCalls) else amount.unit_quantity
            total += quantity * self._price(name)["unit_price"]
        return json_answer(
            {"estimate_type": wish.estimate_type, "total_cost": round(total, 9), "currency": "USD"}
        )

    def _requests(self, request: Request, body: bytes) -> Answer:
        query = request.query_params
        asked = ids_in(request)
        if not asked:
            raise Problem(400, "validation_error", "endpoint_id is required")
        if query.get("status", "") not in ("", "success", "error", "user_error"):
            raise Problem(400, "validation_error", "status must be success, error or user_error")
        items = self._history.items(
            asked,
            request_id=query.get("request_id"),
            status=query.get("status"),
            start=moment_of(query.get("start")),
            end=moment_of(query.get("end")),
            payloads="payloads" in values_in(request, "expand"),
            by_duration=query.get("sort_by") == "duration",
        )
        shown, cursor = page_of([_without_units(item) for item in items], request, 100)
        return json_answer({"items": shown, "next_cursor": cursor, "has_more": cursor is not None})

    def _billing_events(self, request: Request, body: bytes) -> Answer:
        """Return what each finished request cost."""
        asked = ids_in(request) or self._listing.search()
        ended = [item for item in self._history.items(asked, start=0.0) if item["ended_at"] is not None]
        events = [self._event(item) for item in ended]
        shown, cursor = page_of(events, request, 10_000)
        return json_answer({"billing_events": shown, "next_cursor": cursor, "has_more": cursor is not None})

    def _usage(self, request: Request, body: bytes) -> Answer:
        """Return what was used and billed, by time or in all."""
        wish = usage.wish_of(request, time.time())
        known = self._listing.find(ids_in(request)) if ids_in(request) else self._listing.search()
        items = self._history.items(known, start=wish.start_s, end=wish.end_s, limit=1_000_000)
        ended = [item for item in items if item["ended_at"] is not None]
        shown, cursor = page_of(usage.series(ended, wish, self._price), request, 1_000)
        answer: dict[str, Any] = {"next_cursor": cursor, "has_more": cursor is not None}
        if "time_series" in wish.expand:
            answer["time_series"] = shown
        if "summary" in wish.expand:
            answer["summary"] = usage.lines(ended, wish, self._price)
        return json_answer(answer)

    def _event(self, item: dict[str, Any]) -> dict[str, Any]:
        price = self._price(item["endpoint_id"])["unit_price"]
        cost = item["units"] * price
        return {
            "request_id": item["request_id"],
            "endpoint_id": item["endpoint_id"],
            "timestamp": item["ended_at"],
            "output_units": item["units"],
            "unit_price": price,
            "percent_discount": 0,
            "cost_subtotal": cost,
            "cost_discount": 0,
            "cost_total": cost,
            "cost_estimate_nano_usd": round(cost * 1e9),
        }

    def _billing(self, request: Request, body: bytes) -> Answer:
        account: dict[str, Any] = {"username": "emulator"}
        if "credits" in values_in(request, "expand"):
            account["credits"] = {"current_balance": BALANCE, "currency": "USD"}
        return json_answer(account)

    def _access(self, request: Request, body: bytes) -> Answer:
        return json_answer({"default": self._file(request).decision, "rules": []})

    def _set_access(self, request: Request, body: bytes) -> Answer:
        """Let others read a file or not; rules name people, of whom there are none here, so they are dropped."""
        stored = self._file(request)
        try:
            decision = AccessList.model_validate_json(body).default
        except ValidationError as error:
            raise Problem(400, "validation_error", "default must be allow, forbid or hide") from error
        self._files.decide(stored, decision)
        return json_answer({"default": decision, "rules": []})

    def _file(self, request: Request) -> StoredFile:
        stored = self._files.named_by(request.query_params.get("url", ""))
        if stored is None or stored.is_expired:
            raise Problem(404, "not_found", "No file has this URL")
        return stored

    def _list_keys(self, request: Request, body: bytes) -> Answer:
        shown, cursor = page_of(list(self._keys.values()), request, 100)
        return json_answer({"keys": shown, "next_cursor": cursor, "has_more": cursor is not None})

    def _create_key(self, request: Request, body: bytes) -> Answer:
        try:
            alias = NewKey.model_validate_json(body).alias
        except ValidationError as error:
            raise Problem(400, "validation_error", "alias is required") from error
        key_id, secret = secrets.token_hex(8), secrets.token_hex(16)
        created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._keys[key_id] = {"key_id": key_id, "alias": alias, "scope": "API", "created_at": created}
        return json_answer({"key_id": key_id, "key_secret": secret, "key": f"{key_id}:{secret}"}, 201)


def _without_units(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as the list of requests shows it; units are for the billing events."""
    return {name: value for name, value in item.items() if name != "units"}
