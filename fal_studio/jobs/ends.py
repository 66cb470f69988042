"""The ends that the runner itself gives a call: our own clock, and our own mistakes."""

from fal_studio.core import events as e
from fal_studio.core.request import Request
from fal_studio.figures import number
from fal_studio.modes.base import CallError
from fal_studio.words import tr


def cannot_ask(error: CallError) -> e.Unknown:
    """Return the end of a call that is at the server when its profile cannot be used: that says nothing about the call."""
    fact = error.fact
    step = fact.next_step if isinstance(fact, e.Failed) else ""
    return e.Unknown(
        tr("It cannot be asked about, but may go on at the server. {error} {step}")
        .format(error=error, step=step)
        .strip()
    )


def timed_out(request: Request) -> e.Failed:
    """Return the end that our own time limit for a whole call makes."""
    return e.Failed(
        e.FailureKind.TIMEOUT,
        tr("{endpoint} was given up after {client_timeout_s} s: our own time limit for the call.").format(
            endpoint=request.endpoint, client_timeout_s=number(request.options.client_timeout_s or 0.0, "g")
        ),
        tr("Raise the client timeout, or use submit and come back later."),
        clock=e.Clock.CLIENT,
    )


def bug(error: Exception, text: str, request: Request) -> e.Failed:
    """Return the end that a mistake of ours makes; `text` is the traceback, without secrets."""
    return e.Failed(
        e.FailureKind.BUG,
        tr("A mistake in fal Studio ended the call to {endpoint}: {name}.").format(
            endpoint=request.endpoint, name=type(error).__name__
        ),
        tr("Send the details below to the people who make fal Studio; the call may have run at fal."),
        body=text[-4000:],
    )
