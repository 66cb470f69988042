"""Reports of a comparison: words, a table of all calls, JSON that opens again, and one page. Pure; no secrets, no addresses.

Words and page are written in the language of this run. Names of columns and keys in CSV and JSON are read by programs: they are the
same everywhere, and so are numbers in all of them (1234.5).
"""

import csv
import datetime as dt
import importlib
from collections.abc import Sequence
from typing import Any

import msgspec

from fal_studio.core.budget import usd_in_files as usd
from fal_studio.core.comparing.analysis import Analysis, LaneNumbers
from fal_studio.core.comparing.outcome import FORMAT, Comparison, Outcome
from fal_studio.core.comparing.plan import Lane, Turn
from fal_studio.core.comparing.stages import lengths
from fal_studio.core.options import seconds_in_code as span
from fal_studio.core.pieces import Pieces
from fal_studio.core.redact import Redactor
from fal_studio.core.stages import Step
from fal_studio.words import tr, trn

FORMS = {"text": "txt", "csv": "csv", "json": "json", "html": "html"}
"""The forms of a report, with the ending of their files."""
NOTHING = "–"
HEADS = (tr("lane"), tr("runs"), tr("failed"), tr("first useful"), tr("median"), "p95", tr("cost"))
"""What stands over the name of a lane and its `cells`."""
_BEFORE = (
    "position", "lane", "name", "detail", "endpoint", "mode", "run", "warm_up", "call", "started", "total_s", "compared_s",
    "first_useful_s", "answers_s", "cold", "failed", "cost_usd", "digest",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(form: str, comparison: Comparison, analysis: Analysis, redactor: Redactor) -> bytes:
    """Return a report in one of `FORMS`; raises ValueError for another. `redactor` knows the keys of this computer."""
    shown = clean(comparison, redactor)
    match form:
        case "text":
            return text(shown, analysis).encode()
        case "csv":
            return table(shown).encode()
        case "json":
            return document(shown, analysis)
        case "html":
            page: Any = importlib.import_module("fal_studio.core.comparing.page")
            made: str = page.page(shown, analysis)
            return made.encode()
        case _:
            raise ValueError(f"there is no report of the form {form}")


def clean(comparison: Comparison, redactor: Redactor) -> Comparison:
    """Return the comparison without secrets: somebody may have written one into an input, or a server into an error."""
    # By way of JSON: of tuples the redactor knows nothing.
    plain = redactor.payload(msgspec.json.decode(msgspec.json.encode(comparison)))
    return msgspec.convert(plain, Comparison, strict=False)


def text(comparison: Comparison, analysis: Analysis) -> str:
    """Return what is found in lines that can be pasted into a message."""
    count = len(comparison.plan.called)
    head = trn("{title}: {count} lane", "{title}: {count} lanes", count)
    lines = [head.format(title=comparison.title, count=count), *conditions(comparison), ""]
    lines += _columns(
        [
            HEADS,
            *((title(lane), *cells(analysis.of(lane.id), lane)) for lane in comparison.plan.lanes),
        ]
    )
    lines += ["", analysis.verdict, *analysis.more]
    if analysis.warnings:
        lines += ["", *(tr("Note: {warning}").format(warning=warning) for warning in analysis.warnings)]
    return "\n".join(lines).rstrip() + "\n"


def conditions(comparison: Comparison) -> tuple[str, ...]:
    """Return how it was measured, in sentences: when, how often, in which order, on what."""
    plan, machine = comparison.plan, comparison.machine
    found = [_how_often(comparison)]
    if comparison.is_stopped:
        words = tr("It was stopped: {done} of {count} calls were made.")
        found.append(words.format(done=len(comparison.outcomes), count=len(comparison.order)))
    polling = (
        tr("Lanes that poll ask as often as each lane does by itself.")
        if plan.poll_every_s is None
        else tr("Lanes that poll ask every {time}.").format(time=span(plan.poll_every_s))
    )
    found.append(f"{polling} {tr('Warm-ups and failed runs count in no number.')}")
    if comparison.forecast_usd:
        spent = sum(one.cost_usd or 0.0 for one in comparison.outcomes)
        words = tr("Expected to cost {forecast} in all; {spent} are known to be billed.")
        found.append(words.format(forecast=usd(comparison.forecast_usd), spent=usd(spent)))
    if machine.system:
        words = trn(
            "Measured on {system}, {processor}, {count} core, with {versions}.",
            "Measured on {system}, {processor}, {count} cores, with {versions}.",
            machine.cores,
        )
        versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
        found.append(
            words.format(
                system=machine.system, processor=machine.processor, count=machine.cores, versions=versions
            )
        )
    return tuple(found)


def _how_often(comparison: Comparison) -> str:
    plan = comparison.plan
    runs = trn("{count} run of each lane", "{count} runs of each lane", plan.runs).format(count=plan.runs)
    warm_ups = (
        trn("after {count} warm-up", "after {count} warm-ups", plan.warm_ups).format(count=plan.warm_ups)
        if plan.warm_ups
        else tr("without warm-up")
    )
    order = (
        tr("in a random order (seed {seed})").format(seed=plan.seed)
        if plan.random_order
        else tr("in the same order each time")
    )
    return tr("{moment}: {runs} {warm_ups}, one call at a time, {order}.").format(
        moment=moment(comparison.made_wall_s), runs=runs, warm_ups=warm_ups, order=order
    )


def title(lane: Lane) -> str:
    """Return the name of a lane with what tells it from its like."""
    return f"{lane.name}, {lane.detail}" if lane.detail else lane.name


def cells(numbers: LaneNumbers, lane: Lane) -> tuple[str, ...]:
    """Return the numbers of a lane in words; of one that was not called the reason."""
    if not lane.is_called:
        return (lane.reason or tr("switched off"),)
    median = took(numbers.median_s)
    return (
        str(numbers.runs),
        str(numbers.failed),
        took(numbers.first_useful_s),
        tr("{median} an answer").format(median=median) if numbers.is_per_frame else median,
        took(numbers.p95_s),
        NOTHING if numbers.cost_usd is None else usd(numbers.cost_usd),
    )


def took(seconds: float | None) -> str:
    """Return a time to the millisecond."""
    return NOTHING if seconds is None else f"{seconds:.3f} s"


def moment(wall_s: float) -> str:
    """Return a calendar time with its zone's distance from UTC."""
    return dt.datetime.fromtimestamp(wall_s, dt.UTC).astimezone().isoformat(" ", "seconds")


def table(comparison: Comparison) -> str:
    """Return all calls, warm-ups among them, as CSV in the order in which they were made; times are seconds.

    Heads of columns, "yes" and "no" are the same in every language: programs read them.
    """
    used = {stretch.step for one in comparison.outcomes for stretch in one.stages}
    steps = [step for step in Step if step in used]
    lanes = {lane.id: lane for lane in comparison.plan.lanes}
    places = {turn: number for number, turn in enumerate(comparison.order, 1)}
    out = Pieces()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_BEFORE, *(f"{step.value.replace(' ', '_')}_s" for step in steps)])
    for one in in_order(comparison):
        writer.writerow([_cell(value) for value in _row(one, lanes[one.turn.lane], places[one.turn], steps)])
    return out.text


def in_order(comparison: Comparison) -> list[Outcome]:
    """Return what was called, in the order in which it was."""
    places: dict[Turn, int] = {turn: number for number, turn in enumerate(comparison.order)}
    return sorted(comparison.outcomes, key=lambda one: places.get(one.turn, len(places)))


def document(comparison: Comparison, analysis: Analysis) -> bytes:
    """Return everything as JSON; a comparison that fal Studio can open, with its numbers beside it."""
    kept = {"fal-studio-comparison": FORMAT, "comparison": comparison, "analysis": analysis}
    return msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n"


def _row(one: Outcome, lane: Lane, place: int, steps: Sequence[Step]) -> list[object]:
    found = lengths(one.stages)
    started = moment(one.started_wall_s) if one.started_wall_s else ""
    return [
        place, lane.id, lane.name, lane.detail, lane.request.endpoint, lane.request.mode.value, one.turn.index + 1,
        one.turn.is_warm_up, one.call, started, _s(one.total_ns), _s(one.compared_ns), _s(one.first_useful_ns),
        " ".join(_s(frame) for frame in one.frames_ns), one.is_cold, one.failed,
        "" if one.cost_usd is None else one.cost_usd, one.digest, *(_s(found.get(step)) for step in steps),
    ]  # fmt: skip


def _s(ns: int | None) -> str:
    return "" if ns is None else f"{ns / 1e9:.6f}"


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # A server's words must not become a formula in a spreadsheet.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines: the first column to the left, numbers to the right; a reason runs on to the end."""
    first = max(len(row[0]) for row in rows)
    full = [row for row in rows if len(row) == len(rows[0])]
    wide = [max(len(row[number]) for row in full) for number in range(1, len(rows[0]))]
    found: list[str] = []
    for row in rows:
        rest = (
            row[1:]
            if len(row) < len(rows[0])
            else [cell.rjust(w) for cell, w in zip(row[1:], wide, strict=True)]
        )
        found.append("  ".join((row[0].ljust(first), *rest)).rstrip())
    return found
