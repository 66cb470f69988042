"""The code that we write is run, with the official clients and the real cURL, and asks for just what we ask for ourselves."""

import ast
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from fal_studio.core import options as rules
from fal_studio.core.request import Mode, Options, Priority, Request, StatusUpdates
from fal_studio.core.snippets import literals
from fal_studio.core.snippets.snippet import Language
from fal_studio.core.snippets.write import snippet
from tests.bench.engine import profile_of
from tests.conformance.conftest import JS_HOME, node
from tests.conformance.ours import Ours
from tests.conformance.prefork import Done, Prefork
from tests.conformance.test_wire import ARGUMENTS, DIFFERENCES, HOOK, MINE
from tests.conformance.wire import Meaning, differences, meanings
from tests.core.test_snippets import JSON
from tests.emulator_process import KEY, EmulatorProcess

pytestmark = pytest.mark.conformance

BENCH = "emulator/bench"
HARD = ARGUMENTS | {
    "it's": 'a "quote", a \\ and a $HOME `ls` !!',
    "lines": "one\ntwo\ttabbed\r\n",
    "hidden": "\u202e\u2028\x7f",
    "emoji": "👩‍💻 é",
    "__proto__": {"x": [True, False, None]},
    "small": {"a": 1.5, "b": -2},
    "empty": [{}, []],
}
POLL = StatusUpdates.POLL
EVERYTHING = Options(
    start_timeout_s=30,
    hint="same",
    priority=Priority.LOW,
    webhook_url=HOOK,
    no_retry=True,
    store_io=False,
    object_lifetime_s=3600,
    headers=MINE | {"x-quoted": 'it\'s "so"'},
    max_buffering=2,
)
OPTIONS = {
    "plain": Options(),
    "everything": EVERYTHING,
    "everything, with a query and a limit": msgspec.structs.replace(
        EVERYTHING, client_timeout_s=60, query={"a b": "c&d", "e": "é"}, status_updates=POLL, poll_every_s=0.2
    ),
    "a very short start deadline": Options(start_timeout_s=0.5, store_io=True),
    "a limit alone": Options(client_timeout_s=30),
    "the usual path, written out": Options(path="/stream"),
}
SHORT = ("plain", "everything, with a query and a limit", "a limit alone")
NO_ACCEPT_CURL = "cURL takes anything; we say that we want JSON"
LIMIT_PY = "fal_client sends its time limit as the start deadline too; a comment in the code says so"
CACHE_CURL = "we tell caches to stay away; a command that is typed has none"
# Every difference of the code from the app, as in test_wire: kind and part -> (ours, theirs, why).
OF_PYTHON = DIFFERENCES["python"] | {
    "submit: header x-fal-request-timeout": (None, "30", LIMIT_PY),
}
OF_CODE: dict[Language, dict[str, tuple[Any, Any, str]]] = {
    Language.PYTHON: OF_PYTHON,
    Language.PYTHON_ASYNC: OF_PYTHON,
    Language.JAVASCRIPT: DIFFERENCES["js"],
    Language.CURL: {
        "run: header accept": ("application/json", "*/*", NO_ACCEPT_CURL),
        "submit: header accept": ("application/json", "*/*", NO_ACCEPT_CURL),
        "status: header accept": ("application/json", "*/*", NO_ACCEPT_CURL),
        "status-stream: header accept": ("text/event-stream", "*/*", NO_ACCEPT_CURL),
        "result: header accept": ("application/json", "*/*", NO_ACCEPT_CURL),
        "token: header accept": ("application/json", "*/*", NO_ACCEPT_CURL),
        "stream: header cache-control": ("no-store", None, CACHE_CURL),
    },
}
IMPOSSIBLE = {(Language.CURL, Mode.REALTIME)}
KINDS: dict[Mode, tuple[str, ...]] = {
    Mode.RUN: ("run",),
    Mode.SUBSCRIBE: ("submit", "status", "status-stream", "result"),
    Mode.SUBMIT: ("submit",),
    Mode.STREAM: ("stream",),
    Mode.REALTIME: ("token", "socket"),
}


class Machine:
    """Runs code as a person would, with the key in the environment alone."""

    def __init__(self, folder: Path, prefork: Prefork) -> None:
        self._folder, self._prefork = folder, prefork
        (folder / "node_modules").symlink_to(JS_HOME / "node_modules")
        # console.log shortens what it prints; the code stays as it is.
        (folder / "print_all.mjs").write_text(
            'console.log = (value) => process.stdout.write((typeof value === "string" ? value : JSON.stringify(value)) + "\\n");\n'
        )

    def run(self, text: str, language: Language, **more: str) -> str:
        """Run the code and return what it printed."""
        endings = {Language.JAVASCRIPT: "mjs", Language.CURL: "sh"}
        file = self._folder / f"code.{endings.get(language, 'py')}"
        file.write_text(text, encoding="utf-8")
        environ = {**os.environ, "FAL_KEY": KEY, "NO_PROXY": "*"} | more
        done = (
            self._prefork.run(file, environ=environ, cwd=self._folder)
            if "python" in language
            else self._start(file, language, environ)
        )
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        return done.stdout

    def _start(self, file: Path, language: Language, environ: dict[str, str]) -> Done:
        commands = {
            Language.JAVASCRIPT: [
                node() if language is Language.JAVASCRIPT else "",
                "--import",
                str(self._folder / "print_all.mjs"),
            ],
            Language.CURL: ["sh"],
        }
        done = subprocess.run(
            [*commands[language], str(file)],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            cwd=self._folder,
            env=environ,
        )
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def machine(tmp_path: Path, prefork: Prefork) -> Machine:
    return Machine(tmp_path, prefork)


def request_of(mode: Mode, options: Options) -> Request:
    if options.path:
        options = msgspec.structs.replace(options, path=f"/{mode}")
    # @fal-ai/client decodes no answer that holds the key __proto__, and the session echoes what it is sent.
    arguments = {k: v for k, v in HARD.items() if mode is not Mode.REALTIME or k != "__proto__"}
    return Request(BENCH, mode, arguments, options=rules.effective(options, mode))


def said(request: Request, left_out: tuple[str, ...]) -> Request:
    """Return the request without the options that the code cannot say."""
    plain = {name: getattr(Options(), name) for name in left_out}
    return msgspec.structs.replace(request, options=msgspec.structs.replace(request.options, **plain))


def differs(our: dict[str, Meaning], their: dict[str, Meaning], mode: Mode) -> dict[str, tuple[Any, Any]]:
    wanted = [kind for kind in KINDS[mode] if kind in our or kind in their]
    # Asking and streaming are two ways to the same status; a client may have only one of them.
    wanted = [kind for kind in wanted if not kind.startswith("status") or (kind in our and kind in their)]
    return differences(
        {kind: our[kind] for kind in wanted if kind in our},
        {kind: their[kind] for kind in wanted if kind in their},
    )


@pytest.mark.parametrize(
    ("language", "mode"),
    [(language, mode) for language in Language for mode in Mode if (language, mode) not in IMPOSSIBLE],
)
def test_the_code_asks_for_what_the_app_asks_for(
    emulator: EmulatorProcess, ours: Ours, machine: Machine, language: Language, mode: Mode
) -> None:
    found: dict[str, tuple[Any, Any]] = {}
    tried: list[Request] = []
    for name, options in OPTIONS.items():
        request = request_of(mode, options)
        if request in tried or (language is Language.PYTHON_ASYNC and name not in SHORT):
            continue  # the mode does not use what makes this case; the twin shares all but the limits
        tried.append(request)
        code = snippet(request, profile_of(emulator), language)
        assert code.is_possible
        our, _ = ours.make(said(request, code.left_out))
        since = emulator.last()
        machine.run(code.text, language)
        their = meanings(emulator.requests(since))
        assert KINDS[mode][0] in their, (name, code.text)
        differing = differs(our, their, mode)
        listed = {part: values[:2] for part, values in OF_CODE[language].items()}
        unknown = {part: values for part, values in differing.items() if values != listed.get(part)}
        assert not unknown, f"{name}\n{code.text}"
        found |= differing
    ours_alone = {part for part in OF_CODE[language] if part.partition(":")[0] in KINDS[mode]}
    if mode is Mode.SUBMIT:
        ours_alone.discard(
            "submit: header x-fal-request-timeout"
        )  # only subscribe has fal_client's time limit
    assert set(found) == ours_alone, "a difference is listed that is not there"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("mode", Mode)
def test_the_code_gives_the_answer(
    emulator: EmulatorProcess, machine: Machine, language: Language, mode: Mode
) -> None:
    if (language, mode) in IMPOSSIBLE:
        return
    arguments = {"text": "hi", "count": 3, "logs": 2}
    code = snippet(Request(BENCH, mode, arguments), profile_of(emulator), language).text
    printed = machine.run(code, language)
    lines = printed.strip().splitlines()
    read: Callable[[str], Any] = ast.literal_eval if "python" in language else json.loads
    if mode is Mode.STREAM:
        events = [read(line.removeprefix("data: ")) for line in lines if line]
        assert [event["index"] for event in events] == [0, 1, 2]
    elif mode is Mode.REALTIME:
        assert read(lines[-1])["text"] == "hi"
    elif mode is Mode.SUBMIT:
        request_id = lines[-1] if language is not Language.CURL else read(lines[-1])["request_id"]
        assert emulator.truth(request_id)
    else:
        assert read(lines[-1])["echo"] == arguments
        if mode is Mode.SUBSCRIBE and language is not Language.CURL:
            assert lines[:-1] == ["line 1 of 2", "line 2 of 2"], "each log line once"


def test_a_javascript_literal_means_the_value_to_node(machine: Machine) -> None:
    values: list[Any] = []

    @settings(max_examples=200, database=None)
    @given(JSON.filter(literals.is_exact_in_javascript))
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    code = "".join(f"console.log(JSON.stringify({literals.javascript(value)}));\n" for value in values)
    printed = machine.run(code, Language.JAVASCRIPT).rstrip("\n").split("\n")
    as_doubles = [json.loads(json.dumps(value), parse_int=float) for value in values]
    assert [json.loads(line, parse_int=float) for line in printed] == as_doubles


def uncommented(text: str, mark: str) -> str:
    head, _, later = text.partition(f"{mark} Later")
    return head.rstrip() + "\n" + "\n".join(line.replace(f"{mark} ", "", 1) for line in later.split("\n")[1:])


@pytest.mark.parametrize("language", Language)
def test_the_lines_for_later_fetch_the_result(
    emulator: EmulatorProcess, machine: Machine, language: Language
) -> None:
    code = snippet(Request(BENCH, Mode.SUBMIT, {"text": "later"}), profile_of(emulator), language).text
    if language is Language.CURL:
        request_id = json.loads(machine.run(code, language))["request_id"]
        with emulator.client() as client:
            while client.get(f"/queue/emulator/bench/requests/{request_id}/status").status_code == 202:
                pass
        later = "\n".join(line.removeprefix("# ") for line in code.partition("# Later")[2].split("\n")[1:])
        assert json.loads(machine.run(later, language, REQUEST_ID=request_id))["echo"] == {"text": "later"}
        return
    tell = {
        Language.PYTHON: "print(result)",
        Language.PYTHON_ASYNC: "    print(result)",
        Language.JAVASCRIPT: "console.log(result.data);",
    }
    code = uncommented(code, "//" if language is Language.JAVASCRIPT else "#")
    at = "result(" if language is not Language.JAVASCRIPT else "queue.result("
    lines = code.split("\n")
    place = next(number for number, line in enumerate(lines) if at in line)
    lines.insert(place + 1, tell[language])
    last = machine.run("\n".join(lines), language).strip().splitlines()[-1]
    assert (json.loads if language is Language.JAVASCRIPT else ast.literal_eval)(last)["echo"] == {
        "text": "later"
    }


def test_curl_says_that_it_cannot_hold_a_session_and_opens_the_door(
    emulator: EmulatorProcess, ours: Ours, machine: Machine
) -> None:
    request = request_of(Mode.REALTIME, OPTIONS["everything"])
    code = snippet(request, profile_of(emulator), Language.CURL)
    assert not code.is_possible
    assert "cannot" in code.text.splitlines()[0]
    our, _ = ours.make(request)
    since = emulator.last()
    address = machine.run(code.text, Language.CURL).strip()
    their = meanings(emulator.requests(since))
    assert differs({"token": our["token"]}, their, Mode.REALTIME) == {
        part: values[:2] for part, values in OF_CODE[Language.CURL].items() if part.startswith("token")
    }
    assert address.startswith("ws://127.0.0.1:")
    assert "max_buffering=2&fal_jwt_token=" in address


@pytest.mark.parametrize("language", [Language.PYTHON_ASYNC, Language.JAVASCRIPT, Language.CURL])
def test_a_body_that_is_too_long_for_a_command_line_arrives(
    emulator: EmulatorProcess, machine: Machine, language: Language
) -> None:
    arguments = {"text": "it's " + "x" * 300_000}
    code = snippet(Request(BENCH, Mode.SUBSCRIBE, arguments), profile_of(emulator), language).text
    machine.run(code, language)
    entry = emulator.requests(path="/queue/emulator/bench", method="POST")[-1]
    assert entry["body_bytes"] > 300_000


@pytest.mark.parametrize("language", Language)
def test_a_call_that_takes_too_long_is_given_up_and_cancelled(
    emulator: EmulatorProcess, machine: Machine, tmp_path: Path, language: Language
) -> None:
    options = Options(client_timeout_s=1.5, headers={"x-emulator-queue-delay": "60"})
    code = snippet(Request(BENCH, Mode.SUBSCRIBE, {}, options=options), profile_of(emulator), language).text
    if language is Language.JAVASCRIPT:
        # Node ends at once with an error that nobody catches; a program that goes on lets the cancel out.
        (tmp_path / "given.mjs").write_text(code)
        code = 'await import("./given.mjs").catch((error) => console.log(error.message));'
    since = emulator.last()
    if "python" in language:
        with pytest.raises(AssertionError, match="FalClientTimeoutError"):
            machine.run(code, language)
    else:
        printed = machine.run(code, language)
        assert language is Language.CURL or "1500ms" in printed
    assert emulator.requests(since, method="PUT"), "it was cancelled at the server"
