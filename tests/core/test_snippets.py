"""Requests as code: literals that mean what was meant, no key anywhere, and plain words where there is no code."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core.request import Hosts, Mode, Options, Profile, ProfileKind, Request
from fal_studio.core.snippets import literals
from fal_studio.core.snippets.snippet import Language
from fal_studio.core.snippets.write import snippet

FAL = Profile("fal")
PROXY = Profile("team", ProfileKind.PROXY, proxy_url="https://example.com/api/fal/proxy")
BASE = "http://127.0.0.1:8080"
LOCAL = Profile("mine", ProfileKind.LOCAL_APP, Hosts(BASE, BASE, BASE, BASE, BASE, BASE, BASE))
TEXT = st.text(st.characters(codec="utf-8"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


@given(JSON)
def test_a_python_literal_means_the_value(value: object) -> None:
    assert ast.literal_eval(literals.python(value)) == value
    assert ast.literal_eval(literals.python(value, depth=2)) == value


@given(JSON)
def test_json_means_the_value(value: object) -> None:
    assert json.loads(literals.json_text(value)) == value


@given(TEXT)
def test_no_character_hides_and_none_breaks_the_line(text: str) -> None:
    for literal in (literals.python_text(text), literals.javascript_text(text), literals.json_text(text)):
        assert all(
            char.isprintable() or char in "\u200c\u200d" or char.isspace() or char >= "\ue000"
            for char in literal
        )
        assert literal.splitlines() == [literal]


def test_literals_look_as_people_write_them() -> None:
    value = {"prompt": 'a "red" hat', "size": {"width": 10, "height": 5}, "none": None, "a-b": [1, 2]}
    assert literals.python(value) == (
        '{\n    "prompt": \'a "red" hat\',\n    "size": {"width": 10, "height": 5},\n'
        '    "none": None,\n    "a-b": [1, 2],\n}'
    )
    assert literals.javascript(value) == (
        '{\n  prompt: \'a "red" hat\',\n  size: { width: 10, height: 5 },\n  none: null,\n  "a-b": [1, 2],\n}'
    )


def test_a_text_that_json_cannot_carry_does_not_stop_the_display() -> None:
    assert literals.python_text("\ud800") == r'"\ud800"'
    assert literals.python(float("inf")) == 'float("inf")'
    assert literals.javascript(float("nan")) == "NaN"


def test_integers_that_javascript_rounds_are_told() -> None:
    request = Request("fal-ai/flux/dev", Mode.RUN, {"seeds": [{"seed": 2**53}]})
    assert "rounds" in snippet(request, FAL, Language.JAVASCRIPT).text
    request = Request("fal-ai/flux/dev", Mode.RUN, {"seeds": [{"seed": 2**53 - 1}]})
    assert "rounds" not in snippet(request, FAL, Language.JAVASCRIPT).text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("mode", Mode)
def test_fals_own_hosts_need_no_setting_and_the_key_is_a_variable(mode: Mode, language: Language) -> None:
    text = snippet(Request("fal-ai/flux/dev", mode, {"prompt": "a"}), FAL, language).text
    assert "FAL_KEY" in text
    assert "fal-ai/flux" in text
    assert not any(word in text for word in ("127.0.0.1", "hosts[", "_URL_FORMAT", "credentials"))


@pytest.mark.parametrize("language", Language)
def test_options_of_another_mode_are_not_in_the_code(language: Language) -> None:
    options = Options(max_buffering=7, reconnect_limit=3, path="/else")
    code = snippet(Request("fal-ai/flux/dev", Mode.RUN, {}, options=options), FAL, language)
    assert code == snippet(Request("fal-ai/flux/dev", Mode.RUN, {}), FAL, language)


@pytest.mark.parametrize(
    ("language", "options", "mode", "names"),
    [
        (Language.PYTHON, Options(client_timeout_s=9), Mode.RUN, ("client_timeout_s",)),
        (Language.PYTHON, Options(client_timeout_s=9, start_timeout_s=5), Mode.RUN, ()),
        (Language.PYTHON, Options(client_timeout_s=9), Mode.STREAM, ("client_timeout_s",)),
        (Language.PYTHON_ASYNC, Options(client_timeout_s=9), Mode.STREAM, ()),
        (Language.JAVASCRIPT, Options(headers={"x-mine": "1"}), Mode.REALTIME, ("headers",)),
        (Language.JAVASCRIPT, Options(path=""), Mode.REALTIME, ("path",)),
        (Language.PYTHON, Options(path=""), Mode.REALTIME, ()),
        (Language.PYTHON, Options(reconnect_limit=1), Mode.REALTIME, ("reconnect_limit",)),
    ],
)
def test_what_a_client_cannot_say_is_said_in_a_comment(
    language: Language, options: Options, mode: Mode, names: tuple[str, ...]
) -> None:
    code = snippet(Request("fal-ai/flux/dev", mode, {}, options=options), FAL, language)
    assert code.left_out == names
    assert code.text.count("Left out:") == len(names)


@pytest.mark.parametrize(("endpoint", "mode"), [("a/b/stream", Mode.STREAM), ("a/b/realtime", Mode.REALTIME)])
def test_python_does_not_double_the_sub_path(endpoint: str, mode: Mode) -> None:
    assert 'path=""' in snippet(Request(endpoint, mode, {}), FAL, Language.PYTHON).text


def test_a_team_proxy_is_used_where_the_client_can() -> None:
    request = Request("fal-ai/flux/dev", Mode.RUN, {})
    assert (
        'proxyUrl: { url: "https://example.com/api/fal/proxy"'
        in snippet(request, PROXY, Language.JAVASCRIPT).text
    )
    curl = snippet(request, PROXY, Language.CURL).text
    assert "x-fal-target-url: https://fal.run/fal-ai/flux/dev" in curl
    assert "Authorization" not in curl
    assert "calls fal itself" in snippet(request, PROXY, Language.PYTHON).text
    realtime = snippet(Request("fal-ai/flux/dev", Mode.REALTIME, {}), PROXY, Language.JAVASCRIPT)
    assert not realtime.is_possible


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("mode", Mode)
def test_an_app_on_this_machine_gets_code_or_the_reason(mode: Mode, language: Language) -> None:
    code = snippet(Request("loud", mode, {"prompt": "a"}), LOCAL, language)
    can = mode in (Mode.RUN, Mode.STREAM) and language is not Language.JAVASCRIPT
    assert code.is_possible is can
    if can:
        assert f"{BASE}/" in code.text
    else:
        assert all(line.startswith(("#", "//")) for line in code.text.splitlines())
