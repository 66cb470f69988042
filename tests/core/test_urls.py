"""Endpoint ids and the URLs made of them."""

import pytest

from fal_studio.core import urls
from fal_studio.core.request import Hosts, Profile, ProfileKind

FAL = Profile("fal")
LOCAL = Profile("app", ProfileKind.LOCAL_APP, Hosts(run="http://127.0.0.1:8080"))


@pytest.mark.parametrize(
    ("endpoint", "app", "path"),
    [
        ("fal-ai/flux/dev", "fal-ai/flux", "dev"),
        ("fal-ai/fast-sdxl", "fal-ai/fast-sdxl", ""),
        ("workflows/me/story", "workflows/me/story", ""),
        ("workflows/me/story/deep/er", "workflows/me/story", "deep/er"),
        ("comfy/me/graph", "comfy/me/graph", ""),
        ("1234-my-app", "1234/my-app", ""),
        ("fal-ai/kling-video/v1.6/pro/image-to-video", "fal-ai/kling-video", "v1.6/pro/image-to-video"),
        ("  fal-ai/flux/dev\n", "fal-ai/flux", "dev"),
    ],
)
def test_an_id_is_split_as_the_official_clients_split_it(endpoint, app, path) -> None:
    parsed = urls.parse(endpoint)
    assert (parsed.app, parsed.path) == (app, path)


@pytest.mark.parametrize(
    ("endpoint", "message", "next_step"),
    [
        ("", "No endpoint was given", "fal-ai/flux/dev"),
        ("flux", "the owner is missing", "fal-ai/flux"),
        ("fal-ai//flux", "has an empty part", "without slashes"),
        ("/fal-ai/flux", "has an empty part", "without slashes"),
        ("fal-ai/flux/", "has an empty part", "without slashes"),
        ("fal-ai/fl ux", "“fl ux” is not a name", "letters, digits"),
        ("fal-ai/flux?x=1", "is not a name", "letters, digits"),
        ("fal-ai/../../etc", "“..” is not a name", "letters, digits"),
        ("https://fal.run/fal-ai/flux/dev", "is a web address", "Write only the id: fal-ai/flux/dev"),
        ("https://fal.ai/models/fal-ai/flux/dev", "is a web address", "Write only the id: fal-ai/flux/dev"),
        ("workflows/story", "after workflows/ it needs an owner", "workflows/owner/name"),
        ("fal-ai/" + "x" * 400, "407 characters long", "fal-ai/flux/dev"),
        ("fal-ai/flüx", "“flüx” is not a name", "letters"),
        ("fal-ai/a\x00b", "is not a name", "letters"),
    ],
)
def test_a_malformed_id_is_refused_with_what_to_write_instead(endpoint, message, next_step) -> None:
    with pytest.raises(urls.EndpointError) as caught:
        urls.parse(endpoint)
    assert message in caught.value.message
    assert next_step in caught.value.next_step


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (urls.run_url(FAL, "fal-ai/flux/dev"), "https://fal.run/fal-ai/flux/dev"),
        (urls.run_url(FAL, "123-app", {"a": "x y"}), "https://fal.run/123/app?a=x+y"),
        (urls.submit_url(FAL, "fal-ai/flux/dev", {"fal_webhook": "https://e.org/h?a=1"}),
         "https://queue.fal.run/fal-ai/flux/dev?fal_webhook=https%3A%2F%2Fe.org%2Fh%3Fa%3D1"),
        (urls.stream_url(FAL, "fal-ai/flux/dev", None), "https://fal.run/fal-ai/flux/dev/stream"),
        (urls.stream_url(FAL, "fal-ai/x/stream", None), "https://fal.run/fal-ai/x/stream"),
        (urls.stream_url(FAL, "o/r/openai/v1/chat/completions", ""), "https://fal.run/o/r/openai/v1/chat/completions"),
        (urls.realtime_url(FAL, "fal-ai/lcm", None, {"fal_jwt_token": "t"}), "wss://fal.run/fal-ai/lcm/realtime?fal_jwt_token=t"),
        (urls.realtime_url(FAL, "fal-ai/flux-2/klein/realtime", None, {}), "wss://fal.run/fal-ai/flux-2/klein/realtime"),
        (urls.realtime_url(LOCAL, "/", None, {}), "ws://127.0.0.1:8080/realtime"),
        (urls.run_url(LOCAL, "/"), "http://127.0.0.1:8080"),
        (urls.run_url(LOCAL, "sub/path"), "http://127.0.0.1:8080/sub/path"),
        (urls.stream_url(LOCAL, "", None), "http://127.0.0.1:8080/stream"),
        (urls.status_query("https://q/r/status", logs=True), "https://q/r/status?logs=1"),
        (urls.status_query("https://q/r/status/?a=b", logs=False, stream=True), "https://q/r/status/stream?a=b&logs=0"),
        (urls.ticket_urls(FAL, "fal-ai/flux/dev", "r1")[0], "https://queue.fal.run/fal-ai/flux/requests/r1/status"),
    ],
)  # fmt: skip
def test_urls(url, wanted) -> None:
    assert url == wanted


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://queue.fal.run/fal-ai/flux/requests/r", True),
        ("https://fal.run", True),
        ("wss://fal.run/x/realtime", True),
        ("https://QUEUE.fal.run:443/x", True),
        ("https://api.fal.ai/v1/models", True),
        ("https://api.fal.ai/v2/models", False),
        ("https://v3.fal.media/files/upload", False),
        ("http://fal.run/x", False),
        ("https://fal.run.evil.org/x", False),
        ("https://fal.run@evil.org/x", False),
        ("https://evil.org/fal.run/x", False),
        ("https://fal.run:8443/x", False),
    ],
)
def test_the_key_goes_to_fals_own_doors_only(url, is_own) -> None:
    assert urls.is_own(FAL, url) is is_own


def test_no_key_goes_to_a_local_app_or_through_a_proxy() -> None:
    assert not urls.is_own(LOCAL, "http://127.0.0.1:8080/")
    assert not urls.is_own(Profile("p", ProfileKind.PROXY), "https://fal.run/x")
