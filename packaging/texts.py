"""The texts for translators: collects every `tr` and `trn` of the package, and keeps the catalogues of the languages.

Without arguments the template is written to build/words/fal_studio.pot and every catalogue in resources/words is brought up to
date with it. With languages (`de`, `pt_BR`) theirs are begun, too, and it is told what each of them lacks: texts, and documents
such as pages of help. The template is not kept: it follows from the code.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "fal_studio"
CATALOGUES = ROOT / "resources" / "words"
TEMPLATE = ROOT / "build" / "words" / "fal_studio.pot"
DOMAIN = "fal_studio"
TEXTS_OF = {"tr": 1, "trn": 2, "mark": 1}
"""How many texts each function is given."""
DOCUMENTS = ("help",)
"""Folders of resources that have a folder for each language, English ones first."""
MOST_TOLD = 40
"""Of what a language lacks; the catalogue has all of it."""


def texts(package: Path = PACKAGE) -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """Yield file (from the package's parent on), line and text of every call; a text with a plural is a tuple.

    Reads the syntax tree, because Babel's own extractor does not look into f-strings. Raises ValueError for a call without a literal.
    """
    for path in sorted(package.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        file = path.relative_to(package.parent).as_posix()
        if not any(f"{name}(" in source for name in TEXTS_OF):
            continue
        for node in ast.walk(ast.parse(source)):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS_OF
            ):
                continue
            given = [
                arg.value for arg in node.args[: TEXTS_OF[node.func.id]] if isinstance(arg, ast.Constant)
            ]
            found = tuple(text for text in given if isinstance(text, str))
            if len(found) != TEXTS_OF[node.func.id]:
                raise ValueError(
                    f"{file}:{node.lineno}: a text has to be a literal, with names in braces for what changes"
                )
            yield file, node.lineno, found[0] if len(found) == 1 else found


def template() -> Catalog:
    """Return all texts with the files they stand in; lines are left out, for they change with every edit."""
    catalog = Catalog(domain=DOMAIN, project="fal Studio", charset="utf-8", fuzzy=False)
    for file, _line, text in texts():
        catalog.add(text, locations=[(file, 0)])
    return catalog


def bring_up_to_date(language: str, new: Catalog, folder: Path = CATALOGUES) -> Catalog:
    """Write a language's catalogue with all texts of `new`, compile it, and return it; what was translated stays."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if path.exists():
        with path.open("rb") as source:
            known = read_po(source, locale=language, domain=DOMAIN)
    else:
        known = Catalog(locale=language, domain=DOMAIN, project="fal Studio", charset="utf-8", fuzzy=False)
    known.update(new, no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, known, width=110, include_lineno=False, sort_output=True)
    with path.with_suffix(".mo").open("wb") as target:
        write_mo(target, known)
    return known


def main(languages: Sequence[str]) -> int:
    """Write the template and all catalogues; returns the exit code."""
    new = template()
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    with TEMPLATE.open("wb") as target:
        write_po(target, new, width=110, include_lineno=False, sort_output=True)
    print(f"{len(new)} texts: {TEMPLATE.relative_to(ROOT)}")
    there = {path.parent.parent.name for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    for language in sorted(there | set(languages)):
        known = bring_up_to_date(language, new)
        lacks = lacking(known)
        print(f"{language}: {len(known) - len(lacks)} of {len(known)} translated")
        if language in languages:
            tell(lacks, lacking_documents(language))
    return 0


def lacking(catalog: Catalog) -> list[str]:
    """Return the texts that are not translated, or not in every plural form, with the file that each stands in."""
    found: list[str] = []
    for message in catalog:
        forms = tuple(message.string) if isinstance(message.string, list | tuple) else (message.string,)
        if not message.id or all(forms):
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        where = message.locations[0][0] if message.locations else ""
        found.append(f"{where}: {text!r}")
    return sorted(found)


def lacking_documents(language: str, resources: Path = CATALOGUES.parent) -> list[str]:
    """Return the documents that a language does not have: they are shown in English."""
    wanted = (path for folder in DOCUMENTS for path in (resources / folder / "en").glob("*.md"))
    return sorted(
        f"{path.parent.parent.name}/{language}/{path.name}"
        for path in wanted
        if not (path.parent.parent / language / path.name).is_file()
    )


def tell(texts: Sequence[str], documents: Sequence[str]) -> None:
    """Print what a language lacks."""
    for what, lacks in (("texts", texts), ("documents in resources", documents)):
        if lacks:
            print(f"  not translated, {what}:")
            print(*(f"    {one}" for one in lacks[:MOST_TOLD]), sep="\n")
        if len(lacks) > MOST_TOLD:
            print(f"    … and {len(lacks) - MOST_TOLD} more")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
