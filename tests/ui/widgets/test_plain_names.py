"""What the wire and the code call a thing is said in words of the window's language where people read it."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.model import Model
from fal_studio.ui.browser.rows import facts_of
from fal_studio.ui.stream.detail import DetailView
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.labels import ElidedLabel


def test_the_heading_of_an_event_says_its_kind_as_the_list_does(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    view = DetailView(window)
    heading = view.findChildren(ElidedLabel)[0]
    for fact, kind in ((e.Metric("inference", 1.5, "s"), "metric"), (e.Log("hello"), "log")):
        view.show_event(3, Event("c", 0, 2_000_000, fact))
        assert heading.text() == f"Event 3  at 2.0 ms, {kind}"


def test_the_list_of_models_says_what_a_licence_allows() -> None:
    assert facts_of(Model("a/b", category="text-to-image", license="commercial")) == (
        "text-to-image · Commercial use"
    )
    assert facts_of(Model("a/b", category="llm")) == "llm"
