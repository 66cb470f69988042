"""The desktop's files: valid for the desktop's own tools, installed for one person and taken out again."""

import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from fal_studio import resources
from fal_studio.commands.desktop import SIZES, entry, launcher, quoted
from fal_studio.core import saved, transcript
from fal_studio.store import comparisons
from fal_studio.store.paths import APP_ID

FOLDER = resources.path("desktop")
SHARE = "XDG_DATA_HOME"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Linux desktop's files")


def command(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=200, check=False)


def fal_studio(*words: str) -> str:
    done = command(sys.executable, "-m", "fal_studio", "desktop", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_desktops_own_tools_find_nothing_wrong() -> None:
    for words in (
        ("desktop-file-validate", f"{FOLDER / APP_ID}.desktop"),
        ("appstreamcli", "validate", "--no-net", f"{FOLDER / APP_ID}.metainfo.xml"),
        ("xmllint", "--noout", f"{FOLDER / APP_ID}.xml"),
    ):
        done = command(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    told = ET.parse(f"{FOLDER / APP_ID}.metainfo.xml")
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert {one.get("version") for one in told.iter("release")} == {project["version"]}


def test_file_types_are_those_that_are_written() -> None:
    globs = {
        one.get("pattern") for one in ET.parse(f"{FOLDER / APP_ID}.xml").iter() if one.tag.endswith("glob")
    }
    assert globs == {f"*{saved.ENDING}", f"*{comparisons.ENDING}", f"*{transcript.SUFFIX}"}


def test_icons_have_the_size_of_their_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(SHARE, str(tmp_path))
    fal_studio("install")
    for size in SIZES:
        path = tmp_path / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{APP_ID}.png"
        with Image.open(path) as picture:
            assert picture.size == (size, size)
            assert picture.getbbox() is not None
            assert picture.convert("RGBA").getpixel((0, 0))[3] == 0, "its corners are round"


def test_it_is_installed_and_taken_out_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(SHARE, str(tmp_path))
    foreign = tmp_path / "applications" / "another.desktop"
    foreign.parent.mkdir()
    foreign.write_text("[Desktop Entry]\nType=Application\nName=Another\nExec=true\n")
    assert "applications menu" in fal_studio("install")
    installed = tmp_path / "applications" / f"{APP_ID}.desktop"
    done = command("desktop-file-validate", str(installed))
    assert done.returncode == 0, done.stdout
    lines = dict(line.split("=", 1) for line in installed.read_text().splitlines() if "=" in line)
    assert Path(lines["TryExec"]).is_file()
    assert command(*launcher(), "--version").stdout.startswith("fal-studio ")
    # Files and links are known by the databases of the desktop.
    assert (
        f"x-scheme-handler/falstudio={APP_ID}.desktop;"
        in (tmp_path / "applications" / "mimeinfo.cache").read_text()
    )
    named = tmp_path / "Hat.falrequest.json"
    named.write_text("{}")
    if gio := shutil.which("gio"):
        kind = command(gio, "info", "-a", "standard::content-type", str(named)).stdout
        assert "application/vnd.fal-studio.request+json" in kind
    else:
        assert "falrequest.json" in (tmp_path / "mime" / "globs2").read_text()
    assert "files were removed" in fal_studio("remove")
    assert foreign.exists()
    assert not [path for path in tmp_path.rglob(f"*{APP_ID}*") if path.is_file()]
    assert "nothing to remove" in fal_studio("remove")


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/opt/fal", '"/opt/fal"'),
        ("/a b/$x", '"/a b/\\\\$x"'),
        ('/"q"/50%', '"/\\\\"q\\\\"/50%%"'),
        ("/a\\b", '"/a\\\\\\\\b"'),
    ],
)
def test_any_path_is_started_as_it_is(word: str, written: str) -> None:
    assert quoted(word) == written
    text = entry("[Desktop Entry]\nExec=fal-studio %U\nTryExec=fal-studio\nName=x\n", [word, "-m"])
    assert text == f'[Desktop Entry]\nExec={written} "-m" %U\nTryExec={word}\nName=x\n'
