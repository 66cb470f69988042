"""How numbers, dates and money are written: as the region of the system has it, in the language of the program.

Without a choice both are the system's. A language that was chosen decides, and the region stays as far as people there speak that
language: German in Switzerland writes 1'234.5, English in Germany 1.234,5 with English names of months. Elsewhere it is the
language's own main region. A German sentence with 1,234.5 in it would be read as a little more than one.
"""

from PySide6.QtCore import QLocale

from fal_studio.language import PSEUDO, SYSTEM


def locale_of(asked: str, spoken: str, system: QLocale) -> QLocale:
    """Return the locale that numbers and dates are written in.

    `asked`: what was chosen (`words.LANGUAGE`); `spoken`: what the texts are in (`words.TAG`), such as `de` or `pt-BR`.
    """
    if asked in (SYSTEM, PSEUDO):
        return system
    own = QLocale(spoken.replace("-", "_"))
    if own.language() == system.language():
        return system
    return own if "-" in spoken else QLocale(own.language(), own.script(), system.territory())
