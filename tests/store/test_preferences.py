"""Settings survive; a damaged file costs the defaults, never the file."""

from pathlib import Path

import msgspec
import pytest

from fal_studio.core.settings import Settings, Theme, checked, declared, read
from fal_studio.store import preferences
from fal_studio.store.paths import folders


def test_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    assert preferences.load(path) == preferences.Preferences(Settings())
    wanted = Settings(theme=Theme.DARK, ask_above_usd=2.0)
    preferences.save(path, wanted)
    assert preferences.load(path) == preferences.Preferences(wanted)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b'{"theme": "dark"'])
def test_a_damaged_file_gives_defaults_and_a_copy(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text)
    loaded = preferences.load(path)
    assert loaded.settings == Settings()
    assert "settings-damaged.json" in loaded.complaint
    assert (tmp_path / "settings-damaged.json").read_bytes() == text


def test_one_bad_value_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "webhook_port": -3, "text_scale": "soon"}')
    loaded = preferences.load(path)
    assert loaded.settings == Settings(theme=Theme.DARK)
    assert "text_scale, webhook_port" in loaded.complaint


def test_keys_of_a_newer_version_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "from_the_future": [1]}')
    preferences.save(path, Settings(theme=Theme.LIGHT))
    stored = msgspec.json.decode(path.read_bytes())
    assert (stored["theme"], stored["from_the_future"]) == ("light", [1])


def test_every_setting_explains_itself_and_its_default_fits() -> None:
    elsewhere = {"shortcuts", "view_keys"}  # the sheet of shortcuts
    assert [setting.key for setting in declared()] == [
        key for key in Settings.__struct_fields__ if key not in elsewhere
    ]
    for setting in declared():
        assert setting.title
        assert setting.group
        assert setting.help.endswith(".")
        assert checked(Settings(), setting.key, setting.default) == Settings()
    assert read(msgspec.to_builtins(Settings())) == (Settings(), ())


@pytest.mark.parametrize(
    ("key", "value"),
    [("text_scale", 0.01), ("theme", "pink"), ("name_template", "x" * 301), ("ask_above_usd", "x")],
)
def test_a_value_out_of_bounds_is_refused(key: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        checked(Settings(), key, value)


def test_one_folder_can_hold_everything(tmp_path: Path) -> None:
    named = folders(tmp_path)
    assert folders(environ={"FAL_STUDIO_HOME": str(tmp_path)}) == named
    assert all(
        tmp_path in path.parents for path in (named.ledger, named.blobs, named.preferences, named.media)
    )
    assert list(tmp_path.iterdir()) == []


def test_without_one_the_operating_system_decides(own_home: Path) -> None:
    own = folders(environ={})
    assert all(own_home in path.parents for path in (own.ledger, own.preferences, own.cache, own.state))
    assert own.data != own.config
