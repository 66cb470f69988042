"""The playhead that the films and sounds of all lanes share: they play, stop, jump, step and run faster as one."""

import importlib
import time
from functools import partial
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from fal_studio.ui.compare.track import Track
from fal_studio.words import tr

TICK_MS = 30
TAKE_S = 0.008
"""So long pictures are taken at once; what is left comes with the next tick, so that the window never waits for eight films."""
DRIFT_MS = 120
"""A track that is further from the playhead is put right."""
PATIENCE_MS = 800
"""A track that was put right is left alone so long: a jump takes its time, and a slow machine shall not only jump."""


class Playhead(QObject):
    """Its own clock tells where all are; a track that is shorter stays at its end. Nothing starts by itself."""

    picture_shown = Signal(str, object)
    """A lane and the QImage that its film shows now."""
    changed = Signal()
    """Position, length, whether it plays, or the loudness of a sound."""
    failed = Signal(str, str)
    """A lane, and why its file cannot be played."""
    settled = Signal()
    """All stand still, and every film shows its picture of this moment."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tracks: dict[str, Track] = {}
        self.is_playing = self.is_looping = self._is_muted = False
        self.speed = 1.0
        self._heard = ""
        self._from_ms = 0.0
        self._since = QElapsedTimer()
        self._turn = 0
        """Whose picture is taken next."""
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)

    @property
    def position_ms(self) -> float:
        """Where the playhead stands."""
        gone = self._since.elapsed() * self.speed if self.is_playing else 0.0
        return min(self._from_ms + gone, self.duration_ms)

    @property
    def duration_ms(self) -> float:
        """Length of the longest."""
        return max((track.duration_ms for track in self.tracks.values()), default=0)

    @property
    def has_films(self) -> bool:
        """Whether there are pictures to step through."""
        return any(track.is_film for track in self.tracks.values())

    def add(self, lane: str, source: str | bytes, content_type: str, *, is_film: bool) -> None:
        """Take the file of a lane; its first picture comes, and it stands where the others are."""
        try:
            media: Any = importlib.import_module("PySide6.QtMultimedia")
        except ImportError as error:
            self.failed.emit(lane, tr("This computer cannot play media ({error}).").format(error=error))
            return
        if lane in self.tracks:
            self.tracks.pop(lane).close()
        track = self.tracks[lane] = Track(media, source, content_type, is_film=is_film, parent=self)
        track.set_speed(self.speed)
        track.set_heard(is_heard=False)
        track.failed.connect(partial(self.failed.emit, lane))
        track.changed.connect(self._on_track_changed)
        self._heard = self._heard or lane
        self._let_hear()
        if self.position_ms:
            self.seek(self.position_ms)

    def clear(self) -> None:
        """Let go of all files."""
        self._tick.stop()
        tracks, self.tracks = tuple(self.tracks.values()), {}
        for track in tracks:
            track.changed.disconnect(self._on_track_changed)
            track.close()
        self.is_playing, self._from_ms, self._heard = False, 0.0, ""

    def toggle(self) -> None:
        """Play or pause all; at the end play from the beginning."""
        if self.is_playing:
            self._stand()
            for track in self.tracks.values():
                track.pause()
                track.put(self._from_ms)
            self._wake()
            return
        if self._from_ms >= self.duration_ms - 1:
            self.seek(0)
        self._go()

    def seek(self, position_ms: float) -> None:
        """Put all to one place; who is shorter stays at its end."""
        was_playing = self.is_playing
        self._stand()
        self._from_ms = max(0.0, min(float(position_ms), self.duration_ms))
        for track in self.tracks.values():
            if track.is_playing and self._from_ms >= track.duration_ms:
                track.pause()
            track.put(self._from_ms)
        if was_playing:
            self._go()
        self._wake()

    def step(self, by: int) -> None:
        """Go some pictures forwards, or back with a negative number, and stay there."""
        films = [track for track in self.tracks.values() if track.is_film]
        if not films:
            return
        if self.is_playing:
            self.toggle()
        length_ms = min(track.picture_ms for track in films)
        # The middle of a picture: its borders are rounded to whole milliseconds.
        self.seek((int(self._from_ms / length_ms) + by + 0.5) * length_ms)

    def set_speed(self, speed: float) -> None:
        """Play all faster or slower."""
        was_playing = self.is_playing
        self._stand()
        self.speed = speed
        for track in self.tracks.values():
            track.set_speed(speed)
        if was_playing:
            self._go()

    def set_looping(self, is_looping: bool) -> None:
        """Begin again at the end of the longest."""
        self.is_looping = is_looping

    def set_muted(self, is_muted: bool) -> None:
        """Let nothing be heard."""
        self._is_muted = is_muted
        self._let_hear()

    def hear(self, lane: str) -> None:
        """Let one lane be heard: all at once would be noise."""
        if lane in self.tracks:
            self._heard = lane
            self._let_hear()

    def apart_ms(self) -> float:
        """Return how far the track that is furthest from the playhead is from it; tracks at their end do not count."""
        now_ms = self.position_ms
        return max((abs(track.now_ms - now_ms) for track in self._moving(now_ms)), default=0.0)

    def _moving(self, now_ms: float) -> list[Track]:
        return [track for track in self.tracks.values() if track.duration_ms > now_ms + DRIFT_MS]

    def _go(self) -> None:
        self.is_playing = True
        self._since.start()
        for track in self.tracks.values():
            track.corrected_ms = round(time.monotonic() * 1000)
            if track.duration_ms > self._from_ms:
                track.play()
        self._wake()

    def _stand(self) -> None:
        self._from_ms = self.position_ms
        self.is_playing = False

    def _let_hear(self) -> None:
        for lane, track in self.tracks.items():
            track.set_heard(is_heard=lane == self._heard and not self._is_muted)

    def _wake(self) -> None:
        self._tick.start()
        self.changed.emit()

    def _on_track_changed(self) -> None:
        if not self._tick.isActive():
            self._tick.start()

    def _on_tick(self) -> None:
        is_behind = self._take_pictures()
        if self.is_playing:
            self._correct()
            if self.position_ms >= self.duration_ms:
                self._end()
        elif not is_behind:
            self._tick.stop()
            self.settled.emit()
        self.changed.emit()

    def _end(self) -> None:
        self._stand()
        for track in self.tracks.values():
            track.pause()
        if self.is_looping and self.duration_ms:
            self.seek(0)
            self._go()
        else:
            self.seek(self.duration_ms)

    def _correct(self) -> None:
        """Put right who has drifted."""
        now_ms, clock_ms = self.position_ms, round(time.monotonic() * 1000)
        for track in self._moving(now_ms):
            is_off = abs(track.now_ms - now_ms) > DRIFT_MS * max(1.0, self.speed)
            if is_off and clock_ms - track.corrected_ms > PATIENCE_MS:
                track.corrected_ms = clock_ms
                track.put(now_ms)
                track.play()

    def _take_pictures(self) -> bool:
        """Show what films have come to; whether some are still to be shown."""
        lanes = [lane for lane, track in self.tracks.items() if track.has_picture]
        began_s = time.perf_counter()
        for number in range(len(lanes)):
            lane = lanes[(self._turn + number) % len(lanes)]
            self.picture_shown.emit(lane, self.tracks[lane].take_picture())
            if time.perf_counter() - began_s > TAKE_S:
                self._turn += number + 1
                return number + 1 < len(lanes)
        return False
