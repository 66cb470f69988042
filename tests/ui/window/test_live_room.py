"""Room on the live desk: news covers nothing of it, and large words in a small window leave its pictures in sight."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.toasts import News
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import settle
from tests.ui.window.test_live import live
from tests.waiting import until


def place(window: QWidget, part: QWidget) -> QRect:
    """Return where a part lies in its window."""
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def test_news_covers_nothing_of_the_desk(drive: Drive, theme: Theme) -> None:
    async def scenario(hand: Driven) -> None:
        window, toasts = hand.window, hand.window.toasts
        desk = await live(hand)
        for size, zoom in (((1280, 800), 1.0), ((1024, 640), 1.0), ((1024, 640), 2.0)):
            window.resize(*size)
            theme.set_zoom(zoom)
            await settle(hand)
            bad = toasts.tell(
                News("A call failed", "bad", detail="The runner ran out of memory", action="Show")
            )
            new = toasts.tell(News("The frame is kept in the history, with the input that made it", "good"))
            await settle(hand)
            assert (bad.isVisible(), new.isVisible()) == (False, True), "there is one line: the newest has it"
            assert not new.geometry().intersects(place(window, desk)), (size, zoom)
            assert window.rect().contains(new.geometry()), (size, zoom)
            new.closed.emit()
            assert bad.isVisible(), "the one before comes back"
            assert not bad.geometry().intersects(place(window, desk)), (size, zoom)
            window.pages.show_page("request")
            await settle(hand)
            assert bad.height() == theme.px(56), "elsewhere it stands over the foot, in two lines"
            assert bad.geometry().bottom() < place(window, window.status).top()
            window.pages.show_page("live")
            await settle(hand)
            assert not bad.geometry().intersects(place(window, desk)), (size, zoom)
            bad.closed.emit()

    drive(scenario)


def test_large_words_leave_the_pictures_in_sight(drive: Drive, theme: Theme) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        desk = await live(hand)
        window.resize(1024, 640)
        theme.set_zoom(2)
        await settle(hand)
        page = place(window, window.pages)
        for part in (desk.bar, desk.canvas, desk.result, desk.fields.boxes["prompt"]):
            assert page.contains(place(window, part)), type(part).__name__
        scroll = desk.foot.verticalScrollBar()
        assert scroll.maximum() > 0, "not all numbers have room"
        scroll.setValue(scroll.maximum())
        await settle(hand)
        assert page.contains(place(window, desk.frames_bar)), "the last line is reached by scrolling"
        assert page.contains(place(window, desk.canvas)), "the pictures stay"
        desk.frames_bar.click()
        await until(lambda: desk.shows_frames, what="frames are listed")
        await settle(hand)
        assert not desk.split.isVisible(), "the list of frames has the room of the pictures"
        desk.frames_bar.click()
        theme.set_zoom(1)
        await settle(hand)
        assert desk.split.isVisible()
        assert desk.foot.verticalScrollBar().maximum() == 0, "at 100 % all of it is seen at once"

    drive(scenario)
