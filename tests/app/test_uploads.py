"""Files for fields, sent to the real emulator: checked, found again, gone on with, cancelled."""

import asyncio
import base64
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from fal_studio.app.uploads import Uploads, look_at
from fal_studio.core.schema.field import Field, FieldKind, Media
from fal_studio.core.uploading import INLINE_MANY_BYTES, INLINE_MOST_BYTES, FileWish, Step, Uploading
from fal_studio.jobs.latest import Latest
from fal_studio.modes.http import Http
from fal_studio.services import transfer
from fal_studio.services.storage import Storage
from fal_studio.store.uploads import KeptUploads
from tests.emulator_process import KEY, EmulatorProcess
from tests.modes.stage import profile_of
from tests.waiting import until

PICTURE = Field("image_url", FieldKind.FILE, media=Media.IMAGE, limits={"max_width": 600})
BYTES: dict[str, bytes] = {}
"""What is kept, by its hash."""
Work = Callable[[Uploads, list[Uploading]], Awaitable[None]]


@pytest.fixture
def with_uploads(in_loop: Any, emulator: EmulatorProcess, tmp_path: Path) -> Callable[[Work], None]:
    """Run work with an upload desk on the emulator, and all states it tells."""

    def run(work: Work) -> None:
        async def main() -> None:
            http = Http(profile_of(emulator), KEY)
            storage = Storage(http)

            async def storage_of(_profile: str) -> Storage:
                return storage

            kept = KeptUploads(tmp_path / "uploads.json")
            uploads, told = Uploads(storage_of, kept, BYTES.__getitem__), []
            uploads.changed.connect(lambda _name, state: told.append(state))
            try:
                await work(uploads, told)
            finally:
                await http.aclose()

        in_loop(main())

    return run


def picture(path: Path, width: int = 500, height: int = 400) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x3366AA)
    assert image.save(str(path))
    return path


def test_the_same_bytes_travel_once(with_uploads, emulator, tmp_path) -> None:
    first = picture(tmp_path / "灯台 über.png")
    second = picture(tmp_path / "copy.png")

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        url = await uploads.perform("a", FileWish(str(first), "emulator", PICTURE))
        assert [state.step for state in told][:2] == [Step.READING, Step.SENDING]
        assert told[-1].step is Step.DONE
        assert told[-1].sent_bytes == first.stat().st_size
        since = emulator.last()
        assert await uploads.perform("b", FileWish(str(second), "emulator", PICTURE)) == url
        assert told[-1].is_reused
        assert not [seen for seen in emulator.requests(since) if seen["method"] in ("POST", "PUT")]

    with_uploads(work)


def test_a_file_that_is_gone_from_fal_travels_again(with_uploads, emulator, tmp_path) -> None:
    path = picture(tmp_path / "a.png")

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        url = await uploads.perform("a", FileWish(str(path), "emulator"))
        emulator.arm("expired_media", path="/cdn/files", method="HEAD")
        again = await uploads.perform("a", FileWish(str(path), "emulator"))
        assert again
        assert again != url
        assert not told[-1].is_reused

    with_uploads(work)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: picture(path, 640, 10), "is 640 pixels wide; at most 600 are taken"),
        (
            lambda path: path.write_text("just words") and path,
            "is text (text/plain); this field wants a picture",
        ),
        (lambda path: path.touch() or path, "is empty"),
    ],
)
def test_what_will_not_do_is_refused_before_it_travels(with_uploads, emulator, tmp_path, make, words) -> None:
    path = make(tmp_path / "a.png")
    since = emulator.last()

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        assert await uploads.perform("a", FileWish(str(path), "emulator", PICTURE)) == ""
        assert told[-1].step is Step.REFUSED
        assert words in told[-1].words

    with_uploads(work)
    assert emulator.requests(since) == []


def test_a_wish_that_is_given_up_before_it_has_begun_is_told(with_uploads, tmp_path) -> None:
    file = picture(tmp_path / "a.png")

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        async with asyncio.TaskGroup() as group:
            latest = Latest(group)
            for name in ("early", "late"):
                latest.start(name, uploads.fulfil(name, FileWish(str(file), "emulator")))
            for name in ("early", "late"):
                latest.cancel(name)
                uploads.give_up(name)
                uploads.give_up(name)
        assert [state.step for state in told] == [Step.CANCELLED, Step.CANCELLED]

    with_uploads(work)


def test_after_a_failure_the_same_wish_goes_on(with_uploads, emulator, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(transfer, "PART_BYTES", 200_000)
    monkeypatch.setattr(transfer, "SINGLE_UP_TO_BYTES", 1000)
    monkeypatch.setattr(transfer, "PARTS_AT_ONCE", 1)
    monkeypatch.setattr(transfer.resend, "pause_s", lambda _number: 0.01)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)) * 4000)

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        emulator.arm("closed", path=r"/multipart/.*/4$", method="PUT", times=transfer.TRIES)
        assert await uploads.perform("a", FileWish(str(path), "emulator")) == ""
        assert told[-1].step is Step.FAILED
        assert told[-1].next_step
        since = emulator.last()
        assert await uploads.perform("a", FileWish(str(path), "emulator"))
        sent = [seen["path"].rpartition("/")[2] for seen in emulator.requests(since)]
        assert "1" not in sent
        assert told[-1].step is Step.DONE

    with_uploads(work)


def test_a_cancel_ends_it_and_says_so(with_uploads, emulator, tmp_path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)) * 40_000)

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        emulator.arm("hang", path="/cdn/files/upload")
        async with asyncio.TaskGroup() as group:
            task = group.create_task(uploads.perform("a", FileWish(str(path), "emulator")))
            await until(lambda: told and told[-1].step is Step.SENDING)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        assert told[-1].step is Step.CANCELLED

    with_uploads(work)


def test_a_file_that_is_not_there_is_named(with_uploads, tmp_path) -> None:
    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        assert await uploads.perform("a", FileWish(str(tmp_path / "gone.png"), "emulator")) == ""
        assert told[-1].words.startswith("gone.png cannot be read")

    with_uploads(work)


def test_a_file_is_known_by_its_bytes(qapp, tmp_path) -> None:
    facts = look_at(picture(tmp_path / "a.png", 30, 20).rename(tmp_path / "no ending"))
    assert (facts.content_type, facts.width, facts.height) == ("image/png", 30, 20)
    (tmp_path / "a.glb").write_bytes(b"glTF\x02\0\0\0")
    assert look_at(tmp_path / "a.glb").content_type in ("model/gltf-binary", "")


def test_kept_bytes_go_under_their_name_and_leave_no_copy(
    with_uploads, emulator, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    data = picture(tmp_path / "a.png").read_bytes()
    BYTES["kept"] = data

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        wish = FileWish("lighthouse.png", "emulator", PICTURE, sha256="kept")
        url = await uploads.perform("a", wish)
        assert url.endswith("lighthouse.png")
        assert told[-1].step is Step.DONE
        assert await uploads.perform("b", wish) == url
        assert told[-1].is_reused
        assert await uploads.perform("c", FileWish("b.png", "emulator", sha256="kept", is_inline=True)) == (
            f"data:image/png;base64,{base64.b64encode(data).decode()}"
        )
        del BYTES["kept"]
        assert await uploads.perform("d", wish) == ""
        assert told[-1].step is Step.FAILED
        assert "not kept on this machine" in told[-1].trouble
        assert list((tmp_path / "temp").iterdir()) == []

    with_uploads(work)


def test_a_file_in_the_request_itself_travels_nowhere_and_has_a_limit(
    with_uploads, emulator, tmp_path
) -> None:
    small = picture(tmp_path / "a.png")
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (INLINE_MOST_BYTES + 1))
    many = tmp_path / "many.bin"
    many.write_bytes(b"x" * (INLINE_MANY_BYTES + 1))

    async def work(uploads: Uploads, told: list[Uploading]) -> None:
        since = emulator.last()
        uri = await uploads.perform("a", FileWish(str(small), "emulator", PICTURE, is_inline=True))
        assert base64.b64decode(uri.removeprefix("data:image/png;base64,")) == small.read_bytes()
        assert told[-1].words.endswith("in the request itself")
        await uploads.perform("b", FileWish(str(many), "emulator", is_inline=True))
        assert told[-1].words.endswith("every run sends them anew")
        assert await uploads.perform("c", FileWish(str(large), "emulator", is_inline=True)) == ""
        assert told[-1].step is Step.REFUSED
        assert "at most 10 MB" in told[-1].trouble
        assert emulator.requests(since) == []

    with_uploads(work)
