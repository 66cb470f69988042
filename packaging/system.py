"""What Qt, the multimedia backend and the tests need from the operating system.

Python packages bring Qt itself, but not the libraries a Linux desktop already has. They are looked for by loading them, which
works on every distribution; installing them is done on Debian and Ubuntu only.
"""

import ctypes
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import checkout
from terminal import CommandError, PlainError, quietly, say


class Need(NamedTuple):
    """One thing that must be there: a library by its soname or a program by its name."""

    name: str
    package: str
    purpose: str


WINDOW = "a window"
SOUND = "video and sound"
TESTS = "the tests"

LIBRARIES = (
    Need("libEGL.so.1", "libegl1", WINDOW),
    Need("libGL.so.1", "libgl1", WINDOW),
    Need("libX11.so.6", "libx11-6", WINDOW),
    Need("libX11-xcb.so.1", "libx11-xcb1", WINDOW),
    Need("libdbus-1.so.3", "libdbus-1-3", WINDOW),
    Need("libfontconfig.so.1", "libfontconfig1", WINDOW),
    Need("libfreetype.so.6", "libfreetype6", WINDOW),
    Need("libgssapi_krb5.so.2", "libgssapi-krb5-2", WINDOW),
    Need("libgthread-2.0.so.0", "libglib2.0-0", WINDOW),
    Need("libxkbcommon.so.0", "libxkbcommon0", WINDOW),
    Need("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", WINDOW),
    Need("libxcb-cursor.so.0", "libxcb-cursor0", WINDOW),
    Need("libxcb-icccm.so.4", "libxcb-icccm4", WINDOW),
    Need("libxcb-image.so.0", "libxcb-image0", WINDOW),
    Need("libxcb-keysyms.so.1", "libxcb-keysyms1", WINDOW),
    Need("libxcb-randr.so.0", "libxcb-randr0", WINDOW),
    Need("libxcb-render-util.so.0", "libxcb-render-util0", WINDOW),
    Need("libxcb-shape.so.0", "libxcb-shape0", WINDOW),
    Need("libxcb-xkb.so.1", "libxcb-xkb1", WINDOW),
    Need("libwayland-client.so.0", "libwayland-client0", WINDOW),
    Need("libwayland-cursor.so.0", "libwayland-cursor0", WINDOW),
    Need("libwayland-egl.so.1", "libwayland-egl1", WINDOW),
    Need("libpulse.so.0", "libpulse0", SOUND),
    Need("libXext.so.6", "libxext6", SOUND),
    Need("libXrandr.so.2", "libxrandr2", SOUND),
    Need("libbz2.so.1.0", "libbz2-1.0", SOUND),
)
PROGRAMS = (
    Need("dbus-daemon", "dbus", TESTS),
    Need("gnome-keyring-daemon", "gnome-keyring", TESTS),
    Need("Xvfb", "xvfb", TESTS),
    Need("openbox", "openbox", TESTS),
    Need("xdotool", "xdotool", TESTS),
    Need("xauth", "xauth", TESTS),
    Need("desktop-file-validate", "desktop-file-utils", TESTS),
    Need("appstreamcli", "appstream", TESTS),
    Need("update-mime-database", "shared-mime-info", TESTS),
    Need("xmllint", "libxml2-utils", TESTS),
    Need("curl", "curl", TESTS),
)


def ensure(*, for_tests: bool = False) -> None:
    """See that the system has what is needed: install it where that is possible, else say how."""
    if not sys.platform.startswith("linux"):
        return
    needs = LIBRARIES + (PROGRAMS if for_tests else ())
    wanted = checkout.digest(repr(needs), os.uname().nodename)
    what = "system for tests" if for_tests else "system"
    if checkout.is_stamped(what, wanted):
        return
    missing = [need for need in needs if not is_there(need)]
    if missing:
        _provide(missing)
    if not any(not is_there(need) for need in missing):
        checkout.stamp(what, wanted)


def is_there(need: Need) -> bool:
    """Say whether a library loads or a program is on the path."""
    if need in PROGRAMS:
        return shutil.which(need.name) is not None
    try:
        ctypes.CDLL(need.name)
    except OSError:
        return False
    return True


def install(packages: list[str], why: str) -> None:
    """Install Debian packages, or stop with the one command that would."""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not _has_apt():
        raise PlainError(
            f"{why}\nInstall it with your system's package manager, then run the same command again."
        )
    if os.geteuid() != 0:
        raise PlainError(f"{why}\nInstall it, then run the same command again:\n\n    sudo {command}\n")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        quietly("Asking Debian's mirrors what is there", ["apt-get", "update", "-q"], _log(), environ=environ)
        what = f"Installing {len(packages)} system package{'s' if len(packages) > 1 else ''}"
        quietly(what, command.split(), _log(), environ=environ)
    except CommandError as failure:
        raise PlainError(
            f"{failure}:\n{failure.tail(6)}\nAfter the cause is gone, run: {command}"
        ) from failure


def _provide(missing: list[Need]) -> None:
    purposes = " and ".join(sorted({need.purpose for need in missing}))
    why = f"For {purposes} this system lacks {', '.join(need.name for need in missing)}."
    try:
        install(sorted({need.package for need in missing}), why)
    except PlainError as stop:
        # A person may want to go on without sound, or on the offscreen platform; Qt says what it cannot do.
        if {need.purpose for need in missing} & {TESTS}:
            raise
        say(f"{stop}\nGoing on without.")


def _has_apt() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _log() -> Path:
    return checkout.LOGS / "apt.txt"
