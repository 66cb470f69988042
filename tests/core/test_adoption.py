"""Keys that lie about are found where fal's own client looks, and where people keep them."""

import pytest

from fal_studio.core.adoption import Found, in_file, in_variables


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"FAL_KEY": " id:secret \n"}, Found("FAL_KEY", "id:secret")),
        ({"FAL_KEY_ID": "id", "FAL_KEY_SECRET": "secret"}, Found("FAL_KEY_ID and FAL_KEY_SECRET", "id:secret")),
        ({"FAL_KEY": "a:b", "FAL_KEY_ID": "id", "FAL_KEY_SECRET": "secret"}, Found("FAL_KEY", "a:b")),
        ({"FAL_KEY_ID": "id"}, None),
        ({"FAL_KEY": "  "}, None),
    ],
)  # fmt: skip
def test_variables(variables: dict[str, str], found: Found | None) -> None:
    assert in_variables(variables) == found


@pytest.mark.parametrize(
    "text",
    [
        "FAL_KEY=id:secret",
        "\ufeff# keys\r\nexport FAL_KEY='id:secret' # mine\r\n",
        'OTHER=1\nFAL_KEY = "id:secret"\n',
        "FAL_KEY=id:secret # mine",
        "FAL_KEY_ID=id\nFAL_KEY_SECRET=secret",
    ],
)
def test_files(text: str) -> None:
    found = in_file(text)
    assert found is not None
    assert found.key == "id:secret"


@pytest.mark.parametrize("text", ["", "# FAL_KEY=id:secret", "FAL_KEY", "MY_FAL_KEY=id:secret", "FAL_KEY=''"])
def test_files_without_a_key(text: str) -> None:
    assert in_file(text) is None
