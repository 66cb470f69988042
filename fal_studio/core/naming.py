"""How saved results are called: a template in which words in braces stand for facts of the call."""

import re
import time
from collections.abc import Mapping

from fal_studio.core.names import safe_name, split
from fal_studio.words import tr

WORDS = (
    "endpoint",
    "model",
    "mode",
    "profile",
    "date",
    "time",
    "seed",
    "request_id",
    "index",
    "name",
    "prompt",
)
USUAL = "{date} {model} {seed} {index}"
_WORD = r"\{(\w*)\}"
_LONGEST_VALUE = 60
_DEEPEST = 4


def problem_of(template: str) -> str:
    """Return in a sentence what is wrong with a template, "" if it is good."""
    for word in re.findall(_WORD, template):
        if word not in WORDS:
            return tr("{{{word}}} is not known. These are: {words}.").format(
                word=word, words=", ".join(f"{{{known}}}" for known in WORDS)
            )
    if "{" in re.sub(_WORD, "", template) or "}" in re.sub(_WORD, "", template):
        return tr("A brace is open or closed alone.")
    return ""


def filled(template: str, facts: Mapping[str, str], content_type: str = "") -> tuple[str, ...]:
    """Return the folders and the file name that a template gives: every part safe, none that leads upwards.

    Only the template's own slashes make folders. The ending is the one of `facts["name"]`, or that of the content type.
    """
    parts = [_part(part, facts) for part in re.split(r"[/\\]", template)]
    *folders, stem = [part for part in parts if part][-_DEEPEST:] or ["result"]
    _, ending = split(safe_name(facts.get("name", ""), content_type))
    return (*(safe_name(folder) for folder in folders), safe_name(stem + ending, content_type))


def moment(seconds: float) -> dict[str, str]:
    """Return date and time of a calendar moment, as they stand in names."""
    local = time.localtime(seconds)
    return {"date": time.strftime("%Y-%m-%d", local), "time": time.strftime("%H%M%S", local)}


def _part(part: str, facts: Mapping[str, str]) -> str:
    def value(match: "re.Match[str]") -> str:
        return re.sub(r"[/\\]", "-", facts.get(match[1], ""))[:_LONGEST_VALUE]

    text = " ".join(re.sub(_WORD, value, part).split())
    return text.strip(" .-_")
