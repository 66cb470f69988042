"""What a field is for and what it takes, in words: for the help below the form, and for who hears the form. Pure."""

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Media
from fal_studio.figures import number
from fal_studio.ui.request.inputs.words import RANDOM_HELP, bounds_of, data_words, label
from fal_studio.words import told, tr, trn

_SHOWN = 120


def about_of(field: Field) -> str:
    """Return what a field is for, in the document's words and in ours where it does something of ours."""
    if field.kind is FieldKind.SEED and not (field.required or field.has_default):
        return f"{field.help} {RANDOM_HELP}".strip()
    return field.help or (field.title if field.title.lower().replace(" ", "_") != field.name else "")


def facts_of(field: Field, value: Json, *, sent: bool) -> list[str]:
    """Return a field's kind, bounds and default, and what is special about its value now."""
    facts = [_kind(field)]
    if field.kind in (FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.SEED) and (bounds := bounds_of(field)):
        facts.append(bounds)
    if field.multiple_of:
        facts.append(tr("a multiple of {multiple_of}").format(multiple_of=number(field.multiple_of, "g")))
    facts += _lengths(field)
    if field.limits.get("max_file_size"):
        facts.append(
            tr("at most {limits} MB").format(limits=number(field.limits["max_file_size"] / 1000000.0, ".0f"))
        )
    if field.nullable:
        facts.append(tr("or null"))
    if field.has_default:
        facts.append(tr("default {label}").format(label=label(field.default)[:_SHOWN].strip() or tr("empty")))
    elif field.required:
        facts.append(tr("required"))
    if field.kind is FieldKind.PROMPT and isinstance(value, str) and sent:
        facts.append(tr("{count} characters, sent as typed").format(count=len(value)))
    elif isinstance(value, str) and value.startswith("data:"):
        facts.append(tr("{data_words} in the request itself").format(data_words=data_words(value)))
    return facts


def _kind(field: Field) -> str:
    match field.kind:
        case FieldKind.PROMPT:
            return told(FieldKind.TEXT)
        case FieldKind.FILE:
            return _url_of(field)
        case FieldKind.CHOICE | FieldKind.SUGGESTION:
            own = tr(" or an own value") if field.kind is FieldKind.SUGGESTION else ""
            return trn("fixed", "one of {count}{own}", len(field.choices)).format(
                count=len(field.choices), own=own
            )
        case FieldKind.SIZE:
            return tr("a preset, or width and height") if field.choices else tr("width and height")
        case FieldKind.LIST:
            return tr("list of {kind}").format(kind=told(field.item.kind)) if field.item else tr("list")
        case FieldKind.VARIANT:
            return tr("one of {count} forms").format(count=len(field.fields))
        case _:
            return told(field.kind)


def _url_of(field: Field) -> str:
    match field.media:
        case Media.IMAGE:
            return tr("URL of an image")
        case Media.VIDEO:
            return tr("URL of a video")
        case Media.AUDIO:
            return tr("URL of an audio")
        case Media.ARCHIVE:
            return tr("URL of an archive")
        case Media.MESH:
            return tr("URL of a mesh")
        case _:
            return tr("URL of a file")


def _lengths(field: Field) -> list[str]:
    what = {FieldKind.LIST: tr("items"), FieldKind.MAP: tr("entries")}.get(field.kind, tr("characters"))
    if field.min_length and field.max_length:
        return [
            tr("{min_length} to {max_length} {what}").format(
                min_length=field.min_length, max_length=field.max_length, what=what
            )
        ]
    if field.max_length:
        return [tr("at most {max_length} {what}").format(max_length=field.max_length, what=what)]
    return (
        [tr("at least {min_length} {what}").format(min_length=field.min_length, what=what)]
        if field.min_length and field.min_length > 1
        else []
    )
