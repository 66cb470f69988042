"""The search language: `model:flux mode:stream state:failed cost>0.05 "red hat" -rejected after:2026-11-01 is:open`.

Whatever cannot be read as a filter is searched for as text, and a sentence says so: nothing typed is lost.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from fal_studio.core.call import Phase
from fal_studio.core.history import MOST_RATED, Query
from fal_studio.core.request import Mode
from fal_studio.words import tr


class Search(msgspec.Struct, frozen=True):
    """What a line of the search language means."""

    query: Query
    problems: tuple[str, ...] = ()
    """Sentences about parts that were taken as text although they look like filters."""


class _Term(msgspec.Struct, frozen=True):
    """One part of the line."""

    text: str
    """As it was typed, for messages."""
    word: str
    """Without quotes and minus."""
    key: str = ""
    """What stands before the colon, in small letters; "" for plain words."""
    sign: str = ":"
    is_without: bool = False


class _Unreadable(Exception):  # noqa: N818 - caught three lines further down
    """A filter's value makes no sense; the text says why."""


KEYS = (
    "model",
    "mode",
    "state",
    "profile",
    "project",
    "client",
    "cost",
    "seed",
    "rating",
    "id",
    "after",
    "before",
    "is",
)
_SAME = {"endpoint": "model", "phase": "state", "status": "state", "request": "id"}
_IS = ("open", "ended", "trash", "starred", "rejected")
_LEFT_OUT = ("starred", "rejected")
_RATINGS = tuple(str(rating) for rating in range(1, MOST_RATED + 1))
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
_TERM = re.compile(
    r"""
    (?P<minus>-?)
    (?:(?P<key>[A-Za-z]+)(?P<sign>[:<>]))?
    (?:"(?P<quoted>(?:\\.|[^"\\])*)(?:"|\\?\Z)|(?P<plain>\S*))
    """,
    re.VERBOSE | re.DOTALL,
)


def parse(text: str, now: dt.datetime | None = None) -> Search:
    """Read a line; dates without a zone are local ones, `now` is what "today" and "7d" count from."""
    reader = _Reader(now or dt.datetime.now().astimezone())
    for term in _terms(text):
        reader.take(term)
    return Search(msgspec.convert(reader.found, Query), tuple(reader.problems))


def text(query: Query) -> str:
    """Return the line for the conditions of a query; `parse` reads the same from it. Order and page are not in it."""
    return " ".join(chips(query))


def chips(query: Query) -> tuple[str, ...]:
    """Return the parts of that line, one for each condition: what a person removes one by one."""
    found = [
        *(_filter("model", value) for value in query.models),
        *(_filter("mode", value) for value in query.modes),
        *(_filter("state", value.rstrip("?")) for value in query.phases),
        *(_filter("profile", value) for value in query.profiles),
        *(_filter("project", value) for value in query.projects),
        *(_filter("client", value) for value in query.clients),
    ]
    found += [f"cost>{query.cost_over:.15g}"] if query.cost_over is not None else []
    found += [f"cost<{query.cost_under:.15g}"] if query.cost_under is not None else []
    found += [_filter("seed", query.seed)] if query.seed else []
    found += [_filter("id", query.request_id)] if query.request_id else []
    found += [f"after:{_moment_text(query.after_s)}"] if query.after_s is not None else []
    found += [f"before:{_moment_text(query.before_s)}"] if query.before_s is not None else []
    found += [f"{'' if query.is_starred else '-'}is:starred"] if query.is_starred is not None else []
    found += [f"{'' if query.is_rejected else '-'}is:rejected"] if query.is_rejected is not None else []
    found += _rating_chips(query)
    found += [] if query.is_open is None else ["is:open" if query.is_open else "is:ended"]
    found += ["is:trash"] if query.in_trash else []
    found += [f"-{_word(word)}" for word in query.without]
    found += [_word(word) for word in query.words]  # last, so that the last word is the last one typed
    return tuple(found)


def _rating_chips(query: Query) -> list[str]:
    over, under = query.rating_over, query.rating_under
    if over is not None and under == over + 2:
        return [f"rating:{over + 1}"]
    found = [f"rating>{over}"] if over is not None else []
    return [*found, f"rating<{under}"] if under is not None else found


def _terms(text: str) -> Iterator[_Term]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TERM.match(text, at)
        assert match is not None, "the last branch takes anything"
        at = max(match.end(), at + 1)
        yield _term_of(match)


def _term_of(match: re.Match[str]) -> _Term:
    quoted, plain = match["quoted"], match["plain"]
    word = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
    return _Term(
        match[0], word or "", (match["key"] or "").lower(), match["sign"] or ":", bool(match["minus"])
    )


class _Reader:
    """Collects what the terms say as fields of a Query."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self.found: dict[str, object] = {}
        self.problems: list[str] = []

    def take(self, term: _Term) -> None:
        """Note one term: as a filter if it can be read as one, else as text."""
        key = _SAME.get(term.key, term.key)
        if not term.key:
            self._take_words(term)
        elif key not in KEYS:
            self._take_unknown(term)
        else:
            try:
                self._take_filter(term, key)
            except _Unreadable as problem:
                self._take_as_text(term, str(problem))

    def _take_words(self, term: _Term) -> None:
        if term.word.strip():
            self._add("without" if term.is_without else "words", term.word)
        elif term.is_without and term.text == "-":
            self._add("words", "-")

    def _take_unknown(self, term: _Term) -> None:
        near = difflib.get_close_matches(term.key, KEYS, 1, 0.75)
        why = (
            tr("there is no filter “{key}”; did you mean {near}{sign}?").format(
                key=term.key, near=near[0], sign=term.sign
            )
            if near
            else ""
        )
        self._take_as_text(term, why)

    def _take_as_text(self, term: _Term, why: str) -> None:
        self._add("without" if term.is_without else "words", f"{term.key}{term.sign}{term.word}")
        if why:
            self.problems.append(
                tr("“{term}” is searched for as text: {why}").format(term=term.text, why=why)
            )

    def _take_filter(self, term: _Term, key: str) -> None:
        if term.is_without:
            self._take_without(term, key)
            return
        if key in ("cost", "rating"):
            (self._take_cost if key == "cost" else self._take_rating)(term)
            return
        if term.sign != ":":
            raise _Unreadable(tr("write {key}:value.").format(key=key))
        if not term.word.strip():
            raise _Unreadable(tr("nothing stands behind {key}:.").format(key=key))
        match key:
            case "model":
                self._add("models", term.word)
            case "mode":
                self._add("modes", _one_of(term.word, tuple(Mode), "modes"))
            case "state":
                self._add("phases", _one_of(term.word, tuple(Phase), "states"))
            case "profile":
                self._add("profiles", term.word)
            case "project":
                self._add("projects", term.word)
            case "client":
                self._add("clients", term.word)
            case "seed":
                self._set("seed", _digits(term.word))
            case "id":
                self._set("request_id", term.word)
            case "is":
                self._take_is(term.word)
            case _:
                self._set(f"{key}_s", _moment(term.word, self._now))

    def _take_without(self, term: _Term, key: str) -> None:
        name = term.word.lower()
        if key != "is" or name not in _LEFT_OUT or term.sign != ":":
            raise _Unreadable(
                tr("only words can be left out with a minus, and {choices}.").format(
                    choices=", ".join(f"-is:{word}" for word in _LEFT_OUT)
                )
            )
        self._set(f"is_{name}", False)  # noqa: FBT003 - the field's value

    def _take_rating(self, term: _Term) -> None:
        if term.word not in _RATINGS:
            raise _Unreadable(tr("write rating:4, rating>3 or rating<3, from 1 to 5."))
        value = int(term.word)
        if term.sign in (":", ">"):
            self._set("rating_over", value if term.sign == ">" else value - 1)
        if term.sign in (":", "<"):
            self._set("rating_under", value if term.sign == "<" else value + 1)

    def _take_cost(self, term: _Term) -> None:
        try:
            value = float(term.word.lstrip("$"))
        except ValueError:
            raise _Unreadable(tr("write cost>0.05 or cost<1, in dollars.")) from None
        if term.sign == ":" or not 0 <= value < 1e15:
            raise _Unreadable(tr("write cost>0.05 or cost<1, in dollars."))
        self._set("cost_over" if term.sign == ">" else "cost_under", value)

    def _take_is(self, word: str) -> None:
        match word.lower():
            case "open":
                self._set("is_open", True)  # noqa: FBT003 - the field's value
            case "ended" | "closed":
                self._set("is_open", False)  # noqa: FBT003 - the field's value
            case "starred" | "rejected" as name:
                self._set(f"is_{name}", True)  # noqa: FBT003 - the field's value
            case "trash" | "deleted":
                self._set("in_trash", True)  # noqa: FBT003 - the field's value
            case _:
                raise _Unreadable(
                    tr("write {choices}.").format(choices=", ".join(f"is:{word}" for word in _IS))
                )

    def _add(self, name: str, value: str) -> None:
        held = self.found.setdefault(name, ())
        assert isinstance(held, tuple)
        if value not in held:
            self.found[name] = (*held, value)

    def _set(self, name: str, value: object) -> None:
        if self.found.setdefault(name, value) != value:
            raise _Unreadable(tr("there is another such filter before it."))


def _one_of(word: str, choices: tuple[StrEnum, ...], what: str) -> str:
    """Return the one choice that `word` is or begins."""
    wanted = _plain(word)
    exact = [choice for choice in choices if _plain(choice) == wanted]
    near = exact or [choice for choice in choices if _plain(choice).startswith(wanted)]
    if len(near) == 1:
        return near[0].value
    names = ", ".join(choice.value for choice in (near or choices))
    raise _Unreadable(
        tr("it could be {names}.").format(names=names)
        if near
        else tr("the {what} are {names}.").format(what=what, names=names)
    )


def _plain(word: str) -> str:
    return re.sub(r"[-_ ]+", " ", word.casefold()).strip(" ?").replace("canceled", "cancelled")


def _digits(word: str) -> str:
    if not word.removeprefix("-").isdecimal() or not word.isascii():
        raise _Unreadable(tr("a seed is a whole number."))
    return word


def _moment(word: str, now: dt.datetime) -> float:
    """Return the beginning of a day, month or year; "today", "yesterday", "7d"; or an exact moment."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    lower = word.lower()
    if lower in ("today", "yesterday"):
        day = today if lower == "today" else today - dt.timedelta(days=1)
        return _local(day.year, day.month, day.day)
    if ago := _AGO.fullmatch(lower):
        return float(round(now.timestamp())) - int(ago[1]) * _HOURS[ago[2]] * 3600.0
    try:
        if day := _DAY.fullmatch(word):
            return _local(int(day[1]), int(day[2] or 1), int(day[3] or 1))
        return dt.datetime.fromisoformat(word).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        raise _Unreadable(tr("write a day such as 2026-11-01, today, 7d or 12h.")) from None


def _local(year: int, month: int, day: int) -> float:
    return dt.datetime(year, month, day).astimezone().timestamp()


def _moment_text(wall_s: float) -> str:
    moment = dt.datetime.fromtimestamp(wall_s).astimezone()
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat() if _survives(moment) else moment.isoformat()


def _survives(moment: dt.datetime) -> bool:
    """Whether local time without a zone names the same moment: not in the hour that a clock repeats."""
    return moment.replace(tzinfo=None).astimezone() == moment


def _filter(key: str, value: str) -> str:
    return f"{key}:{_quoted(value) if _needs_quotes(value) else value}"


def _word(word: str) -> str:
    match = _TERM.fullmatch(word)
    is_plain = match is not None and not match["key"] and match["plain"] == word
    return word if is_plain and not _needs_quotes(word) and word else _quoted(word)


def _needs_quotes(value: str) -> bool:
    return not value or value.startswith('"') or any(char.isspace() for char in value)


def _quoted(value: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
