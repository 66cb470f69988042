"""The films and sounds of the outputs: the shared playhead with its bar, and what their lanes say of each other."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.figures import number
from fal_studio.ui.compare.locked_view import LockedView
from fal_studio.ui.compare.playhead import Playhead
from fal_studio.ui.widgets.player_bar import PlayerBar
from fal_studio.words import tr

LIKE_MS = 40
"""Lengths that differ by less are called the same."""


class Moving(QObject):
    """Joins the playhead, its bar and the view that shows where it stands."""

    picture_shown = Signal(str, object)
    """A lane and the QImage that its film shows now."""
    settled = Signal()
    lengths_known = Signal()
    """A length or a loudness is another one."""
    failed = Signal(str, str)

    def __init__(self, view: LockedView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.playhead = Playhead(self)
        self.bar = PlayerBar(parent, is_video=True)
        self.bar.setEnabled(False)
        self._told: tuple[object, ...] = ()
        head, bar = self.playhead, self.bar
        bar.play_wanted.connect(head.toggle)
        bar.step_wanted.connect(head.step)
        bar.moved_to.connect(head.seek)
        bar.speed_wanted.connect(head.set_speed)
        bar.loop_wanted.connect(head.set_looping)
        bar.mute_wanted.connect(head.set_muted)
        head.changed.connect(self._on_changed)
        head.picture_shown.connect(self.picture_shown)
        head.settled.connect(self.settled)
        head.failed.connect(self.failed)
        view.chosen_changed.connect(head.hear)
        view.played_key.connect(bar.take_key)
        view.seek_wanted.connect(self._on_seek_wanted)

    @property
    def lanes(self) -> frozenset[str]:
        """The lanes that have a film or a sound."""
        return frozenset(self.playhead.tracks)

    def add(self, lane: str, source: str | bytes, content_type: str, *, is_film: bool) -> None:
        """Take the film or the sound of a lane."""
        self.playhead.add(lane, source, content_type, is_film=is_film)
        self._view.has_playhead = bool(self.playhead.tracks)

    def clear(self) -> None:
        """Let go of all."""
        self.playhead.clear()
        self._view.has_playhead = False
        self._told = ()

    def stand(self) -> None:
        """Pause, if it plays."""
        if self.playhead.is_playing:
            self.playhead.toggle()

    def peaks(self, lane: str) -> tuple[list[float], float]:
        """Return the loudness of a lane's sound, and how long it is against the longest; empty for a film."""
        track = self.playhead.tracks.get(lane)
        if track is None or track.is_film:
            return [], 1.0
        whole_ms = self.playhead.duration_ms
        return track.peaks, track.duration_ms / whole_ms if whole_ms else 1.0

    def note(self, lane: str, base: str, name: str) -> str:
        """Return how long a lane's film or sound is, against the one of the reference, whose name is `name`; "" if unknown."""
        track, other = self.playhead.tracks.get(lane), self.playhead.tracks.get(base)
        if track is None or not track.duration_ms:
            return ""
        long = f"{number(track.duration_ms / 1000, '.1f')} s"
        if other is None or not other.duration_ms or abs(other.duration_ms - track.duration_ms) <= LIKE_MS:
            return long
        return tr("{long}, {name} has {duration_ms} s").format(
            long=long, name=name, duration_ms=number(other.duration_ms / 1000, ".1f")
        )

    def _on_seek_wanted(self, part: float) -> None:
        self.playhead.seek(part * self.playhead.duration_ms)

    def _on_changed(self) -> None:
        head = self.playhead
        whole_ms = head.duration_ms
        told = (
            whole_ms,
            tuple((track.duration_ms, len(track.peaks)) for track in head.tracks.values()),
        )
        if told != self._told:
            self._told = told
            self.bar.show_steps(is_shown=head.has_films)
            self.bar.show_duration(round(whole_ms))
            self.bar.setEnabled(whole_ms > 0)
            self.lengths_known.emit()
        self.bar.show_position(round(head.position_ms))
        self.bar.show_playing(head.is_playing)
        self._view.show_played(head.position_ms / whole_ms if whole_ms else 0.0)
