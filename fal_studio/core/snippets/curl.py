"""A request for cURL, as a POSIX shell reads it."""

from collections.abc import Sequence
from enum import Enum, auto

from fal_studio.core import options as rules
from fal_studio.core import urls
from fal_studio.core.request import Json, Mode, Profile, ProfileKind, Request, StatusUpdates
from fal_studio.core.snippets import literals
from fal_studio.core.snippets.snippet import LeftOut, Snippet

_LONGEST_WORD = 100_000
"""Linux lets one word of a command have 128 KB; a longer body goes through standard input."""
_JSON_TYPE = "Content-Type: application/json"


class Nothing(Enum):
    """No body at all; None would be JSON's null."""

    NOTHING = auto()


NOTHING = Nothing.NOTHING


def write(request: Request, profile: Profile) -> Snippet:
    """Return the request as shell commands."""
    writer = _Writer(request, profile)
    body = writer.body()
    lines = [*writer.comments, *(f"# {sentence}" for sentence in writer.left_out.sentences()), *body]
    return Snippet(
        "\n".join(lines) + "\n", writer.left_out.names, is_possible=request.mode is not Mode.REALTIME
    )


class _Writer:
    """Puts one request together."""

    def __init__(self, request: Request, profile: Profile) -> None:
        self._request, self._profile = request, profile
        self._options = request.options
        self._limit = request.options.client_timeout_s
        self._query = rules.query_of(request.options, request.mode)
        self._has_key = profile.kind not in (ProfileKind.PROXY, ProfileKind.LOCAL_APP)
        self.left_out = LeftOut(request.options)
        self.comments: list[str] = []
        if self._has_key:
            self.comments.append("# The key is in the environment: FAL_KEY.")
        if profile.kind is ProfileKind.EMULATOR:
            self.comments.append("# The emulator takes any key like name:secret.")
        if profile.kind is ProfileKind.PROXY:
            self.comments.append("# The team proxy holds the key.")

    def body(self) -> list[str]:
        """Return the lines that make the call."""
        match self._request.mode:
            case Mode.RUN:
                url = urls.run_url(self._profile, self._request.endpoint, self._query)
                return self._post(url, limit_s=self._limit)
            case Mode.STREAM:
                url = urls.stream_url(self._profile, self._request.endpoint, self._options.path, self._query)
                return self._post(url, "-N", accept="text/event-stream", limit_s=self._limit)
            case Mode.SUBMIT:
                return self._submit()
            case Mode.SUBSCRIBE:
                return self._subscribe()
            case Mode.REALTIME:
                return self._realtime()

    def _submit(self) -> list[str]:
        self.left_out.silently("status_updates", "poll_every_s")
        url = urls.submit_url(self._profile, self._request.endpoint, self._query)
        later = self._get(self._of_request(""))
        return [
            *self._post(url, limit_s=self._limit),
            "",
            "# Later, with the request_id of the answer:",
            *(f"# {line}" for line in later),
        ]

    def _subscribe(self) -> list[str]:
        url = urls.submit_url(self._profile, self._request.endpoint, self._query)
        post = self._post(url, "-sS")
        is_stream = self._options.status_updates is StatusUpdates.STREAM
        if is_stream:
            self.left_out.silently("poll_every_s")
        return [
            f"ANSWER=$({post[0]}",
            *post[1:-1],
            f"{post[-1]})" if post[-1] != "JSON" else "JSON\n)",
            'echo "$ANSWER"',
            'REQUEST_ID=$(printf \'%s\' "$ANSWER" | sed -n \'s/.*"request_id": *"\\([^"]*\\)".*/\\1/p\')',
            "",
            *(self._watch() if is_stream else self._ask()),
            "",
            *self._get(self._of_request("")),
        ]

    def _watch(self) -> list[str]:
        """Return the lines that read the status stream, which ends when the request is completed."""
        limit = [] if self._limit is None else [f"--max-time {literals.number(self._limit)}"]
        watch = self._get(self._of_request(f"/status/stream?logs={int(self._options.logs)}"), "-sSN", *limit)
        if self._limit is None:
            return watch
        return [*watch[:-1], f"{watch[-1]} ||", *(f"  {line}" for line in self._cancel())]

    def _ask(self) -> list[str]:
        """Return the lines that ask for the status until the request is completed."""
        status = self._get(self._of_request(f"/status?logs={int(self._options.logs)}"), "-sS")
        pause = f"  sleep {literals.number(self._options.poll_every_s)}"
        loop = [
            f"while {status[0]}",
            *status[1:-1],
            f"{status[-1]} | grep -qE '\"IN_(QUEUE|PROGRESS)\"'; do",
        ]
        if self._limit is None:
            return [*loop, pause, "done"]
        return [
            f"END=$(($(date +%s) + {max(1, round(self._limit))}))",
            *loop,
            '  if [ "$(date +%s)" -ge "$END" ]; then',
            *(f"    {line}" for line in self._cancel()),
            "    break",
            "  fi",
            pause,
            "done",
        ]

    def _cancel(self) -> list[str]:
        return self._get(self._of_request("/cancel"), "-sS -X PUT")

    def _realtime(self) -> list[str]:
        """Return the nearest thing that cURL can do: the token, and the address that it opens."""
        alias = urls.parse(self._request.endpoint).alias
        wish = {"allowed_apps": [alias], "token_expiration": self._options.token_lifetime_s}
        post = self._command(urls.tokens_url(self._profile), "-sS", headers=[_JSON_TYPE], body=wish)
        url = urls.realtime_url(self._profile, self._request.endpoint, self._options.path, self._query)
        joint = "&" if self._query else "?"
        self.comments = [
            "# cURL cannot hold a realtime session: inputs and answers are MessagePack over a WebSocket.",
            "# Python and JavaScript can. The nearest thing here: the token, and the address that it opens.",
            *self.comments,
        ]
        return [
            f"TOKEN=$({post[0]}",
            *post[1:-1],
            f"{post[-1]} | tr -d '\"')",
            f'echo "{url}{joint}fal_jwt_token=$TOKEN"',
        ]

    def _of_request(self, tail: str) -> str:
        """Return the address of the queue's request, whose id is in REQUEST_ID."""
        base = urls.ticket_urls(self._profile, self._request.endpoint, "id")[1].removesuffix("id")
        return f"{base}$REQUEST_ID{tail}"

    def _get(self, url: str, *flags: str) -> list[str]:
        return self._command(url, *flags)

    def _post(self, url: str, *flags: str, accept: str = "", limit_s: float | None = None) -> list[str]:
        headers = rules.headers_of(self._options, is_queue=self._request.mode in rules.QUEUED)
        lines = [_JSON_TYPE, *([f"Accept: {accept}"] if accept else [])]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        limit = [] if limit_s is None else [f"--max-time {literals.number(limit_s)}"]
        return self._command(url, *flags, *limit, headers=lines, body=self._request.arguments)

    def _command(
        self, url: str, *flags: str, headers: Sequence[str] = (), body: Json | Nothing = NOTHING
    ) -> list[str]:
        """Return one command as lines."""
        target = url
        parts: list[str] = []
        if self._profile.kind is ProfileKind.PROXY:
            url = self._profile.proxy_url
            parts.append(f"-H {_quoted(f'x-fal-target-url: {target}')}")
        if self._has_key:
            parts.append('-H "Authorization: Key $FAL_KEY"')
        parts += [f"-H {_single(header)}" for header in headers]
        parts.insert(0, " ".join(["curl", *flags, _quoted(url)]))
        if body is NOTHING:
            return _joined(parts)
        text = literals.json_text(body, 1)
        if len(text.encode(errors="replace")) > _LONGEST_WORD:
            return [*_joined([*parts, "-d @- <<'JSON'"]), *literals.json_text(body).split("\n"), "JSON"]
        return _joined([*parts, f"-d {_single(text)}"])


def _joined(parts: list[str]) -> list[str]:
    """Return one command over several lines."""
    return "\n".join([" \\\n  ".join(parts)]).split("\n")


def _single(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _quoted(text: str) -> str:
    """Quote an address, in which a shell variable may stand."""
    return f'"{text}"' if "$" in text else _single(text)
