"""What a row says: where the call is now, when it began, and all of it in a sentence. Pure, for one row at a time."""

import datetime as dt
from typing import Literal, NamedTuple

from fal_studio import figures, words
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.call import CallState, Phase
from fal_studio.core.data_uris import named
from fal_studio.core.history import CallRow
from fal_studio.core.kept_words import message_in_words
from fal_studio.core.request import Mode
from fal_studio.ui.costs import Cost
from fal_studio.ui.widgets.day import long_day, month, weekday
from fal_studio.ui.widgets.places import place_words
from fal_studio.words import tr, trn

QUIET_AFTER_S = 10.0
"""A running call that was silent for this long says when it was last heard of."""
CHECKED_AFTER_S = 3.0
"""The same for one in line, which is asked about every few seconds."""
SHORTEST_SESSION_S = 0.005
"""No session takes less: it is a frame that was kept out of one, and written down in one go."""
Bar = Literal["", "known", "place", "moving"]


class Live(NamedTuple):
    """What is known of an open call beyond its row."""

    state: CallState
    age_s: float
    silence_s: float
    """Since anything was heard of it."""
    waits: str = ""
    """What it waits for in the queue, where that can be told."""

    @property
    def checked_s(self) -> float:
        """Seconds since the queue last said something about it."""
        checked_ns = self.state.last_checked_t_ns
        return self.silence_s if checked_ns is None else max(0.0, self.age_s - checked_ns / 1e9)


class Now(NamedTuple):
    """Where a call is: a bar, words, and quieter words behind them."""

    words: str
    aside: str = ""
    bar: Bar = ""
    part: float = 0.0
    """0 to 1 of a known bar; the place in line (1 is next) of a place bar."""


def now_of(row: CallRow, live: Live | None, usual_s: tuple[float, float] | None, icon: str) -> Now:
    """Return where a call is; `usual_s` is how long this endpoint usually runs here, `icon` says what it makes."""
    if row.ended:
        return _ended(row, icon)
    if live is None:
        return Now("")  # open in the ledger, and not taken up yet
    return _open(row, live, usual_s)


def _ended(row: CallRow, icon: str) -> Now:
    match row.phase:
        case Phase.FAILED:
            message = row.message.removeprefix(f"{row.endpoint} ")  # the row names it already
            return Now(_first_sentence(message) or tr("failed"), row.prompt)
        case Phase.UNKNOWN:
            return Now(tr("expired") if row.is_expired else tr("may have been sent"), row.prompt)
        case Phase.CANCELLED:
            return Now(
                message_in_words(row.message)
                or tr("after {elapsed_s}").format(elapsed_s=brief(row.elapsed_s)),
                row.prompt,
            )
        case _:
            return Now(_result(row, icon), row.prompt)


def _result(row: CallRow, icon: str) -> str:
    is_kept_frame = row.mode is Mode.REALTIME and row.elapsed_s < SHORTEST_SESSION_S
    took = tr("kept frame") if is_kept_frame else exact(row.elapsed_s)
    if not row.outputs:
        return took
    made = _made(icon, row.outputs).format(count=figures.number(row.outputs))
    return tr("{took}, {made}").format(took=took, made=made)


def _made(icon: str, count: int) -> str:
    match icon:
        case "image" | "brush":
            return trn("{count} picture", "{count} pictures", count)
        case "video":
            return trn("{count} video", "{count} videos", count)
        case "audio":
            return trn("{count} sound", "{count} sounds", count)
        case "mesh":  # several are one model with its textures
            return trn("{count} 3D model", "{count} files", count)
        case _:
            return trn("{count} file", "{count} files", count)


def _open(row: CallRow, live: Live, usual_s: tuple[float, float] | None) -> Now:
    state, silence_s = live.state, live.silence_s
    match row.phase:
        case Phase.UPLOADING if state.upload is not None and state.upload.total_bytes:
            sent, total = state.upload.sent_bytes, state.upload.total_bytes
            part = sent / total
            return Now(
                tr("{sent} of {total}, {part}").format(
                    sent=in_bytes(sent), total=in_bytes(total), part=figures.percent(part)
                ),
                "",
                "known",
                part,
            )
        case Phase.UPLOADING:
            return Now(tr("sending files"), "", "moving")
        case Phase.SUBMITTED:
            return Now(tr("sent {silence_s} ago, no answer yet").format(silence_s=brief(silence_s)))
        case Phase.QUEUED:
            return _in_line(state, live)
        case Phase.RUNNING:
            return _running(row, live, usual_s)
        case Phase.FETCHING:
            return Now(tr("fetching the result"), _silence(silence_s, QUIET_AFTER_S), "moving")
        case Phase.CANCEL_REQUESTED:
            asked_s = max(0.0, live.age_s - (state.cancel_t_ns or state.last_t_ns) / 1e9)
            runs = tr("still running, ") if state.running_t_ns is not None else ""
            return Now(
                tr("asked {asked_s} ago, {runs}may be billed").format(asked_s=brief(asked_s), runs=runs)
            )
        case _:
            return Now(state.waiting_why or tr("waiting to be sent"))


def _in_line(state: CallState, live: Live) -> Now:
    checked = _silence(live.checked_s, CHECKED_AFTER_S, tr("last checked"))
    aside = tr("nobody waits here") if state.detached else ", ".join(filter(None, (live.waits, checked)))
    if state.position is None:
        return Now(tr("queued"), aside)
    place = state.position + 1
    return Now(place_words(place), aside, "place", place)


def _running(row: CallRow, live: Live, usual_s: tuple[float, float] | None) -> Now:
    state = live.state
    aside = tr("nobody waits here") if state.detached else _silence(live.silence_s, QUIET_AFTER_S)
    if row.mode is Mode.REALTIME:
        session = words.told(state.session.value) if state.session is not None else tr("running")
        answers = trn("{session}, {count} answer", "{session}, {count} answers", state.partials)
        told = answers.format(session=session, count=figures.number(state.partials))
        return Now(told, in_bytes(state.received_bytes))
    if row.mode is Mode.STREAM:
        events = trn("{count} event", "{count} events", state.partials)
        told = events.format(count=figures.number(state.partials))
        return Now(told, in_bytes(state.received_bytes), "moving")
    since_s = max(0.0, live.age_s - (state.running_t_ns or 0) / 1e9)
    usual = tr(", usually {span} here").format(span=span(*usual_s)) if usual_s is not None else ""
    since = f"{brief(since_s)}{usual}"
    if state.fraction is not None:
        return Now(f"{figures.percent(state.fraction)}, {since}", aside, "known", state.fraction)
    return Now(since, aside, "moving")


def _silence(silence_s: float, from_s: float, verb: str = tr("last sign of life")) -> str:
    return (
        tr("{verb} {silence_s} ago").format(verb=verb, silence_s=brief(silence_s))
        if silence_s >= from_s
        else ""
    )


def started_of(row: CallRow, now: dt.datetime) -> str:
    """Return when a call began: the time today, the day before that."""
    if not row.created_s:
        return ""
    began = dt.datetime.fromtimestamp(row.created_s, tz=now.tzinfo)
    days = (now.date() - began.date()).days
    if days == 0:
        return f"{began:%H:%M:%S}"
    if 0 < days < 7:
        return f"{weekday(began)} {began:%H:%M}"
    return (
        tr("{day} {month}").format(day=began.day, month=month(began))
        if began.year == now.year
        else f"{began:%Y-%m-%d}"
    )


def day_of(row: CallRow, now: dt.datetime) -> str:
    """Return the day a call began, for the head of a group."""
    began = dt.datetime.fromtimestamp(row.created_s, tz=now.tzinfo)
    days = (now.date() - began.date()).days
    if days in (0, 1):
        return tr("today") if days == 0 else tr("yesterday")
    return long_day(began, has_year=began.year != now.year)


def told(row: CallRow, now: Now, cost: Cost, started: str) -> str:
    """Return a row in one sentence, for those who hear it."""
    parts = (
        words.told(row.phase), row.endpoint, row.mode.value, words_of_client(row), now.words, now.aside,
        tr("cost {cost}").format(cost=cost.text) if cost.text else "", tr("started {started}").format(started=started) if started else "", tr("profile {profile}").format(profile=row.profile),
    )  # fmt: skip
    return ", ".join(part for part in parts if part)


def words_of_client(row: CallRow) -> str:
    """Return that one of fal's own clients made a call, and which; "" for our own calls."""
    return tr("made by {client}, in a comparison").format(client=row.client) if row.client else ""


def brief(value: float) -> str:
    """Return a duration that goes on: 0.8 s, 12 s, 2 min 5 s, 3 h 4 min."""
    if value < 9.95:
        return f"{figures.number(value, '.1f')} s"
    if value < 99.5:
        return f"{figures.number(value, '.0f')} s"
    if value < 3600:
        return tr("{minutes} min {seconds} s").format(minutes=int(value // 60), seconds=int(value % 60))
    return tr("{hours} h {minutes} min").format(hours=int(value // 3600), minutes=int(value % 3600 // 60))


def exact(value: float) -> str:
    """Return a duration that is over: 12 ms, 4.31 s, 2 min 5 s."""
    if value < 0.1:
        return tr("{value} ms").format(value=figures.number(value * 1000, ".0f"))
    return f"{figures.number(value, '.2f')} s" if value < 99.5 else brief(value)


def span(low_s: float, high_s: float) -> str:
    """Return from to: 4–7 s, 0.8–1.2 s, 2–3 min."""
    if high_s >= 120:
        low, high, unit = low_s / 60, high_s / 60, tr("{span} min")
    else:
        low, high, unit = low_s, high_s, "{span} s"
    digits = 1 if high < 9.95 else 0
    ends = [figures.number(round(end, digits), "g") for end in (low, high)]
    return unit.format(span=ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}")


def _first_sentence(text: str) -> str:
    return named(text).split(". ", 1)[0].rstrip(".")
