"""What a hostile result can hold: each sample with the state that a person sees; nothing runs, nothing is fetched, nothing hangs."""

import base64
import gzip
import io
import json
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QObject, QPoint, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QImage
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from fal_studio.core import artifacts
from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.blobs import Blob, as_blob, blob_of
from fal_studio.core.request import Mode, Request
from fal_studio.services import media
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.player import MediaPlayer
from fal_studio.ui.output.preview import MOST_PICTURES, Preview
from fal_studio.ui.shell.files import ResultFiles
from fal_studio.ui.shell.picture_slots import slots_of
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.wire import payload as wire
from tests.conftest import InLoop
from tests.modes.raw import raw_server
from tests.ui.kept import nothing_kept
from tests.ui.widgets.conftest import Shown
from tests.ui.window.misbehaving import png

URL = "https://files.test/a"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="80" height="80">'


class Visits(QObject):
    """Takes every address that something wants to open."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def visits() -> Iterator[Visits]:
    taken = Visits()
    for scheme in ("http", "https", "file", "javascript"):
        QDesktopServices.setUrlHandler(scheme, taken, "take")
    yield taken
    for scheme in ("http", "https", "file", "javascript"):
        QDesktopServices.unsetUrlHandler(scheme)


class Seen:
    """A preview, and what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._shown = 0
        self.bytes_of = Bytes(nothing_kept)
        self.asked: list[str] = []
        self.bytes_of.wanted.connect(self.asked.append)
        self.preview = Preview(self.bytes_of)
        qtbot.addWidget(self.preview)
        self.preview.resize(400, 300)

    def show(self, data: bytes, content_type: str = "image/png", name: str = "a.png") -> str:
        """Show one picture; return why it is not shown, "" if it is."""
        self._shown += 1
        url = f"{URL}{self._shown}"
        self.preview.show_payload({"images": [{"url": url, "file_name": name, "content_type": "image/png"}]})
        self.bytes_of.put(url, data, content_type)
        return self.outcome()

    def outcome(self) -> str:
        pictures = self.preview.pictures
        self._qtbot.waitUntil(lambda: pictures.is_complete() or bool(pictures.error(0)), timeout=20_000)
        said = pictures.error(0)
        self.preview.grab()
        return said

    @property
    def image(self) -> QImage:
        image = self.preview.pictures.image(0)
        assert image is not None
        return image

    def close(self) -> None:
        self.preview.close_media()
        self.bytes_of.close()
        self.bytes_of.deleteLater()


@pytest.fixture
def seen(qtbot: QtBot, theme: Theme) -> Iterator[Seen]:
    it = Seen(qtbot)
    yield it
    it.close()


def jpeg(*, claims: int, progressive: bool) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "JPEG", progressive=progressive)
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", claims, claims)
    return bytes(data)


def many_frames(count: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 16, 16, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = (
        b"\x21\xf9\x04\x04\0\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 16, 16, 0) + b"\x02\x02\x4c\x01\0"
    )
    return head + frame * count + b"\x3b"


def used_over_and_over() -> bytes:
    groups = b'<g id="a0"><rect width="1" height="1"/></g>' + b"".join(
        b'<g id="a%d">%s</g>' % (n, b'<use xlink:href="#a%d"/>' % (n - 1) * 10) for n in range(1, 10)
    )
    return SVG + b"<defs>" + groups + b'</defs><use xlink:href="#a9"/></svg>'


def words_of_words() -> bytes:
    words = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE svg [<!ENTITY a0 "x">{words}]>'.encode() + SVG + b"<text>&a9;</text></svg>"


REFUSED: dict[str, tuple[bytes, str]] = {
    "a small PNG of 30,000 x 30,000 pixels": (png(30_000, 30_000), "30,000 x 30,000 pixels"),
    "a progressive JPEG of 60,000 x 60,000": (jpeg(claims=60_000, progressive=True), "60,000 x 60,000 pixels"),
    "a PNG that breaks off": (png(64, 64, rows=64)[:90], "cannot be shown"),
    "a program": (b"MZ" + bytes(4000), "cannot be shown"),
    "a PDF": (b"%PDF-1.4\n%\xe2\xe3\n" + b"1 0 obj\n<<>>\nendobj\n" * 9, "PDF"),
    "a web page": (b"<!doctype html><script>fetch('//x')</script><svg></svg>", "a text instead of a picture"),
    "a packed drawing": (gzip.compress(SVG + b"</svg>"), "not a picture"),
    "a drawing that uses itself 10^9 times": (used_over_and_over(), "draws too much"),
    "a drawing with words of words": (words_of_words(), "defines words of its own"),
    "a drawing inside itself": (
        SVG + b'<g id="a"><use xlink:href="#a"/></g></svg>',
        "uses itself",
    ),
    "a drawing without an end": (SVG + b"<g>" * 50_000, "nested too deeply"),
}  # fmt: skip


def test_pictures_that_are_none_or_too_large_say_why_in_their_place(seen: Seen) -> None:
    for name, (data, words) in REFUSED.items():
        said = seen.show(data)
        assert words in said, name
        assert "Save it to look at it elsewhere" in said


def test_drawings_run_nothing_and_reach_for_nothing(seen: Seen, visits: Visits, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    red = QImage(80, 80, QImage.Format.Format_RGB32)
    red.fill(QColor("red"))
    assert red.save(str(secret))
    inside = base64.b64encode(secret.read_bytes()).decode()
    reaching = [
        f'<image xlink:href="{secret}" width="80" height="80"/>',
        f'<image href="{secret.as_uri()}" width="80" height="80"/>',
        '<image xlink:href="http://files.test/spy.png" width="80" height="80"/>',
        '<script>fetch("http://files.test")</script><rect width="9" height="9" onload="alert(1)"/>',
        f'<style>@import "http://files.test/a.css"; rect {{ fill: url({secret}) }}</style>',
        '<foreignObject><iframe src="http://files.test"/></foreignObject>',
        '<filter id="f"><feGaussianBlur stdDeviation="9999"/></filter><rect width="9" height="9" filter="url(#f)"/>',
    ]
    for part in reaching:
        assert seen.show(SVG + part.encode() + b"</svg>") == "", part
        assert seen.image.size().width() == 80
        assert seen.image.pixelColor(70, 70).red() == 0, part
    shape = SVG + f'<image href="data:image/png;base64,{inside}" width="80" height="80"/></svg>'.encode()
    assert seen.show(shape) == ""
    assert seen.image.pixelColor(40, 40) == QColor("red"), "a picture inside the drawing is shown"
    assert all(url.startswith(URL) for url in seen.asked)
    assert visits.urls == []


@pytest.mark.qt_log_ignore("Corrupt JPEG data")
def test_what_can_be_shown_is_shown_small_and_by_its_content(seen: Seen) -> None:
    assert seen.show(many_frames(30_000), "image/gif") == ""
    assert seen.image.width() == 16
    assert seen.show(png(48, 24, rows=24), "text/html", "page.html.exe") == ""
    assert seen.image.width() == 48
    huge = SVG.replace(b'width="80" height="80"', b'width="90000" height="90000"') + b"</svg>"
    assert seen.show(huge) == ""
    assert seen.image.width() <= 4096
    assert "pixels" not in seen.show(jpeg(claims=20_000, progressive=False)), (
        "a plain JPEG is made small at once"
    )


def test_addresses_that_are_no_web_addresses_are_never_asked_for(seen: Seen, visits: Visits) -> None:
    urls = ["file:///etc/passwd", "javascript:alert(1)", "ftp://x/a.png", "//x/a.png", "data:,", "http:a.png"]
    seen.preview.show_payload({"images": [{"url": url, "content_type": "image/png"} for url in urls]})
    assert seen.asked == []
    assert visits.urls == []
    assert not seen.preview.artifacts


def test_files_as_text_are_read_aside_and_damage_is_said(seen: Seen) -> None:
    whole = base64.b64encode(png(64, 64, rows=64)).decode()
    large = "data:image/png;base64," + whole + "\n" * 100_000  # so long that it is no matter of a moment
    seen.preview.show_payload({"images": [{"url": large}]})
    assert not seen.preview.is_complete, "it is not read in the window's thread"
    assert seen.outcome() == ""
    for damaged in ("data:image/png;base64,iVBORw0KGg=X", "data:image/png;base64,A" + "B" * 200_000):
        seen.preview.show_payload({"images": [{"url": damaged}]})
        assert "the text is damaged" in seen.outcome()


def test_a_hundred_megabytes_of_text_become_a_reference() -> None:
    kept: list[Blob] = []

    def keep(data: bytes, content_type: str) -> Blob:
        kept.append(blob_of(data, content_type))
        return kept[-1]

    body = b'{"image": {"url": "data:image/png;base64,' + b"AAAA" * 25_000_000 + b'"}}'
    result = wire.decode_lifted(body, keep)
    assert isinstance(result, dict)
    assert isinstance(image := result["image"], dict)
    assert as_blob(image["url"]) is not None
    assert kept[0].size_bytes == 75_000_000
    assert artifacts.chip(artifacts.find(result)[0]) == "image/png 75 MB"


def test_words_fetch_nothing_and_their_links_do_nothing(
    seen: Seen, visits: Visits, tmp_path: Path, qtbot: QtBot
) -> None:
    picture = tmp_path / "secret.png"
    picture.write_bytes(png(64, 64, rows=64))
    text = (
        f"![a](http://files.test/spy.png) ![b]({picture}) ![c]({picture.as_uri()}) [press](javascript:alert(1)) "
        f'[there](file:///etc/passwd) <script>alert(1)</script> <img src="http://files.test/i.png">'
    )
    seen.preview.show_payload({"text": text})
    words = seen.preview.words
    words.render_now()
    words.grab()
    assert "<script>" in words.toPlainText(), "HTML stays text"
    assert "[picture, not fetched: http://files.test/spy.png]" in words.toPlainText()
    assert "\ufffc" not in words.toPlainText(), "no picture is left in the text"
    for name in ("http://files.test/spy.png", str(picture), picture.as_uri()):
        found = words.document().resource(2, QUrl(name))
        assert found.width() <= 1, "and if there were one, it would not be read from the disk"
    words.anchorClicked.emit(QUrl("javascript:alert(1)"))
    assert seen.asked == []
    assert visits.urls == []


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "Could not open media")
def test_broken_films_and_sounds_say_that_they_cannot_be_played(seen: Seen, qtbot: QtBot) -> None:
    said: list[str] = []
    for kind, name in (("video/mp4", "a.mp4"), ("audio/wav", "a.wav")):
        url = f"https://files.test/{name}"
        seen.preview.show_payload({"file": {"url": url, "content_type": kind, "file_name": name}})
        player = seen.preview.player
        assert player is not None
        player.failed.connect(said.append)
        said.clear()
        seen.bytes_of.put(url, bytes(range(256)) * 200, kind)
        qtbot.waitUntil(lambda: bool(said), timeout=20_000)
        assert "cannot be played here" in said[0]
        assert "Save it" in said[0]


def test_models_that_reach_out_or_never_end_say_so_and_fetch_nothing(seen: Seen, qtbot: QtBot) -> None:
    circle = {"asset": {"version": "2.0"}, "nodes": [{"children": [1]}, {"children": [0]}]}
    reaching = {
        "asset": {"version": "2.0"},
        "buffers": [
            {"byteLength": 60, "uri": "http://files.test/spy.bin"},
            {"byteLength": 9, "uri": "/etc/passwd"},
        ],
    }
    for document, words in ((circle, "turns in a circle"), (reaching, "is not fetched")):
        url = f"https://files.test/{words[:5]}.gltf"
        seen.preview.show_payload({"model_mesh": {"url": url, "content_type": "model/gltf+json"}})
        seen.bytes_of.put(url, json.dumps(document).encode(), "model/gltf+json")
        mesh = seen.preview.mesh
        assert mesh is not None
        qtbot.waitUntil(lambda: mesh.is_ready, timeout=30_000)  # noqa: B023
        assert words in mesh.message
        seen.preview.grab()
    assert all(url.startswith("https://files.test/") for url in seen.asked)


BAD_NAMES = [
    "../../../../etc/cron.d/x.png",
    "..\\..\\evil.png",
    "/etc/passwd.png",
    "C:\\Windows\\a.png",
    "fox\u202egnp.exe.png",
    "a\x00b\nc.png",
    "con.png",
    "~/.ssh/a.png",
    "$(rm -rf x).png",
    "x" * 5000 + ".png",
    ".png",
    "",
]


def test_names_of_files_never_leave_the_folder(
    seen: Seen, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    files = ResultFiles(seen.bytes_of, seen.preview)
    told: list[tuple[str, str]] = []
    files.told.connect(lambda text, tone: told.append((text, tone)))
    seen.bytes_of.put(URL, b"data", "image/png")
    for name in BAD_NAMES:
        data = files.pulled((Artifact(Kind.IMAGE, "image", URL, file_name=name, content_type="image/png"),))
        assert data is not None, name
        path = Path(data.urls()[0].toLocalFile())
        assert path.read_bytes() == b"data"
        assert path.is_relative_to(tmp_path / "fal-studio")
        assert path.name.isprintable()
        assert "\u202e" not in path.name
    assert told == []
    outside = {each for each in tmp_path.iterdir() if each.name != "fal-studio"}
    assert not outside
    assert all(os.access(each, os.R_OK) for each in tmp_path.rglob("*"))


def test_a_picture_that_has_no_room_on_the_stage_is_looked_at_in_a_window_of_its_own(seen: Seen) -> None:
    count = MOST_PICTURES + 3
    seen.preview.show_payload({"images": [{"url": f"{URL}{n}.png"} for n in range(count)]})
    looked: list[int] = []
    seen.preview.look_wanted.connect(looked.append)
    seen.preview.put_on_stage(seen.preview.artifacts[5])
    assert (seen.preview.pictures.chosen, looked) == (5, [])
    seen.preview.put_on_stage(seen.preview.artifacts[-1])
    assert looked == [count - 1]


@pytest.mark.skipif(os.name != "posix", reason="each user has a folder of their own for such files")
def test_results_are_not_put_into_a_folder_that_others_may_write_to(
    seen: Seen, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    others = tmp_path / "fal-studio"
    others.mkdir()
    others.chmod(0o777)
    seen.bytes_of.put(URL, b"data", "image/png")
    files = ResultFiles(seen.bytes_of, seen.preview)
    artifact = Artifact(Kind.IMAGE, "image", URL, file_name="a.png", content_type="image/png")
    for _ in range(2):
        data = files.pulled((artifact,))
        assert data is not None
        path = Path(data.urls()[0].toLocalFile())
        assert path.read_bytes() == b"data"
        assert not path.is_relative_to(others)
        assert path.is_relative_to(tmp_path)
        assert path.parent.parent.stat().st_mode & 0o077 == 0
    assert len(list(tmp_path.iterdir())) == 2, "one folder serves for all of them"


def test_files_that_may_run_something_are_not_opened(seen: Seen, theme: Theme, visits: Visits) -> None:
    files = ResultFiles(seen.bytes_of, seen.preview)
    told: list[str] = []
    files.told.connect(lambda text, _tone: told.append(text))
    seen.bytes_of.put(URL, b"data", "")
    names = ["a.html", "a.svg", "a.desktop", "a.exe", "a.sh", "a.png.lnk", "a.url", "a.jar", "a.docm", "a"]
    for name in names:
        files.open(Artifact(Kind.FILE, "file", URL, file_name=name))
    assert len(told) == len(names)
    assert all("may run something. Save it instead" in text for text in told)
    assert visits.urls == []
    files.open(Artifact(Kind.IMAGE, "file", URL, file_name="a.png"))
    assert visits.urls, "a picture is opened"


def test_words_that_look_like_html_are_shown_as_they_are(seen: Seen, shown: Shown, tmp_path: Path) -> None:
    """Names, prompts and messages stand in tips, too; read as HTML, one could fetch a picture of a share in the network."""
    large = tmp_path / "large.png"
    large.write_bytes(png(1200, 900, rows=900))
    words = f'<b>a</b><img src="{large.as_posix()}">'
    label = ElidedLabel(words)
    window = shown(label)
    QToolTip.showText(window.mapToGlobal(QPoint(0, 0)), label.toolTip(), label)
    (tip,) = (each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel"))
    assert isinstance(tip, QLabel)
    assert (tip.textFormat(), tip.text()) == (Qt.TextFormat.PlainText, words)
    assert tip.height() < 200, "no picture is in it"
    QToolTip.hideText()
    message = MediaPlayer(words, is_video=True, parent=window).findChild(QLabel, "playerMessage")
    assert message is not None
    assert message.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("ratio", ["0:9", "16:0", "99999999999:1", "9" * 5000 + ":1", "²:1", "", ":"])
def test_a_ratio_that_cannot_be_drawn_keeps_a_usual_place(ratio: str) -> None:
    request = Request("emulator/video", Mode.RUN, {"aspect_ratio": ratio})
    assert slots_of(request) == (1, QSize(16, 9))
    assert slots_of(Request("emulator/video", Mode.RUN, {"aspect_ratio": "9:16"})) == (1, QSize(9, 16))


def test_packed_and_endless_downloads_end_at_their_limit(in_plain_loop: InLoop) -> None:
    bomb = gzip.compress(bytes(80_000_000))
    sent: list[int] = []

    async def packed(_request: bytes, _reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb))
        writer.write(bomb)
        await writer.drain()

    async def endless(_request: bytes, _reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            for _ in range(10_000):
                writer.write(bytes(65_536))
                await writer.drain()
                sent.append(65_536)
        except ConnectionError:
            pass

    async def main() -> None:
        for handler in (packed, endless):
            async with raw_server(handler) as raw, media.client() as http:
                with pytest.raises(media.MediaError, match=r"more than 1\.0 MB"):
                    await media.fetch(http, f"http://127.0.0.1:{raw.port}/a.png", limit_bytes=1_000_000)

    in_plain_loop(main())
    assert sum(sent) < 50_000_000
