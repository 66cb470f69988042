"""An error of ours while Qt asks the style: Qt has its answer, and the widget that is being made stays whole."""

import pytest
import shiboken6
from PySide6.QtWidgets import QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.ui import style_rules
from fal_studio.ui.theme import Theme


class _Broken(dict[object, int]):
    def get(self, _key: object, _default: object = None) -> int:
        raise KeyError("an error of ours")


class _Words(QTextBrowser):
    """Made by Python, as most of the window's widgets are."""


def test_a_widget_that_is_made_meanwhile_has_one_wrapper(
    qtbot: QtBot, theme: Theme, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(style_rules, "METRICS", _Broken())
        words = _Words()
    qtbot.addWidget(words)
    assert "an error of ours" in caplog.text
    assert "pixelMetric" in caplog.text
    (place,) = shiboken6.getCppPointer(words)[:1]
    wrappers = [
        one
        for one in shiboken6.getAllValidWrappers()
        if isinstance(one, QWidget) and shiboken6.getCppPointer(one)[0] == place
    ]
    assert wrappers == [words], "what caplog keeps of the error holds no other one"
