"""Opening a store: damaged, foreign and newer files are refused and left as they were."""

import hashlib

import duckdb
import pytest

from resolver.domain.errors import StoreError
from resolver.store.database import bind, open_database


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(path):
    before = digest(path)
    with pytest.raises(StoreError) as error:
        open_database(path)
    assert digest(path) == before
    assert str(path.parent) not in str(error.value)
    return str(error.value)


def test_a_new_store_opens_again_as_the_same_store(tmp_path):
    path = tmp_path / "store.duckdb"
    first = open_database(path)
    first.connection.close()
    again = open_database(path)
    assert (again.store_id, again.naming_key) == (first.store_id, first.naming_key)
    again.connection.close()


def test_a_store_that_was_resolved_with_another_model_is_refused(tmp_path):
    path = tmp_path / "store.duckdb"
    database = open_database(path)
    bind(database, {"model": "models/a"})
    bind(database, {"model": "models/a"})
    with pytest.raises(StoreError, match="models/a"):
        bind(database, {"model": "models/b"})


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "store.duckdb"
    path.write_bytes(b"this is not a database" * 1000)
    assert "damaged" in refused(path)


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "store.duckdb"
    open_database(path).connection.close()
    content = bytearray(path.read_bytes())
    content[4096:12288] = bytes(8192)
    path.write_bytes(bytes(content))
    assert "damaged" in refused(path)


def test_a_damaged_block_of_a_filled_store_is_refused(tmp_path):
    path = tmp_path / "store.duckdb"
    database = open_database(path)
    database.connection.execute(
        "INSERT INTO record_versions SELECT i, 1, false, now()::TIMESTAMP, repeat(hash(i)::VARCHAR, 40)::BLOB, 0"
        " FROM range(20000) t(i)"
    )
    database.connection.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 65536] = bytes(byte ^ 0x5A for byte in content[middle : middle + 65536])
    path.write_bytes(bytes(content))
    assert "damaged" in refused(path)


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(StoreError, match="folder"):
        open_database(tmp_path / "nowhere" / "store.duckdb")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE cities (name VARCHAR)",
        "CREATE VIEW cities AS SELECT 'Paris' AS name",
        "CREATE SEQUENCE numbers",
        "CREATE TABLE settings (name VARCHAR, value VARCHAR)",
        "CREATE TABLE settings (other INTEGER)",
        "CREATE TABLE settings AS SELECT 'schema_version' AS name, 'two' AS value",
    ],
)
def test_another_database_is_refused(tmp_path, statement):
    path = tmp_path / "store.duckdb"
    with duckdb.connect(str(path)) as other:
        other.execute(statement)
    assert "not a store" in refused(path)


def test_a_file_that_was_cut_is_refused(tmp_path):
    path = tmp_path / "store.duckdb"
    open_database(path).connection.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "damaged" in refused(path)


def test_a_store_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "store.duckdb"
    database = open_database(path)
    database.connection.execute("UPDATE settings SET value = '9999' WHERE name = 'schema_version'")
    database.connection.close()
    assert "newer version" in refused(path)
