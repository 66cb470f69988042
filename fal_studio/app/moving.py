"""Answers of a session as moving pictures with the session's own timing: animated WebP or GIF, or MP4. Blocks."""

import importlib
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from fal_studio.core.artifacts import Kind, find
from fal_studio.core.blobs import Load
from fal_studio.core.request import Json
from fal_studio.store.files import write_whole
from fal_studio.words import tr

LAST_MS = 500
"""The last picture stays for so long."""
MOST_FRAMES = 3600
SHORTEST_MS = 20
"""Viewers show anything shorter more slowly."""


class NoPictures(Exception):  # noqa: N818 - a statement
    """There is nothing that could move."""


def write(answers: Sequence[tuple[int, Json]], load: Load, path: Path) -> int:
    """Write the pictures of answers (nanoseconds, payload) and return how many; raises OSError and NoPictures."""
    data = _pictures(answers, load)
    if not data:
        raise NoPictures(tr("no answer of this recording holds a picture whose bytes are kept"))
    times = [round(at_ns / 1e6) for at_ns, _ in data]
    if path.suffix.lower() == ".mp4":
        made = _mp4(data, times)
    else:
        made = _animated(data, times, "GIF" if path.suffix.lower() == ".gif" else "WEBP")
    write_whole(path, made)
    return len(data)


def _pictures(answers: Sequence[tuple[int, Json]], load: Load) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for at_ns, payload in answers:
        blob = next(
            (one.blob for one in find(payload) if one.kind is Kind.IMAGE and one.blob is not None), None
        )
        if blob is None:
            continue
        try:
            found.append((at_ns, load(blob.sha256)))
        except KeyError:
            continue
    step = -(-len(found) // MOST_FRAMES) or 1
    return found[::step]


def _frames(data: Sequence[tuple[int, bytes]]) -> Iterator[Any]:
    """Yield pictures, all of the first one's size; what cannot be read is left out of no place: the one before stays."""
    images: Any = importlib.import_module("PIL.Image")
    before: Any = None
    for _, one in data:
        try:
            picture = images.open(io.BytesIO(one)).convert("RGB")
        except (OSError, ValueError):
            picture = before
        if picture is None:
            continue
        if before is not None and picture.size != before.size:
            picture = picture.resize(before.size)
        before = picture
        yield picture


def _animated(data: Sequence[tuple[int, bytes]], times: Sequence[int], form: str) -> bytes:
    lasting = [
        max(SHORTEST_MS, after - now)
        for now, after in zip(times, [*times[1:], times[-1] + LAST_MS], strict=True)
    ]
    frames = list(_frames(data))
    if not frames:
        raise NoPictures(tr("no answer of this recording can be read as a picture"))
    store = io.BytesIO()
    more = {"quality": 80, "method": 0} if form == "WEBP" else {}
    frames[0].save(
        store, form, save_all=True, append_images=frames[1:], duration=lasting[: len(frames)], loop=0, **more
    )
    return store.getvalue()


def _mp4(data: Sequence[tuple[int, bytes]], times: Sequence[int]) -> bytes:
    av: Any = importlib.import_module("av")
    store = io.BytesIO()
    with av.open(store, "w", format="mp4") as container:
        stream: Any = None
        last: Any = None
        for at_ms, picture in zip(times, _frames(data), strict=False):
            if stream is None:
                stream = container.add_stream("libx264", rate=60, options={"preset": "veryfast", "crf": "20"})
                stream.width, stream.height = picture.width // 2 * 2, picture.height // 2 * 2
                stream.pix_fmt = "yuv420p"
                stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            last = picture.crop((0, 0, stream.width, stream.height))
            _put(av, container, stream, last, at_ms - times[0])
        if stream is None:
            raise NoPictures(tr("no answer of this recording can be read as a picture"))
        _put(av, container, stream, last, times[-1] - times[0] + LAST_MS)
        container.mux(stream.encode(None))
    return store.getvalue()


def _put(av: Any, container: Any, stream: Any, picture: Any, at_ms: int) -> None:
    frame = av.VideoFrame.from_image(picture)
    frame.pts, frame.time_base = at_ms, Fraction(1, 1000)
    container.mux(stream.encode(frame))
