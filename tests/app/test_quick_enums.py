"""PySide6's enumerations are what Python itself would have made of them."""

import enum
import pickle
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Qt

from fal_studio.app import plain_import, quick_enums

KINDS = (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
PAIRS = [("NONE", 0), ("RED", 1), ("GREEN", 2), ("BOTH", 3), ("ROT", 1), ("EDGE", 1 << 40)]
SECTION = enum.Enum("SECTION", [("A", 1), ("B", 2)], boundary=enum.KEEP)
only_3_11 = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="later Pythons are left alone")


def enumerations() -> Iterator[Any]:
    """Every enumeration of the classes that the tests have loaded so far, and at least those of the window."""
    seen: set[type] = set()

    def inside(owner: Any) -> Iterator[Any]:
        for each in list(vars(owner).values()):
            if isinstance(each, type) and each not in seen and each.__module__.startswith("PySide6"):
                seen.add(each)
                yield from [each] if isinstance(each, enum.EnumType) else inside(each)

    for needed in (QtWidgets.QStyle, QtWidgets.QMessageBox, QtGui.QPainter, QtCore.QLocale):
        assert needed
    for module in (QtCore, QtGui, QtWidgets):
        yield from inside(module)


def pairs_of(made: Any) -> list[tuple[str, int]]:
    return [(name, member.value) for name, member in made.__members__.items()]


def told(made: Any) -> dict[str, Any]:
    """Everything about an enumeration that can be compared with another of the same kind."""
    return {
        "keys": set(vars(made)),
        "members": [(name, m.name, m.value, m._sort_order_) for name, m in made.__members__.items()],
        "values": [(value, member.name) for value, member in made._value2member_map_.items()],
        "listed": [repr(member) for member in made],
        "parts": [
            made.__dict__.get(name)
            for name in ("_flag_mask_", "_singles_mask_", "_all_bits_", "_boundary_", "__module__")
        ],
        "new": (made.__new__, made._new_member_, made._use_args_, made._member_type_),
    }


def assert_same(kind: Any, name: str, pairs: list[tuple[str, int]]) -> bool:
    """Compare both ways to make it; False when it was left to Python."""
    quick = quick_enums.make(kind, name, pairs, "somewhere")
    if quick is None:
        return False
    plain = quick_enums._plain(kind, name, pairs, module="somewhere", boundary=enum.KEEP)
    enum._test_simple_enum(plain, quick)  # pyright: ignore[reportAttributeAccessIssue] # Python's own comparison
    assert told(quick) == told(plain), name
    return True


@only_3_11
def test_it_is_what_pyside6_calls() -> None:
    assert plain_import
    assert enum.EnumType._create_ is quick_enums._create  # pyright: ignore[reportAttributeAccessIssue]


@only_3_11
def test_what_qt_has_is_made_as_python_makes_it() -> None:
    found = list(enumerations())
    made = [assert_same(each.__mro__[1], each.__name__, pairs_of(each)) for each in found]
    assert sum(made) > 200
    assert made.count(False) < 10, [each for each, was_made in zip(found, made, strict=True) if not was_made]


@only_3_11
@pytest.mark.parametrize("kind", KINDS)
def test_members_aliases_and_sums_are_as_python_makes_them(kind: Any) -> None:
    assert assert_same(kind, "Light", PAIRS)
    light = quick_enums.make(kind, "Light", PAIRS, "somewhere")
    assert light.ROT is light.RED is light["ROT"] is light(1)
    assert light.GREEN.name == "GREEN"
    with pytest.raises(AttributeError):
        light.RED = 7
    with pytest.raises(TypeError):
        light.__class__("More", (light,), light.__class__.__prepare__("More", (light,)))
    if issubclass(kind, enum.Flag):
        assert light.RED | light.GREEN is light.BOTH
        assert list(light.BOTH) == [light.RED, light.GREEN]
        assert (light.RED | light.EDGE).value == 1 + (1 << 40)
        assert ~light.RED & light.BOTH is light.GREEN


@only_3_11
@pytest.mark.parametrize(
    "pairs",
    [[("name", 1)], [("_own", 1)], [("__len__", 1)], [("mro", 1)], [("A", "text")], [("A", 1), ("A", 2)]],
    ids=str,
)
def test_what_is_not_plain_is_left_to_python(pairs: list[Any]) -> None:
    assert quick_enums.make(enum.Enum, "Odd", pairs, "somewhere") is None
    if pairs == [("A", 1), ("A", 2)]:
        with pytest.raises(TypeError, match="already defined"):
            enum.Enum("Odd", pairs, boundary=enum.KEEP)


def test_whoever_else_makes_one_by_a_call_gets_what_python_makes() -> None:
    colour = enum.Enum("colour", "RED GREEN")
    assert [member.value for member in colour] == [1, 2]
    assert colour.__module__ == SECTION.__module__ == __name__
    assert pickle.loads(pickle.dumps(SECTION.B)) is SECTION.B
    assert pickle.loads(pickle.dumps(Qt.AlignmentFlag.AlignLeft)) is Qt.AlignmentFlag.AlignLeft
    assert (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop).name == "AlignLeft|AlignTop"


@only_3_11
def test_a_member_is_found_without_asking_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_enums.install()
    made: Any = enum.Enum("made", PAIRS)

    def around(*_given: Any) -> Any:
        pytest.fail("the way around, for what is there")

    monkeypatch.setattr(made, "__new__", around)
    assert made(2) is made["GREEN"]
    assert Qt.Key(Qt.Key.Key_A) is Qt.Key.Key_A


@only_3_11
@pytest.mark.parametrize("value", [7, "no", [], None, float("nan")])
def test_what_is_no_member_is_told_as_python_tells_it(value: Any) -> None:
    quick_enums.install()
    told: list[tuple[type, str, object]] = []
    for call in (quick_enums.find, SECTION.__new__):
        with pytest.raises(ValueError, match="is not a valid") as error:
            call(SECTION, value)
        told.append((error.type, str(error.value), error.value.__context__))
    assert told[0] == told[1]


@only_3_11
def test_members_of_any_kind_are_found_as_python_finds_them() -> None:
    quick_enums.install()
    for kind in KINDS:
        made: Any = kind("made", PAIRS)
        assert made.__module__ == __name__
        for _name, value in PAIRS:
            assert made(value) is made(made(value)) is made.__new__(made, value)
    both = Qt.AlignmentFlag(0x84)
    assert both == Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
    assert Qt.AlignmentFlag(0x84) is both
