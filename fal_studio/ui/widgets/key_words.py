"""Shortcuts as people read them: "Ctrl+Shift+P" as the words of three key caps."""

from PySide6.QtGui import QKeySequence

from fal_studio.words import tr

_SHORT = {
    "Return": "Enter",
    "PgUp": tr("Page Up"),
    "PgDown": tr("Page Down"),
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
}


def caps_of(portable: str) -> tuple[str, ...]:
    """Return the words of the caps of a shortcut; of one with several strokes, those of the first, a comma, and so on."""
    if not portable:
        return ()
    native = QKeySequence(portable).toString(QKeySequence.SequenceFormat.NativeText)
    if native and "+" not in native and not native.isascii():
        return (native,)  # macOS: ⌘K is one word
    strokes = [_stroke(stroke) for stroke in native.split(", ")]
    return tuple(
        word for number, stroke in enumerate(strokes) for word in ((",",) if number else ()) + stroke
    )


def _stroke(stroke: str) -> tuple[str, ...]:
    parts = stroke.split("+")
    if parts[-1] == "":  # the key is the plus itself
        parts = [*(part for part in parts if part), "+"]
    return tuple(_SHORT.get(part, part) for part in parts)
