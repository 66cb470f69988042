"""Makes PySide6's enumerations in a fraction of the time that Python 3.11 takes for them.

PySide6 makes every enumeration of Qt anew at each start, when its class is first needed: hundreds, with thousands of members.
Python makes each as if it were written by hand and might be wrong: it checks each name a dozen times, puts a placeholder into
the class, takes it out again, and makes the class forget what it looked up. That was a fifth of the start. Here the class
begins as a copy of an empty one that Python made, and its members join it at once; what comes out is the same.

Only for Python 3.11, whose `enum` does not change any more; later ones are faster by themselves, and are left alone.
"""

import sys
from enum import KEEP, Enum, EnumType, Flag, IntEnum, IntFlag
from typing import Any

_EnumType: Any = EnumType
_plain: Any = _EnumType._create_
"""What Python does when `Enum("Name", members)` is called."""
_OWN = ("__dict__", "__weakref__", "__module__", "__doc__")
"""What `type` gives each class of its own."""
_begun: dict[Any, tuple[dict[str, Any], frozenset[str]]] = {}
"""For each kind of enumeration: what an empty one holds, and names that members cannot simply have."""


def install() -> None:
    """Let enumerations that are made by a call, as PySide6 makes its own, be made here."""
    if sys.version_info[:2] == (3, 11):
        _EnumType._create_ = _create


def _create(
    cls: Any,
    class_name: str,
    names: Any,
    *,
    module: str | None = None,
    qualname: str | None = None,
    type: Any = None,  # noqa: A002 - so it is called
    start: int = 1,
    boundary: Any = None,
) -> Any:
    """Make an enumeration of pairs of a name and a whole number; anything else is left to Python."""
    named = module or sys._getframe(2).f_globals.get("__name__")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as Python does
    if (module, qualname, type, boundary) == (None, None, None, KEEP) and names.__class__ is list:
        made = make(cls, class_name, names, named)
        if made is not None:
            return made
    return _plain(
        cls, class_name, names, module=named, qualname=qualname, type=type, start=start, boundary=boundary
    )


def make(kind: Any, class_name: str, pairs: list[tuple[str, int]], module: str | None) -> Any:
    """Return a new enumeration of this kind; None where a name or a number is not a plain one."""
    if kind not in (Enum, IntEnum, Flag, IntFlag):
        return None
    if kind not in _begun:
        _begun[kind] = _begin(kind)
    body, taken = _begun[kind]
    members = dict(pairs)
    is_flag = issubclass(kind, Flag)
    for name, value in pairs:
        if name in taken or name[:1] in ("_", "") or value.__class__ is not int or (is_flag and value < 0):
            return None
    if len(members) != len(pairs):
        return None
    body = {name: value.copy() if isinstance(value, (dict, list)) else value for name, value in body.items()}
    made = EnumType.__new__(EnumType, class_name, (kind,), body | {"__module__": module}, _simple=True)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]
    _join(made, members, is_flag=is_flag)
    return made


def _begin(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    empty = _plain(kind, "Empty", [], module=__name__, boundary=KEEP)
    body = {name: value for name, value in vars(empty).items() if name not in _OWN}
    return body, frozenset((*dir(kind), *dir(EnumType), "name", "value"))


def _join(made: Any, pairs: dict[str, int], *, is_flag: bool) -> None:
    """Give a new class its members, as `enum._proto_member` does one by one."""
    new, has_value = made._new_member_, made._use_args_
    names, by_name, by_value = made._member_names_, made._member_map_, made._value2member_map_
    put = type.__setattr__
    every = single = 0
    for name, value in pairs.items():
        member = by_value.get(value)
        if member is None:
            member = new(made, value) if has_value else new(made)
            member._value_ = value
            member._name_ = name
            member.__objclass__ = made
            member._sort_order_ = len(names)
            by_value[value] = member
            every |= value
            if not is_flag:
                names.append(name)
            elif value and not value & (value - 1):
                single |= value
                names.append(name)
        by_name[name] = member
        put(made, name, member)
    if is_flag:
        put(made, "_flag_mask_", every)
        put(made, "_singles_mask_", single)
        put(made, "_all_bits_", 2 ** every.bit_length() - 1)
        values = [by_name[name]._value_ for name in names]
        if values != sorted(values):
            put(made, "_iter_member_", made._iter_member_by_def_)
