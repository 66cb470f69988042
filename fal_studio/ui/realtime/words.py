"""The state of a session in words."""

from fal_studio.core.events import SessionState
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.tokens import Role


def words_of(session: LiveSession) -> tuple[str, str, Role]:
    """Return the state in words, what to do about it, and its colour."""
    match session.state:
        case SessionState.LIVE:
            return "Live", "Esc stops", "good"
        case SessionState.RECONNECTING:
            return f"Reconnecting {session.attempt} of {session.limit}", session.reason, "ask"
        case SessionState.TOKEN:
            return "Getting token", "Esc stops", "accent.text"
        case SessionState.CONNECTING:
            return "Connecting", "Esc stops", "accent.text"
        case SessionState.STOPPED if session.paused:
            return "Paused", session.paused, "ask"
        case SessionState.STOPPED if session.has_failed:
            return "Stopped", session.reason, "bad"
        case SessionState.STOPPED:
            return "Stopped", "Ctrl ⏎ goes live", "text.1"
        case SessionState.IDLE:
            return "Go live", "Ctrl ⏎", "text.1"


def note_of(session: LiveSession, *, is_empty: bool) -> str:
    """Return what is said over the result; `is_empty`: there is no answer yet."""
    match session.state:
        case SessionState.LIVE:
            return "Live. The first answer is on its way." if is_empty else ""
        case SessionState.CONNECTING | SessionState.TOKEN:
            return f"{session.state.capitalize()}…" if is_empty else ""
        case SessionState.RECONNECTING:
            return f"Reconnecting {session.attempt} of {session.limit}: {session.reason}."
        case SessionState.STOPPED if session.paused:
            return f"Paused: {session.paused}."
        case SessionState.STOPPED:
            return f"Stopped: {session.reason.rstrip('.')}."
        case SessionState.IDLE:
            return "Go live, then draw: the answer appears here."
