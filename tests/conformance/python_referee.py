"""The official Python client, unmodified: does what the order on standard input says, prints what it saw as JSON.

Its addresses are module constants; they are set in this process only.
"""

import asyncio
import hashlib
import inspect
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import fal_client
import fal_client.client as official

Order = dict[str, Any]


def point_at(urls: dict[str, str]) -> None:
    official.RUN_URL_FORMAT = urls["run"] + "/"
    official.QUEUE_URL_FORMAT = urls["queue"] + "/"
    official.REALTIME_URL_FORMAT = urls["realtime"] + "/"
    official.REST_URL = urls["rest"]
    official.CDN_URL = urls["cdn"]


def plain(value: Any) -> Any:
    """Return a value as JSON; bytes as their hash."""
    if isinstance(value, bytes):
        return {"$sha256": hashlib.sha256(value).hexdigest(), "size": len(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def failure(error: Exception) -> dict[str, Any]:
    seen: dict[str, Any] = {"class": type(error).__name__, "message": getattr(error, "message", str(error))}
    if isinstance(error, official.FalClientHTTPError):
        seen |= {"status": error.status_code, "type": error.error_type}
    return {"error": seen}


def run(client: fal_client.SyncClient, order: Order) -> Any:
    return {"data": client.run(order["endpoint"], order["input"], **order["options"])}


def subscribe(client: fal_client.SyncClient, order: Order) -> Any:
    seen: list[Any] = []
    ids: list[str] = []

    def on_update(status: Any) -> None:
        seen.append({"is": type(status).__name__, **vars(status)})

    data = client.subscribe(
        order["endpoint"],
        order["input"],
        with_logs=True,
        on_queue_update=on_update,
        on_enqueue=ids.append,
        **order["options"],
    )
    return {"data": data, "statuses": seen, "request_id": ids[0]}


def submit(client: fal_client.SyncClient, order: Order) -> Any:
    handle = client.submit(order["endpoint"], order["input"], **order["options"])
    urls = {"status": handle.status_url, "response": handle.response_url, "cancel": handle.cancel_url}
    by_id = client.status(order["endpoint"], handle.request_id, with_logs=True)
    data = handle.get()
    return {
        "data": data,
        "request_id": handle.request_id,
        "urls": urls,
        "first_status": type(by_id).__name__,
        "last_status": type(handle.status(with_logs=True)).__name__,
        "again": client.result(order["endpoint"], handle.request_id),
    }


def stream(client: fal_client.SyncClient, order: Order) -> Any:
    return {"events": list(client.stream(order["endpoint"], order["input"], **order["options"]))}


def realtime(client: fal_client.SyncClient, order: Order) -> Any:
    answers = []
    with client.realtime(order["endpoint"], **order["options"]) as connection:
        for message in order["input"]:
            connection.send(message)
            answers.append(connection.recv())
    return {"answers": answers}


def upload(client: fal_client.SyncClient, order: Order) -> Any:
    data = order["text"].encode() * order["times"]
    url = client.upload(data, order["type"], order["name"], **order["options"])
    return {"url": url, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def cancel(client: fal_client.SyncClient, order: Order) -> Any:
    handle = client.submit(order["endpoint"], order["input"], **order["options"])
    if order.get("when") == "ended":
        handle.get()
    elif order.get("when") == "running":
        for status in handle.iter_events():
            if isinstance(status, fal_client.InProgress):
                break
    seen: dict[str, Any] = {"request_id": handle.request_id}
    try:
        handle.cancel()
        seen["cancel"] = "accepted"
    except official.FalClientHTTPError as error:
        return seen | {"cancel": failure(error)["error"]}
    try:
        return seen | {"data": handle.get()}
    except official.FalClientHTTPError as error:
        return seen | {"result": failure(error)["error"]}


async def five_modes_async(client: fal_client.AsyncClient, order: Order) -> Any:
    """The asynchronous twin is code of its own: all five modes once."""
    image, arguments = order["endpoint"], order["input"]
    handle = await client.submit(image, arguments)
    statuses: list[str] = []
    seen = {
        "run": await client.run(image, arguments),
        "submit": await handle.get(),
        "subscribe": await client.subscribe(
            image,
            arguments,
            with_logs=True,
            on_queue_update=lambda status: statuses.append(type(status).__name__),
        ),
        "stream": [event async for event in client.stream(image, arguments)][-1],
    }
    async with client.realtime(order["realtime_endpoint"]) as connection:
        await connection.send(order["realtime_input"])
        seen["realtime"] = await connection.recv()
    return seen | {"statuses": statuses}


DOES: dict[str, Callable[[Any, Order], Any]] = {
    "run": run,
    "subscribe": subscribe,
    "submit": submit,
    "stream": stream,
    "realtime": realtime,
    "upload": upload,
    "cancel": cancel,
    "five_modes_async": five_modes_async,
}


def main() -> None:
    warnings.simplefilter("ignore")
    order = {"options": {}} | json.load(sys.stdin)
    point_at(order["urls"])
    does = DOES[order["do"]]
    try:
        if inspect.iscoroutinefunction(does):
            seen = asyncio.run(does(fal_client.AsyncClient(key=order["key"]), order))
        else:
            seen = does(fal_client.SyncClient(key=order["key"]), order)
    except Exception as error:  # noqa: BLE001 - what the client raises is what is observed
        seen = failure(error)
    json.dump(plain(seen), sys.stdout)


if __name__ == "__main__":
    main()
