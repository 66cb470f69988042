"""A cURL command, or a script of several, as a request."""

import json
import re
from collections.abc import Sequence
from typing import NoReturn

import msgspec

from fal_studio.core.paste import addresses, headers
from fal_studio.core.paste.found import KEY_LEFT_OUT, Draft, Found, UnclearError
from fal_studio.core.paste.shell import Command, ShellError, commands
from fal_studio.core.request import Hosts, Mode, StatusUpdates
from fal_studio.words import tr, trn

_BODY = frozenset({"--data", "--data-raw", "--data-ascii", "--data-binary", "--json"})
_SHORT = {
    "d": "--data",
    "H": "--header",
    "X": "--request",
    "u": "--user",
    "m": "--max-time",
    "F": "--form",
    "b": "--cookie",
}
_WITH_VALUE = frozenset(
    {
        "--header", "--request", "--user", "--max-time", "--form", "--cookie", "--url", "--data-urlencode",
        "--user-agent", "--referer", "--output", "--proxy", "--retry", "--retry-delay", "--connect-timeout",
        "--write-out", "--cacert", "--cert", "--key", "--resolve", "--oauth2-bearer", "--cookie-jar", "--limit-rate",
        "--max-redirs", "--ciphers", "--interface", "--config", "--variable", "--upload-file", *_BODY,
    }
)  # fmt: skip
_SHORT_WITH_VALUE = frozenset("dHXumFbAeoxwEKTcC")
_LIMIT_OF_LOOP = re.compile(r"\$\(\(\s*\$\(date \+%s\)\s*\+\s*(\d+)\s*\)\)")
_PASTE_BODY = tr("Paste the JSON itself.")


class _Curl(msgspec.Struct):
    """What one command says."""

    url: str = ""
    target: str = ""
    """Where a team proxy is to go."""
    method: str = ""
    headers: list[tuple[str, str]] = []
    bodies: list[str] = []
    limit_s: float | None = None
    has_user: bool = False
    has_form: bool = False
    stdin: str | None = None


def place(text: str) -> int:
    """Return where a cURL command shows in a text, -1 if nowhere."""
    found = re.search(r"(?:^|[\s;&|(=])curl(?:\.exe)?[\s^`]", text)
    return found.start() if found else -1


def read(text: str, hosts: Sequence[Hosts] = ()) -> Found:
    """Return the request that a command makes; raises UnclearError."""
    try:
        found = [_parsed(command) for command in commands(text) if _is_curl(command)]
    except ShellError as error:
        raise UnclearError(
            tr("The command cannot be read: {error}.").format(error=error),
            tr("Copy it whole, with its last line."),
        ) from error
    found = [one for one in found if one.url]
    if not found:
        raise UnclearError(tr("The cURL command names no address."), tr("Copy it whole, with its address."))
    call = next((one for one in found if one.bodies), found[0])
    draft = Draft(trn("a cURL command", "{count} cURL commands", len(found)).format(count=len(found)))
    _take(draft, call, hosts)
    if draft.mode is Mode.SUBSCRIBE and call.bodies:
        _take_following(draft, text, [one for one in found if one is not call])
    return draft.found()


def _take(draft: Draft, call: _Curl, hosts: Sequence[Hosts]) -> None:
    fields = {name.strip().lower(): value.strip() for name, value in call.headers}
    is_stream = "text/event-stream" in fields.get("accept", "")
    addresses.take_address(draft, call.url, hosts, is_stream=is_stream and "/requests/" not in call.url)
    for name, value in call.headers:
        headers.take(draft, name, value)
    if call.has_user:
        draft.note(KEY_LEFT_OUT)
    if call.limit_s is not None:
        draft.set(client_timeout_s=call.limit_s)
    if call.has_form:
        raise UnclearError(tr("The command uploads a form, and fal takes JSON."), _PASTE_BODY)
    if call.bodies:
        draft.arguments = _arguments(draft, call)


def _arguments(draft: Draft, call: _Curl) -> dict[str, object]:
    if len(call.bodies) > 1:
        _unclear_body(tr("it has several bodies"))
    body = call.bodies[0]
    if body.startswith("@"):
        if body != "@-" or call.stdin is None:
            raise UnclearError(
                tr("The command reads its body from {body}, which a paste does not bring.").format(
                    body=body[1:] if body != "@-" else tr("standard input")
                ),
                _PASTE_BODY,
            )
        body = call.stdin
    try:
        value = json.loads(body)
    except ValueError as error:
        _unclear_body(str(error), error)
    if not isinstance(value, dict):
        _unclear_body(tr("it is not an object"))
    return headers.without_keys(draft, value)


def _unclear_body(why: str, cause: Exception | None = None) -> NoReturn:
    raise UnclearError(
        tr("The command's body is not the JSON of a request: {why}.").format(why=why), _PASTE_BODY
    ) from cause


def _take_following(draft: Draft, text: str, others: list[_Curl]) -> None:
    """Tell a script that follows its request from one that only hands it over."""
    asked = [one for one in others if "/status" in one.url]
    if not asked:
        draft.mode = Mode.SUBMIT
        return
    limits = [one.limit_s for one in asked if one.limit_s is not None]
    if looped := _LIMIT_OF_LOOP.search(text):
        limits.append(float(looped[1]))
    if limits:
        draft.set(client_timeout_s=limits[0])
    pause = re.search(r"\bsleep\s+([\d.]+)", text)
    if not any("/status/stream" in one.url for one in asked) and pause:
        draft.set(status_updates=StatusUpdates.POLL, poll_every_s=float(pause[1]))


def _is_curl(command: Command) -> bool:
    words = command.words
    while words and (
        re.fullmatch(r"[A-Za-z_]\w*=.*", words[0], re.DOTALL)
        or words[0] in ("$", "sudo", "while", "until", "if")
    ):
        words = words[1:]
    if words and re.fullmatch(r"(?:.*[/\\])?curl(?:\.exe)?", words[0]):
        command.words = words[1:]
        return True
    return False


def _parsed(command: Command) -> _Curl:
    one = _Curl(headers=[], bodies=[], stdin=command.stdin)
    words = list(command.words)
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in _WITH_VALUE:
                _apply(one, name, value if equals else words.pop(0) if words else "")
        elif word.startswith("-") and len(word) > 1:
            _short(one, word[1:], words)
        elif not one.url:
            one.url = word if "://" in word else f"https://{word}"
    one.url = one.target or one.url
    return one


def _short(one: _Curl, letters: str, words: list[str]) -> None:
    for place, letter in enumerate(letters):
        if letter not in _SHORT_WITH_VALUE:
            continue
        value = letters[place + 1 :] or (words.pop(0) if words else "")
        _apply(one, _SHORT.get(letter, ""), value)
        return


def _apply(one: _Curl, name: str, value: str) -> None:
    match name:
        case "--url":
            one.url = value
        case "--request":
            one.method = value
        case "--header":
            field, _, content = value.partition(":")
            if field.strip().lower() == "x-fal-target-url":
                one.target = content.strip()
            one.headers.append((field, content))
        case "--cookie":
            one.headers.append(("cookie", value))
        case "--user" | "--oauth2-bearer":
            one.has_user = True
        case "--form" | "--upload-file":
            one.has_form = True
        case "--max-time":
            one.limit_s = float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
        case "--data-urlencode":
            one.bodies.append(value)
        case _ if name in _BODY:
            one.bodies.append(value)
        case _:
            pass
