"""The state of a session in words."""

from fal_studio.core.events import SessionState
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.tokens import Role
from fal_studio.words import told, tr


def words_of(session: LiveSession) -> tuple[str, str, Role]:
    """Return the state in words, what to do about it, and its colour."""
    match session.state:
        case SessionState.LIVE:
            return tr("Live"), tr("Esc stops"), "good"
        case SessionState.RECONNECTING:
            return (
                tr("Reconnecting {attempt} of {limit}").format(attempt=session.attempt, limit=session.limit),
                session.reason,
                "ask",
            )
        case SessionState.TOKEN:
            return tr("Getting token"), tr("Esc stops"), "accent.text"
        case SessionState.CONNECTING:
            return tr("Connecting"), tr("Esc stops"), "accent.text"
        case SessionState.STOPPED if session.paused:
            return tr("Paused"), session.paused, "ask"
        case SessionState.STOPPED if session.has_failed:
            return tr("Stopped"), session.reason, "bad"
        case SessionState.STOPPED:
            return tr("Stopped"), tr("Ctrl ⏎ goes live"), "text.1"
        case SessionState.IDLE:
            return tr("Go live"), tr("Ctrl ⏎"), "text.1"


def note_of(session: LiveSession, *, is_empty: bool) -> str:
    """Return what is said over the result; `is_empty`: there is no answer yet."""
    match session.state:
        case SessionState.LIVE:
            return tr("Live. The first answer is on its way.") if is_empty else ""
        case SessionState.CONNECTING | SessionState.TOKEN:
            return f"{told(session.state).capitalize()}…" if is_empty else ""
        case SessionState.RECONNECTING:
            return tr("Reconnecting {attempt} of {limit}: {reason}.").format(
                attempt=session.attempt, limit=session.limit, reason=session.reason
            )
        case SessionState.STOPPED if session.paused:
            return tr("Paused: {paused}.").format(paused=session.paused)
        case SessionState.STOPPED:
            return tr("Stopped: {reason}.").format(reason=session.reason.rstrip("."))
        case SessionState.IDLE:
            return tr("Go live, then draw: the answer appears here.")
