"""What a palette offers, and what of it fits what was typed: pure, for the list and its tests."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from fal_studio.core.fuzzy import Fit, Span, fit, near
from fal_studio.core.uses import Uses
from fal_studio.words import tr

MOST_OF_A_GROUP = 8
MOST_USED = 7
"""What was used most is offered before anything is typed: so many of it."""
USED = tr("Used lately")
_FOR_USE = 0.3
"""What is always used may come before what fits a little better."""
_AGAINST_NOT_NOW = 0.2


class Entry(NamedTuple):
    """Something to do, to open or to change."""

    key: str
    """Its name, the same in every start: "action:request.run"."""
    group: str
    title: str
    run: Callable[[], object]
    detail: str = ""
    """Quieter words behind the title."""
    icon: str = ""
    keys: tuple[str, ...] = ()
    """Its shortcuts in portable form; each of them does it."""
    why_not: str = ""
    """Why it is not possible now; "" if it is."""
    more: str = ""
    """Words that it is found by and that are not shown."""
    quiet_until: str = ""
    """The part of the title up to here is quieter: "/" for endpoint ids."""
    is_found_elsewhere: bool = False
    """Whoever offers it has looked for what was typed already."""


class Shown(NamedTuple):
    """An entry of the list, with the letters that fit."""

    entry: Entry
    title_spans: tuple[Span, ...] = ()
    detail_spans: tuple[Span, ...] = ()


class Listed(NamedTuple):
    """What the list shows: groups in their order."""

    groups: tuple[tuple[str, tuple[Shown, ...]], ...]
    left_out: int = 0
    """How many more fit."""
    instead: str = ""
    """What was looked for in place of a word that nothing fits."""

    @property
    def count(self) -> int:
        """How many entries are listed."""
        return sum(len(shown) for _, shown in self.groups)


def listed(entries: Sequence[Entry], typed: str, uses: Uses, most: int = MOST_OF_A_GROUP) -> Listed:
    """Return what is offered for what was typed; before anything was, what is used most and the beginning of every group."""
    words = typed.split()
    if not words:
        return _unasked(entries, uses, most)
    found = _found(entries, words, uses)
    instead = ""
    if not found and (meant := _meant(entries, words)) != words:
        found, instead = _found(entries, meant, uses), " ".join(meant)
    groups: dict[str, list[Shown]] = {}
    for _, shown in found:
        groups.setdefault(shown.entry.group, []).append(shown)
    kept = tuple((name, tuple(group[:most])) for name, group in groups.items())
    return Listed(kept, len(found) - sum(len(group) for _, group in kept), instead)


def _found(entries: Sequence[Entry], words: Sequence[str], uses: Uses) -> list[tuple[float, Shown]]:
    """Return what fits, the best first, those of a group together with its best."""
    found: list[tuple[float, Shown]] = []
    for entry in entries:
        fits = fit(words, (entry.title, entry.detail, entry.more))
        if fits is None and entry.is_found_elsewhere:
            fits = Fit(0.1, ((), (), ()))
        if fits is not None:
            score = fits.score + _FOR_USE * uses.share(entry.key) - (_AGAINST_NOT_NOW if entry.why_not else 0)
            found.append((score, Shown(entry, fits.spans[0], fits.spans[1])))
    found.sort(key=lambda one: -one[0])
    return found


def _meant(entries: Sequence[Entry], words: Sequence[str]) -> list[str]:
    known = {word for entry in entries for word in f"{entry.title} {entry.more}".split()}
    everything = [(entry.title, entry.detail, entry.more) for entry in entries]
    return [
        word if any(fit([word], texts) for texts in everything) else near(word, known) or word
        for word in words
    ]


def _unasked(entries: Sequence[Entry], uses: Uses, most: int) -> Listed:
    used = sorted(
        (entry for entry in entries if uses.share(entry.key) and not entry.why_not),
        key=lambda entry: -uses.share(entry.key),
    )[:MOST_USED]
    groups: dict[str, list[Shown]] = {USED: [Shown(entry) for entry in used]} if used else {}
    taken = {entry.key for entry in used}
    left_out = 0
    for entry in sorted(entries, key=lambda entry: bool(entry.why_not)):  # what is not possible stands last
        if entry.key in taken or entry.is_found_elsewhere:
            continue
        group = groups.setdefault(entry.group, [])
        if len(group) < most:
            group.append(Shown(entry))
        else:
            left_out += 1
    return Listed(tuple((name, tuple(group)) for name, group in groups.items()), left_out)
