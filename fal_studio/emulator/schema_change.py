"""Models change under their users: the inputs of one endpoint made others, in its document and in what it accepts.

    PUT /emulator/settings
    {"schema_changes": {"emulator/image": {"add": {"mood": "string"}, "remove": ["acceleration"], "require": ["seed"],
                                           "maximum": {"num_images": 2}}}}

An empty `schema_changes` gives every model its own inputs again. What is added does nothing; what is removed is passed over
when it is sent, as fal does with inputs that a model does not know. Inputs of realtime sessions stay as they are.
"""

import copy
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator
from pydantic_core import PydanticUndefined

from fal_studio.emulator.model import Json

_TYPES: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


class SchemaChange(BaseModel):
    """How the inputs of one endpoint differ from its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    add: dict[str, Literal["string", "integer", "number", "boolean"]] = {}
    """New inputs by name, with their JSON type; optional unless `require` names them."""
    remove: list[str] = []
    """Inputs that have a default."""
    require: list[str] = []
    """Inputs that must be sent from now on."""
    maximum: dict[str, int | float] = {}
    """New upper bounds of numbers."""

    def problem(self, model: type[BaseModel]) -> str:
        """Return why this cannot be done to a model's inputs, "" if it can."""
        fields = model.model_fields
        known = {*fields, *self.add}
        for name in (*self.remove, *self.require, *self.maximum):
            if name not in known:
                return f"there is no input {name}"
        for name in self.remove:
            if name in self.add or fields[name].is_required():
                return f"{name} cannot be removed: the model cannot work without it"
        return next((f"{name} is there already" for name in self.add if name in fields), "")


def changed(model: type[BaseModel], change: SchemaChange) -> type[BaseModel]:
    """Return the inputs as `change` makes them; the model still finds all of its own, at their defaults."""
    fields: dict[str, Any] = {
        name: (_TYPES[kind] | None, Field(default=None)) for name, kind in change.add.items()
    }
    for name in {*change.require, *change.maximum}:
        if name in change.add:
            fields[name] = (_TYPES[change.add[name]], Field())
            continue
        info = copy.copy(model.model_fields[name])
        if name in change.require:
            info.default, info.default_factory = PydanticUndefined, None
        annotation: Any = info.annotation
        if name in change.maximum:
            annotation = Annotated[annotation, Field(le=change.maximum[name])]
            info.metadata = [rule for rule in info.metadata if not hasattr(rule, "le")]
        fields[name] = (annotation, info)
    removed = frozenset(change.remove)

    class Changed(model):
        """The model's inputs, changed."""

        @model_validator(mode="before")
        @classmethod
        def _pass_over(cls, value: Any) -> Any:
            return (
                {key: item for key, item in value.items() if key not in removed}
                if isinstance(value, dict)
                else value
            )

        @classmethod
        def model_json_schema(cls, *args: Any, **options: Any) -> Json:
            schema: Json = super().model_json_schema(*args, **options)
            schema["properties"] = {
                name: item for name, item in schema["properties"].items() if name not in removed
            }
            return schema

    return create_model(model.__name__, __base__=Changed, **fields)
