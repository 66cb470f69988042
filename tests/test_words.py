"""Texts for people: found by the extractor, told in the language that was chosen, whole in the pseudo language."""

import datetime as dt
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLocale

from fal_studio import figures, language, words
from fal_studio.core.budget import usd, usd_in_files
from fal_studio.core.options import parse_seconds, seconds
from fal_studio.core.prices import Price
from fal_studio.core.schema.drift import words_of as field_words
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.core.schema.wording import number as as_typed
from fal_studio.core.schema.wording import sentence
from fal_studio.ui.costs import money
from fal_studio.ui.request.inputs.number import parsed
from fal_studio.ui.widgets import day
from fal_studio.ui.widgets.player_bar import clock

PACKAGE = Path(words.__file__).parent
PACKAGING = PACKAGE.parent / "packaging"
PRINTS = """
from fal_studio.words import tr, trn
print(tr("Cancel"), "|", tr(""), "|", trn("{count} call", "{count} calls", 2).format(count=2))
"""


@pytest.fixture(scope="module")
def texts() -> ModuleType:
    """The extractor of packaging/, which is no package."""
    spec = importlib.util.spec_from_file_location("texts", PACKAGING / "texts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(**surroundings: str) -> str:
    """What a program of its own prints with these variables set."""
    unwanted = {language.VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", PRINTS],
        env=kept | surroundings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    return done.stdout.strip()


def test_every_text_is_a_literal_that_a_translator_can_work_with(texts: ModuleType) -> None:
    found = list(texts.texts())
    assert len(found) > 2500
    for file, line, text in found:
        for one in (text,) if isinstance(text, str) else text:
            assert one, f"{file}:{line}: an empty text"


def test_a_text_that_is_no_literal_is_refused(texts: ModuleType, tmp_path: Path) -> None:
    module = tmp_path / "package" / "module.py"
    module.parent.mkdir()
    module.write_text("print(f\"{tr('Run')} {trn('{n} call', '{n} calls', 2)}\", mark(\"open\"))")
    assert [text for _file, _line, text in texts.texts(module.parent)] == [
        "open",
        "Run",
        ("{n} call", "{n} calls"),
    ]
    module.write_text('print(tr(f"{name} was saved"))')
    with pytest.raises(ValueError, match=r"package/module.py:1: a text has to be a literal"):
        list(texts.texts(module.parent))


def test_without_a_catalogue_the_words_are_english() -> None:
    assert said() == "Cancel |  | 2 calls"
    assert said(FAL_STUDIO_LANGUAGE="tlh", LANG="tlh.UTF-8") == "Cancel |  | 2 calls"


def test_the_language_is_chosen_by_the_environment() -> None:
    assert said(FAL_STUDIO_LANGUAGE="pseudo") == "⟦Çááñçéél⟧ |  | ⟦2 çáállš⟧"


@pytest.mark.parametrize(
    ("asked", "system", "found"),
    [
        ("pt_BR", {}, ("pt_BR", "pt")),
        ("de", {"LANG": "fr_FR.UTF-8"}, ("de",)),
        ("en", {"LANG": "fr_FR.UTF-8"}, ()),
        ("system", {"LANG": "de_AT.UTF-8@euro"}, ("de_AT", "de")),
        ("system", {"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, ()),
        ("system", {"LANGUAGE": "sl:de_AT:en:fr", "LANG": "it_IT.UTF-8"}, ("sl", "de_AT", "de")),
        # What lies behind English is never shown: whoever prefers English gets it.
        ("system", {"LANGUAGE": "en_US:de"}, ()),
        ("system", {}, ()),
    ],
)
def test_languages_are_wanted_in_their_order_until_english(
    asked: str, system: dict[str, str], found: tuple[str, ...]
) -> None:
    assert language.wanted(asked, system) == found


def test_the_pseudo_language_leaves_whole_what_stands_for_something_else() -> None:
    pseudo = words.Pseudo()
    text = "See [the page](https://fal.ai/models) of <b>{name:>8}</b> &amp; `code`, or https://fal.ai/docs"
    told = pseudo.gettext(text)
    assert told.startswith(words.OPEN)
    assert told.endswith(words.CLOSE)
    for whole in (
        "](https://fal.ai/models)",
        "<b>",
        "{name:>8}",
        "</b>",
        "&amp;",
        "`code`",
        "https://fal.ai/docs",
    ):
        assert whole in told
    plain = "Nothing has come back yet, and nothing was billed."
    assert len(pseudo.gettext(plain)) >= 1.25 * len(plain)
    assert pseudo.ngettext("{count} call", "{count} calls", 1) == pseudo.gettext("{count} call")


def test_a_language_is_added_kept_and_told(
    texts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = texts.Catalog()
    new.add("Cancel")
    new.add(("{count} call", "{count} calls"))
    texts.bring_up_to_date("de", new, tmp_path / "words")
    catalogue = tmp_path / "words" / "de" / "LC_MESSAGES" / "fal_studio.po"
    catalogue.write_text(
        catalogue.read_text("utf-8").replace('"Cancel"\nmsgstr ""', '"Cancel"\nmsgstr "Abbrechen"'), "utf-8"
    )
    new.add("Run", locations=[("fal_studio/run.py", 0)])
    again = texts.bring_up_to_date("de", new, tmp_path / "words")
    assert again["Cancel"].string == "Abbrechen"
    assert texts.lacking(again) == [": '{count} call'", "fal_studio/run.py: 'Run'"]
    monkeypatch.setattr(words.resources, "path", tmp_path.joinpath)
    german = words.catalogue("de")
    assert german.gettext("Cancel") == "Abbrechen"
    assert german.gettext("Run") == "Run"


def test_documents_that_a_language_lacks_are_told(
    texts: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("en/run.md", "en/live.md", "de/run.md"):
        file = tmp_path / "help" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert texts.lacking_documents("de", tmp_path) == ["help/de/live.md"]
    texts.tell([f"a.py: '{number}'" for number in range(50)], texts.lacking_documents("de", tmp_path))
    told = capsys.readouterr().out
    assert "a.py: '39'" in told
    assert "a.py: '40'" not in told
    assert "and 10 more" in told
    assert "help/de/live.md" in told


def test_numbers_are_written_as_the_locale_has_them() -> None:
    assert figures.number(1234567) == "1,234,567"
    assert figures.number(0.5, ".2f") == "0.50"
    try:
        figures.use(figures.Marks(decimal=",", group="."))
        assert figures.number(1234567.5, ",.1f") == "1.234.567,5"
        assert figures.percent(0.25) == "25%"
        figures.use(figures.Marks(decimal=",", group=".", percent="{number} %"))
        assert figures.percent(12.5) == "1.250 %"
    finally:
        figures.use(figures.Marks())
    assert figures.number(1.5, ".1f") == "1.5"


def test_numbers_of_fields_prices_and_times_are_written_as_the_region_has_them_and_read_back() -> None:
    steps = Field(
        "cfg", FieldKind.NUMBER, minimum=0.5, maximum=3.5, multiple_of=0.25, has_default=True, default=1.5
    )
    try:
        figures.use(figures.Marks(decimal=",", group="."))
        assert field_words(steps).endswith("from 0,5 · to 3,5 · in steps of 0,25 · default 1,5")
        assert sentence("maximum", 3.5, 4) == "Must be 3,5 or less."
        assert parsed(as_typed(0.25), FieldKind.NUMBER) == 0.25
        assert as_typed(1234567) == "1234567"
        assert Price(0.025, "image").words == "$0,025 per image"
        assert usd(1234.5) == "$1.234,50"
        figures.use(figures.Marks(decimal=",", group=".", dollars="{number} $"))
        assert (usd(1234.5), usd(0.0034)) == ("1.234,50 $", "0,0034 $")
        assert Price(0.025, "image").words == "0,025 $ per image"
        assert (money(0.025), money(1204), money(3, "EUR")) == ("0,025 $", "1.204,00 $", "3,00 EUR")
        assert usd_in_files(1234.5) == "$1,234.50", "files are read everywhere"
        assert seconds(1.5) == "1,5 s"
        assert parse_seconds(seconds(1.5)) == 1.5
        assert clock(3400) == "0:03,4"
    finally:
        figures.use(figures.Marks())


def test_dates_have_the_names_of_the_locale() -> None:
    when = dt.datetime(2026, 10, 24, 12).astimezone().timestamp()
    assert day.day(when) == "24 Oct 2026"
    try:
        day.use(QLocale("de_DE"))
        assert "Okt" in day.day(when)
    finally:
        day.use(QLocale.c())
