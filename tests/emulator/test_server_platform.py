"""The platform API and the OpenAPI documents of the real server."""

from collections.abc import Generator
from typing import Any

import httpx
import pytest

from fal_studio.emulator.openapi import camel
from tests.emulator_process import ADMIN_KEY, EmulatorProcess
from tests.waiting import until_blocking


@pytest.fixture
def admin(server: EmulatorProcess) -> Generator[httpx.Client]:
    """Return an HTTP client with an ADMIN key."""
    with server.client(ADMIN_KEY) as client:
        yield client


def all_ids(fal: httpx.Client, **query: Any) -> list[str]:
    """Walk all pages and return the ids."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = fal.get("/api/v1/models", params={**query, **cursor}).raise_for_status().json()
        found += [model["endpoint_id"] for model in page["models"]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            return found
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("limit", [1, 2, 7, 50])
def test_pages_of_any_size_give_every_model_once(fal: httpx.Client, limit: int) -> None:
    found = all_ids(fal, limit=limit)
    assert len(found) == len(set(found)) >= 5
    assert {"emulator/bench", "emulator/failing", "emulator/image"} <= set(found)


def test_the_catalogue_needs_no_key_and_answers_with_and_without_v1(server: EmulatorProcess) -> None:
    with server.client(key=None) as stranger:
        assert stranger.get("/api/models").json() == stranger.get("/api/v1/models").json()


def test_an_entry_has_the_fields_of_the_real_one(fal: httpx.Client) -> None:
    (model,) = fal.get("/api/v1/models", params={"endpoint_id": "emulator/bench"}).json()["models"]
    metadata = model["metadata"]
    assert set(model) == {"endpoint_id", "metadata"}
    assert metadata["model_url"].endswith("/run/emulator/bench")
    assert metadata["stream_url"].endswith("/run/emulator/bench/stream")
    assert metadata["status"] == "active"
    assert {"display_name", "category", "description", "tags", "updated_at", "date", "kind"} <= set(metadata)


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ({"q": "fails request"}, "emulator/failing", "emulator/bench"),
        ({"q": "BENCH"}, "emulator/bench", "emulator/failing"),
        ({"category": "text-to-image"}, "emulator/image", "emulator/bench"),
        ({"q": "zzz nothing"}, None, "emulator/bench"),
        ({"status": "deprecated"}, None, "emulator/bench"),
    ],
)
def test_a_search_finds_what_it_should_and_nothing_else(
    fal: httpx.Client, query: dict[str, str], inside: str | None, outside: str
) -> None:
    found = all_ids(fal, **query)
    assert inside is None or inside in found
    assert outside not in found


def test_thumbnails_of_the_catalogue_are_jpegs(fal: httpx.Client) -> None:
    models = fal.get("/api/v1/models").json()["models"]
    urls = {model["metadata"]["thumbnail_url"] for model in models} - {""}
    assert urls
    for url in urls:
        picture = fal.get(url)
        assert (picture.headers["content-type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")


@pytest.mark.parametrize(
    "query", [{"cursor": "%%%"}, {"limit": "0"}, {"limit": "many"}, {"status": "odd"}, {"cursor": "LTE="}]
)
def test_a_bad_parameter_is_a_validation_error(fal: httpx.Client, query: dict[str, str]) -> None:
    answer = fal.get("/api/v1/models", params=query)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "validation_error")
    assert {"type", "message", "docs_url", "request_id"} == set(error)


def test_an_unknown_id_is_not_found(fal: httpx.Client) -> None:
    answer = fal.get("/api/v1/models", params={"endpoint_id": ["emulator/bench", "no/such"]})
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found")
    assert "no/such" in answer.json()["error"]["message"]


def test_every_model_has_a_document_in_fals_layout(server: EmulatorProcess, fal: httpx.Client) -> None:
    for endpoint_id in all_ids(fal):
        query = {"endpoint_id": endpoint_id, "expand": "openapi-3.0"}
        (model,) = fal.get("/api/v1/models", params=query).json()["models"]
        document = model["openapi"]
        name = camel(endpoint_id)
        paths, schemas = document["paths"], document["components"]["schemas"]
        request = f"/{endpoint_id}/requests/{{request_id}}"
        assert document["openapi"] == "3.0.4"
        assert document["info"]["x-fal-metadata"]["endpointId"] == endpoint_id
        assert document["servers"] == [{"url": server.queue}]
        assert set(paths) == {f"/{endpoint_id}", request, f"{request}/status", f"{request}/cancel"}
        sent = paths[f"/{endpoint_id}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        got = paths[request]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert sent == {"$ref": f"#/components/schemas/{name}Input"}
        assert got == {"$ref": f"#/components/schemas/{name}Output"}
        assert {"QueueStatus", f"{name}Input", f"{name}Output"} <= set(schemas)
        assert references(document) <= {f"#/components/schemas/{one}" for one in schemas}
        for schema in schemas.values():
            if "x-fal-order-properties" in schema:
                assert sorted(schema["x-fal-order-properties"]) == sorted(schema["properties"])


def references(value: Any) -> set[str]:
    """Return every `$ref` in a document."""
    if isinstance(value, list):
        return set().union(*(references(item) for item in value))
    if not isinstance(value, dict):
        return set()
    found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return found.union(*(references(item) for item in value.values()))


def test_no_document_contains_defs_const_or_a_null_default(fal: httpx.Client) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*(keys(item) for item in value))
        if isinstance(value, dict):
            assert value.get("default", "") is not None
            return set(value).union(*(keys(item) for item in value.values()))
        return set()

    for endpoint_id in all_ids(fal):
        document = fal.get("/api/openapi/queue/openapi.json", params={"endpoint_id": endpoint_id}).json()
        assert not keys(document["components"]["schemas"]) & {"$defs", "const"}


def test_the_public_document_needs_no_key_and_is_null_for_an_unknown_id(server: EmulatorProcess) -> None:
    with server.client(key=None) as stranger:
        good = stranger.get(server.openapi, params={"endpoint_id": "emulator/bench"})
        bad = stranger.get(server.openapi, params={"endpoint_id": "no/such"})
    assert good.json()["info"]["title"] == "Queue OpenAPI for emulator/bench"
    assert (bad.status_code, bad.text) == (404, "null")


@pytest.mark.parametrize(
    ("endpoint_id", "name"),
    [
        ("fal-ai/flux/dev", "FluxDev"),
        ("fal-ai/kling-video/v1.6/pro/image-to-video", "KlingVideoV16ProImageToVideo"),
        ("bytedance/seedance-2.0/reference-to-video", "Seedance20ReferenceToVideo"),
        ("workflows/owner/my-flow", "MyFlow"),
    ],
)
def test_schemas_are_named_as_fal_names_them(endpoint_id: str, name: str) -> None:
    assert camel(endpoint_id) == name


@pytest.mark.parametrize(
    "query",
    [
        [("endpoint_id", "emulator/bench,emulator/image")],
        [("endpoint_id", "emulator/bench"), ("endpoint_id", "emulator/image")],
    ],
)
def test_prices_are_asked_for_by_comma_or_by_repetition(
    fal: httpx.Client, query: list[tuple[str, str]]
) -> None:
    prices = fal.get("/api/v1/models/pricing", params=query).json()["prices"]
    assert [price["endpoint_id"] for price in prices] == ["emulator/bench", "emulator/image"]
    assert all(set(price) == {"endpoint_id", "unit_price", "unit", "currency"} for price in prices)


@pytest.mark.parametrize(("query", "status"), [({}, 400), ({"endpoint_id": "no/such"}, 404)])
def test_a_price_of_nothing_is_an_error(fal: httpx.Client, query: dict[str, str], status: int) -> None:
    assert fal.get("/api/v1/models/pricing", params=query).status_code == status


def test_estimates_multiply_by_calls_or_by_units(fal: httpx.Client) -> None:
    price = fal.get("/api/v1/models/pricing", params={"endpoint_id": "emulator/image"}).json()["prices"][0][
        "unit_price"
    ]
    for kind, amount in (
        ("historical_api_price", {"call_quantity": 100}),
        ("unit_price", {"unit_quantity": 100.0}),
    ):
        wish = {"estimate_type": kind, "endpoints": {"emulator/image": amount}}
        answer = fal.post("/api/v1/models/pricing/estimate", json=wish).json()
        assert answer == {"estimate_type": kind, "total_cost": pytest.approx(100 * price), "currency": "USD"}


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"estimate_type": "guess", "endpoints": {"emulator/image": {"call_quantity": 1}}},
        {"estimate_type": "historical_api_price", "endpoints": {"emulator/image": {"call_quantity": 0}}},
        {"estimate_type": "unit_price", "endpoints": {"emulator/image": {"call_quantity": 1}}},
        {"estimate_type": "unit_price", "endpoints": {}},
    ],
)
def test_an_estimate_of_nonsense_is_a_validation_error(fal: httpx.Client, wish: dict[str, Any]) -> None:
    answer = fal.post("/api/v1/models/pricing/estimate", json=wish)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation_error")


def test_requests_of_an_endpoint_can_be_found_again(fal: httpx.Client) -> None:
    run = fal.post("/run/emulator/bench", json={"text": "direct"})
    job = fal.post("/queue/emulator/bench", json={"count": -1}).json()
    until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "COMPLETED")

    def items(**query: Any) -> list[dict[str, Any]]:
        query = {"endpoint_id": "emulator/bench", **query}
        return fal.get("/api/v1/models/requests/by-endpoint", params=query).json()["items"]

    (mine,) = items(request_id=run.headers["x-fal-request-id"], expand="payloads")
    (failed,) = items(request_id=job["request_id"], status="user_error")
    assert (mine["status_code"], mine["json_input"], mine["json_output"]) == (
        200,
        {"text": "direct"},
        run.json(),
    )
    assert mine["sent_at"] <= mine["started_at"] <= mine["ended_at"]
    assert (failed["status_code"], "json_input" in failed) == (422, False)
    assert items(request_id=job["request_id"], status="success") == []
    assert items(end="2020-01-01") == []


def test_a_request_is_listed_when_it_starts_and_has_no_end_while_it_runs(fal: httpx.Client) -> None:
    def of(job: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
        query = {"endpoint_id": "emulator/bench", "request_id": job["request_id"], **query}
        return fal.get("/api/v1/models/requests/by-endpoint", params=query).json()["items"]

    waits = fal.post("/queue/emulator/bench", json={}, headers={"X-Emulator-Queue-Delay": "3"}).json()
    runs = fal.post("/queue/emulator/bench", json={"text": "x"}, headers={"X-Emulator-Run-Delay": "3"}).json()
    until_blocking(lambda: fal.get(runs["status_url"]).json()["status"] == "IN_PROGRESS")
    assert of(waits) == []
    (item,) = of(runs, expand="payloads")
    assert (item["ended_at"], item["status_code"], item["duration"]) == (None, None, None)
    assert (item["json_input"], item["json_output"]) == ({"text": "x"}, None)
    assert of(runs, status="success") == []
    until_blocking(lambda: of(runs)[0]["status_code"] == 200)
    until_blocking(lambda: of(waits) and of(waits)[0]["status_code"] == 200)


@pytest.mark.parametrize("door", ["run/emulator/bench", "run/emulator/bench/stream"])
def test_a_direct_request_whose_caller_leaves_is_listed_as_such(
    server: EmulatorProcess, fal: httpx.Client, door: str
) -> None:
    text = f"left {door}"
    given = {"text": text, "seconds": 30, "rate": 0.1, "count": 100}
    with (
        server.client() as caller,
        pytest.raises(httpx.ReadTimeout),
        caller.stream("POST", f"/{door}", json=given, timeout=1) as answer,
    ):
        for _ in answer.iter_bytes():
            pass

    def mine() -> list[dict[str, Any]]:
        query = {"endpoint_id": "emulator/bench,emulator/bench/stream", "expand": "payloads"}
        items = fal.get("/api/v1/models/requests/by-endpoint", params=query).json()["items"]
        return [item for item in items if (item["json_input"] or {}).get("text") == text and item["ended_at"]]

    (item,) = until_blocking(mine)
    assert item["status_code"] == 499


def test_only_the_last_day_is_listed_unless_a_start_is_given(fal: httpx.Client) -> None:
    fal.post("/run/emulator/bench", json={})
    query = {"endpoint_id": "emulator/bench"}
    of_a_day = fal.get("/api/v1/models/requests/by-endpoint", params=query).json()["items"]
    of_all = fal.get("/api/v1/models/requests/by-endpoint", params=query | {"start": "2020-01-01"}).json()[
        "items"
    ]
    assert of_a_day
    assert of_a_day == of_all


def test_a_request_that_asks_for_it_leaves_no_payload(fal: httpx.Client) -> None:
    run = fal.post("/run/emulator/bench", json={"text": "secret"}, headers={"X-Fal-Store-IO": "0"})
    query = {
        "endpoint_id": "emulator/bench",
        "request_id": run.headers["x-fal-request-id"],
        "expand": "payloads",
    }
    (item,) = fal.get("/api/v1/models/requests/by-endpoint", params=query).json()["items"]
    assert (item["json_input"], item["json_output"]) == (None, None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "account/billing"),
        ("GET", "keys"),
        ("POST", "keys"),
        ("GET", "models/billing-events"),
        ("GET", "models/usage"),
        ("DELETE", "models/requests/x/payloads"),
    ],
)
def test_account_matters_need_an_admin_key(
    server: EmulatorProcess, fal: httpx.Client, method: str, path: str
) -> None:
    answer = fal.request(method, f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["type"]) == (403, "authorization_error")
    with server.client(key=None) as stranger:
        answer = stranger.request(method, f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authorization_error")


def test_the_balance_is_shown_when_it_is_asked_for(admin: httpx.Client) -> None:
    assert "credits" not in admin.get("/api/v1/account/billing").json()
    shown = admin.get("/api/v1/account/billing", params={"expand": "credits"}).json()["credits"]
    assert shown == {"current_balance": 24.5, "currency": "USD"}


def test_a_key_is_made_listed_and_deleted(admin: httpx.Client) -> None:
    made = admin.post("/api/v1/keys", json={"alias": "laptop"})
    key_id = made.json()["key_id"]
    listed = admin.get("/api/v1/keys").json()["keys"]
    assert made.status_code == 201
    assert made.json()["key"] == f"{key_id}:{made.json()['key_secret']}"
    assert key_id in [key["key_id"] for key in listed]
    assert "key_secret" not in listed[0]
    assert admin.delete(f"/api/v1/keys/{key_id}").status_code == 204
    assert admin.delete(f"/api/v1/keys/{key_id}").status_code == 404


def test_a_billing_event_tells_the_cost_of_one_request(admin: httpx.Client) -> None:
    run = admin.post(
        "/run/emulator/image", json={"prompt": "a tiger", "image_size": "square", "num_inference_steps": 1}
    )
    events = admin.get("/api/v1/models/billing-events", params={"endpoint_id": "emulator/image"}).json()[
        "billing_events"
    ]
    (event,) = [event for event in events if event["request_id"] == run.headers["x-fal-request-id"]]
    assert event["output_units"] == float(run.headers["x-fal-billable-units"])
    assert event["cost_total"] == pytest.approx(event["output_units"] * event["unit_price"])


def test_usage_is_what_was_really_run_by_day_and_endpoint(admin: httpx.Client) -> None:
    zone = "Asia/Kathmandu"
    query = {
        "endpoint_id": "emulator/image",
        "timeframe": "day",
        "timezone": zone,
        "expand": "time_series,summary",
    }

    def quantity() -> float:
        answer = admin.get("/api/v1/models/usage", params=query).json()
        return sum(line["quantity"] for bucket in answer["time_series"] for line in bucket["results"])

    before = quantity()
    run = admin.post(
        "/run/emulator/image", json={"prompt": "a bill", "image_size": "square", "num_inference_steps": 1}
    )
    units = float(run.headers["x-fal-billable-units"])
    assert quantity() - before == pytest.approx(units)
    answer = admin.get("/api/v1/models/usage", params=query).json()
    last = answer["time_series"][-1]
    assert last["bucket"].endswith("T00:00:00+05:45")
    (line,) = answer["summary"]
    assert line["cost_total"] == line["cost"] == pytest.approx(line["quantity"] * line["unit_price"])
    assert (line["percent_discount"], line["currency"]) == (None, "USD")
    bad = admin.get("/api/v1/models/usage", params={"timezone": "Nowhere/Land"})
    assert (bad.status_code, bad.json()["error"]["type"]) == (400, "validation_error")


def test_what_is_not_imitated_says_so(admin: httpx.Client) -> None:
    answer = admin.get("/api/v1/models/analytics")
    assert (answer.status_code, answer.json()["error"]["type"]) == (501, "not_implemented")
    assert admin.get("/api/v1/no/such").status_code == 404


def test_meta_names_where_webhooks_come_from(fal: httpx.Client) -> None:
    assert fal.get("/api/v1/meta").json() == {"webhook_ip_ranges": ["127.0.0.1/32"]}


def test_the_queue_size_of_an_app_is_its_waiting_jobs(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(slots=0)
    job = fal.post("/queue/emulator/bench", json={}).json()
    assert fal.get("/api/v1/serverless/apps/emulator/bench/queue").json() == {"queue_size": 1}
    fal.put(job["cancel_url"])
