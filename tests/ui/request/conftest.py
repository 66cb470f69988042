"""A form in a window, on one of the sample documents."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.schema.field import Path, Schema
from fal_studio.core.schema.reading import read
from fal_studio.ui.request import json_text
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.form import Form
from fal_studio.ui.request.inputs.base import Input
from fal_studio.ui.request.inputs.field_row import FieldRow
from fal_studio.ui.request.inputs.row import Row
from fal_studio.ui.style import dress
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from tests.core.schema.samples import around, document, endpoint


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    dressed = dress(qapp, Scheme.DARK)
    yield dressed
    dress(qapp, Scheme.DARK)


class Filled:
    """A form and its document, and hands for both."""

    def __init__(self, form: Form, source: Document) -> None:
        self.form = form
        self.source = source

    @property
    def arguments(self) -> dict[str, Any]:
        assert self.source.arguments is not None
        return self.source.arguments

    def row(self, name: str) -> Row:
        found = self.form.row(name)
        assert found is not None, name
        found.build()
        return found

    def input(self, name: str) -> Input:
        row = self.row(name)
        assert isinstance(row, FieldRow)
        return row.input

    def at(self, *path: str | int) -> QWidget:
        """Return the control at a place, opening what hides it."""
        assert self.form.go_to(path)
        row = self.row(str(path[0]))
        return row.reveal(tuple(path[1:]))

    def complaint(self, name: str) -> str:
        return self.row(name).complaint()  # type: ignore[attr-defined]


Fill = Callable[..., Filled]


@pytest.fixture
def fill(qtbot: QtBot, theme: Theme) -> Iterator[Fill]:
    """Show the form of a sample, or of a document of the given properties, in an active window."""
    windows: list[Form] = []

    def make(
        given: str | dict[str, Any],
        arguments: dict[str, Any] | None = None,
        *,
        width: int = 400,
        height: int = 700,
    ) -> Filled:
        if isinstance(given, str):
            schema = read(document(given), endpoint(given))
        else:
            schema = read(around(given), "lab/model")
        return show(schema, schema.example() if arguments is None else arguments, width, height)

    def show(schema: Schema, arguments: dict[str, Any], width: int, height: int) -> Filled:
        source = Document(json_text.dump(arguments))
        form = Form(source)
        windows.append(form)
        qtbot.addWidget(form)
        form.resize(width, height)
        form.set_schema(schema)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return Filled(form, source)

    make.show = show  # type: ignore[attr-defined]
    yield make
    for form in windows:
        form.close()
        form.deleteLater()
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


def paths_of(value: Any, at: Path = ()) -> list[Path]:
    """Return the places of all values inside a value."""
    found = [at] if at else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += paths_of(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += paths_of(item, (*at, index))
    return found
