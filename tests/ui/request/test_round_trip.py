"""Any schema, any values of it: the form shows them in controls, and showing and touching them changes nothing."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from fal_studio.core.schema.checking import validate
from fal_studio.core.schema.reading import read
from fal_studio.ui.request import json_text
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.form import Form
from fal_studio.ui.theme import Theme
from tests.core.schema.generated import document, inputs, nonsense
from tests.ui.request.conftest import paths_of

quietly = settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


def go_through(schema: Any, arguments: dict[str, Any]) -> None:
    """Open a form, reveal every place, show every value again; the text must stay as it is."""
    text = json_text.dump(arguments)
    source = Document(text)
    form = Form(source)
    try:
        form.resize(400, 700)
        form.set_schema(schema)
        for path in paths_of(arguments):
            if schema.field(str(path[0])) is not None:
                assert form.go_to(path)
                assert source.set_value(path, source.value_at(path))
        form.check()
        QApplication.processEvents()
        assert source.text == text
    finally:
        form.deleteLater()
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


@quietly
@given(inputs)
def test_a_form_gives_back_what_it_was_given(theme: Theme, node: dict[str, Any]) -> None:
    schema = read(document(node), "lab/model")
    arguments = schema.filled()
    assert [p for p in validate(schema, arguments) if p.type != "required"] == []
    go_through(schema, arguments)


@quietly
@given(nonsense, nonsense)
def test_a_form_of_nonsense_opens_and_changes_nothing(theme: Theme, node: Any, value: Any) -> None:
    schema = read(document({"properties": {"x": node, "y": {"type": "string"}}}, A=node), "lab/model")
    go_through(schema, {"x": value, "y": value})
