"""What a prompt asks for: scene, time of day, weather, tint and style, read from its words."""

import itertools
import re
import unicodedata
from dataclasses import dataclass

from fal_studio.emulator.models.scenes.noise import rng_for

SCENES: dict[str, str] = {
    "lighthouse": "lighthouse beacon leuchtturm phare faro",
    "jellyfish": "jellyfish medusa jelly underwater deep-sea",
    "still_life": "still-life jug lemon lemons vase table pear fruit apple ceramic bowl pitcher bottle",
    "aurora": "aurora northern-lights borealis polar-lights",
    "cottage": "cottage cabin village hut farmhouse chalet church house snowfall winter",
    "city": "city skyline skyscraper skyscrapers downtown metropolis street tokyo york london neon cyberpunk",
    "desert": "desert dune dunes sahara sand camel oasis",
    "space": "space planet planets galaxy nebula saturn rings cosmos universe astronaut rocket orbit star-field",
    "animal": "fox cat wolf deer animal portrait kitten owl tiger",
    "flowers": "flower flowers meadow poppy poppies tulip tulips lavender field wildflowers garden spring rose daisies",
    "sailing": "boat sailing sail sailboat ship yacht regatta ocean sea harbour harbor paper-boat waves",
    "forest": "forest woods woodland trees tree birch redwood jungle path god-rays",
    "mountains": "mountain mountains alps peak peaks ridge hills valley himalaya range canyon lake landscape",
    "flow": "abstract flow flowing shapes silk waves-of-colour gradient swirl ribbon ribbons liquid marble fractal",
}
TIMES: dict[str, str] = {
    "sunset": "sunset sundown sunsets",
    "dawn": "dawn sunrise morning daybreak first-light",
    "golden": "golden end-of-the-day end-of-day evening warm honey low-sun late",
    "dusk": "dusk twilight blue-hour gloaming",
    "night": "night midnight moon moonlight moonlit nocturne stars starry dark nightfall",
    "storm": "storm stormy thunder lightning tempest",
    "overcast": "overcast cloudy grey gray gloomy november",
    "day": "day noon midday sunny blue-sky bright summer afternoon",
}
WEATHER: dict[str, str] = {
    "fog": "fog foggy mist misty haze hazy",
    "rain": "rain rainy drizzle downpour shower",
    "snow": "snow snowy snowing snowfall blizzard",
    "storm": "storm stormy thunder lightning tempest",
}
TINTS: dict[str, str] = {
    "pastel": "pastel soft pale",
    "teal": "teal turquoise cyan",
    "red": "red crimson scarlet",
    "monochrome": "monochrome black-and-white b&w noir greyscale grayscale",
    "autumn": "autumn autumnal fall october rust",
    "neon": "neon cyberpunk synthwave vaporwave",
    "violet": "violet purple magenta lilac",
    "green": "green emerald",
    "sepia": "sepia vintage antique",
    "muted": "muted faded desaturated",
}
STYLES: dict[str, str] = {
    "watercolour": "watercolour watercolor aquarelle gouache",
    "oil": "oil impressionist impasto painterly monet brushstrokes painting",
    "pixel": "pixel pixel-art 8-bit 16-bit retro-game",
    "ink": "ink line-drawing line sketch pencil drawing engraving etching charcoal",
    "poster": "poster flat vector screenprint linocut minimalist illustration travel-poster",
    "film": "film 35 35mm mm analog analogue grain kodak photo photograph polaroid",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was understood of a prompt."""

    scene: str
    time: str
    weather: str
    tint: str
    style: str
    words: frozenset[str]


def words_of(prompt: str) -> frozenset[str]:
    """The prompt's words, lower case, with pairs and triples joined by hyphens ("blue-hour")."""
    plain = unicodedata.normalize("NFKC", prompt).casefold()
    words = re.findall(r"[\w&]+", plain)
    pairs = [f"{a}-{b}" for a, b in itertools.pairwise(words)]
    triples = [f"{a}-{b}" for a, b in zip(pairs, words[2:], strict=False)]
    fours = [f"{a}-{b}" for a, b in zip(triples, words[3:], strict=False)]
    return frozenset(words + pairs + triples + fours)


def _found(table: dict[str, str], words: frozenset[str]) -> str:
    scores = {name: sum(word in words for word in known.split()) for name, known in table.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else ""


def _first(table: dict[str, str], words: frozenset[str]) -> str:
    return next((name for name, known in table.items() if any(word in words for word in known.split())), "")


def read(prompt: str, seed: int) -> Wish:
    """Understand a prompt; what its words leave open is chosen by the prompt (scene) or the seed (time)."""
    words = words_of(prompt)
    by_prompt = rng_for("scene", " ".join(sorted(words)))
    by_seed = rng_for("time", prompt, seed)
    names = tuple(SCENES)
    scene = _first(SCENES, words) or names[int(by_prompt.integers(len(names)))]
    weather = _found(WEATHER, words)
    time, tint = _found(TIMES, words), _found(TINTS, words)
    if not time and tint != "neon" and weather in ("rain", "fog"):
        time = "overcast" if by_seed.random() < 0.6 else "dawn"
    if not time:
        usual = {
            "city": ("night", "dusk"),
            "aurora": ("night",),
            "cottage": ("dusk", "dawn", "golden"),
            "desert": ("golden", "sunset", "dusk", "night"),
            "still_life": ("day", "golden", "dawn"),
            "flowers": ("golden", "day", "dawn", "sunset"),
            "forest": ("dawn", "golden", "day"),
            "animal": ("sunset", "golden", "dusk", "night"),
            "sailing": ("golden", "day", "sunset", "dawn"),
        }
        choices = usual.get(scene, ("golden", "day", "dawn", "sunset", "dusk", "night", "golden", "sunset"))
        time = choices[int(by_seed.integers(len(choices)))]
    return Wish(scene, time, weather, tint, _found(STYLES, words), words)


def has_any(table: dict[str, str], words: frozenset[str]) -> bool:
    """Whether any of a table's words is among the prompt's."""
    return bool(_first(table, words))
