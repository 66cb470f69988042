"""A large result is written behind the window, to the same letters as a small one."""

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from fal_studio.core.request import Json
from fal_studio.ui.output import json_writing
from fal_studio.ui.output.code_view import CodeView, json_of
from fal_studio.ui.output.json_writing import is_large, written
from fal_studio.ui.theme import Theme

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner, max_size=9),
    max_leaves=60,
)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_parts_make_the_same_text(value: Json) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_writing, "MOST_VALUES", 3)
        assert "".join(written(value)) == json_of(value)


def test_what_is_large() -> None:
    assert is_large([0] * 30_000)
    assert is_large({"a": ["x" * 600_000, "y" * 600_000]})
    assert not is_large({"a": [0] * 10_000})
    deep: Json = [0] * 5000
    for _ in range(300):
        deep = [deep]
    with pytest.raises(ValueError, match="deeply"):
        list(written(deep))


def test_a_large_result_is_written_behind_the_window(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    whole = json_writing.shortened
    monkeypatch.setattr(
        json_writing, "shortened", lambda text: (threads.add(threading.get_ident()), whole(text))[1]
    )
    code = CodeView("Result")
    qtbot.addWidget(code)
    value = {"embedding": [n / 7 for n in range(60_000)], "file": "data:image/png;base64," + "A" * 5000}
    code.show_value(value, "")
    assert code.is_writing
    qtbot.waitUntil(lambda: not code.is_writing, timeout=20_000)
    assert threads
    assert threading.get_ident() not in threads
    assert json.loads(code.text) == value
    assert "image/png" in [held.label.split("  ")[0] for held in code.view.held]
    code.show_value(value, "")
    assert code.text == json_of(value), "who copies it at once does not wait"
    code.show_value([float("nan")] * 30_000, "")
    qtbot.waitUntil(lambda: not code.is_writing, timeout=20_000)
    assert "NaN" in code.text
    code.show_value(value, "")
    code.show_value({"a": 1}, "")
    assert code.text == json_of({"a": 1}), "what was begun before does not come over it"
