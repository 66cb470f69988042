"""The window for those who hear it, who need larger words, and who read without a mouse: names, room, targets."""

from collections.abc import AsyncIterator, Iterable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from fal_studio import room
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.ui.queue.model import Column
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from fal_studio.words import told as words_of_phase
from tests.ui import ink
from tests.ui.window import tree
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import (
    RESULTS,
    Place,
    comparing,
    docks,
    gallery,
    live,
    menus,
    panel_of,
    panels,
    requests,
    settle,
)
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "pipewire", "Couldn't", "PulseAudio", "No RHI backend"
)
LEAST_TARGET_PX = 24
LEAST_RING_PX = 8
"""Pixels in the focus colour without which nobody would see where the keyboard is."""


SCHEMES = (Scheme.LIGHT, Scheme.HIGH_CONTRAST, Scheme.DARK)


@pytest.mark.long
@pytest.mark.parametrize(
    ("width", "height", "zoom"), [(1280, 800, 1.0), (1024, 640, 1.0), (1280, 800, 2.0), (1024, 640, 2.0)]
)
def test_every_place_is_named_has_room_and_can_be_read(
    drive_kept: Drive, theme: Theme, width: int, height: int, zoom: float
) -> None:
    """No node that takes the keyboard is without a name, no words are cut off or faint, nothing lies over anything else."""
    found: dict[str, str] = {}
    is_first = (width, zoom) == (1280, 1.0)
    """Results of all kinds, and all schemes, are looked at once."""

    async def look(hand: Driven, places: AsyncIterator[Place]) -> None:
        async for name, window in places:
            await settle(hand)
            for fault in _faults(window):
                found.setdefault(fault, name)
            for scheme in SCHEMES if is_first else ():
                theme.apply(scheme)
                for fault in ink.faint(panel_of(hand) or window):
                    found.setdefault(fault, name)

    async def scenario(hand: Driven) -> None:
        theme.set_zoom(zoom)
        hand.window.resize(width, height)
        await look(hand, requests(hand, RESULTS if is_first else ()))
        for part in (docks, gallery, comparing, panels, menus, live):
            await look(hand, part(hand))

    drive_kept(scenario)
    assert not found, "\n".join(f"{place}: {fault}" for fault, place in found.items())


def test_words_that_grew_and_shrank_again_leave_everything_as_it_was(drive: Drive, theme: Theme) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.shown()
        hand.window.actions_["view.queue"].trigger()
        await until(lambda: hand.window.status.space is not None, what="all parts are there", limit_s=20)
        await _there_and_back(hand)  # choices are measured with all they hold by now
        before = _needs(part for part in hand.window.findChildren(QWidget) if part.isVisible())
        await _there_and_back(hand)
        after = _needs(before)
        changed = [
            f"{room.path_of(part)}: {need}, then {after[part]}"
            for part, need in before.items()
            if part in after
            and any(abs(a - b) > room.SLACK_PX for a, b in zip(need, after[part], strict=True))
        ]
        assert not changed, "\n".join(changed)

    drive(scenario)


async def _there_and_back(hand: Driven) -> None:
    for _ in range(10):
        hand.window.actions_["zoom.in"].trigger()
    await settle(hand)
    assert hand.space.bar.run.height() == 64
    for _ in range(9):
        hand.window.actions_["zoom.out"].trigger()
    hand.window.actions_["zoom.reset"].trigger()
    await settle(hand)
    assert hand.space.bar.run.height() == 32


def _needs(parts: Iterable[QWidget]) -> dict[QWidget, tuple[int, ...]]:
    """Return what parts need at least."""
    return {
        part: (*part.minimumSizeHint().toTuple(), part.minimumHeight()) for part in parts if isValid(part)
    }


def _faults(window: QWidget) -> list[str]:
    about = (tree.unnamed, room.faults, _too_small, _told_by_value, _led_nowhere)
    return [fault for look in about for fault in look(window)]


def _too_small(window: QWidget) -> list[str]:
    """Return what can be pressed and is smaller than a target may be."""
    return [
        f"a target of {part.width()}×{part.height()}: {room.path_of(part)}"
        for part in window.findChildren(QWidget)
        if part.isVisible()
        and part.isEnabled()
        and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not part.objectName().startswith("qt_")  # inside a number field, which is the target
        and min(part.width(), part.height()) < LEAST_TARGET_PX
    ]


def _told_by_value(window: QWidget) -> list[str]:
    """Return choices that say only what is chosen, not what for. On Linux their name is their value, the rest stands beside."""
    return [
        f"a choice without a name: {room.path_of(box)}"
        for box in window.findChildren(QComboBox)
        if box.isVisible() and not box.accessibleName() and not tree.is_labelled(box)
    ]


def _led_nowhere(window: QWidget) -> list[str]:
    """Return fields whose name stands in a label beside them that does not lead to them."""
    alone = [one for one in window.findChildren(QLabel) if one.isVisible() and one.buddy() is None]
    found: list[str] = []
    for field in window.findChildren(QWidget):
        is_field = isinstance(field, QLineEdit | QAbstractSpinBox | QComboBox | QPlainTextEdit | QTextEdit)
        if not is_field or not field.isVisible() or field.objectName().startswith("qt_"):
            continue
        if isinstance(field, QPlainTextEdit | QTextEdit) and field.isReadOnly():
            continue  # a text with a heading
        name, parent = field.accessibleName().strip().lower(), field.parentWidget()
        around = {parent, parent.parentWidget() if parent is not None else None}
        if any(one.text().strip().lower() == name and one.parentWidget() in around for one in alone if name):
            found.append(f"the label “{name}” does not lead to its field: {room.path_of(field)}")
    return found


def test_fields_tell_what_they_take_and_what_is_wrong(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        form = hand.space.editor.form
        control = form.row("guidance_scale").focus_widget()
        assert "1 to 20" in control.accessibleDescription()
        assert "default" in control.accessibleDescription()
        hand.space.set_mode(Mode.RUN)
        await hand.run(guidance_scale=35)
        await hand.ended()
        told = form.row("guidance_scale").focus_widget().accessibleDescription()
        assert "20" in told.split(". ")[0], "the problem comes first"
        assert "1 to 20" in told

    drive(scenario)


def test_a_row_of_the_queue_is_read_as_a_sentence(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.shown()
        described = hand.space.result.preview.pictures.accessibleDescription()
        assert described.startswith("Picture 1 of 1")
        assert "Made by emulator/image from: A lighthouse" in described
        hand.window.actions_["view.queue"].trigger()
        dock = hand.window.monitor.dock
        assert dock is not None
        model = dock.model

        def told(column: int) -> str:
            return str(model.data(model.index(0, column), Qt.ItemDataRole.AccessibleTextRole))

        await until(lambda: "done" in told(0).lower(), what="the row says it")
        assert "emulator/image" in told(0)
        assert "run" in told(0)
        await until(
            lambda: told(Column.PICTURE).startswith("picture of A lighthouse"), what="its picture has words"
        )

    drive(scenario)


def test_a_screen_reader_hears_what_becomes_of_calls_and_no_pieces(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        QAccessible.setActive(True)
        try:
            said: list[tuple[str, bool]] = []
            hand.window.announcing.said.connect(lambda words, at_once: said.append((words, at_once)))
            hand.space.set_mode(Mode.STREAM)
            await hand.run(num_inference_steps=4, image_size="square")
            await hand.shown()
            await until(
                lambda: any("is done after" in words for words, _ in said), what="the end is said", limit_s=10
            )
            assert hand.state.partials >= 2
            *before, end = (words for words, _ in said)
            assert "is done after" in end
            assert set(before) <= {f"emulator/image: {words_of_phase(phase)}" for phase in Phase}, (
                "no piece is said"
            )
            assert len(set(before)) == len(before), "each phase is said once"
            assert not any(at_once for _, at_once in said)
            said.clear()
            hand.space.set_mode(Mode.RUN)
            await hand.run(guidance_scale=35)
            await hand.ended()
            await until(lambda: any(at_once for _, at_once in said), what="the failure is said")
            failure = next(words for words, at_once in said if at_once)
            assert "failed" in failure
            assert "20" in failure
        finally:
            QAccessible.setActive(False)

    drive(scenario)


def test_many_pieces_of_news_are_said_together(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        announcing = hand.window.announcing
        said: list[str] = []
        announcing.said.connect(lambda words, _: said.append(words))
        for words in ("one", "two", "two", "three"):
            announcing.tell(words)
        announcing.tell("the disk is full", at_once=True)
        assert said == ["one", "the disk is full"]
        await until(lambda: len(said) == 3, what="the rest is said", limit_s=10)
        assert said[2] == "two. three"

    drive(scenario)


def test_the_timeline_is_told_in_words_row_by_row(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.shown()
        hand.space.result.show_tab("timeline")
        waterfall = hand.space.result.timeline.waterfall
        await until(lambda: "1 of" in waterfall.accessibleDescription(), what="it is drawn")
        whole = waterfall.accessibleDescription()
        waterfall.setFocus()
        await hand.key(Qt.Key.Key_Down)
        told = waterfall.accessibleDescription()
        assert "2 of" in told
        assert told != whole
        for word in (bar.word for bar in hand.space.result.timeline.lanes[1].bars):
            assert word in told

    drive(scenario)


def test_whatever_has_the_keyboard_shows_it(drive: Drive, theme: Theme) -> None:
    """Every stop of the Tab key, also one that paints itself, shows the focus colour at or around itself."""
    unseen: dict[str, str] = {}

    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square", num_images=2)
        await hand.shown()
        hand.window.actions_["view.queue"].trigger()
        await settle(hand)
        await _look_at_focus(hand, "request", theme, unseen)
        hand.window.monitor.close()
        hand.space.result.show_tab("timeline")
        await settle(hand)
        await _look_at_focus(hand, "timeline", theme, unseen)
        hand.window.pages.show_page("compare")
        pane = hand.window.comparing.pane
        assert pane is not None
        await until(lambda: len(pane.desk.plan.called) > 1, what="the lanes are known", limit_s=20)
        await settle(hand)
        await _look_at_focus(hand, "compare", theme, unseen)
        hand.window.pages.show_page("live")
        desk = hand.window.pages.desk
        assert desk is not None
        await until(lambda: desk.shown is not None, what="the desk answers", limit_s=20)
        await settle(hand)
        await _look_at_focus(hand, "live", theme, unseen)
        hand.window.pages.show_page("gallery")
        gallery_pane = hand.window.gallery.pane
        assert gallery_pane is not None
        await until(gallery_pane.tiles.call, what="the newest picture is chosen")
        await settle(hand)
        await _look_at_focus(hand, "gallery", theme, unseen)

    drive(scenario)
    assert not unseen, "\n".join(f"{page}: {path}" for path, page in unseen.items())


async def _look_at_focus(hand: Driven, page: str, theme: Theme, unseen: dict[str, str]) -> None:
    """Press Tab until the round is closed; every stop has to look like one, and none may hold the keyboard."""
    window = hand.window
    focus = theme.color("focus").rgb()
    stops: set[QWidget] = set()
    while (before := window.focusWidget()) not in stops:
        stops.add(before)
        await hand.key(Qt.Key.Key_Tab)
        await settle(hand)
        part = window.focusWidget()
        if part is before:
            unseen.setdefault(f"{room.path_of(part)} holds the keyboard", page)
            return
        around = QRect(part.mapTo(window, QPoint(0, 0)), part.size()).adjusted(-6, -6, 6, 6)
        seen = window.grab(around.intersected(window.rect())).toImage()
        # A chosen row has a bar of its own colour.
        bar = ink.count(seen, theme.color("accent.line").rgb()) if isinstance(part, QAbstractItemView) else 0
        if max(ink.count(seen, focus), bar) < LEAST_RING_PX:
            unseen.setdefault(room.path_of(part), page)
    assert len(stops) > 10, f"{page}: the round has {len(stops)} stops"
