"""A request for fal-client, the official Python client, sync and async.

What its functions take and send: fal_client/client.py of version 1.0.3.
"""

from urllib.parse import urlencode

from fal_studio.core import options as rules
from fal_studio.core.request import Mode, Profile, ProfileKind, Request, StatusUpdates
from fal_studio.core.snippets import literals
from fal_studio.core.snippets.snippet import LeftOut, Snippet

_HEAD = ("# pip install fal-client", "# The key is in the environment: FAL_KEY.")
_NO_SESSION = "fal_client's sessions take no"
_ON_UPDATE = """
shown = []


def on_queue_update(update):
    logs = getattr(update, "logs", None) or []
    for log in logs[len(shown) :]:
        shown.append(log)
        print(log["message"])
"""


def write(request: Request, profile: Profile, *, is_async: bool) -> Snippet:
    """Return the request as Python."""
    writer = _Writer(request, profile, is_async=is_async)
    body = writer.body()
    head = [*_HEAD, *writer.setting(), *(f"# {sentence}" for sentence in writer.left_out.sentences())]
    imports = ["import asyncio", ""] if is_async else []
    imports += ["import fal_client", *(["import fal_client.client"] if writer.constants() else [])]
    lines = [*head, *imports, *writer.constants()]
    if writer.shows_logs:
        lines.append(_ON_UPDATE)
    if is_async:
        lines += ["", ""] if not writer.shows_logs else [""]
        lines += ["async def main():", "    client = fal_client.AsyncClient()"]
        lines += [f"    {line}" if line else "" for line in body]
        lines += ["", "", "asyncio.run(main())"]
    else:
        lines += ["", *body]
    return Snippet("\n".join(lines) + "\n", writer.left_out.names)


class _Writer:
    """Puts one request together."""

    def __init__(self, request: Request, profile: Profile, *, is_async: bool) -> None:
        self._request, self._profile = request, profile
        self._options = request.options
        self._is_async = is_async
        self._headers = rules.headers_of(request.options, is_queue=request.mode in rules.QUEUED)
        self.left_out = LeftOut(request.options)

    @property
    def shows_logs(self) -> bool:
        """Whether the code prints the call's logs."""
        return self._request.mode is Mode.SUBSCRIBE and self._options.logs

    def setting(self) -> list[str]:
        """Return comments about the place that is called."""
        match self._profile.kind:
            case ProfileKind.PROXY:
                return [
                    "# A team proxy holds this profile's key, and fal_client cannot use one: this calls fal itself."
                ]
            case ProfileKind.EMULATOR:
                return ["# The emulator takes any key like name:secret."]
            case _:
                return []

    def constants(self) -> list[str]:
        """Return the lines that point the client at hosts that are not fal's."""
        hosts = self._profile.hosts
        run, queue = f"{hosts.run}/", f"{hosts.queue}/"
        wanted: dict[Mode, dict[str, str]] = {
            Mode.RUN: {"RUN_URL_FORMAT": run},
            Mode.STREAM: {"RUN_URL_FORMAT": run},
            Mode.SUBSCRIBE: {"QUEUE_URL_FORMAT": queue},
            Mode.SUBMIT: {"QUEUE_URL_FORMAT": queue},
            Mode.REALTIME: {
                "REALTIME_URL_FORMAT": "ws" + run.removeprefix("http"),
                "REST_URL": hosts.rest,
            },
        }
        if self._profile.kind is ProfileKind.PROXY or hosts == type(hosts)():
            return []
        return [
            "",
            "# Without this it calls fal's own hosts.",
            *(
                f"fal_client.client.{name} = {literals.python_text(value)}"
                for name, value in wanted[self._request.mode].items()
            ),
        ]

    def body(self) -> list[str]:
        """Return the lines that make the call."""
        match self._request.mode:
            case Mode.RUN:
                return self._run()
            case Mode.SUBSCRIBE:
                return self._subscribe()
            case Mode.SUBMIT:
                return self._submit()
            case Mode.STREAM:
                return self._stream()
            case Mode.REALTIME:
                return self._realtime()

    def _run(self) -> list[str]:
        named = self._deadline() | self._hint()
        if not self._is_async and (limit := self._options.client_timeout_s) is not None:
            if "start_timeout" in named:
                named["timeout"] = literals.number(limit)
            else:
                self.left_out.note(
                    "client_timeout_s",
                    "fal_client would send a run that timed out again, up to ten times, and each may be paid.",
                )
        comments, endpoint = self._endpoint(self._request.endpoint)
        call = self._call("run", endpoint, named | self._header_argument())
        return self._limited([*comments, *self._assigned("result", call), "print(result)"])

    def _subscribe(self) -> list[str]:
        options = self._options
        named = self._deadline() | self._hint() | self._priority()
        comments, endpoint = self._endpoint(self._request.endpoint)
        if options.client_timeout_s is not None:
            named["client_timeout"] = literals.number(options.client_timeout_s)
            if "start_timeout" not in named:
                comments.append("# fal_client sends the time limit as fal's start deadline too.")
        named |= self._header_argument()
        if options.status_updates is StatusUpdates.POLL:
            named["interval"] = literals.number(options.poll_every_s)
        else:
            comments.append("# fal_client has no status stream: it asks again and again.")
            self.left_out.silently("poll_every_s")
        if options.logs:
            named |= {"with_logs": "True", "on_queue_update": "on_queue_update"}
        call = self._call("subscribe", endpoint, named)
        return [*comments, *self._assigned("result", call), "print(result)"]

    def _submit(self) -> list[str]:
        named = self._deadline() | self._hint() | self._priority()
        if self._options.webhook_url and not self._options.query:
            named["webhook_url"] = literals.python_text(self._options.webhook_url)
        if not self._is_async:
            self._no_limit()
        self.left_out.silently("status_updates", "poll_every_s")
        comments, endpoint = self._endpoint(self._request.endpoint)
        call = self._call("submit", endpoint, named | self._header_argument())
        collect = f"result({literals.python_text(self._request.endpoint)}, handle.request_id)"
        return [
            *self._limited([*comments, *self._assigned("handle", call), "print(handle.request_id)"]),
            "",
            "# Later, from anywhere:",
            f"# result = {self._owner}{collect}",
        ]

    def _stream(self) -> list[str]:
        endpoint, path = self._below("/stream")
        comments, endpoint = self._endpoint(endpoint)
        path = "" if comments else path
        named = {} if path == "/stream" else {"path": literals.python_text(path)}
        if not self._is_async:
            self._no_limit()
        call = self._call("stream", endpoint, named | self._header_argument())
        call = call.removeprefix("await ")
        word = "async for" if self._is_async else "for"
        return self._limited([*comments, *f"{word} event in {call}:\n    print(event)".split("\n")])

    def _realtime(self) -> list[str]:
        options = self._options
        self.left_out.note_if_set("query", f"{_NO_SESSION} query.")
        self.left_out.note_if_set("headers", f"{_NO_SESSION} headers.")
        self.left_out.note_if_set("reconnect_limit", "fal_client opens a session once.")
        self.left_out.silently("reconnect_after_s", "ping_every_s")
        if not self._is_async:
            self._no_limit()
        endpoint, path = self._below("/realtime")
        parts = [literals.python_text(endpoint)]
        if path != "/realtime":
            parts.append(f"path={literals.python_text(path)}")
        if options.max_buffering is not None:
            parts.append(f"max_buffering={options.max_buffering}")
        if options.token_lifetime_s != type(options)().token_lifetime_s:
            parts.append(f"token_expiration={options.token_lifetime_s}")
        word, wait = ("async with", "await ") if self._is_async else ("with", "")
        arguments = literals.python(self._request.arguments, 1)
        return self._limited(
            [
                f"{word} {self._owner.removeprefix('await ')}realtime({', '.join(parts)}) as connection:",
                *f"    {wait}connection.send({arguments})".split("\n"),
                f"    result = {wait}connection.recv()",
                "    print(result)",
            ]
        )

    def _below(self, usual: str) -> tuple[str, str]:
        """Return the endpoint and its sub-path with a slash in front; no doubled `/stream` where the id has it."""
        endpoint, path = self._request.endpoint.strip("/"), self._options.path
        if path is None:
            return endpoint, "" if f"/{endpoint}".endswith(usual) else usual
        path = path.strip("/")
        return endpoint, f"/{path}" if path else ""

    def _endpoint(self, endpoint: str) -> tuple[list[str], str]:
        """Return comments and the first argument; a query rides on the id, which is appended to the host as it is."""
        query = rules.query_of(self._options, self._request.mode)
        is_native = self._request.mode is Mode.SUBMIT and not self._options.query
        if not query or is_native:
            return [], endpoint
        what = "a webhook" if not self._options.query else "query parameters"
        comment = f"# fal_client.{self._request.mode} takes no {what}: the query stands behind the id."
        if self._request.mode is Mode.STREAM:
            endpoint += self._below("/stream")[1]
        return [comment], f"{endpoint}?{urlencode(query)}"

    def _call(self, function: str, endpoint: str, named: dict[str, str]) -> str:
        lines = [f"{self._owner}{function}("]
        lines.append(f"    {literals.python_text(endpoint)},")
        lines.append(f"    arguments={literals.python(self._request.arguments, 1)},")
        lines += [f"    {name}={value}," for name, value in named.items()]
        return "\n".join([*lines, ")"])

    @property
    def _owner(self) -> str:
        return "await client." if self._is_async else "fal_client."

    def _assigned(self, name: str, call: str) -> list[str]:
        return f"{name} = {call}".split("\n")

    def _deadline(self) -> dict[str, str]:
        start = self._options.start_timeout_s
        if start is None or start <= rules.SHORTEST_START_S:
            return {}  # what fal_client refuses goes as a plain header
        del self._headers["X-Fal-Request-Timeout"]
        return {"start_timeout": literals.number(start)}

    def _hint(self) -> dict[str, str]:
        hint = self._headers.pop("X-Fal-Runner-Hint", "")
        return {"hint": literals.python_text(hint)} if hint else {}

    def _priority(self) -> dict[str, str]:
        priority = self._headers.pop("X-Fal-Queue-Priority", "")
        return {"priority": literals.python_text(priority)} if priority else {}

    def _header_argument(self) -> dict[str, str]:
        return {"headers": literals.python(dict(self._headers), 1)} if self._headers else {}

    def _no_limit(self) -> None:
        self.left_out.note_if_set(
            "client_timeout_s",
            f"fal_client's {self._request.mode} has no such limit; the async one can have it.",
        )

    def _limited(self, lines: list[str]) -> list[str]:
        """Put the async call under its time limit."""
        limit = self._options.client_timeout_s
        if not self._is_async or limit is None:
            return lines
        return [f"async with asyncio.timeout({literals.number(limit)}):", *(f"    {line}" for line in lines)]
