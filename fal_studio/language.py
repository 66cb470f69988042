"""Which language the program speaks; no Qt, and known before the first text is translated.

The first of these that says something decides:

1. `FAL_STUDIO_LANGUAGE`: `de`, `pt_BR`, `en`, `system`, or `pseudo`, the language of tests.
2. The setting "Language" in the settings file.
3. The system, as gettext asks it: `LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`. Windows sets none of them, and macOS none for what
   is started from the Dock: there it is what was chosen for the whole system.

A language without a catalogue counts as not said, and behind the last one comes English.
"""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fal_studio import home, resources

VARIABLE = "FAL_STUDIO_LANGUAGE"
DOMAIN = "fal_studio"
PSEUDO = "pseudo"
SYSTEM = "system"
ENGLISH = "en"
_ASKED = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_MACOS = "Library/Preferences/.GlobalPreferences.plist"
"""Below the home folder: where macOS keeps what was chosen for all programs."""


def chosen(environ: Mapping[str, str] = os.environ, arguments: Sequence[str] = tuple(sys.argv[1:])) -> str:
    """Return what the variable says, or the setting: one language, or `SYSTEM`."""
    return environ.get(VARIABLE) or _setting(home.given_root(arguments) or home.root(environ)) or SYSTEM


def hand_on(language: str) -> None:
    """Let the programs that this one starts speak the same, whatever the setting says by then."""
    os.environ[VARIABLE] = language


def wanted(
    language: str = SYSTEM, environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> tuple[str, ...]:
    """Return the languages that are wanted, the best first: ("pt_BR", "pt") for `pt_BR`. English needs no catalogue and ends the list.

    `language` is one language, or `SYSTEM` for what the system says, in `environ` or in the way of its `platform`.
    """
    said = [language] if language != SYSTEM else _of_the_system(environ, platform)
    found: list[str] = []
    for one in said:
        spelt = one.partition(".")[0].partition("@")[0].replace("-", "_")
        short = spelt.partition("_")[0]
        if short in (ENGLISH, "C", "POSIX", ""):
            break  # what comes behind English is never needed: English is always there
        found += (spelt, short)
    return tuple(dict.fromkeys(found))


def there() -> tuple[str, ...]:
    """Return the languages that have a catalogue, in the order of their codes; English, which needs none, is not among them."""
    try:
        folder = resources.path("words")
    except FileNotFoundError:  # a command without a window can do without; the window says what is missing
        return ()
    return tuple(sorted(path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def tag(language: str = SYSTEM, environ: Mapping[str, str] = os.environ) -> str:
    """Return what a page in this language says of itself (BCP 47): `pt-BR`; `en` where there is no catalogue."""
    if language == PSEUDO:
        return "en-x-pseudo"
    known = there() if (languages := wanted(language, environ)) else ()
    return next((one.replace("_", "-") for one in languages if one in known), ENGLISH)


def document(folder: str, name: str, languages: tuple[str, ...]) -> Path:
    """Return the file of a text that stands in a folder for each language, such as `help/de/run.md`.

    The first of `languages` that has this text wins, page by page; English has all of them.
    """
    for language in (*languages, ENGLISH):
        path = resources.path(folder, language, name)
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder}/{ENGLISH}/{name} is missing. Install fal Studio again.")


def _setting(root: Path | None) -> str:
    """Return the setting; "" where there is none, or none that can be read: that is told when all settings are read."""
    try:
        text = (home.config(root) / home.SETTINGS).read_bytes()
    except OSError:
        return ""
    msgspec: Any = importlib.import_module(
        "msgspec"
    )  # later than most of the standard library, and seldom needed here
    try:
        stored = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    said = stored.get("language") if isinstance(stored, dict) else None
    return said if isinstance(said, str) else ""


def _of_the_system(environ: Mapping[str, str], platform: str) -> Sequence[str]:
    for name in _ASKED:
        if said := environ.get(name):
            return said.split(":")
    return {"darwin": _of_macos, "win32": _of_windows}.get(platform, tuple)()


def _of_macos() -> Sequence[str]:
    plistlib: Any = importlib.import_module("plistlib")
    expat: Any = importlib.import_module("xml.parsers.expat")
    try:
        chosen = plistlib.loads((Path.home() / _MACOS).read_bytes()).get("AppleLanguages", ())
    except (OSError, ValueError, AttributeError, expat.ExpatError):
        return ()
    return [one for one in chosen if isinstance(one, str)] if isinstance(chosen, list) else ()


def _of_windows() -> Sequence[str]:
    ctypes: Any = importlib.import_module("ctypes")
    locale: Any = importlib.import_module("locale")
    name: str | None = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage())
    return [name] if name else ()
