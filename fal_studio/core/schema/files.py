"""Whether a file is what a field wants, before it travels."""

import msgspec

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Media
from fal_studio.figures import number
from fal_studio.words import tr


class FileFacts(msgspec.Struct, frozen=True):
    """What is known of a file on this machine."""

    name: str
    size_bytes: int
    content_type: str = ""
    """As its bytes say, not its ending; "" where they say nothing."""
    width: int | None = None
    """Pixels."""
    height: int | None = None
    duration_s: float | None = None


_WORDS = {
    Media.IMAGE: tr("a picture"),
    Media.VIDEO: tr("a video"),
    Media.AUDIO: tr("a sound"),
    Media.MESH: tr("a 3D model"),
    Media.ARCHIVE: tr("an archive, such as a zip"),
    Media.FILE: tr("a file"),
}
_MESHES = (".glb", ".gltf", ".obj", ".fbx", ".ply", ".stl", ".usdz", ".splat")
_ARCHIVES = ("zip", "tar", "gzip", "x-7z", "x-rar", "x-bzip", "x-xz", "zstd")
_ENDINGS = {
    Media.IMAGE: ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic"),
    Media.VIDEO: ("mp4", "mov", "webm", "mkv", "avi", "m4v", "gif"),
    Media.AUDIO: ("wav", "mp3", "flac", "ogg", "opus", "m4a", "aac"),
    Media.MESH: tuple(ending.lstrip(".") for ending in _MESHES),
    Media.ARCHIVE: ("zip", "tar", "gz", "7z"),
    Media.FILE: (),
}


def endings(media: Media | None) -> tuple[str, ...]:
    """Return the file endings to offer when a file is chosen; empty for any."""
    return _ENDINGS[media] if media is not None else ()


def problems(field: Field, file: FileFacts) -> tuple[str, ...]:
    """Return in plain sentences why a file will not do; empty when nothing speaks against it."""
    found = [_type_problem(field.media, file), *_size_problems(field, file), *_pixel_problems(field, file)]
    seconds = file.duration_s
    low, high = _limit(field, "min_duration"), _limit(field, "max_duration")
    if seconds is not None and low is not None and seconds < low:
        found.append(
            tr("{name} lasts {seconds} s; at least {low} s are wanted.").format(
                name=file.name, seconds=number(seconds, ".1f"), low=number(low, "g")
            )
        )
    if seconds is not None and high is not None and seconds > high:
        found.append(
            tr("{name} lasts {seconds} s; at most {high} s are taken.").format(
                name=file.name, seconds=number(seconds, ".1f"), high=number(high, "g")
            )
        )
    return tuple(problem for problem in found if problem)


def _type_problem(media: Media | None, file: FileFacts) -> str:
    if media in (None, Media.FILE) or not file.content_type:
        return ""
    major, _, minor = file.content_type.partition("/")
    fits = {
        Media.IMAGE: major == "image",
        Media.VIDEO: major == "video" or file.content_type == "image/gif",
        # Some containers hold sound or film alike.
        Media.AUDIO: major == "audio" or file.content_type in ("video/mp4", "video/webm", "application/ogg"),
        Media.MESH: major == "model" or file.name.lower().endswith(_MESHES),
        Media.ARCHIVE: any(word in minor for word in _ARCHIVES),
    }[media]
    return (
        ""
        if fits
        else tr("{name} is {named}; this field wants {words}.").format(
            name=file.name, named=_named(file.content_type), words=_WORDS[media]
        )
    )


def _named(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    words = {"image": tr("a picture"), "video": tr("a video"), "audio": tr("a sound"), "text": "text"}
    return (
        f"{words[kind]} ({content_type})"
        if kind in words
        else tr("a file of type {content_type}").format(content_type=content_type)
    )


def _size_problems(field: Field, file: FileFacts) -> list[str]:
    if file.size_bytes == 0:
        return [tr("{name} is empty.").format(name=file.name)]
    low, high = _limit(field, "min_file_size"), _limit(field, "max_file_size")
    if high is not None and file.size_bytes > high:
        return [
            tr("{name} has {bytes}; at most {bytes_2} are taken.").format(
                name=file.name, bytes=_bytes(file.size_bytes), bytes_2=_bytes(high)
            )
        ]
    if low is not None and file.size_bytes < low:
        return [
            tr("{name} has {bytes}; at least {bytes_2} are wanted.").format(
                name=file.name, bytes=_bytes(file.size_bytes), bytes_2=_bytes(low)
            )
        ]
    return []


def _pixel_problems(field: Field, file: FileFacts) -> list[str]:
    if file.width is None or file.height is None or file.height == 0:
        return []
    found: list[str] = []
    for side, value in (("wide", file.width), ("high", file.height)):
        name = "width" if side == "wide" else "height"
        low, high, step = (
            _limit(field, f"min_{name}"),
            _limit(field, f"max_{name}"),
            _limit(field, "multiple_of"),
        )
        if low is not None and value < low:
            found.append(
                tr("{name} is {value} pixels {side}; at least {low} are wanted.").format(
                    name=file.name, value=value, side=side, low=number(low, "g")
                )
            )
        if high is not None and value > high:
            found.append(
                tr("{name} is {value} pixels {side}; at most {high} are taken.").format(
                    name=file.name, value=value, side=side, high=number(high, "g")
                )
            )
        if step and value % step:
            found.append(
                tr("{name} is {value} pixels {side}; it must be a multiple of {step}.").format(
                    name=file.name, value=value, side=side, step=number(step, "g")
                )
            )
    ratio = file.width / file.height
    low, high = _limit(field, "min_aspect_ratio"), _limit(field, "max_aspect_ratio")
    if (low is not None and ratio < low) or (high is not None and ratio > high):
        found.append(
            tr("{name} is {width} × {height}; that shape is not taken.").format(
                name=file.name, width=file.width, height=file.height
            )
        )
    return found


def _limit(field: Field, name: str) -> float | None:
    value: Json = field.limits.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _bytes(count: float) -> str:
    return (
        tr("{count} MB").format(count=number(count / 1000000.0, ",.1f"))
        if count >= 100_000
        else tr("{count} bytes").format(count=number(count, ",.0f"))
    )
