"""Error bodies in fal's three shapes: field list, text with `error_type`, and the platform's `error` object.

Source: fal docs (errors, request errors) and the platform API's OpenAPI document.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from fal_studio.emulator.answers import Answer, json_answer
from fal_studio.emulator.model import ModelError

DOCS = "https://docs.fal.ai/errors#"

REQUEST_ERRORS = {
    "request_timeout": 504,
    "startup_timeout": 504,
    "runner_scheduling_failure": 503,
    "runner_connection_timeout": 503,
    "runner_disconnected": 503,
    "runner_connection_refused": 503,
    "runner_connection_error": 503,
    "runner_incomplete_response": 502,
    "runner_server_error": 500,
    "client_disconnected": 499,
    "client_cancelled": 499,
    "bad_request": 400,
    "internal_error": 500,
    "concurrent_requests_limit": 429,
}
"""Every infrastructure error type and its status."""

TEMPORARY = frozenset({429, 503, 504})


def text(status: int, detail: str) -> Answer:
    """Return an error whose `detail` is plain text."""
    return json_answer({"detail": detail}, status)


def fields(status: int, problems: Sequence[dict[str, Any]]) -> Answer:
    """Return an error whose `detail` is a list of field problems."""
    return json_answer({"detail": list(problems)}, status)


def request_error(error_type: str, detail: str = "") -> Answer:
    """Return an infrastructure error: text, `error_type`, and whether trying again may help."""
    status = REQUEST_ERRORS.get(error_type, 500)
    headers = {"X-Fal-Error-Type": error_type, "X-Fal-Needs-Retry": "1" if status in TEMPORARY else "0"}
    body = {"detail": detail or error_type.replace("_", " ").capitalize(), "error_type": error_type}
    return json_answer(body, status, headers)


def user_deadline() -> Answer:
    """Return the 504 of the caller's own start deadline; never worth a retry."""
    answer = request_error("request_timeout", "Request timed out before a runner could start it")
    return replace(
        answer,
        headers={**answer.headers, "X-Fal-Needs-Retry": "0", "X-Fal-Request-Timeout-Type": "user"},
    )


def model_error(error: ModelError) -> Answer:
    """Return a failure that a model reported about itself."""
    problem = {
        "loc": list(error.loc),
        "msg": error.message,
        "type": error.type,
        "url": DOCS + error.type,
        "ctx": error.ctx,
        "input": error.value,
    }
    return fields(error.status, [problem])


def invalid_input(error: ValidationError) -> Answer:
    """Return pydantic's own findings in fal's form; paths start at `body`."""
    problems: list[dict[str, Any]] = []
    for found in error.errors(include_url=False):
        ctx = {key: value if _is_plain(value) else str(value) for key, value in found.get("ctx", {}).items()}
        problems.append(
            {
                "loc": ["body", *found["loc"]],
                "msg": found["msg"],
                "type": found["type"],
                "url": DOCS + found["type"],
                "ctx": ctx,
                "input": found["input"] if _is_plain(found["input"]) else str(found["input"]),
            }
        )
    return fields(422, problems)


def invalid_json(error: Exception) -> Answer:
    """Return what fal's apps say to a body that is not JSON."""
    position = error.pos if isinstance(error, json.JSONDecodeError) else 0
    problem = {
        "loc": ["body", position],
        "msg": "JSON decode error",
        "type": "json_invalid",
        "url": DOCS + "json_invalid",
        "ctx": {"error": error.msg if isinstance(error, json.JSONDecodeError) else str(error)},
        "input": {},
    }
    return fields(422, [problem])


def platform(status: int, kind: str, message: str) -> Answer:
    """Return an error of the platform API (`api.fal.ai`)."""
    body = {
        "error": {
            "type": kind,
            "message": message,
            "docs_url": f"https://docs.fal.ai/platform-apis#{kind}",
            "request_id": str(uuid.uuid4()),
        }
    }
    return json_answer(body, status)


def _is_plain(value: object) -> bool:
    """Whether `value` can be written as strict JSON."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True
