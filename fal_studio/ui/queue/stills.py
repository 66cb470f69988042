"""A small picture of what is none: a frame of a film, the loudness of a sound, a view of a 3D model. Slow; for other threads."""

import array
import contextlib
import importlib
import io
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QDeadlineTimer, QProcess, QProcessEnvironment, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from fal_studio.core.media_forms import FILMS
from fal_studio.core.mesh import MOST_BYTES, Answer, Drawn, Look, Open
from fal_studio.ui.queue.scaling import cut

MODEL_FROM_PX = 96
"""A 3D model takes a process of its own and about a second: not for the mark of a row."""
MODEL_IN_MS = 60_000
_LOOK_EVERY_MS = 100
MOST_PIXELS = 64_000_000
MOST_RATE = 768_000
"""Samples a second that a sound may say it has: FFmpeg takes a quarter of a minute to prepare for a thousand times as many."""
_RATE = 8_000
"""Samples a second that a sound is looked at with."""
_MOST_S = 1_200
"""No more of a sound is read, in seconds."""
_LOOK_AT = 64
"""Samples of each bar that are looked at."""
_BAR, _BARS_HIGH = 4, 0.6
"""Device pixels from one bar to the next, and which part of the height the loudest fills."""


class Still(NamedTuple):
    """What was made."""

    image: QImage
    """Empty where nothing can be shown."""
    duration_s: float = 0.0
    """Of a film or sound; 0 where nobody knows."""


class Colours(NamedTuple):
    """What a sound is drawn with."""

    ground: QColor
    ink: QColor


def still(data: bytes, size: QSize, colours: Colours, is_wanted: Callable[[], bool] = lambda: True) -> Still:
    """Return a picture that covers `size` device pixels, cut to it; blocks up to MODEL_IN_MS, or until it is not wanted any more."""
    if data[:4] == b"glTF":
        return Still(_of_model(data, size, is_wanted) if size.width() >= MODEL_FROM_PX else QImage())
    av: Any = importlib.import_module(
        "av"
    )  # FFmpeg: tens of milliseconds, so only for those who have films or sounds
    try:
        with av.open(io.BytesIO(data), options=dict(FILMS)) as container:
            duration_s = (container.duration or 0) / 1e6
            if container.streams.video:
                return Still(cut(_frame(container, duration_s), size), duration_s)
            if container.streams.audio:
                loudness = _loudness(av, container, size.width() // _BAR, is_wanted)
                return Still(_drawn(loudness, size, colours), duration_s)
    except (av.FFmpegError, ValueError, MemoryError):
        pass  # it is no film and no sound, or a damaged one: its icon stands there
    return Still(QImage())


def _frame(container: Any, duration_s: float) -> QImage:
    """Return a frame from a little behind the beginning, which is often black."""
    stream = container.streams.video[0]
    if stream.codec_context is None or stream.width * stream.height > MOST_PIXELS:
        return QImage()  # nobody here can decode it, or it is too large to be looked at
    stream.thread_type = "NONE"  # one frame is wanted, and the window needs the other core
    if duration_s > 1:
        container.seek(round(duration_s * 1e5))  # a tenth, in microseconds
    frame = next(container.decode(stream), None)
    if frame is None or frame.width * frame.height > MOST_PIXELS:
        return QImage()
    seen = frame.reformat(format="rgb24")
    plane = seen.planes[0]
    form = QImage.Format.Format_RGB888
    return QImage(bytes(plane), seen.width, seen.height, plane.line_size, form).copy()


def _loudness(av: Any, container: Any, bars: int, is_wanted: Callable[[], bool]) -> list[float]:
    """Return how loud each part of a sound is, 0 to 1 of the loudest. Raises ValueError where it cannot be read."""
    if container.streams.audio[0].codec_context is None:
        raise ValueError("nobody here can decode it")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    samples = array.array("h")
    for frame in container.decode(audio=0):
        if frame.sample_rate > MOST_RATE:
            raise ValueError("no sound has so many samples a second")
        for part in resampler.resample(frame):
            samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
        if len(samples) > _MOST_S * _RATE or not is_wanted():
            break
    wide = max(1, len(samples) // max(1, bars))
    step = max(1, wide // _LOOK_AT)
    found = [
        max(map(abs, samples[at : at + wide : step]), default=0)
        for at in range(0, len(samples) - wide + 1, wide)
    ]
    loudest = max(found, default=0)
    return [value / loudest for value in found[:bars]] if loudest else []


def _drawn(loudness: list[float], size: QSize, colours: Colours) -> QImage:
    """Draw bars around the middle, as the player does."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(colours.ground)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.ink)
    middle, left = size.height() / 2, (size.width() - len(loudness) * _BAR) / 2
    for place, value in enumerate(loudness):
        high = max(2.0, value * size.height() * _BARS_HIGH)
        painter.drawRect(QRectF(left + place * _BAR, middle - high / 2, _BAR / 2, high))
    painter.end()
    return image


def _of_model(data: bytes, size: QSize, is_wanted: Callable[[], bool]) -> QImage:
    """Return a view of a model, drawn by the process that also draws those one turns; empty where it refuses."""
    if len(data) > MOST_BYTES:
        return QImage()
    encode = msgspec.json.encode
    asked = (
        encode(Open(".glb", len(data))) + b"\n" + data + encode(Look(1, size.width(), size.height())) + b"\n"
    )
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("OPENBLAS_NUM_THREADS", "1")
    process = QProcess()  # in this thread, which waits for it
    process.setProcessEnvironment(environment)
    process.setStandardErrorFile(QProcess.nullDevice())
    process.start(sys.executable, ["-P", "-m", "fal_studio.meshes"])
    process.write(asked)
    process.closeWriteChannel()
    deadline = QDeadlineTimer(MODEL_IN_MS)
    while not process.waitForFinished(_LOOK_EVERY_MS):
        is_running = process.state() is not QProcess.ProcessState.NotRunning
        if deadline.hasExpired() or not is_running or not is_wanted():
            process.kill()
            process.waitForFinished(1000)
            return QImage()
    return _picture_in(bytes(process.readAllStandardOutput().data()))


def _picture_in(said: bytes) -> QImage:
    while said:
        line, _, said = said.partition(b"\n")
        with contextlib.suppress(msgspec.MsgspecError):
            answer: Any = msgspec.json.decode(line, type=Answer)
            if isinstance(answer, Drawn) and len(said) >= answer.size_bytes:
                form = QImage.Format.Format_RGBA8888_Premultiplied
                return QImage(said, answer.width, answer.height, 4 * answer.width, form).copy()
    return QImage()
