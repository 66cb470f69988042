"""Checks that start a process: Qt, its multimedia, the emulator."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

import av
import numpy as np

from fal_studio import display
from fal_studio.core.request import Json
from fal_studio.doctor.findings import Finding, note, ok, problem
from fal_studio.figures import number
from fal_studio.words import tr

PROBE_LIMIT_S = 20.0
EMULATOR_LIMIT_S = 20.0
_NO_WINDOW = tr(
    "The command line works without a window: fal-studio call, and fal-studio tour draws it into files."
)
_XCB_PACKAGES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0"


class ProbeError(Exception):
    """A probe's process failed; says what it complained about last."""


def check_window() -> Finding:
    """Start Qt as the window would, and look at the screens."""
    if display.is_missing():
        return problem(
            "window", display.MISSING, tr("Log in to a desktop. {no_window}").format(no_window=_NO_WINDOW)
        )
    try:
        seen = _ask_qt("screens")
    except ProbeError as error:
        return problem(
            "window",
            tr("Qt could not start: {error}.").format(error=error),
            tr("On Debian and Ubuntu: apt install {xcb_packages}. {no_window}").format(
                xcb_packages=_XCB_PACKAGES, no_window=_NO_WINDOW
            ),
        )
    screens = ", ".join(
        tr("{screen}x{screen_2} at {screen_3}x").format(
            screen=screen["size"][0], screen_2=screen["size"][1], screen_3=number(screen["scale"], "g")
        )
        for screen in seen["screens"]
    )
    if not screens:
        return problem(
            "window",
            tr("Qt platform {seen} has no screen.").format(seen=seen["platform"]),
            _NO_WINDOW,
            **seen,
        )
    return ok(
        "window",
        tr("Qt platform {seen}, {screens}").format(seen=seen["platform"], screens=screens),
        platform=seen["platform"],
        screens=seen["screens"],
    )


def check_fonts() -> Finding:
    """Load the program's own fonts."""
    try:
        fonts: dict[str, list[str]] = _ask_qt("screens", QT_QPA_PLATFORM="offscreen")["fonts"]
    except ProbeError as error:
        return problem(
            "fonts",
            tr("Qt could not start even without a display: {error}.").format(error=error),
            tr("Install fal Studio again."),
        )
    unreadable = [name for name, families in fonts.items() if not families]
    if unreadable or not fonts:
        missing = ", ".join(unreadable) or tr("all of them")
        return problem(
            "fonts",
            tr("Fonts cannot be read: {missing}.").format(missing=missing),
            tr("Install fal Studio again."),
            **fonts,
        )
    families = sorted({family for each in fonts.values() for family in each})
    return ok("fonts", ", ".join(families), **fonts)


def check_multimedia() -> Finding:
    """Let Qt decode a small clip with picture and sound."""
    with tempfile.TemporaryDirectory(prefix="fal-studio-doctor-") as folder:
        clip = Path(folder) / "clip.mp4"
        _write_clip(clip)
        try:
            seen = _ask_qt("multimedia", str(clip), QT_QPA_PLATFORM="offscreen")
        except ProbeError as error:
            return note(
                "multimedia",
                tr("Video and audio cannot be played here: {error}.").format(error=error),
                tr(
                    "On Debian and Ubuntu: apt install libpulse0. Results are kept and can be opened in another player."
                ),
            )
    if seen["picture"] and seen["sound_buffers"]:
        return ok("multimedia", tr("Video and audio decode"), **seen)
    said = (
        tr("A test video did not decode{part}.")
        if not seen["picture"]
        else tr("A test sound did not decode{part}.")
    )
    return note(
        "multimedia",
        said.format(part=": " + seen["error"] if seen["error"] else ""),
        tr("Results are kept and can be opened in another player."),
        **seen,
    )


def check_emulator() -> Finding:
    """Start the offline emulator and ask it for its models."""
    try:
        with _emulator() as addresses:
            models = _models_of(addresses)
    except (ProbeError, OSError, ValueError, KeyError) as error:
        return problem(
            "emulator",
            tr("The offline emulator does not start: {error}.").format(error=error),
            tr("Run fal-studio emulator to see its complaint; a firewall may forbid 127.0.0.1."),
        )
    return ok("emulator", tr("Starts and offers {models} models").format(models=models), models=models)


def _models_of(addresses: dict[str, Json]) -> int:
    request = urllib.request.Request(f"{addresses['base']}/emulator")  # noqa: S310 - our own loopback address
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=EMULATOR_LIMIT_S) as answer:
        return len(json.load(answer)["models"])


@contextlib.contextmanager
def _emulator() -> Generator[dict[str, Json]]:
    command = [sys.executable, "-m", "fal_studio.emulator", "--port", "0", "--until-stdin-closes"]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    limit = threading.Timer(EMULATOR_LIMIT_S, process.kill)
    limit.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            _, complaint = process.communicate()
            raise ProbeError(_last_line(complaint) or tr("it said nothing"))
        yield json.loads(line)
    finally:
        limit.cancel()
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _ask_qt(*question: str, **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "fal_studio.doctor.qt_probe", *question]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            capture_output=True,
            text=True,
            timeout=PROBE_LIMIT_S,
            env={**os.environ, **environment},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProbeError(
            tr("no answer within {probe_limit_s} s").format(probe_limit_s=number(PROBE_LIMIT_S, ".0f"))
        ) from None
    if done.returncode:
        raise ProbeError(
            _last_line(done.stderr)
            or tr("it ended with code {returncode}").format(returncode=done.returncode)
        )
    return json.loads(done.stdout.splitlines()[-1])


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removesuffix(".") if lines else ""


def _write_clip(path: Path) -> None:
    """Write half a second of grey and of silence."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("h264", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("aac", rate=44_100)
        for _ in range(5):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 128, np.uint8), format="rgb24")
            container.mux(video.encode(picture))
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 22_050), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44_100
        container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
