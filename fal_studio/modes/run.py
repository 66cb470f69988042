"""run: one POST, one answer; the body is the model's output."""

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.options import headers_of
from fal_studio.core.request import Request
from fal_studio.modes import trouble
from fal_studio.modes.base import CallError, Emit, Tools
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.modes.outgoing import body_of, url_or_failure
from fal_studio.wire import errors


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Call the endpoint directly and wait for its answer."""
    url = url_or_failure(lambda: urls.run_url(http.profile, request.endpoint, request.options.query))
    ask = Ask(
        "run",
        "POST",
        url,
        body_of(request),
        headers_of(request.options),
        Resend.PAID,
        request.endpoint,
    )
    try:
        answer = await http.exchange(ask, emit)
    except CallError as error:
        if error.may_have_been_sent and (
            unknown := trouble.unknown(error.fact, request.endpoint, http.profile)
        ):
            raise CallError(unknown) from error
        raise
    for metric in errors.units(answer.headers):
        emit(metric)
    emit(e.Output(await http.output(answer, ask, tools.keep), len(answer.body)))
