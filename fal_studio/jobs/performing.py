"""One call's work from its wish to exactly one end, whatever happens on the way."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable

from fal_studio.core import events as e
from fal_studio.core.kept_words import BEFORE_SENT
from fal_studio.core.redact import Redactor
from fal_studio.jobs.ends import bug, cannot_ask, timed_out
from fal_studio.jobs.running import Running
from fal_studio.modes.base import SHUTDOWN, Access, CallError

_logger = logging.getLogger(__name__)


async def perform(
    running: Running,
    access: Callable[[], Awaitable[Access]],
    work: Callable[[Access], Awaitable[None]],
    emit: Callable[[e.Fact], None],
    is_closing: Callable[[], bool],
) -> None:
    """Wait for the wish and the turn of a call, do its work, and emit an end if that did not; raises only CancelledError.

    `access` and `work` raise CallError for what is known to go wrong. The clock of the request's `client_timeout_s` runs
    while `work` does.
    """
    key = ""
    limit = asyncio.timeout(running.request.options.client_timeout_s)
    try:
        await _turn(running)
        granted = await access()
        key = granted.key
        async with limit:
            running.is_begun = True
            await work(granted)
        if not (running.is_ended or running.is_detached):
            raise AssertionError(f"{running.request.mode.value} came back without an end")
    except CallError as failure:
        is_at_server = running.ticket is not None and not running.is_begun
        emit(cannot_ask(failure) if is_at_server else failure.fact)
    except asyncio.CancelledError:
        if not running.is_begun and running.ticket is None:
            if not running.stays_in_line:
                emit(e.Cancelled(running.cancelled_by or SHUTDOWN, e.Charged.NO, BEFORE_SENT))
        elif not (is_closing() and running.ticket is not None):
            emit(e.Cancelled(running.cancelled_by or SHUTDOWN))
        raise
    except Exception as error:  # noqa: BLE001 - the funnel: a bug in one call must not end the others
        if isinstance(error, TimeoutError) and limit.expired():
            emit(timed_out(running.request))
            return
        text = Redactor((key,) if key else ()).text("".join(traceback.format_exception(error)))
        _logger.error("%s: %s", running.request.endpoint, text)  # noqa: TRY400 - the traceback is in the text, without the key
        emit(bug(error, text, running.request))


async def _turn(running: Running) -> None:
    if running.wish is not None:
        await asyncio.wait([running.wish])
        if (error := running.wish.result()) is not None:
            raise error
    if running.is_held:
        await running.go.wait()
