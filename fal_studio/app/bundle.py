"""A report about a mistake: what it holds is made here, without secrets, before anybody sees or saves it."""

import io
import platform
import zipfile
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

import msgspec

from fal_studio.core import har
from fal_studio.core.blobs import Load
from fal_studio.core.events import Event
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Json, Request
from fal_studio.core.settings import Settings
from fal_studio.doctor.findings import Finding
from fal_studio.doctor.machine import PACKAGES
from fal_studio.modes.http import program_version
from fal_studio.words import tr

README = tr("""A report about fal Studio {version}.

It was made on this machine and was sent to nobody. Keys and tokens are taken out, and the home folder is written as ~.
What each file holds:

versions.json          fal Studio, Python, the libraries, the operating system
self-test.json         what the self-test found
settings.json          what was chosen in the settings
log.txt                the last lines of the log
last-failed-call.har   the last call that failed, WITH its inputs, as an HTTP archive
""")


class Part(msgspec.Struct, frozen=True):
    """One file of the report."""

    name: str
    about: str
    text: str


def parts(
    findings: Sequence[Finding],
    settings: Settings,
    log: str,
    failed: tuple[tuple[Event, ...], Request | None] | None,
    load: Load,
    secrets: Iterable[str],
) -> tuple[Part, ...]:
    """Return the files of a report; `failed`: the facts and the request of the last call that failed."""
    redactor = Redactor(secrets)
    home = str(Path.home())

    def safe(text: str) -> str:
        text = redactor.text(text)
        return text if home in ("", "/") else text.replace(home, "~")

    def written(value: object) -> str:
        return safe(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())

    found = [
        Part("README.txt", tr("What is in it"), README.format(version=program_version())),
        Part("versions.json", tr("Programs and libraries"), written(_versions())),
        Part("self-test.json", tr("What the self-test found"), written(list(findings))),
        Part("settings.json", tr("What you chose"), written(settings)),
        Part("log.txt", tr("The last lines of the log"), safe(log) or tr("Nothing was logged.") + "\n"),
    ]
    if failed is not None:
        archive = har.document(*failed, redactor, load, version=program_version())
        text = safe(har.encode(archive).decode())
        found.append(Part("last-failed-call.har", tr("With its inputs"), text))
    return tuple(found)


def zipped(chosen: Iterable[Part]) -> bytes:
    """Return the report as the bytes of a ZIP file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for part in chosen:
            file.writestr(part.name, part.text)
    return data.getvalue()


def _versions() -> dict[str, Json]:
    packages: dict[str, Json] = {}
    for package in PACKAGES:
        try:
            packages[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            packages[package] = None
    return {
        "fal_studio": program_version(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": packages,
    }
