"""JavaScript code for @fal-ai/client, or a fetch to fal, as a request. The code is read and never run."""

import json
import re
from collections.abc import Sequence
from typing import Any

from fal_studio.core.paste import addresses, headers
from fal_studio.core.paste.found import KEY_LEFT_OUT, Draft, Found, UnclearError
from fal_studio.core.paste.literals import LiteralError, Reader, Unknown, known, masked
from fal_studio.core.request import Hosts, Json, Mode, Priority, StatusUpdates
from fal_studio.words import tr

_CALL = re.compile(
    r"\b[\w$]+\s*\.\s*(run|subscribe|stream|queue\s*\.\s*submit|realtime\s*\.\s*connect)\s*(?:<[^()]*?>)?\s*(\()"
)
_FETCH = re.compile(r"\bfetch\s*(\()")
_NAMED = re.compile(r"\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=;]+)?=(?![=>])")
_SEND = re.compile(r"\.\s*send\s*(\()")
_SEARCH = re.compile(r"\bsearchParams\s*\.\s*(?:set|append)\s*(\()")
_CLOSING_TIMER = re.compile(
    r"\bsetTimeout\s*\(\s*\(\s*\)\s*=>\s*[\w$]+\s*\.\s*close\s*\(\s*\)\s*,\s*([\d_]+)"
)
_TIMEOUT = re.compile(r"AbortSignal\s*\.\s*timeout\s*\(\s*([\d_]+)")
_MODES = {
    "run": Mode.RUN,
    "subscribe": Mode.SUBSCRIBE,
    "stream": Mode.STREAM,
    "queue.submit": Mode.SUBMIT,
    "realtime.connect": Mode.REALTIME,
}
_LIFETIMES = {"immediate": 60, "1h": 3600, "1d": 86_400, "7d": 604_800, "30d": 2_592_000, "1y": 31_536_000}


def place(text: str) -> int:
    """Return where code for @fal-ai/client, or a fetch, shows in a text, -1 if nowhere."""
    plain = masked(text)
    places = [found.start() for found in (_CALL.search(plain), _FETCH.search(plain)) if found]
    places += [text.find(name) for name in ("@fal-ai/client", "@fal-ai/serverless-client") if name in text]
    return min(places, default=-1)


def read(text: str, hosts: Sequence[Hosts] = ()) -> Found:
    """Return the request that the code makes; raises UnclearError."""
    try:
        return _Reader(text, hosts).found()
    except LiteralError as error:
        raise UnclearError(
            tr("The JavaScript code cannot be read: {error}.").format(error=error),
            tr("Copy it whole, with its last bracket."),
        ) from error


class _Reader:
    """Finds the call of the client in a text."""

    def __init__(self, text: str, hosts: Sequence[Hosts]) -> None:
        self._text, self._hosts = text, hosts
        self._masked = masked(text)
        names = {found[1]: found.end() for found in reversed(list(_NAMED.finditer(self._masked)))}
        self._reader = Reader(text, names)
        self._draft = Draft(tr("JavaScript code"))

    def found(self) -> Found:
        """Return the request; raises UnclearError and LiteralError."""
        calls = [(found, values) for found in _CALL.finditer(self._masked) if (values := self._called(found))]
        if not calls:
            return self._fetched()
        if len(calls) > 1:
            self._draft.note(tr("The first of {count} calls was taken.").format(count=len(calls)))
        call, values = calls[0]
        mode = self._draft.mode = _MODES[re.sub(r"\s", "", call[1])]
        options = values[1] if len(values) > 1 else {}
        if not isinstance(options, dict):
            unknown = options if isinstance(options, Unknown) else Unknown(str(options))
            said = tr("The options were left out: {text} is only known when the code runs.")
            self._draft.note(_unknown(said, unknown))
            options = {}
        self._take_endpoint(mode, str(values[0]), options)
        self._take_input(mode, options)
        for name, value in options.items():
            self._take_option(mode, name, value)
        self._take_settings()
        return self._draft.found()

    def _called(self, found: "re.Match[str]") -> list[Any] | None:
        """Return the arguments of a call that names an endpoint."""
        values = self._reader.arguments(found.start(2))
        is_endpoint = bool(values) and isinstance(values[0], str) and "/" in values[0]
        return values if is_endpoint else None

    def _fetched(self) -> Found:
        for found in _FETCH.finditer(self._masked):
            values = self._reader.arguments(found.start(1))
            if values and isinstance(values[0], str) and addresses.is_address(values[0]):
                return self._take_fetch(values[0], values[1] if len(values) > 1 else {})
        raise UnclearError(
            tr("The JavaScript code calls no endpoint with the fal client."),
            tr("It should hold fal.subscribe(…), run, stream, queue.submit or realtime.connect."),
        )

    def _take_fetch(self, address: str, options: Any) -> Found:
        options = options if isinstance(options, dict) else {}
        fields = options.get("headers")
        fields = known(fields, self._tell) if isinstance(fields, dict) else {}
        wanted = {str(name).lower(): str(value) for name, value in fields.items()}
        is_stream = "text/event-stream" in wanted.get("accept", "")
        addresses.take_address(
            self._draft, wanted.get("x-fal-target-url", address), self._hosts, is_stream=is_stream
        )
        if self._draft.mode is Mode.SUBSCRIBE:
            self._draft.mode = Mode.SUBMIT if "body" in options else Mode.SUBSCRIBE
        for name, value in fields.items():
            headers.take(self._draft, str(name), str(value))
        body = options.get("body")
        if isinstance(body, str):
            try:
                body = json.loads(body)
            except ValueError as error:
                raise UnclearError(
                    tr("The body of the fetch is not JSON."), tr("Paste the JSON itself.")
                ) from error
        if body is not None:
            self._take_arguments(body)
        return self._draft.found()

    def _take_endpoint(self, mode: Mode, given: str, options: dict[str, Any]) -> None:
        draft = self._draft
        if addresses.is_address(given):
            addresses.take_address(draft, given, self._hosts)
            draft.mode = mode
        else:
            addresses.take_id(draft, given)
        url = options.get("url")
        if mode is Mode.STREAM and isinstance(url, str):
            path, _, query = url.partition("?")
            addresses.take_query(draft, query)
            tail = path.partition(draft.endpoint)[2]
            draft.set(path=tail if tail.strip("/") else "")

    def _take_input(self, mode: Mode, options: dict[str, Any]) -> None:
        if mode is not Mode.REALTIME:
            if "input" in options:
                self._take_arguments(options["input"])
            return
        if sent := _SEND.search(self._masked):
            values = self._reader.arguments(sent.start(1))
            self._take_arguments(values[0] if values else None)

    def _take_arguments(self, value: Any) -> None:
        if isinstance(value, Unknown):
            self._tell(tr("The input"), value)
            return
        if not isinstance(value, dict):
            raise UnclearError(
                tr("The input in the JavaScript code is not an object."), tr("Paste it as JSON.")
            )
        self._draft.arguments = headers.without_keys(self._draft, known(value, self._tell))

    def _tell(self, name: str, value: Unknown) -> None:
        self._draft.note(
            _unknown(tr("{name} was left out: {text} is only known when the code runs."), value, name)
        )

    def _take_option(self, mode: Mode, name: str, value: Any) -> None:
        if isinstance(value, Unknown):
            if name in ("abortSignal", "signal") and (found := _TIMEOUT.search(value.text)):
                self._draft.set(client_timeout_s=_seconds(found[1]))
            elif name in _TAKEN:
                self._tell(name, value)
            return
        try:
            self._take_known(mode, name, value)
        except (ValueError, TypeError, KeyError):
            self._draft.note(
                tr("{name} was left out: {value} is not a value for it.").format(
                    name=name, value=str(value)[:60]
                )
            )

    def _take_known(self, mode: Mode, name: str, value: Any) -> None:
        draft = self._draft
        match name:
            case "startTimeout":
                draft.set(start_timeout_s=float(value))
            case "timeout" if mode is not Mode.STREAM:
                draft.set(client_timeout_s=float(value) / 1000)
            case "priority":
                draft.set(priority=Priority(value))
            case "hint":
                draft.set(hint=str(value))
            case "webhookUrl":
                draft.set(webhook_url=str(value))
            case "pollInterval":
                draft.set(status_updates=StatusUpdates.POLL, poll_every_s=float(value) / 1000)
            case "maxBuffering":
                draft.set(max_buffering=int(value))
            case "path" if mode is Mode.REALTIME and value.strip("/") != "realtime":
                draft.set(path=value)
            case "headers":
                for field, content in known(value, self._tell).items():
                    headers.take(draft, str(field), str(content))
            case "queryParams" | "query":
                for field, content in known(value, self._tell).items():
                    draft.add_query(str(field), str(content))
            case "storageSettings":
                self._take_lifetime(value.get("expiresIn"))
            case "method" if str(value).lower() != "post":
                draft.note(tr("It calls with {value}; here it is a POST.").format(value=value))
            case _:
                pass

    def _take_lifetime(self, value: Json) -> None:
        if value in (None, "never"):
            return
        self._draft.set(object_lifetime_s=_LIFETIMES[value] if isinstance(value, str) else int(value))

    def _take_settings(self) -> None:
        """Take what the client's settings add to every request; a key in them stays behind."""
        if key := re.search(r"\bcredentials\s*:\s*[\"'`]", self._text):
            value = self._reader.value(key.end() - 1)[0]
            if value:
                self._draft.note(KEY_LEFT_OUT)
        middle = self._masked.find("requestMiddleware")
        if middle >= 0:
            self._take_middleware(middle)
        if closing := _CLOSING_TIMER.search(self._masked):
            self._draft.set(client_timeout_s=_seconds(closing[1]))

    def _take_middleware(self, begin: int) -> None:
        end = self._reader.closing(self._masked.find("{", begin)) if "{" in self._masked[begin:] else begin
        if found := re.compile(r"\bheaders\s*:\s*(\{)").search(self._masked, begin, end):
            fields = self._reader.value(found.start(1))[0]
            for name, value in known(fields, lambda _name, _value: None).items():
                headers.take(self._draft, str(name), str(value))
        for found in _SEARCH.finditer(self._masked, begin, end):
            given = self._reader.arguments(found.start(1))
            values = [value for value in given if isinstance(value, str)]
            if len(values) == len(given) == 2:
                self._draft.add_query(values[0], values[1])


_TAKEN = frozenset(
    {
        "startTimeout", "timeout", "priority", "hint", "webhookUrl", "pollInterval", "maxBuffering", "headers",
        "queryParams", "storageSettings", "path",
    }
)  # fmt: skip


def _seconds(milliseconds: str) -> float:
    return float(milliseconds.replace("_", "")) / 1000


def _unknown(said: str, value: Unknown, name: str = "") -> str:
    """Return what is said of a value that the code only has when it runs, with the beginning of its text."""
    return said.format(name=name, text=" ".join(value.text.split())[:60])
