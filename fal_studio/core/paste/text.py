"""Any pasted text as a request: finds out what it is and reads it as that."""

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fal_studio.core.nesting import DEEPEST, is_deeper
from fal_studio.core.paste import addresses, archive, curl, headers, javascript, link, python
from fal_studio.core.paste.found import Draft, Found, UnclearError
from fal_studio.core.paste.literals import LiteralError, Reader, known
from fal_studio.core.request import Hosts, Json, Mode, Options
from fal_studio.words import tr

_FENCE = re.compile(r"^\s*```[\w-]*[ \t]*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_WORD = "falStudioLongRun"
_RUN_WORD = re.compile(rf"{_WORD}\d{{6}}x")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_%-]{2000,}")
_BLANK_LINES = re.compile(r"^(?:[ \t]*\n)+")
_CURLY_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "})
_HELP = tr("Paste an endpoint id, a model page's address, cURL, Python, JavaScript or JSON.")
LONGEST = 20_000_000
"""Characters; longer texts are not looked at."""


def read(text: str, hosts: Sequence[Hosts] = ()) -> Found:
    """Return the request in a text; raises UnclearError. `hosts` are those of the profiles."""
    if len(text) > LONGEST:
        raise UnclearError(tr("The text is too long to be a request."), _HELP)
    text, runs = _without_long_runs(text.removeprefix("\ufeff"))
    try:
        found = _found(text, hosts)
        arguments = _restored(found.arguments, runs) if runs else found.arguments
    except (
        RecursionError
    ) as error:  # each reader knows its own; none knows how deep a value is that walks all of it
        raise UnclearError(tr("The JSON is nested too deeply to be read."), _HELP) from error
    if is_deeper(arguments, DEEPEST):
        raise UnclearError(tr("The JSON is nested too deeply to be read."), _HELP)
    return msgspec.structs.replace(found, arguments=arguments) if runs else found


def _without_long_runs(text: str) -> tuple[str, dict[str, str]]:
    """Put a word in the place of each file that is written into the text: nothing has to look through it."""
    runs: dict[str, str] = {}
    if _WORD in text:
        return text, runs

    def word(found: "re.Match[str]") -> str:
        name = f"{_WORD}{len(runs):06d}x"
        runs[name] = found[0]
        return name

    return _LONG_RUN.sub(word, text), runs


def _restored(value: Json, runs: dict[str, str]) -> Json:
    if isinstance(value, dict):
        return {key: _restored(item, runs) for key, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, runs) for item in value]
    if isinstance(value, str) and _WORD in value:
        return _RUN_WORD.sub(lambda found: runs[found[0]], value)
    return value


def _found(text: str, hosts: Sequence[Hosts]) -> Found:
    if fenced := _FENCE.match(text):
        text = fenced[1]
    text = _BLANK_LINES.sub("", text).rstrip()
    if not text:
        raise UnclearError(tr("There is no text to open."), _HELP)
    try:
        return _read(text, hosts)
    except UnclearError:
        plain = text.translate(_CURLY_QUOTES)  # what a chat made of the quotes
        if plain == text:
            raise
        try:
            return _read(plain, hosts)
        except UnclearError:
            pass
        raise


def _read(text: str, hosts: Sequence[Hosts]) -> Found:
    plain = text.strip()
    if plain[0] in "{[":
        return _json(plain, hosts)
    if link.is_link(plain):
        return link.read(plain)
    if addresses.is_address(plain) and "(" not in plain:
        draft = Draft(tr("an address"))
        addresses.take_address(draft, plain, hosts)
        return draft.found()
    # What shows first is what the text is: a prompt in it may speak of the others.
    places = {curl: curl.place(text), python: python.place(text), javascript: javascript.place(text)}
    first = min(
        (module for module, place in places.items() if place >= 0), key=places.__getitem__, default=None
    )
    if first is python:
        return python.read(text)
    if first is not None:
        return (curl if first is curl else javascript).read(plain, hosts)
    if len(plain.split()) == 1 and len(plain) < 300:
        draft = Draft(tr("an endpoint"))
        addresses.take_id(draft, plain.strip("\"'`,;"))
        return draft.found()
    raise UnclearError(tr("This text is neither a name, nor an address, nor code that calls fal."), _HELP)


def _json(text: str, hosts: Sequence[Hosts]) -> Found:
    value = _object(text)
    if not isinstance(value, dict):
        raise UnclearError(
            tr("This is a list, and arguments are an object."),
            tr('Begin with { and name them: {"prompt": "…"}.'),
        )
    if archive.is_archive(value):
        return archive.read(value, hosts)
    if isinstance(value.get("response_url"), str) and "request_id" in value:
        draft = Draft(tr("an answer of the queue"))
        addresses.take_address(draft, value["response_url"])
        return draft.found()
    endpoint = next(
        (value[key] for key in ("endpoint", "endpoint_id", "model") if isinstance(value.get(key), str)), ""
    )
    arguments = next((value[key] for key in ("arguments", "input") if isinstance(value.get(key), dict)), None)
    if "/" in endpoint and arguments is not None:
        return _saved(value, endpoint, arguments)
    draft = Draft("arguments")
    draft.arguments = headers.without_keys(draft, value)
    return draft.found()


def _saved(value: dict[str, Any], endpoint: str, arguments: dict[str, Json]) -> Found:
    draft = Draft(tr("a saved request"))
    draft.endpoint = addresses.checked(endpoint)
    draft.arguments = headers.without_keys(draft, arguments)
    if value.get("mode") in tuple(Mode):
        draft.mode = Mode(value["mode"])
    try:
        options = msgspec.convert(value.get("options") or {}, Options)
    except msgspec.ValidationError as error:
        draft.note(tr("Its options were left out: {error}.").format(error=error))
        return draft.found()
    for name, content in options.headers.items():
        headers.take(draft, name, content)
    for name, content in options.query.items():
        draft.add_query(name, content)
    plain = {
        name: one for name, one in msgspec.to_builtins(options).items() if name not in ("headers", "query")
    }
    draft.set(**plain)
    return draft.found()


def _object(text: str) -> Any:
    """Return an object as JSON, or as JavaScript or Python write it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        problem = error
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        pass
    try:
        reader = Reader(text)
        value, end = reader.value(0)
        if reader.space(end) < len(text.rstrip(";")):
            raise LiteralError(tr("something follows it"))
        return known(value, _refuse)
    except (LiteralError, RecursionError):
        where = (
            tr(" (line {lineno}: {msg})").format(lineno=problem.lineno, msg=problem.msg)
            if isinstance(problem, json.JSONDecodeError)
            else ""
        )
        raise UnclearError(
            tr("This looks like JSON and cannot be read{where}.").format(where=where),
            tr("Check its brackets, quotes and commas."),
        ) from problem


def _refuse(name: str, _value: object) -> None:
    raise LiteralError(tr("{name} has no value").format(name=name))
