"""A sentence with keys of the keyboard in it, centred, breaking between words."""

import itertools
import re
import unicodedata

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import mirroring, paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.chips import draw_key, key_width
from fal_studio.ui.widgets.key_words import caps_of

_TOKEN = re.compile(r"\{([^}]+)\}|(\S+)")
_KEY = re.compile(r"\{[^}]*\}")
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
        painter = QPainter(self)
        way = _way_of(self._sentence)
        lines = self._lines(self.width())
        if way is Qt.LayoutDirection.RightToLeft:
            lines = [_from_right(line) for line in lines]
        with mirroring.mirrored(self.rect(), way):
            self._draw(painter, lines)

    def _draw(self, painter: QPainter, lines: list[list[_Word]]) -> None:
        theme = current()
        font = theme.font("hero")
        high = self._line_height()
        for number, words in enumerate(lines):
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


def _way_of(sentence: str) -> Qt.LayoutDirection:
    """Return which way a sentence runs: that of its first letter outside a key."""
    strong = (unicodedata.bidirectional(letter) for letter in _KEY.sub("", sentence))
    first = next((one for one in strong if one in ("L", "R", "AL")), "L")
    return Qt.LayoutDirection.LeftToRight if first == "L" else Qt.LayoutDirection.RightToLeft


def _from_right(words: list[_Word]) -> list[_Word]:
    """Return a line in the order from the right: keys, and words and ids that run from left to right, keep theirs."""
    line: list[_Word] = []
    for way, run in itertools.groupby(words, key=_way_of_word):
        part = list(run)
        if way is Qt.LayoutDirection.LeftToRight:
            spaces = [part[0].space, *reversed([word.space for word in part[1:]])]
            part = [
                msgspec.structs.replace(word, space=space)
                for word, space in zip(reversed(part), spaces, strict=True)
            ]
        line += part
    return line


def _way_of_word(word: _Word) -> Qt.LayoutDirection:
    return Qt.LayoutDirection.LeftToRight if word.is_key else _way_of(word.text)


def _wide(words: list[_Word]) -> float:
    """Return how wide a line of words is."""
    return sum(word.width for word in words) + sum(word.space for word in words[1:])
