"""The numbers above a result: how long, where the time went, what it cost. Pure."""

from typing import NamedTuple

from fal_studio.core import events as e
from fal_studio.core.accounts import REPLAY
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Json, Mode
from fal_studio.core.stages import Step
from fal_studio.figures import number
from fal_studio.ui.models import seconds
from fal_studio.ui.widgets.day import moment
from fal_studio.words import told, tr, trn


class Figure(NamedTuple):
    """One labelled number."""

    label: str
    value: str
    more: str = ""


class Marks:
    """Moments of a call that its state does not keep; fed with events as they come."""

    def __init__(self) -> None:
        self.enqueued_ns: int | None = None
        self.left_queue_ns: int | None = None
        self.first_partial_ns: int | None = None
        self.first_useful_ns: int | None = None
        """When the first part of the result came that could be judged: see `core.useful`. Noted by who looks at it."""
        self.last_fact_ns = 0
        self.fetched_from_ns: int | None = None
        self.last_log = ""
        self.headers: dict[str, str] = {}
        self.sent_headers: dict[str, str] = {}
        self.status: int | None = None
        self.kept_frame: int | None = None
        """The number of the frame, counted from 1, if this is no session but one frame that was kept out of one."""
        self.output_bytes = 0
        """Of the result, as it stood on the wire; 0 while there is none."""

    def take(self, event: Event) -> None:
        """Note an event's moment."""
        t_ns = event.t_ns
        self.last_fact_ns = t_ns
        match event.fact:
            case e.Enqueued():
                self.enqueued_ns = t_ns
            case e.Progress(stage=e.Stage.RUNNING) if self.left_queue_ns is None:
                self.left_queue_ns = t_ns
            case e.Partial() if self.first_partial_ns is None:
                self.first_partial_ns = t_ns
            case e.Attempt(why=why) if why.startswith(("result", "fetch")):
                self.fetched_from_ns = t_ns
            case e.Log(message=message):
                self.last_log = message.strip()
            case e.Control(name="kept frame", payload={"frame": int(frame_number)}):
                self.kept_frame = frame_number
            case e.Output(size_bytes=size):
                self.output_bytes = size
            case e.Response(status=status, headers=headers):
                self.status, self.headers = status, headers
            case _:
                pass
        if isinstance(event.fact, e.Attempt):
            self.sent_headers = event.fact.headers


def figures(state: CallState, marks: Marks, now_s: float, cost: str = "") -> list[Figure]:
    """Return what the metrics strip shows; `now_s` is the age of an open call, `cost` what is known of its price."""
    total = state.elapsed_s if state.is_ended else now_s
    if marks.kept_frame is not None:  # it took no time of its own
        return [Figure(tr("kept frame"), number(marks.kept_frame)), Figure(tr("cost"), tr("in its session"))]
    rows = [Figure(tr("total") if state.is_ended else tr("elapsed"), seconds(total))]
    if state.mode in (Mode.SUBSCRIBE, Mode.SUBMIT):
        rows += _queue_figures(state, marks, total)
    elif state.mode is Mode.STREAM:
        rows += _stream_figures(state, marks, total)
    elif state.mode is Mode.REALTIME:
        rows += [Figure(tr("sent"), str(state.sent)), Figure(tr("answers"), str(state.partials))]
        rows += [Figure(tr("received"), in_bytes(state.received_bytes))] if state.received_bytes else []
    elif state.first_byte_t_ns is not None:
        rows.append(Figure(tr("first byte"), seconds(state.first_byte_t_ns / 1e9)))
        inference = state.metrics.get("inference_time")
        rows += [Figure(told(Step.RUN), seconds(inference))] if inference is not None else []
    if state.phase is Phase.FAILED and state.http_status:
        rows.append(Figure(tr("answer"), str(state.http_status)))
    units = next((value for name, value in state.metrics.items() if "billable" in name), None)
    if state.client:
        rows.append(Figure(tr("made by"), state.client))
    if state.profile == REPLAY:
        rows.append(Figure(tr("replay of"), moment(state.started_wall_s)))
    elif units is not None or cost:
        more = (
            trn("{units} unit", "{units} units", units).format(units=number(units, "g"))
            if units is not None
            else ""
        )
        rows.append(Figure(tr("cost"), cost or tr("unknown"), more))
    return rows


def _queue_figures(state: CallState, marks: Marks, total: float) -> list[Figure]:
    rows: list[Figure] = []
    if marks.enqueued_ns is not None:
        until = marks.left_queue_ns / 1e9 if marks.left_queue_ns is not None else total
        rows.append(Figure(told(Step.QUEUE), seconds(max(0.0, until - marks.enqueued_ns / 1e9))))
    if marks.left_queue_ns is not None:
        end = marks.fetched_from_ns / 1e9 if marks.fetched_from_ns else total
        inference = state.metrics.get("inference_time")
        run = inference if inference is not None else max(0.0, end - marks.left_queue_ns / 1e9)
        rows.append(Figure(told(Step.RUN), seconds(run)))
    if marks.fetched_from_ns is not None and state.is_ended:
        rows.append(Figure(told(Step.FETCH), seconds(max(0.0, total - marks.fetched_from_ns / 1e9))))
    return rows


def _stream_figures(state: CallState, marks: Marks, total: float) -> list[Figure]:
    rate = f"{number(state.partials / total, '.1f')} /s" if state.partials and total > 0.5 else ""
    has_rate = state.received_bytes and total > 0.5
    speed = f"{in_bytes(round(state.received_bytes / total))}/s" if has_rate else ""
    rows = [Figure(tr("events"), str(state.partials), rate)]
    rows.append(Figure(tr("received"), in_bytes(state.received_bytes), speed))
    if marks.first_partial_ns is not None:
        rows.append(Figure(tr("first event"), seconds(marks.first_partial_ns / 1e9)))
        if marks.first_useful_ns is not None:
            # What is close to the newest picture may be far from the last one.
            so_far = "" if state.is_ended else tr("so far")
            rows.append(Figure(tr("first useful"), seconds(marks.first_useful_ns / 1e9), so_far))
        tokens, since_s = _tokens(state.latest), total - marks.first_partial_ns / 1e9
        if tokens and since_s > 0:
            rows.append(Figure(tr("tokens"), number(tokens), f"{number(tokens / since_s, '.0f')} /s"))
    return rows


def _tokens(payload: Json) -> int | None:
    """Return how many tokens the model wrote, where the server tells it."""
    usage = payload.get("usage") if isinstance(payload, dict) else None
    count = usage.get("completion_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None
