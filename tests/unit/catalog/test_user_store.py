"""user.db: what is the viewer's own."""

import sqlite3
from pathlib import Path

import pytest

from catalog.store import user_store
from catalog.store.user_store import DEFAULT_VOLUME, UserStore, UserStoreTooNewError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "user.db"


def test_a_fresh_store(path: Path) -> None:
    store = UserStore(path)
    assert store.last_channel() is None
    assert store.volume() == DEFAULT_VOLUME
    assert store.favourites() == []
    assert store.set_aside is None
    store.close()


def test_everything_comes_back(path: Path) -> None:
    store = UserStore(path)
    store.set_last_channel("abc")
    store.set_volume(35)
    for channel in ("b", "a", "c", "b"):
        store.add_favourite(channel)
    store.remove_favourite("a")
    store.add_favourite("a")
    store.close()
    store = UserStore(path)
    assert (store.last_channel(), store.volume()) == ("abc", 35)
    assert store.favourites() == ["b", "c", "a"]
    store.close()


def test_every_write_is_synced(path: Path) -> None:
    store = UserStore(path)
    assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


@pytest.mark.parametrize("damage", ["all", "middle"])
def test_a_damaged_file_is_kept_aside_and_a_fresh_one_made(path: Path, damage: str) -> None:
    store = UserStore(path)
    store.add_favourite("a")
    store.close()
    data = bytearray(path.read_bytes())
    start = 0 if damage == "all" else 4096
    data[start:] = b"\xa5" * (len(data) - start)
    path.write_bytes(data)
    store = UserStore(path)
    assert store.set_aside is not None
    assert store.set_aside.read_bytes() == data
    assert store.favourites() == []
    store.add_favourite("b")
    store.close()
    store = UserStore(path)
    assert store.set_aside is None
    assert store.favourites() == ["b"]
    store.close()


def test_a_later_version_is_left_alone(path: Path) -> None:
    UserStore(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(UserStoreTooNewError):
        UserStore(path)
    assert path.exists()


def test_a_migration_keeps_a_copy_and_is_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = UserStore(path)
    store.add_favourite("a")
    store.close()
    later = (*user_store.MIGRATIONS, ("CREATE TABLE hidden (channel TEXT PRIMARY KEY) STRICT",))
    monkeypatch.setattr(user_store, "MIGRATIONS", later)
    store = UserStore(path)
    assert store.favourites() == ["a"]
    assert store._database.execute("SELECT count(*) FROM hidden").fetchone() == (0,)
    store.close()
    copy = sqlite3.connect(path.with_name("user.db.before-2"))
    assert copy.execute("SELECT channel FROM favourite").fetchall() == [("a",)]
    copy.close()
