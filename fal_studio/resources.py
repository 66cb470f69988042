"""Where the program's own files lie: beside the package in a wheel, beside the checkout's package otherwise."""

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """Return the folder of fonts, icons and sample media.

    Raises FileNotFoundError when the installation lost it.
    """
    package = Path(__file__).parent
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"The program's resources are missing beside {package}. Install fal Studio again."
    )


def path(*parts: str) -> Path:
    """Return the path of one resource, for example `path("icons", "copy.svg")`."""
    return root().joinpath(*parts)


def text(*parts: str) -> str:
    """Return one resource as text."""
    return path(*parts).read_text(encoding="utf-8")
