"""Keys that lie about: in variables of the environment and in `.env` files. Found only to be offered, never used unasked."""

from collections.abc import Mapping
from typing import NamedTuple

from fal_studio.core.accounts import cleaned
from fal_studio.words import tr

KEY, KEY_ID, KEY_SECRET = "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET"


class Found(NamedTuple):
    """A key, and where it stands: for people, without the key."""

    where: str
    key: str


def in_variables(variables: Mapping[str, str]) -> Found | None:
    """Return the key that variables hold, as fal's own client reads them (fal-client, `auth.py`); None for none."""
    if key := cleaned(variables.get(KEY, "")):
        return Found(KEY, key)
    parts = cleaned(variables.get(KEY_ID, "")), cleaned(variables.get(KEY_SECRET, ""))
    return (
        Found(tr("{key_id} and {key_secret}").format(key_id=KEY_ID, key_secret=KEY_SECRET), ":".join(parts))
        if all(parts)
        else None
    )


def in_file(text: str) -> Found | None:
    """Return the key that a `.env` file holds; None for none.

    Lines are NAME=VALUE, with `export` before them or not, the value bare or in quotes, `#` begins a comment.
    """
    variables: dict[str, str] = {}
    for line in text.lstrip("\ufeff").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.lstrip().startswith("#"):
            variables[name.strip()] = _value(value.strip())
    return in_variables(variables)


def _value(text: str) -> str:
    quote = text[:1]
    if quote in ("'", '"') and quote and (end := text.find(quote, 1)) > 0:
        return text[1:end]
    return text.split(" #", 1)[0].strip()
