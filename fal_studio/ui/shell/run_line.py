"""What is told around Run before it is pressed: what it will do and cost, or why it cannot."""

from PySide6.QtCore import QObject, Signal

from fal_studio.ui.accounts import Accounts
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.run_bar import ForecastLine, RunBar
from fal_studio.ui.shell.run_forecast import RunForecast
from fal_studio.ui.shell.run_reasons import RunReasons
from fal_studio.ui.shell.shown_calls import ShownCalls
from fal_studio.ui.shell.written_request import WrittenRequest


class RunLine(QObject):
    """Tells it in the bar and in the line under it."""

    erase_wanted = Signal(tuple)
    """Private runs that shall leave no record; somebody was asked twice."""

    def __init__(
        self,
        written: WrittenRequest,
        reasons: RunReasons,
        shown: ShownCalls,
        bar: RunBar,
        line: ForecastLine,
        calls: Calls,
        catalogue: Catalogue,
        accounts: Accounts | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._written, self._reasons, self._shown = written, reasons, shown
        self._bar, self._line, self._prices, self._accounts = bar, line, calls.prices, accounts
        self._forecast = RunForecast(written.document, calls, catalogue)

    def show(self, *, is_seen: bool) -> None:
        """Tell it anew; where nobody has looked yet (`is_seen`), no key is taken out of the keyring for a price."""
        written, draft = self._written, self._written.draft
        self._bar.set_private(is_private=written.is_private)
        reasons = self._reasons.of(draft)
        cost = self._forecast.cost(draft, written.repeat, is_seen=is_seen)
        is_above = self._prices.is_above_limit(cost.cost_usd, written.profile)
        self._bar.set_estimate(cost.short, cost.words, is_above=is_above)
        self._bar.run.set_blocked(". ".join(reason.text for reason in reasons))
        if reasons:
            self._line.show_reasons(reasons)
            return
        if self._accounts is not None:
            self._bar.show_profile(", ".join(self._accounts.words(written.profile)))
        shown = self._shown
        facts, offer = self._forecast.facts(draft, written.repeat, cost, written.project)
        if (private := shown.private_ended) and offer is None:
            offer = shown.private.offer(private)
        aside = self._forecast.aside(shown.open_call, is_live=shown.live.is_live)
        self._line.show_forecast(facts, aside, offer)

    def erase(self) -> None:
        """Ask once, at the link itself, whether the private runs that are shown shall go: they do not come back."""
        calls = self._shown.private_ended
        if self._shown.private.is_sure(calls):
            self.erase_wanted.emit(calls)
