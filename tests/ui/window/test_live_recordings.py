"""Recordings of the live desk: a marked stretch saved and read back, replayed and saved again to the byte, sent elsewhere."""

from collections import Counter
from pathlib import Path

import av
import msgpack
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from fal_studio.core import transcript
from fal_studio.core.realtime.pacing import Policy
from fal_studio.core.transcript import Head, Piece, Shape, Way
from fal_studio.ui.realtime.desk import LiveDesk
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live import draw, live, quiet
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")
BENCH = "emulator/bench"


def read(path: Path) -> tuple[Head, list[Piece]]:
    with path.open("rb") as file:
        return transcript.read(file)


def inputs(pieces: list[Piece]) -> list[dict]:
    """Return the inputs as they stood on the wire, without the id that each session gives its own."""
    sent = (piece.data for piece in pieces if piece.way is Way.OUT)
    return [
        {name: value for name, value in msgpack.unpackb(data).items() if name != "request_id"}
        for data in sent
    ]


async def recorded(desk: LiveDesk) -> str:
    """Record a stroke of which every change is sent, and return the call."""
    desk.change_rule("policy", Policy.WAIT)
    await quiet(desk)
    desk.bar.record.click()
    await draw(desk, is_answered=True)
    await quiet(desk)
    desk.bar.record.click()
    await until(lambda: not desk.session.is_on, what="the session is over")
    return desk.session.last_call


def check_decodable(path: Path, count: int) -> None:
    if path.suffix == ".mp4":
        with av.open(path) as film:
            frames = list(film.decode(video=0))
        assert len(frames) >= count
        assert (frames[0].width, frames[0].height) == (512, 512)
        return
    with Image.open(path) as moving:
        assert moving.n_frames == count
        for number in range(count):
            moving.seek(number)
            moving.load()


def test_a_stretch_is_saved_replayed_and_sent_elsewhere(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        call, player, wire = await recorded(desk), desk.player, hand.window.wire
        whole = player.recording
        assert whole is not None
        assert player.is_whole
        times = [one.at_ns // 1_000_000 for one in whole.inputs()]
        assert len(times) >= 4
        desk.setFocus()
        player.slider.setValue(times[1] - 1)
        await hand.key(Qt.Key.Key_I)
        player.slider.setValue(times[-2] + 1)
        await hand.key(Qt.Key.Key_O)
        stretch = player.stretch
        assert stretch is not None
        assert stretch.counts[0] == len(times) - 2
        assert "marked" in player.time.text()
        assert (player.outcomes[0].sent, player.outcomes[0].superseded) == (len(times) - 2, None)

        part, again = tmp_path / "part.jsonl", tmp_path / "again.jsonl"
        wire.part_wanted.emit(call, stretch.span_ns, str(part))
        await until(part.exists, what="the stretch is saved")
        head, pieces = read(part)
        assert not head.whole
        counts = Counter((piece.way, piece.shape) for piece in pieces)
        assert counts[Way.OUT, Shape.BINARY] == stretch.counts[0]
        assert counts[Way.IN, Shape.BINARY] >= stretch.counts[1]
        wire.open_wanted.emit(str(part))
        await until(lambda: hand.space.result.call.startswith("replay-"), what="it is replayed")
        replay = hand.space.result.call
        wire.transcript_wanted.emit(replay, str(again))
        await until(again.exists, what="the replay is saved")
        assert again.read_bytes() == part.read_bytes()

        for name in ("a.webp", "a.gif", "a.mp4"):
            hand.window.pages.animation_wanted.emit(stretch, str(tmp_path / name))
            await until((tmp_path / name).exists, what=name, limit_s=20)
            check_decodable(tmp_path / name, stretch.counts[1])

        hand.window.pages.show_page("live")
        desk.bar.endpoint_chosen.emit(BENCH)
        desk.change_rule("policy", Policy.EVERY)
        player.again.click()
        await until(lambda: len(player.outcomes) == 2, what="the inputs were sent elsewhere", limit_s=30)
        there = player.outcomes[1]
        assert (there.endpoint, there.policy, there.sent) == (BENCH, Policy.EVERY, stretch.counts[0])
        await until(lambda: not desk.session.is_on, what="that session is over")
        elsewhere = tmp_path / "elsewhere.jsonl"
        wire.transcript_wanted.emit(desk.session.last_call, str(elsewhere))
        await until(elsewhere.exists, what="it is saved")
        assert inputs(read(elsewhere)[1]) == inputs(pieces)  # the very pixels
        player.begin_here()
        assert len(player.outcomes) == 1  # another stretch compares with nothing yet

    drive(scenario)
