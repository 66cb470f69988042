"""The server as a process: its start, its end, and what survives it."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.emulator_process import KEY, STOP_S, EmulatorProcess, start_emulator
from tests.waiting import until_blocking

HEADERS = {"Authorization": f"Key {KEY}"}


def test_the_ready_line_has_every_address_and_the_process_id() -> None:
    with start_emulator() as emulator:
        urls = emulator.urls
        assert set(urls) == {
            "base",
            "run",
            "queue",
            "rest",
            "cdn",
            "api",
            "jwks",
            "openapi",
            "realtime",
            "ws",
            "pid",
        }
        assert urls["base"].startswith("http://127.0.0.1:")
        with emulator.client() as fal:
            about = fal.get("/emulator").json()
        assert (about["pid"], about["base"]) == (urls["pid"], urls["base"])


def test_it_is_ready_soon_and_without_loading_what_models_need() -> None:
    begun = time.monotonic()
    with start_emulator():
        took = time.monotonic() - begun
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, fal_studio.emulator.main; print([m for m in ('numpy', 'PIL', 'av', 'PySide6', 'httpx') if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"
    assert took < 50


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero_even_with_open_streams_and_sockets(number: int) -> None:
    emulator = EmulatorProcess("--cold-start", "0").start()
    with emulator.client() as fal:
        job = fal.post("/queue/emulator/bench", json={}, headers={"X-Emulator-Queue-Delay": "600"}).json()
        with (
            fal.stream("POST", "/run/emulator/bench/stream", json={"count": 10_000, "rate": 1}) as endless,
            fal.stream("GET", f"{job['status_url']}/stream") as statuses,
            connect(
                f"{emulator.realtime}/emulator/bench/realtime", additional_headers=HEADERS, proxy=None
            ) as session,
        ):
            # Held on to: httpx closes the connection with the iterator.
            events, states = endless.iter_lines(), statuses.iter_lines()
            next(events)
            next(states)
            hanging = threading.Thread(target=_swallow, args=(f"{emulator.run}/emulator/bench", "hang"))
            unread = threading.Thread(target=_leave_unread, args=(f"{emulator.run}/emulator/bench",))
            hanging.start()
            unread.start()
            until_blocking(lambda: len(emulator.requests(path="/run/")) == 4)
            code = emulator.stop(number)
            with pytest.raises(ConnectionClosed):
                session.recv(timeout=60)
            for lines in (events, states):
                with pytest.raises(httpx.RemoteProtocolError):
                    list(lines)
        hanging.join()
        unread.join()
    assert code == 0, f"what is under way was waited for, or it complained: {emulator.errors}"
    assert emulator.errors == ""


def test_a_webhook_that_nobody_answers_does_not_hold_the_end_back() -> None:
    emulator = EmulatorProcess("--cold-start", "0").start()
    emulator.settings(webhook_timeout_s=10 * STOP_S)  # who waits for that is killed before
    with socket.create_server(("127.0.0.1", 0)) as deaf, emulator.client() as fal:
        hook = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        fal.post("/queue/emulator/bench", json={}, params={"fal_webhook": hook}).raise_for_status()
        with deaf.accept()[0]:
            code = emulator.stop()
    assert code == 0, f"it was waited for: {emulator.errors}"


def test_a_model_at_work_does_not_keep_it_from_a_clean_end() -> None:
    emulator = EmulatorProcess("--cold-start", "0", "--speed", "1000").start()
    size = {"width": 4096, "height": 4096}
    wish = {"prompt": "a city", "image_size": size, "num_images": 4, "num_inference_steps": 50}
    with emulator.client() as fal:
        job = fal.post("/queue/emulator/image", json=wish).raise_for_status().json()
        until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "IN_PROGRESS")
        code = emulator.stop()
    assert code == 0, emulator.errors
    assert emulator.errors == ""


def test_work_that_nobody_can_interrupt_does_not_hold_the_end_back() -> None:
    """The threads that models work in, with work that never ends."""
    program = (
        "import threading, fal_studio.emulator.workers as workers\n"
        "pool, begun = workers.Workers(1), threading.Event()\n"
        "pool.submit(lambda: (begun.set(), threading.Event().wait()))\n"
        "begun.wait()\n"
        "pool.shutdown()\n"
    )
    subprocess.run([sys.executable, "-c", program], timeout=STOP_S, check=True)


def _swallow(url: str, fault: str) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.post(
            url, json={}, headers={**HEADERS, "X-Emulator-Fault": fault}, timeout=100
        ).raise_for_status()


def _leave_unread(url: str) -> None:
    """Ask for an endless answer and read nothing until the other side gives up."""
    host, port = url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=100) as raw:
        raw.sendall(
            f"POST /run/emulator/bench HTTP/1.1\r\nHost: {host}\r\nAuthorization: Key {KEY}\r\n"
            "X-Emulator-Fault: endless\r\nContent-Length: 2\r\n\r\n{}".encode()
        )
        time.sleep(1.5)


def test_it_ends_when_its_standard_input_does() -> None:
    emulator = EmulatorProcess("--until-stdin-closes").start()
    assert emulator.close_stdin() == 0


def test_without_the_option_a_closed_standard_input_means_nothing() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "fal_studio.emulator"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        base = json.loads(process.stdout.readline())["base"]
        assert httpx.get(f"{base}/emulator", timeout=100).status_code == 200
        process.terminate()
    assert process.returncode == 0


def test_a_waiting_job_survives_a_stop_and_runs_in_the_next_server(tmp_path: Path) -> None:
    with start_emulator(data_dir=tmp_path) as first, first.client() as fal:
        first.settings(slots=0)
        job = fal.post("/queue/emulator/bench", json={"text": "kept"}).json()
    with start_emulator(data_dir=tmp_path) as second, second.client() as fal:
        assert second.base == first.base
        until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "COMPLETED")
        assert fal.get(job["response_url"]).json()["echo"] == {"text": "kept"}


def test_a_running_job_survives_a_kill_and_starts_again(tmp_path: Path) -> None:
    first = EmulatorProcess("--cold-start", "0", data_dir=tmp_path).start()
    with first.client() as fal:
        job = fal.post("/queue/emulator/bench", json={"seconds": 3}).json()
        until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "IN_PROGRESS")
    first.kill()
    with start_emulator(data_dir=tmp_path) as second, second.client() as fal:
        until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "COMPLETED")
        assert fal.get(job["response_url"]).json()["attempt"] == 2


def test_results_files_history_and_signing_key_outlive_the_server(tmp_path: Path) -> None:
    arguments = {"prompt": "a tiger", "image_size": "square", "num_inference_steps": 1}
    with start_emulator(data_dir=tmp_path) as first, first.client() as fal:
        job = fal.post("/queue/emulator/image", json=arguments).json()
        until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "COMPLETED")
        picture = fal.get(fal.get(job["response_url"]).json()["images"][0]["url"]).content
        keys = fal.get("/jwks").json()
    # Another server takes the port meanwhile: the next one has to move, and the URLs in the kept result with it.
    with (
        socket.create_server(("127.0.0.1", int(first.base.rpartition(":")[2]))),
        start_emulator(data_dir=tmp_path) as second,
        second.client() as fal,
    ):
        assert second.base != first.base
        result = fal.get(f"/queue/emulator/image/requests/{job['request_id']}").json()
        assert result["images"][0]["url"].startswith(second.cdn)
        assert fal.get(result["images"][0]["url"]).content == picture
        assert fal.get("/jwks").json() == keys
        query = {"endpoint_id": "emulator/image", "request_id": job["request_id"]}
        assert len(fal.get("/api/v1/models/requests/by-endpoint", params=query).json()["items"]) == 1


def test_a_data_directory_belongs_to_one_server(tmp_path: Path) -> None:
    with start_emulator(data_dir=tmp_path):
        second = _refused("--data-dir", str(tmp_path))
    assert second.returncode == 1
    assert second.stderr.startswith(f"The emulator cannot use {tmp_path}: another emulator does")
    assert len(second.stderr.splitlines()) == 1


def test_a_data_directory_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused = _refused("--data-dir", str(tmp_path / "file"))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert str(tmp_path / "file") in refused.stderr


def _refused(*options: str) -> "subprocess.CompletedProcess[str]":
    """Start an emulator that is expected to end at once."""
    command = [sys.executable, "-m", "fal_studio.emulator", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_a_port_that_is_taken_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _refused("--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"The emulator cannot listen on 127.0.0.1:{port}: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("options", [["--slots", "-1"], ["--speed", "0"], ["--port", "http"]])
def test_options_that_make_no_sense_are_a_usage_error(options: list[str]) -> None:
    ended = _refused(*options)
    assert ended.returncode == 2
    assert options[0] in ended.stderr
    assert "Traceback" not in ended.stderr
