"""The emulator gives a model other inputs: its document says so, and so does what it accepts."""

from typing import Any

import httpx
import pytest

from tests.emulator_process import EmulatorProcess

CHANGE = {
    "add": {"mood": "string", "weather": "string"},
    "remove": ["acceleration"],
    "require": ["seed", "weather"],
    "maximum": {"num_images": 2},
}


def inputs(fal: httpx.Client) -> dict[str, Any]:
    query = {"endpoint_id": "emulator/image", "expand": "openapi-3.0"}
    (model,) = fal.get("/api/v1/models", params=query).raise_for_status().json()["models"]
    return model["openapi"]["components"]["schemas"]["ImageInput"]


def test_a_changed_model_says_and_takes_other_inputs(server: EmulatorProcess, fal: httpx.Client) -> None:
    own = inputs(fal)
    server.settings(schema_changes={"emulator/image": CHANGE})
    schema = inputs(fal)
    assert set(schema["properties"]) == set(own["properties"]) - {"acceleration"} | {"mood", "weather"}
    assert set(schema["required"]) == {"prompt", "seed", "weather"}
    assert "acceleration" not in schema["x-fal-order-properties"]
    assert schema["properties"]["num_images"]["maximum"] == 2
    body: dict[str, Any] = {"prompt": "a lake", "image_size": {"width": 64, "height": 64}}
    refused = fal.post("/run/emulator/image", json=body | {"num_images": 3})
    assert refused.status_code == 422
    assert {problem["loc"][-1] for problem in refused.json()["detail"]} == {"seed", "weather", "num_images"}
    whole = body | {"seed": 1, "weather": "rain", "acceleration": "not even one of its values"}
    assert fal.post("/run/emulator/image", json=whole).status_code == 200
    queued = fal.post("/queue/emulator/image", json=whole)
    assert queued.status_code == 200
    server.settings(schema_changes={})
    assert inputs(fal) == own
    assert fal.post("/run/emulator/image", json=body).status_code == 200


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"emulator/image": {"remove": ["prompt"]}}, "cannot be removed"),
        ({"emulator/image": {"require": ["nothing"]}}, "no input nothing"),
        ({"emulator/image": {"add": {"seed": "integer"}}}, "there already"),
        ({"emulator/nothing": {}}, "no endpoint"),
        ({"emulator/image": {"rename": {}}}, "rename"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(
    server: EmulatorProcess, change: dict[str, Any], why: str
) -> None:
    with server.client() as http:
        answer = http.put("/emulator/settings", json={"schema_changes": change})
        assert answer.status_code == 422
        assert why in answer.json()["detail"]
        assert http.get("/emulator/settings").json()["schema_changes"] == {}
