"""What came out of the lanes, in their order, and how it differs from the first."""

import difflib
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QImage, QSyntaxHighlighter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.comparing.outcome import Comparison
from fal_studio.figures import number
from fal_studio.ui.compare.difference import Differ, Difference
from fal_studio.ui.compare.lane_view import title
from fal_studio.ui.compare.locked_view import LockedView, Tile, Way
from fal_studio.ui.compare.moving import Moving
from fal_studio.ui.compare.output_menu import OutputMenu
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.flow import TwoRows
from fal_studio.ui.widgets.labels import ElidedLabel, Label, Mark
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

_WAYS = (
    Part("side", tr("Side by side")),
    Part(
        "slider",
        tr("Slider"),
        tooltip=tr("The reference at the left of a line that is pulled over the picture"),
    ),
    Part("flip", tr("Flip"), tooltip=tr("The reference and a lane in one place; Space changes between them")),
    Part("difference", tr("Difference"), tooltip=tr("Black where nothing differs")),
)
_PATCH_ROLES: dict[str, Role] = {"+": "good", "-": "bad", "@": "text.3"}


class Given(NamedTuple):
    """What one lane, or one of two calls, gave."""

    lane: str
    name: str
    call: str = ""
    """The call whose output is shown; "" for none."""
    digest: str = ""
    """Equal where the bytes are; "" where that is not known."""
    why: str = ""
    """Why there is nothing."""
    is_absent: bool = False
    """It has no place among the outputs: it was not called."""


class Outputs(QWidget):
    """Pictures under one lens, or words with what differs in them. The shell brings what a call gave."""

    wanted = Signal(str, str)
    """A lane and its call, whose output is to be brought by `put_picture`, `put_text` or `put_nothing`."""
    call_wanted = Signal(str)
    """A call that is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._about = ""
        self._is_of_two = False
        """Two calls are shown, not the lanes of a comparison."""
        self._shown: dict[str, Given] = {}
        self._names: dict[str, str] = {}
        self._why: dict[str, str] = {}
        self._absent: set[str] = set()
        """Lanes that were not called: a line names them, with the reason."""
        self._pictures: dict[str, QImage] = {}
        self._texts: dict[str, str] = {}
        self._apart: dict[str, Difference | None] = {}
        self._differ = Differ(self)
        self._differ.compared.connect(self._on_compared)
        self.view = LockedView(self)
        self.view.moved.connect(self._tell_zoom)
        self.view.chosen_changed.connect(self._show_words)
        self.view.way_wanted.connect(self._on_next_way)
        self.view.menu_wanted.connect(self._on_menu_wanted)
        self.moving = Moving(self.view, self)
        self.moving.picture_shown.connect(self._on_film_moved)
        self.moving.settled.connect(self._on_settled)
        self.moving.lengths_known.connect(self._refresh)
        self.moving.failed.connect(self._on_media_failed)
        self.words = _Patch(self)
        # What the pictures ask for is enough: a text scrolls.
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._zoom = Label("", "cell", "3", parent=self)
        self.ways = SegmentedControl(
            _WAYS, "side", scale="s", name=tr("How outputs are compared"), parent=self
        )
        self.ways.chosen.connect(self._on_way_chosen)
        head = TwoRows(32, edge_px=4, parent=self)
        head.first.addWidget(Label(tr("Outputs"), "value", "1", parent=self))
        head.first.addWidget(Mark("lock", "text.3", 14, self))
        head.first.addWidget(self._zoom)
        self.absent = ElidedLabel("", "caption", "3", parent=self)
        head.first.addWidget(self.absent, 1)
        head.second.addWidget(self.ways)
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._body = QStackedWidget(self)
        self._body.addWidget(self.view)
        self._body.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        played = QHBoxLayout()
        played.setContentsMargins(px(12), 0, px(12), px(4))
        played.addWidget(self.moving.bar)
        column.addLayout(played)
        self.moving.bar.hide()
        column.addWidget(self._body, 1)

    @property
    def reference(self) -> str:
        """The lane that the others are compared with: the first that gave something."""
        return next(iter(self._shown), "")

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show what each lane gave first."""
        if comparison is None:
            self._forget("")
            return
        given: list[Given] = []
        for lane in comparison.plan.lanes:
            outcomes = comparison.of(lane.id, warm_ups=True)
            good = next((one for one in outcomes if not one.failed and one.call), None)
            call, digest = (good.call, good.digest) if good is not None else ("", "")
            failed = next((one.failed for one in reversed(outcomes) if one.failed), "")
            why = failed if lane.is_called else lane.reason or tr("switched off")
            given.append(Given(lane.id, title(lane), call, digest, why, is_absent=not lane.is_called))
        self._is_of_two = False
        self._show(comparison.id, given)

    def show_two(self, one: Given, other: Given) -> None:
        """Show what two calls gave; pictures side by side, words as what differs in them."""
        self._forget("")
        self._is_of_two = True
        self.ways.set_chosen(Way.SIDE)
        self.view.show_way(Way.SIDE)
        self._show(f"{one.call} {other.call}", (one, other))

    def _show(self, about: str, given: Sequence[Given]) -> None:
        if about != self._about:
            self._forget(about)
        fresh = [one for one in given if one.call and one.lane not in self._shown]
        shown = self._shown | {one.lane: one for one in fresh}
        self._shown = {one.lane: shown[one.lane] for one in given if one.lane in shown}
        for one in given:
            self._names[one.lane], self._why[one.lane] = one.name, one.why
        self._absent = {one.lane for one in given if one.is_absent and one.lane not in self._shown}
        for one in fresh:
            self.wanted.emit(one.lane, one.call)
        self._refresh()

    def put_picture(self, lane: str, call: str, picture: QImage) -> None:
        """Show the picture that a lane's call gave."""
        if lane in self._shown and self._shown[lane].call == call:
            self._pictures[lane] = picture
            self._compare()
            self._refresh()

    def put_text(self, lane: str, call: str, text: str) -> None:
        """Show the words that a lane's call gave, or what else it gave as JSON."""
        if lane in self._shown and self._shown[lane].call == call:
            self._texts[lane] = text
            if self._is_of_two and len(self._texts) == 2:
                self.ways.set_chosen(Way.DIFFERENCE)
                self.view.show_way(Way.DIFFERENCE)
            self._refresh()

    def put_media(
        self, lane: str, call: str, source: str | bytes, content_type: str, *, is_film: bool
    ) -> None:
        """Show the film or the sound that a lane's call gave, by its path or its bytes; all of them share one playhead."""
        if lane in self._shown and self._shown[lane].call == call:
            self.moving.add(lane, source, content_type, is_film=is_film)
            self._refresh()

    def note(self, lane: str) -> tuple[str, bool]:
        """Return how a lane's output compares with the reference, and whether it is another one."""
        if lane not in self._shown:
            return self._why.get(lane) or tr("nothing yet"), False
        base = self.reference
        name = self._names[base]
        long = self.moving.note(lane, base, name)
        if lane == base:
            return tr("sets the reference{part}").format(part=f", {long}" if long else ""), False
        if self._shown[lane].digest and self._shown[lane].digest == self._shown[base].digest:
            return tr("same bytes as {name}").format(name=name), False
        if lane in self._texts and base in self._texts:
            is_same = self._texts[lane] == self._texts[base]
            return (
                (tr("same words as {name}").format(name=name), False)
                if is_same
                else (tr("other words than {name}").format(name=name), True)
            )
        if lane not in self._apart:
            return long, bool(long)
        found = self._apart[lane]
        if found is None:
            size = self._pictures[lane].size()
            return tr("another size: {width} × {height}").format(
                width=size.width(), height=size.height()
            ), True
        where = tr(" here, {long}").format(long=long) if long else ""
        return (
            (tr("same pixels{where}").format(where=where or tr(", other bytes")), False)
            if found.share == 0
            else (
                tr("differs in {percent} of pixels{where}").format(percent=percent(found.share), where=where),
                True,
            )
        )

    def close_down(self) -> None:
        """Wait for what is being computed, and let go of films and sounds."""
        self.moving.clear()
        self._differ.close()

    def hideEvent(self, event: QHideEvent) -> None:
        """Play nothing that nobody sees."""
        super().hideEvent(event)
        self.moving.stand()

    def _forget(self, about: str) -> None:
        self._about = about
        for held in (self._shown, self._names, self._why, self._pictures, self._texts, self._apart):
            held.clear()
        self.moving.clear()

    def _on_film_moved(self, lane: str, picture: QImage) -> None:
        """Show the next picture of a film; how it differs from the reference is told when all stand still."""
        is_first = lane not in self._pictures
        self._pictures[lane] = picture
        self._apart.pop(lane, None)
        if is_first:
            self._refresh()
        else:
            self.view.show_frame(lane, picture)

    def _on_settled(self) -> None:
        for lane in self.moving.lanes:
            self._apart.pop(lane, None)
        self._compare()
        self._refresh()

    def _on_media_failed(self, lane: str, why: str) -> None:
        if lane in self._shown and lane not in self._pictures:
            self._texts[lane] = tr("It cannot be played here: {why}").format(why=why)
            self._refresh()

    @cached_property
    def _menu(self) -> OutputMenu:
        menu = OutputMenu(self)
        menu.copy_wanted.connect(self._on_copy)
        menu.call_wanted.connect(self.call_wanted)
        return menu

    def _on_menu_wanted(self, at: QPoint) -> None:
        """Offer what can be done with the output of the chosen lane, if it gave something."""
        lane = self.view.chosen
        if lane in self._shown:
            has_picture, has_text = lane in self._pictures, bool(self._texts.get(lane))
            self._menu.offer(at, lane, self._shown[lane].call, has_picture=has_picture, has_text=has_text)

    def _on_copy(self, lane: str) -> None:
        clipboard = QGuiApplication.clipboard()
        if lane in self._pictures:
            clipboard.setImage(self._pictures[lane])
        elif text := self._texts.get(lane):
            clipboard.setText(text)

    def _on_next_way(self) -> None:
        ways = tuple(Way)
        way = ways[(ways.index(self.view.way) + 1) % len(ways)]
        self.ways.set_chosen(way)
        self._on_way_chosen(way)

    def _compare(self) -> None:
        """Compare with the reference whatever was not yet."""
        base = self._pictures.get(self.reference)
        if base is None:
            return
        for lane, picture in self._pictures.items():
            if lane != self.reference and lane not in self._apart:
                self._differ.compare(lane, base, picture)

    def _on_compared(self, lane: str, found: Difference | None) -> None:
        if lane in self._pictures:
            self._apart[lane] = found
            self._refresh()

    def _refresh(self) -> None:
        tiles: list[Tile] = []
        for lane, name in self._names.items():
            if lane in self._absent:
                continue
            note, is_other = self.note(lane)
            found = self._apart.get(lane)
            tiles.append(
                Tile(
                    lane, name, note, "ask" if is_other else "text.3", self._pictures.get(lane), self._texts.get(lane, ""),
                    found.picture if found is not None else None, *self.moving.peaks(lane),
                )
            )  # fmt: skip
        self.view.show_tiles(tiles, self.reference)
        absent = [
            f"{self._names[lane]}: {self._why[lane].rstrip('.')}"
            for lane in self._names
            if lane in self._absent
        ]
        told = tr("Not called   {absent}").format(absent="   ·   ".join(absent)) if absent else ""
        self.absent.set_text(told)
        self._tell_zoom()
        self._show_words(self.view.chosen)

    def _tell_zoom(self) -> None:
        shown = f", {self.view.percent} %" if self._pictures else ""
        locked = tr("zoom, position and playhead") if self.moving.lanes else tr("zoom and position")
        self._zoom.setText(tr("{locked} locked{shown}").format(locked=locked, shown=shown))
        self.moving.bar.setVisible(bool(self.moving.lanes))

    def _on_way_chosen(self, way: str) -> None:
        self.view.show_way(Way(way))
        self._show_words(self.view.chosen)
        self._tell_zoom()

    def _show_words(self, lane: str) -> None:
        """Show what differs in words where there are no pictures."""
        is_words = self.view.way is Way.DIFFERENCE and lane in self._texts and lane not in self._pictures
        self._body.setCurrentIndex(int(is_words))
        if is_words:
            names = (self._names[self.reference], self._names[lane])
            self.words.setPlainText(
                text_difference(self._texts.get(self.reference, ""), self._texts[lane], names)
            )


class _Patch(QPlainTextEdit):
    """What differs in words, line by line: added lines and removed ones in their colours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grounded(self, "field")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("What differs in the words"))
        self._colours = _PatchColours(self.document())
        current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self.setFont(current().font("mono"))
        self.document().setDocumentMargin(current().px(10))
        self._colours.rehighlight()


class _PatchColours(QSyntaxHighlighter):
    def highlightBlock(self, text: str) -> None:
        role = _PATCH_ROLES.get(text[:1])
        if role is not None:
            self.setFormat(0, len(text), current().color(role))


def text_difference(one: str, other: str, names: tuple[str, str]) -> str:
    """Return what differs between two texts, line by line, as a patch; a sentence where nothing does."""
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), *names, lineterm="", n=2)
    return "\n".join(lines) or tr("Nothing differs between {names} and {names_2}.").format(
        names=names[0], names_2=names[1]
    )


def percent(share: float) -> str:
    """Return a share in words: 2.4 %, < 0.1 %, 100 %."""
    value = share * 100
    return "< 0.1 %" if value < 0.1 else f"{number(value, '.1f')} %" if value < 99.95 else "100 %"
