"""Shortcuts as people read them: "Ctrl+Shift+P" as the words of three key caps."""

import sys

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

_MODIFIERS = ("Ctrl", "Shift", "Alt", "Meta")


def caps_of(portable: str) -> tuple[str, ...]:
    """Return the words of the caps of a shortcut; of one with several strokes, those of the first, a comma, and so on."""
    if not portable:
        return ()
    if portable in _MODIFIERS:  # Qt knows them only before another key
        return caps_of(f"{portable}+A")[:1]
    native = QKeySequence(portable).toString(QKeySequence.SequenceFormat.NativeText)
    if sys.platform == "darwin" and not native.isascii():
        return (native,)  # ⌘K is one word
    # The words of Qt are translated: what has a shorter name here is known by its portable one.
    parts = zip(QKeySequence(portable).toString().split(", "), native.split(", "), strict=True)
    strokes = [_stroke(*pair) for pair in parts]
    return tuple(
        word for number, stroke in enumerate(strokes) for word in ((",",) if number else ()) + stroke
    )


def beside(portable: str) -> str:
    """Return a shortcut as it stands on a button, behind its words: "Ctrl ⏎"."""
    return " ".join("⏎" if cap == _SHORT["Return"] else cap for cap in caps_of(portable))


def told(portable: str) -> str:
    """Return a shortcut as it stands in a tooltip: "Ctrl+Enter"."""
    native = QKeySequence(portable).toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("Return", _SHORT["Return"])


def _stroke(portable: str, native: str) -> tuple[str, ...]:
    names, words = _parts(portable), _parts(native)
    return tuple(_SHORT.get(name, word) for name, word in zip(names, words, strict=True))


def _parts(stroke: str) -> list[str]:
    parts = stroke.split("+")
    if parts[-1] == "":  # the key is the plus itself
        parts = [*(part for part in parts if part), "+"]
    return parts
