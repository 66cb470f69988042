"""Private runs that are shown and over: they can be removed for good, asked about once."""

from fal_studio.core import privacy
from fal_studio.ui.models import Calls
from fal_studio.ui.request.run_bar import Reason
from fal_studio.words import tr


class PrivateRuns:
    """Remembers which ones somebody was asked about: the second time they are removed."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._is_sure_of: tuple[str, ...] = ()

    def ended(self, shown: str, batch: tuple[str, ...]) -> tuple[str, ...]:
        """Return those that are shown, once all of them have ended; `batch`: calls that were begun together."""
        calls = batch if shown in batch else (shown,)
        for call in calls:
            request = self._calls.request(call)
            is_ended = request is not None and self._calls.state(call).is_ended
            if request is None or not is_ended or not privacy.is_private(request.options):
                return ()
        return calls

    def offer(self, calls: tuple[str, ...]) -> Reason:
        """Return the link that removes them: it does not come back."""
        is_sure = self._is_sure_of == calls
        return Reason(tr("press again: it is gone for good") if is_sure else tr("remove it now"), "erase")

    def is_sure(self, calls: tuple[str, ...]) -> bool:
        """Note that the link was pressed; True if it was for the second time."""
        is_sure = bool(calls) and self._is_sure_of == calls
        self._is_sure_of = () if is_sure else calls
        return is_sure
