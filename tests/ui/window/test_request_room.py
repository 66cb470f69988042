"""Room on a request where words are large, and how a request that is an example begins."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fal_studio.ui.shell.request_split import RequestSplit
from fal_studio.ui.theme import Theme
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.ui.window.places import settle
from tests.waiting import until


def test_in_the_smallest_window_with_the_largest_words_one_types_a_prompt_runs_and_sees_the_result(
    drive: Drive, theme: Theme
) -> None:
    async def scenario(hand: Driven) -> None:
        window, space = hand.window, hand.space
        window.resize(1024, 640)
        theme.set_zoom(2)
        await settle(hand)
        prompt, run = space.editor.form.prompt, space.bar.run
        space.bar.focus_endpoint()
        await settle(hand)
        assert seen(space, space.bar.box) == 1
        space.editor.offer_main()
        await settle(hand)
        assert seen(space, prompt) == 1, "all of the prompt is in sight"
        assert seen(space, run) > 0.9, "and Run above it"
        QTest.keyClicks(prompt, " at noon")
        await hand.key(Qt.Key.Key_Return, CTRL)
        await hand.shown()
        await settle(hand)
        assert seen(space, space.result.preview) > 0.5, "the result has come into sight"
        QTest.keyClicks(prompt, "!")
        await settle(hand)
        assert seen(space, prompt) == 1, "where one types is in sight"

    drive(scenario)


def test_at_usual_sizes_everything_of_a_request_is_in_sight_at_once(drive: Drive, theme: Theme) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        (split,) = space.findChildren(RequestSplit)
        for size, zoom in (((1024, 640), 1.0), ((1280, 800), 1.0), ((1920, 1200), 1.5)):
            hand.window.resize(*size)
            theme.set_zoom(zoom)
            await settle(hand)
            for part in (space.bar, space.forecast, split):
                assert seen(space, part) == 1, (size, zoom, type(part).__name__)

    drive(scenario)


def test_an_example_opens_with_the_caret_behind_it_and_says_how_it_is_replaced(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_starter("Four mountain mornings")
        form = hand.space.editor.form
        await until(form.prompt.hasFocus, what="the keyboard is in the prompt")
        example = form.prompt.toPlainText()
        assert example
        assert not form.prompt.textCursor().hasSelection()
        assert form.prompt.textCursor().atEnd()
        assert "Ctrl+A" in form.prompt_row.hint
        QTest.keyClicks(form.prompt, ", snow")
        assert form.prompt.toPlainText() == f"{example}, snow"
        assert form.prompt_row.hint == "", "it is somebody's own text now"
        await hand.key(Qt.Key.Key_A, CTRL)
        QTest.keyClicks(form.prompt, "A fox")
        assert hand.space.walked.prompt == "A fox"

    drive(scenario)


def test_what_is_typed_replaces_an_example_that_nobody_asked_for(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        for open_it in (
            lambda: None,
            hand.window.open_new,
            lambda: hand.window.open_endpoint("emulator/chat"),
        ):
            open_it()
            form = hand.space.editor.form
            await until(form.prompt.hasFocus, what="the keyboard is in the prompt")
            await until(lambda form=form: form.prompt.toPlainText() != "", what="an example")
            QTest.keyClicks(form.prompt, "A fox")
            assert hand.space.document.arguments is not None
            assert "A fox" in hand.space.document.arguments.values()

    drive(scenario)


def seen(space: QWidget, part: QWidget) -> float:
    """Return how much of the height of a part of a request is in sight."""
    whole = QRect(part.mapTo(space, QPoint(0, 0)), part.size())
    return whole.intersected(space.rect()).height() / whole.height() if part.isVisible() else 0.0


def test_an_example_that_was_run_is_one_no_more(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_starter("Four mountain mornings")
        row = hand.space.editor.form.prompt_row
        await until(lambda: row.hint.startswith("example"), what="it says that it is an example")
        await hand.run(num_images=1, num_inference_steps=1)
        assert row.hint == ""
        await hand.ended()

    drive(scenario)
