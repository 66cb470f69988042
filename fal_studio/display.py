"""Whether a window could be seen here, asked of the environment before Qt is: Qt ends the process when it finds no display."""

import os
import sys

from fal_studio.words import tr

OFFSCREEN = "offscreen"
MISSING = tr("There is no display here: neither WAYLAND_DISPLAY nor DISPLAY is set.")
NEXT_STEP = tr(
    "Log in to a desktop, or go on without a window: fal-studio call makes one call, "
    "fal-studio tour draws the window into files, fal-studio doctor looks at this machine."
)
_ON_SCREEN = ("xcb", "wayland")


def is_missing() -> bool:
    """Say whether Qt would look for a display that is not there; never so on macOS and Windows."""
    if not sys.platform.startswith("linux"):
        return False
    # A list such as "wayland;xcb" is tried in order; anything but these two needs no display server.
    wanted = os.environ.get("QT_QPA_PLATFORM", "").split(";")
    if not all(name.startswith(_ON_SCREEN) for name in wanted if name):
        return False
    return not (os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))


def use_offscreen() -> None:
    """Let Qt draw into memory; to be called before the application is made."""
    os.environ["QT_QPA_PLATFORM"] = OFFSCREEN
