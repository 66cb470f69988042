"""What a stream amounts to, and that many events take little room."""

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.extract import Extract
from fal_studio.core.pages import OPEN_PAGES, PAGE, Events


def partials(*payloads: object) -> list[Event]:
    return [Event("c", n, n * 1000, e.Partial(n, payload, 10)) for n, payload in enumerate(payloads)]


def delta(text: str) -> dict[str, object]:
    return {"choices": [{"delta": {"content": text}}]}


def test_deltas_and_whole_texts_are_put_together_and_looked_back_at() -> None:
    grown = partials(delta("a"), delta("b"), {"step": 1}, delta("c"))
    told = Extract()
    told.take(grown)
    assert told.text == "abc"
    assert [told.text_at(n, grown) for n in range(4)] == ["a", "ab", "ab", "abc"]
    whole = partials({"output": "He"}, {"output": "Hello"}, delta("!"), {"output": "New"})
    told = Extract()
    for event in whole:
        told.take([event])
    assert told.text == "New"
    assert [told.text_at(n, whole) for n in range(4)] == ["He", "Hello", "Hello!", "New"]


def test_a_path_picks_fragments_and_counts_where_it_names_something() -> None:
    told = Extract(lambda payload: [payload["x"]] if "x" in payload else [])
    told.take(partials({"x": "one "}, {"y": 1}, {"x": "two"}))
    assert (told.text, told.matches) == ("one two", 2)
    told = Extract(lambda payload: [payload["x"]])
    told.take(partials({"x": "one"}, {"x": "one two"}))
    assert told.text == "one two"


def test_pictures_and_nodes_are_found_in_their_order() -> None:
    picture = {"images": [{"url": "https://x.test/a.png", "content_type": "image/png"}]}
    told = Extract()
    told.take(
        partials(
            {"type": "submit", "node_id": "draw", "app_id": "a/b"},
            picture,
            {"type": "completion", "node_id": "draw", "output": picture},
            {"type": "error", "node_id": "tell"},
        )
    )
    assert [at for at, _ in told.frames] == [1, 2]
    assert told.value_at(1) == 1
    assert Extract().value_at(3) is None
    draw, tell = told.nodes.values()
    assert (draw.app, draw.start_ns, draw.end_ns, draw.is_failed) == ("a/b", 0, 2000, False)
    assert tell.is_failed


def test_old_events_are_packed_and_read_back_as_they_were() -> None:
    count = (OPEN_PAGES + 3) * PAGE + 7
    made = partials(*({"text": f"word {n} ä", "seed": 2**70} for n in range(count)))
    events = Events(made)
    assert len(events) == count
    assert list(events) == made
    assert events[-1] == made[-1]
    assert events[3] == made[3]
    assert events[10:2000:333] == made[10:2000:333]
    assert 0 < events.packed_bytes < 3 * PAGE * 40
    odd = Events(partials(*(["half a letter \ud800"] * count)))
    assert odd[0].fact.payload == "half a letter \ud800"  # JSON cannot say it
