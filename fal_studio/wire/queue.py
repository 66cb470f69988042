"""The queue's answers to facts: submit, status and cancel; lenient where fal's servers differ."""

from collections import Counter

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.request import Json, Profile
from fal_studio.wire.payload import PayloadError
from fal_studio.words import tr

_WORD_OF_CODE = {200: "OK", 202: "CANCELLATION_REQUESTED", 400: "ALREADY_COMPLETED", 404: "NOT_FOUND"}
_LineKey = tuple[str, str, str]


def enqueued(answer: Json, profile: Profile, endpoint: str) -> e.Enqueued:
    """Read the answer to a submit; the URLs are taken as they are, or built where the server names none."""
    if not isinstance(answer, dict) or not (request_id := _text(answer.get("request_id"))):
        raise PayloadError(tr("it names no request_id"))
    status, response, cancel = urls.ticket_urls(profile, endpoint, request_id)
    return e.Enqueued(
        request_id,
        _url(answer.get("status_url")) or status,
        _url(answer.get("response_url")) or response,
        _url(answer.get("cancel_url")) or cancel,
        _position(answer.get("queue_position")),
        _text(answer.get("gateway_request_id")),
    )


def ticket_of(status_url: str) -> e.Enqueued:
    """Return the ticket that a status, result or cancel URL belongs to, for people who kept only that; raises PayloadError."""
    bare = status_url.split("?", 1)[0].rstrip("/").removesuffix("/stream").removesuffix("/status")
    bare = bare.removesuffix("/cancel").removesuffix("/response")
    head, found, request_id = bare.rpartition("/requests/")
    if not found or "://" not in head or not request_id or "/" in request_id:
        raise PayloadError(tr("it does not look like https://…/requests/ID/status"))
    return e.Enqueued(request_id, f"{bare}/status", bare, f"{bare}/cancel")


def cancel_answer(status: int, answer: Json) -> e.CancelAnswer:
    """Read what the server says to a cancel; the code decides, bodies differ between servers."""
    word = _text(answer.get("status")) if isinstance(answer, dict) else ""
    return e.CancelAnswer(status, word or _WORD_OF_CODE.get(status, ""))


class StatusReader:
    """Turns successive status documents, polled or streamed, into facts; says nothing twice."""

    def __init__(self) -> None:
        self._progress: e.Progress | None = None
        self._lines: list[_LineKey] = []
        self._seen: Counter[_LineKey] = Counter()
        self._words: set[str] = set()
        self.is_completed = False
        """COMPLETED was seen. It may also stand for a failure or a cancel: the result's code tells."""

    def facts(self, answer: Json) -> list[e.Fact]:
        """Return what is new in a status document; raises PayloadError for what is none."""
        if not isinstance(answer, dict) or not isinstance(word := answer.get("status"), str):
            raise PayloadError(tr("it has no status"))
        # fal: running may go back to queued, when the queue tries again on another runner.
        found = self._where(word, answer)
        found.extend(self._new_lines(answer.get("logs")))
        if word == "COMPLETED":
            self.is_completed = True
            found.extend(_metrics(answer.get("metrics")))
        return found

    def _where(self, word: str, answer: dict[str, Json]) -> list[e.Fact]:
        match word:
            case "IN_QUEUE":
                progress = e.Progress(e.Stage.QUEUED, _position(answer.get("queue_position")))
            case "IN_PROGRESS":
                progress = e.Progress(e.Stage.RUNNING, fraction=_fraction(answer.get("progress")))
            case "COMPLETED":
                return []
            case _:
                if word in self._words:
                    return []
                self._words.add(word)
                return [e.Control(f"status {word[:60]}")]
        if progress == self._progress:
            return []
        self._progress = progress
        return [progress]

    def _new_lines(self, logs: Json) -> list[e.Fact]:
        """Return the lines not seen before, whether the server repeats its history or only adds to it."""
        if not isinstance(logs, list) or not logs:
            return []
        lines = [entry if isinstance(entry, dict) else {"message": str(entry)} for entry in logs]
        keys = [_line_key(line) for line in lines]
        known = self._overlap(keys)
        # A late line may have been sorted in before known ones: what has a time of its own is known by it.
        budget = self._seen - Counter(keys[:known])
        found: list[e.Fact] = []
        for line, key in zip(lines[known:], keys[known:], strict=True):
            if key[0] and budget[key] > 0:
                budget[key] -= 1
                continue
            self._lines.append(key)
            self._seen[key] += 1
            found.append(e.Log(key[2], key[1] or "INFO", key[0], _text(line.get("source"))))
        return found

    def _overlap(self, keys: list[_LineKey]) -> int:
        """Return how many lines at the head of `keys` repeat the whole history, or its tail."""
        if keys[: len(self._lines)] == self._lines:
            return len(self._lines)
        for count in range(min(len(keys), len(self._lines)), 0, -1):
            if self._lines[-count:] == keys[:count]:
                return count
        return 0


def _line_key(line: dict[str, Json]) -> _LineKey:
    return _text(line.get("timestamp")), _text(line.get("level")), _text(line.get("message"))


def _metrics(metrics: Json) -> list[e.Fact]:
    if not isinstance(metrics, dict):
        return []
    return [
        e.Metric(str(name), float(value), "s" if name == "inference_time" else "")
        for name, value in metrics.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _position(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _fraction(value: Json) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= 1 else None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _url(value: Json) -> str:
    text = _text(value)
    return text if text.startswith(("https://", "http://")) else ""
