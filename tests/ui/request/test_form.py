"""The form: what is typed is what is sent, nothing else is, and what is wrong is said where it is."""

import itertools
import json
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.events import FieldProblem
from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.core.schema.reading import read
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.form import Form
from fal_studio.ui.request.inputs.file import FileInput
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.null import NullInput
from fal_studio.ui.request.inputs.seed import SeedInput
from fal_studio.ui.request.inputs.size import SizeInput
from fal_studio.ui.request.inputs.text import placeholder
from fal_studio.ui.request.prompt import LONGEST
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.number_box import NumberBox, NumberLine
from fal_studio.ui.widgets.picker import Picker
from tests.core.schema.samples import NAMES, around, document, endpoint
from tests.ui.request.conftest import Fill, Filled, paths_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def retype(widget: QWidget, text: str) -> None:
    """Select all and type, as a person does."""
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    if not text.isascii():
        QApplication.clipboard().setText(text)
        QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    elif text:
        QTest.keyClicks(widget, text)
    else:
        QTest.keyClick(widget, Qt.Key.Key_Delete)


def pick(box: QWidget, words: str) -> None:
    """Choose a line of a list by its words."""
    assert isinstance(box, Picker)
    box.fill()
    index = box.findText(words)
    assert index >= 0, words
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_the_prompt_is_there_before_the_endpoint_is_known(qtbot: QtBot, theme: Theme) -> None:
    source = Document('{"prompt": "a heron"}')
    form = Form(source)
    qtbot.addWidget(form)
    form.set_schema(Schema())
    assert form.prompt.toPlainText() == "a heron"
    QTest.keyClicks(form.prompt, "s")
    assert source.arguments == {"prompt": "a herons"}


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ({"text": {"type": "string"}}, {"seed": 7, "text": "a heron"}),
        ({"text": {"type": "string"}, "prompt": {"type": "string"}}, {"seed": 7, "prompt": "a heron"}),
        ({"size": {"type": "integer"}}, {"prompt": "a heron", "seed": 7}),
    ],
)
def test_a_prompt_that_is_typed_before_the_endpoint_is_known_is_sent(
    given: dict[str, Any], arguments: dict[str, Any], qtbot: QtBot, theme: Theme
) -> None:
    source = Document("{}")
    form = Form(source)
    qtbot.addWidget(form)
    form.set_schema(Schema())
    QTest.keyClicks(form.prompt, "a heron")
    source.set_value("seed", 7)
    assert form.prompt.toPlainText() == "a heron"
    assert source.arguments == {"prompt": "a heron", "seed": 7}
    form.set_schema(read(around(given), "lab/model"))
    assert source.arguments == arguments
    if form.has_prompt:
        assert form.prompt.toPlainText() == "a heron"


def test_only_what_somebody_touched_is_sent(fill: Fill) -> None:
    filled = fill("picture")
    assert filled.arguments == {"prompt": "a heron in the reeds, ink on paper"}
    assert [name for name in ("steps", "image_size", "seed") if filled.row(name).is_sent] == []
    retype(filled.at("guidance_scale"), "7.5")
    assert filled.arguments["guidance_scale"] == 7.5
    assert filled.row("guidance_scale").is_sent
    filled.row("guidance_scale").reset()
    assert "guidance_scale" not in filled.arguments


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("3,5", 3.5), ("3.", 3.0), ("1e1", 10.0), ("-4", -4), ("abc", "abc"), ("１２", "１２"), ("1_0", "1_0"), ("nan", "nan")],
)  # fmt: skip
def test_what_is_typed_as_a_number_is_sent_as_it_reads(fill: Fill, text: str, value: Any) -> None:
    filled = fill("picture")
    line = filled.at("guidance_scale")
    retype(line, text)
    assert filled.arguments["guidance_scale"] == value
    assert type(filled.arguments["guidance_scale"]) is type(value)
    assert line.text() == text


def test_numbers_as_text_stay_text(fill: Fill) -> None:
    filled = fill("film")
    pick(filled.at("duration"), "10")
    pick(filled.at("fps"), "30")
    assert filled.arguments["duration"] == "10"
    assert filled.arguments["fps"] == 30


def test_a_small_range_is_stepped_within_its_bounds_and_shows_what_is_beyond(fill: Fill) -> None:
    filled = fill("picture")
    box = filled.at("num_images")
    assert isinstance(box, NumberBox)
    for _ in range(6):
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert filled.arguments["num_images"] == 4
    filled.source.set_value("num_images", 9)
    assert box.line.text() == "9"
    filled.form.check()
    assert filled.complaint("num_images") == "Must be 4 or less."


def test_a_slider_keeps_round_numbers(fill: Fill) -> None:
    filled = fill(
        {
            "a": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
            "b": {"type": "number", "minimum": 1, "maximum": 20},
        }
    )
    for name, step in (("a", 0.01), ("b", 0.1)):
        slider = filled.input(name).findChild(QWidget, "") and filled.input(name)._slider
        slider.setValue(slider.value() + 1)
        value = filled.arguments[name]
        assert value == pytest.approx((0.5 if name == "a" else 1) + step)
        assert len(str(value)) <= 4


def test_free_text_is_taken_beside_the_choices(fill: Fill) -> None:
    filled = fill("film")
    box = filled.at("aspect_ratio")
    retype(box, "21:9")
    assert filled.arguments["aspect_ratio"] == "21:9"
    retype(box, "1:1")
    assert filled.arguments["aspect_ratio"] == "1:1"
    chat = fill("chat")
    retype(chat.at("max_tokens"), "300")
    assert chat.arguments["max_tokens"] == 300
    retype(chat.at("max_tokens"), "auto")
    assert chat.arguments["max_tokens"] == "auto"


def test_a_check_tells_on_off_and_default(fill: Fill) -> None:
    filled = fill("training")
    box = filled.at("create_masks")
    assert isinstance(box, QCheckBox)
    assert box.text() == "on, default"
    box.click()
    assert filled.arguments["create_masks"] is False
    assert box.text() == "off"


def test_a_size_is_a_preset_or_sides_that_can_be_swapped(fill: Fill) -> None:
    filled = fill("picture")
    size = filled.input("image_size")
    assert isinstance(size, SizeInput)
    pick(size.focus_widget(), "portrait_16_9")
    assert filled.arguments["image_size"] == "portrait_16_9"
    pick(size.focus_widget(), "custom")
    assert filled.arguments["image_size"] == {"width": 576, "height": 1024}
    retype(filled.at("image_size", "width"), "800")
    assert filled.arguments["image_size"] == {"width": 800, "height": 1024}
    size._sides.swap.click()
    assert filled.arguments["image_size"] == {"width": 1024, "height": 800}
    plain = fill("training")
    retype(plain.at("frame_size", "height"), "640")
    assert plain.arguments["frame_size"]["height"] == 640


def test_a_seed_is_fixed_of_any_size_or_left_to_the_model(fill: Fill) -> None:
    filled = fill("picture")
    seed = filled.input("seed")
    assert isinstance(seed, SeedInput)
    retype(filled.at("seed"), "123456789012345678901234567890")
    assert filled.arguments["seed"] == 123456789012345678901234567890
    seed._ways.chosen.emit("random")
    assert "seed" not in filled.arguments
    filled.form.set_last_seed(424242)
    assert seed._again.isVisible()
    seed._again.click()
    assert filled.arguments["seed"] == 424242
    assert not seed._again.isVisible()


def test_a_seed_that_has_a_default_is_thrown_and_written_down(fill: Fill) -> None:
    filled = fill("training")
    seed = filled.input("seed")
    assert isinstance(seed, SeedInput)
    assert seed._ways is None
    seed._throw()
    assert isinstance(filled.arguments["seed"], int)


def test_null_is_sent_where_it_is_allowed_and_given_back(fill: Fill) -> None:
    filled = fill("film")
    row = filled.row("tail_image_url")
    row.send_null()
    assert filled.arguments["tail_image_url"] is None
    assert isinstance(filled.input("tail_image_url"), NullInput)
    filled.input("tail_image_url").focus_widget().click()
    assert "tail_image_url" not in filled.arguments
    assert isinstance(filled.input("tail_image_url"), FileInput)
    filled.row("duration").send_null()
    assert "duration" not in filled.arguments


def test_a_value_of_another_shape_is_shown_as_json_and_not_lost(fill: Fill) -> None:
    filled = fill("picture", {"prompt": "x", "steps": [1, 2], "loras": "none", "image_size": {"wide": 3}})
    before = dict(filled.arguments)
    for name in ("steps", "image_size"):
        assert isinstance(filled.input(name), JsonInput)
        assert json.loads(filled.input(name).focus_widget().toPlainText()) == before[name]
    assert isinstance(filled.row("loras").body, JsonInput)
    assert filled.arguments == before
    filled.source.set_value("steps", 5)
    assert not isinstance(filled.input("steps"), JsonInput)


def test_json_that_cannot_be_read_is_named_and_not_sent(fill: Fill) -> None:
    filled = fill({"any": {}, "x": {"type": "string"}}, {"any": {"a": 1}})
    edit = filled.at("any")
    assert isinstance(edit, QPlainTextEdit)
    edit.setPlainText('{"a": }')
    assert filled.arguments["any"] == {"a": 1}
    assert "value belongs here" in filled.complaint("any")
    edit.setPlainText("[1]")
    assert filled.arguments["any"] == [1]
    assert filled.complaint("any") == ""
    edit.setPlainText("")
    assert "any" not in filled.arguments


def test_items_are_added_filled_moved_and_taken_out(fill: Fill) -> None:
    filled = fill("picture")
    loras = filled.row("loras")
    loras.open()
    loras.body.add()
    assert filled.arguments["loras"] == [{"path": ""}]
    retype(filled.at("loras", 0, "path"), "https://x.y/a.safetensors")
    loras.body.add()
    retype(filled.at("loras", 1, "path"), "b")
    retype(filled.at("loras", 1, "scale"), "2")
    assert filled.arguments["loras"] == [{"path": "https://x.y/a.safetensors"}, {"path": "b", "scale": 2}]
    loras.body._items[1].move_wanted.emit(1, 0)
    assert [lora["path"] for lora in filled.arguments["loras"]] == ["b", "https://x.y/a.safetensors"]
    loras.body._items[0].remove_wanted.emit(0)
    assert filled.arguments["loras"] == [{"path": "https://x.y/a.safetensors"}]
    loras.reset()
    assert "loras" not in filled.arguments


def test_a_list_of_texts_has_a_line_for_each(fill: Fill) -> None:
    filled = fill("training", {"images_data_url": "x", "steps": 100, "samples": ["a", "b", "c"]})
    samples = filled.row("samples")
    assert samples.is_open
    assert not samples.body._add.isEnabled()
    retype(filled.at("samples", 1), "B")
    assert filled.arguments["samples"] == ["a", "B", "c"]


def test_an_edit_inside_a_default_sends_all_of_the_default(fill: Fill) -> None:
    filled = fill("speech")
    retype(filled.at("voice_setting", "speed"), "1.5")
    assert filled.arguments["voice_setting"] == {"voice_id": "Calm", "speed": 1.5}
    filled.row("voice_setting").reset()
    pick(filled.at("audio_setting", "channel"), "2")
    assert filled.arguments["audio_setting"] == {"channel": 2}


def test_entries_of_a_map_are_named_and_filled(fill: Fill) -> None:
    filled = fill("chat")
    metadata = filled.row("metadata")
    metadata.open()
    metadata.body.add()
    key = QApplication.focusWidget()
    assert isinstance(key, QLineEdit)
    retype(key, "author")
    QTest.keyClick(key, Qt.Key.Key_Return)
    assert filled.arguments["metadata"] == {"author": ""}
    retype(filled.at("metadata", "author"), "me")
    metadata.body.add()
    second = QApplication.focusWidget()
    retype(second, "author")
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert filled.arguments["metadata"] == {"author": "me", "name": ""}
    metadata.body._entries[0].remove_wanted.emit()
    assert filled.arguments["metadata"] == {"name": ""}


def test_one_of_several_forms_is_chosen_and_keeps_what_it_can(fill: Fill) -> None:
    filled = fill("chat")
    stop = filled.input("stop")
    retype(stop._body.focus_widget(), "END")
    assert filled.arguments["stop"] == "END"
    pick(stop.head_widget(), "list of texts")
    assert filled.arguments["stop"] == ["END"]
    pick(stop.head_widget(), "text")
    assert filled.arguments["stop"] == "END"
    response = filled.input("response_format")
    pick(response.head_widget(), "As JSON")
    assert filled.arguments["response_format"] == {"type": "json", "schema": {}}
    filled.source.set_value("response_format", {"type": "text"})
    assert response._forms.words() == "As text"


def test_messages_with_parts_are_edited_down_to_the_last_word(fill: Fill) -> None:
    filled = fill(
        "chat",
        {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]},
        height=1400,
    )
    part = filled.at("messages", 0, "content", 0, "text")
    retype(part, "hello")
    assert filled.arguments["messages"][0]["content"][0] == {"type": "text", "text": "hello"}


def test_a_file_is_a_url_a_choice_or_a_drop(fill: Fill, qtbot: QtBot) -> None:
    filled = fill("film")
    control = filled.form.file_input(("image_url",))
    assert control is not None
    with qtbot.waitSignal(filled.form.file_wanted) as wanted:
        control.choose.click()
    assert wanted.args == [("image_url",), "upload"]
    drop = QMimeData()
    drop.setUrls([QUrl.fromLocalFile("/tmp/boat ä.png")])
    with qtbot.waitSignal(filled.form.file_dropped) as dropped:
        control.dropEvent(_drop(drop))
    assert dropped.args == ["/tmp/boat ä.png", ("image_url",)]
    link = QMimeData()
    link.setText("https://example.com/new.png")
    control.dropEvent(_drop(link))
    assert filled.arguments["image_url"] == "https://example.com/new.png"
    control.set_progress(0.4, "4 of 10 MB")
    control.set_preview(QImage(8, 8, QImage.Format.Format_RGB32))
    control.set_problem("The picture is too small.")
    assert filled.complaint("image_url") == "The picture is too small."
    control.set_problem("")
    control.set_progress(None)
    assert filled.complaint("image_url") == ""


def _drop(data: QMimeData) -> QDropEvent:
    return QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )


def test_a_file_in_the_request_itself_is_shown_by_type_and_size(fill: Fill) -> None:
    filled = fill("film", {"prompt": "x", "image_url": "data:image/png;base64," + "A" * 40_000})
    control = filled.input("image_url")
    assert control._chip.isVisible()
    assert control._chip.text() == "30 KB in request"
    control._chip.close_wanted.emit()
    assert "image_url" not in filled.arguments


def test_files_of_a_list_are_wanted_at_their_place(fill: Fill, qtbot: QtBot) -> None:
    filled = fill("training", {"images_data_url": "x", "steps": 100, "image_urls": ["a", "b"]})
    control = filled.form.file_input(("image_urls", 1))
    assert control is not None
    with qtbot.waitSignal(filled.form.file_wanted) as wanted:
        control.choose.click()
    assert wanted.args == [("image_urls", 1), "upload"]


def test_what_the_schema_forbids_is_said_at_its_row(fill: Fill) -> None:
    filled = fill(
        "picture",
        {"prompt": "x" * 1001, "steps": 99, "loras": [{"path": "a", "scale": 9}], "output_format": "gif"},
    )
    filled.form.check()
    assert filled.complaint("prompt") == "Takes at most 1000 characters; these are 1001."
    assert filled.complaint("steps") == "Must be 50 or less."
    assert filled.form._advanced.problem() == "1 field with a problem"
    assert filled.row("loras").body._items[0]._head.problem() == "1 problem"
    scale = filled.at("loras", 0, "scale")
    assert scale.accessibleDescription().startswith("Must be 4 or less.")
    assert filled.row("steps").focus_widget().accessibleDescription().startswith("Must be 50 or less.")
    filled.source.set_value("steps", 20)
    filled.form.check()
    assert filled.complaint("steps") == ""
    assert "Must be" not in filled.row("steps").focus_widget().accessibleDescription()


def test_what_is_not_filled_in_yet_is_no_mistake(fill: Fill) -> None:
    filled = fill("film", {"prompt": ""})
    filled.form.check()
    assert filled.form.problems == ()
    assert filled.complaint("prompt") == ""


def test_what_fal_refuses_is_said_at_its_field_until_it_changes(fill: Fill) -> None:
    filled = fill(
        "picture",
        {
            "prompt": "x",
            "image_size": {"width": 9, "height": 9},
            "loras": [{"path": "a"}],
            "guidance_scale": 35,
        },
    )
    filled.form.show_problems(
        [
            FieldProblem(("guidance_scale",), "Input should be less than or equal to 20", "less_than_equal", {"le": 20.0}),
            FieldProblem(("image_size", "ImageSize", "width"), "Input should be a multiple of 8", "multiple_of", {"multiple_of": 8}),
            FieldProblem(("loras", 0, "path"), "The weights could not be loaded.", "file_download_error"),
            FieldProblem(("enable_safety_checker",), "Cannot be turned off.", "value_error"),
            FieldProblem(("image_size",), "Too small.", "image_too_small"),
        ]
    )  # fmt: skip
    assert filled.complaint("guidance_scale") == "Must be 20 or less."
    assert filled.complaint("image_size") == "width: Must be a multiple of 8. Too small."
    assert filled.at("image_size", "width").accessibleDescription().startswith("Must be a multiple of 8.")
    assert filled.form._advanced.problem() == "1 field with a problem"
    assert (
        filled.at("loras", 0, "path").accessibleDescription().startswith("The weights could not be loaded.")
    )
    filled.source.set_value("guidance_scale", 19)
    filled.form.check()
    assert filled.complaint("guidance_scale") == ""
    assert filled.complaint("enable_safety_checker") == "Cannot be turned off."


def test_what_was_mended_before_fal_refused_it_is_not_marked(fill: Fill) -> None:
    filled = fill("picture", {"prompt": "x", "guidance_scale": 35, "num_images": 9})
    refused = [
        FieldProblem((name,), "Input should be less", "less_than_equal", {"le": 4.0})
        for name in ("guidance_scale", "num_images")
    ]
    sent = dict(filled.arguments)
    filled.source.set_value("guidance_scale", 3)
    filled.form.show_problems(refused, sent)
    assert filled.complaint("guidance_scale") == ""
    assert filled.complaint("num_images") == "Must be 4 or less."


def test_a_size_that_no_picture_has_is_shown_as_it_is(fill: Fill) -> None:
    filled = fill("picture", {"prompt": "x"})
    for wide, high in ((10**400, 1), (1, 10**400), (10**9, 10**9)):
        filled.source.set_value("image_size", {"width": wide, "height": high})
        assert filled.arguments["image_size"] == {"width": wide, "height": high}
    filled.source.set_value("image_size", {"width": 640, "height": 480})
    box = filled.input("image_size")
    assert isinstance(box, SizeInput)
    assert box._words.text() == "640 × 480"


def test_a_long_example_is_shown_by_its_beginning() -> None:
    address = (
        "https://storage.googleapis.com/falserverless/model_tests/a/very/long/path/to/an/example/picture.png"
    )
    field = Field("mask", FieldKind.TEXT, examples=(address,))
    assert placeholder(field).startswith("for example: https://storage.googleapis.com/")
    assert placeholder(field).endswith("…")
    assert placeholder(Field("name", FieldKind.TEXT, examples=("two  words",))) == "for example: two words"


def test_letters_that_are_composed_do_not_go_into_a_text_that_is_not_shown(fill: Fill) -> None:
    filled = fill("picture", {"prompt": "x" * (LONGEST + 1)})
    composed = QInputMethodEvent()
    composed.setCommitString("字")
    QApplication.sendEvent(filled.form.prompt, composed)
    assert filled.form.prompt.toPlainText() == ""
    filled.source.set_value("prompt", "short")
    QApplication.sendEvent(filled.form.prompt, composed)
    assert "字" in filled.arguments["prompt"]


def test_the_fold_says_how_much_of_it_is_sent_and_opens_for_a_place_inside(fill: Fill) -> None:
    filled = fill("picture")
    head = filled.form._advanced
    assert head.note() == "2 fields, all default, not sent"
    assert not head.isChecked()
    filled.source.set_value("output_format", "png")
    assert head.note() == "2 fields, 1 sent"
    assert filled.form.go_to("output_format")
    assert head.isChecked()
    assert QApplication.focusWidget().accessibleName() == "output_format"
    assert not filled.form.go_to("nowhere")


def test_what_the_document_does_not_know_stays_and_is_told(fill: Fill) -> None:
    filled = fill("picture", {"prompt": "x", "strange": {"a": 1}, "loras": [{"path": "p", "weight": 3}]})
    retype(filled.at("guidance_scale"), "5")
    retype(filled.at("loras", 0, "path"), "q")
    assert filled.arguments["strange"] == {"a": 1}
    assert filled.arguments["loras"] == [{"path": "q", "weight": 3}]
    assert "strange" in filled.form._note.text()


def test_broken_json_locks_the_form_and_loses_nothing(fill: Fill, qtbot: QtBot) -> None:
    filled = fill("picture")
    filled.source.set_text('{"prompt": "x", ')
    assert filled.form.prompt.isReadOnly()
    assert not filled.row("steps").isEnabled()
    assert filled.form._broken.isVisible()
    with qtbot.waitSignal(filled.form.json_wanted):
        filled.form._broken._button.click()
    filled.source.set_text('{"prompt": "y"}')
    assert filled.form.prompt.toPlainText() == "y"
    assert filled.row("steps").isEnabled()


def test_a_press_on_the_dot_leaves_a_field_out(fill: Fill) -> None:
    filled = fill("picture", {"prompt": "x", "steps": 5})
    row = filled.row("steps")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(18, 14))
    assert "steps" not in filled.arguments
    filled.source.set_value("steps", 6)
    filled.at("steps")
    filled.form.reset_field()
    assert "steps" not in filled.arguments
    filled.at("prompt")
    filled.form.reset_field()
    assert filled.arguments["prompt"] == "x"


def test_the_menu_of_a_row_offers_default_and_null(fill: Fill) -> None:
    filled = fill("film", {"prompt": "x", "image_url": "y", "tail_image_url": "z"})
    menu = filled.row("tail_image_url").menu()
    assert [action.text() for action in menu.actions()] == ["Do not send", "Send null"]
    menu.actions()[1].trigger()
    assert filled.arguments["tail_image_url"] is None
    menu.deleteLater()
    other = filled.row("duration").menu()
    assert [action.text() for action in other.actions()] == ["Use the default", "Send the default"]
    other.actions()[1].trigger()
    assert filled.arguments["duration"] == "5"
    other.deleteLater()


def test_help_tells_of_the_field_in_focus(fill: Fill) -> None:
    filled = fill("picture")
    filled.at("seed")
    assert "Random sends no seed" in filled.form._help.text()
    filled.at("guidance_scale")
    assert "number, above 0 to 20, default 3.5" in filled.form._help.text()
    filled.at("prompt")
    assert "characters, sent as typed" in filled.form._help.text()


def test_help_is_whole_and_the_fields_stay_where_they_are(fill: Fill, qtbot: QtBot) -> None:
    long = "What this is for is told in many words, since there is much to be said about it. " * 3
    properties = {name: {"type": "string", "description": f"{name}."} for name in ("prompt", "one", "two")}
    properties["two"]["description"] = long
    filled = fill(properties, {"prompt": "a", "one": "b", "two": "c"})
    form, strip, area = filled.form, filled.form._help, filled.form._area
    filled.at("one").setFocus()
    qtbot.wait(1)
    rows = [filled.row(name) for name in ("one", "two")]
    before = [(row.mapTo(form, row.rect().topLeft()), row.size()) for row in rows]
    low = strip.height()
    filled.at("two").setFocus()
    qtbot.wait(1)
    words = strip._first
    assert strip.height() > low
    assert words.height() == words.heightForWidth(words.width()), "nothing is left out"
    assert [(row.mapTo(form, row.rect().topLeft()), row.size()) for row in rows] == before
    assert area.verticalScrollBar().maximum() == strip.height() - low, (
        "what it covers is reached by scrolling"
    )
    filled.at("one").setFocus()
    qtbot.wait(1)
    assert strip.height() == low
    assert area.verticalScrollBar().maximum() == 0


def test_help_never_takes_more_than_a_third_of_a_low_form(fill: Fill, qtbot: QtBot) -> None:
    long = "What this is for is told in many words, since there is much to be said about it. " * 30
    properties = {"one": {"type": "string", "description": long}}
    filled = fill(properties, {"one": "b"}, height=300)
    filled.at("one").setFocus()
    qtbot.wait(1)
    assert filled.form._help.height() <= 100
    assert long.strip() in filled.form._help._first.toolTip()


def test_help_follows_a_value_that_changes_while_the_focus_is_elsewhere(fill: Fill, qtbot: QtBot) -> None:
    filled = fill("picture")
    filled.at("prompt").clearFocus()
    elsewhere = QLineEdit()
    qtbot.addWidget(elsewhere)
    elsewhere.show()
    elsewhere.activateWindow()
    elsewhere.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is elsewhere)
    filled.source.set_text('{"prompt": "a bee"}')
    assert "5 characters, sent as typed" in filled.form._help.text()


def test_a_document_without_fields_leads_to_the_json(fill: Fill, qtbot: QtBot) -> None:
    filled = fill("no_fields", {"anything": 1})
    assert filled.form.first_widget() is not None
    assert filled.arguments == {"anything": 1}


@pytest.mark.parametrize("name", NAMES)
def test_opening_a_form_changes_nothing(fill: Fill, qtbot: QtBot, name: str) -> None:
    schema = read(document(name), endpoint(name))
    for arguments in (schema.example(), schema.filled(), {field.name: None for field in schema.fields}):
        filled = fill.show(schema, arguments, 400, 900)  # type: ignore[attr-defined]
        filled.form._advanced.setChecked(True)
        for row in list(filled.form._rows):
            row.build()
            if hasattr(row, "open"):
                row.open()
        filled.form.check()
        assert filled.source.text == json.dumps(arguments, indent=2, ensure_ascii=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_comes_back_from_its_control(fill: Fill, name: str) -> None:
    """Reveal every place of the example values: each has a control of its own, and looking changes nothing."""
    schema = read(document(name), endpoint(name))
    filled = fill.show(schema, schema.filled(), 400, 900)  # type: ignore[attr-defined]
    before = filled.source.text
    for path in paths_of(filled.arguments):
        if filled.form.schema.field(str(path[0])) is not None:
            assert filled.form.go_to(path)
    assert filled.source.text == before


def _every_named(form: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in form.findChildren(QWidget)
        if widget.isVisibleTo(form) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not _name(widget)
    ]


def _name(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return widget.accessibleName() or (parent.accessibleName() if parent is not None else "")


@pytest.mark.parametrize("name", [*NAMES])
def test_every_control_has_a_name_and_is_large_enough(fill: Fill, name: str) -> None:
    schema = read(document(name), endpoint(name))
    filled = fill.show(schema, schema.filled(), 400, 900)  # type: ignore[attr-defined]
    open_all(filled)
    assert _every_named(filled.form) == []
    small = [
        f"{type(widget).__name__} {widget.accessibleName()} {widget.width()}x{widget.height()}"
        for widget in filled.form.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.ClickFocus and min(widget.width(), widget.height()) < 24
        and not isinstance(widget.parentWidget(), NumberBox)
    ]  # fmt: skip
    assert small == []


def open_all(filled: Filled) -> None:
    filled.form._advanced.setChecked(True)
    for row in list(filled.form._rows):
        row.build()
        if hasattr(row, "open"):
            row.open()
    # Layouts inside layouts ask each other until all agree.
    for _ in range(5):
        QApplication.processEvents()


@pytest.mark.parametrize(("width", "zoom"), [(352, 1.0), (400, 1.0), (440, 2.0)])
def test_nothing_is_cut_off_in_a_narrow_editor_or_with_large_text(
    fill: Fill, theme: Any, width: int, zoom: float
) -> None:
    theme.set_zoom(zoom)
    try:
        for name in ("picture", "film", "speech", "training"):
            schema = read(document(name), endpoint(name))
            filled = fill.show(schema, schema.filled(), width, 700)  # type: ignore[attr-defined]
            open_all(filled)
            inner = filled.form._inner
            assert inner.width() <= filled.form._area.viewport().width()
            for widget in inner.findChildren(QWidget):
                if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    right = widget.mapTo(inner, QPoint(widget.width(), 0)).x()
                    assert right <= inner.width(), f"{name}: {widget.accessibleName()} ends at {right}"
    finally:
        theme.set_zoom(1.0)


def test_the_tab_key_walks_as_the_eye_does(fill: Fill) -> None:
    filled = fill("film", height=900)
    filled.source.set_value("camera", {"type": "pan"})
    open_all(filled)
    filled.form._set_tab_order()
    filled.form.first_widget().setFocus()
    seen: list[int] = []
    first = QApplication.focusWidget()
    for _ in range(60):
        widget = QApplication.focusWidget()
        seen.append(widget.mapTo(filled.form._inner, QPoint(0, 0)).y())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is first or not filled.form._inner.isAncestorOf(
            QApplication.focusWidget()
        ):
            break
    assert len(seen) > 12
    # Controls of one row differ by some pixels.
    assert all(after > before - 8 for before, after in itertools.pairwise(seen)), seen


def test_kinds_without_a_control_of_their_own_do_not_exist(theme: Any, qtbot: QtBot) -> None:
    from fal_studio.core.schema.field import Field
    from fal_studio.ui.request.inputs.make import FormMaker

    text = Field("x", FieldKind.TEXT)
    for kind in FieldKind:
        field = Field("x", kind, choices=("a",), item=text, fields=(text, text))
        if kind not in (FieldKind.SIZE, FieldKind.VARIANT):
            control = FormMaker().input(field, 0)
            qtbot.addWidget(control)
            assert control.focus_widget() is not None


def test_another_endpoint_takes_over_the_form(fill: Fill) -> None:
    filled = fill("picture")
    filled.form.set_schema(read(document("film"), endpoint("film")))
    assert filled.form.row("loras") is None
    assert filled.form.row("duration") is not None
    filled.form.set_schema(read(around({"a": {"type": "string"}}), "lab/model"))
    assert filled.form.row("duration") is None
    assert filled.form.first_widget().accessibleName() == "a"


def test_a_value_of_a_map_has_its_forms_to_choose_from(fill: Fill) -> None:
    form = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]}
    it = fill({"parts": {"type": "object", "additionalProperties": form}}, {"parts": {"one": "x"}})
    assert it.form.go_to(("parts", "one"))
    chooser = next(each for each in it.row("parts").findChildren(Picker) if each.accessibleName() == "one")
    assert chooser.isVisible()
    assert chooser.words() == "text"
    chooser.picked.emit(1)
    assert it.arguments == {"parts": {"one": []}}
    it.source.set_value(("parts", "one"), [0.5])
    assert chooser.words() == "list of numbers"
    it.source.set_value(("parts", "one"), "y")
    left = [each for each in it.row("parts").findChildren(Picker) if each.isVisible()]
    assert [each.accessibleName() for each in left] == ["one"]


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"minimum": 0, "maximum": 1}, 0.0005),
        ({"minimum": 0, "maximum": 1}, 0.123456),
        ({"minimum": 0, "maximum": 0.01, "multipleOf": 0.00001}, 0.00123),
    ],
)
def test_the_number_beside_a_slider_is_never_cut(fill: Fill, node: dict[str, Any], value: float) -> None:
    it = fill({"strength": {"type": "number", **node}}, {"strength": 0.5})
    line = it.row("strength").findChild(NumberLine)
    assert line is not None
    it.source.set_value("strength", value)
    it.form.grab()
    assert line.text() == str(value)
    room = line.width() - line.textMargins().left() - line.textMargins().right()
    assert line.fontMetrics().horizontalAdvance(line.text()) + 16 <= room
    before = line.width()
    it.source.set_value("strength", 0.5)
    assert line.width() == before
