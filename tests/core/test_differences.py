"""Two values are compared place by place; what is the same is not told."""

import pytest

from fal_studio.core.differences import Change, Difference, differences


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({"a": 1}, {"a": 1.0}, ()),
        ({"a": 1}, {"a": True}, (Difference("a", Change.CHANGED, 1, True),)),
        ({"a": 1}, {}, (Difference("a", Change.REMOVED, left=1),)),
        ({}, {"a": None}, (Difference("a", Change.ADDED, right=None),)),
        (
            {"loras": [{"path": "x", "scale": 1}]},
            {"loras": [{"path": "y", "scale": 1}, {"path": "z"}]},
            (
                Difference("loras[0].path", Change.CHANGED, "x", "y"),
                Difference("loras[1]", Change.ADDED, right={"path": "z"}),
            ),
        ),
        ({"a b": 1}, {"a b": 2}, (Difference('["a b"]', Change.CHANGED, 1, 2),)),
        ([1, 2], [1], (Difference("[1]", Change.REMOVED, left=2),)),
        ({"a": {}}, {"a": []}, (Difference("a", Change.CHANGED, {}, []),)),
        (None, {"a": 1}, (Difference("", Change.CHANGED, None, {"a": 1}),)),
        ({"seed": 2**70}, {"seed": 2**70}, ()),
    ],
)
def test_each_place_that_differs_is_told_once(
    left: object, right: object, found: tuple[Difference, ...]
) -> None:
    assert differences(left, right) == found


def test_no_more_is_told_than_a_person_reads() -> None:
    assert len(differences({str(n): n for n in range(2000)}, {}, most=10)) == 10
