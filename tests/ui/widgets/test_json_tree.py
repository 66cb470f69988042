"""A JSON tree: lazy rows, groups of long lists, search in slices, JSONPath, copies; a large result opens as a tree."""

import json
import shutil
import threading
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpath_ng import parse
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from fal_studio.core.json_paths import Path, path_text
from fal_studio.core.request import Json
from fal_studio.ui.output import json_writing, path_asking, tree_search
from fal_studio.ui.output.json_page import JsonPage
from fal_studio.ui.output.path_naming import MOST, named_by
from fal_studio.ui.output.tree_model import GROUP, TOLD, Told, TreeModel
from fal_studio.ui.output.tree_search import Search
from fal_studio.ui.theme import Theme

URI = "data:image/png;base64," + "A" * 40_000
IMAGES: Json = [{"url": URI, "width": 1024}, {"url": "https://x/needle.png", "width": 512}]
VALUE: Json = {
    "images": IMAGES,
    "odd key": {'a"b\\': None, "": True, "needle": 1.5},
    "prompt": "word " * 400,
    "numbers": list(range(250_000)),
}
KEYS = st.text(max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def told(index: QModelIndex) -> Told:
    return cast("Told", index.data(TOLD))


def places(value: Json, here: Path = ()) -> list[Path]:
    found = [here]
    for key, item in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += places(item, (*here, key))
    return found


def at(value: Json, path: Path) -> Json:
    for step in path:
        if isinstance(value, dict):
            value = value[str(step)]
        else:
            assert isinstance(value, list)
            value = value[int(step)]
    return value


@settings(max_examples=25, deadline=None)
@given(VALUES)
def test_every_place_is_found_and_named_again(value: Json) -> None:
    model = TreeModel()
    model.show(value)
    for path in places(value):
        index = model.find(path)
        assert model.path_at(index) == path
        assert model.value_at(index) == at(value, path)
    assert not model.find((*path, "nowhere")).isValid()


@pytest.mark.parametrize("path", [("a",), ("a b", 0, "it's"), ('q"u\\', 2), ("é", "b-c")])
def test_a_path_is_the_jsonpath_that_finds_the_value(path: Path) -> None:
    value: Json = "here"
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [None] * step + [value]
    assert [found.value for found in parse(path_text(path)).find(value)] == ["here"]
    assert named_by(path_text(path), value) == [path]


def test_qt_agrees_that_it_is_a_model(theme: Theme) -> None:
    model = TreeModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show({"a": [1, {"b": []}], "c": list(range(1200))})
    model.find(("c", 1100))
    model.show([])
    model.clear()


def test_rows_are_made_when_they_are_opened_and_say_little(theme: Theme) -> None:
    model = TreeModel()
    assert isinstance(VALUE, dict)
    model.show({**VALUE, "numbers": list(range(2_500_000))})
    root = model.index(0, 0)
    numbers = model.find(("numbers",))
    assert told(root) == Told("$", "{images, odd key, prompt, numbers}", "inside", "4 keys")
    assert told(numbers).aside == "2,500,000 items"
    assert model.rowCount(numbers) == 3
    assert told(model.index(2, 0, numbers)).key == "2,000,000 … 2,499,999"
    assert model.rowCount(model.index(2, 0, numbers)) == 500
    deep = model.find(("numbers", 2_345_678))
    assert (told(deep).key, told(deep).text) == ("2345678", "2345678")
    assert len(model._entries) < 4 * GROUP
    chip = told(model.find(("images", 0, "url")))
    assert chip == Told("url", "image/png  30 KB", "chip")
    words = told(model.find(("prompt",)))
    assert len(words.text) < 210
    assert words.aside == "2,000 characters"


def test_a_search_comes_to_its_places_in_slices() -> None:
    search = Search(VALUE, "NEEDLE", matches_case=False)
    slices = 0
    while not search.is_done and slices < 3:
        search.go_on(0)
        slices += 1
    assert slices == 3, "a slice looks at some values, not at all of them"
    assert search.found == [("images", 1, "url"), ("odd key", "needle")]
    part: Json = {"images": IMAGES, "yes": True, "no": [None]}
    for words, matches_case, wanted in (
        ("Needle", True, []),
        ("AAAAAA", True, [("images", 0, "url")]),
        ("image/PNG", False, [("images", 0, "url")]),
        ("null", True, [("no", 0)]),
        ("512", True, [("images", 1, "width")]),
    ):
        search = Search(part, words, matches_case=matches_case)
        search.go_on(60)
        assert (search.is_done, search.found) == (True, wanted)
    many = Search(["x"] * 30_000, "x", matches_case=True)
    many.go_on(60)
    assert len(many.found) == tree_search.MOST + 1


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> JsonPage:
    it = JsonPage("Result as JSON")
    it.resize(700, 400)
    qtbot.addWidget(it)
    with qtbot.waitActive(it):
        it.show()
        it.activateWindow()
    return it


def test_a_large_result_opens_as_a_tree_and_is_walked_with_the_keys(page: JsonPage, qtbot: QtBot) -> None:
    copied: list[str] = []
    page.copy_wanted.connect(copied.append)
    page.show_value({"a": 1}, "")
    assert page.form == "text"
    page.show_value(VALUE, "")
    assert page.form == "tree"
    assert not page.code.is_writing
    assert page.code.text == "", "nobody asked for the text"
    tree = page.tree
    tree.view.setFocus()
    QTest.keyClicks(tree.view, "/")
    assert tree.bar.field.hasFocus()
    QTest.keyClicks(tree.bar.field, "needle")
    qtbot.waitUntil(lambda: tree.bar.count.text() == "1 of 2" and not tree.is_searching, timeout=60_000)
    assert tree.model.path_at(tree.view.currentIndex()) == ("images", 1, "url")
    QTest.keyClick(tree.bar.field, Qt.Key.Key_Return)
    assert tree.bar.count.text() == "2 of 2"
    page.find_step(1)
    assert tree.bar.count.text() == "1 of 2"
    QTest.keyClick(tree.bar.field, Qt.Key.Key_Escape)
    assert tree.view.hasFocus()
    assert not tree.bar.isVisible()
    QTest.keyClicks(tree.view, "p")
    QTest.keyClick(tree.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(tree.view, Qt.Key.Key_Up)
    QTest.keyClick(tree.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied[:2] == ["$.images[1].url", "https://x/needle.png"]
    assert json.loads(copied[2]) == {"url": "https://x/needle.png", "width": 512}
    tree.view.go_to(("numbers",))
    QTest.keyClick(tree.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert page._copied.text() == "Copying …", "a large one is written in a thread"
    assert page._stop.isVisible()
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("as it was")
    QTest.keyClick(page._stop, Qt.Key.Key_Escape)
    assert page._copied.text() == "Not copied: stopped"
    assert not page._stop.isVisible()
    told: list[str] = []
    tree.copying.told.connect(told.append)
    assert clipboard.text() == "as it was"
    QTest.keyClick(tree.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page._copied.text().startswith("Copied 2"), timeout=60_000)
    assert [words for words in told if "so far" in words]
    assert json.loads(clipboard.text()) == list(range(250_000))
    page.copy_all()
    qtbot.waitUntil(lambda: clipboard.text().startswith("{"), timeout=60_000)
    assert json.loads(clipboard.text()) == VALUE
    assert len(copied) == 3


def test_a_jsonpath_leads_from_place_to_place(
    page: JsonPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    monkeypatch.setattr(
        path_asking,
        "named_by",
        lambda text, value: (threads.add(threading.get_ident()), named_by(text, value))[1],
    )
    page.show_value({"images": [{"url": "a"}, {"url": "b"}]}, "")
    page.forms.findChildren(QAbstractButton)[0].click()
    field, tree = page.tree.path, page.tree
    QTest.keyClicks(field, "$.images[*].url")
    for told_now, place in (
        ("1 of 2", ("images", 0, "url")),
        ("2 of 2", ("images", 1, "url")),
        ("1 of 2", ("images", 0, "url")),
    ):
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda told_now=told_now: tree.told.text() == told_now, timeout=20_000)
        assert tree.model.path_at(tree.view.currentIndex()) == place
    assert threads
    assert threading.get_ident() not in threads
    field.setText("$.nowhere")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tree.told.text() == "no match", timeout=20_000)
    field.setText("$.[")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "no JSONPath" in field.toolTip(), timeout=20_000)
    page.show_value({"images": [{"url": "c"}]}, "")
    assert page.form == "tree", "who chose the tree keeps it"
    assert page.text == json.dumps({"images": [{"url": "c"}]}, indent=2)


def test_a_jsonpath_through_a_large_value_is_followed_in_a_process_that_can_be_ended(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = path_asking.Asking()
    found: list[object] = []
    asking.answered.connect(found.append)

    def answer(text: str, value: Json) -> object:
        found.clear()
        asking.ask(text, value)
        qtbot.waitUntil(lambda: bool(found), timeout=120_000)
        assert not asking.is_busy
        return found[0]

    here: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(
            path_asking, "named_by", lambda text, value: (here.append(text), named_by(text, value))[1]
        )
        assert answer("$.images[*].url", VALUE) == [("images", 0, "url"), ("images", 1, "url")]
        assert answer("$['odd key'][''] ", VALUE) == [("odd key", "")]
        assert answer("$.numbers[*]", VALUE) == [("numbers", number) for number in range(MOST + 1)]
        assert "no JSONPath" in str(answer("$.[", VALUE))
        assert not here, "none of them was followed here"
        odd: Json = {"numbers": [*range(30_000), float("nan")]}
        assert answer("$.numbers[30000]", odd) == [("numbers", 30_000)]
        assert here == ["$.numbers[30000]"], "NaN cannot be handed over"
        for program, why in (("/nowhere/python", "could not be started"), (shutil.which("true"), "ended")):
            patched.setattr(path_asking.sys, "executable", program)
            assert why in str(answer("$.numbers[0]", VALUE))
    found.clear()
    asking.ask("$..numbers[*]", VALUE)
    asking.stop()
    assert not asking.is_busy
    assert answer("$.numbers[7]", VALUE) == [("numbers", 7)]
    assert len(found) == 1, "what was stopped says nothing"


def test_text_that_is_too_long_is_shortened_and_says_so(
    page: JsonPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_writing, "MOST_SHOWN", 400_000)
    monkeypatch.setattr(json_writing, "SHOWN_OF_MORE", 150_000)
    value: Json = list(range(210_000))
    page.show_value(value, "")
    assert page.form == "tree"
    page.forms.findChildren(QAbstractButton)[1].click()
    assert page.code.is_writing
    qtbot.waitUntil(lambda: not page.code.is_writing, timeout=20_000)
    assert page._notice.isVisible()
    assert 0 < len(page.code.view.text) <= 150_000
    assert json.loads(page.text) == value, "what is copied is whole"
    page.show_value(["short"], "")
    assert not page._notice.isVisible()
    assert (page.form, json.loads(page.text)) == ("text", ["short"])
    page.show_value(None, "Nothing has come back yet.")
    assert page.text == "Nothing has come back yet."
    assert not page.forms.isVisible()
