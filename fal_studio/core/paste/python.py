"""Python code for fal-client as a request. The code is parsed and never run: only literals and plain names are followed."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from fal_studio.core.paste import addresses, headers
from fal_studio.core.paste.found import KEY_LEFT_OUT, Draft, Found, UnclearError
from fal_studio.core.request import Json, Mode, Priority, StatusUpdates
from fal_studio.words import tr

_PLAIN = {
    "run": Mode.RUN,
    "subscribe": Mode.SUBSCRIBE,
    "submit": Mode.SUBMIT,
    "stream": Mode.STREAM,
    "realtime": Mode.REALTIME,
}
_MODES = _PLAIN | {f"{name}_async": mode for name, mode in _PLAIN.items()}


class _Computed(Exception):  # noqa: N818 - control flow, not an error
    """A value that only running the code would give."""

    def __init__(self, node: ast.expr) -> None:
        super().__init__(ast.unparse(node)[:60])


def place(text: str) -> int:
    """Return where code for fal-client shows in a text, -1 if nowhere."""
    found = re.search(r"\bfal_client\b|\bimport fal\b|\barguments\s*=\s*\{", text)
    return found.start() if found else -1


def read(text: str) -> Found:
    """Return the request that the code makes; raises UnclearError."""
    try:
        tree = _parsed(_plain(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = (
            tr(" (line {lineno})").format(lineno=error.lineno)
            if isinstance(error, SyntaxError) and error.lineno
            else ""
        )
        raise UnclearError(
            tr("The Python code cannot be parsed{line}.").format(line=line),
            tr("Copy it whole, with its last bracket."),
        ) from error
    return _Reader(tree).found()


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(textwrap.dedent(text))
    except IndentationError:
        return ast.parse(inspect.cleandoc(text))  # copied from the middle of its first line


def _plain(text: str) -> str:
    """Return code as a file would hold it: without prompts and notebook commands."""
    text = re.sub(r"^(?:>>>|\.\.\.) ?", "", text, flags=re.MULTILINE)
    return re.sub(r"^\s*[!%].*$", "", text, flags=re.MULTILINE)


class _Reader:
    """Finds the call of a client in a syntax tree."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names: dict[str, ast.expr] = {}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            ):
                self._names.setdefault(node.targets[0].id, node.value)
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.value is not None
            ):
                self._names.setdefault(node.target.id, node.value)
        self._draft = Draft(tr("Python code"))

    def found(self) -> Found:
        """Return the request; raises UnclearError."""
        calls = list(self._calls())
        if not calls:
            raise UnclearError(
                tr("The Python code calls no endpoint with fal_client."),
                tr("It should hold fal_client.subscribe(…), run, submit, stream or realtime."),
            )
        if len(calls) > 1:
            self._draft.note(tr("The first of {count} calls was taken.").format(count=len(calls)))
        mode, call = calls[0]
        self._draft.mode = mode
        self._take_keys()
        self._take_call(mode, call)
        self._take_limit()
        return self._draft.found()

    def _calls(self) -> Iterator[tuple[Mode, ast.Call]]:
        for node in ast.walk(self._tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in _MODES or not _argument(node, 0, "application"):
                continue
            try:
                endpoint = self._value(_argument(node, 0, "application"))
            except _Computed:
                continue
            if isinstance(endpoint, str) and ("/" in endpoint or re.fullmatch(r"\d+-[\w-]+", endpoint)):
                yield _MODES[name], node

    def _take_call(self, mode: Mode, call: ast.Call) -> None:
        draft = self._draft
        endpoint, _, query = str(self._value(_argument(call, 0, "application"))).partition("?")
        addresses.take_query(draft, query)
        path = self._keyword(call, "path")
        if mode in (Mode.STREAM, Mode.REALTIME):
            self._take_path(endpoint.strip("/"), path, f"/{mode}")
        else:
            draft.endpoint = addresses.checked(
                "/".join(part.strip("/") for part in (endpoint, path or "") if part)
            )
        arguments = _argument(call, 1, "arguments") if mode is not Mode.REALTIME else self._sent()
        if arguments is not None:
            self._take_arguments(arguments)
        for name, take in self._takers(mode).items():
            if (value := self._keyword(call, name)) is not None:
                take(value)

    def _take_path(self, endpoint: str, path: Any, usual: str) -> None:
        path = usual if path is None else f"/{str(path).strip('/')}" if str(path).strip("/") else ""
        has_usual = f"/{endpoint}".endswith(usual)
        self._draft.endpoint = addresses.checked(endpoint)
        # fal_client appends its path also where the id ends in it; unset, we do not.
        if path != ("" if has_usual else usual):
            self._draft.set(path=path)

    def _takers(self, mode: Mode) -> dict[str, Callable[[Any], None]]:
        draft = self._draft

        def poll(value: Any) -> None:
            draft.set(status_updates=StatusUpdates.POLL, poll_every_s=float(value))

        def method(value: Any) -> None:
            if str(value).upper() != "POST":
                draft.note(tr("It calls with {value}; here it is a POST.").format(value=value))

        def fields(value: Any) -> None:
            for name, content in dict(value).items():
                headers.take(draft, str(name), str(content))

        takers: dict[str, Callable[[Any], None]] = {
            "hint": lambda value: draft.set(hint=str(value)),
            "start_timeout": lambda value: draft.set(start_timeout_s=float(value)),
            "client_timeout": lambda value: draft.set(client_timeout_s=float(value)),
            "webhook_url": lambda value: draft.set(webhook_url=str(value)),
            "priority": lambda value: draft.set(priority=Priority(value)),
            "interval": poll,
            "max_buffering": lambda value: draft.set(max_buffering=int(value)),
            "token_expiration": lambda value: draft.set(token_lifetime_s=int(value)),
            "headers": fields,
            "method": method,
        }
        if mode is Mode.RUN:
            takers["timeout"] = lambda value: draft.set(client_timeout_s=float(value))
        return {name: self._careful(name, take) for name, take in takers.items()}

    def _careful(self, name: str, take: Callable[[Any], None]) -> Callable[[Any], None]:
        def taken(value: Any) -> None:
            try:
                take(value)
            except (ValueError, TypeError):
                self._draft.note(
                    tr("{name} was left out: {value} is not a value for it.").format(
                        name=name, value=str(value)[:60]
                    )
                )

        return taken

    def _take_arguments(self, node: ast.expr) -> None:
        try:
            value = self._object(node)
        except _Computed as computed:
            self._draft.note(
                tr("The arguments were left out: {computed} is only known when the code runs.").format(
                    computed=computed
                )
            )
            return
        if not isinstance(value, dict):
            raise UnclearError(
                tr("The arguments in the Python code are not a dictionary."), tr("Paste them as JSON.")
            )
        self._draft.arguments = headers.without_keys(self._draft, value)

    def _object(self, node: ast.expr) -> Json:
        """Return a literal; a dictionary loses the entries that only running would give, with a note."""
        node = self._followed(node)
        if isinstance(node, ast.List | ast.Tuple):
            return [self._object(item) for item in node.elts]
        if not isinstance(node, ast.Dict):
            return self._value(node)
        found: dict[str, Json] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self._object(item)
                found |= inner if isinstance(inner, dict) else {}
                continue
            name = self._value(key)
            try:
                found[str(name)] = self._object(item)
            except _Computed as computed:
                self._draft.note(
                    tr("{name} was left out: {computed} is only known when the code runs.").format(
                        name=name, computed=computed
                    )
                )
        return found

    def _followed(self, node: ast.expr) -> ast.expr:
        seen: set[str] = set()
        while isinstance(node, ast.Name) and node.id in self._names and node.id not in seen:
            seen.add(node.id)
            node = self._names[node.id]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "dict"
            and not node.args
        ):
            keys: list[ast.expr | None] = [
                ast.Constant(one.arg) if one.arg else None for one in node.keywords
            ]
            return ast.Dict(keys, [one.value for one in node.keywords])
        return node

    def _value(self, node: ast.expr | None) -> Any:
        """Return a literal; raises _Computed."""
        if node is None:
            return None
        node = self._followed(node)
        if isinstance(node, ast.Dict | ast.List | ast.Tuple):
            return self._object(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._value(node.left), self._value(node.right)
            if isinstance(left, str) and isinstance(right, str):
                return left + right
        if isinstance(node, ast.JoinedStr):
            return "".join(str(self._value(part)) for part in node.values)
        if isinstance(node, ast.FormattedValue) and node.conversion == -1 and node.format_spec is None:
            return self._value(node.value)
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, RecursionError) as error:
            raise _Computed(node) from error
        if not isinstance(value, str | int | float | bool | type(None)):
            raise _Computed(node)
        return value

    def _keyword(self, call: ast.Call, name: str) -> Any:
        node = next((one.value for one in call.keywords if one.arg == name), None)
        if node is None:
            return None
        try:
            return self._value(node)
        except _Computed as computed:
            if name in self._takers(Mode.RUN):
                self._draft.note(
                    tr("{name} was left out: {computed} is only known when the code runs.").format(
                        name=name, computed=computed
                    )
                )
            return None

    def _sent(self) -> ast.expr | None:
        """Return the first input of a session."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "send" and node.args:
                return node.args[0]
        return None

    def _take_limit(self) -> None:
        """Take the time limit that asyncio holds over the call."""
        for node in ast.walk(self._tree):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in (
                "timeout",
                "wait_for",
            ):
                continue
            name = getattr(node.func, "attr", "")
            given = _argument(node, 0, "delay") if name == "timeout" else _argument(node, 1, "timeout")
            try:
                value = self._value(given)
            except _Computed:
                continue
            if isinstance(value, int | float):
                self._draft.set(client_timeout_s=float(value))

    def _take_keys(self) -> None:
        """Say so where a key is written into the code."""
        for node in ast.walk(self._tree):
            if (isinstance(node, ast.keyword) and node.arg in ("key", "credentials", "api_key")) or (
                isinstance(node, ast.Assign) and "FAL_KEY" in ast.unparse(node.targets[0])
            ):
                value = node.value
            else:
                continue
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                self._draft.note(KEY_LEFT_OUT)


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    if len(call.args) > place and not any(isinstance(one, ast.Starred) for one in call.args[: place + 1]):
        return call.args[place]
    return next((one.value for one in call.keywords if one.arg == name), None)
