"""The catalogue on disk: there without a network, with its age, and with the schema that was before."""

from pathlib import Path

from fal_studio.core.model import Model
from fal_studio.store.catalogue import KeptCatalogue

ONE, TWO = Model("a/one", title="One"), Model("a/two", title="Two")


def test_models_are_there_after_a_restart_with_their_age(tmp_path: Path) -> None:
    KeptCatalogue(tmp_path, "fal").add_models((ONE,), 100.0)
    KeptCatalogue(tmp_path, "fal").add_models((TWO,), 200.0)
    assert KeptCatalogue(tmp_path, "fal").models() == ((ONE, TWO), 200.0)
    assert KeptCatalogue(tmp_path, "emulator").models() == ((), 0.0)


def test_a_whole_catalogue_replaces_what_is_gone(tmp_path: Path) -> None:
    kept = KeptCatalogue(tmp_path, "fal")
    kept.add_models((ONE, TWO), 100.0)
    kept.add_models((TWO,), 200.0, is_whole=True)
    assert kept.models()[0] == (TWO,)


def test_a_changed_schema_keeps_the_one_before(tmp_path: Path) -> None:
    kept = KeptCatalogue(tmp_path, "fal")
    kept.add_document("a/one", {"v": 1}, "h1", 100.0)
    same = kept.add_document("a/one", {"v": 1, "order": "other"}, "h1", 150.0)
    assert (same.since_s, same.fetched_s, same.before) == (100.0, 150.0, None)
    kept.add_document("a/one", {"v": 2}, "h2", 200.0)
    found = KeptCatalogue(tmp_path, "fal").document("a/one")
    assert found is not None
    assert (found.document, found.before, found.before_hash) == ({"v": 2}, {"v": 1, "order": "other"}, "h1")
    assert (found.since_s, found.fetched_s) == (200.0, 200.0)


def test_the_version_that_people_know_stays_until_they_have_seen_the_change(tmp_path: Path) -> None:
    kept = KeptCatalogue(tmp_path, "fal")
    kept.add_document("a/one", {"v": 1}, "h1", 100.0)
    kept.add_document("a/one", {"v": 1}, "h1", 150.0)
    kept.add_document("a/one", {"v": 2}, "h2", 200.0)
    third = kept.add_document("a/one", {"v": 3}, "h3", 300.0)
    assert (third.before, third.before_hash, third.before_s) == ({"v": 1}, "h1", 150.0)
    back = kept.add_document("a/one", {"v": 1}, "h1", 400.0)
    assert (back.before, back.since_s) == (None, 400.0)
    kept.add_document("a/one", {"v": 2}, "h2", 500.0)
    kept.accept("a/one")
    seen = kept.document("a/one")
    assert seen is not None
    assert (seen.document, seen.before, seen.since_s) == ({"v": 2}, None, 500.0)
    kept.accept("a/nobody")
    assert kept.document("a/nobody") is None


def test_names_cannot_leave_the_folder_or_meet(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    kept = KeptCatalogue(folder, "../team proxy")
    for name in ("../../etc/passwd", "a/b", "a_b", "A/B", "x" * 300):
        kept.add_document(name, {"of": name}, "h", 1.0)
    for name in ("../../etc/passwd", "a/b", "a_b", "A/B", "x" * 300):
        found = kept.document(name)
        assert found is not None
        assert found.document == {"of": name}
    assert [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents] == []


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    kept = KeptCatalogue(tmp_path, "fal")
    kept.add_models((ONE,), 100.0)
    next(tmp_path.rglob("models.json")).write_bytes(b"{]")
    assert kept.models() == ((), 0.0)
    kept.add_models((TWO,), 200.0)
    assert kept.models() == ((TWO,), 200.0)
