"""Makes room for classes in a table of PySide6's before a second thread loads any: without that, the process died now and then.

Up to Python 3.11, Shiboken keeps what it knows about each class in a hash table of its own. Qt asks there for the class of an
object at nearly every event, and takes no lock for it: not even Python's. Pages are loaded in threads behind the window, each
class enters the table, and when it gets too full it is built anew. Who asks at that moment finds nothing, and Qt follows a null
pointer (`PySide::MetaObjectBuilder::update` in the core files). A table that is large enough from the first is never built anew.
"""

import sys
from pathlib import Path

import shiboken6

_MORE = 1_100
"""All pages together have under 500 classes that the first window does not have."""
_made: list[bool] = []


def make_room() -> bool:
    """Let the table grow once, in the window's thread, and say whether that was done; where it is not known to help, nothing happens."""
    if not _made:
        _made.append(_grow())
    return _made[0]


def _grow() -> bool:
    if sys.version_info >= (3, 12) or shiboken6.__version_info__[:2] != (6, 11):
        return False
    import ctypes  # noqa: PLC0415 - the window is drawn without it

    try:
        found = Path(shiboken6.__file__).parent.glob("*shiboken6.abi3*")
        (library,) = (each for each in found if each.suffix != ".lib")
        shiboken = ctypes.CDLL(str(library))
        enter, leave = shiboken.PepType_SOTP, shiboken.PepType_SOTP_delete
    except (OSError, ValueError, AttributeError):
        return False
    enter.argtypes = leave.argtypes = [ctypes.c_void_p]
    enter.restype = leave.restype = ctypes.c_void_p
    # No class lives at these addresses. They are only compared, and taken out again; the room stays.
    for address in range(1, _MORE):
        enter(address)
    for address in range(1, _MORE):
        leave(address)
    return True
