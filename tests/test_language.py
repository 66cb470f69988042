"""Which language the program speaks: the variable, the setting, the system; and how numbers follow it."""

import ctypes
import json
import os
import plistlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QLocale

from fal_studio import home, language, resources
from fal_studio.app.region import locale_of
from fal_studio.core.settings import declared
from fal_studio.store.paths import folders
from fal_studio.ui.widgets.setting_controls import language_in_words

SAYS = "from fal_studio.words import tr; print(tr('Cancel'))"
PSEUDO = "⟦Çááñçéél⟧"


def said(*arguments: str, **surroundings: str) -> str:
    """What a program of its own says with these arguments and variables."""
    unwanted = {language.VARIABLE, home.ROOT_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SAYS, *arguments],
        env=kept | surroundings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    return done.stdout.strip()


def keep(root: Path | None, text: str | bytes) -> None:
    """Write the settings file as it is."""
    path = folders(root).preferences
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_the_setting_decides_before_the_system_and_after_the_variable(tmp_path: Path) -> None:
    keep(None, json.dumps({"language": "pseudo"}))
    assert said() == PSEUDO
    assert said(LANG="en_US.UTF-8") == PSEUDO
    assert said(FAL_STUDIO_LANGUAGE="en") == "Cancel"
    assert said(FAL_STUDIO_LANGUAGE="system", LANG="en_US.UTF-8") == "Cancel"
    keep(None, json.dumps({"language": "system"}))
    assert said(LANGUAGE="pseudo") == "Cancel", "the language of tests is no language of a system"
    keep(tmp_path, json.dumps({"language": "pseudo"}))
    assert said() == "Cancel"
    assert said(FAL_STUDIO_HOME=str(tmp_path)) == PSEUDO


def test_the_settings_of_a_named_folder_are_read(tmp_path: Path) -> None:
    keep(tmp_path, json.dumps({"language": "pseudo"}))
    assert said("--verbose", "--data-dir", str(tmp_path)) == PSEUDO
    assert said(f"--data-dir={tmp_path}") == PSEUDO
    assert said("--data-dir") == "Cancel"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"language": 5}', b"\xff\xfe"])
def test_a_damaged_settings_file_leaves_the_language_of_the_system(text: str | bytes) -> None:
    keep(None, text)
    assert said() == "Cancel"


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (
            plistlib.dumps({"AppleLanguages": ["de-AT", "fr-FR", "en-US", "it-IT"]}),
            ("de_AT", "de", "fr_FR", "fr"),
        ),
        (plistlib.dumps({"AppleLanguages": ["pt-BR"]}, fmt=plistlib.FMT_BINARY), ("pt_BR", "pt")),
        (plistlib.dumps({"AppleLanguages": ["en-DE", "de-DE"]}), ()),
        (plistlib.dumps({"AppleLanguages": "de"}), ()),
        (plistlib.dumps({}), ()),
        (plistlib.dumps([]), ()),
        (b"bplist00 and nothing of the kind", ()),
        (b"<plist><dict>", ()),
        (None, ()),
    ],
)
def test_macos_says_its_languages_where_no_variable_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: bytes | None, found: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    if kept is not None:
        path = tmp_path / "Library" / "Preferences" / ".GlobalPreferences.plist"
        path.parent.mkdir(parents=True)
        path.write_bytes(kept)
    assert language.wanted(environ={}, platform="darwin") == found
    assert language.wanted(environ={"LANG": "sl_SI.UTF-8"}, platform="darwin") == ("sl_SI", "sl")
    assert language.wanted("ja", {}, "darwin") == ("ja",)


@pytest.mark.parametrize(
    ("number", "found"), [(0x0407, ("de_DE", "de")), (0x0416, ("pt_BR", "pt")), (0x0409, ()), (0x1000, ())]
)
def test_windows_says_its_language_where_no_variable_does(
    monkeypatch: pytest.MonkeyPatch, number: int, found: tuple[str, ...]
) -> None:
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: number)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert language.wanted(environ={}, platform="win32") == found


def test_what_is_started_from_here_speaks_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(language.VARIABLE, "")
    language.hand_on("pseudo")
    keep(None, json.dumps({"language": "en"}))  # chosen since, for the next start
    assert said(FAL_STUDIO_LANGUAGE=os.environ[language.VARIABLE]) == PSEUDO


def test_each_language_with_a_catalogue_can_be_chosen_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("pt_BR", "sl"):
        catalogue = tmp_path / "words" / name / "LC_MESSAGES" / f"{language.DOMAIN}.mo"
        catalogue.parent.mkdir(parents=True)
        catalogue.touch()
    (tmp_path / "words" / "de" / "LC_MESSAGES").mkdir(parents=True)  # begun, and nothing compiled
    monkeypatch.setattr(resources, "path", tmp_path.joinpath)
    setting = next(one for one in declared() if one.key == "language")
    assert setting.choices == ("system", "en", "pt_BR", "sl")
    shown = [language_in_words(code) for code in setting.choices]
    assert shown == ["system", "English", "Português (Brasil)", "Slovenščina"]
    assert language_in_words("de") == "Deutsch"


@pytest.mark.parametrize(
    ("asked", "spoken", "system", "written"),
    [
        ("system", "de", "de_DE", "1.234,5 Okt."),
        # A system whose language the program does not speak still writes numbers in its own way.
        ("system", "en", "fr_FR", "1\u202f234,5 oct."),
        ("pseudo", "en-x-pseudo", "de_DE", "1.234,5 Okt."),
        # A language that was chosen decides; the region of the system stays where people there speak it.
        ("de", "de", "en_US", "1.234,5 Okt."),
        ("de", "de", "de_CH", "1'234.5 Okt."),
        ("de", "de", "fr_CH", "1'234.5 Okt."),
        ("en", "en", "de_DE", "1.234,5 Oct"),
        ("en", "en", "en_GB", "1,234.5 Oct"),
        ("pt_BR", "pt-BR", "de_DE", "1.234,5 out."),
        # Without a catalogue for it the texts are English, and so are the months.
        ("tlh", "en", "en_US", "1,234.5 Oct"),
    ],
)
def test_numbers_and_dates_follow_the_language_and_the_region(
    asked: str, spoken: str, system: str, written: str
) -> None:
    locale = locale_of(asked, spoken, QLocale(system))
    number = locale.toString(1234.5, "f", 1).replace("’", "'")
    assert f"{number} {locale.monthName(10, QLocale.FormatType.ShortFormat)}" == written
