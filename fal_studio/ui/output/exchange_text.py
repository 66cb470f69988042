"""What the inspector tells of a lane in words: the whole call, one exchange to its last header, or a file that was fetched."""

import json
from collections.abc import Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.data_uris import named
from fal_studio.core.exchanges import Exchange
from fal_studio.core.har import PHRASES
from fal_studio.core.purpose import in_words
from fal_studio.core.request import Json, Request
from fal_studio.figures import number
from fal_studio.ui.output.json_writing import is_large, written
from fal_studio.ui.output.waterfall import Lane, added_up
from fal_studio.words import tr, trn

BODY_CHARS = 20_000
"""Longer bodies are cut in the view."""
_NEAR = 4
"""Lanes beside one that are named; more are counted."""


def text_of(lanes: Sequence[Lane], index: int, request: Request | None) -> str:
    """Return what is told of one of the lanes; files that stand as text are named, nobody reads Base64."""
    lane = lanes[index]
    if lane.exchange is not None:
        return named(_exchange_text(lane, lane.exchange, lanes, request))
    return named(_file_text(lane, lane.file) if lane.file is not None else _whole_text(lane, request))


def _ms(length_ns: int) -> str:
    return tr("{length} ms").format(length=number(length_ns / 1e6, "12,.2f"))


def _times(lane: Lane, together: str) -> list[str]:
    rows = [f"{bar.word:<24}{_ms(bar.end_ns)}" for bar in added_up(lane.bars)]
    return [*rows, f"{together:<24}{_ms(lane.length_ns)}"]


def _when(lane: Lane, lanes: Sequence[Lane] = ()) -> str:
    """Return when it was, and what went on at the same time: the lanes of a call need not follow each other."""
    start_ns, end_ns = lane.bars[0].start_ns, lane.bars[-1].end_ns
    words = tr("from {start} ms to {end} ms of the call").format(
        start=number(start_ns / 1e6, ",.1f"), end=number(end_ns / 1e6, ",.1f")
    )
    beside = [
        one.name
        for one in lanes[1:]
        if one is not lane and one.bars[0].start_ns < end_ns and one.bars[-1].end_ns > start_ns
    ]
    if not beside:
        return words
    names = ", ".join(beside[:_NEAR])
    if len(beside) > _NEAR:
        names = tr("{names} and {count} more").format(names=names, count=len(beside) - _NEAR)
    return tr("{when}; beside it: {names}").format(when=words, names=names)


def _whole_text(lane: Lane, request: Request | None) -> str:
    rows = _times(lane, tr("together, the wall clock"))
    if request is None:
        return "\n".join(rows)
    rows += [
        "",
        tr("Sent with"),
        tr("    endpoint: {endpoint}").format(endpoint=request.endpoint),
        tr("    mode: {mode}").format(mode=request.mode.value),
        tr("    profile: {profile}, with its hosts and time limits").format(profile=request.profile),
    ]
    # Headers and query may hold a secret: the exchange shows them as they went, with secrets replaced.
    options = msgspec.to_builtins(request.options)
    shown = [f"    {name}: {value}" for name, value in options.items() if name not in ("headers", "query")]
    rows += ["", tr("Options set in this request; all others are fal's own")] if shown else []
    rows += shown or [tr("    options: none set, so fal's own apply")]
    return "\n".join(rows)


def _exchange_text(lane: Lane, one: Exchange, lanes: Sequence[Lane], request: Request | None) -> str:
    rows = [f"{one.method} {one.url}"]
    if one.remote or one.status:
        where = one.remote or tr("an address that was not told")
        kind = tr("reused connection to {where}") if one.reused else tr("new connection to {where}")
        rows.append(f"{kind.format(where=where)}, {one.http_version}")
    else:
        rows.append(tr("no connection came about"))
    if " " in one.why:
        rows.append(in_words(one.why))
    rows += [_when(lane, lanes), "", *_times(lane, tr("together")), ""]
    rows.append(_sized(tr("Sent"), one.sent_bytes))
    rows += [f"    {name}: {value}" for name, value in one.sent_headers.items()]
    if one.has_body and request is not None:
        rows += ["", _body(request.arguments)]
    rows.append("")
    if not one.status:
        return "\n".join([*rows, tr("No answer. {error}").format(error=one.error).strip(), *_again(one)])
    said = f"{one.status} {PHRASES.get(one.status, '')}".rstrip()
    rows.append(_sized(tr("Answer {said}").format(said=said), one.body_bytes))
    rows += [f"    {name}: {value}" for name, value in one.headers.items()]
    return "\n".join([*rows, *_again(one), *_answer_body(one)])


def _sized(what: str, size: int) -> str:
    return what if size < 0 else tr("{what}, body {size}").format(what=what, size=in_bytes(size))


def _again(one: Exchange) -> list[str]:
    return (
        []
        if one.again_after_s is None
        else ["", tr("Tried again {pause} s later.").format(pause=number(one.again_after_s, ".2f"))]
    )


def _file_text(lane: Lane, file: e.Download) -> str:
    rows = [
        f"GET {file.url}",
        *(tr("sent on to {address}").format(address=hop) for hop in file.redirects),
        _when(lane),
        "",
    ]
    rows += [*_times(lane, tr("together")), ""]
    if file.state is not e.FileState.KEPT:
        return "\n".join([*rows, file.message])
    kind = f", {file.content_type}" if file.content_type else ""
    rows += [
        tr("Kept: {what}").format(what=in_bytes(file.received_bytes) + kind),
        f"    sha256: {file.sha256}",
    ]
    return "\n".join([*rows, "", tr("Fetched after the result came: it is no part of the call's own time.")])


def _answer_body(one: Exchange) -> list[str]:
    if one.messages:
        count = len(one.messages)
        words = trn("1 message", "{count} messages", count).format(count=number(count))
        return ["", tr("{words}: see Events. The transcript has every byte of them.").format(words=words)]
    match one.end:
        case e.Failed(body=body) if body:
            return ["", _cut(body)]
        case e.Output(payload=payload):
            return ["", _body(payload)]
        case _:
            return []


def _body(payload: Json) -> str:
    """Return the beginning of a payload as JSON; a large one is not written further than is shown."""
    if not is_large(payload, 2000, BODY_CHARS):
        return _cut(json.dumps(payload, ensure_ascii=False, indent=2, default=str))
    text = ""
    try:
        for part in written(payload):
            text += named(part) if len(part) < BODY_CHARS * 100 else part[: BODY_CHARS + 1]
            if len(text) > BODY_CHARS:
                return tr("{text}\n… and more; HAR has all").format(text=text[:BODY_CHARS])
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        return tr("{text}\n… which cannot be written as JSON: {error}").format(text=text, error=error)
    return text


def _cut(text: str) -> str:
    left_out = len(text) - BODY_CHARS
    if left_out <= 0:
        return text
    return tr("{text}\n… and {left_out} characters more; HAR has all").format(
        text=text[:BODY_CHARS], left_out=number(left_out)
    )
