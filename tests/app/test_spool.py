"""Films that are played but not kept: each is fetched once, and the oldest make room for the next."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from fal_studio.app.engine import Engine
from fal_studio.app.spool import Spool
from fal_studio.services.media import Got
from fal_studio.store.parts import Part


class _Server:
    """Has a file of eight bytes at every address; several are sent at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def download(self, url: str, part: Part, *_about: Any) -> Got:
        self.asked.append(url)
        data = url[-1].encode() * 8

        def write() -> Got:
            part.begin("")
            part.add(data)
            return Got(part.finish("video/mp4"), "video/mp4")

        return await asyncio.to_thread(write)


@pytest.fixture
def server() -> _Server:
    return _Server()


def test_the_oldest_go_and_one_that_is_fetched_again_is_the_newest(server: _Server) -> None:
    asyncio.run(_play(server))


async def _play(server: _Server) -> None:
    spool = Spool(cast("Engine", server), most_bytes=20)

    async def file(name: str) -> Path:
        path, content_type = await spool.file(f"https://files.test/{name}", "", lambda *_: None)
        assert content_type == "video/mp4"
        return Path(path)

    try:
        a, b = await asyncio.gather(file("a"), file("b"))
        assert a.parent == b.parent, "one folder for both"
        assert (a.read_bytes(), b.read_bytes()) == (b"a" * 8, b"b" * 8)
        assert await file("a") == a
        assert sorted(server.asked) == ["https://files.test/a", "https://files.test/b"], "once each"
        first, second = list(spool._kept)
        spool._path(spool._kept[first].blob.sha256).unlink()
        again = await file(first[-1])
        c = await file("c")
        assert again.is_file()
        assert c.is_file()
        assert list(spool._kept) == [first, "https://files.test/c"]
        assert not (a if second.endswith("a") else b).exists()
    finally:
        spool.close()
    assert not a.parent.exists()
