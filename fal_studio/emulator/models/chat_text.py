"""The words of the emulator's chat model: written by rule from the prompt, honest about it, the same every time."""

import hashlib
import random
import re

SUBJECT_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "for",
        "and",
        "or",
        "is",
        "are",
        "was",
        "be",
        "with",
        "my",
        "me",
        "i",
        "you",
        "your",
        "it",
        "that",
        "this",
        "what",
        "how",
        "why",
        "when",
        "which",
        "can",
        "could",
        "would",
        "should",
        "do",
        "does",
        "did",
        "please",
        "write",
        "tell",
        "explain",
        "give",
        "make",
        "about",
        "from",
        "into",
        "at",
        "by",
        "as",
        "if",
        "not",
        "no",
        "so",
        "we",
        "us",
        "our",
    ]
)
OPENINGS = (
    "Here is a short answer about **{topic}**, made by the emulator.",
    "Let us look at **{topic}** for a moment.",
    "A few words on **{topic}**, as far as an emulator can know it.",
    "Good question. I am the emulator, so take **{topic}** as I see it: by rule, not by reading.",
)
REMARKS = (
    "Start small: one clear step with **{topic}** shows more than a long plan.",
    "Keep what you measured next to what you expected; the difference is the interesting part.",
    "Name things plainly. The reader of tomorrow knows *{topic}* less well than you do today.",
    "Look at the first result early; a late surprise costs the most.",
    "Change one thing at a time, and write down its seed.",
    "When two answers look alike, compare the numbers, not the mood.",
    "Leave a margin: time, tokens and light are all shorter in the evening.",
    "A café table, a pencil and ten quiet minutes solve more than they should ☕.",
)
PROVERBS = (
    "「百聞は一見に如かず」 — seeing once beats hearing a hundred times.",
    "« Petit à petit, l’oiseau fait son nid. » — little by little, the bird builds its nest 🐦.",
    "„Übung macht den Meister.“ — practice makes the master.",
    "“Тише едешь — дальше будешь.” — go slowly, get further.",
    "“Más vale tarde que nunca.” — better late than never 🌙.",
)
THOUGHTS = (
    "The prompt has {count} words; the one that carries it is “{topic}”.",
    "A list, a table and one piece of code show every kind of text a client must draw.",
    "I should say that I am an emulator: nothing here was learned or looked up.",
)


def topic_of(prompt: str) -> str:
    """The few words that a prompt is about."""
    words = re.findall(r"[^\W\d_][\w’'-]*", prompt)
    telling = [word for word in words if word.casefold() not in SUBJECT_STOP]
    return " ".join(telling[:3] or words[:3]) or "nothing in particular"


def reply(prompt: str, system_prompt: str | None, seed: int, temperature: float = 1.0) -> str:
    """The whole answer, in Markdown. At temperature 0 only the prompts decide, above it the seed as well."""
    key = f"{prompt}\x1f{system_prompt or ''}\x1f{seed if temperature > 0 else ''}"
    chosen = random.Random(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest())
    topic = topic_of(prompt)
    parts = [
        f"## {topic[:1].upper()}{topic[1:]}",
        chosen.choice(OPENINGS).format(topic=topic),
        "\n".join(
            f"{number}. {remark.format(topic=topic)}"
            for number, remark in enumerate(chosen.sample(REMARKS, 3), 1)
        ),
        "### In numbers",
        _table(prompt),
        "### In code",
        _code(prompt, topic),
        f"> {chosen.choice(PROVERBS)}",
        _closing(prompt, system_prompt),
    ]
    return "\n\n".join(parts)


def thoughts(prompt: str) -> str:
    """The reasoning that goes before the answer, when it is asked for."""
    topic = topic_of(prompt)
    return " ".join(thought.format(count=len(prompt.split()), topic=topic) for thought in THOUGHTS)


def _table(prompt: str) -> str:
    words = prompt.split()
    longest = max(words, key=len, default="–").replace("|", "\\|")
    rows = [
        ("characters", f"{len(prompt)}"),
        ("bytes in UTF-8", f"{len(prompt.encode('utf-8', 'surrogatepass'))}"),
        ("words", f"{len(words)}"),
        ("longest word", longest[:40]),
        ("tokens, about", f"{tokens(prompt)}"),
    ]
    lines = ["| your prompt | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join(lines)


def _code(prompt: str, topic: str) -> str:
    name = re.sub(r"\W+", "_", topic.casefold()).strip("_") or "topic"
    if re.search(r"\b(javascript|js|node|typescript)\b", prompt.casefold()):
        return f'```js\nconst {name} = await fal.subscribe("emulator/chat", {{\n  input: {{ prompt: "{topic}" }},\n}});\nconsole.log({name}.data.output);\n```'
    return f'```python\nimport fal_client\n\n{name} = fal_client.subscribe("emulator/chat", arguments={{"prompt": "{topic}"}})\nprint({name}["output"])\n```'


def _closing(prompt: str, system_prompt: str | None) -> str:
    ending = "*I am the emulator’s chat model: no network, no weights, no cost. The same prompt and seed give the same words — 日本語 and 🌈 included.*"
    if not system_prompt:
        return ending
    return f"Your system prompt was heard, too: “{system_prompt.strip()[:120]}”.\n\n{ending}"


def pieces(text: str) -> list[str]:
    """The text cut into token-like pieces that join to it again; wide characters stand alone."""
    return re.findall(r"[^\W\d_]{1,7}|\s*\S|\s+", text)


def tokens(text: str) -> int:
    """About how many tokens a text has."""
    return len(pieces(text))


def cut(text: str, max_tokens: int | None) -> tuple[list[str], bool]:
    """The text's pieces up to a limit, and whether the limit cut it."""
    all_pieces = pieces(text)
    if max_tokens is None or max_tokens >= len(all_pieces):
        return all_pieces, False
    return all_pieces[:max_tokens], True
