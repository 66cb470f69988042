"""A comparison as one page of HTML: readable anywhere, offline and in twenty years; charts are SVG in the page itself.

It is written in the language of this run, and names it.
"""

from collections.abc import Iterable, Sequence
from html import escape

import msgspec

from fal_studio.core.comparing import charts, reports
from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison, Outcome
from fal_studio.core.comparing.plan import Kind, Lane
from fal_studio.core.comparing.stages import lengths
from fal_studio.core.request import Json
from fal_studio.core.stages import Step
from fal_studio.words import TAG, told, tr, trn

_LONG = 400
"""Characters of one text of an input that are shown: files come as text, too."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --page: #fff; --panel: #f6f6f6; --line: #ddd; --text: #181818; --soft: #474747;
 --good: #1a7340; --ask: #7f5200; --client: #808080; --setup: #12655f; --wait: #a66e12; --run: #2c69dc; --home: #9350b4; }
@media (prefers-color-scheme: dark) { :root { --page: #181818; --panel: #212121; --line: #3a3a3a; --text: #ededed;
 --soft: #bdbdbd; --good: #6cc890; --ask: #e9b45a; --client: #787878; --setup: #4db9af; --wait: #c9963f; --run: #3672e0;
 --home: #bc84d6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 32px 24px 48px; background: var(--page); color: var(--text);
 font: 14px/1.5 Inter, "Segoe UI", system-ui, sans-serif; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 36px 0 8px; }
p { margin: 4px 0; max-width: 80ch; }
.soft { color: var(--soft); } .ask { color: var(--ask); }
.verdict { font-size: 17px; font-weight: 600; margin-top: 20px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 100%; }
th, td { padding: 6px 12px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child, td.words { text-align: left; } th:first-child, td:first-child { padding-left: 0; }
td { vertical-align: top; } td.words { white-space: normal; }
td small { display: block; color: var(--soft); font-size: 12px; } td small.best { color: var(--good); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow-x: auto;
 font: 12px/1.5 "JetBrains Mono", ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: 12px; } summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--text); font-size: 12px; }
svg .soft { fill: var(--soft); } svg .grid { stroke: var(--line); } svg .ink { stroke: var(--text); stroke-width: 1.5; fill: none; }
svg .dot { fill: var(--soft); fill-opacity: .7; } svg .clear { fill: var(--good); }
.client { --of: var(--client); } .setup { --of: var(--setup); } .wait { --of: var(--wait); } .run { --of: var(--run); }
.home { --of: var(--home); } svg .bar { fill: var(--of); } svg .ground { fill: var(--of); fill-opacity: .3; }
svg .hatch { stroke: var(--of); fill: none; stroke-width: 2; } svg .none { fill: none; stroke: var(--soft); stroke-dasharray: 3 2; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 8px 0; list-style: none; font-size: 12px; }
.legend li { display: flex; align-items: center; gap: 6px; } .legend svg { width: 20px; }
@media print { body { padding: 0; } }
"""


_CHART = tr(
    "The run in the middle of each lane; a dot for the end of each run. A whisker spans the moments at which a state may have "
    "changed that was only seen by asking."
)


def page(comparison: Comparison, analysis: Analysis) -> str:
    """Return the whole page. Nothing in it is fetched from anywhere, and it has no scripts."""
    plan = comparison.plan
    head = (
        tr("Calling modes of {title} compared").format(title=comparison.title)
        if plan.kind is Kind.MODES
        else tr("Requests compared")
    )
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(TAG)}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(head)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(head)}</h1>",
        *_paragraphs(reports.conditions(comparison)[:1], "soft"),
        *_paragraphs([analysis.verdict], "verdict"),
        *_paragraphs(analysis.more),
        *_paragraphs([tr("Note: {warning}").format(warning=one) for one in analysis.warnings], "ask"),
        _heading(tr("Numbers")),
        _numbers(comparison, analysis),
        _heading(tr("Where the time went")),
        *_paragraphs([_CHART], "soft"),
        _legend(comparison),
        charts.lanes(comparison),
        *_contrasts(comparison, analysis),
        _heading(tr("How it was measured")),
        *_paragraphs(reports.conditions(comparison)[1:]),
        _input(comparison),
        _calls(comparison),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _paragraphs(sentences: Iterable[str], name: str = "") -> list[str]:
    of = f' class="{name}"' if name else ""
    return [f"<p{of}>{escape(sentence)}</p>" for sentence in sentences if sentence]


def _table(heads: Sequence[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _numbers(comparison: Comparison, analysis: Analysis) -> str:
    return _table(reports.HEADS, (_lane_row(lane, analysis) for lane in comparison.plan.lanes))


def _lane_row(lane: Lane, analysis: Analysis) -> str:
    detail = f"<small>{escape(lane.detail)}</small>" if lane.detail else ""
    name = f"<td>{escape(lane.name)}{detail}</td>"
    words = reports.cells(analysis.of(lane.id), lane)
    if len(words) == 1:
        return f'<tr>{name}<td class="words soft" colspan="6">{escape(words[0])}</td></tr>'
    columns = ("", "", "first_useful_s", "median_s", "p95_s", "cost_usd")
    cells = [
        f"<td>{escape(word)}{_best(lane.id in analysis.best.get(column, ()))}</td>"
        for word, column in zip(words, columns, strict=True)
    ]
    return f"<tr>{name}{''.join(cells)}</tr>"


def _best(is_best: bool) -> str:
    return f'<small class="best">{escape(tr("◆ best"))}</small>' if is_best else ""


def _legend(comparison: Comparison) -> str:
    used = {stretch.step for one in comparison.outcomes for stretch in one.stages}
    items = [f"<li>{charts.swatch(step)}{escape(told(step))}</li>" for step in Step if step in used]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _contrasts(comparison: Comparison, analysis: Analysis) -> list[str]:
    if not analysis.contrasts:
        return []
    words = tr(
        "Difference of the medians with its interval ({sure}, bootstrap). Whether it is more than chance is judged by a rank "
        "test, corrected for all pairs (Holm)."
    )
    return [
        _heading(tr("Differences")),
        *_paragraphs([words.format(sure=f"{analysis.confidence * 100:.0f} %")], "soft"),
        charts.differences(comparison, analysis),
    ]


def _input(comparison: Comparison) -> str:
    seen: list[str] = []
    for lane in comparison.plan.lanes:
        asked = {"endpoint": lane.request.endpoint, "input": _short(lane.request.arguments)}
        words = msgspec.json.format(msgspec.json.encode(asked), indent=2).decode()
        if words not in seen:
            seen.append(words)
    what = escape(tr("Input") if len(seen) == 1 else tr("Inputs"))
    blocks = "".join(f"<pre>{escape(words)}</pre>" for words in seen)
    return f"<details><summary>{what}</summary>{blocks}</details>"


def _short(value: Json) -> Json:
    if isinstance(value, str) and len(value) > _LONG:
        words = trn("{begin}… ({count} character)", "{begin}… ({count} characters)", len(value))
        return words.format(begin=value[:_LONG], count=f"{len(value):,}")
    if isinstance(value, dict):
        return {name: _short(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list):
        return [_short(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value


def _calls(comparison: Comparison) -> str:
    used = {stretch.step for one in comparison.outcomes for stretch in one.stages}
    steps = [step for step in Step if step in used]
    names = {lane.id: reports.title(lane) for lane in comparison.plan.lanes}
    heads = (
        *(tr("lane"), tr("run"), tr("whole"), tr("first useful"), *(told(step) for step in steps)),
        *(tr("cost"), tr("what was seen")),
    )
    rows = (_call_row(one, names[one.turn.lane], steps) for one in reports.in_order(comparison))
    count = len(comparison.outcomes)
    words = trn(
        "The {count} call that was made", "All {count} calls in the order in which they were made", count
    )
    return f"<details><summary>{escape(words.format(count=count))}</summary>{_table(heads, rows)}</details>"


def _call_row(one: Outcome, name: str, steps: Sequence[Step]) -> str:
    took = lengths(one.stages)
    number = str(one.turn.index + 1)
    if one.turn.is_warm_up:
        number = tr("warm-up {number}").format(number=number)
    seen = [one.failed, tr("a runner was started for it") if one.is_cold else ""]
    times = [one.total_ns, one.first_useful_ns, *(took.get(step) for step in steps)]
    cost = reports.NOTHING if one.cost_usd is None else reports.usd(one.cost_usd)
    words = [number, *(reports.took(None if ns is None else ns / 1e9) for ns in times), cost]
    cells = "".join(f"<td>{escape(word)}</td>" for word in words)
    note = escape("; ".join(part for part in seen if part))
    return f'<tr><td>{escape(name)}</td>{cells}<td class="words">{note}</td></tr>'
