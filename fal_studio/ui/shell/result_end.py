"""What a result pane shows when a call is over: its result, why it failed, or what else became of it."""

from collections.abc import Sequence

from fal_studio.core import events as e
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Event
from fal_studio.core.kept_words import USER, message_in_words, reason_in_words, who_in_words
from fal_studio.core.request import Json, Mode
from fal_studio.ui.shell.result_parts import ResultParts
from fal_studio.words import tr


def show_end(parts: ResultParts, state: CallState, batch: Sequence[Event], sent: Json, charged: str) -> None:
    """Show what new events say about the end; `sent`: the arguments, `charged`: an amount of money in words, "" for unknown."""
    preview = parts.preview
    for event in batch:
        match event.fact:
            case e.Output(payload=payload):
                _show_output(parts, state, payload)
            case e.Failed() as failed:
                preview.finish_sound(None)
                parts.failure.show_failure(failed, state, sent, charged, has_arrived=parts.has_arrived)
                parts.front.setCurrentWidget(parts.failure)
            case e.Cancelled() as cancelled:
                preview.finish_sound(None)
                _show_cancelled(parts, cancelled, charged)
            case e.Unknown() | e.Checked():
                _show_unknown(parts, state)
            case e.Closed(reason=reason):
                preview.finish_sound(None)
                if preview.is_empty:
                    words = (
                        tr("The session ended in good order. {reason}")
                        .format(reason=reason_in_words(reason))
                        .strip()
                    )
                    _note(parts, "done", tr("Closed"), words)
            case _:
                pass


def _show_output(parts: ResultParts, state: CallState, payload: Json) -> None:
    preview = parts.preview
    parts.front.setCurrentWidget(preview)
    # A stream ends with its last event as the result: it is on screen already.
    is_shown = preview.finish_sound(payload) or (state.mode is Mode.STREAM and payload == state.latest)
    if not is_shown or preview.is_empty:
        preview.show_payload(payload)
    if preview.is_empty:
        words = tr("The result holds no picture, text or file. The JSON tab shows all of it.")
        _note(parts, "done", tr("Done"), words)


def _show_unknown(parts: ResultParts, state: CallState) -> None:
    if state.phase is Phase.UNKNOWN:  # it may be known by now
        said = (state.unknown_why, state.checked_said)
        line = " ".join(message_in_words(part) for part in said if part)
        _note(parts, "unknown", tr("Nobody knows yet"), line, tr("Check with fal"))


def _show_cancelled(parts: ResultParts, cancelled: e.Cancelled, amount: str) -> None:
    preview = parts.preview
    if not preview.is_empty and (preview.artifacts or not preview.pictures.count):
        return
    charged = tr("It was charged: {amount}.").format(amount=amount) if amount else tr("It was charged.")
    cost = {"no": tr("It was not charged."), "yes": charged, "unknown": tr("It may be charged.")}
    is_own = cancelled.by == USER
    title = tr("You stopped this") if is_own else tr("Stopped: {by}").format(by=who_in_words(cancelled.by))
    _note(parts, "cancelled", title, cost[cancelled.charged])


def _note(parts: ResultParts, icon: str, title: str, words: str, action: str = "") -> None:
    parts.note.show_note(icon, title, words, action)
    parts.front.setCurrentWidget(parts.note)
