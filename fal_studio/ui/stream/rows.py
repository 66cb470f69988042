"""A fact as one row: its direction, kind, size and a short preview. Plain functions, called for visible rows only."""

import json
from typing import NamedTuple

import msgspec

from fal_studio import figures
from fal_studio.core import events as e
from fal_studio.core.advice import said_anew
from fal_studio.core.artifacts import chips, find, in_bytes, words
from fal_studio.core.blobs import MARK
from fal_studio.core.data_uris import named
from fal_studio.core.events import Fact
from fal_studio.core.kept_words import message_in_words, reason_in_words, trouble_in_words, who_in_words
from fal_studio.core.purpose import in_words
from fal_studio.core.request import Json
from fal_studio.ui.models import place
from fal_studio.words import told, tr, trn

PREVIEW_CHARS = 240
MOST_CHARS = 4 * PREVIEW_CHARS
"""Of words that are no payload: what went wrong, a line of a log."""
_NAMED_CHARS = 1_000_000
"""How much of a text is looked through for files; it is cut after them, so that their size is right."""


class Row(NamedTuple):
    """What the list shows of one event."""

    arrow: str
    """"out", "in" or "" for what happened on our side."""
    kind: str
    size_bytes: int | None
    preview: str
    chips: tuple[str, ...] = ()
    tone: str = ""
    """"", "quiet", "good", "bad" or "ask"."""


def row_of(fact: Fact, before: e.Partial | None = None, chars: int = PREVIEW_CHARS) -> Row:
    """Return the row of a fact; `before` is the Partial before it, so that growing text tells what is new.

    `chars`: how much of a payload is of use, as far as there is room for it.
    """
    row = _row_of(fact, before, chars)
    if len(row.preview) > PREVIEW_CHARS or ";base64," in row.preview:
        return row._replace(preview=_shorten(row.preview, max(chars, MOST_CHARS)))
    return row


def _row_of(fact: Fact, before: e.Partial | None, chars: int) -> Row:
    match fact:
        case e.Partial(payload=payload) if (news := _news(payload, before, chars)) is not None:
            return Row("in", fact.event or tr("data"), fact.size_bytes, news, chips(payload))
        case e.Partial() | e.Output() | e.Control() | e.Sent():
            return _message_row(fact, chars)
        case e.Failed() | e.Cancelled() | e.Unknown() | e.Closed() | e.Trouble():
            return _trouble_row(fact)
        case (
            e.Attempt()
            | e.Retry()
            | e.Connection()
            | e.Response()
            | e.BodyRead()
            | e.StreamClosed()
            | e.Token()
            | e.Session()
            | e.Upload()
            | e.Download()
        ):
            return _transport_row(fact)
        case e.Held() | e.Released() | e.Polled() | e.Slept():
            return _waiting_row(fact)
        case e.Checked() | e.Reconciled() | e.Delivered() | e.Forgotten():
            return _found_row(fact)
        case e.Compared() | e.Decoded() | e.Described():
            return _remark_row(fact)
        case _:
            return _queue_row(fact)


def _message_row(fact: e.Partial | e.Output | e.Control | e.Sent, chars: int) -> Row:
    match fact:
        case e.Partial(payload=payload, size_bytes=size):
            if isinstance(payload, dict) and isinstance(payload.get("node_id"), str):
                return _node_row(payload, size, chars)
            kind = fact.event or tr("data")
            return Row("in", kind, size, _about(payload, chars), chips(payload))
        case e.Output(payload=payload, size_bytes=size):
            return Row("in", tr("result"), size or None, _about(payload, chars), chips(payload), "good")
        case e.Control(name=name, payload=payload, size_bytes=size):
            tone = "bad" if name.startswith("error ") else "quiet"
            text = preview(payload, chars) if payload is not None else ""
            return Row("in", name or tr("control"), size, text, (), tone)
        case e.Sent(index=index, payload=payload, size_bytes=size):
            text = tr("request body") if payload is None else preview(payload, chars)
            return Row(
                "out",
                tr("sent {index}").format(index=index) if payload is not None else tr("sent"),
                size,
                text,
                chips(payload),
            )


def _news(payload: Json, before: e.Partial | None, chars: int) -> str | None:
    """Return what an event adds to a text that grows; None if it is no such event."""
    said = words(payload)
    if said is None or isinstance(payload, str):
        return None
    if said.is_delta:
        return f"+ {_quoted(said.text, chars)}" if said.text else None
    was = words(before.payload) if before is not None else None
    if was is None or was.is_delta or not was.text or not said.text.startswith(was.text):
        return None
    if len(said.text) > len(was.text):
        return f"+ {_quoted(said.text[len(was.text) :], chars)}"
    rest = (
        {key: value for key, value in payload.items() if value != said.text}
        if isinstance(payload, dict)
        else {}
    )
    return tr("the same text, {preview}").format(preview=preview(rest, chars))


def _quoted(text: str, chars: int) -> str:
    text = named(text[:_NAMED_CHARS])
    return json.dumps(text[:chars], ensure_ascii=False) + ("…" if len(text) > chars else "")


def _node_row(payload: dict[str, Json], size: int, chars: int) -> Row:
    """Return the row of a workflow's event: which node, and what became of it."""
    kind = str(payload.get("type") or tr("node"))
    about = payload.get("app_id") or (_about(payload["output"], chars) if "output" in payload else "")
    tone = {"completion": "good", "error": "bad"}.get(kind, "")
    return Row("in", kind, size, f"{payload['node_id']}  {about}".rstrip(), chips(payload), tone)


def _trouble_row(fact: e.Failed | e.Cancelled | e.Unknown | e.Closed | e.Trouble) -> Row:
    match fact:
        case e.Failed(status=status):
            return Row("in" if status else "", tr("failed"), None, said_anew(fact).message, (), "bad")
        case e.Cancelled(by=by, note=note):
            return Row(
                "",
                tr("cancelled"),
                None,
                tr("by {by}, {note}").format(by=who_in_words(by), note=told(note))
                if note
                else tr("by {by}").format(by=who_in_words(by)),
            )
        case e.Unknown(why=why):
            return Row("", tr("unknown"), None, message_in_words(why), (), "ask")
        case e.Closed(code=code, reason=reason):
            return Row("", tr("closed"), None, f"{code} {reason_in_words(reason)}".strip(), (), "good")
        case e.Trouble(message=message):
            return Row("", tr("trouble"), None, trouble_in_words(message), (), "ask")


def _waiting_row(fact: e.Held | e.Released | e.Polled | e.Slept) -> Row:
    match fact:
        case e.Held(why=e.HeldFor.SLOT, limit=limit):
            return Row(
                "", tr("waiting"), None, tr("{limit} at once are under way").format(limit=limit), (), "quiet"
            )
        case e.Held(why=why):
            words = (
                tr("sending is paused") if why is e.HeldFor.PAUSED else tr("not sent before fal Studio ended")
            )
            return Row("", tr("waiting"), None, words, (), "quiet")
        case e.Released():
            return Row("", tr("sending"), None, tr("its turn has come"))
        case e.Polled(status=status, took_s=took_s):
            return Row(
                "in",
                tr("polled"),
                None,
                tr("{status} in {took_s} ms").format(
                    status=status, took_s=figures.number(took_s * 1000, ".0f")
                ),
                (),
                "quiet",
            )
        case e.Slept(seconds=seconds):
            return Row(
                "",
                tr("slept"),
                None,
                tr("this machine slept for {seconds} s").format(seconds=figures.number(seconds, ".0f")),
                (),
                "quiet",
            )


def _remark_row(fact: e.Compared | e.Decoded | e.Described) -> Row:
    match fact:
        case e.Described(path=path, text=text):
            words = f"{path}: {text}" if text else tr("{path}: taken back").format(path=path)
            return Row("", tr("described"), None, words, (), "quiet")
        case e.Compared(lane=lane, index=index, is_warm_up=is_warm_up, client=client):
            words = (
                tr("{lane}, warm-up").format(lane=lane)
                if is_warm_up
                else tr("{lane}, run {index}").format(lane=lane, index=index + 1)
            )
            words += tr(", made by {client}").format(client=client) if client else ""
            return Row("", tr("comparison"), None, words, (), "quiet")
        case e.Decoded(took_s=took_s, message=message):
            return Row(
                "",
                tr("decoded"),
                None,
                message or tr("in {took_s} ms").format(took_s=figures.number(took_s * 1000, ".1f")),
                (),
                "quiet",
            )


def _found_row(fact: e.Checked | e.Reconciled | e.Delivered | e.Forgotten) -> Row:
    match fact:
        case e.Checked(said=said):
            return Row("in", tr("looked up"), None, message_in_words(said), (), "ask")
        case e.Reconciled(how=how):
            return Row("in", tr("found"), None, told(how), (), "good")
        case e.Delivered(size_bytes=size):
            return Row("in", tr("webhook"), size, tr("fal called, and its signature fits"), (), "good")
        case e.Forgotten(files=files, left=left):
            text = tr("inputs and outputs") + (
                tr(", {files} files with them").format(files=files) if files else ""
            )
            text += tr("; {left} files could not be deleted").format(left=left) if left else ""
            return Row("in", tr("deleted at fal"), None, text, (), "quiet")


def _transport_row(
    fact: e.Attempt
    | e.Retry
    | e.Connection
    | e.Response
    | e.BodyRead
    | e.StreamClosed
    | e.Token
    | e.Session
    | e.Upload
    | e.Download,
) -> Row:
    match fact:
        case e.Attempt(number=number, why=why, method=method, url=url):
            again = "" if number == 1 else tr("attempt {number}: ").format(number=number)
            return Row("out", in_words(why) or tr("request"), None, f"{again}{method} {url}")
        case e.Retry(why=why, message=message, after_s=after_s):
            said = tr("{why}: {message}; once more in {pause} s")
            text = said.format(why=in_words(why), message=told(message), pause=figures.number(after_s, ".1f"))
            return Row("", tr("again"), None, text, (), "ask")
        case e.Connection(reused=reused):
            return Row("", tr("connection"), None, tr("reused") if reused else _handshake(fact), (), "quiet")
        case e.Response(status=status, headers=headers):
            content_type = next((v for k, v in headers.items() if k.lower() == "content-type"), "")
            return Row(
                "in",
                tr("open") if "event-stream" in content_type else tr("response"),
                None,
                f"{status} {content_type}",
            )
        case e.BodyRead(size_bytes=size, why=why):
            return Row("in", tr("body read"), size, in_words(why), (), "quiet")
        case e.StreamClosed():
            return _closed_row(fact)
        case e.Token(lifetime_s=lifetime_s):
            return Row(
                "in",
                tr("token"),
                None,
                tr("good for {lifetime_s} s").format(lifetime_s=figures.number(lifetime_s, ".0f")),
                (),
                "quiet",
            )
        case e.Session(state=state, reason=reason):
            return Row(
                "",
                tr("session"),
                None,
                f"{told(state.value)}: {reason_in_words(reason)}" if reason else told(state.value),
            )
        case e.Download(url=url, state=state, received_bytes=received, total_bytes=total):
            how_far = (
                tr("{received} of {total}").format(received=in_bytes(received), total=in_bytes(total))
                if total
                else in_bytes(received)
            )
            return Row("in", tr("download"), total, f"{told(state.value)}, {fact.message or how_far}  {url}")
        case e.Upload(name=name, sent_bytes=sent, total_bytes=total):
            return Row(
                "out",
                tr("upload"),
                total,
                tr("{name}: {sent} of {total}").format(name=name, sent=in_bytes(sent), total=in_bytes(total)),
            )


def _closed_row(fact: e.StreamClosed) -> Row:
    after = trn("after {count} event", "after {count} events", fact.partials).format(
        count=figures.number(fact.partials)
    )
    match fact.by:
        case e.Closer.SERVER if fact.is_usable:
            text, tone = tr("by the server, in good order, {after}"), ""
        case e.Closer.SERVER:
            text, tone = tr("by the server, {after}, and the last one is no result"), "bad"
        case e.Closer.NETWORK:
            text, tone = tr("by nobody: the connection broke {after}"), "bad"
        case e.Closer.US:
            text, tone = tr("by fal Studio, {after}"), "ask"
    text = text.format(after=after) + (f": {reason_in_words(fact.reason)}" if fact.reason else "")
    return Row("" if fact.by is e.Closer.US else "in", tr("closed"), fact.size_bytes or None, text, (), tone)


def _queue_row(fact: Fact) -> Row:
    match fact:
        case e.Started(endpoint=endpoint, mode=mode):
            return Row("", tr("started"), None, f"{mode} {endpoint}")
        case e.Enqueued(request_id=request_id, position=position):
            return Row(
                "in",
                tr("enqueued"),
                None,
                request_id if position is None else f"{request_id}, {place(position)}",
            )
        case e.Progress(stage=stage, position=position, fraction=fraction):
            more = (
                figures.percent(fraction)
                if fraction is not None
                else place(position)
                if position is not None
                else ""
            )
            return Row("in", told(stage.value), None, more)
        case e.Log(message=message, level=level):
            return Row("in", tr("log"), len(message.encode()), f"{level} {message}")
        case e.Metric(name=name, value=value, unit=unit):
            return Row("in", tr("metric"), None, f"{name} {figures.number(value, 'g')} {unit}".rstrip())
        case e.CancelRequested(by=by):
            return Row("out", tr("cancel"), None, tr("asked by {by}").format(by=who_in_words(by)), (), "ask")
        case e.CancelAnswer(status=status, word=word):
            return Row("in", tr("cancel answer"), None, f"{status} {word}")
        case e.Detached():
            return Row("", tr("detached"), None, tr("nobody waits; the call goes on"))
        case e.Resumed():
            return Row("", tr("resumed"), None, tr("followed again"))
        case _:
            raise TypeError(f"no row for {type(fact).__name__}")


def _about(payload: Json, chars: int) -> str:
    """Return where the first file of a payload stands, and its size; the beginning of a payload without files."""
    files = find(payload, 1000)
    if not files:
        return preview(payload, chars)
    first = files[0]
    return f"{first.path}  {first.width} × {first.height}" if first.width and first.height else first.path


def preview(payload: Json, limit: int = PREVIEW_CHARS) -> str:
    """Return the beginning of a payload on one line; files are left to the chips."""
    if isinstance(payload, str):
        return _shorten(payload, limit)
    return _shorten(_flat(payload, limit), limit)


def detail(fact: Fact) -> Json:
    """Return everything a fact holds as JSON, for the detail view."""
    whole = msgspec.to_builtins(fact)
    whole.pop("fact", None)
    return whole


def _flat(value: Json, limit: int) -> str:
    """Dump without building more text than is shown: stops soon after `limit`."""
    if isinstance(value, dict):
        if MARK in value and len(value) == 1:
            return "…"
        parts, length = list[str](), 0
        for key, item in value.items():
            part = f"{key}: {_flat(item, limit - length)}"
            parts.append(part)
            length += len(part)
            if length > limit:
                break
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        parts, length = list[str](), 0
        for item in value:
            part = _flat(item, limit - length)
            parts.append(part)
            length += len(part)
            if length > limit:
                break
        return "[" + ", ".join(parts) + "]"
    if isinstance(value, str):
        return json.dumps(named(value[:_NAMED_CHARS])[:limit], ensure_ascii=False)
    return json.dumps(value, default=str)


def _shorten(text: str, limit: int) -> str:
    text = named(text[:_NAMED_CHARS])
    return " ".join((text if len(text) <= limit else text[:limit] + "…").split())


def _handshake(fact: e.Connection) -> str:
    steps = (("DNS", fact.dns_s), (tr("connect"), fact.connect_s), ("TLS", fact.tls_s))
    return ", ".join(
        tr("{name} {value} ms").format(name=name, value=figures.number(value * 1000, ".1f"))
        for name, value in steps
        if value is not None
    ) or tr("new")
