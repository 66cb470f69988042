"""Uploads to the emulator's storage: whole, in parts, with odd names, and refused."""

import msgspec
import pytest

from fal_studio.core import events as e
from fal_studio.core.request import ProfileKind
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import storage
from fal_studio.services.storage import Storage
from tests.emulator_process import KEY, start_emulator
from tests.modes.stage import profile_of


@pytest.fixture(scope="module")
def emulator():
    with start_emulator() as it:
        yield it


def uploaded(in_plain_loop, profile, path, **options):
    facts: list[e.Fact] = []

    async def main() -> str:
        http = Http(profile, KEY)
        try:
            return await Storage(http).upload(path, facts.append, **options)
        finally:
            await http.aclose()

    return in_plain_loop(main()), [fact for fact in facts if isinstance(fact, e.Upload)]


@pytest.mark.parametrize("name", ["cat.png", "großer Käfer 日本.png", "no-extension"])
def test_a_file_arrives_as_it_is(in_plain_loop, emulator, tmp_path, name) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 4000)
    since = emulator.last()
    url, facts = uploaded(in_plain_loop, profile_of(emulator), path, lifetime_s=3600)
    with emulator.client(key=None) as client:
        assert client.get(url).content == path.read_bytes()
    assert facts[0] == e.Upload(name, 0, 1_024_000)
    assert facts[-1] == e.Upload(name, 1_024_000, 1_024_000, url)
    sent = [fact.sent_bytes for fact in facts]
    assert sent == sorted(sent)
    assert len(sent) > 4
    upload = next(request for request in emulator.requests(since) if "/files/upload" in request["path"])
    headers = {key.lower(): value for key, value in dict(upload["headers"]).items()}
    assert headers["x-fal-object-lifecycle"] == '{"expiration_duration_seconds":3600}'
    assert KEY not in str(upload)  # the storage gets its own token, never the key


def test_a_large_file_goes_in_parts(in_plain_loop, emulator, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(storage, "PART_BYTES", 300_000)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(251)) * 5000)
    since = emulator.last()
    url, facts = uploaded(in_plain_loop, profile_of(emulator), path, single_up_to=1000)
    with emulator.client(key=None) as client:
        assert client.get(url).content == path.read_bytes()
    parts = [request for request in emulator.requests(since) if request["method"] == "PUT"]
    assert len(parts) == 5
    assert facts[-1].url == url


def test_what_cannot_be_uploaded_is_explained(in_plain_loop, emulator, tmp_path) -> None:
    with pytest.raises(CallError, match=r"gone\.png cannot be read: no such file"):
        uploaded(in_plain_loop, profile_of(emulator), tmp_path / "gone.png")
    path = tmp_path / "x.png"
    path.write_bytes(b"x")
    local = msgspec.structs.replace(profile_of(emulator), kind=ProfileKind.LOCAL_APP)
    with pytest.raises(CallError, match="has no storage"):
        uploaded(in_plain_loop, local, path)


def test_a_storage_that_fails_says_so(in_plain_loop, emulator, tmp_path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"x" * 1000)
    emulator.arm("server_error", path="/cdn/files/upload")
    with pytest.raises(CallError, match=r"failed at the server \(500\)"):
        uploaded(in_plain_loop, profile_of(emulator), path)
