"""How the stages of a call are known: which answer tells their ends, and by whose clock. Words for people; pure."""

from fal_studio.core.comparing.plan import CLIENTS, Transport
from fal_studio.core.comparing.stages import Stretch
from fal_studio.core.stages import Step
from fal_studio.words import tr

_OURS, _FALS = tr("this machine's clock"), tr("fal's clock")
_QUEUED = frozenset(
    {Transport.SUBSCRIBE_POLL, Transport.SUBSCRIBE_STREAM, Transport.SUBMIT, Transport.WEBHOOK}
)
_PLAIN = {
    Step.HELD: tr("in line here, until a slot was free"),
    Step.PREPARE: tr("until the first attempt went out"),
    Step.UPLOAD: tr("until the storage had the files and named their URLs"),
    Step.TOKEN: tr("until the answer with the token"),
    Step.CONNECT: tr("DNS, TCP and TLS, until the connection stood"),
    Step.SEND: tr("until the request had left"),
    Step.RETRY: tr("until the next attempt went out"),
    Step.STREAM: tr("from the first event to the last one"),
    Step.LIVE: tr("the session was open, and no input was waiting for its answer"),
    Step.RECEIVE: tr("until the answer was read to its end"),
    Step.CANCEL: tr("from asking for the cancellation until the call ended"),
    Step.AWAY: tr("nobody here listened"),
    Step.DOWNLOAD: tr("from asking for the files of the result until they were whole on the disk"),
    Step.DECODE: tr("until the files were decoded here"),
    Step.UNEXPLAINED: tr("nothing that was heard tells what this time was spent with"),
}


def evidence(transport: Transport, stretch: Stretch) -> str:
    """Return which evidence a stage of a lane rests on, and which clock it was read from."""
    words, clock = _PLAIN.get(stretch.step, ""), _OURS
    if transport in CLIENTS and not words:
        words, clock = _client(stretch.step), tr("the client's clock")
    elif transport is Transport.WEBHOOK and stretch.step in (Step.QUEUE, Step.RUN):
        words, clock = _webhook(stretch.step), _FALS
    elif not words:
        words, clock = _own(transport, stretch)
    return f"{words}; {clock}" if words else clock


def _own(transport: Transport, stretch: Stretch) -> tuple[str, str]:
    is_live = transport is Transport.SUBSCRIBE_STREAM
    heard = tr("on the status stream") if is_live else tr("in the answer to a poll")
    match stretch.step:
        case Step.SUBMIT:
            return tr("until the queue's answer with the request_id"), _OURS
        case Step.QUEUE:
            return tr("until IN_PROGRESS, heard {heard}").format(heard=heard), _OURS
        case Step.RUN if transport in _QUEUED:
            return (
                tr("until COMPLETED, heard {heard}, with metrics.inference_time where fal tells it").format(
                    heard=heard
                ),
                tr("{ours} and {fals}").format(ours=_OURS, fals=_FALS),
            )
        case Step.WAIT if transport is Transport.REALTIME:
            return tr("from each input to its answer"), _OURS
        case Step.WAIT:
            return (
                tr("from the request to its answer: waiting for a runner is in it, nothing tells them apart"),
                _OURS,
            )
        case Step.SLACK:
            return tr("it was done, and nobody knew until COMPLETED was heard {heard}").format(
                heard=heard
            ), _OURS
        case Step.FETCH:
            return tr("until response_url was read to its end"), _OURS
        case _:
            return "", _OURS


def _webhook(step: Step) -> str:
    if step is Step.QUEUE:
        return tr("what is left before the run, which fal's status tells (metrics.inference_time)")
    return tr("as long as fal's status tells (metrics.inference_time), ending when the webhook was called")


def _client(step: Step) -> str:
    match step:
        case Step.SUBMIT:
            return tr("until it called on_enqueue")
        case Step.QUEUE:
            return tr("until it told IN_PROGRESS")
        case Step.RUN:
            return tr("until it told COMPLETED")
        case Step.FETCH:
            return tr("until it returned the result")
        case _:
            return ""
