"""Makes PySide6's enumerations in a fraction of the time that Python 3.11 takes for them.

PySide6 makes every enumeration of Qt anew at each start, when its class is first needed: hundreds, with thousands of members.
Python makes each as if it were written by hand and might be wrong: it checks each name a dozen times, puts a placeholder into
the class, takes it out again, and makes the class forget what it looked up. That was a fifth of the start. Here the class
begins as a copy of an empty one that Python made, and its members join it at once; what comes out is the same.

Qt also gives each of its numbers to Python as a member, thousands of times in a start and with everything that is drawn: it calls
the class, which calls its `__new__`, which looks into a dictionary. Here the call looks into it at once.

Only for Python 3.11, whose `enum` does not change any more; later ones are faster by themselves, and are left alone.
"""

import sys
from enum import KEEP, Enum, EnumType, Flag, IntEnum, IntFlag
from typing import Any

_EnumType: Any = EnumType
_plain: Any = _EnumType._create_
"""What Python does when `Enum("Name", members)` is called."""
_NOT_COPIED = ("__dict__", "__weakref__", "__module__", "__doc__")
"""What `type` gives each class by itself."""
_begun: dict[Any, tuple[dict[str, Any], list[str], frozenset[str]]] = {}
"""For each kind of enumeration: what an empty one holds, what each must have of its own, and names that members cannot have."""


def install() -> None:
    """Let enumerations that are made by a call, as PySide6 makes its own, be made here, and members be found at once."""
    if sys.version_info[:2] == (3, 11):
        _EnumType._create_ = _create
        _EnumType.__call__ = find


def find(cls: Any, value: Any, names: Any = None, **more: Any) -> Any:
    """Return the member with a value, or make a class of names, as `EnumType.__call__`. What is new or wrong is left to Python."""
    if names is not None:
        return cls._create_(value, names, **more)
    try:
        return cls._value2member_map_[value]
    except (KeyError, TypeError):
        pass  # outside, so that an error has no other before it
    return cls.__new__(cls, value)


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
    if boundary is KEEP and names.__class__ is list and module is qualname is type is None:
        made = make(cls, class_name, names, named)
        if made is not None:
            return made
    return _plain(
        cls, class_name, names, module=named, qualname=qualname, type=type, start=start, boundary=boundary
    )


def make(kind: Any, class_name: str, pairs: list[tuple[str, int]], module: str | None) -> Any:
    """Return a new enumeration of this kind; None where a name or a number is not a plain one."""
    if kind not in _begun:
        if kind not in (Enum, IntEnum, Flag, IntFlag):
            return None
        _begun[kind] = _begin(kind)
    empty, own, taken = _begun[kind]
    is_flag = kind is Flag or kind is IntFlag
    members = dict(pairs)
    if len(members) != len(pairs) or not taken.isdisjoint(members):
        return None
    for name, value in pairs:
        if name[0] == "_" or value.__class__ is not int or (is_flag and value < 0):
            return None
    body = empty.copy()
    for name in own:
        body[name] = empty[name].copy()
    body["__module__"] = module
    made = EnumType.__new__(EnumType, class_name, (kind,), body, _simple=True)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]
    _join(made, body, members, is_flag=is_flag)
    return made


def _begin(kind: Any) -> tuple[dict[str, Any], list[str], frozenset[str]]:
    empty = vars(_plain(kind, "Empty", [], module=__name__, boundary=KEEP))
    body = {name: value for name, value in empty.items() if name not in _NOT_COPIED}
    own = [name for name, value in body.items() if isinstance(value, (dict, list))]
    return body, own, frozenset((*dir(kind), *dir(EnumType), "name", "value", ""))


def _join(made: Any, body: dict[str, Any], members: dict[str, int], *, is_flag: bool) -> None:
    """Give a new class its members, as `enum._proto_member` does one by one."""
    new, has_value = body["_new_member_"], body["_use_args_"]
    names, by_name, by_value = body["_member_names_"], body["_member_map_"], body["_value2member_map_"]
    put = type.__setattr__
    every = single = 0
    for name, value in members.items():
        member = by_value.get(value)
        if member is None:
            member = by_value[value] = new(made, value) if has_value else new(made)
            member._value_ = value
            member._name_ = name
            member.__objclass__ = made
            member._sort_order_ = len(names)
            if not is_flag:
                names.append(name)
            else:
                every |= value
                if value and not value & (value - 1):
                    single |= value
                    names.append(name)
        by_name[name] = member
        put(made, name, member)
    if is_flag:
        put(made, "_flag_mask_", every)
        put(made, "_singles_mask_", single)
        put(made, "_all_bits_", 2 ** every.bit_length() - 1)
        values = [members[name] for name in names]
        if values != sorted(values):
            put(made, "_iter_member_", made._iter_member_by_def_)
