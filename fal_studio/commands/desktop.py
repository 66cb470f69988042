"""`fal-studio desktop`: puts the program into the menus of a Linux desktop and takes it out again, for this person alone."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from fal_studio import resources
from fal_studio.command_line import Parser
from fal_studio.store.files import write_whole
from fal_studio.store.paths import APP_ID
from fal_studio.words import tr, trn

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
NOT_HERE = 1
_PLACEHOLDER = "fal-studio"
"""How the command is called in the entry that is shipped."""
_REFRESH_WITHIN_S = 30


def main(argv: list[str]) -> int:
    """Do what is asked and print what was done; returns the exit code."""
    options = _parser().parse_args(argv)
    if not sys.platform.startswith("linux"):
        print(tr("Only Linux desktops have such entries; here there is nothing to install."), file=sys.stderr)
        return NOT_HERE
    share = platformdirs.user_data_path()
    try:
        if options.what == "install":
            install(share)
            print(
                tr(
                    "fal Studio is in the applications menu now, and opens falstudio:// links. Files: {folder}"
                ).format(folder=share)
            )
        else:
            count = remove(share)
            removed = trn(
                "{count} file was removed from {folder}.", "{count} files were removed from {folder}.", count
            )
            print(removed.format(count=count, folder=share) if count else tr("There was nothing to remove."))
    except OSError as error:
        print(
            tr("{path} could not be written: {why}.").format(path=error.filename, why=error.strerror),
            file=sys.stderr,
        )
        return NOT_HERE
    return 0


def install(share: Path) -> None:
    """Write entry, icons, file types and description below a data folder (`~/.local/share`); raises OSError."""
    for source, place in _files():
        data = source.read_bytes()
        if place.suffix == ".desktop":
            data = entry(data.decode(), launcher()).encode()
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        write_whole(share / place, data)
    _refresh(share)


def remove(share: Path) -> int:
    """Remove what `install` writes, and nothing else; returns how many files there were. Raises OSError."""
    count = 0
    for _source, place in _files():
        if (share / place).exists():
            (share / place).unlink()
            count += 1
    if count:
        _refresh(share)
    return count


def launcher() -> list[str]:
    """Return the words that start this very installation, from any folder."""
    script = Path(sys.executable).with_name("fal-studio")
    return [str(script)] if script.exists() else [sys.executable, "-m", "fal_studio"]


def entry(text: str, words: list[str]) -> str:
    """Return a desktop entry that starts these words in place of the bare command."""
    lines: list[str] = []
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key == "Exec":
            line = f"Exec={' '.join(map(quoted, words))}{value.removeprefix(_PLACEHOLDER)}"
        elif key == "TryExec":
            line = f"TryExec={words[0]}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def quoted(word: str) -> str:
    """Return a word as the Exec key of the Desktop Entry Specification wants it."""
    # Two rules lie over each other: of a quoted argument, and of a string value, whose backslashes count twice.
    for character in ("\\", '"', "`", "$"):
        word = word.replace(character, f"\\{character}")
    return f'"{word}"'.replace("\\", "\\\\").replace("%", "%%")


def _files() -> Iterator[tuple[Path, Path]]:
    """Yield each file that is shipped, and its place below the data folder."""
    folder = resources.path("desktop")
    yield folder / f"{APP_ID}.desktop", Path("applications", f"{APP_ID}.desktop")
    yield folder / f"{APP_ID}.metainfo.xml", Path("metainfo", f"{APP_ID}.metainfo.xml")
    yield folder / f"{APP_ID}.xml", Path("mime", "packages", f"{APP_ID}.xml")
    icons = folder / "icons"
    hicolor = Path("icons", "hicolor")
    yield icons / f"{APP_ID}.svg", hicolor / "scalable" / "apps" / f"{APP_ID}.svg"
    for size in SIZES:
        yield icons / f"{APP_ID}-{size}.png", hicolor / f"{size}x{size}" / "apps" / f"{APP_ID}.png"


def _refresh(share: Path) -> None:
    """Let the desktop read its folders anew; where a program for that is missing, it does so by itself at the next login."""
    commands = (
        ("update-desktop-database", "-q", str(share / "applications")),
        ("update-mime-database", str(share / "mime")),
        ("gtk-update-icon-cache", "-q", "-t", "-f", str(share / "icons" / "hicolor")),
    )
    for name, *words in commands:
        program = shutil.which(name)
        if program is None:
            continue
        try:
            subprocess.run(  # noqa: S603 - the desktop's own programs, with folders of ours
                [program, *words], capture_output=True, timeout=_REFRESH_WITHIN_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue


def _parser() -> Parser:
    parser = Parser(
        prog="fal-studio desktop",
        description=tr(
            "Puts fal Studio into the applications menu, with its icon, its file types and falstudio:// links."
        ),
    )
    parser.things.add_argument(
        "what", choices=["install", "remove"], help=tr("for this person only; no password needed")
    )
    return parser
