"""What `fal-studio call` prints: progress for people on standard error, the result on standard output; or JSON lines."""

import base64
import sys
from collections.abc import Mapping
from typing import TextIO

import msgspec

from fal_studio.core import events as e
from fal_studio.core.blobs import restore
from fal_studio.core.events import Event
from fal_studio.core.kept_words import message_in_words, reason_in_words, trouble_in_words, who_in_words
from fal_studio.core.purpose import in_words
from fal_studio.core.request import Json
from fal_studio.words import told, tr


class JsonLines:
    """Prints every event as one line, at once."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def __call__(self, event: Event) -> None:
        """Print one event."""
        print(e.encode(event).decode(), file=self._out, flush=True)


class Words:
    """Prints what people want to know."""

    def __init__(self, blobs: Mapping[str, bytes], *, is_realtime: bool) -> None:
        self._blobs = blobs
        self._is_realtime = is_realtime

    def __call__(self, event: Event) -> None:
        """Print one event, if it says something to a person."""
        fact = event.fact
        if (line := _line(fact)) is not None:
            print(f"{event.t_ns / 1e9:8.3f}  {line}", file=sys.stderr, flush=True)
        is_result = isinstance(fact, e.Output) or (self._is_realtime and isinstance(fact, e.Partial))
        if is_result and isinstance(fact, e.Output | e.Partial):
            document = msgspec.json.encode(_readable(fact.payload, self._blobs))
            text = document if self._is_realtime else msgspec.json.format(document)
            print(text.decode(), flush=True)


def _readable(payload: Json, blobs: Mapping[str, bytes]) -> Json:
    """Return the payload as it stood on the wire; bytes, which JSON lacks, as data URIs."""
    return _texts(restore(payload, blobs.__getitem__))


def _texts(value: Json) -> Json:
    if isinstance(value, bytes):
        return "data:application/octet-stream;base64," + base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    return [_texts(item) for item in value] if isinstance(value, list) else value


def _line(fact: e.Fact) -> str | None:
    match fact:
        case e.Attempt(number=number, why=why, method=method, url=url) if not why.startswith("status"):
            said = f"{in_words(why)}: {method} {url}"
            return said if number == 1 else tr("{said} (attempt {number})").format(said=said, number=number)
        case e.Retry(why=why, message=message, after_s=after_s) if why != "status":
            said = tr("{why}: {message}; once more in {pause} s")
            return said.format(why=in_words(why), message=told(message), pause=f"{after_s:.1f}")
        case e.Enqueued(request_id=request_id, status_url=status_url):
            return tr("enqueued as {request_id}").format(request_id=request_id) + f"\n{'':10}{status_url}"
        case e.Progress(stage=stage, position=position):
            if position is None:
                return told(stage.value)
            return tr("{stage}, {position} in front").format(stage=told(stage.value), position=position)
        case e.Log(message=message):
            return tr("log: {message}").format(message=message)
        case e.Session(state=state, reason=reason):
            return tr("session {state}: {reason}").format(
                state=told(state.value), reason=reason_in_words(reason)
            )
        case e.Partial(index=index, size_bytes=size):
            return tr("result {index}: {size} bytes").format(index=index, size=f"{size:,}")
        case e.Metric(name=name, value=value, unit=unit):
            return f"{name} {value:g} {unit}".rstrip()
        case e.Trouble(message=message):
            return trouble_in_words(message)
        case e.CancelRequested(by=by):
            return tr("cancel requested by {by}").format(by=who_in_words(by))
        case e.CancelAnswer(status=status, word=word):
            return tr("cancel: {word} ({status})").format(word=word, status=status)
        case e.Failed() | e.Unknown() | e.Cancelled() | e.Closed():
            return _last_line(fact)
        case _:
            return None


def _last_line(fact: e.Failed | e.Unknown | e.Cancelled | e.Closed) -> str:
    match fact:
        case e.Failed(message=message, next_step=next_step, charged=charged):
            cost = {e.Charged.NO: tr("Nothing was charged."), e.Charged.YES: tr("It was charged.")}.get(
                charged, ""
            )
            first = tr("failed: {message}").format(message=message)
            return f"{first}\n{'':10}{' '.join(filter(None, (next_step, cost)))}".rstrip()
        case e.Unknown(why=why):
            first = tr("unknown: {why}").format(why=message_in_words(why))
            return f"{first}\n{'':10}{tr('Look at the requests on fal.ai before sending it again.')}"
        case e.Cancelled(by=by, note=note, charged=charged):
            cost = {e.Charged.NO: tr("; nothing was charged"), e.Charged.YES: tr("; it was charged")}
            who = tr("cancelled by {by}").format(by=who_in_words(by))
            return f"{who}{f' {told(note)}' if note else ''}{cost.get(charged, '')}"
        case e.Closed(reason=reason):
            return tr("closed: {reason}").format(reason=reason_in_words(reason))
