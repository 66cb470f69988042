"""Reports of comparisons: complete, the same numbers in each form, safe to send, and readable without any network."""

import csv
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest

from fal_studio import figures
from fal_studio.core.comparing.outcome import Comparison, Machine, read
from fal_studio.core.comparing.reports import FORMS, report
from fal_studio.core.comparing.stages import lengths
from fal_studio.core.redact import Redactor
from fal_studio.core.stages import Step
from fal_studio.ui.tokens import DARK, LIGHT
from tests.ui.compare.samples import analysis, comparison

KEY = "0f6c2a52-7b1e-4a53-9d0e-3f7f8f1c2b3d:5c0ffee05c0ffee05c0ffee05c0ffee0"
SAFE = Redactor([KEY])


def sample() -> Comparison:
    """With a key where somebody may have put one, and words of a server that want to be more than words."""
    done = comparison(failing="submit")
    bad = "=HYPERLINK(1) </td><script src='https://evil.example/x.js'></script>"
    outcomes = tuple(msgspec.structs.replace(one, failed=bad) if one.failed else one for one in done.outcomes)
    asked = {"prompt": f"a jellyfish <b> {KEY}", "image_url": f"https://a.example/x.png?token={KEY}"}
    lanes = tuple(
        msgspec.structs.replace(lane, request=msgspec.structs.replace(lane.request, arguments=asked))
        for lane in done.plan.lanes
    )
    machine = Machine("Linux 6.1", "x86_64", 8, {"Python": "3.11", "httpx": "0.28.1"})
    return msgspec.structs.replace(
        done,
        plan=msgspec.structs.replace(done.plan, lanes=lanes),
        outcomes=outcomes,
        machine=machine,
        made_wall_s=1.7e9,
    )


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    done = sample()
    return {form: report(form, done, analysis(done), SAFE).decode() for form in FORMS}


def test_numbers_of_a_report_are_the_same_in_every_region(made: dict[str, str]) -> None:
    done = sample()
    plan = msgspec.structs.replace(done.plan, poll_every_s=0.5)
    polled = msgspec.structs.replace(done, plan=plan, forecast_usd=1234.5)
    figures.use(figures.Marks(decimal=",", group="."))
    try:
        here = {form: report(form, done, analysis(done), SAFE).decode() for form in FORMS}
        said = report("text", polled, analysis(polled), SAFE).decode()
    finally:
        figures.use(figures.Marks())
    assert "$0." in made["text"]
    assert here == made
    assert "ask every 0.5 s" in said
    assert "$1,234.50" in said


class Page(HTMLParser):
    """What a page holds, and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.addresses += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action", "data")
        ]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data


def test_no_report_holds_a_key_or_fetches_anything(made: dict[str, str]) -> None:
    for text in made.values():
        assert KEY.partition(":")[2] not in text
    page = Page(made["html"])
    assert page.open == []
    assert page.addresses == []
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    assert "default-src 'none'" in made["html"]
    assert not re.search(r"url\((?!#)|@import", made["html"])
    assert "prefers-color-scheme: dark" in made["html"]


def test_words_of_a_server_are_words_in_every_form(made: dict[str, str]) -> None:
    assert "&lt;script src=" in made["html"]
    failed = [row["failed"] for row in csv.DictReader(io.StringIO(made["csv"])) if row["failed"]]
    assert failed
    assert all(words.startswith("'=HYPERLINK") for words in failed)


def test_the_table_has_every_call_in_its_order_and_its_stages_sum_to_the_whole(made: dict[str, str]) -> None:
    done = sample()
    rows = list(csv.DictReader(io.StringIO(made["csv"])))
    assert len(rows) == len(done.outcomes)
    assert [int(row["position"]) for row in rows] == sorted(int(row["position"]) for row in rows)
    assert {row["warm_up"] for row in rows} == {"yes", "no"}
    steps = [f"{step.value.replace(' ', '_')}_s" for step in Step]
    for row in rows:
        if row["total_s"] and not row["failed"]:
            parts = sum(float(row[step] or 0) for step in steps if step in row)
            assert parts == pytest.approx(float(row["total_s"]), abs=1e-5)


def test_the_json_opens_again_as_the_comparison_that_it_was(made: dict[str, str]) -> None:
    again = read(made["json"].encode())
    assert again.outcomes == sample().outcomes
    assert again.order == sample().order
    assert msgspec.json.decode(made["json"])["analysis"]["verdict"] == analysis(sample()).verdict


def test_text_and_page_tell_verdict_numbers_warm_ups_order_machine_and_what_was_not_called(
    made: dict[str, str],
) -> None:
    done = sample()
    found = analysis(done)
    # The first table is the one of the lanes.
    rows = {row[0]: row for row in reversed(Page(made["html"]).rows)}
    for lane in done.plan.lanes:
        row = rows[lane.name + lane.detail]
        if lane.is_called:
            median = found.of(lane.id).median_s
            words = "–" if median is None else f"{median:.3f} s"
            assert row[4].startswith(words)
            (line,) = (line for line in made["text"].splitlines() if line.startswith(f"{lane.name}, {lane.detail}".removesuffix(", ") + "  "))  # fmt: skip
            assert words in line
        else:
            assert row[1] == lane.reason
            assert lane.reason in made["text"]
    for text in (made["text"], made["html"].replace("&#x27;", "'")):
        assert found.verdict in text
        for words in ("after 1 warm-up", f"(seed {done.plan.seed})", "Linux 6.1", "httpx 0.28.1"):
            assert words in text
        for warning in found.warnings:
            assert warning in text
    assert "warm-up 1" in made["html"]


def test_charts_are_well_formed_and_have_each_stage_and_each_run(made: dict[str, str]) -> None:
    done = sample()
    (chart,) = re.findall(r'<svg viewBox="0 0 1020.*?</svg>', made["html"], re.DOTALL)
    root = ET.fromstring(chart)
    runs = [one for lane in done.plan.called for one in done.of(lane.id) if one.total_ns is not None]
    assert sum(item.get("class") == "dot" for item in root.iter("circle")) == len(runs)
    named = {
        words.text.rsplit(" ", 2)[0] for words in root.iter("title") if words.text and " s" in words.text
    }
    used = {step.value for one in runs for step in lengths(one.stages)}
    assert named - {"Stages of each lane on one axis of"} == used
    patterns = {item.get("id") for item in root.iter("pattern")}
    filled = {(item.get("fill") or "")[5:-1] for item in root.iter("rect") if item.get("fill")}
    assert filled <= patterns


def test_a_report_draws_stages_as_the_window_does() -> None:
    page = report("html", sample(), analysis(sample()), SAFE).decode()
    bright, dark = page.split("prefers-color-scheme: dark")[:2]
    for style, table in ((bright, LIGHT), (dark, DARK)):
        drawn = dict(re.findall(r"--(client|setup|wait|run|home): (#\w+)", style))
        assert drawn == {family: table[f"stage.{family}"].lower() for family in drawn}
        assert len(drawn) == 5
    with pytest.raises(ValueError, match="no report of the form pdf"):
        report("pdf", sample(), analysis(sample()), SAFE)


def test_one_that_was_stopped_at_once_has_reports_too() -> None:
    empty = msgspec.structs.replace(sample(), outcomes=(), is_stopped=True)
    for form in FORMS:
        assert report(form, empty, analysis(empty), SAFE)
    assert b"It was stopped: 0 of" in report("text", empty, analysis(empty), SAFE)
