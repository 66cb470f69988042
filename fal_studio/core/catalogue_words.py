"""Words of fal's catalogue in the language of this run. Both sets are open: what is not known stays as fal writes it."""

from fal_studio.words import mark, told, tr

_MEDIA = (
    mark("text"),
    mark("image"),
    mark("video"),
    mark("audio"),
    mark("speech"),
    mark("3d"),
    mark("json"),
)
"""What stands at both sides of a category such as `image-to-video`."""
_CATEGORIES = (mark("vision"), mark("training"), mark("llm"), mark("unknown"), *_MEDIA)
_UNITS = (
    mark("image"),
    mark("megapixel"),
    mark("video"),
    mark("second"),
    mark("minute"),
    mark("hour"),
    mark("compute second"),
    mark("request"),
    mark("run"),
    mark("generation"),
    mark("object"),
    mark("step"),
    mark("token"),
    mark("character"),
    mark("1000 characters"),
    mark("1000 tokens"),
    mark("1m tokens"),
)
"""What one is billed for, as `GET /models/pricing` names it."""
_TO = "-to-"


def category_in_words(category: str) -> str:
    """Return what a model makes of what: `image-to-video` is said as "Bild zu Video" in German."""
    source, _, target = category.partition(_TO)
    if source in _MEDIA and target in _MEDIA:
        return tr("{source}-to-{target}").format(source=told(source), target=told(target))
    return told(category) if category in _CATEGORIES else category


def unit_in_words(unit: str) -> str:
    """Return what a price is for, behind "per": one of it, so `images` is an image, too."""
    unit = unit.strip()
    if unit in _UNITS:
        return told(unit)
    single = unit.removesuffix("s")
    return told(single) if single in _UNITS else unit
