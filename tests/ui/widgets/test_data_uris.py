"""A file that stands as text is a chip wherever people read: in results, failures, logs and inputs."""

from pytestqt.qtbot import QtBot

from fal_studio.core import events as e
from fal_studio.core.call import CallState
from fal_studio.core.events import FailureKind, FieldProblem
from fal_studio.ui.output.words import WordsView
from fal_studio.ui.queue.inputs_view import InputsView, shortened
from fal_studio.ui.queue.log_view import log_lines
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.failure_words import account

URI = "data:image/png;base64," + "iVBORw0KGgo=" * 400
NAMED = "[image/png 3.6 KB]"


def failure() -> e.Failed:
    field = FieldProblem(("image_url",), f"{URI} is no picture", "value_error")
    body = f'{{"detail": "{URI}"}}'
    return e.Failed(
        FailureKind.INPUT, f"image_url: {URI} is no picture", "", status=422, fields=(field,), body=body
    )


def test_no_wall_of_letters_is_shown(qtbot: QtBot, theme: Theme) -> None:
    words = WordsView()
    qtbot.addWidget(words)
    words.set_text(f"Here it is: {URI} as you wished.")
    words.render_now()
    assert words.toPlainText() == f"Here it is: {NAMED} as you wished."
    assert URI in words.text, "what is copied whole is what came"
    inputs = InputsView()
    qtbot.addWidget(inputs)
    inputs.show_inputs({"image_url": URI, "n": 1})
    told = account(failure(), CallState("c"), {"image_url": URI})
    for shown in (
        inputs.toPlainText(),
        shortened({"image_url": URI}),
        log_lines("0.1", "info", f"got {URI}")[0].text,
        told.title,
        told.line,
    ):
        assert NAMED in shown
        assert "iVBOR" not in shown
