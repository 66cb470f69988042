"""What is wrong with a value at a place in the arguments, for the form and the JSON alike."""

from typing import NamedTuple

from fal_studio.core.schema.field import Path


class Remark(NamedTuple):
    """One problem of one value."""

    path: Path
    message: str
    is_hint: bool = True
    """The schema says so, which may be wrong itself; False: the model has refused it."""
