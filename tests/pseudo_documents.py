"""Not collected by itself: `test_documents.py` runs it in a process of its own, whose language is `pseudo`.

What the program writes for people, and what is not in the window at every time, has to stand between the brackets of that language.
What may stand outside is data: names of lanes, endpoints and machines, inputs, addresses, and what a server said.
"""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest

from fal_studio.app.bundle import parts
from fal_studio.core import events as e
from fal_studio.core.comparing.reports import report
from fal_studio.core.events import Event
from fal_studio.core.har import PHRASES, document
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Mode, Request
from fal_studio.core.settings import Settings, declared
from fal_studio.statistics.analysing import analyse
from fal_studio.ui.library.starters import STARTERS
from fal_studio.ui.shell.help_panel import TOPICS, page
from fal_studio.words import CLOSE, OPEN, told
from tests.core.test_comparing_reports import sample
from tests.pseudo import outside

SAFE = Redactor(())
_TAGS = re.compile(r"<style>.*?</style>|<pre>.*?</pre>|<[^>]+>", re.DOTALL)


def data_of_the_sample() -> list[str]:
    done = sample()
    lanes = [text for lane in done.plan.lanes for text in (lane.name, lane.detail, lane.reason)]
    told = [
        done.title,
        *lanes,
        *(one.failed for one in done.outcomes),
        "Linux",
        "httpx",
        done.machine.processor,
    ]
    return sorted({*filter(None, told)}, key=len, reverse=True)


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_report_of_a_comparison_is_translated(form: str) -> None:
    done = sample()
    text = report(form, done, analyse(done), SAFE).decode()
    assert OPEN in text
    if form == "html":
        assert '<html lang="en-x-pseudo">' in text
        text = unescape(_TAGS.sub("\n", text))
    text = re.sub(f"{OPEN}[^{CLOSE}\\n]*…", "", text)  # what a chart has no room for
    left = {line: rest for line in text.splitlines() if (rest := outside(line, data_of_the_sample()))}
    assert not left


def test_what_programs_read_of_a_comparison_is_the_same_in_every_language() -> None:
    done = sample()
    rows = list(csv.DictReader(io.StringIO(report("csv", done, analyse(done), SAFE).decode())))
    assert {"position", "lane", "warm_up", "total_s", "queued_s"} <= set(rows[0])
    assert {row["warm_up"] for row in rows} == {"yes", "no"}


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (500, e.Failed(e.FailureKind.SERVER, "It did not work.", body="no")),
        (200, e.Output({"seed": 7})),
    ],
)
def test_comments_of_an_archive_are_translated_and_its_own_words_are_not(status: int, end: e.End) -> None:
    why = "submit again after 503"
    facts = (
        e.Started(1.7e9, "emulator/bench", Mode.SUBMIT, ""),
        e.Attempt(2, why, "POST", "https://queue.fal.run/a/b"),
        e.Response(status, {}, why),
        end,
    )
    events = tuple(Event("c", number, number * 1000, fact) for number, fact in enumerate(facts))
    request = Request("emulator/bench", Mode.SUBMIT, {"text": "x"})
    log: Any = document(events, request, SAFE, {}.__getitem__, version="1")["log"]
    assert log["comment"] == "submit emulator/bench"
    (entry,) = log["entries"]
    assert entry["response"]["statusText"] == PHRASES[status]
    for comment in (entry["comment"], entry["response"]["content"]["comment"]):
        assert OPEN in comment
        assert not outside(comment)


def test_a_report_about_a_mistake_is_translated() -> None:
    made = parts((), Settings(), "", None, {}.__getitem__, ())
    assert {part.name: outside(part.about) for part in made} == {part.name: [] for part in made}
    texts = {part.name: part.text for part in made}
    assert not outside(texts["README.txt"])
    assert not outside(texts["log.txt"])


def test_help_starters_and_settings_are_translated() -> None:
    for topic in TOPICS:
        shown = page(topic)
        assert not [line for line in (shown.title, *shown.text.splitlines()) if outside(line)]
    assert not [starter.title for starter in STARTERS if outside(told(starter.title))]
    for one in declared():
        for text in (one.title, one.help, one.group, one.zero, *map(told, one.choices)):
            assert not outside(text), one.key
