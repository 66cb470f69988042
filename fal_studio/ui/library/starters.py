"""Requests that a newcomer can run at once, one for each thing the emulator makes.

Titles are marked, and told in the language of this run. Inputs are data and stay English, as examples of endpoints do: the emulator,
like most models, reads them so.
"""

from typing import NamedTuple

from fal_studio.core.request import Json, Mode
from fal_studio.words import mark


class Starter(NamedTuple):
    """A request to begin with."""

    title: str
    """The same in every language; shown by `told`."""
    endpoint: str
    mode: Mode
    arguments: dict[str, Json]
    icon: str


LIGHTHOUSE = Starter(
    mark("Lighthouse"),
    "emulator/image",
    Mode.SUBSCRIBE,
    {
        "prompt": (
            "A lighthouse on a small rock island at the end of the day, long exposure sea, thin haze, "
            "warm golden light"
        ),
        "seed": 7,
    },
    "image",
)
STARTERS = (
    LIGHTHOUSE,
    Starter(
        mark("Four mountain mornings"),
        "emulator/image",
        Mode.RUN,
        {"prompt": "A mountain lake at sunrise, fog in the valley, pine forest", "num_images": 4, "seed": 11},
        "image",
    ),
    Starter(
        mark("Explain queues to a child"),
        "emulator/chat",
        Mode.STREAM,
        {"prompt": "Explain to a child why some requests wait in a queue."},
        "chat",
    ),
    Starter(
        mark("Sketch to lake"),
        "emulator/sketch",
        Mode.REALTIME,
        {"prompt": "A quiet lake under the moon, watercolour"},
        "brush",
    ),
    Starter(
        mark("Paper boat"),
        "emulator/video",
        Mode.SUBSCRIBE,
        {"prompt": "A paper boat on a calm sea at dusk, slow push-in"},
        "video",
    ),
    Starter(
        mark("Good morning"),
        "emulator/speech",
        Mode.RUN,
        {"text": "Good morning. The lighthouse is still on, and the sea is calm."},
        "audio",
    ),
)
