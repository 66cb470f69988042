"""Which keys can be shortcuts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from fal_studio.ui.palette.rows import shown_caps
from fal_studio.words import tr

_HELD = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_TEXTS_OWN = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
)


def why_no_shortcut(key: str) -> str:
    """Return why a key cannot be the shortcut of a command, "" if it can: typing must stay possible."""
    keys = QKeySequence(key)
    if any(keys.matches(QKeySequence(own)) == QKeySequence.SequenceMatch.ExactMatch for own in _TEXTS_OWN):
        return tr("{shown_caps} is for text, everywhere. Choose another one.").format(
            shown_caps=" ".join(shown_caps((key,)))
        )
    combined = keys[0]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType] - Qt has it, its stub has not
    is_function = Qt.Key.Key_F1 <= combined.key() <= Qt.Key.Key_F35
    if not is_function and not combined.keyboardModifiers() & _HELD:
        return tr("Letters and digits alone are for typing: hold Ctrl, Alt or both, or take a function key.")
    return ""
