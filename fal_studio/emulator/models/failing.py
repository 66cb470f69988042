"""`emulator/failing`: fails in every way that fal's documentation names, in every mode."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field

from fal_studio.emulator import errors, faults
from fal_studio.emulator.model import (
    Context,
    Json,
    Model,
    ModelError,
    Price,
    RequestFailed,
    Route,
    Sabotage,
    Session,
    StreamText,
)

MODEL_ERRORS: dict[str, tuple[int, str, Json]] = {
    "internal_server_error": (500, "Internal server error", {}),
    "generation_timeout": (504, "Generation timed out", {}),
    "downstream_service_error": (400, "A downstream service refused the request", {}),
    "downstream_service_unavailable": (500, "A downstream service is unavailable", {}),
    "content_policy_violation": (
        422,
        "The content could not be processed because it was flagged by a content checker.",
        {"extra": "safety"},
    ),
    "no_media_generated": (422, "No media was generated", {}),
    "image_too_small": (422, "The image is too small", {"min_height": 256, "min_width": 256}),
    "image_too_large": (422, "The image is too large", {"max_height": 4096, "max_width": 4096}),
    "image_load_error": (422, "Failed to load the image", {}),
    "file_download_error": (422, "Failed to download the file", {}),
    "face_detection_error": (422, "Could not find a face in the image", {}),
    "feature_not_supported": (422, "This feature is not supported", {}),
    "file_too_large": (422, "The file is too large", {"max_size": 10_485_760}),
    "greater_than": (422, "Input should be greater than 0", {"gt": 0}),
    "greater_than_equal": (422, "Input should be greater than or equal to 1", {"ge": 1}),
    "less_than": (422, "Input should be less than 100", {"lt": 100}),
    "less_than_equal": (422, "Input should be less than or equal to 100", {"le": 100}),
    "multiple_of": (422, "Input should be a multiple of 8", {"multiple_of": 8}),
    "sequence_too_short": (422, "The list is too short", {"min_length": 1}),
    "sequence_too_long": (422, "The list is too long", {"max_length": 4}),
    "one_of": (422, "Input should be 'square' or 'portrait'", {"expected": ["square", "portrait"]}),
    "value_error": (422, "Value error, this value does not fit", {}),
    "invalid_archive": (422, "The archive cannot be read", {"supported_extensions": [".zip"]}),
    "archive_file_count_below_minimum": (
        422,
        "The archive has too few files",
        {"min_count": 4, "provided_count": 1, "supported_extensions": [".png", ".jpg"]},
    ),
    "archive_file_count_exceeds_maximum": (
        422,
        "The archive has too many files",
        {"max_count": 100, "provided_count": 512, "supported_extensions": [".png", ".jpg"]},
    ),
    "audio_duration_too_long": (
        422,
        "The audio is too long",
        {"max_duration": 60, "provided_duration": 81.5},
    ),
    "audio_duration_too_short": (
        422,
        "The audio is too short",
        {"min_duration": 3, "provided_duration": 0.4},
    ),
    "video_duration_too_long": (
        422,
        "The video is too long",
        {"max_duration": 10, "provided_duration": 12.0},
    ),
    "video_duration_too_short": (
        422,
        "The video is too short",
        {"min_duration": 2, "provided_duration": 1.0},
    ),
    "unsupported_audio_format": (422, "Unsupported audio format", {"supported_formats": [".mp3", ".wav"]}),
    "unsupported_image_format": (422, "Unsupported image format", {"supported_formats": [".png", ".jpg"]}),
    "unsupported_video_format": (422, "Unsupported video format", {"supported_formats": [".mp4", ".webm"]}),
}
"""Every type of a model error: status, message and the numbers that come with it (fal docs: errors)."""

OTHERS = {
    "none": "does not fail",
    "validation": "two fields at once, as pydantic reports them",
    "crash": "an exception that nobody handles: 500 with plain detail",
    "error_event": "streams, then an event with a text in `error`; elsewhere a 500",
    "stream_drop": "streams, then breaks off; elsewhere a broken connection",
    "stream_done": "streams, then `[DONE]`; elsewhere no failure",
}
KINDS = (
    *OTHERS,
    *MODEL_ERRORS,
    *errors.REQUEST_ERRORS,
    *(name for name in faults.names() if name not in MODEL_ERRORS),
)


class FailingInput(BaseModel):
    """What `emulator/failing` takes."""

    kind: str = Field(
        "content_policy_violation",
        description="How to fail.",
        json_schema_extra={"enum": list(dict.fromkeys(KINDS))},
    )
    message: str = Field("", description="The text to fail with, instead of the usual one.")
    field: str = Field("prompt", description="The input field that is blamed.")
    prompt: str = Field("a tiger", description="Something to blame.")
    seconds: float = Field(0, ge=0, le=3600, description="Pretended GPU time before it fails.")
    after: int = Field(2, ge=0, le=10_000, description="Stream and realtime: good events before it fails.")
    succeed_at: int = Field(0, ge=0, description="Queue: the attempt that works after all; 0 for none.")


class FailingOutput(BaseModel):
    """What `emulator/failing` gives when it does not fail."""

    ok: bool = Field(description="Always true.")
    attempt: int = Field(description="Which attempt of the queue this was.")


def failure(arguments: FailingInput) -> Exception | None:
    """Return what to raise for a kind; None where the kind does not fail here."""
    kind, message = arguments.kind, arguments.message
    if kind in ("none", "stream_done"):
        return None
    if kind in MODEL_ERRORS:
        status, usual, ctx = MODEL_ERRORS[kind]
        loc = ("body", arguments.field) if status == 422 else ("body",)
        return ModelError(
            message or usual, type=kind, status=status, loc=loc, ctx=ctx, value=arguments.prompt
        )
    if kind in errors.REQUEST_ERRORS:
        return RequestFailed(kind, message)
    if kind == "error_event":
        return ModelError(message or "Internal server error", type="internal_server_error", status=500)
    if kind == "stream_drop":
        return Sabotage("reset_body")
    if kind == "crash":
        return AssertionError(message or "a model that crashes on request")
    if kind in faults.names():
        return Sabotage(kind)
    return ModelError(
        f"Input should be one of {', '.join(KINDS[:4])} …",
        type="one_of",
        loc=("body", "kind"),
        ctx={"expected": list(KINDS)},
        value=kind,
    )


def fail(arguments: FailingInput, context: Context) -> None:
    """Fail as asked, unless this attempt is the one that works."""
    if arguments.succeed_at and context.attempt >= arguments.succeed_at:
        return
    if arguments.kind == "validation":
        Two.model_validate({"prompt": 1, "num_images": 0})
    error = failure(arguments)
    if error is not None:
        raise error


class Two(BaseModel):
    """Two fields that `validation` gets wrong."""

    prompt: str
    num_images: int = Field(ge=1)


async def run(arguments: FailingInput, context: Context) -> Json:
    """Work for a while, then fail."""
    await context.log(f"Going to fail: {arguments.kind}", "INFO")
    await context.work(arguments.seconds)
    await context.log(f"Failing now: {arguments.kind}", "ERROR")
    fail(arguments, context)
    return {"ok": True, "attempt": context.attempt}


async def stream(arguments: FailingInput, context: Context) -> AsyncIterator[Json | StreamText]:
    """Fail before the first event (`after` 0, or a kind that is an answer), or after some good ones."""
    is_later = arguments.kind in ("error_event", "stream_drop", "stream_done", "crash")
    if not is_later or not arguments.after:
        fail(arguments, context)
    for index in range(arguments.after):
        await context.work(arguments.seconds / arguments.after)
        yield {"output": "so far so good " * (index + 1), "partial": True, "error": None}
    if arguments.kind == "error_event":
        yield {"output": "", "partial": True, "error": arguments.message or "Internal server error"}
        return
    if arguments.kind == "stream_done":
        yield StreamText("[DONE]")
        return
    fail(arguments, context)
    yield {"ok": True, "attempt": context.attempt}


class FailingSession:
    """Echoes, and fails at a message whose `kind` says how."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._answered = 0

    async def answer(self, message: Json) -> Any:
        """Echo a message, or fail."""
        arguments = FailingInput.model_validate(message)
        if self._answered >= arguments.after:
            fail(arguments, self._context)
        self._answered += 1
        return {"ok": True, "attempt": 1, "request_id": message.get("request_id", "")}


def realtime(context: Context) -> Session:
    """Open a session."""
    return FailingSession(context)


MODEL = Model(
    endpoint_id="emulator/failing",
    display_name="Failing",
    category="json",
    description="Fails on request in every way that fal knows: model errors, request errors, account, edge and connection.",
    price=Price(0.0, "request"),
    routes={"": Route(FailingInput, FailingOutput, run, stream, realtime, realtime_input=FailingInput)},
    tags=("testing",),
    duration_estimate_s=0.1,
)
