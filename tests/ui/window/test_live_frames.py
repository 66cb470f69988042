"""The frames of a live session as a list: both directions, as a tree, byte by byte as they passed, filtered, searched."""

import msgspec
import pytest

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.ui.stream.pane import EventsPane
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live import draw, live, quiet
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")


def bytes_in(dump: str) -> bytes:
    """Return the bytes of a hex dump under a head line, as far as it shows them."""
    rows = [line[8:55] for line in dump.splitlines()[1:] if not line.startswith("…")]
    return bytes.fromhex("".join(rows))


def test_frames_both_ways(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        await draw(desk)
        await quiet(desk)
        desk.frames_bar.click()
        pane: EventsPane = hand.window.pages._frames
        model, detail = pane.model, pane.detail

        def found(wanted: type, name: str) -> Event | None:
            for row in range(model.rowCount() - 1, -1, -1):
                event = model.event_at(row)
                if isinstance(event.fact, wanted) and getattr(event.fact, "name", "") == name:
                    pane.select(row)
                    return event
            return None

        async def newest(wanted: type, name: str = "") -> Event:
            return await until(lambda: found(wanted, name), what=f"a {wanted.__name__} {name} in the list")

        async def frame(size: int) -> bytes:
            detail.set_form("bytes")
            await until(lambda: detail.text.startswith(f"the frame as it passed, {size:,} bytes"), what="hex")
            return bytes_in(detail.text)

        answer = await newest(e.Partial)
        assert detail.form.current() == "tree"
        tree = detail._tree
        await until(lambda: tree.model.rowCount(tree.model.index(0, 0)) > 0, what="the tree of the answer")
        root = tree.model.index(0, 0)
        places = (tree.model.index(row, 0, root) for row in range(tree.model.rowCount(root)))
        keys = [tree.model.path_at(place)[-1] for place in places]
        assert {"images", "seed", "request_id"} <= set(keys)
        pane.open_find()
        tree.bar.field.setText("content_type")
        await until(lambda: tree.found, what="it is found in the tree")
        data = await frame(answer.fact.size_bytes)
        assert data[0] & 0xF0 == 0x80  # a map of MessagePack, not our JSON of it
        assert b"image/jpeg" in data or b"images" in data
        detail.set_form("tree")
        sent = await newest(e.Sent)
        data = await frame(sent.fact.size_bytes)
        assert data[0] & 0xF0 == 0x80
        timings = await newest(e.Control, "timings")
        whole = await frame(timings.fact.size_bytes)
        assert msgspec.json.decode(whole)["action"] == "timings"
        pane.filter.setText("timings")
        await until(lambda: 0 < model.rowCount() < len(model.events), what="the list is filtered")
        pane.filter.setText("")
        desk.fields._values["strength"] = "much"  # what no model takes
        desk.session.change()
        await until(lambda: not desk.session.is_on, what="the server ends it", limit_s=20)
        await newest(e.Control, "error INTERNAL_ERROR")
        assert model.row_at(pane._view.currentIndex().row()).tone == "bad"
        await until(lambda: "INTERNAL_ERROR" in desk.result.note)

    drive(scenario)
