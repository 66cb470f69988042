"""Declared settings: type, default, bounds, title and help in one place; form, file and docs come from here."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from fal_studio.core.naming import USUAL
from fal_studio.core.request import Json
from fal_studio.words import SYSTEM, languages, mark, tr


class Theme(StrEnum):
    """Which colours the window wears."""

    SYSTEM = mark("system")
    LIGHT = mark("light")
    DARK = mark("dark")
    HIGH_CONTRAST = mark("high contrast")


class Motion(StrEnum):
    """How much moves on screen."""

    FULL = mark("full")
    REDUCED = mark("reduced")


class Notify(StrEnum):
    """When the desktop is told that calls have ended."""

    EACH = mark("each")
    EMPTY = mark("when the queue is empty")
    NEVER = mark("never")


class Settings(msgspec.Struct, frozen=True):
    """What a person has chosen. Secrets are never settings."""

    theme: Annotated[
        Theme,
        Meta(
            title=tr("Appearance"),
            description=tr("Light, dark, high contrast, or as the operating system has it."),
            extra={"group": tr("Window and desktop")},
        ),
    ] = Theme.SYSTEM
    language: Annotated[
        str,
        Meta(
            title=tr("Language"),
            description=tr(
                "What fal Studio speaks, from its next start on. What models, servers and files say stays as it is. "
                "FAL_STUDIO_LANGUAGE in the environment comes before this setting."
            ),
            max_length=40,
            extra={"group": tr("Window and desktop"), "has_languages": True, "from_next_start": True},
        ),
    ] = SYSTEM
    text_scale: Annotated[
        float,
        Meta(
            title=tr("Text size"),
            description=tr(
                "How large words and controls are; 1 is as designed. Ctrl+= and Ctrl+- change it, too."
            ),
            ge=0.8,
            le=2.0,
            extra={"group": tr("Window and desktop"), "suffix": " ×", "step": 0.1},
        ),
    ] = 1.0
    motion: Annotated[
        Motion,
        Meta(
            title=tr("Motion"),
            description=tr(
                "Reduced: nothing turns, glides or fades; what goes on is told by a mark that moves once a second."
            ),
            extra={"group": tr("Window and desktop")},
        ),
    ] = Motion.FULL
    notify: Annotated[
        Notify,
        Meta(
            title=tr("Notifications"),
            description=tr("Whether the desktop tells when calls end while the window is not in front."),
            extra={"group": tr("Window and desktop")},
        ),
    ] = Notify.EACH
    notify_sound: Annotated[
        bool,
        Meta(
            title=tr("Sound of notifications"),
            description=tr(
                "Whether the desktop makes its sound with them, where it has one. Off: they are silent. On macOS and Windows "
                "the system's settings decide."
            ),
            extra={"group": tr("Window and desktop")},
        ),
    ] = False
    launcher: Annotated[
        bool,
        Meta(
            title=tr("Count in the launcher"),
            description=tr(
                "How many calls are open, how far they are and that one failed, on the program's icon in the launcher, "
                "dock or taskbar, where the desktop shows that."
            ),
            extra={"group": tr("Window and desktop")},
        ),
    ] = True
    tray: Annotated[
        bool,
        Meta(
            title=tr("Icon in the tray"),
            description=tr(
                "Says what goes on, shows the window, pauses sending and quits, where the desktop has a tray. Off: one is "
                "there only as long as a notification needs it (macOS, Windows). Closing the window ends the program either way."
            ),
            extra={"group": tr("Window and desktop")},
        ),
    ] = False
    letter_keys: Annotated[
        bool,
        Meta(
            title=tr("Single-letter keys"),
            description=tr(
                "Letters do something where pictures, events, videos, comparisons and the live desk have the keyboard, "
                "never where you type. Off: only keys with Ctrl or Alt do; everything has a button or a command, too."
            ),
            extra={"group": tr("Window and desktop")},
        ),
    ] = True
    media_folder: Annotated[
        str,
        Meta(
            title=tr("Media folder"),
            description=tr("Where results are saved. Empty: fal Studio in your Pictures."),
            extra={"group": tr("Results")},
        ),
    ] = ""
    save_results: Annotated[
        bool,
        Meta(
            title=tr("Save every result"),
            description=tr(
                "The files of each result go into the media folder as soon as they are here, each with its request in a "
                "JSON file beside it. Nothing is ever replaced."
            ),
            extra={"group": tr("Results")},
        ),
    ] = False
    name_template: Annotated[
        str,
        Meta(
            title=tr("File names"),
            description=tr(
                "What saved files are called. {endpoint}, {model}, {mode}, {profile}, {date}, {time}, {seed}, "
                "{request_id}, {index}, {name} and {prompt} stand for what the call was; a slash makes a folder."
            ),
            max_length=300,
            extra={"group": tr("Results")},
        ),
    ] = USUAL
    carry_request: Annotated[
        bool,
        Meta(
            title=tr("Write the request into files"),
            description=tr(
                "Saved PNG, JPEG, WebP, MP4 and WAV files hold the endpoint and all inputs, so that dropping one on the "
                "window brings its request back. Off: files and folders hold no inputs, for work that is passed on."
            ),
            extra={"group": tr("Results")},
        ),
    ] = True
    results_gb: Annotated[
        int,
        Meta(
            title=tr("Space for results"),
            description=tr(
                "How much of this disk results may take. A bar at the foot of the window shows how much of it is used, and "
                "it is said when it is used up. Nothing is ever deleted by itself. 0: no bar."
            ),
            ge=0,
            le=100_000,
            extra={"group": tr("Results"), "suffix": " GB", "zero": tr("no bar")},
        ),
    ] = 20
    ask_above_usd: Annotated[
        float,
        Meta(
            title=tr("Ask above"),
            description=tr(
                "US dollars. A run that will probably cost more is asked about first, and so are several runs that "
                "cost more together. 0: never. What a run will cost is known for most endpoints, not for all."
            ),
            ge=0,
            le=100_000,
            extra={"group": tr("Calls and money"), "prefix": "$", "zero": tr("never"), "step": 0.5},
        ),
    ] = 1.0
    calls_at_once: Annotated[
        int,
        Meta(
            title=tr("Calls at once"),
            description=tr(
                "As many calls of a profile are sent before one of them has ended; the others wait here, where they "
                "can be moved and cancelled at no cost. 0: all are sent at once, and fal lets them wait. "
                "Realtime sessions do not count."
            ),
            ge=0,
            le=1_000,
            extra={"group": tr("Calls and money"), "zero": tr("all")},
        ),
    ] = 0
    follow_submitted: Annotated[
        bool,
        Meta(
            title=tr("Follow submitted calls"),
            description=tr(
                "The queue asks what becomes of a submitted call, beginning two seconds after it was taken. "
                "Off: only when you say Follow. One with a webhook is never asked about."
            ),
            extra={"group": tr("Calls and money")},
        ),
    ] = True
    webhook_url: Annotated[
        str,
        Meta(
            title=tr("Public webhook address"),
            description=tr(
                "The https address of your own tunnel to the webhook on this machine. "
                "Empty: only servers on this machine can call it."
            ),
            max_length=2000,
            extra={"group": tr("Webhooks")},
        ),
    ] = ""
    webhook_port: Annotated[
        int,
        Meta(
            title=tr("Webhook port"),
            description=tr(
                "Where the webhook listens on this machine, for a tunnel to find it. 0: any free port. "
                "It holds from the next start on."
            ),
            ge=0,
            le=65_535,
            extra={"group": tr("Webhooks"), "zero": tr("any"), "from_next_start": True},
        ),
    ] = 0

    shortcuts: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            title=tr("Shortcuts"),
            description=tr(
                "Keys that were chosen instead of the first ones, by the name of the command; none: no shortcut."
            ),
            extra={"form": False},
        ),
    ] = {}
    view_keys: Annotated[
        dict[str, str],
        Meta(
            title=tr("Keys of views"),
            description=tr(
                "Keys that were chosen instead of a view's own, by the view and the key; none: no key."
            ),
            extra={"form": False},
        ),
    ] = {}


class Setting(msgspec.Struct, frozen=True):
    """One setting, as a form or the documentation shows it."""

    key: str
    title: str
    help: str
    default: Json
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    group: str = ""
    """The heading that it stands under."""
    prefix: str = ""
    suffix: str = ""
    """Its unit, before or behind the number."""
    zero: str = ""
    """What 0 means, in a word."""
    step: float | None = None
    has_languages: bool = False
    """Its choices are languages, which have names of their own."""
    from_next_start: bool = False
    """A change does not hold at once."""


def declared() -> tuple[Setting, ...]:
    """Return all settings of the form in its order; those that are changed in another place are not among them."""
    return declared_in(Settings())


def declared_in(defaults: msgspec.Struct) -> tuple[Setting, ...]:
    """Return what a struct declares as settings, in its order; fields without a title are left out."""
    hints = get_type_hints(type(defaults), include_extras=True)
    return tuple(
        _declared(key, hints[key], msgspec.to_builtins(getattr(defaults, key)))
        for key in defaults.__struct_fields__
        if get_origin(hints[key]) is Annotated and _shown(hints[key]).get("form", True)
    )


def _shown(hint: object) -> dict[str, Any]:
    """Return how a setting is shown, as its declaration says."""
    return get_args(hint)[1].extra or {}


def _declared(key: str, hint: object, default: Json) -> Setting:
    kind, meta = get_args(hint)
    choices = tuple(str(word) for word in kind) if issubclass(kind, StrEnum) else ()
    shown = {name: value for name, value in _shown(hint).items() if name != "form"}
    if shown.get("has_languages"):
        choices = languages()
    return Setting(key, meta.title, meta.description, default, meta.ge, meta.le, choices, **shown)


def read(stored: Mapping[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings in `stored` and the keys whose value does not fit; those keep their default."""
    hints = get_type_hints(Settings, include_extras=True)
    good: dict[str, Any] = {}
    bad: list[str] = []
    for key in Settings.__struct_fields__:
        if key not in stored:
            continue
        try:
            good[key] = msgspec.convert(stored[key], hints[key])
        except msgspec.ValidationError:
            bad.append(key)
    return Settings(**good), tuple(bad)


def checked(settings: Settings, key: str, value: Json) -> Settings:
    """Return the settings with one of them changed; raises msgspec.ValidationError with what is wrong."""
    hints = get_type_hints(Settings, include_extras=True)
    return msgspec.structs.replace(settings, **{key: msgspec.convert(value, hints[key])})
