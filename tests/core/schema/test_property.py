"""Whatever a document holds, it is read without an error; whatever a careful one holds, its own values fit it."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings

from fal_studio.core.schema.checking import validate
from fal_studio.core.schema.digest import digest
from fal_studio.core.schema.field import FieldKind, walk
from fal_studio.core.schema.fit import fits
from fal_studio.core.schema.reading import read, read_output
from tests.core.schema.generated import document, inputs, json_values, nonsense

quietly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@settings(quietly, max_examples=150)
@given(nonsense, nonsense, json_values)
def test_nonsense_is_read_checked_and_named_without_an_error(node: Any, other: Any, value: Any) -> None:
    for whole in (node, document(node, A=other, B=node), document({"properties": {"x": node}}, A=other)):
        schema = read(whole, "lab/model")
        read_output(whole, "lab/model")
        digest(whole, "lab/model")
        validate(schema, {field.name: value for field in schema.fields})
        json.dumps(schema.filled())


@settings(quietly, max_examples=150)
@given(inputs)
def test_the_values_of_a_careful_document_fit_it(node: dict[str, Any]) -> None:
    schema = read(document(node), "lab/model")
    assert {field.name for field in schema.fields} == set(node["properties"])
    for arguments in (schema.example(), schema.filled()):
        assert [p for p in validate(schema, arguments) if p.type != "required"] == []


@settings(quietly, max_examples=100)
@given(inputs)
def test_a_field_can_show_what_it_begins_with(node: dict[str, Any]) -> None:
    schema = read(document(node), "lab/model")
    for field in schema.fields:
        if field.name in (values := schema.filled()) and values[field.name] is not None:
            assert fits(field, values[field.name])
    for path, field in walk(schema.fields):
        assert schema.at(path) is not None
        assert field.kind is not FieldKind.VARIANT or len(field.fields) > 1
