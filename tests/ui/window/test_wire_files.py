"""What went over the wire, saved from the window and shown again."""

import json
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fal_studio.core import events as e
from fal_studio.core import transcript
from fal_studio.core.accounts import REPLAY
from fal_studio.core.events import Event
from fal_studio.core.request import Mode
from fal_studio.ui.stream.pane import EventsPane
from fal_studio.ui.widgets.metrics import MetricsStrip
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until


def told(events: list[Event]) -> list[object]:
    """What the panes are made of, apart from whose call it was."""
    facts = [event.fact for event in events if not isinstance(event.fact, e.Download)]
    assert isinstance(facts[0], e.Started)
    return [msgspec.structs.replace(facts[0], profile=""), *facts[1:]]


async def said(hand: Driven, words: str) -> None:
    await until(
        lambda: any(words in toast.news.text for toast in hand.window.toasts.shown()), what=words, limit_s=20
    )


async def looked_back_at(hand: Driven) -> None:
    """The live pane of a finished stream: what it amounts to, its moments, its filter and paths."""
    result = hand.space.result
    result.show_tab("events")
    pane, ruler = result.events, result.events.bar.ruler
    output = hand.state.output
    assert isinstance(output, dict)
    whole = output["output"]
    await until(lambda: pane.follows and pane.side.text.toPlainText() == whole, what="all of it is shown")
    ruler.setFocus()
    await hand.key(Qt.Key.Key_Home)
    assert not pane.follows
    assert pane.side.text.toPlainText() == ""
    first = next(n for n, event in enumerate(pane.model.events) if isinstance(event.fact, e.Partial))
    pane.select(first + 1)
    half = pane.side.text.toPlainText()
    assert half
    assert whole.startswith(half)
    assert half != whole
    await until(lambda: half in pane.detail.text)
    before = pane.model.row_at(first + 1)
    assert before.preview == "+ " + json.dumps(half.removeprefix(said_at(pane, first)), ensure_ascii=False)
    last = max(n for n, event in enumerate(pane.model.events) if isinstance(event.fact, e.Partial))
    assert "usage" in pane.model.row_at(last).preview
    pane.focus_list()
    await hand.key(Qt.Key.Key_B)
    assert pane.detail.text.startswith("000000  7b")
    pane.bar.set_speed(10)
    pane.bar.toggle()
    assert pane.bar.is_playing
    await until(lambda: pane.side.text.toPlainText() == whole, what="played to its end", limit_s=20)
    await until(lambda: not pane.bar.is_playing, what="it stands still")
    await hand.key(Qt.Key.Key_End)
    assert pane.follows
    assert ruler.place_ns is None
    every = pane.model.rowCount()
    pane.filter.setText("ATTEMPT")
    pane.filter.setText("started")
    assert pane.model.rowCount() == 1
    pane.filter.setFocus()
    await hand.key(Qt.Key.Key_Return)
    assert not pane.filter.hasFocus()
    pane.filter.setFocus()
    await hand.key(Qt.Key.Key_Escape)
    assert pane.model.rowCount() == every
    asked: list[str] = []
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(hand.window.wire, "save_transcript", lambda: asked.append("transcript"))
    pane.focus_list()
    await hand.key(Qt.Key.Key_S, CTRL)
    monkeypatch.undo()
    assert asked == ["transcript"], "Ctrl+S in the list saves what came"
    pane.set_path("$.usage.total_tokens")
    assert pane.side.extract.matches == 1
    pane.set_path("$..[")
    assert "no JSONPath" in pane.path.toolTip()
    pane.set_path("")
    assert pane.side.text.toPlainText() == whole
    hand.window.wire.extract_wanted.emit("text", whole, str(hand.program.kept.data / "said.md"))
    await said(hand, "The text is saved")
    assert (hand.program.kept.data / "said.md").read_text() == whole
    hand.window.actions_["result.timeline"].trigger()
    assert result.tab == "timeline"
    whole_call, *others = result.timeline.lanes
    ended_ns = hand.state.ended_t_ns
    assert sum(bar.end_ns - bar.start_ns for bar in whole_call.bars) == ended_ns
    assert "together, the wall clock" in result.timeline.text
    assert [lane.name for lane in others] == ["stream"]
    result.timeline.waterfall.setFocus()
    await hand.key(Qt.Key.Key_Down)
    assert "/emulator/chat/stream" in result.timeline.text
    assert "…redacted…" in result.timeline.text
    assert "text/event-stream" in result.timeline.text
    result.show_tab("json")
    assert whole.splitlines()[0] in result.json.text
    result.show_tab("headers")
    assert "content-type" in result.headers.text
    result.show_tab("timeline")
    assert len(result.timeline.lanes) == 2
    hand.window.open_new()
    empty = hand.space.result
    for tab in ("json", "headers", "timeline"):
        empty.show_tab(tab)
    assert empty.json.text == "Run a request to see its JSON."
    assert "Run a request" in empty.timeline.text
    hand.window.close_request(hand.window.tabs.current())
    await until(lambda: [metric for metric in names(result) if metric.startswith("tokens: ")])


def said_at(pane: EventsPane, number: int) -> str:
    """The text that an event of a chat had brought by then."""
    fact = pane.model.events[number].fact
    assert isinstance(fact, e.Partial)
    assert isinstance(fact.payload, dict)
    return str(fact.payload["output"])


def names(result: QWidget) -> list[str]:
    strip = result.findChild(MetricsStrip)
    assert strip is not None
    return [cell.accessibleName() for cell in strip.findChildren(QWidget)]


def test_a_stream_and_a_session_are_saved_and_replayed_to_the_same_panes(
    drive_kept: Drive, tmp_path: Path
) -> None:
    async def scenario(hand: Driven) -> None:
        window, calls = hand.window, hand.program.calls
        window.wire.save_archive()
        await said(hand, "Run the request first")
        hand.space.set_endpoint("emulator/chat")
        hand.space.set_mode(Mode.STREAM)
        await hand.run(prompt="Say hello", max_tokens=20)
        await hand.ended()
        stream = hand.space.result.call
        await looked_back_at(hand)
        window.open_starter("Sketch to lake")
        await hand.run()
        await until(lambda: hand.state.partials >= 1, what="the session answers", limit_s=30)
        await hand.key(Qt.Key.Key_Escape)
        await hand.ended()
        session = hand.space.result.call
        for call in (stream, session):
            file, archive = tmp_path / f"{call}.jsonl", tmp_path / f"{call}.har"
            window.wire.transcript_wanted.emit(call, str(file))
            await until(file.is_file, what="the transcript", limit_s=20)
            window.wire.archive_wanted.emit(call, str(archive))
            await until(archive.is_file, what="the archive", limit_s=20)
            entries = json.loads(archive.read_bytes())["log"]["entries"]
            head, pieces = transcript.read(file.read_bytes().splitlines())
            assert head.whole
            assert head.request == calls.request(call)
            if call == stream:
                text = transcript.body(pieces).decode()
                assert text.startswith("data: {")
                assert "usage" in text.splitlines()[-2]
                assert entries[0]["response"]["content"]["text"] == text
            else:
                assert len(entries[-1]["_webSocketMessages"]) == len(pieces)
            before = hand.space.result.call
            window.wire.open_wanted.emit(str(file))
            await until(
                lambda before=before: hand.space.result.call not in (before, stream, session),
                what="the replay",
                limit_s=20,
            )
            again = hand.space.result.call
            assert told(calls.events(again)) == told(calls.events(call))
            assert hand.state.profile == REPLAY
            assert not calls.is_ours(again), "it is in no list of calls, and nothing was sent"
            strip = hand.space.result.findChild(MetricsStrip)
            assert any(
                cell.accessibleName().startswith("replay of: ") for cell in strip.findChildren(QWidget)
            )
        bad = tmp_path / "bad.jsonl"
        bad.write_text('{"log": {}}')
        window.wire.open_wanted.emit(str(bad))
        await said(hand, "bad.jsonl cannot be replayed: the file is no transcript")
        window.wire.transcript_wanted.emit("nobody", str(tmp_path / "none.jsonl"))
        await said(hand, "Nothing of this call was recorded")
        window.wire.archive_wanted.emit(stream, "/proc/none/a.har")
        await said(hand, "a.har")

    drive_kept(scenario)
