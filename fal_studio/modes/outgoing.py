"""What a request becomes on the wire: its body, its headers, and clear refusals before anything is sent."""

from collections.abc import Callable
from typing import TypeVar

from fal_studio.core import urls
from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import Profile, Request
from fal_studio.modes.base import CallError
from fal_studio.wire import payload
from fal_studio.words import tr

T = TypeVar("T")


def body_of(request: Request) -> bytes:
    """Return the arguments as JSON; raises CallError for what JSON cannot say."""
    try:
        return payload.encode(request.arguments)
    except payload.PayloadError as error:
        raise CallError(bad_arguments(request, str(error))) from error


def bad_arguments(request: Request, reason: str) -> Failed:
    """Return the end that unusable arguments make; nothing was sent."""
    return Failed(
        FailureKind.INPUT,
        tr("The arguments for {endpoint} cannot be sent: {reason}.").format(
            endpoint=request.endpoint, reason=reason
        ),
        tr("Correct them; nothing was sent."),
        charged=Charged.NO,
    )


def url_or_failure(make: Callable[[], T]) -> T:
    """Return the URL, or the URLs, that `make` builds; raises CallError when the endpoint id does not allow it."""
    try:
        return make()
    except urls.EndpointError as error:
        raise CallError(
            Failed(FailureKind.INPUT, error.message, error.next_step, charged=Charged.NO)
        ) from error


def need_queue(request: Request, profile: Profile) -> None:
    """Raise CallError when the profile has no queue."""
    if not profile.has_queue:
        raise CallError(
            Failed(
                FailureKind.INPUT,
                tr(
                    "This profile has no queue: {name} is an app served on this machine, so {mode} cannot work."
                ).format(name=profile.name, mode=request.mode.value),
                tr("Choose run, stream or realtime; or deploy the app and use the fal profile."),
                charged=Charged.NO,
            )
        )
