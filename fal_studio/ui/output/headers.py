"""Requests and answers of a call as text: method, URL, status, headers, as they were. Secrets are gone already."""

from collections.abc import Sequence

from fal_studio.core.events import Attempt, Event, Response
from fal_studio.core.purpose import in_words
from fal_studio.words import tr


def headers_text(events: Sequence[Event]) -> str:
    """Return every attempt and answer; polls that repeat are told once."""
    blocks: list[str] = []
    seen: set[str] = set()
    for event in events:
        match event.fact:
            case Attempt(number=number, why=why, method=method, url=url, headers=headers):
                title = f"→ {method} {url}" + (
                    f"   {in_words(why)}"
                    if number == 1
                    else tr("   {why}, attempt {number}").format(why=in_words(why), number=number)
                )
                block = "\n".join((title, *_lines(headers)))
            case Response(status=status, headers=headers, why=why):
                block = "\n".join((f"← {status}   {in_words(why)}".rstrip(), *_lines(headers)))
            case _:
                continue
        first = block.split("\n", 1)[0]
        if why == "status" and first in seen:
            continue
        seen.add(first)
        blocks.append(f"{block}\n")
    return "\n".join(blocks)


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"    {name}: {value}" for name, value in headers.items()]
