"""Requests that a newcomer can run at once, one for each thing the emulator makes."""

from typing import NamedTuple

from fal_studio.core.request import Json, Mode


class Starter(NamedTuple):
    """A request to begin with."""

    title: str
    endpoint: str
    mode: Mode
    arguments: dict[str, Json]
    icon: str


LIGHTHOUSE = Starter(
    "Lighthouse",
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
        "Four mountain mornings",
        "emulator/image",
        Mode.RUN,
        {"prompt": "A mountain lake at sunrise, fog in the valley, pine forest", "num_images": 4, "seed": 11},
        "image",
    ),
    Starter(
        "Explain queues to a child",
        "emulator/chat",
        Mode.STREAM,
        {"prompt": "Explain to a child why some requests wait in a queue."},
        "chat",
    ),
    Starter(
        "Sketch to lake",
        "emulator/sketch",
        Mode.REALTIME,
        {"prompt": "A quiet lake under the moon, watercolour"},
        "brush",
    ),
    Starter(
        "Paper boat",
        "emulator/video",
        Mode.SUBSCRIBE,
        {"prompt": "A paper boat on a calm sea at dusk, slow push-in"},
        "video",
    ),
    Starter(
        "Good morning",
        "emulator/speech",
        Mode.RUN,
        {"text": "Good morning. The lighthouse is still on, and the sea is calm."},
        "audio",
    ),
)
