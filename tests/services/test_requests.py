"""The list of requests: every page of it, times in our clock, and what the list says became of a request."""

import asyncio
import json
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from fal_studio.core import events as e
from fal_studio.core.blobs import blob_of
from fal_studio.core.events import Charged
from fal_studio.core.listing import Listed, Listing
from fal_studio.core.request import Mode, Request
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import reconcile
from fal_studio.services.requests import listed
from tests.conftest import InLoop
from tests.emulator_process import KEY, start_emulator
from tests.modes.raw import answer, raw_server, saying
from tests.modes.stage import profile_at, profile_of

BENCH = "emulator/bench"


@pytest.fixture(scope="module")
def emulator():
    with start_emulator() as it:
        yield it


def asked(in_plain_loop: InLoop, profile: Any, **about: Any) -> Listing:
    async def main() -> Listing:
        http = Http(profile, KEY)
        try:
            return await listed(http, [BENCH], **about)
        finally:
            await http.aclose()

    return in_plain_loop(main())


def test_every_page_is_read_and_times_are_ours(in_plain_loop: InLoop, emulator) -> None:
    began = time.time()
    with emulator.client() as fal:
        ids = [
            fal.post(f"/run/{BENCH}", json={"text": str(n)}).headers["x-fal-request-id"] for n in range(120)
        ]
    since = emulator.last()
    found = asked(in_plain_loop, profile_of(emulator), start_s=began - 60, payloads=True)
    assert len(emulator.requests(since)) == 2
    assert found.is_complete
    assert {item.request_id for item in found.items} == set(ids)
    assert {item.given["text"] for item in found.items} == {str(n) for n in range(120)}
    assert all(began - found.doubt_s <= item.sent_s <= found.read_s + found.doubt_s for item in found.items)
    few = asked(in_plain_loop, profile_of(emulator), at_most=7)
    assert (len(few.items), few.is_complete, few.items[0].given) == (7, False, None)
    (one,) = asked(in_plain_loop, profile_of(emulator), request_id=ids[3]).items
    assert (one.request_id, one.status) == (ids[3], 200)


def document(*items: dict[str, Any]) -> bytes:
    return json.dumps({"items": list(items), "next_cursor": None, "has_more": False}).encode()


def item(sent: datetime, **about: Any) -> dict[str, Any]:
    stamp = sent.isoformat().replace("+00:00", "Z")
    return {"request_id": "r", "endpoint_id": BENCH, "sent_at": stamp, "started_at": stamp} | about


def test_a_server_whose_clock_is_wrong_is_understood(in_plain_loop: InLoop) -> None:
    asked_s: list[float] = []

    async def two_hours_ahead(_request: bytes, _reader: Any, writer: asyncio.StreamWriter) -> None:
        asked_s.append(time.time())
        theirs = datetime.fromtimestamp(asked_s[-1] + 7200, UTC)
        stamp = f"date: {format_datetime(theirs, usegmt=True)}\r\n"
        writer.write(answer(document(item(theirs)), extra=stamp))
        await writer.drain()

    async def main() -> Listing:
        async with raw_server(two_hours_ahead) as server:
            http = Http(profile_at(f"http://127.0.0.1:{server.port}"), KEY)
            try:
                return await listed(http, [BENCH])
            finally:
                await http.aclose()

    found = in_plain_loop(main())
    assert found.doubt_s < 100
    assert abs(found.items[0].sent_s - asked_s[-1]) < found.doubt_s
    assert (found.items[0].ended_s, found.items[0].status) == (None, None)


def test_odd_items_are_left_out_and_a_server_without_a_date_is_doubted(in_plain_loop: InLoop) -> None:
    good = item(datetime.now(UTC))
    odd = [1, {}, {"request_id": 7}, good | {"sent_at": "soon", "started_at": None}]

    async def main() -> Listing:
        async with raw_server(saying(answer(document(good, *odd)))) as server:
            http = Http(profile_at(f"http://127.0.0.1:{server.port}"), KEY)
            try:
                return await listed(http, [BENCH])
            finally:
                await http.aclose()

    found = in_plain_loop(main())
    assert len(found.items) == 1
    assert found.doubt_s >= 60


def test_a_refused_list_is_an_error_and_no_empty_list(in_plain_loop: InLoop, emulator) -> None:
    emulator.arm("wrong_key", path="by-endpoint")
    with pytest.raises(CallError, match="refused the key"):
        asked(in_plain_loop, profile_of(emulator))


def end_of(status: int | None, made: Any = None, *, ended: bool = True) -> e.End | None:
    it = Listed("r", BENCH, 1.0, 2.0, 3.0 if ended else None, status, {}, made)
    return reconcile.end_of(it, Request(BENCH, Mode.RUN, {}), blob_of)


def test_the_list_tells_the_end_of_a_request() -> None:
    assert end_of(None, ended=False) is None
    assert end_of(200, {"a": 1}) == e.Output({"a": 1}, 7)
    left = end_of(499)
    assert isinstance(left, e.Cancelled)
    assert left.charged is Charged.UNKNOWN
    lost = end_of(200)
    assert isinstance(lost, e.Failed)
    assert (lost.charged, "not kept" in lost.message) == (Charged.YES, True)
    refused = end_of(
        422, {"detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]}
    )
    assert isinstance(refused, e.Failed)
    assert (refused.status, refused.fields[0].loc, refused.charged) == (422, ("prompt",), Charged.NO)
