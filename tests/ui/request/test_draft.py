"""What a request is called that was given no title."""

import pytest

from fal_studio.ui.request.draft import Draft


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"prompt": "A boat"}', "A boat"),
        ('{"prompt": "A boat, a bay, at night"}', "A boat, a bay…"),
        ('{"prompt": "A desert canyon under the stars"}', "A desert canyon under…"),
        ('{"prompt": "One two three four."}', "One two three four"),
        ('{"text": "Good morning"}', "Good morning"),
        ("{}", "image"),
        ("{broken", "image"),
    ],
)
def test_the_beginning_of_the_prompt_with_an_ellipsis_if_it_goes_on(text: str, name: str) -> None:
    assert Draft(text=text).name == name
