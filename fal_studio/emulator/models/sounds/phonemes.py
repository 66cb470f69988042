"""English-like spelling to sounds, roughly; other scripts are read letter by letter as open syllables."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sound:
    """One speech sound: formants in Hz, loudness of voice and of noise, the noise's centre, and how long."""

    formants: tuple[float, float, float]
    voice: float
    noise: float
    noise_hz: float
    seconds: float


def _vowel(f1: float, f2: float, f3: float, seconds: float = 0.115) -> Sound:
    return Sound((f1, f2, f3), 1.0, 0.0, 2500, seconds)


SOUNDS: dict[str, Sound] = {
    "AA": _vowel(730, 1120, 2500, 0.13),
    "AE": _vowel(680, 1720, 2450),
    "AH": _vowel(620, 1220, 2550, 0.085),
    "AO": _vowel(560, 860, 2450, 0.13),
    "EH": _vowel(530, 1840, 2500, 0.1),
    "ER": _vowel(480, 1340, 1700, 0.12),
    "IH": _vowel(400, 1980, 2560, 0.08),
    "IY": _vowel(290, 2280, 3000, 0.12),
    "OW": _vowel(480, 920, 2400, 0.13),
    "UH": _vowel(440, 1040, 2300, 0.09),
    "UW": _vowel(320, 900, 2250, 0.12),
    "L": Sound((360, 1150, 2700), 0.6, 0.0, 2500, 0.07),
    "R": Sound((360, 1180, 1600), 0.65, 0.0, 2500, 0.07),
    "W": Sound((300, 640, 2200), 0.6, 0.0, 2500, 0.065),
    "Y": Sound((280, 2200, 2900), 0.6, 0.0, 2500, 0.06),
    "M": Sound((260, 1000, 2200), 0.42, 0.0, 2500, 0.075),
    "N": Sound((260, 1500, 2500), 0.42, 0.0, 2500, 0.065),
    "V": Sound((280, 1200, 2300), 0.32, 0.10, 4200, 0.06),
    "Z": Sound((280, 1600, 2600), 0.28, 0.20, 5600, 0.075),
    "TH": Sound((300, 1400, 2500), 0.10, 0.14, 4800, 0.07),
    "F": Sound((300, 1200, 2400), 0.0, 0.18, 4600, 0.08),
    "S": Sound((300, 1600, 2600), 0.0, 0.34, 6200, 0.095),
    "SH": Sound((300, 1700, 2500), 0.0, 0.36, 3200, 0.1),
    "H": Sound((560, 1300, 2500), 0.10, 0.14, 1700, 0.055),
    "B": Sound((300, 900, 2300), 0.30, 0.05, 900, 0.055),
    "D": Sound((300, 1700, 2600), 0.28, 0.10, 3600, 0.05),
    "G": Sound((300, 1900, 2300), 0.28, 0.09, 2000, 0.055),
    "P": Sound((300, 900, 2300), 0.0, 0.20, 1100, 0.06),
    "T": Sound((300, 1700, 2600), 0.0, 0.30, 4600, 0.055),
    "K": Sound((300, 1900, 2300), 0.0, 0.26, 2200, 0.06),
    "CH": Sound((300, 1700, 2500), 0.0, 0.36, 3400, 0.085),
    "J": Sound((300, 1700, 2500), 0.24, 0.24, 3000, 0.075),
    "-": Sound((500, 1500, 2500), 0.0, 0.0, 2500, 0.03),
    ",": Sound((500, 1500, 2500), 0.0, 0.0, 2500, 0.20),
    ".": Sound((500, 1500, 2500), 0.0, 0.0, 2500, 0.34),
}

SPELLINGS: tuple[tuple[str, str], ...] = tuple(
    (pattern, sounds)
    for pattern, sounds in (
        (r"^the$", "TH AH"),
        (r"^of$", "AH V"),
        (r"^one$", "W AH N"),
        (r"^two$", "T UW"),
        (r"tion", "SH AH N"),
        (r"ight", "AA Y T"),
        (r"ough", "AO F"),
        (r"^kn", "N"),
        (r"^wr", "R"),
        (r"^wh", "W"),
        (r"tch", "CH"),
        (r"sch", "SH"),
        (r"ch", "CH"),
        (r"sh", "SH"),
        (r"th", "TH"),
        (r"ph", "F"),
        (r"gh", ""),
        (r"ck", "K"),
        (r"qu", "K W"),
        (r"ng", "N G"),
        (r"ee|ea", "IY"),
        (r"oo", "UW"),
        (r"ou|ow", "AA W"),
        (r"oi|oy", "AO IY"),
        (r"ai|ay|ei|ey", "EH IY"),
        (r"au|aw", "AO"),
        (r"ar", "AA R"),
        (r"er|ir|ur", "ER"),
        (r"or", "AO R"),
        (r"a(?=[^aeiou]e$)", "EH IY"),
        (r"i(?=[^aeiou]e$)", "AA Y"),
        (r"o(?=[^aeiou]e$)", "OW"),
        (r"u(?=[^aeiou]e$)", "Y UW"),
        (r"(?<=[^aeiou])e$", ""),
        (r"(?<=[^aeiou])y$", "IY"),
        (r"c(?=[eiy])", "S"),
        (r"g(?=[ei])", "J"),
        (r"(.)(?=\1)", ""),
        (r"a", "AE"),
        (r"e", "EH"),
        (r"i", "IH"),
        (r"o", "AO"),
        (r"u", "AH"),
        (r"y", "Y"),
        (r"b", "B"),
        (r"c|k", "K"),
        (r"d", "D"),
        (r"f", "F"),
        (r"g", "G"),
        (r"h", "H"),
        (r"j", "J"),
        (r"l", "L"),
        (r"m", "M"),
        (r"n", "N"),
        (r"p", "P"),
        (r"q", "K"),
        (r"r", "R"),
        (r"s", "S"),
        (r"t", "T"),
        (r"v", "V"),
        (r"w", "W"),
        (r"x", "K S"),
        (r"z", "Z"),
    )
)
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
RULES = tuple((re.compile(pattern), tuple(sounds.split())) for pattern, sounds in SPELLINGS)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of a text and the sounds it is spoken with, its pause after it included."""

    word: str
    sounds: tuple[str, ...]
    asks: bool = False


def spoken(text: str) -> list[Spoken]:
    """The words of a text in order."""
    words: list[Spoken] = []
    for word in text.split():
        pause = (".",) if word[-1] in ".!?…。！？:" else ((",",) if word[-1] in ",;–—、" else ("-",))
        sounds = tuple(sound for part in re.findall(r"\d|[^\W\d_]+", word) for sound in _sounds_of(part))
        words.append(Spoken(word, (*sounds, *pause), word[-1] in "?？"))
    return words


def _sounds_of(part: str) -> list[str]:
    if part.isdigit():
        value = unicodedata.digit(part, 0)
        return [*_sounds_of(DIGITS[value]), "-"]
    plain = unicodedata.normalize("NFKD", part.casefold())
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    if not letters:
        vowels, consonants = ("AA", "IY", "UW", "EH", "OW"), ("K", "S", "T", "N", "H", "M", "Y", "R", "W")
        return [sound for letter in part for sound in (consonants[ord(letter) % 9], vowels[ord(letter) % 5])]
    found: list[str] = []
    at = 0
    while at < len(letters):
        for pattern, sounds in RULES:
            match = pattern.match(letters, at)
            if match and not (pattern.pattern.startswith("^") and at > 0):
                found.extend(sounds)
                at = match.end()
                break
        else:
            at += 1
    return found
