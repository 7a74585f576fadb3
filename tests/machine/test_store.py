from __future__ import annotations

from rewire.machine import store


def test_a_text_is_made_once_and_then_read(monkeypatch, tmp_path):
    monkeypatch.setenv("REWIRE_CACHE", str(tmp_path))
    made = []

    def make():
        made.append(1)
        return "text"

    assert [store.kept_text("name.txt", make) for _ in range(3)] == ["text"] * 3
    assert len(made) == 1
    assert (tmp_path / "name.txt").read_text() == "text"


def test_what_came_with_the_package_is_taken_first(monkeypatch, tmp_path):
    monkeypatch.setenv("REWIRE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "name.txt").write_text("shipped")
    monkeypatch.setattr(store, "SHIPPED", str(tmp_path / "shipped"))
    assert store.kept_text("name.txt", lambda: "made") == "shipped"
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("REWIRE_CACHE", str(tmp_path / "file"))
    assert store.kept_text("name.txt", lambda: "made") == "made"
