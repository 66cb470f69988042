"""The same call, made by us and by the official clients, is the same on the wire; every difference has its reason here."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from fal_studio.core import events as e
from fal_studio.core.request import Mode, Options, Priority, Request, StatusUpdates
from tests.conformance.conftest import Referee
from tests.conformance.ours import Ours
from tests.conformance.wire import Meaning, differences, meanings
from tests.emulator_process import EmulatorProcess

pytestmark = pytest.mark.conformance

ACCEPT_PY = "fal-client lets httpx take anything; we say that we want JSON, as @fal-ai/client does"
ACCEPT_JS = "@fal-ai/client accepts JSON too and then tells by the type; we ask for what fal documents, as fal-client does"
NO_BODY = "@fal-ai/client names a type for a body that is not there"

# Every difference: "kind: part" -> (ours, theirs, why). The tests fail for one that is not here, and for one too many.
DIFFERENCES: dict[str, dict[str, tuple[Any, Any, str]]] = {
    "python": {
        "run: header accept": ("application/json", "*/*", ACCEPT_PY),
        "submit: header accept": ("application/json", "*/*", ACCEPT_PY),
        "status: header accept": ("application/json", "*/*", ACCEPT_PY),
        "result: header accept": ("application/json", "*/*", ACCEPT_PY),
        "cancel: header accept": ("application/json", "*/*", ACCEPT_PY),
        "token: header accept": ("application/json", "*/*", ACCEPT_PY),
        "status: query logs": (
            "1",
            "true",
            "fal documents a number; httpx renders fal-client's bool as a word",
        ),
    },
    "js": {
        "submit: header x-fal-queue-priority": (
            None,
            "normal",
            "normal is what fal assumes; we send what was set",
        ),
        "status: header content-type": (None, "application/json", NO_BODY),
        "status-stream: header content-type": (None, "application/json", NO_BODY),
        "result: header content-type": (None, "application/json", NO_BODY),
        "cancel: header content-type": (None, "application/json", NO_BODY),
        "stream: header accept": ("text/event-stream", "application/json, text/event-stream", ACCEPT_JS),
        "status-stream: header accept": (
            "text/event-stream",
            "application/json, text/event-stream",
            ACCEPT_JS,
        ),
        "stream: header cache-control": (
            "no-store",
            None,
            "as fal-client: a stream must not come out of a cache",
        ),
        "socket: header accept": (None, "*/*", "written by Node's WebSocket, not by @fal-ai/client"),
        "socket: header cache-control": (
            None,
            "no-cache",
            "written by Node's WebSocket, not by @fal-ai/client",
        ),
    },
}

BENCH = "emulator/bench"
ARGUMENTS = {
    "text": "a tiger – 虎 ✓",
    "count": 3,
    "strength": 0.5,
    "on": True,
    "none": None,
    "list": [1, {"a": []}],
}
CHAT = {"model": "any", "messages": [{"role": "user", "content": "hi"}]}
HOOK = "http://127.0.0.1:9/hook?a=1&b=2"
MINE = {"x-my-own": "yes"}
SLOW = {"x-emulator-queue-delay": "30"}


@dataclass(frozen=True)
class Case:
    """One call in three tongues."""

    mode: Mode
    options: Options = field(default_factory=Options)
    python: dict[str, Any] | None = field(default_factory=dict)
    """None: this client cannot make the call."""
    js: dict[str, Any] | None = field(default_factory=dict)
    endpoint: str = BENCH
    arguments: Any = field(default_factory=lambda: ARGUMENTS)
    cancel: bool = False
    kinds: tuple[str, ...] = ()
    """The requests to compare; all when empty."""

    @property
    def request(self) -> Request:
        """The call as our own engine takes it."""
        return Request(self.endpoint, self.mode, self.arguments, options=self.options)


CASES = {
    "run": Case(Mode.RUN),
    "run on a sub-path": Case(Mode.RUN, endpoint="emulator/chat/openai/v1/chat/completions", arguments=CHAT),
    "run with a start deadline": Case(
        Mode.RUN, Options(start_timeout_s=30), {"start_timeout": 30}, {"startTimeout": 30}
    ),
    "run with a hint and a header": Case(
        Mode.RUN, Options(hint="same", headers=MINE), {"hint": "same", "headers": MINE}, None
    ),
    "run with a lifetime": Case(
        Mode.RUN, Options(object_lifetime_s=3600), None, {"storageSettings": {"expiresIn": "1h"}}
    ),
    "subscribe by polling": Case(Mode.SUBSCRIBE, Options(status_updates=StatusUpdates.POLL)),
    "subscribe by status stream": Case(Mode.SUBSCRIBE, Options(), None, {"mode": "streaming"}),
    "subscribe on a sub-path": Case(
        Mode.SUBSCRIBE,
        Options(status_updates=StatusUpdates.POLL),
        endpoint="emulator/chat/openai/v1/chat/completions",
        arguments=CHAT,
    ),
    "submit with everything": Case(
        Mode.SUBMIT,
        Options(
            start_timeout_s=30,
            hint="same",
            priority=Priority.LOW,
            webhook_url=HOOK,
            headers=MINE,
            status_updates=StatusUpdates.POLL,
        ),
        {"start_timeout": 30, "hint": "same", "priority": "low", "webhook_url": HOOK, "headers": MINE},
        {"startTimeout": 30, "hint": "same", "priority": "low", "webhookUrl": HOOK, "headers": MINE},
    ),
    "cancel": Case(
        Mode.SUBSCRIBE,
        Options(headers=SLOW),
        {"headers": SLOW},
        {"headers": SLOW},
        cancel=True,
        kinds=("submit", "cancel"),
    ),
    "stream": Case(Mode.STREAM),
    "realtime": Case(Mode.REALTIME),
    "realtime with a short queue": Case(
        Mode.REALTIME, Options(max_buffering=2), {"max_buffering": 2}, {"maxBuffering": 2}
    ),
}


@pytest.mark.parametrize("language", ["python", "js"])
def test_the_same_call_is_the_same_on_the_wire(
    emulator: EmulatorProcess, ours: Ours, request: pytest.FixtureRequest, language: str
) -> None:
    client: Referee = request.getfixturevalue(f"{language}_client")
    found: dict[str, tuple[Any, Any]] = {}
    for name, case in CASES.items():
        options = getattr(case, language)
        if options is None:
            continue
        our, _ = ours.make(case.request, cancel=case.cancel)
        since = emulator.last()
        arguments = [case.arguments] if case.mode is Mode.REALTIME else case.arguments
        seen = client("cancel" if case.cancel else str(case.mode), case.endpoint, arguments, options=options)
        assert "error" not in seen, (name, seen)
        their = meanings(emulator.requests(since))
        wanted = case.kinds or tuple({*our, *their})
        assert our, name
        found |= differences(
            {kind: our[kind] for kind in wanted if kind in our},
            {kind: their[kind] for kind in wanted if kind in their},
        )
    assert found == {part: values[:2] for part, values in DIFFERENCES[language].items()}


def test_a_realtime_message_is_the_same_map_in_all_three(
    ours: Ours, python_client: Referee, js_client: Referee
) -> None:
    _, facts = ours.make(CASES["realtime"].request)
    answers = [next(fact.payload for fact in facts if isinstance(fact, e.Partial))]
    for client in (python_client, js_client):
        answers += client("realtime", BENCH, [ARGUMENTS])["answers"]
    for answer in answers:
        answer.pop("t_ns")
    assert answers == [ARGUMENTS] * 3


def test_a_difference_that_is_not_listed_is_found() -> None:
    one = Meaning("POST", "/run/a/b", {}, {"accept": "x"}, "1")
    for other in (
        Meaning("PUT", "/run/a/b", {}, {"accept": "x"}, "1"),
        Meaning("POST", "/run/a/c", {}, {"accept": "x"}, "1"),
        Meaning("POST", "/run/a/b", {"q": "1"}, {"accept": "x"}, "1"),
        Meaning("POST", "/run/a/b", {}, {"accept": "y"}, "1"),
        Meaning("POST", "/run/a/b", {}, {"accept": "x"}, "true"),
    ):
        assert len(differences({"run": one}, {"run": other})) == 1
    assert differences({"run": one}, {"run": one}) == {}
    assert differences({"run": one}, {}) == {"run: made": (True, False)}
