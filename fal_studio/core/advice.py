"""The sentences people read when fal refuses something: the thing, the cause, and the next step.

They are kept with the call as they were said, and said anew where what they follow from is kept, too: a person may choose another
language between two starts.
"""

from collections.abc import Mapping

import msgspec

from fal_studio.core.events import Clock, Failed, FailureKind, FieldProblem
from fal_studio.words import tr

LOOK_AND_RETRY = tr("Look at the details below, then try again.")

MODEL_ERRORS: Mapping[str, str] = {
    "content_policy_violation": tr("Change the prompt or the input file: the safety checker refused it."),
    "no_media_generated": tr("Change the prompt or the seed and try again."),
    "image_too_small": tr("Use a larger picture."),
    "image_too_large": tr("Use a smaller picture."),
    "image_load_error": tr("Check that the picture opens in a browser and is a usual format."),
    "file_download_error": tr("Check that fal can reach the file's URL without a login; or upload the file."),
    "face_detection_error": tr("Use a picture with one clear face."),
    "feature_not_supported": tr("Turn the feature off, or use another endpoint."),
    "file_too_large": tr("Use a smaller file."),
    "invalid_archive": tr("Make the archive anew in a supported format."),
    "archive_file_count_below_minimum": tr("Put more files into the archive."),
    "archive_file_count_exceeds_maximum": tr("Put fewer files into the archive."),
    "audio_duration_too_long": tr("Use a shorter recording."),
    "audio_duration_too_short": tr("Use a longer recording."),
    "video_duration_too_long": tr("Use a shorter video."),
    "video_duration_too_short": tr("Use a longer video."),
    "unsupported_audio_format": tr("Convert the recording to a supported format."),
    "unsupported_image_format": tr("Convert the picture to PNG or JPEG."),
    "unsupported_video_format": tr("Convert the video to MP4."),
    "generation_timeout": tr("Ask for less: smaller, shorter or with fewer steps."),
    "downstream_service_error": tr(
        "A service behind the model refused the request. Change it, or try later."
    ),
    "downstream_service_unavailable": tr("A service behind the model is down. Try again later."),
    "internal_server_error": tr(
        "Try again; if it happens again, the model has a fault with these arguments."
    ),
}
"""fal's structured model errors (fal docs: errors) and what to do about each."""

_REQUEST_ERRORS: Mapping[str, str] = {
    "startup_timeout": tr("no runner started in time"),
    "runner_scheduling_failure": tr("no runner could be found"),
    "runner_connection_timeout": tr("its runner did not answer"),
    "runner_disconnected": tr("its runner went away in the middle of the work"),
    "runner_connection_refused": tr("its runner refused the connection"),
    "runner_connection_error": tr("its runner could not be reached"),
    "runner_incomplete_response": tr("its runner stopped in the middle of the answer"),
    "runner_server_error": tr("its runner failed"),
    "internal_error": tr("fal had an internal error"),
}
"""fal's infrastructure errors (fal docs: request errors)."""


def said_anew(failed: Failed) -> Failed:
    """Return a failure with its sentences in the language of this run, as far as they follow from what is kept."""
    refusal, status = failed.refusal, failed.status
    if refusal is None or status is None:
        return failed
    message, next_step = of_failure(
        refusal.by, status, failed.error_type, refusal.said, failed.fields, failed.kind, failed.clock
    )
    return msgspec.structs.replace(failed, message=message, next_step=next_step)


def of_failure(
    endpoint: str,
    status: int,
    error_type: str,
    text: str,
    fields: tuple[FieldProblem, ...],
    kind: FailureKind,
    clock: Clock | None,
) -> tuple[str, str]:
    """Return the message and the next step for an HTTP error answer."""
    said = f": {_sentence(text)}" if text else "."
    if clock is Clock.START_DEADLINE:
        return (
            tr("{endpoint} did not start within the start deadline: no runner was free in time.").format(
                endpoint=endpoint
            ),
            tr("Raise the start deadline or leave it empty."),
        )
    if clock is Clock.GENERATION:
        return tr("{endpoint} took longer than the model itself allows{said}").format(
            endpoint=endpoint, said=said
        ), MODEL_ERRORS["generation_timeout"]
    match kind:
        case FailureKind.AUTH:
            return _auth(endpoint, status, said)
        case FailureKind.BALANCE:
            return (
                tr("fal refused the call: the account has no balance left{said}").format(said=said),
                tr("Top up the account at fal.ai/dashboard/billing."),
            )
        case FailureKind.LIMIT:
            return (
                tr("fal refused the call to {endpoint} (429): too many at the same time{said}").format(
                    endpoint=endpoint, said=said
                ),
                tr(
                    "Wait a moment and try again, or use subscribe or submit: the queue waits for a free place."
                ),
            )
        case FailureKind.INPUT:
            return _input(endpoint, status, error_type, said, fields)
        case FailureKind.PROTOCOL:
            return (
                tr("{endpoint} answered {status}, which a call cannot use{said}").format(
                    endpoint=endpoint, status=status, said=said
                ),
                tr("Check the profile's addresses: something else may answer there."),
            )
        case _:
            return _server(endpoint, status, error_type, said)


def of_no_session(endpoint: str, status: int, text: str) -> tuple[str, str]:
    """Return the message and the next step for a WebSocket that was refused without a word about the key."""
    said = f": {_sentence(text)}" if text else "."
    return (
        tr("{endpoint} opened no realtime session ({status}){said}").format(
            endpoint=endpoint, status=status, said=said
        ),
        tr(
            "Most likely it has no realtime: choose stream or run. If it has, ask whether the key may call it."
        ),
    )


def _auth(endpoint: str, status: int, said: str) -> tuple[str, str]:
    if "Cannot access application" in said:
        return (
            tr("The key may not call {endpoint} ({status}){said}").format(
                endpoint=endpoint, status=status, said=said
            ),
            tr("Ask its owner for access, or use another key."),
        )
    return (
        tr("fal refused the key ({status}){said}").format(status=status, said=said),
        tr("Check the key in Settings, or make a new one at fal.ai/dashboard/keys."),
    )


def _input(
    endpoint: str, status: int, error_type: str, said: str, fields: tuple[FieldProblem, ...]
) -> tuple[str, str]:
    if status == 404:
        if "Path " in said:
            return (
                tr("{endpoint} has no such path (404){said}").format(endpoint=endpoint, said=said),
                tr("Check the end of the endpoint id, or choose another mode."),
            )
        return (
            tr("{endpoint} was not found (404){said}").format(endpoint=endpoint, said=said),
            tr("Check the endpoint id for a typing mistake. A finished request is forgotten after a while."),
        )
    if status == 405:
        return tr("{endpoint} does not take this kind of request (405){said}").format(
            endpoint=endpoint, said=said
        ), tr("Choose another mode.")
    if status == 413:
        return tr("The arguments are too large for {endpoint} (413){said}").format(
            endpoint=endpoint, said=said
        ), tr("Upload files and give their URLs.")
    if error_type in MODEL_ERRORS:
        return tr("{endpoint} could not use the input{said}").format(
            endpoint=endpoint, said=said
        ), MODEL_ERRORS[error_type]
    if fields:
        if len(fields) == 1:
            return tr("{endpoint} refused an argument{said}").format(endpoint=endpoint, said=said), tr(
                "Correct it and send again."
            )
        return tr("{endpoint} refused the arguments{said}").format(endpoint=endpoint, said=said), tr(
            "Correct them and send again."
        )
    return tr("{endpoint} refused the request ({status}){said}").format(
        endpoint=endpoint, status=status, said=said
    ), tr("Correct the arguments and send again.")


def _server(endpoint: str, status: int, error_type: str, said: str) -> tuple[str, str]:
    if error_type in _REQUEST_ERRORS:
        return tr("{endpoint} failed ({status}): {request_errors}{said}").format(
            endpoint=endpoint, status=status, request_errors=_REQUEST_ERRORS[error_type], said=said
        ), tr("Try again in a moment.")
    if error_type in MODEL_ERRORS:
        return tr("{endpoint} failed ({status}){said}").format(
            endpoint=endpoint, status=status, said=said
        ), MODEL_ERRORS[error_type]
    if status in (502, 503, 504):
        return (
            tr("{endpoint} could not be reached through fal's gateway ({status}){said}").format(
                endpoint=endpoint, status=status, said=said
            ),
            tr("Try again in a moment."),
        )
    if status == 499:
        return (
            tr("{endpoint} was stopped: the request was cancelled{said}").format(
                endpoint=endpoint, said=said
            ),
            tr("Start it again if that was a mistake."),
        )
    return tr("{endpoint} failed at the server ({status}){said}").format(
        endpoint=endpoint, status=status, said=said
    ), MODEL_ERRORS["internal_server_error"]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
