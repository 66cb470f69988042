"""The catalogue, schemas, capabilities and prices of the emulator."""

import pytest

from fal_studio.core import model
from fal_studio.core.prices import Price
from fal_studio.core.request import Mode, ProfileKind
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import catalog, pricing
from fal_studio.services.catalog import Answer
from tests.emulator_process import KEY, start_emulator
from tests.modes.stage import profile_of


@pytest.fixture(scope="module")
def emulator():
    with start_emulator() as it:
        yield it


def asked(in_plain_loop, emulator, question):
    async def main():
        http = Http(profile_of(emulator), KEY)
        try:
            return await question(http)
        finally:
            await http.aclose()

    return in_plain_loop(main())


def test_the_catalogue_is_read_to_its_end(in_plain_loop, emulator) -> None:
    since = emulator.last()
    records = asked(in_plain_loop, emulator, lambda http: catalog.models(http, {"limit": "3"}))
    ids = [record["endpoint_id"] for record in records]
    assert "emulator/image" in ids
    assert len(ids) == len(set(ids)) > 6
    assert len(emulator.requests(since)) > 2


def test_a_schema_names_the_modes(in_plain_loop, emulator) -> None:
    document = asked(in_plain_loop, emulator, lambda http: catalog.schema(http, "emulator/image"))
    modes = catalog.modes_of(document, "emulator/image", ProfileKind.EMULATOR, "http://x/stream")
    assert modes[Mode.SUBSCRIBE] is Answer.YES
    assert modes[Mode.STREAM] is Answer.YES
    assert modes[Mode.REALTIME] is Answer.UNKNOWN
    assert catalog.modes_of(document, "a/b/realtime", ProfileKind.FAL)[Mode.REALTIME] is Answer.YES
    assert catalog.modes_of(None, "a/b", ProfileKind.FAL)[Mode.RUN] is Answer.UNKNOWN
    assert catalog.modes_of(document, "a/b", ProfileKind.PROXY)[Mode.REALTIME] is Answer.NO


def test_an_unknown_endpoint_has_no_schema(in_plain_loop, emulator) -> None:
    with pytest.raises(CallError, match="emulator/nope was not found"):
        asked(in_plain_loop, emulator, lambda http: catalog.schema(http, "emulator/nope"))


def test_prices_leave_out_what_has_none(in_plain_loop, emulator) -> None:
    priced = (
        "emulator/image",
        "emulator/chat",
        "emulator/video",
        "emulator/speech",
        "emulator/mesh",
        "emulator/edit",
    )
    since = emulator.last()
    found = asked(
        in_plain_loop,
        emulator,
        lambda http: pricing.prices(http, (*priced, "emulator/nope", "emulator/bench")),
    )
    assert set(found) == {*priced, "emulator/bench"}
    assert found["emulator/image"] == Price(0.025, "megapixel", "USD")
    lists = [item for item in emulator.requests(since) if "pricing" in item["path"]]
    assert len(lists) == 7, "the halves without it are answered whole"


def test_a_search_goes_page_by_page(in_plain_loop, emulator) -> None:
    async def question(http: Http) -> list[str]:
        found, cursor = [], ""
        while True:
            page = await catalog.search(http, "emulator", cursor=cursor, limit=3)
            assert len(page.records) <= 3
            found += [record["endpoint_id"] for record in page.records]
            cursor = page.cursor
            if not cursor:
                return found

    everything = asked(in_plain_loop, emulator, question)
    assert len(everything) == len(set(everything)) > 6
    only = asked(in_plain_loop, emulator, lambda http: catalog.search(http, "", category="text-to-video"))
    assert {record["metadata"]["category"] for record in only.records} == {"text-to-video"}
    none = asked(in_plain_loop, emulator, lambda http: catalog.search(http, "no such words"))
    assert none == catalog.Found(())


def test_one_record_brings_its_document(in_plain_loop, emulator) -> None:
    record = asked(in_plain_loop, emulator, lambda http: catalog.record(http, "emulator/image"))
    assert model.document_of(record)["paths"]
    assert model.read(record).title
    assert asked(in_plain_loop, emulator, lambda http: catalog.record(http, "emulator/nope")) is None
