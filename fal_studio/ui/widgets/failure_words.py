"""The failure card's words: whose fault, whether it cost money, whether sending again is safe. Pure."""

import json
from typing import Literal, NamedTuple

from fal_studio.core import events as e
from fal_studio.core.accounts import EMULATOR, is_emulators
from fal_studio.core.call import CallState
from fal_studio.core.data_uris import named
from fal_studio.core.events import Charged, FailureKind, FieldProblem
from fal_studio.core.request import Json
from fal_studio.core.schema.wording import title_of_server
from fal_studio.figures import number
from fal_studio.words import tr, trn


class Account(NamedTuple):
    """A failure in plain words."""

    title: str
    line: str
    fault: str
    charged: str
    charged_icon: Literal["check", "close", "help"]
    charged_why: str
    """How that is known, in a few words."""
    retry: str
    can_retry: bool
    attempts: str
    raw: str
    is_beyond: bool = False
    """The emulator was asked for a model that it does not have: another one is to be chosen, or another profile."""


_FAULTS = {
    FailureKind.INPUT: tr("Your input"),
    FailureKind.AUTH: tr("The key"),
    FailureKind.BALANCE: tr("The account"),
    FailureKind.LIMIT: tr("A limit"),
    FailureKind.NETWORK: tr("The network"),
    FailureKind.TIMEOUT: tr("Time ran out"),
    FailureKind.SERVER: tr("The server"),
    FailureKind.PROTOCOL: tr("The server's answer"),
    FailureKind.DISK: tr("This machine's disk"),
    FailureKind.BUDGET: tr("Your limit"),
    FailureKind.BUG: tr("This app"),
}
_CHARGED = {Charged.NO: tr("Not charged"), Charged.YES: tr("Charged"), Charged.UNKNOWN: tr("May be charged")}
_CHARGED_ICONS: dict[Charged, Literal["check", "close", "help"]] = {
    Charged.NO: "check",
    Charged.YES: "close",
    Charged.UNKNOWN: "help",
}
_ATTEMPTS = {0: tr("none"), 1: tr("1, never repeated")}


def account(failed: e.Failed, state: CallState, sent: Json = None, amount: str = "") -> Account:
    """Tell a failure; `sent` are the arguments, so that a refused value can be named; `amount` is what was charged."""
    is_beyond = failed.status == 404 and state.profile == EMULATOR and not is_emulators(state.endpoint)
    return Account(
        title=tr("The emulator has no {endpoint}").format(endpoint=state.endpoint)
        if is_beyond
        else named(_title(failed)),
        line=tr("It works offline, with models of its own. Choose one of them, or call this one at fal.")
        if is_beyond
        else named(_line(failed, sent)),
        fault=tr("The profile") if is_beyond else _FAULTS[failed.kind],
        charged=tr("Charged {amount}").format(amount=amount)
        if amount and failed.charged is Charged.YES
        else _CHARGED[failed.charged],
        charged_icon=_CHARGED_ICONS[failed.charged],
        charged_why=_charged_why(failed, state),
        retry=_retry(failed),
        can_retry=failed.retryable,
        attempts=_ATTEMPTS.get(state.attempts, str(state.attempts)),
        raw=pretty(failed.body),
        is_beyond=is_beyond,
    )


def report(failed: e.Failed, state: CallState, amount: str = "") -> str:
    """Return what is worth copying; headers are redacted where they were noted."""
    told = account(failed, state, amount=amount)
    lines = [
        told.title,
        told.line,
        tr("endpoint: {endpoint}").format(endpoint=state.endpoint),
        tr("mode: {mode}").format(mode=state.mode),
        tr("profile: {profile}").format(profile=state.profile),
        tr("kind: {kind}, status: {status}, type: {type}").format(
            kind=failed.kind, status=failed.status, type=failed.error_type or "-"
        ),
        tr("charged: {charged} ({why}); safe to retry: {retry}; attempts: {attempts}").format(
            charged=told.charged, why=told.charged_why, retry=told.retry, attempts=told.attempts
        ),
        tr("request id: {request_id}").format(request_id=state.request_id or "-"),
        tr("after: {elapsed} s").format(elapsed=f"{state.elapsed_s:.3f}"),
    ]
    lines += [
        tr("field {name}: {message}").format(name=".".join(map(str, item.loc)), message=item.message)
        for item in failed.fields
    ]
    return "\n".join((*lines, "", told.raw)).strip()


def pretty(body: str) -> str:
    """Return a JSON body indented, anything else as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body


def _charged_why(failed: e.Failed, state: CallState) -> str:
    units = next((value for name, value in state.metrics.items() if "billable" in name), None)
    if units is not None:
        return trn("{units} unit billed", "{units} units billed", units).format(units=number(units, "g"))
    match failed.charged:
        case Charged.YES:
            return tr("it was done")
        case Charged.UNKNOWN:
            return tr("sent, no bill came back")
        case Charged.NO if failed.status is not None:
            return tr("fal bills no {status}").format(status=failed.status)
        case Charged.NO:
            return tr("nothing was sent") if state.attempts == 0 else tr("it did not run")


def _title(failed: e.Failed) -> str:
    if failed.fields:
        field = failed.fields[0]
        name = ".".join(str(part) for part in field.loc)
        if name and (title := title_of_server(field, name)):
            return title
        message = field.message.removeprefix("Input should be ")
        if field.message.startswith("Input should be "):
            return (
                tr("{name} must be {message}").format(name=name, message=message)
                if name
                else tr("Must be {message}").format(message=message)
            )
        return f"{name}: {field.message}" if name else failed.message.rstrip(".")
    return failed.message.rstrip(".").split(". ", 1)[0]


def _line(failed: e.Failed, sent: Json) -> str:
    more = _sent_value(failed.fields[0], sent) if failed.fields else ""
    if not failed.fields and ". " in failed.message:
        more = failed.message.split(". ", 1)[1]
    others = len(failed.fields) - 1
    if others > 0:
        more = (
            trn("{more} {others} more field below.", "{more} {others} more fields below.", others)
            .format(more=more, others=others)
            .strip()
        )
    clock = tr("The {clock} fired.").format(clock=failed.clock) if failed.clock is not None else ""
    return " ".join(part for part in (more, clock, failed.next_step) if part)


def _sent_value(field: FieldProblem, sent: Json) -> str:
    value = sent
    for part in field.loc:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return tr("You sent none.")
    text = named(json.dumps(value, ensure_ascii=False, default=str))
    return (
        tr("You sent {text}.").format(text=text)
        if len(text) <= 80
        else tr("You sent {text}…").format(text=text[:60])
    )


def _retry(failed: e.Failed) -> str:
    if failed.retryable:
        return tr("Yes")
    return (
        tr("Not as it is")
        if failed.kind is FailureKind.INPUT
        else tr("No")
        if failed.charged is Charged.YES
        else tr("Not by itself")
    )
