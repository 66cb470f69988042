"""What is wrong with the arguments of a form: what fal refused, and what the schema says."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from fal_studio.core.events import FieldProblem
from fal_studio.core.request import Json
from fal_studio.core.schema import wording
from fal_studio.core.schema.field import Path, Schema
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.remark import Remark

if TYPE_CHECKING:
    from fal_studio.core.schema.checking import Checker


class Marks(NamedTuple):
    """Every problem at its place."""

    at: dict[str, list[tuple[Path, str]]]
    """By argument: where inside it, and the words."""
    whole: str
    """What concerns no single argument."""
    remarks: tuple[Remark, ...]
    """All of them that have a place, what was refused first."""


class FormChecks:
    """Checks one document against one schema; loaded checks are kept until there is another schema."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._schema = Schema()
        self._checker: Checker | None = None
        self._refused: tuple[tuple[FieldProblem, Json], ...] = ()
        """What fal refused, and the argument that it refused."""
        self.problems: tuple[FieldProblem, ...] = ()
        """What the schema says against the arguments; a hint, since documents may be wrong."""

    def begin(self, schema: Schema) -> None:
        """Take another endpoint's schema; nothing is wrong until `check`."""
        self._schema, self._checker = schema, None
        self._refused, self.problems = (), ()

    def check(self) -> bool:
        """Check the arguments; False while they cannot be read, and without a schema."""
        arguments = self._document.arguments
        if arguments is None or not self._schema.fields:
            return False
        if self._checker is None:
            module: Any = importlib.import_module("fal_studio.core.schema.checking")
            checker: Checker = module.Checker(self._schema)
            self._checker = checker
        found = self._checker.problems(arguments)
        # What is missing is said where Run is; a field that nobody has filled in yet is no mistake.
        self.problems = tuple(each for each in found if not _is_blank(each, self._document))
        return True

    def refuse(self, problems: Sequence[FieldProblem], sent: Json) -> None:
        """Take what the model complained about; each complaint stands as long as its argument is what was sent.

        `sent`: the arguments that the model was given, None for those that are written now.
        """
        given = sent if isinstance(sent, dict) else self._document.arguments or {}
        self._refused = tuple((each, given.get(str(each.loc[0]))) for each in problems if each.loc)
        if (arguments := self._document.arguments) is not None:
            self.drop_answered(arguments)

    def drop_answered(self, arguments: dict[str, Json]) -> bool:
        """Take away complaints about arguments that have changed since; return whether there were any."""
        left = tuple(
            (each, value) for each, value in self._refused if arguments.get(str(each.loc[0])) == value
        )
        is_less = len(left) != len(self._refused)
        self._refused = left
        return is_less

    def marks(self) -> Marks:
        """Return every problem at its place; what fal said goes before what the schema says."""
        refused = [Remark(each.loc, wording.of_server(each), is_hint=False) for each, _ in self._refused]
        told = {each.path for each in refused}
        hints = [Remark(each.loc, each.message) for each in self.problems if each.loc not in told]
        at: dict[str, list[tuple[Path, str]]] = {}
        for each in (*refused, *(hint for hint in hints if hint.path)):
            at.setdefault(str(each.path[0]), []).append((each.path[1:], each.message))
        whole = " ".join(each.message for each in self.problems if not each.loc)
        return Marks(at, whole, (*refused, *hints))


def _is_blank(problem: FieldProblem, document: Document) -> bool:
    """Say whether a complaint is only that nothing was filled in yet."""
    return problem.type == "required" or (
        problem.type == "minLength" and document.value_at(problem.loc) == ""
    )
