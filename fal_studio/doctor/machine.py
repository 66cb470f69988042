"""Checks of the machine: versions, folders, keyring, network."""

import importlib.metadata
import shutil
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from fal_studio.core.request import Hosts
from fal_studio.doctor.findings import Finding, note, ok, problem
from fal_studio.figures import number
from fal_studio.store import secrets
from fal_studio.store.paths import Folders
from fal_studio.words import tr

PACKAGES = (
    "PySide6-Essentials",
    "PySide6-Addons",
    "qasync",
    "httpx",
    "httpx-sse",
    "websockets",
    "msgspec",
    "msgpack",
    "keyring",
)
NETWORK_LIMIT_S = 5.0
LITTLE_ROOM_BYTES = 500 * 1024 * 1024


def check_versions() -> Finding:
    """Look for missing packages and for the one pair of versions that crashes."""
    found: dict[str, str] = {"Python": ".".join(map(str, sys.version_info[:3]))}
    missing: list[str] = []
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            missing.append(package)
    if missing:
        return problem(
            "versions",
            tr("Missing: {missing}.").format(missing=", ".join(missing)),
            tr("Install fal Studio again: its packages belong to it."),
            **found,
        )
    if is_broken_pair(sys.version_info[:2], found["PySide6-Essentials"]):
        return problem(
            "versions",
            tr("PySide6 {found} crashes Python {found_2} after some thousand calls.").format(
                found=found["PySide6-Essentials"], found_2=found["Python"]
            ),
            tr("Install PySide6 6.11.3, or use Python 3.12 or newer."),
            **found,
        )
    return ok(
        "versions",
        tr("Python {found}, PySide6 {found_2}").format(
            found=found["Python"], found_2=found["PySide6-Essentials"]
        ),
        **found,
    )


def is_broken_pair(python: tuple[int, int], pyside: str) -> bool:
    """Whether PySide6 takes references of None away from an interpreter that counts them (measured with 6.12.0)."""
    numbers = [int(part) for part in pyside.split(".")[:2] if part.isdigit()]
    return python < (3, 12) and tuple(numbers) >= (6, 12)


def check_folders(folders: Folders) -> Finding:
    """Try to write where calls, settings and results are kept."""
    details = {"data": str(folders.data), "config": str(folders.config), "media": str(folders.media)}
    for folder in (folders.data, folders.config, folders.cache, folders.state, folders.media):
        try:
            with tempfile.NamedTemporaryFile(dir=_existing(folder)) as file:
                file.write(b"fal Studio was here")
                file.flush()
        except OSError as error:
            return problem(
                "data folder",
                tr("{folder} cannot be written: {strerror}.").format(
                    folder=folder, strerror=error.strerror or error
                ),
                tr("Allow writing there, or name another folder in FAL_STUDIO_HOME."),
                **details,
            )
    free = shutil.disk_usage(_existing(folders.data)).free
    if free < LITTLE_ROOM_BYTES:
        return note(
            "data folder",
            tr("{data}: only {free} MB are free.").format(data=folders.data, free=free // 1024**2),
            tr("Make room: pictures and videos are kept there."),
            **details,
        )
    return ok(
        "data folder",
        tr("{data}, {free} GB free").format(data=folders.data, free=number(free / 1024**3, ".0f")),
        **details,
    )


def _existing(folder: Path) -> Path:
    """Return the folder or the nearest one above it that is there: looking must not create anything."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def check_keyring() -> Finding:
    """Ask the keyring's state without making it prompt."""
    report = secrets.inspect()
    if report.is_usable:
        return ok("keyring", report.message, backend=report.backend, state=report.state)
    return note("keyring", report.message, report.next_step, backend=report.backend, state=report.state)


def check_loopback() -> Finding:
    """Connect to ourselves: the emulator needs it."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port), timeout=NETWORK_LIMIT_S):
                return ok("loopback", tr("127.0.0.1 can be reached"))
    except OSError as error:
        return problem(
            "loopback",
            tr("Connections to 127.0.0.1 fail: {error}.").format(error=error),
            tr("A firewall or sandbox forbids them; the emulator needs them."),
        )


def check_network(hosts: Hosts) -> Finding:
    """Resolve and greet each host of the profile, all at once; no request is made and no key is sent."""
    targets = targets_of(hosts)
    answers: dict[str, str] = {}
    threads = [threading.Thread(target=_greet, args=(*target, answers), daemon=True) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(NETWORK_LIMIT_S)
    details = {
        host: answers.get(
            host,
            tr("no answer within {network_limit_s} s").format(network_limit_s=number(NETWORK_LIMIT_S, ".0f")),
        )
        for host, _, _ in targets
    }
    bad = {host: answer for host, answer in details.items() if answer != "ok"}
    if not bad:
        return ok("network", tr("{listed} can be reached").format(listed=_listed(details)), **details)
    (host, answer), *_ = bad.items()
    more = tr(" (and {count} more)").format(count=len(bad) - 1) if len(bad) > 1 else ""
    return note(
        "network",
        f"{host}{more}: {answer}.",
        tr(
            "The emulator profile works without a network. For fal, check the connection, the proxy and the firewall."
        ),
        **details,
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def targets_of(hosts: Hosts) -> list[tuple[str, int, bool]]:
    """Return host, port and whether it speaks TLS, of every door of a profile, each once."""
    return sorted({_target(url) for url in (hosts.run, hosts.queue, hosts.rest, hosts.cdn, hosts.platform)})


def _target(url: str) -> tuple[str, int, bool]:
    parts = urlsplit(url)
    is_tls = parts.scheme in ("https", "wss")
    return parts.hostname or "", parts.port or (443 if is_tls else 80), is_tls


def _greet(host: str, port: int, is_tls: bool, answers: dict[str, str]) -> None:
    try:
        secured = ssl.create_default_context() if is_tls else None
        with socket.create_connection((host, port), timeout=NETWORK_LIMIT_S) as plain:
            if secured is not None:
                with secured.wrap_socket(plain, server_hostname=host):
                    pass
        answers[host] = "ok"
    except socket.gaierror as error:
        answers[host] = tr("the name cannot be resolved ({strerror})").format(strerror=error.strerror)
    except ssl.SSLCertVerificationError as error:
        answers[host] = tr("its certificate is not trusted ({verify_message})").format(
            verify_message=error.verify_message
        )
    except (OSError, UnicodeError) as error:
        answers[host] = tr("no connection ({error})").format(error=error)
