"""Numbers and words about a call above and under its result; loaded when there first is one."""

from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import SessionState
from fal_studio.core.kept_words import reason_in_words, trouble_in_words
from fal_studio.figures import number
from fal_studio.ui.models import place
from fal_studio.ui.output.figures import Marks, figures
from fal_studio.ui.widgets.metrics import Metric, MetricsStrip
from fal_studio.words import told, tr

QUIET_AFTER_S = 10.0


def show_figures(strip: MetricsStrip, state: CallState, marks: Marks, now_s: float, cost: str) -> None:
    """Show how a call is, its numbers and how far it is; `now_s`: seconds since its beginning, `cost`: in words."""
    metrics = [Metric("state", tr("state"), state=state.phase.value, value=_state_words(state))]
    numbers = figures(state, marks, now_s, cost)
    metrics += [Metric(figure.label, figure.label, figure.value, figure.more) for figure in numbers]
    if state.request_id:
        metrics.append(
            Metric("id", tr("request id"), state.request_id, mono=True, copyable=True, at_end=True)
        )
    strip.set_metrics(metrics)
    line = strip.progress
    if state.is_ended or state.session is SessionState.LIVE or state.detached:
        line.clear()
    elif state.fraction is not None:
        line.show_fraction(state.fraction)
    else:
        line.show_unknown()


def last_word(state: CallState, marks: Marks) -> str:
    """Return what an open call said last."""
    if state.trouble and not marks.last_log:
        return trouble_in_words(state.trouble)
    if state.phase is Phase.QUEUED:
        return told(Phase.QUEUED) if state.position is None else place(state.position)
    if state.session is not None and not marks.last_log:
        return reason_in_words(state.session_reason) or told(state.session)
    if state.waiting_why:
        return state.waiting_why
    if state.phase is Phase.WAITING:
        return tr("waiting for the {profile} to answer").format(profile=state.profile or tr("server"))
    if state.phase is Phase.SUBMITTED:
        return tr("sent; waiting for the answer")
    return marks.last_log or told(state.phase)


def heard(state: CallState, marks: Marks, now_s: float) -> str:
    """Say how long nothing was heard of an open call, "" where that is short; `now_s`: seconds since its beginning."""
    if state.waiting_why:
        return tr("nothing was sent so far; it can be moved and sent in the queue")
    quiet_s = now_s - marks.last_fact_ns / 1e9
    if state.detached:
        return tr("nobody waits here; the job goes on at the server")
    if quiet_s >= QUIET_AFTER_S and state.session is not SessionState.LIVE:
        return tr("still waiting; last sign of life {quiet_s} s ago").format(quiet_s=number(quiet_s, ".0f"))
    if quiet_s >= 1.0:
        return tr("last sign of life {quiet_s} s ago").format(quiet_s=number(quiet_s, ".1f"))
    return ""


def _state_words(state: CallState) -> str:
    if state.session is not None and not state.is_ended and state.phase is not Phase.CANCEL_REQUESTED:
        return told(state.session)
    if state.phase is Phase.QUEUED and state.position is not None:
        return place(state.position)
    return ""
