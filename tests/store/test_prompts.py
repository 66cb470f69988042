"""Earlier prompts: whole, each once, of the endpoint first, and none of what was put into the trash."""

from fal_studio.core import events as e
from fal_studio.core.request import Mode, Options, Request
from fal_studio.store.prompts import LARGEST_BYTES
from tests.store.conftest import Desk


def asked(desk: Desk, call: str, endpoint: str, **arguments: object) -> None:
    desk.ledger.intend(call, Request(endpoint, Mode.RUN, arguments)).result(20)
    desk.happen(call, e.Started(1000.0, endpoint, Mode.RUN, "emulator"))


def test_prompts_are_whole_and_each_once_of_the_endpoint_first(desk: Desk) -> None:
    long = "one\ntwo  " + "x" * 3000
    asked(desk, "1", "a/b", prompt=long)
    asked(desk, "2", "c/d", prompt="other")
    asked(desk, "3", "a/b", prompt="hat")
    asked(desk, "4", "a/b", prompt="hat", seed=2)
    asked(desk, "5", "c/d", messages=[{"role": "user", "content": "hello"}])
    asked(desk, "6", "a/b", prompt="  ")
    asked(desk, "7", "a/b", prompt="hidden in a file", image_url="data:" + "x" * LARGEST_BYTES)
    asked(desk, "8", "a/b", prompt="gone")
    desk.happen("8", e.Cancelled("user"))
    desk.ledger.delete(["8"]).result(20)
    assert desk.ledger.prompts("a/b", 10).result(20) == ("hat", long, "hello", "other")
    assert desk.ledger.prompts("c/d", 3).result(20) == ("hello", "other", "hat")


def test_a_private_run_is_not_offered_again(desk: Desk) -> None:
    asked(desk, "1", "a/b", prompt="hat")
    request = Request(
        "a/b", Mode.RUN, {"prompt": "hush"}, options=Options(store_io=False, object_lifetime_s=60)
    )
    desk.ledger.intend("2", request).result(20)
    desk.happen("2", e.Started(1000.0, "a/b", Mode.RUN, "emulator"))
    assert desk.ledger.prompts("a/b", 10).result(20) == ("hat",)
