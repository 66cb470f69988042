"""The calls that one press of Run began: one is shown, the others are a key away, and all can be stopped together."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fal_studio.core import batch as rules
from fal_studio.core.batch import Seeds
from fal_studio.core.call import Phase
from fal_studio.core.request import Json, Request
from fal_studio.core.schema.field import Schema
from fal_studio.ui.models import Calls
from fal_studio.ui.request.run_bar import Reason
from fal_studio.ui.shell.batch_bar import BatchBar
from fal_studio.ui.shell.result import ResultPane
from fal_studio.words import tr


class Batch(QObject):
    """Stands above the result of a request as long as that shows one of its calls."""

    chosen = Signal(str)
    """Another one of the calls is to be shown."""
    cancel_wanted = Signal(str)

    def __init__(self, calls: Calls, result: ResultPane) -> None:
        super().__init__(result)
        self._calls, self._result = calls, result
        self.ids: tuple[str, ...] = ()
        """Empty while the result is the only one."""
        self.bar = BatchBar(result)
        self.bar.step_wanted.connect(self.step)
        self.bar.cancel_wanted.connect(self.stop)
        result.put_on_top(self.bar)
        calls.settled.connect(self._on_settled)

    def show(self, ids: Sequence[str]) -> None:
        """Be these calls; the result shows one of them."""
        self.ids = tuple(ids)
        self.refresh()

    def refresh(self) -> None:
        """Say which one is shown, and how all are; nothing where the result shows another call."""
        if self._result.call not in self.ids:
            self.ids = ()
        self.bar.setVisible(bool(self.ids))
        if self.ids:
            states = [self._calls.state(call) for call in self.ids]
            self.bar.show_batch(self.ids.index(self._result.call), states)

    def step(self, by: int) -> None:
        """Go to another one."""
        if self._result.call in self.ids:
            place = self.ids.index(self._result.call) + by
            if 0 <= place < len(self.ids):
                self.chosen.emit(self.ids[place])

    def stop(self) -> bool:
        """Stop all that are open; False if none is. Those that are being cancelled are only let go of when all are."""
        opened = [call for call in self.ids if not self._calls.state(call).is_ended]
        asked = [call for call in opened if self._calls.state(call).phase is Phase.CANCEL_REQUESTED]
        for call in [call for call in opened if call not in asked] or opened:
            self.cancel_wanted.emit(call)
        return bool(opened)

    def _on_settled(self, changed: tuple[str, ...]) -> None:
        if not set(self.ids).isdisjoint(changed):
            self.refresh()


def requests_of(request: Request, count: int, schema: Schema, *, is_stepped: bool) -> tuple[Request, ...]:
    """Return what one press of Run sends."""
    return rules.requests_of(request, count, schema, is_stepped=is_stepped)


def about_seeds(
    arguments: Json, schema: Schema, count: int, noun: str, *, is_stepped: bool
) -> tuple[str, Reason | None]:
    """Say what so many runs do about chance, and offer other seeds where that may be better; `noun`: what is made."""
    match rules.seeds_of(arguments, schema, is_stepped=is_stepped):
        case Seeds.RANDOM:
            return tr("another seed each"), None
        case Seeds.SAME:
            first, last = rules.rising(arguments, schema, count)
            return tr("same seed, same {noun}").format(noun=noun), Reason(
                tr("Use seeds {first} to {last}").format(first=first, last=last), "seeds:step"
            )
        case Seeds.STEPPED:
            first, last = rules.rising(arguments, schema, count)
            return tr("seeds {first} to {last}").format(first=first, last=last), Reason(
                tr("Use one seed"), "seeds:same"
            )
        case Seeds.FIXED:
            return tr("the same result each time"), None
        case Seeds.NONE:
            return "", None
