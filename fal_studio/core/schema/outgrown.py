"""Which saved arguments an endpoint would no longer take as they are, and why."""

from collections.abc import Iterable

from fal_studio.core.request import Json
from fal_studio.core.schema.checking import Checker
from fal_studio.core.schema.drift import Change, Drift
from fal_studio.core.schema.field import Path, Schema
from fal_studio.words import tr

_MOST = 4


class Judge:
    """Looks at the arguments of many requests for one endpoint. Checking may load a library: not for the UI thread."""

    def __init__(self, schema: Schema, drifts: Iterable[Drift] = ()) -> None:
        """`drifts`: what changed; inputs that were taken away are told, which no schema does."""
        self._schema = schema
        self._checker = Checker(schema)
        self._gone = {
            str(drift.path[0]) for drift in drifts if drift.change is Change.REMOVED and len(drift.path) == 1
        }

    def problems(self, arguments: dict[str, Json], *, is_whole: bool = True) -> tuple[str, ...]:
        """Return why the arguments no longer fit, a sentence each; empty if they do or nothing is known.

        What is only laid over a request (not `is_whole`) need not have everything that is required.
        """
        if not self._schema.fields:
            return ()
        gone = [
            tr("{name} is no input any more.").format(name=name) for name in arguments if name in self._gone
        ]
        missing = [
            tr("{name} is required and not set.").format(name=field.name)
            for field in self._schema.fields
            if is_whole and field.required and field.name not in arguments
        ]
        wrong = [
            f"{_name(problem.loc)}: {problem.message}"
            for problem in self._checker.problems(arguments)
            if problem.loc and problem.loc[0] in arguments
        ]
        found = list(dict.fromkeys([*gone, *missing, *wrong]))
        more = [tr("And {count} more.").format(count=len(found) - _MOST)] if len(found) > _MOST else []
        return (*found[:_MOST], *more)


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path)
