"""One long file of sound that comes in slices, cut wherever the server cut it, decoded as far as it has come.

FFmpeg asks for bytes when it wants them, so it has a thread of its own, which waits where the slices end.
"""

import importlib
import threading
from typing import Any

FORMATS = {"aac": "aac", "flac": "flac", "ogg": "ogg", "webm": "matroska", "mp4": "mp4"}
"""What slices may be of, and FFmpeg's word for it."""
_PATIENCE_S = 5.0
"""So long a slice may take; what it brings later comes with the next one."""
_OPTIONS = {"probesize": "2048", "analyzeduration": "0"}


def begins_file(data: bytes, form: str) -> bool:
    """Whether these bytes are the beginning of a file, rather than what follows in one."""
    match form:
        case "flac":
            return data.startswith(b"fLaC")
        case "ogg":
            return data.startswith(b"OggS") and len(data) > 5 and bool(data[5] & 2)
        case "webm":
            return data.startswith(b"\x1aE\xdf\xa3")
        case "mp4":
            return data[4:8] == b"ftyp"
        case _:
            return False  # every frame of ADTS looks like the first one


class Slices:
    """Takes slices, gives decoded frames; belongs to one thread at a time. `close` ends its own thread."""

    def __init__(self, form: str) -> None:
        self._form = FORMATS[form]
        self._change = threading.Condition()
        self._waiting = bytearray()
        self._frames: list[Any] = []
        self._is_idle = self._is_closed = self._is_over = False
        self._problem = ""
        self._thread = threading.Thread(target=self._work, name="slices of a sound", daemon=True)
        self._thread.start()

    def feed(self, data: bytes) -> list[Any]:
        """Return what can be decoded now; raises ValueError for what cannot be. Blocks."""
        with self._change:
            self._waiting += data
            self._is_idle = False
            self._change.notify_all()
            self._change.wait_for(lambda: self._is_idle or self._is_over, _PATIENCE_S)
            return self._taken()

    def finish(self) -> list[Any]:
        """Return what was held back for what would follow. Blocks."""
        self.close()
        with self._change:
            self._change.wait_for(lambda: self._is_over, _PATIENCE_S)
            return self._taken()

    def close(self) -> None:
        """Take nothing more."""
        with self._change:
            self._is_closed = True
            self._change.notify_all()

    def read(self, size: int) -> bytes:
        """Give FFmpeg what is there, and wait while there is nothing; b"" for the end."""
        with self._change:
            while not self._waiting and not self._is_closed:
                self._is_idle = True
                self._change.notify_all()
                self._change.wait()
            part = bytes(self._waiting[:size])
            del self._waiting[: len(part)]
            return part

    def _taken(self) -> list[Any]:
        frames, self._frames = self._frames, []
        if not frames and self._problem:
            raise ValueError(self._problem)
        return frames

    def _work(self) -> None:
        av: Any = importlib.import_module("av")
        try:
            with av.open(self, "r", format=self._form, options=dict(_OPTIONS)) as container:
                for frame in container.decode(audio=0):
                    with self._change:
                        self._frames.append(frame)
        except (av.FFmpegError, IndexError, ValueError) as error:
            self._problem = f"it cannot be decoded: {error}"
        finally:
            with self._change:
                self._is_over = True
                self._change.notify_all()
