"""What a person asked for in a request, in words: the prompt, the seed, and all text that a search should find."""

from collections.abc import Iterator

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.blobs import as_blob
from fal_studio.core.request import Json

PROMPT_CHARACTERS = 200
"""As many of a prompt as a row shows."""
TEXT_CHARACTERS = 100_000
"""As many of a request as a search looks through."""
_PROMPT_KEYS = (
    "prompt",
    "text",
    "gen_text",
    "input",
    "query",
    "question",
    "instruction",
    "lyrics",
    "caption",
)
_SIZE_KEYS = ("image_size", "aspect_ratio", "resolution", "size", "width", "height")
_DEPTH = 32
_LONGEST_SEED = 80


def prompt_of(arguments: Json) -> str:
    """Return the beginning of what was asked in words, on one line; empty where nothing was."""
    text = _prompt(arguments)
    return " ".join(text[: 4 * PROMPT_CHARACTERS].split())[:PROMPT_CHARACTERS]


def whole_prompt_of(arguments: Json) -> str:
    """Return all of what was asked in words; empty where nothing was."""
    return _prompt(arguments)


def seed_of(payload: Json) -> str:
    """Return the seed in arguments or in a result as decimal digits; empty where there is none."""
    value = payload.get("seed") if isinstance(payload, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    text = str(value).strip()
    return text if len(text) <= _LONGEST_SEED and text.removeprefix("-").isdigit() else ""


def sizes_of(arguments: Json) -> dict[str, Json]:
    """Return what arguments say about the size of what is made, by field, in their order; empty where nothing is said."""
    if not isinstance(arguments, dict):
        return {}
    return {key: value for key, value in arguments.items() if key in _SIZE_KEYS and _size_words(value)}


def size_of(arguments: Json) -> str:
    """Return the size that was asked for, in a few signs: square_hd, 1024 × 768, 16:9 720p; empty where none was."""
    said = sizes_of(arguments)
    if isinstance(said.get("width"), int) and isinstance(said.get("height"), int):
        return _size_words(said)
    return " ".join(_size_words(value) for value in said.values())


def _size_words(value: Json) -> str:
    if isinstance(value, dict):
        wide, high = value.get("width"), value.get("height")
        return f"{wide} × {high}" if isinstance(wide, int) and isinstance(high, int) else ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def text_of(arguments: Json) -> str:
    """Return all words and numbers of the arguments, a line for each; names of fields and bytes are left out."""
    lines: list[str] = []
    left = TEXT_CHARACTERS
    for line in _texts(arguments, 0):
        lines.append(line[:left])
        left -= len(line) + 1
        if left <= 0:
            break
    return "\n".join(lines)


def _prompt(arguments: Json) -> str:
    if isinstance(arguments, str):
        return arguments
    if not isinstance(arguments, dict):
        return ""
    for key in _PROMPT_KEYS:
        value = arguments.get(key)
        if isinstance(value, str) and value.strip() and not _is_address(value):
            return value
    if isinstance(messages := arguments.get("messages"), list):
        return _last_words(messages)
    for key, value in arguments.items():
        if "prompt" in str(key) and isinstance(value, str) and value.strip():
            return value
    return ""


def _last_words(messages: list[Json]) -> str:
    """Return what the user said last (OpenAI style)."""
    for message in reversed(messages):
        if not isinstance(message, dict) or message.get("role", "user") != "user":
            continue
        content = message.get("content")
        if isinstance(content, str):
            return content
        for part in content if isinstance(content, list) else ():
            if isinstance(part, dict) and isinstance(text := part.get("text"), str):
                return text
    return ""


def _texts(value: Json, depth: int) -> Iterator[str]:
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        if not value.startswith("data:"):
            yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, dict):
        blob = as_blob(value)
        if blob is not None:
            yield f"{blob.content_type} {in_bytes(blob.size_bytes)}"
            return
        for item in value.values():
            yield from _texts(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, depth + 1)


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://", "data:"))
