"""A program for the Python that has `fal_client`: subscribes once for each line of input and prints when it saw what.

It is started as a file and needs nothing of fal Studio. The key comes by the environment (`FAL_KEY`), addresses and inputs by
standard input. Times are nanoseconds of its own clock since the call began.
"""

import json
import sys
import time
import warnings
from typing import Any

import fal_client
import fal_client.client as official


def tell(what: str, **more: Any) -> None:
    """Print one line."""
    sys.stdout.write(json.dumps({"what": what, **more}) + "\n")
    sys.stdout.flush()


def subscribe(client: fal_client.SyncClient, order: dict[str, Any]) -> None:
    """Make one call."""
    began = time.perf_counter_ns()

    def see(what: str, **more: Any) -> None:
        tell(what, ns=time.perf_counter_ns() - began, **more)

    def on_update(status: Any) -> None:
        see({"Queued": "queued", "InProgress": "running"}.get(type(status).__name__, "completed"))

    try:
        data = client.subscribe(
            order["endpoint"],
            order["input"],
            interval=order["poll_every_s"],
            on_enqueue=lambda request_id: see("enqueued", request_id=request_id),
            on_queue_update=on_update,
        )
    except Exception as error:  # noqa: BLE001 - whatever it raises is what its user would see
        tell("failed", ns=time.perf_counter_ns() - began, message=f"{type(error).__name__}: {error}")
    else:
        tell("done", ns=time.perf_counter_ns() - began, data=data)


def main() -> None:
    """Read the addresses, then one order after the other."""
    warnings.simplefilter("ignore")
    hosts = json.loads(sys.stdin.readline())
    official.RUN_URL_FORMAT = hosts["run"] + "/"
    official.QUEUE_URL_FORMAT = hosts["queue"] + "/"
    official.REST_URL = hosts["rest"]
    official.CDN_URL = hosts["cdn"]
    client = fal_client.SyncClient()
    tell("ready")
    for line in sys.stdin:
        subscribe(client, json.loads(line))


if __name__ == "__main__":
    main()
