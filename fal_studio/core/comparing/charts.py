"""Charts of a comparison as SVG for the page of a report; colours and hatches are those of the window."""

from html import escape

from fal_studio.core.comparing import reports
from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison, typical
from fal_studio.core.comparing.plan import Lane
from fal_studio.core.comparing.stages import Stretch
from fal_studio.core.stages import LOOKS, Step
from fal_studio.words import told, tr

_LINES = {
    "falling": "M-2 -2L8 8M-2 4L2 8M4 -2L8 2",
    "rising": "M-2 8L8 -2M-2 2L2 -2M4 8L8 4",
    "vertical": "M1 0V6M4 0V6",
    "horizontal": "M0 1H6M0 4H6",
    "crossed": "M-2 -2L8 8M-2 8L8 -2",
    "dots": "M1 1h1M4 4h1",
}
_LEFT, _WIDE, _ROW, _BAR, _TOP = 210.0, 790.0, 38.0, 16.0, 26.0
_TEXT_PX = 6.0
"""How wide a letter is, about."""


def lanes(comparison: Comparison) -> str:
    """Return a bar of stages for each lane that was called, on one axis, with a dot for each counted run."""
    plan = comparison.plan
    last_ns = max((one.total_ns or 0 for lane in plan.called for one in comparison.of(lane.id)), default=0)
    if not last_ns:
        return f'<p class="soft">{escape(tr("No run has worked."))}</p>'
    scale = _WIDE / last_ns
    high = _TOP + _ROW * len(plan.called) + 4
    parts = [_defs(comparison), *_axis(last_ns / 1e9, high)]
    for number, lane in enumerate(plan.called):
        parts += _lane(lane, comparison, _TOP + _ROW * number, scale)
    return _svg(_LEFT + _WIDE + 20, high, tr("Stages of each lane on one axis of time"), parts)


def differences(comparison: Comparison, analysis: Analysis) -> str:
    """Return the interval of each difference on one axis around zero; what is clear has a filled dot and says so."""
    names = {lane.id: reports.title(lane) for lane in comparison.plan.lanes}
    low = min(0.0, *(one.low_s for one in analysis.contrasts))
    high = max(0.0, *(one.high_s for one in analysis.contrasts))
    left, wide, row = 330.0, 480.0, 26.0
    scale = wide / ((high - low) or 1.0)
    tall = 20 + row * len(analysis.contrasts)
    zero = left + (0 - low) * scale
    parts = [
        f'<line class="grid" x1="{zero:.1f}" x2="{zero:.1f}" y1="18" y2="{tall:.0f}"/>',
        f'<text class="soft" x="{zero:.1f}" y="12" text-anchor="middle">{escape(tr("no difference"))}</text>',
    ]
    for number, one in enumerate(analysis.contrasts):
        y = 20 + row * number + row / 2
        x1, x2, x = (left + (value - low) * scale for value in (one.low_s, one.high_s, one.difference_s))
        words = f"{one.difference_s:+.3f} s, {tr('clear') if one.is_clear else tr('not clear')}"
        pair = _fitting(f"{names[one.lane]} − {names[one.against]}", left - 12)
        dot = "clear" if one.is_clear else "ink"
        parts += [
            f'<text x="0" y="{y + 4:.1f}">{escape(pair)}</text>',
            f'<path class="ink" d="M{x1:.1f} {y:.1f}H{x2:.1f}M{x1:.1f} {y - 4:.1f}v8M{x2:.1f} {y - 4:.1f}v8"/>',
            f'<circle class="{dot}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
            f'<text class="soft" x="{left + wide + 16:.0f}" y="{y + 4:.1f}">{escape(words)}</text>',
        ]
    return _svg(left + wide + 190, tall, tr("Differences of medians with their intervals"), parts)


def swatch(step: Step) -> str:
    """Return the key of a stage for a legend."""
    family, hatch = LOOKS[step]
    name = f"key-{step.name.lower()}"
    parts = [f"<defs>{_pattern(name, family, hatch)}</defs>", *_bar(step, name, 0.5, 0.5, 19, 11)]
    return f'<svg viewBox="0 0 20 12" aria-hidden="true">{"".join(parts)}</svg>'


def _svg(wide: float, high: float, title: str, parts: list[str]) -> str:
    box = f"0 0 {wide:.0f} {high:.0f}"
    return (
        f'<div class="wide"><svg viewBox="{box}" style="min-width:{wide * 0.7:.0f}px" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg></div>"
    )


def _axis(last_s: float, high: float) -> list[str]:
    step_s = next(
        (size * 10**power for power in range(-4, 6) for size in (1, 2, 5) if last_s / (size * 10**power) <= 8), last_s
    )  # fmt: skip
    found: list[str] = []
    for number in range(int(last_s / step_s) + 1):
        x = _LEFT + _WIDE * number * step_s / last_s
        found += [
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6:.0f}" y2="{high:.0f}"/>',
            f'<text class="soft" x="{x:.1f}" y="12" text-anchor="middle">{number * step_s:g} s</text>',
        ]
    return found


def _lane(lane: Lane, comparison: Comparison, top: float, scale: float) -> list[str]:
    runs = comparison.of(lane.id)
    middle = typical(runs)
    y = top + 4
    found = [f'<text x="0" y="{y + 10:.1f}">{escape(_fitting(lane.name, _LEFT - 12))}</text>']
    if lane.detail:
        detail = _fitting(lane.detail, _LEFT - 12)
        found.append(f'<text class="soft" x="0" y="{y + 24:.1f}">{escape(detail)}</text>')
    if middle is None:
        words = next((one.failed for one in reversed(runs) if one.failed), tr("not called"))
        return [
            *found,
            f'<text class="soft" x="{_LEFT:.0f}" y="{y + 12:.1f}">{escape(_fitting(words, _WIDE))}</text>',
        ]
    for stretch in middle.stages:
        found += _stretch(stretch, y, scale)
    for stretch in middle.stages:
        found += _whisker(stretch, y, scale)
    for one in runs:
        if one.total_ns is not None:
            x = _LEFT + one.total_ns * scale
            found.append(f'<circle class="dot" cx="{x:.1f}" cy="{y + _BAR + 7:.1f}" r="2.5"/>')
    return found


def _stretch(stretch: Stretch, y: float, scale: float) -> list[str]:
    x, wide = _LEFT + stretch.start_ns * scale, max(stretch.length_ns * scale - 1, 1.0)
    found = _bar(stretch.step, f"hatch-{stretch.step.name.lower()}", x, y, wide, _BAR)
    words = f"{told(stretch.step)} {stretch.length_ns / 1e9:.3f} s"
    found[0] = found[0].replace("/>", f"><title>{escape(words)}</title></rect>", 1)
    return found


def _whisker(stretch: Stretch, y: float, scale: float) -> list[str]:
    """Return the span in which the end of a stage lies; it goes over the bars beside it."""
    if stretch.early_ns is None or stretch.late_ns is None:
        return []
    x1, x2, middle = _LEFT + stretch.early_ns * scale, _LEFT + stretch.late_ns * scale, y + _BAR / 2
    ends = f"M{x1:.1f} {middle - 4:.1f}v8M{x2:.1f} {middle - 4:.1f}v8"
    return [f'<path class="ink" d="M{x1:.1f} {middle:.1f}H{x2:.1f}{ends}"/>']


def _bar(step: Step, pattern: str, x: float, y: float, wide: float, high: float) -> list[str]:
    family, hatch = LOOKS[step]
    place = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    if hatch == "none":
        return [f'<rect class="none" {place}/>']
    if hatch == "solid":
        return [f'<rect class="{family} bar" {place}/>']
    return [f'<rect class="{family} ground" {place}/>', f'<rect fill="url(#{pattern})" {place}/>']


def _defs(comparison: Comparison) -> str:
    used = {stretch.step for one in comparison.outcomes for stretch in one.stages}
    patterns = (_pattern(f"hatch-{step.name.lower()}", *kind) for step, kind in LOOKS.items() if step in used)
    return f"<defs>{''.join(patterns)}</defs>"


def _pattern(name: str, family: str, hatch: str) -> str:
    if hatch not in _LINES:
        return ""
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path class="{family} hatch" d="{_LINES[hatch]}"/></pattern>'
    )


def _fitting(words: str, wide: float) -> str:
    most = int(wide / _TEXT_PX)
    return words if len(words) <= most else f"{words[: most - 1]}…"
