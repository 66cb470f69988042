"""Uploads and the CDN against the real server."""

import json
import random
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.emulator_process import KEY, EmulatorProcess
from tests.waiting import until_blocking

LIFECYCLE = '{"expiration_duration_seconds": 3600}'


def upload_token(fal: httpx.Client) -> dict[str, Any]:
    """Return a token for the CDN."""
    return fal.post("/rest/storage/auth/token", params={"storage_type": "fal-cdn-v3"}, json={}).json()


@pytest.fixture
def cdn(server: EmulatorProcess, fal: httpx.Client) -> Any:
    """Return an HTTP client that may upload."""
    headers = {"Authorization": f"Bearer {upload_token(fal)['token']}"}
    with httpx.Client(base_url=server.cdn, headers=headers, trust_env=False, timeout=100) as client:
        yield client


def test_an_upload_token_has_what_clients_read(server: EmulatorProcess, fal: httpx.Client) -> None:
    token = upload_token(fal)
    assert token["token_type"] == "Bearer"
    assert token["base_url"] == server.cdn
    assert token["expires_at"].endswith("+00:00")


def test_rest_without_a_key_says_what_is_missing(server: EmulatorProcess) -> None:
    answer = httpx.post(f"{server.rest}/storage/auth/token", json={}, timeout=100)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Authorization header is required"})


def test_a_single_upload_comes_back_as_it_was(cdn: httpx.Client) -> None:
    data = random.Random(1).randbytes(300_000)
    answer = cdn.post(
        "/files/upload",
        content=data,
        headers={
            "Content-Type": "image/png",
            "X-Fal-File-Name": "cat.png",
            "X-Fal-Object-Lifecycle": LIFECYCLE,
        },
    )
    url = answer.json()["access_url"]
    got = httpx.get(url, timeout=100)
    assert url.endswith("/cat.png")
    assert got.content == data
    assert got.headers["content-type"] == "image/png"
    assert got.headers["cache-control"] == "public, max-age=5184000, immutable"
    assert got.headers["access-control-allow-origin"] == "*"
    assert json.loads(got.headers["x-fal-object-lifecycle"]) == json.loads(LIFECYCLE)
    assert httpx.head(url, timeout=100).headers["content-length"] == "300000"


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        (quote("Grüße 🦊.png"), quote("Grüße 🦊.png")),
        ("", "file"),
        ("a/b\\c.txt", "a_b_c.txt"),
    ],
)
def test_file_names_are_made_harmless_and_keep_their_letters(cdn: httpx.Client, sent: str, end: str) -> None:
    answer = cdn.post("/files/upload", content=b"x", headers={"X-Fal-File-Name": sent})
    url = answer.json()["access_url"]
    assert url.rpartition("/")[2].endswith(end)
    assert httpx.get(url, timeout=100).content == b"x"


def test_part_of_a_file_is_served_on_request(cdn: httpx.Client) -> None:
    url = cdn.post("/files/upload", content=b"0123456789").json()["access_url"]
    part = httpx.get(url, headers={"Range": "bytes=2-5"}, timeout=100)
    assert (part.status_code, part.content) == (206, b"2345")
    assert part.headers["content-range"] == "bytes 2-5/10"
    assert httpx.get(url, headers={"Range": "bytes=50-"}, timeout=100).status_code == 416


@pytest.mark.parametrize("authorization", [None, f"Key {KEY}", "Bearer forged.to.ken"])
def test_the_cdn_takes_no_key_and_no_forged_token(server: EmulatorProcess, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    assert (
        httpx.post(f"{server.cdn}/files/upload", content=b"x", headers=headers, timeout=100).status_code
        == 401
    )


def test_a_multipart_upload_is_joined_by_part_number(cdn: httpx.Client) -> None:
    parts = {number: random.Random(number).randbytes(50_000 + number) for number in (1, 2, 3)}
    begun = cdn.post("/files/upload/multipart", headers={"X-Fal-File-Name": "big.bin"}).json()
    etags = []
    for number in (3, 1, 2):
        answer = cdn.put(
            f"{begun['access_url']}/multipart/{begun['uploadId']}/{number}", content=parts[number]
        )
        assert answer.json() == {"partNumber": number, "etag": answer.headers["etag"]}
        etags.append({"partNumber": number, "etag": answer.headers["etag"]})
    done = cdn.post(f"{begun['access_url']}/multipart/{begun['uploadId']}/complete", json={"parts": etags})
    assert done.status_code == 200
    assert httpx.get(begun["access_url"], timeout=100).content == parts[1] + parts[2] + parts[3]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "Expected the list of parts"),
        ([{"partNumber": 9, "etag": '"x"'}], "Part 9 has not arrived"),
        ([{"partNumber": 1, "etag": '"wrong"'}], "The etag of part 1 is wrong"),
        ("text", "Expected the list of parts"),
        ([{"etag": "x"}], "Expected the list of parts"),
    ],
)
def test_a_multipart_upload_that_does_not_fit_together_is_refused(
    cdn: httpx.Client, parts: Any, message: str
) -> None:
    begun = cdn.post("/files/upload/multipart").json()
    cdn.put(f"{begun['access_url']}/multipart/{begun['uploadId']}/1", content=b"one").raise_for_status()
    answer = cdn.post(f"{begun['access_url']}/multipart/{begun['uploadId']}/complete", json={"parts": parts})
    assert (answer.status_code, answer.json()["detail"]) == (400, message)


@pytest.mark.parametrize("kind", ["gcs", "fal-cdn-v3"])
def test_an_announced_upload_needs_no_key_at_its_signed_url(fal: httpx.Client, kind: str) -> None:
    wish = {"file_name": "cat.png", "content_type": "image/png"}
    told = fal.post("/rest/storage/upload/initiate", params={"storage_type": kind}, json=wish).json()
    assert httpx.get(told["file_url"], timeout=100).status_code == 404
    put = httpx.put(told["upload_url"], content=b"cat", headers={"Content-Type": "image/png"}, timeout=100)
    got = httpx.get(told["file_url"], timeout=100)
    assert put.status_code == 200
    assert (got.content, got.headers["content-type"]) == (b"cat", "image/png")


def test_an_announced_multipart_upload_goes_below_its_signed_path(fal: httpx.Client) -> None:
    wish = {"file_name": "big.bin", "content_type": "application/octet-stream"}
    told = fal.post("/rest/storage/upload/initiate-multipart?storage_type=fal-cdn-v3", json=wish).json()
    path, _, query = told["upload_url"].partition("?")
    parts = [
        httpx.put(f"{path}/{number}?{query}", content=bytes([number]) * 10, timeout=100).json()
        for number in (1, 2)
    ]
    done = httpx.post(f"{path}/complete?{query}", json={"parts": parts}, timeout=100)
    assert done.status_code == 200
    assert httpx.get(told["file_url"], timeout=100).content == b"\x01" * 10 + b"\x02" * 10


def test_a_wrong_signature_is_refused(fal: httpx.Client) -> None:
    told = fal.post("/rest/storage/upload/initiate?storage_type=gcs", json={"file_name": "x"}).json()
    path = told["upload_url"].partition("?")[0]
    assert httpx.put(f"{path}?signature=a.b.c", content=b"x", timeout=100).status_code == 403


def test_a_file_goes_when_its_lifetime_is_over(cdn: httpx.Client) -> None:
    headers = {"X-Fal-Object-Lifecycle": '{"expiration_duration_seconds": 2}'}
    url = cdn.post("/files/upload", content=b"x", headers=headers).json()["access_url"]
    assert httpx.get(url, timeout=100).status_code == 200
    gone = until_blocking(lambda: gone if (gone := httpx.get(url, timeout=100)).status_code == 404 else None)
    assert gone.headers["content-type"] == "application/xml"


@pytest.mark.parametrize(
    "path",
    ["/cdn/files/b/emulator/none/x.png", "/cdn/files/b/emulator/..%2F../x", "/cdn/about.json", "/cdn/"],
)
def test_what_is_not_there_is_404(fal: httpx.Client, path: str) -> None:
    assert fal.get(path).status_code == 404


def test_a_browser_may_ask_first(server: EmulatorProcess) -> None:
    assert (
        httpx.options(f"{server.cdn}/files/upload", timeout=100).headers["access-control-allow-origin"] == "*"
    )


def test_an_upload_can_be_slowed_down(cdn: httpx.Client) -> None:
    begun = time.monotonic()
    cdn.post(
        "/files/upload", content=b"x" * 100_000, headers={"X-Emulator-Upload-Rate": "300000"}
    ).raise_for_status()
    assert time.monotonic() - begun >= 0.3


def test_a_recorded_upload_has_its_hash_and_not_its_bytes(server: EmulatorProcess, cdn: httpx.Client) -> None:
    seen = server.last()
    cdn.post("/files/upload", content=b"\xff" * 1000).raise_for_status()
    (entry,) = server.requests(seen)
    assert (entry["body"], entry["body_bytes"], len(entry["body_sha256"])) == (None, 1000, 64)
