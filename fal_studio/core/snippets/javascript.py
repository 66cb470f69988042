"""A request for @fal-ai/client, the official JavaScript client.

What its functions take and send: libs/client of version 1.10.1.
"""

from fal_studio.core import options as rules
from fal_studio.core import urls
from fal_studio.core.options import LIFECYCLE_HEADER
from fal_studio.core.request import Hosts, Mode, Profile, ProfileKind, Request, StatusUpdates
from fal_studio.core.snippets import literals
from fal_studio.core.snippets.snippet import LeftOut, Snippet

_HEAD = ("// npm install @fal-ai/client", "// The key is in the environment: FAL_KEY.")
_NO_SESSION = "@fal-ai/client's sessions take no"
_ON_UPDATE = """(update) => {
    const logs = update.logs ?? [];
    for (const log of logs.slice(shown)) console.log(log.message);
    shown = Math.max(shown, logs.length);
  }"""
_ON_RESULT = """(result) => {
    console.log(result);
    connection.close();
  }"""
_ON_RESULT_IN_TIME = _ON_RESULT.replace(
    "connection.close();", "connection.close();\n    clearTimeout(limit);"
)
_ON_ERROR = """(error) => {
    if (error.status === 1005) return; // our own close
    console.error(error);
    connection.close();
  }"""


def write(request: Request, profile: Profile) -> Snippet:
    """Return the request as JavaScript, for Node 22 and newer."""
    writer = _Writer(request, profile)
    body = writer.body()
    head = [*_HEAD, *writer.comments, *(f"// {sentence}" for sentence in writer.left_out.sentences())]
    lines = [*head, 'import { fal } from "@fal-ai/client";', "", *writer.setting(), *body]
    return Snippet("\n".join(lines) + "\n", writer.left_out.names)


class _Writer:
    """Puts one request together."""

    def __init__(self, request: Request, profile: Profile) -> None:
        self._request, self._profile = request, profile
        self._options = request.options
        self._mode = request.mode
        self._headers = rules.headers_of(request.options, is_queue=request.mode in rules.QUEUED)
        self._query = rules.query_of(request.options, request.mode)
        self._middle: list[str] = []
        """What the middleware adds to every request."""
        self.left_out = LeftOut(request.options)
        self.comments: list[str] = []
        if not literals.is_exact_in_javascript(request.arguments):
            self.comments.append("// JavaScript rounds the integers here that have more than 15 digits.")
        if profile.kind is ProfileKind.EMULATOR:
            self.comments.append("// The emulator takes any key like name:secret.")

    def setting(self) -> list[str]:
        """Return the lines that set the client up; to be asked after `body`."""
        lines: list[str] = []
        entries: list[str] = []
        if self._has_other_hosts:
            lines += [*self._hosts(), ""]
        if self._profile.kind is ProfileKind.PROXY:
            url = literals.javascript_text(self._profile.proxy_url)
            entries += [
                '  credentials: "", // the team proxy holds the key',
                f'  proxyUrl: {{ url: {url}, when: "always" }},',
            ]
        if self._has_other_hosts or self._middle or self._moves_query:
            entries += self._middleware()
        if entries:
            lines += ["fal.config({", *entries, "});", ""]
        if self._mode is Mode.REALTIME and self._has_other_hosts:
            lines += self._socket()
        return lines

    def body(self) -> list[str]:
        """Return the lines that make the call."""
        match self._mode:
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

    @property
    def _has_other_hosts(self) -> bool:
        return self._profile.kind is not ProfileKind.PROXY and self._profile.hosts != Hosts()

    def _run(self) -> list[str]:
        named = self._deadline() | self._lifetime() | self._signal("abortSignal")
        self._through_middleware("fal.run")
        return [*self._call("const result = await fal.run", named), "console.log(result.data);"]

    def _subscribe(self) -> list[str]:
        options = self._options
        named = self._queued()
        lines = ["let shown = 0;"] if options.logs else []
        limit = options.client_timeout_s
        if options.status_updates is StatusUpdates.POLL:
            named["pollInterval"] = _milliseconds(options.poll_every_s)
        else:
            self.left_out.silently("poll_every_s")
            if limit is None:
                named["mode"] = '"streaming"'
            else:
                lines.insert(
                    0, "// Asks for the status: while it streams, this client cannot report its time limit."
                )
        if limit is not None:
            named["timeout"] = _milliseconds(limit)
        if options.logs:
            named |= {"logs": "true", "onQueueUpdate": _ON_UPDATE}
        return [*lines, *self._call("const result = await fal.subscribe", named), "console.log(result.data);"]

    def _submit(self) -> list[str]:
        self.left_out.silently("status_updates", "poll_every_s")
        named = self._queued() | self._signal("abortSignal")
        endpoint = literals.javascript_text(self._request.endpoint)
        return [
            *self._call("const { request_id: requestId } = await fal.queue.submit", named),
            "console.log(requestId);",
            "",
            "// Later, from anywhere:",
            f"// const status = await fal.queue.subscribeToStatus({endpoint}, {{ requestId }});",
            f"// const result = await fal.queue.result({endpoint}, {{ requestId }});",
        ]

    def _stream(self) -> list[str]:
        named: dict[str, str] = {}
        url = urls.stream_url(Profile("fal"), self._request.endpoint, self._options.path, self._query)
        usual = urls.stream_url(Profile("fal"), self._request.endpoint, None, self._query)
        if url != usual:
            named["url"] = literals.javascript_text(url)
        elif self._query:
            named["queryParams"] = literals.javascript(self._query, 1)
        named |= self._signal("signal")
        self._through_middleware("fal.stream")
        call = self._call("const stream = await fal.stream", named)
        if self._options.client_timeout_s is None:
            return [*call, "for await (const event of stream) {", "  console.log(event);", "}"]
        # The client's iterator does not end when it is aborted; done() does.
        return [*call, 'stream.on("data", (event) => console.log(event));', "await stream.done();"]

    def _realtime(self) -> list[str]:
        options = self._options
        self.left_out.note_if_set("query", f"{_NO_SESSION} query.")
        self.left_out.note_if_set("headers", f"{_NO_SESSION} headers.")
        self.left_out.note_if_set(
            "reconnect_limit", "@fal-ai/client opens a session again with the next input."
        )
        self.left_out.silently("reconnect_after_s", "ping_every_s")
        self.left_out.note_if_set("token_lifetime_s", "@fal-ai/client asks for 120 s.")
        named = self._realtime_path()
        if options.max_buffering is not None:
            named["maxBuffering"] = str(options.max_buffering)
        limit = options.client_timeout_s
        named |= {"onResult": _ON_RESULT if limit is None else _ON_RESULT_IN_TIME, "onError": _ON_ERROR}
        endpoint = literals.javascript_text(self._request.endpoint)
        lines = [f"const connection = fal.realtime.connect({endpoint}, {{", *_entries(named), "});"]
        lines.append(f"connection.send({literals.javascript(self._request.arguments)});")
        if limit is not None:
            lines.append(f"const limit = setTimeout(() => connection.close(), {_milliseconds(limit)});")
        return "\n".join(lines).split("\n")

    def _realtime_path(self) -> dict[str, str]:
        path = self._options.path
        if path is None:
            return {}
        if path.strip("/"):
            return {"path": literals.javascript_text(f"/{path.strip('/')}")}
        if not f"/{self._request.endpoint}".endswith("/realtime"):
            self.left_out.note("path", "@fal-ai/client always adds /realtime.")
        return {}

    def _queued(self) -> dict[str, str]:
        """Return what both ways through the queue take."""
        options = self._options
        named: dict[str, str] = {}
        if options.priority is not None:
            named["priority"] = literals.javascript_text(options.priority.value)
        self._headers.pop("X-Fal-Queue-Priority", "")
        if hint := self._headers.pop("X-Fal-Runner-Hint", ""):
            named["hint"] = literals.javascript_text(hint)
        named |= self._deadline() | self._lifetime()
        if options.webhook_url:
            named["webhookUrl"] = literals.javascript_text(options.webhook_url)
        if self._headers:
            named["headers"] = literals.javascript(dict(self._headers), 1)
        return named

    def _deadline(self) -> dict[str, str]:
        start = self._options.start_timeout_s
        if start is None or start <= rules.SHORTEST_START_S:
            return {}  # what the client refuses goes as a plain header
        del self._headers["X-Fal-Request-Timeout"]
        return {"startTimeout": literals.number(start)}

    def _lifetime(self) -> dict[str, str]:
        lifetime = self._options.object_lifetime_s
        if lifetime is None:
            return {}
        del self._headers[LIFECYCLE_HEADER]
        return {"storageSettings": f"{{ expiresIn: {lifetime} }}"}

    def _signal(self, name: str) -> dict[str, str]:
        limit = self._options.client_timeout_s
        return {} if limit is None else {name: f"AbortSignal.timeout({_milliseconds(limit)})"}

    def _call(self, start: str, named: dict[str, str]) -> list[str]:
        endpoint = literals.javascript_text(self._request.endpoint)
        named = {"input": literals.javascript(self._request.arguments, 1)} | named
        return "\n".join([f"{start}({endpoint}, {{", *_entries(named), "});"]).split("\n")

    def _through_middleware(self, function: str) -> None:
        if self._headers:
            self.comments.append(f"// {function} takes no headers, so they are added to every request.")
            self._middle += [
                "    headers: {",
                "      ...request.headers,",
                *(
                    f"      {literals.javascript_text(name.lower())}: {literals.javascript_text(value)},"
                    for name, value in self._headers.items()
                ),
                "    },",
            ]

    @property
    def _moves_query(self) -> bool:
        """Whether the query has to be added to the URL on its way."""
        return bool(self._own_query) and self._mode in (Mode.RUN, *rules.QUEUED)

    @property
    def _own_query(self) -> dict[str, str]:
        return self._options.query

    def _hosts(self) -> list[str]:
        hosts = self._profile.hosts
        table = {"fal.run": hosts.run, "queue.fal.run": hosts.queue, "rest.fal.ai": hosts.rest}
        wanted = {
            Mode.RUN: ("fal.run",),
            Mode.STREAM: ("fal.run",),
            Mode.SUBSCRIBE: ("queue.fal.run",),
            Mode.SUBMIT: ("queue.fal.run",),
            Mode.REALTIME: ("fal.run", "rest.fal.ai"),
        }[self._mode]
        lines = ["// Without this it calls fal's own hosts."]
        entries = [
            f"  {literals.javascript_text(name)}: {literals.javascript_text(table[name])}," for name in wanted
        ]
        return [*lines, "const hosts = {", *entries, "};"]

    def _middleware(self) -> list[str]:
        lines = (
            ["  requestMiddleware: async (request) => {"]
            if self._changes_url
            else ["  requestMiddleware: async (request) => ({"]
        )
        if not self._changes_url:
            return [*lines, "    ...request,", *self._middle, "  }),"]
        lines.append("    const url = new URL(request.url);")
        if self._moves_query:
            lines.append('    if (request.method === "POST") {')
            lines += [
                f"      url.searchParams.set({literals.javascript_text(name)}, {literals.javascript_text(value)});"
                for name, value in self._own_query.items()
            ]
            lines.append("    }")
        address = "hosts[url.hostname] + url.pathname + url.search" if self._has_other_hosts else "url.href"
        if not self._middle:
            return [*lines, f"    return {{ ...request, url: {address} }};", "  },"]
        inner = [f"  {line}" for line in self._middle]
        return [
            *lines,
            "    return {",
            "      ...request,",
            f"      url: {address},",
            *inner,
            "    };",
            "  },",
        ]

    @property
    def _changes_url(self) -> bool:
        return self._has_other_hosts or self._moves_query

    def _socket(self) -> list[str]:
        return [
            "globalThis.WebSocket = class extends WebSocket {",
            "  constructor(address) {",
            "    const url = new URL(address);",
            '    super(hosts[url.hostname].replace("http", "ws") + url.pathname + url.search);',
            "  }",
            "};",
            "",
        ]


def _entries(named: dict[str, str]) -> list[str]:
    return [f"  {name}: {value}," for name, value in named.items()]


def _milliseconds(seconds: float) -> str:
    return literals.number(round(seconds * 1000))
