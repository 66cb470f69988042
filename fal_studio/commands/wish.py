"""The command line of `fal-studio call` as values: which profile, which request, which inputs."""

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fal_studio.command_line import Parser, a_time
from fal_studio.core import adoption
from fal_studio.core import options as rules
from fal_studio.core.accounts import EMULATOR, FIRST_NAME, Account
from fal_studio.core.events import Enqueued
from fal_studio.core.request import HERE, Hosts, Json, Mode, Options, Profile, ProfileKind, Request
from fal_studio.services.emulator_process import KEY as EMULATOR_KEY
from fal_studio.store import accounts
from fal_studio.store.paths import folders
from fal_studio.wire import payload
from fal_studio.wire.queue import ticket_of
from fal_studio.words import tr

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class UsageError(Exception):
    """The command line cannot be understood; the text says what to write instead."""


class Wish(msgspec.Struct, frozen=True):
    """What somebody asked for."""

    request: Request
    inputs: tuple[Json, ...]
    """Realtime: all inputs; the first is also the request's arguments."""
    profile: Profile | None
    """None: the emulator, still to be started."""
    key: str
    ticket: Enqueued | None
    jsonl: bool
    idle_s: float
    account: Account | None = None
    """The kept profile that is called with; its limits for spending hold."""


def parser() -> Parser:
    """Return the parser of the command line."""
    it = Parser(
        prog="fal-studio call",
        description=tr(
            "Make one call, print what happens and then the result. "
            "Without --profile and --base the call goes to an emulator that is started for it."
        ),
        epilog=tr(
            "Exit codes: 0 success, 1 refused by the model, by fal or by a limit, 2 usage, 3 network, 130 interrupted. "
            "The key for --profile fal comes from FAL_KEY, or FAL_KEY_ID and FAL_KEY_SECRET; that of a profile of fal Studio "
            "from the keyring. A profile's limits for spending hold here, too."
        ),
    )
    it.things.add_argument("endpoint", nargs="?", default="", help=tr("for example fal-ai/flux/dev"))
    it.options.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.SUBSCRIBE.value)
    it.options.add_argument(
        "--input",
        default="{}",
        metavar="JSON|@FILE|-",
        help=tr("the arguments; @FILE.jsonl: a realtime input per line"),
    )
    where = it.options.add_mutually_exclusive_group()
    where.add_argument("--profile", metavar="NAME", help=tr("emulator, fal, or a profile of fal Studio"))
    where.add_argument(
        "--base", metavar="URL", help=tr("a server laid out as the emulator is, or with --local-app an app")
    )
    it.options.add_argument(
        "--local-app",
        action="store_true",
        help=tr("--base is an app served with the fal SDK on this machine"),
    )
    it.options.add_argument(
        "--proxy", metavar="URL", help=tr("send everything through a team proxy, which holds the key")
    )
    it.options.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=tr("such as start_timeout_s=30, status_updates=poll, headers.X-Name=value"),
    )
    it.options.add_argument(
        "--timeout", type=a_time, metavar="S", help=tr("give the call up after so many seconds")
    )
    it.options.add_argument(
        "--idle",
        type=a_time,
        default=5.0,
        metavar="S",
        help=tr("realtime: leave when nothing was heard for so long (5)"),
    )
    it.options.add_argument("--jsonl", action="store_true", help=tr("print every fact as a line of JSON"))
    it.options.add_argument(
        "--follow", metavar="STATUS_URL", help=tr("take up a queue call again, by its status URL")
    )
    return it


def read(options: argparse.Namespace) -> Wish:
    """Return what the parsed command line asks for; raises UsageError."""
    ticket = _ticket(options.follow) if options.follow else None
    endpoint = options.endpoint or (_endpoint_of(ticket) if ticket else "")
    if not endpoint and not options.local_app:
        raise UsageError(
            tr("Name the endpoint, for example: {example}").format(
                example='fal-studio call fal-ai/flux/dev --input \'{"prompt": "a tiger"}\''
            )
        )
    mode = Mode.SUBSCRIBE if ticket else Mode(options.mode)
    inputs = _inputs(options.input, mode)
    account = _account(options)
    profile = account.profile if account is not None else _profile(options, ticket)
    name = profile.name if profile is not None else "emulator"
    request = Request(endpoint, mode, inputs[0] if inputs else {}, name, _options(options, mode))
    key = _key_of(account) if account is not None else _key(profile)
    return Wish(request, inputs, profile, key, ticket, options.jsonl, options.idle, account)


def _account(options: argparse.Namespace) -> Account | None:
    """Return the kept profile of that name; raises UsageError where there is none."""
    name = options.profile
    if name in (None, EMULATOR) or options.proxy:
        return None
    kept = {account.name: account for account in accounts.load(folders().config / "accounts.json")}
    if name in kept:
        return kept[name]
    if name == FIRST_NAME:
        return None
    known = ", ".join((EMULATOR, FIRST_NAME, *(one for one in kept if one != FIRST_NAME)))
    raise UsageError(
        tr("There is no profile called {name}. There are: {known}.").format(name=name, known=known)
    )


def _key_of(account: Account) -> str:
    if not account.has_key:
        return ""
    if account.name == FIRST_NAME and (key := _environment()):
        return key
    # Keyrings take long to load, and most calls need none.
    secrets: Any = importlib.import_module("fal_studio.store.secrets")
    try:
        key: str = secrets.Secrets().get(account.name)
    except secrets.SecretError as error:
        raise UsageError(f"{error.report.message} {error.report.next_step}".strip()) from error
    if not key:
        raise UsageError(
            tr("The key {name} is not in the keyring any more. Add it again in fal Studio.").format(
                name=account.name
            )
        )
    return key


def _inputs(text: str, mode: Mode) -> tuple[Json, ...]:
    source, text = _text_of(text)
    if source.endswith(".jsonl"):
        if mode is not Mode.REALTIME:
            raise UsageError(
                tr("{source} holds several inputs, which only --mode realtime takes.").format(source=source)
            )
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        return tuple(
            _json(line, tr("line {number} of {source}").format(number=number, source=source))
            for number, line in lines
        )
    return (_json(text, source),)


def _text_of(given: str) -> tuple[str, str]:
    if given == "-":
        return tr("standard input"), sys.stdin.read()
    if not given.startswith("@"):
        return "--input", given
    path = Path(given[1:])
    try:
        return str(path), path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(tr("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise UsageError(tr("{path} is not UTF-8 text.").format(path=path)) from error


def _json(text: str, source: str) -> Json:
    try:
        return payload.decode(text.encode())
    except (payload.PayloadError, UnicodeEncodeError) as error:
        raise UsageError(tr("{source} is not JSON: {error}.").format(source=source, error=error)) from error


def _ticket(status_url: str) -> Enqueued:
    try:
        return ticket_of(status_url)
    except payload.PayloadError as error:
        raise UsageError(
            tr("--follow wants a status URL, and {url} is none: {error}.").format(url=status_url, error=error)
        ) from error


def _endpoint_of(ticket: Enqueued) -> str:
    path = urlsplit(ticket.response_url).path.partition("/requests/")[0].strip("/")
    return path.removeprefix("queue/")


def _profile(options: argparse.Namespace, ticket: Enqueued | None) -> Profile | None:
    base = _base(options.base, "--base")
    if options.local_app:
        if not base:
            raise UsageError(tr("--local-app needs --base, for example --base http://127.0.0.1:8080."))
        hosts = Hosts(base, base, base, base, base, base, f"{base}/openapi.json")
        return Profile("local app", ProfileKind.LOCAL_APP, hosts)
    if not base and ticket is not None and options.profile is None:
        base = _base_of(ticket)
    hosts = _laid_out(base) if base else Hosts()
    if options.proxy:
        return Profile("proxy", ProfileKind.PROXY, hosts, _base(options.proxy, "--proxy"))
    if base:
        return Profile(base, ProfileKind.CUSTOM, hosts)
    if options.profile == "fal" or ticket is not None:
        return Profile("fal", ProfileKind.FAL)
    return None


def _base_of(ticket: Enqueued) -> str:
    if ticket.status_url.startswith(Hosts().queue + "/"):
        return ""
    base, found, _rest = ticket.status_url.partition("/queue/")
    if not found:
        raise UsageError(tr("Say with --profile or --base where the status URL belongs to."))
    return base


def _laid_out(base: str) -> Hosts:
    """Return the hosts of a server that lays them out as the emulator does."""
    return Hosts(
        f"{base}/run",
        f"{base}/queue",
        f"{base}/rest",
        f"{base}/cdn",
        f"{base}/api/v1",
        f"{base.replace('http', 'ws', 1)}/ws",
        f"{base}/api/openapi/queue/openapi.json",
    )


def _base(url: str | None, name: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise UsageError(
            tr("{name} wants an address such as http://127.0.0.1:8080, not {url}.").format(name=name, url=url)
        )
    return url.rstrip("/")


def _key(profile: Profile | None) -> str:
    if profile is None:
        return EMULATOR_KEY
    if profile.kind in (ProfileKind.LOCAL_APP, ProfileKind.PROXY):
        return ""
    if profile.kind is ProfileKind.CUSTOM and urlsplit(profile.hosts.run).hostname in _LOOPBACK:
        return EMULATOR_KEY  # a real key has no business with a server on this machine
    if not (key := _environment()):
        raise UsageError(tr("No key: set FAL_KEY (or FAL_KEY_ID and FAL_KEY_SECRET) in the environment."))
    return key


def _environment() -> str:
    """Return the key that stands in the environment, as fal's own client reads it; "" for none."""
    found = adoption.in_variables(os.environ)
    return found.key if found is not None else ""


def _options(options: argparse.Namespace, mode: Mode) -> Options:
    found: dict[str, Any] = {}
    for item in options.option:
        name, equals, value = item.partition("=")
        top, dot, rest = name.partition(".")
        if not equals or top not in Options.__struct_fields__:
            names = ", ".join(Options.__struct_fields__)
            raise UsageError(
                tr("--option {item} is not known. Write NAME=VALUE with one of: {names}.").format(
                    item=item, names=names
                )
            )
        if dot:
            found.setdefault(top, {})[rest] = value
        else:
            found[name] = value
    if options.timeout is not None:
        found["client_timeout_s"] = options.timeout
    try:
        read = msgspec.convert(found, Options, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(tr("An option does not fit: {error}.").format(error=error)) from error
    if read.webhook_url == HERE:
        raise UsageError(tr("Only the window listens itself: name the address that the webhook goes to."))
    for name, problem in rules.problems(read, mode).items():
        raise UsageError(tr("Option {name} does not fit. {problem}").format(name=name, problem=problem))
    return read
