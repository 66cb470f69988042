"""How the stages of a call are known: which answer tells their ends, and by whose clock. Words for people; pure."""

from fal_studio.core.comparing.plan import CLIENTS, Transport
from fal_studio.core.comparing.stages import Step, Stretch

_OURS, _FALS = "this machine's clock", "fal's clock"
_QUEUED = frozenset({Transport.SUBSCRIBE_POLL, Transport.SUBSCRIBE_STREAM, Transport.SUBMIT})
_PLAIN = {
    Step.HELD: "in line here, until a slot was free",
    Step.PREPARE: "until the first attempt went out",
    Step.UPLOAD: "until the storage had the files and named their URLs",
    Step.TOKEN: "until the answer with the token",
    Step.CONNECT: "DNS, TCP and TLS, until the connection stood",
    Step.DOWNLOAD: "from asking for the files of the result until they were whole on the disk",
    Step.DECODE: "until the files were decoded here",
    Step.UNEXPLAINED: "nothing that was heard tells what this time was spent with",
}


def evidence(transport: Transport, stretch: Stretch) -> str:
    """Return which evidence a stage of a lane rests on, and which clock it was read from."""
    words, clock = _PLAIN.get(stretch.step, ""), _OURS
    if transport in CLIENTS and not words:
        words, clock = _client(stretch.step), "the client's clock"
    elif transport is Transport.WEBHOOK and stretch.step in (Step.QUEUE, Step.RUN):
        words, clock = _webhook(stretch.step), _FALS
    elif not words:
        words, clock = _own(transport, stretch)
    return f"{words}; {clock}" if words else clock


def _own(transport: Transport, stretch: Stretch) -> tuple[str, str]:
    is_queue = transport in _QUEUED or transport is Transport.WEBHOOK
    is_live = transport is Transport.SUBSCRIBE_STREAM
    heard = "on the status stream" if is_live else "in the answer to a poll"
    match stretch.step:
        case Step.SUBMIT:
            return (
                "until the queue's answer with the request_id" if is_queue else "until the request had left"
            ), _OURS
        case Step.QUEUE:
            return f"until IN_PROGRESS, heard {heard}", _OURS
        case Step.RUN if is_queue:
            return (
                f"until COMPLETED, heard {heard}, with metrics.inference_time where fal tells it",
                f"{_OURS} and {_FALS}",
            )
        case Step.RUN if transport is Transport.REALTIME:
            return "from each input to its answer", _OURS
        case Step.RUN:
            return (
                "from the request to its answer: waiting for a runner is in it, nothing tells them apart",
                _OURS,
            )
        case Step.SLACK:
            return f"it was done, and nobody knew until COMPLETED was heard {heard}", _OURS
        case Step.FETCH:
            where = "response_url" if is_queue else "the answer"
            return f"until {where} was read to its end", _OURS
        case _:
            return "", _OURS


def _webhook(step: Step) -> str:
    if step is Step.QUEUE:
        return "what is left before the run, which fal's status tells (metrics.inference_time)"
    return "as long as fal's status tells (metrics.inference_time), ending when the webhook was called"


def _client(step: Step) -> str:
    match step:
        case Step.SUBMIT:
            return "until it called on_enqueue"
        case Step.QUEUE:
            return "until it told IN_PROGRESS"
        case Step.RUN:
            return "until it told COMPLETED"
        case Step.FETCH:
            return "until it returned the result"
        case _:
            return ""
