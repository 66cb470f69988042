"""A file that stands as text is a chip wherever people read: in results, failures, logs and inputs."""

import base64
import random

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core import events as e
from fal_studio.core.call import CallState
from fal_studio.core.data_uris import named
from fal_studio.core.events import Event, FailureKind, FieldProblem
from fal_studio.ui.output.words import WordsView
from fal_studio.ui.queue.inputs_view import InputsView, shortened
from fal_studio.ui.queue.log_view import log_lines
from fal_studio.ui.stream.detail import DetailView
from fal_studio.ui.stream.rows import row_of
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.failure_words import account
from fal_studio.ui.widgets.json_display import Shown
from fal_studio.ui.widgets.json_display import shortened as shortened_json

URI = "data:image/png;base64," + "iVBORw0KGgo=" * 400
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(3000)).decode()
NAMED = "[image/png 3.6 KB]"


def test_bare_base64_is_named_by_how_it_begins_and_long_words_of_another_kind_are_left_alone() -> None:
    assert named(f"a {PNG} b {URI} c") == f"a [image/png 3.0 KB] b {NAMED} c"
    for text in ("x" * 5000, "0123456789" * 90, "abc/def/" * 100, "https://a.test/" + "Aa1" * 100):
        assert named(text) == text
    more = random.Random(2).randbytes(3000)
    for begin, kind in (
        (b"RIFF\x10\x20\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x20\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x10\x20\x00\x00AVI LIST", "encoded"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "image/jpeg"),
    ):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            assert named(f"a {encode(begin + more).decode()} b") == f"a [{kind} 3.0 KB] b"
    text = f'{{"text": "see {PNG} there, {URI[:2000]}."}}'
    shown = shortened_json(text)
    assert "iVBOR" not in shown.display
    assert [held.label for held in shown.held] == ["image/png  3.0 KB", "image/png  1.5 KB"]
    assert Shown(shown).text == text, "what is behind it is exact"


def test_events_name_files_in_rows_and_in_full_and_copy_them_whole(qtbot: QtBot, theme: Theme) -> None:
    said = e.Partial(0, {"text": f"see {URI} and {PNG} there"}, 9)
    for fact in (said, e.Log(f"got {URI}"), e.Failed(FailureKind.SERVER, f"no {PNG}"), e.Control("x", PNG)):
        assert "iVBOR" not in row_of(fact).preview
    window = QWidget()
    qtbot.addWidget(window)
    view = DetailView(window)
    view.show_event(0, Event("c", 0, 0, said))
    for form in ("pretty", "raw"):
        view.set_form(form)
        assert NAMED in view._text.toPlainText()
        assert "iVBOR" not in view._text.toPlainText()
    assert URI in view.whole


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
