"""Pasted text becomes the request it means: our own code comes back whole, others' as much as can be known, secrets never."""

import contextlib
import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.core import options as rules
from fal_studio.core import urls
from fal_studio.core.paste import link
from fal_studio.core.paste import text as paste
from fal_studio.core.paste.found import KEY_LEFT_OUT, Found, UnclearError
from fal_studio.core.paste.literals import LiteralError, Reader, known, masked
from fal_studio.core.paste.shell import commands
from fal_studio.core.request import (
    Hosts,
    Mode,
    Options,
    Priority,
    Profile,
    ProfileKind,
    Request,
    StatusUpdates,
)
from fal_studio.core.snippets import literals
from fal_studio.core.snippets.snippet import Language
from fal_studio.core.snippets.write import snippet
from tests.core.test_snippets import JSON, TEXT

BASE = "http://127.0.0.1:9000"
EMULATOR = Profile("emulator", ProfileKind.EMULATOR, Hosts(f"{BASE}/run", f"{BASE}/queue", f"{BASE}/rest"))
FAL = Profile("fal")
PROXY = Profile("team", ProfileKind.PROXY, proxy_url="https://example.com/api/fal/proxy")
KEY = "0198a1b2-c3d4:aabbccddeeff00112233"

PLAIN = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=12)
NAMES = st.from_regex(r"x-[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(
    lambda name: not name.startswith("x-fal")
)
TIMES = st.floats(1.5, 9999).map(lambda value: round(value, 2))
OPTIONS = st.builds(
    Options,
    start_timeout_s=st.none() | TIMES | st.just(0.5),
    client_timeout_s=st.none() | st.integers(1, 9999).map(float),
    hint=st.just("") | PLAIN,
    priority=st.none() | st.sampled_from(Priority),
    webhook_url=st.sampled_from(["", "https://example.com/hook?a=1&b=%20c"]),
    no_retry=st.booleans(),
    store_io=st.none() | st.booleans(),
    object_lifetime_s=st.none() | st.integers(1, 10**8),
    headers=st.dictionaries(NAMES, PLAIN, max_size=2),
    path=st.none() | st.sampled_from(["", "/other", "/stream", "/realtime", "/a/b"]),
    status_updates=st.sampled_from(StatusUpdates),
    poll_every_s=st.sampled_from([0.5, 0.2, 3.0]),
    max_buffering=st.none() | st.integers(1, 60),
    reconnect_limit=st.integers(0, 9),
    query=st.dictionaries(
        st.sampled_from(["a", "b c", "ü"]), TEXT.filter(lambda t: "\x00" not in t), max_size=2
    ),
)
ENDPOINTS = st.sampled_from(
    ["fal-ai/flux/dev", "a/b", "workflows/me/mine/v2", "a/b/stream", "a/b/realtime", "bria/x.v1-6/y"]
)


def wire(request: Request) -> tuple[Any, ...]:
    """Return everything that a call of the request sends, and how it is followed."""
    options = rules.effective(request.options, request.mode)
    query = rules.query_of(options, request.mode)
    url = {
        Mode.RUN: lambda: urls.run_url(FAL, request.endpoint, query),
        Mode.STREAM: lambda: urls.stream_url(FAL, request.endpoint, options.path, query),
        Mode.REALTIME: lambda: urls.realtime_url(FAL, request.endpoint, options.path, query),
    }.get(request.mode, lambda: urls.submit_url(FAL, request.endpoint, query))()
    headers = {
        name.lower(): value
        for name, value in rules.headers_of(options, is_queue=request.mode in rules.QUEUED).items()
    }
    other = (options.client_timeout_s, options.status_updates, options.poll_every_s, options.reconnect_limit)
    return request.mode, url, headers, json.dumps(request.arguments, sort_keys=True), other


def request_of(found: Found) -> Request:
    assert found.mode is not None
    return Request(found.endpoint, found.mode, found.arguments, options=found.options)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(Language),
    st.sampled_from(Mode),
    ENDPOINTS,
    st.dictionaries(TEXT, JSON, max_size=4),
    OPTIONS,
    st.sampled_from([EMULATOR, FAL, PROXY]),
)
def test_our_own_code_is_read_back_as_the_request_it_was(
    language: Language,
    mode: Mode,
    endpoint: str,
    arguments: dict[str, Any],
    options: Options,
    profile: Profile,
) -> None:
    request = Request(endpoint, mode, arguments, options=rules.effective(options, mode))
    if language is Language.CURL and f"/{endpoint}".endswith(("/stream", "/realtime")):
        return  # an address alone does not tell a sub-path from the id
    code = snippet(request, profile, language)
    if not code.is_possible:
        with pytest.raises(UnclearError):
            paste.read(code.text, [EMULATOR.hosts])
        return
    found = paste.read(code.text, [EMULATOR.hosts])
    plain = {name: getattr(Options(), name) for name in code.left_out}
    said = msgspec.structs.replace(request, options=msgspec.structs.replace(request.options, **plain))
    assert wire(request_of(found)) == wire(said), code.text
    assert found.notes == ()


@pytest.mark.parametrize(
    ("text", "endpoint", "mode"),
    [
        ("fal-ai/flux/dev", "fal-ai/flux/dev", None),
        ("  /fal-ai/flux/dev/ \n", "fal-ai/flux/dev", None),
        ('"fal-ai/flux/dev",', "fal-ai/flux/dev", None),
        ("1234-my-app", "1234/my-app", None),
        ("https://fal.ai/models/fal-ai/flux/dev", "fal-ai/flux/dev", None),
        ("https://fal.ai/models/fal-ai/flux/dev/playground?x=1#y", "fal-ai/flux/dev", None),
        ("https://fal.ai/models/fal-ai/flux/dev/api", "fal-ai/flux/dev", None),
        ("https://www.fal.ai/models/fal-ai/kling-video/v1.6/pro/image-to-video/api", "fal-ai/kling-video/v1.6/pro/image-to-video", None),
        ("https://fal.ai/models/fal-ai/flux/dev/llms.txt", "fal-ai/flux/dev", None),
        ("https://fal.ai/workflows/me/mine/edit", "workflows/me/mine", None),
        ("https://fal.ai/api/openapi/queue/openapi.json?endpoint_id=fal-ai/flux/dev", "fal-ai/flux/dev", None),
        ("https://fal.run/fal-ai/flux/dev", "fal-ai/flux/dev", Mode.RUN),
        ("https://fal.run/fal-ai/flux/dev/stream", "fal-ai/flux/dev", Mode.STREAM),
        ("wss://fal.run/fal-ai/fast-lcm-diffusion/realtime?fal_jwt_token=x", "fal-ai/fast-lcm-diffusion", Mode.REALTIME),
        ("https://queue.fal.run/fal-ai/flux/dev", "fal-ai/flux/dev", Mode.SUBSCRIBE),
        ("https://queue.fal.run/fal-ai/flux/requests/0198a1b2/status", "fal-ai/flux", Mode.SUBSCRIBE),
        (f"{BASE}/queue/emulator/image", "emulator/image", Mode.SUBSCRIBE),
        (f"{BASE}/run/emulator/chat/stream", "emulator/chat", Mode.STREAM),
        ("http://localhost:1234/run/emulator/image", "emulator/image", Mode.RUN),
        ('{"request_id": "r", "response_url": "https://queue.fal.run/fal-ai/flux/requests/r"}', "fal-ai/flux", Mode.SUBSCRIBE),
    ],
)  # fmt: skip
def test_names_and_addresses(text: str, endpoint: str, mode: Mode | None) -> None:
    found = paste.read(text, [EMULATOR.hosts])
    assert (found.endpoint, found.mode, found.arguments) == (endpoint, mode, None)


def test_what_an_address_carries_is_taken_or_told() -> None:
    found = paste.read("https://queue.fal.run/a/b?fal_webhook=https%3A%2F%2Fe.com%2F&x=1&fal_jwt_token=t")
    assert (found.options.webhook_url, found.options.query) == ("https://e.com/", {"x": "1"})
    assert found.notes == ("The token in its address was left out.",)


CURLS = {
    "one line": "curl -X POST https://fal.run/fal-ai/flux/dev -d '{\"prompt\": \"a\"}'",
    "fal's documentation": """curl --request POST \\
     --url https://fal.run/fal-ai/flux/dev \\
     --header "Authorization: Key $FAL_KEY" \\
     --header "Content-Type: application/json" \\
     --data '{
     "prompt": "a"
   }'""",
    "double quotes": 'curl "https://fal.run/fal-ai/flux/dev" --data-raw "{\\"prompt\\": \\"a\\"}"',
    "cmd": 'curl "https://fal.run/fal-ai/flux/dev" ^\r\n  -H "content-type: application/json" ^\r\n  --data-raw "{\\"prompt\\":\\"a\\"}"',
    "cmd of a browser": 'curl ^"https://fal.run/fal-ai/flux/dev^" ^\r\n  -H ^"origin: https://fal.ai^" ^\r\n  --data-raw ^"^{^\\^"prompt^\\^":^\\^"a^\\^"^}^"',
    "PowerShell": "curl.exe -X POST `\r\n  'https://fal.run/fal-ai/flux/dev' `\r\n  -d '{\"prompt\": \"a\"}'",
    "PowerShell, old": "curl.exe https://fal.run/fal-ai/flux/dev `\n  -d '{\\\"prompt\\\": \\\"a\\\"}'".replace("\\\"", '"'),
    "ANSI quotes": "curl https://fal.run/fal-ai/flux/dev -d $'{\"prompt\": \"\\u0061\"}'",
    "a here document": "curl https://fal.run/fal-ai/flux/dev -d @- <<EOF\n{\"prompt\":\n \"a\"}\nEOF\necho done",
    "--json": "curl --json '{\"prompt\":\"a\"}' fal.run/fal-ai/flux/dev",
    "glued flags": "curl -sSXPOST -d'{\"prompt\":\"a\"}' https://fal.run/fal-ai/flux/dev",
    "in a fence": "```bash\n$ curl https://fal.run/fal-ai/flux/dev -d '{\"prompt\":\"a\"}'\n```",
    "curly quotes": "curl “https://fal.run/fal-ai/flux/dev” -d ‘{“prompt”: “a”}’",
    "a variable": "RESPONSE=$(curl -s https://fal.run/fal-ai/flux/dev -d '{\"prompt\":\"a\"}' | jq .)",
}  # fmt: skip


@pytest.mark.parametrize("name", CURLS)
def test_curl_in_every_shell(name: str) -> None:
    found = paste.read(CURLS[name])
    assert (found.endpoint, found.mode) == ("fal-ai/flux/dev", Mode.RUN)
    assert found.arguments == {"prompt": "a"}
    assert found.options == Options()


def test_curl_takes_fals_headers_as_options_and_leaves_the_browsers() -> None:
    found = paste.read(
        "curl 'https://queue.fal.run/fal-ai/flux/dev?fal_webhook=https://e.com' -m 30"
        f" -H 'authorization: Key {KEY}' -H 'Cookie: a=b' -H 'sec-ch-ua: x' -H 'user-agent: y' -H 'x-fal-queue-priority: low'"
        " -H 'X-Fal-Store-IO: 0' -H 'X-Fal-No-Retry: true' -H 'x-fal-runner-hint: h' -H 'X-Fal-Request-Timeout: soon'"
        " -H 'x-mine: yes' -H 'Transfer-Encoding: chunked' -d '{}'"
    )
    assert found.mode is Mode.SUBMIT
    assert found.options == Options(
        client_timeout_s=30,
        hint="h",
        priority=Priority.LOW,
        no_retry=True,
        store_io=False,
        webhook_url="https://e.com",
        headers={"x-mine": "yes"},
    )
    assert KEY_LEFT_OUT in found.notes
    assert "The cookies in it were left out." in found.notes
    assert any("X-Fal-Request-Timeout" in note for note in found.notes)
    assert any("Transfer-Encoding" in note for note in found.notes)


PYTHONS = {
    "fal's documentation": """
        import fal_client

        def on_queue_update(update):
            if isinstance(update, fal_client.InProgress):
                for log in update.logs:
                   print(log["message"])

        result = fal_client.subscribe(
            "fal-ai/flux/dev",
            arguments={"prompt": "a"},
            with_logs=True,
            on_queue_update=on_queue_update,
        )
        print(result)""",
    "names": "import fal_client as f\nMODEL = 'fal-ai/flux/dev'\nargs: dict = dict(prompt='a')\nf.subscribe(MODEL, args)  # fal_client",
    "positional": "from fal_client import subscribe\nsubscribe('fal-ai/flux/dev', {'prompt': 'a'})",
    "a string in pieces": "import fal_client\np = 'a'\nfal_client.subscribe('fal-ai/' + 'flux/dev', arguments={'prompt': f'{p}'})",
    "a client of its own": f"import fal_client\nclient = fal_client.SyncClient(key='{KEY}')\nclient.subscribe('fal-ai/flux/dev', arguments={{'prompt': 'a'}})",
    "async": "import fal_client\nasync def main():\n    await fal_client.subscribe_async('fal-ai/flux/dev', arguments={'prompt': 'a'})",
    "a notebook": "!pip install fal-client\n%env FAL_KEY=x\nimport fal_client\nfal_client.subscribe('fal-ai/flux/dev', arguments={'prompt': 'a'})",
    "a console": ">>> import fal_client\n>>> fal_client.subscribe('fal-ai/flux/dev',\n...   arguments={'prompt': 'a'})",
}


@pytest.mark.parametrize("name", PYTHONS)
def test_python_of_many_hands(name: str) -> None:
    found = paste.read(PYTHONS[name])
    assert (found.endpoint, found.mode, found.arguments) == (
        "fal-ai/flux/dev",
        Mode.SUBSCRIBE,
        {"prompt": "a"},
    )
    assert (KEY_LEFT_OUT in found.notes) is ("key" in name or "own" in name)


def test_what_python_computes_is_left_out_and_told() -> None:
    found = paste.read(
        "import fal_client\nfal_client.run('a/b', arguments={'image_url': fal_client.upload_file('x.png'), 'n': 2,"
        " 'list': [{'u': open('x')}]}, hint=hint())"
    )
    assert found.arguments == {"n": 2, "list": [{}]}
    assert [note.split()[0] for note in found.notes] == ["image_url", "u", "hint"]


JAVASCRIPTS = {
    "fal's documentation": """
        import { fal } from "@fal-ai/client";

        const result = await fal.subscribe("fal-ai/flux/dev", {
          input: { prompt: "a" },
          logs: true,
          onQueueUpdate: (update) => {
            if (update.status === "IN_PROGRESS") {
              update.logs.map((log) => log.message).forEach(console.log);
            }
          },
        });
        console.log(result.data);""",
    "the old package": "import * as fal from '@fal-ai/serverless-client'; fal.subscribe('fal-ai/flux/dev', {input: {prompt: `a`,}})",
    "names and spread": "const base = {prompt: 'a'}\nconst input = {...base}\nfal.subscribe('fal-ai/flux/dev', { input })",
    "typed": "const r = await fal.subscribe<Flux>('fal-ai/flux/dev' as const, { input: { prompt: 'a' as string } satisfies X });",
    "comments": "fal.subscribe(/* which */ 'fal-ai/flux/dev', { // don't\n input: { /* 'x': 1, */ \"prompt\": 'a' } })",
    "strings in pieces": "fal.subscribe('fal-ai/flux/dev', { input: { prompt: '' + 'a' } })",
    "methods": "fal.subscribe('fal-ai/flux/dev', { input: { prompt: 'a' }, onQueueUpdate(u) { if (u) { x('}') } }, async onEnqueue() {} })",
    "another name": "const client = createFalClient({credentials: 'id:secret'}); await client.subscribe('fal-ai/flux/dev', {input: {prompt: 'a'}})",
}


@pytest.mark.parametrize("name", JAVASCRIPTS)
def test_javascript_of_many_hands(name: str) -> None:
    found = paste.read(JAVASCRIPTS[name])
    assert (found.endpoint, found.mode, found.arguments) == (
        "fal-ai/flux/dev",
        Mode.SUBSCRIBE,
        {"prompt": "a"},
    )
    assert (KEY_LEFT_OUT in found.notes) is (name == "another name")


def test_what_javascript_computes_is_left_out_and_told() -> None:
    found = paste.read(
        "fal.run('a/b', { input: { image_url: await upload(file), t: `x ${y}`, n: 0x10, big: 123456789012345678901n } })"
    )
    assert found.arguments == {"n": 16, "big": 123456789012345678901}
    assert [note.split()[0] for note in found.notes] == ["image_url", "t"]


@pytest.mark.parametrize(
    "body",
    ['JSON.stringify({ prompt: "a" })', '\'{"prompt": "a"}\''],
    ids=["an object", "a text of a browser"],
)
def test_a_fetch_is_read_too(body: str) -> None:
    found = paste.read(
        f'fetch("https://queue.fal.run/fal-ai/flux/dev", {{ method: "POST", headers: {{ Authorization: "Key {KEY}" }}, body: {body} }});'
    )
    assert (found.endpoint, found.mode, found.arguments) == ("fal-ai/flux/dev", Mode.SUBMIT, {"prompt": "a"})
    assert found.notes == (KEY_LEFT_OUT,)


@pytest.mark.parametrize(
    "text",
    [
        '{"prompt": "a", "n": 1}',
        "{'prompt': 'a', 'n': 1}",
        "{ prompt: 'a', n: 1, }",
        "// mine\n{ prompt: 'a', /* two */ n: 1 }".partition("\n")[2],
        '```json\n{"prompt": "a", "n": 1}\n```',
    ],
)
def test_bare_arguments(text: str) -> None:
    found = paste.read(text)
    assert (found.endpoint, found.mode, found.arguments) == ("", None, {"prompt": "a", "n": 1})


def test_a_saved_request() -> None:
    saved = Request(
        "fal-ai/flux/dev", Mode.STREAM, {"prompt": "a"}, "fal", Options(hint="h", query={"a": "b"})
    )
    found = paste.read(msgspec.json.encode(saved).decode())
    assert request_of(found) == msgspec.structs.replace(saved, profile="emulator")
    found = paste.read('{"endpoint": "a/b", "input": {}, "mode": "sideways", "options": {"hint": 3}}')
    assert (found.endpoint, found.mode, found.arguments) == ("a/b", None, {})
    assert "options" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no text"),
        ("   \n", "no text"),
        ("hello there, how are you", "neither"),
        ("flux", "owner is missing"),
        ("https://example.com/x/y", "example.com is not"),
        ("https://fal.ai/models", "lists models"),
        ("https://fal.ai/pricing", "not the page of a model"),
        ("https://v3.fal.media/files/x.png", "a file"),
        ("[1, 2]", "a list"),
        ('{"prompt": ', "cannot be read"),
        ("curl -d '{}'", "names no address"),
        ("curl https://fal.run/a/b -d 'not json'", "not the JSON"),
        ("curl https://fal.run/a/b -d @body.json", "body.json"),
        ("curl https://fal.run/a/b -F file=@x", "uploads a form"),
        ("curl 'https://fal.run/a/b", "not closed"),
        ("import fal_client\nfal_client.subscribe(", "cannot be parsed"),
        ("import fal_client\nprint(1)", "calls no endpoint"),
        ("import { fal } from '@fal-ai/client'; fal.config({})", "calls no endpoint"),
        ("fal.subscribe('a/b', { input: { x: 'y", "not closed"),
        ("fal.subscribe('a/b', { input: 'x' })", "not an object"),
    ],
)
def test_what_cannot_be_understood_says_why_and_what_would_help(text: str, word: str) -> None:
    with pytest.raises(UnclearError) as caught:
        paste.read(text)
    assert word in caught.value.reason
    assert caught.value.next_step


SECRETS = (
    f"curl https://fal.run/a/b -H 'Authorization: Key {KEY}' -d '{{\"x\": 1}}'",
    f"curl https://fal.run/a/b -u '{KEY}' -d '{{}}'",
    f"curl https://fal.run/a/b -H 'X-Api-Key: {KEY}' -H 'x-other: Key {KEY}' -d '{{}}'",
    f"import fal_client, os\nos.environ['FAL_KEY'] = '{KEY}'\nfal_client.run('a/b', arguments={{'p': 'Key {KEY}'}}, headers={{'Authorization': 'Key {KEY}'}})",
    f"fal.config({{ credentials: '{KEY}' }}); fal.subscribe('a/b', {{ input: {{}}, headers: {{ authorization: 'Key {KEY}' }} }})",
    f'{{"prompt": "Key {KEY}"}}',
    f'{{"endpoint": "a/b", "arguments": {{}}, "options": {{"headers": {{"Authorization": "Key {KEY}"}}}}}}',
)


@pytest.mark.parametrize("text", SECRETS)
def test_a_key_is_never_kept(text: str) -> None:
    found = paste.read(text)
    assert KEY_LEFT_OUT in found.notes
    assert KEY.partition(":")[2].encode() not in msgspec.json.encode(found)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="{}[]()\"'`\\:,;/*.$^|&<>=curlfaqtps \n01@-", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for begin in ("", "curl https://fal.run/a/b ", "import fal_client\n", "fal.run('a/b', ", "{"):
        try:
            paste.read(begin + text)
        except UnclearError:
            continue


@given(JSON)
def test_javascript_literals_are_read_as_they_are_written(value: Any) -> None:
    text = literals.javascript(value)
    read, end = Reader(text).value(0)
    assert end == len(text)
    assert known(read, _never) == value


def _never(name: str, _value: object) -> None:
    raise AssertionError(name)


@pytest.mark.parametrize("text", ["{a: 1", "[1, 2", "{a 1}", "'x", "{[x: 1}", "(1"])
def test_a_broken_literal_is_refused(text: str) -> None:
    with pytest.raises(LiteralError):
        Reader(text).value(0)


def test_deep_nesting_ends_with_a_word_and_not_with_a_crash() -> None:
    for text in ("[" * 5000, "{a:" * 5000, "fal.run('a/b', {input: " + "[" * 5000):
        with pytest.raises(UnclearError):
            paste.read(text)


@pytest.mark.parametrize("levels", [250, 600, 900, 5000])
@pytest.mark.parametrize(
    "text",
    [
        "DEEP",
        "curl https://fal.run/fal-ai/flux/dev -d 'DEEP'",
        "fetch('https://fal.run/fal-ai/flux/dev', {method: 'POST', body: 'DEEP'})",
        "curl https://fal.run/a/b -H 'X-Fal-Object-Lifecycle-Preference: DEEP' -d '{\"a\": 1}'",
        '{"log": {"entries": [{"request": {"method": "POST", "url": "https://fal.run/a/b", "postData": {"text": QUOTED}}}]}}',
    ],
    ids=["json", "curl", "fetch", "header", "archive"],
)
def test_however_deep_what_stands_in_a_text_is_nothing_crashes(text: str, levels: int) -> None:
    deep = '{"a":' + "[" * levels + "]" * levels + "}"
    with contextlib.suppress(UnclearError):  # a header that says nothing of use is left out
        found = paste.read(text.replace("DEEP", deep).replace("QUOTED", json.dumps(deep)))
        assert found.arguments == {"a": 1}


@pytest.mark.parametrize("language", Language)
def test_a_file_in_the_text_comes_through_whole(language: Language) -> None:
    uri = "data:image/png;base64," + "Ab3/+" * 100_000 + "=="
    arguments = {"image_url": uri, "more": [uri, {"x": uri}]}
    code = snippet(Request("a/b", Mode.SUBMIT, arguments), FAL, language).text
    assert paste.read(code).arguments == arguments
    assert paste.read(json.dumps(arguments)).arguments == arguments


def test_strings_and_comments_are_blank_in_the_mask() -> None:
    text = "a('b // c') // d\n/* e */ f(`g\n${h}`)"
    plain = masked(text)
    assert len(plain) == len(text)
    assert plain.split() == ["a(", ")", "f(", ")"]


def test_a_shell_reads_words_as_bash_does() -> None:
    assert [c.words for c in commands("a 'b c' \"d $e\" f\\ g\\\n h # no\ni|j; k")] == [
        ["a", "b c", "d $e", "f g", "h"],
        ["i"],
        ["j"],
        ["k"],
    ]


@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_a_link_brings_endpoint_mode_and_arguments_and_nothing_else(arguments: dict[str, Any]) -> None:
    made = link.write("fal-ai/flux/dev", Mode.STREAM, arguments)
    assert " " not in made
    assert "\n" not in made
    found = paste.read(made)
    assert (found.endpoint, found.mode, found.arguments) == ("fal-ai/flux/dev", Mode.STREAM, arguments)
    assert found.options == Options()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("falstudio://run?endpoint=a/b", "no link “run”"),
        ("falstudio://open", "names no endpoint"),
        ("falstudio://open?endpoint=https://evil.example/x", "endpoint"),
        ("falstudio://open?endpoint=../../x", "endpoint"),
        ("falstudio://open?endpoint=a/b&mode=shell", "no mode “shell”"),
        ("falstudio://open?endpoint=a/b&arguments=[1]", "no plain object"),
        ("falstudio://open?endpoint=a/b&arguments={", "no JSON"),
        ("falstudio://open?endpoint=a/b&arguments=" + '{"a":' * 90 + "1" + "}" * 90, "no plain object"),
        ("falstudio://open?" + "x" * 300_000, "too long"),
        ("falstudio://[open?endpoint=a/b", "cannot be read"),
    ],
)
def test_a_link_that_wants_more_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnclearError, match=re.escape(reason)):
        link.read(text)


def test_a_link_cannot_choose_where_results_go_or_who_pays() -> None:
    found = link.read(
        "FALSTUDIO://Open/?endpoint=a/b&webhook_url=https://evil.example&profile=work&fal_webhook=x"
        '&arguments={"k":"Key 0198a1b2-c3d4:aabbccddeeff00112233"}'
    )
    assert found.options == Options()
    assert found.arguments == {"k": ""}
    assert len(found.notes) == 3


def test_an_archive_opens_as_its_first_call_without_what_sends_elsewhere() -> None:
    def entry(url: str, text: str | None, method: str = "POST", **headers: str) -> dict[str, Any]:
        named = [{"name": name, "value": value} for name, value in headers.items()]
        body = {} if text is None else {"postData": {"mimeType": "application/json", "text": text}}
        return {"request": {"method": method, "url": url, "headers": named, **body}}

    key = {"Authorization": f"Key {KEY}", "x-fal-queue-priority": "low", "x-mine": "1"}
    archive = {
        "log": {
            "entries": [
                {"request": None},
                entry("https://example.com/page", None, "GET"),
                entry("https://queue.fal.run/fal-ai/flux/dev/requests/1/status", None, "GET"),
                entry(
                    "https://queue.fal.run/fal-ai/flux/dev?fal_webhook=https://e.example",
                    '{"prompt": "a"}',
                    **key,
                ),
                entry("https://fal.run/fal-ai/other", '{"prompt": "b"}'),
            ]
        }
    }
    found = paste.read(json.dumps(archive))
    assert (found.endpoint, found.arguments) == ("fal-ai/flux/dev", {"prompt": "a"})
    assert found.options == Options(priority=Priority.LOW)
    assert KEY not in str(found)
    assert "first of 2 calls" in " ".join(found.notes)
    with pytest.raises(UnclearError, match="no call of a model"):
        paste.read('{"log": {"entries": [{"request": {"url": 5}}, 7]}}')
