"""A store that is filled beside its place stands there whole, or not at all."""

import fcntl

import duckdb
import pytest

from resolver.domain.errors import StoreError
from resolver.store.database import open_database
from resolver.store.new_store import new_store

MARK = "INSERT INTO settings VALUES ('filled', 'yes')"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.duckdb"


def fill(unfinished):
    database = open_database(unfinished)
    # As when the disk has no room for what closing would write.
    database.connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    database.connection.execute(MARK)
    database.connection.close()


def filled(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM settings WHERE name = 'filled'").fetchall() == [(1,)]


def left(path):
    return sorted(each.name for each in path.parent.iterdir())


def test_what_only_the_log_holds_is_in_the_store_that_is_put_in_place(path):
    with new_store(path, None) as unfinished:
        fill(unfinished)
        assert unfinished.with_name(f"{unfinished.name}.wal").exists()
        assert not path.exists()
    assert left(path) == ["store.duckdb"]
    assert filled(path)


def test_an_empty_store_keeps_its_name_and_is_nobody_elses_meanwhile(path):
    before = open_database(path)
    before.connection.close()
    with new_store(path, None) as unfinished:
        fill(unfinished)
        assert not filled(path)
    after = open_database(path)
    after.connection.close()
    assert (after.store_id, after.naming_key) == (before.store_id, before.naming_key)
    assert filled(path)


def test_after_an_error_nothing_is_left(path):
    def failing():
        with new_store(path, None) as unfinished:
            fill(unfinished)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert left(path) == []


def test_a_store_that_came_meanwhile_is_left_as_it_is(path):
    def late():
        with new_store(path, None) as unfinished:
            fill(unfinished)
            path.write_bytes(b"another")

    with pytest.raises(StoreError, match="made by another process"):
        late()
    assert path.read_bytes() == b"another"
    assert left(path) == ["store.duckdb"]


def test_what_another_process_fills_is_left_to_it(path, monkeypatch):
    unfinished = path.with_name("store.duckdb.loading")
    unfinished.write_bytes(b"being filled")

    def taken(*_):
        raise OSError

    monkeypatch.setattr(fcntl, "lockf", taken)
    with pytest.raises(StoreError, match="filled by another process"), new_store(path, None):
        pass
    assert unfinished.read_bytes() == b"being filled"


def test_what_a_killed_process_left_is_removed(path):
    for name in ("store.duckdb.loading", "store.duckdb.loading.wal"):
        path.with_name(name).write_bytes(b"half")
    with new_store(path, None) as unfinished:
        fill(unfinished)
    assert left(path) == ["store.duckdb"]
    assert filled(path)
