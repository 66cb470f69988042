"""A request in the language that is wanted."""

import msgspec

from fal_studio.core import options as rules
from fal_studio.core.request import HERE, Mode, Profile, ProfileKind, Request
from fal_studio.core.snippets import curl, javascript, python
from fal_studio.core.snippets.snippet import Language, Snippet
from fal_studio.words import tr

SOMEWHERE = "https://example.com/your-webhook"
"""Stands in code where the request wants our own webhook."""


def snippet(request: Request, profile: Profile, language: Language) -> Snippet:
    """Return the request as code for its mode, with the options that the mode uses; the key is never in it."""
    if refusal := _refusal(request, profile, language):
        mark = "//" if language is Language.JAVASCRIPT else "#"
        return Snippet("".join(f"{mark} {line}\n" for line in refusal), is_possible=False)
    options = rules.effective(request.options, request.mode)
    if options.webhook_url == HERE:  # code runs without us: whoever takes it over has a server of their own
        options = msgspec.structs.replace(options, webhook_url=SOMEWHERE)
    request = msgspec.structs.replace(request, options=options)
    match language:
        case Language.PYTHON:
            return python.write(request, profile, is_async=False)
        case Language.PYTHON_ASYNC:
            return python.write(request, profile, is_async=True)
        case Language.JAVASCRIPT:
            return javascript.write(request, profile)
        case Language.CURL:
            return curl.write(request, profile)


def _refusal(request: Request, profile: Profile, language: Language) -> list[str]:
    """Return why there is no code, as lines; empty if there is."""
    if profile.kind is ProfileKind.PROXY and request.mode is Mode.REALTIME:
        return [
            tr("Realtime does not work through a team proxy: it passes on neither tokens nor sockets."),
            tr("Choose stream or subscribe, or a profile with a key of its own."),
        ]
    if profile.kind is not ProfileKind.LOCAL_APP:
        return []
    if request.mode in rules.QUEUED:
        return [
            tr("An app that is served on this machine has no queue, so {mode} cannot work.").format(
                mode=request.mode
            ),
            tr("Choose run, stream or realtime."),
        ]
    if request.mode is Mode.REALTIME:
        return [
            tr("fal's clients open sessions only with endpoints at fal, not with an app on this machine."),
            tr("fal Studio itself can: press Run."),
        ]
    if language is Language.JAVASCRIPT:
        return [
            tr("@fal-ai/client calls only endpoints with an owner and a name, not an app on this machine."),
            tr("Choose Python or cURL."),
        ]
    return []
