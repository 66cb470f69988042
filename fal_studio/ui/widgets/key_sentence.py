"""A sentence with keys of the keyboard in it, centred, breaking between words."""

import re

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.chips import draw_key, key_width
from fal_studio.ui.widgets.key_words import caps_of

_TOKEN = re.compile(r"\{([^}]+)\}|(\S+)")
_PIECE = re.compile(r"[^/]+/*|/+")
"""A long endpoint id goes on in the next line after one of its strokes."""


class _Word(msgspec.Struct, frozen=True):
    text: str
    is_key: bool
    width: float
    space: float
    """Pixels before it, unless it begins a line; none within an endpoint id."""


class KeySentence(QWidget):
    """Words of style `hero`; what stands in braces is a key: `KeySentence("Press {Ctrl} {Enter} to make a picture")`."""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self._measured: tuple[float, list[_Word]] | None = None
        """The words at a zoom: a layout asks for them some twenty times before it is content."""
        # Not fixed: Qt would then cut it at the height of the one line that it would like to be.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_sentence(sentence)

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        # As they stand on the caps: Qt knows them in the language of the program.
        sentence = re.sub(r"\{(\w+)\}", lambda key: f"{{{' '.join(caps_of(key[1]))}}}", sentence)
        self._sentence, self._measured = sentence, None
        self.setAccessibleName(sentence.replace("{", "").replace("}", ""))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that narrower means taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines that fit a width."""
        return len(self._lines(width)) * self._line_height()

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        words = self._words()
        return QSize(round(_wide(words) + 1), self._line_height())

    def minimumSizeHint(self) -> QSize:
        """Return the widest word."""
        return QSize(round(max((word.width for word in self._words()), default=0.0) + 1), self._line_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        del event
        theme = current()
        painter = QPainter(self)
        font = theme.font("hero")
        high = self._line_height()
        for number, words in enumerate(self._lines(self.width())):
            x = (self.width() - _wide(words)) / 2
            top = number * high
            for place, word in enumerate(words):
                x += word.space if place else 0.0
                if word.is_key:
                    draw_key(painter, x, top + high / 2, word.text, large=True)
                else:
                    area = QRectF(x, top, word.width + 2, high)
                    paint.text(
                        painter, area, word.text, font, theme.color("text.1"), Qt.AlignmentFlag.AlignLeft
                    )
                x += word.width

    def _line_height(self) -> int:
        return current().px(32)

    def _words(self) -> list[_Word]:
        zoom = current().zoom
        if self._measured is not None and self._measured[0] == zoom:
            return self._measured[1]
        words: list[_Word] = []
        space = text_width("hero", " ")
        for key, text in _TOKEN.findall(self._sentence):
            if key:
                words.append(_Word(key, is_key=True, width=key_width(key, large=True), space=space))
            for place, piece in enumerate(_PIECE.findall(text)):
                wide = text_width("hero", piece)
                words.append(_Word(piece, is_key=False, width=wide, space=0.0 if place else space))
        self._measured = zoom, words
        return words

    def _lines(self, width: int) -> list[list[_Word]]:
        lines: list[list[_Word]] = []
        for word in self._words():
            if lines and _wide([*lines[-1], word]) <= width:
                lines[-1].append(word)
            else:
                lines.append([word])
        return lines


def _wide(words: list[_Word]) -> float:
    """Return how wide a line of words is."""
    return sum(word.width for word in words) + sum(word.space for word in words[1:])
