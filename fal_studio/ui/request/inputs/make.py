"""Which control a field gets, one for each kind, and in which order they stand; loaded with the first endpoint's fields."""

from collections.abc import Sequence

from fal_studio.core.schema.advanced import COMMON
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.ui.request.inputs.base import Input
from fal_studio.ui.request.inputs.choice import CheckInput, ChoiceInput, SuggestionInput
from fal_studio.ui.request.inputs.entries import MapInput
from fal_studio.ui.request.inputs.field_row import FieldRow
from fal_studio.ui.request.inputs.file import FileInput
from fal_studio.ui.request.inputs.fold_row import FoldRow
from fal_studio.ui.request.inputs.group import GroupInput
from fal_studio.ui.request.inputs.items import ListInput
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.number import number_input
from fal_studio.ui.request.inputs.prose import ProseInput
from fal_studio.ui.request.inputs.row import Row
from fal_studio.ui.request.inputs.seed import SeedInput
from fal_studio.ui.request.inputs.size import SizeInput
from fal_studio.ui.request.inputs.text import TextInput
from fal_studio.ui.request.inputs.variant import VariantInput

_FOLDED = (FieldKind.OBJECT, FieldKind.LIST, FieldKind.MAP)


class FormMaker:
    """Makes the rows and controls of a form."""

    def ordered(self, fields: Sequence[Field]) -> list[Field]:
        """Return fields as they stand in the form: what is required first, then what many endpoints have."""
        return sorted(fields, key=_rank)

    def row(self, field: Field, depth: int) -> Row:
        """Return a row with the field's name; what has more inside folds."""
        kind = FoldRow if field.kind in _FOLDED else FieldRow
        return kind(field, lambda each: self.input(each, depth), depth)

    def input(self, field: Field, depth: int) -> Input:
        """Return the field's control without a name."""
        match field.kind:
            case FieldKind.TEXT:
                return TextInput(field)
            case FieldKind.PROMPT:
                return ProseInput(field)
            case FieldKind.INTEGER | FieldKind.NUMBER:
                return number_input(field)
            case FieldKind.SEED:
                return SeedInput(field)
            case FieldKind.BOOLEAN:
                return CheckInput(field)
            case FieldKind.CHOICE:
                return ChoiceInput(field)
            case FieldKind.SUGGESTION:
                return SuggestionInput(field)
            case FieldKind.SIZE:
                return SizeInput(field)
            case FieldKind.FILE:
                return FileInput(field)
            case FieldKind.OBJECT:
                return GroupInput(field, self, depth)
            case FieldKind.LIST:
                return ListInput(field, self, depth)
            case FieldKind.MAP:
                return MapInput(field, self, depth)
            case FieldKind.VARIANT:
                return VariantInput(field, self, depth)
            case FieldKind.JSON:
                return JsonInput(field)


def _rank(field: Field) -> tuple[bool, int]:
    place = COMMON.index(field.name) if field.name in COMMON else len(COMMON)
    return not field.required, place
