"""Who may read a file at fal: `PUT {platform}/storage/files/acl`, for files that were uploaded before."""

from urllib.parse import urlencode

import msgspec

from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services.catalog import unheard
from fal_studio.words import tr


async def restrict(http: Http, url: str, emit: Emit = unheard) -> None:
    """Let fal refuse a file to everybody but the account; raises CallError, also where fal answers that it does not.

    `url` is the file's, as the upload told it. Needs a key that may write assets (fal API).
    """
    ask = Ask(
        "limit access",
        "PUT",
        f"{http.profile.hosts.platform}/storage/files/acl?{urlencode({'url': url})}",
        msgspec.json.encode({"default": "forbid", "rules": []}),
        resend=Resend.SAFE,
        endpoint="The access list",
    )
    answer = await http.exchange(ask, emit)
    if answer.status == 403:
        raise CallError(
            _failed(
                FailureKind.AUTH,
                tr("This key may not change who reads files."),
                tr("Use a key with permission to write assets, or let the file expire."),
                answer.status,
            )
        )
    if answer.status == 404:
        raise CallError(
            _failed(FailureKind.INPUT, tr("fal does not have this file any more."), "", answer.status)
        )
    applied = await http.parsed(answer, ask)
    if not isinstance(applied, dict) or applied.get("default") not in ("forbid", "hide"):
        raise CallError(
            _failed(
                FailureKind.PROTOCOL,
                tr("fal answered, and did not limit the access."),
                tr("Try again later."),
            )
        )


def _failed(kind: FailureKind, message: str, next_step: str, status: int | None = None) -> Failed:
    return Failed(kind, message, next_step, status, charged=Charged.NO)
