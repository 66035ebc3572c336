"""A copy of a store is what was committed at one moment; put back, it is verified first, and goes on from there."""

import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import duckdb
import pytest

from resolver.domain.decision import Decision
from resolver.domain.errors import BackupRefused, ErrorReason, StorageFull, StoreError
from resolver.engine.engine import open_engine
from resolver.store.backups import backup_stopped, read_manifest, restore
from resolver.store.database import examine
from resolver.store.keys import StoreKey
from resolver.store.log_file import log_of, logs_of
from tests.faults.plan import plan, records_of
from tests.faults.room import full_disk
from tests.rpc.examples import wait_until

KEY = StoreKey("k" * 44)
NOON = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - times are UTC without zone
_ALL = 10**9
_PATIENCE = 120


def never():
    return False


@pytest.fixture(scope="module")
def writes():
    return plan(3, records_of(9, 120))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "copies"
    made.mkdir()
    return made


def filled(path, writes, key=None):
    """A store into which the writes have gone, closed in order."""
    with closing(open_engine(path, key=key)) as engine:
        for write in writes:
            engine.submit(write).result(_PATIENCE)


def state(engine):
    """All that can be seen of a store, apart from the times at which it came to be."""
    reader = engine.reader
    feed = [replace(decision, commit_time=NOON) for decision in reader.decisions(0, _ALL)]
    groups = [(identity.name, identity.records, identity.revision) for identity in reader.identities(0, _ALL, 0)]
    with reader.reading.snapshot():
        tasks = reader.reading.rows("SELECT * EXCLUDE (raise_time, priority) FROM review_tasks ORDER BY ALL")
        pairs = reader.reading.rows("SELECT * FROM pairs ORDER BY ALL")
        versions = reader.reading.rows("SELECT * EXCLUDE accept_time FROM record_versions ORDER BY ALL")
    return feed, groups, tasks, pairs, versions


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_a_copy_made_during_a_load_is_restored_and_replayed_to_the_same_state(writes, tmp_path, folder, key):
    with closing(open_engine(tmp_path / "store.duckdb", key=key)) as engine:
        load = threading.Thread(target=lambda: [engine.submit(write).result(_PATIENCE) for write in writes])
        load.start()
        wait_until(lambda: engine.reader.head() > 10)
        begun = []

        def something_was_committed_meanwhile():
            if not begun:
                begun.append(engine.reader.head())
                wait_until(lambda: engine.reader.head() > begun[0] or not load.is_alive())
            return False

        backup = engine.backup(folder, "monday", something_was_committed_meanwhile)
        load.join(_PATIENCE)
        wanted = state(engine)
        feed = engine.reader.decisions(0, _ALL)
    assert 10 < backup.decisions <= begun[0] < len(feed), "the copy was made within the load"
    assert backup.encrypted is (key is not None)

    restored = tmp_path / "restored.duckdb"
    assert restore(folder / "monday.json", restored, key) == (backup, None)
    assert not [each for each in examine(restored, key) if each.breaches]
    with closing(open_engine(restored, key=key)) as engine:
        assert engine.reader.decisions(0, _ALL) == feed[: backup.decisions]
        repeated = [engine.submit(write).result(_PATIENCE) for write in writes]
        sequences = [told.sequence for answers in repeated for told in answers if isinstance(told, Decision)]
        assert max(sequences) == len(feed)
        assert state(engine) == wanted


def test_a_copy_has_every_table_index_and_row_of_the_store(writes, tmp_path, folder):
    store = tmp_path / "store.duckdb"
    filled(store, writes)
    backup_stopped(store, None, folder, "monday", NOON)

    def everything(path):
        with duckdb.connect(str(path), read_only=True) as connection:
            objects = connection.execute(
                "SELECT sql FROM duckdb_tables() UNION ALL SELECT sql FROM duckdb_indexes()"
                " UNION ALL SELECT sql FROM duckdb_views() WHERE NOT internal"
                " UNION ALL SELECT sequence_name FROM duckdb_sequences() ORDER BY ALL"
            ).fetchall()
            tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            return objects, {name: connection.table(name).order("ALL").fetchall() for (name,) in tables}

    assert everything(folder / "monday.duckdb") == everything(store)


def test_a_copy_that_is_not_what_its_manifest_says_is_not_restored(writes, tmp_path, folder):
    store, restored = tmp_path / "store.duckdb", tmp_path / "restored.duckdb"
    filled(store, writes[:10])
    backup_stopped(store, None, folder, "monday", NOON)
    copy, manifest = folder / "monday.duckdb", folder / "monday.json"
    content = copy.read_bytes()
    for changed in (content[:-1], content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]):
        copy.write_bytes(changed)
        with pytest.raises(StoreError, match=r"not what monday.json says"):
            restore(manifest, restored, None)
    copy.unlink()
    with pytest.raises(StoreError, match="does not exist"):
        restore(manifest, restored, None)
    for text in ("", "[]", "{}", manifest.read_text().replace('"format": 1', '"format": 2')):
        manifest.write_text(text)
        with pytest.raises(StoreError, match="not the manifest"):
            restore(manifest, restored, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copies", "store.duckdb"]


def test_a_copy_of_which_an_invariant_does_not_hold_is_not_restored(writes, tmp_path, folder):
    store = tmp_path / "store.duckdb"
    filled(store, writes[:10])
    backup_stopped(store, None, folder, "monday", NOON)
    copy, manifest = folder / "monday.duckdb", folder / "monday.json"
    with duckdb.connect(str(copy)) as connection:
        connection.execute("DELETE FROM decisions WHERE sequence = 2")
    told = json.loads(manifest.read_text())
    told["bytes"], told["sha256"] = copy.stat().st_size, sha256(copy.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told))
    with pytest.raises(StoreError, match="the feed has no gap"):
        restore(manifest, tmp_path / "restored.duckdb", None)
    with pytest.raises(StoreError, match="the feed has no gap"):
        backup_stopped(copy, None, folder, "tuesday", NOON)
    assert not list(tmp_path.glob("restored*"))
    assert not list(folder.glob("tuesday*"))


def test_a_store_that_is_there_is_replaced_only_when_told_so_and_then_kept_with_its_log(writes, tmp_path, folder):
    store, other = tmp_path / "store.duckdb", tmp_path / "other.duckdb"
    filled(store, writes[:10])
    backup_stopped(store, None, folder, "monday", NOON)
    other.write_bytes(store.read_bytes())
    log_of(other).write_bytes(b"commits that are not in the file yet")
    logs_of(other)[1].write_bytes(b"commits that came during a checkpoint")
    with pytest.raises(StoreError, match=r"other.duckdb exists"):
        restore(folder / "monday.json", other, None)
    assert log_of(other).exists()

    _, kept = restore(folder / "monday.json", other, None, replace=True)
    assert kept.read_bytes() == store.read_bytes()
    assert log_of(kept).read_bytes() == b"commits that are not in the file yet"
    assert logs_of(kept)[1].read_bytes() == b"commits that came during a checkpoint"
    assert not any(log.exists() for log in logs_of(other))
    assert not [each for each in examine(other) if each.breaches]
    _, second = restore(folder / "monday.json", other, None, replace=True)
    assert second != kept


def test_a_store_that_a_server_has_open_is_neither_copied_from_beside_nor_replaced(writes, tmp_path, folder):
    store = tmp_path / "store.duckdb"
    filled(store, writes[:5])
    backup_stopped(store, None, folder, "monday", NOON)
    program = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match="in use"):
            backup_stopped(store, None, folder, "tuesday", NOON)
        with pytest.raises(StoreError, match="in use"):
            restore(folder / "monday.json", store, None, replace=True)
        holder.stdin.close()
    assert sorted(path.name for path in folder.iterdir()) == ["monday.duckdb", "monday.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copies", "store.duckdb"]


def test_a_log_without_its_store_is_not_dropped(tmp_path):
    store = tmp_path / "store.duckdb"
    log_of(store).write_bytes(b"commits")
    with pytest.raises(StoreError, match=r"store.duckdb is missing"):
        open_engine(store)
    assert log_of(store).read_bytes() == b"commits"


def test_a_name_is_given_once(writes, tmp_path, folder):
    with closing(open_engine(None)) as engine:
        first = engine.backup(folder, "monday", never)
        with pytest.raises(BackupRefused) as refused:
            engine.backup(folder, "monday", never)
        assert refused.value.reason is ErrorReason.BACKUP_EXISTS
    assert read_manifest(folder / "monday.json") == first


def test_a_copy_that_is_given_up_leaves_nothing(writes, folder):
    with closing(open_engine(None)) as engine:
        engine.submit(writes[0]).result(_PATIENCE)
        with pytest.raises(BackupRefused) as refused:
            engine.backup(folder, "monday", lambda: True)
        assert refused.value.reason is ErrorReason.SHUTTING_DOWN
        assert list(folder.iterdir()) == []
        engine.backup(folder, "monday", never)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a small file system of its own")
def test_a_copy_for_which_there_is_no_room_leaves_nothing_and_the_store_serves_on(writes, tmp_path):
    with full_disk(tmp_path / "small", 200_000) as disk, closing(open_engine(tmp_path / "store.duckdb")) as engine:
        if disk.file_limit is not None:
            pytest.skip("no file system can be mounted here")
        for write in writes[:-1]:
            engine.submit(write).result(_PATIENCE)
        with pytest.raises(StorageFull):
            engine.backup(disk.folder, "monday", never)
        assert list(disk.folder.iterdir()) == []
        assert engine.submit(writes[-1]).result(_PATIENCE)
        assert not engine.failed.done()
        disk.make_room(os.getpid())
        assert engine.backup(disk.folder, "monday", never).decisions == engine.reader.head()


def test_a_folder_that_cannot_be_written_is_told_as_such(tmp_path):
    with closing(open_engine(None)) as engine, pytest.raises(BackupRefused) as refused:
        engine.backup(tmp_path / "missing", "monday", never)
    assert refused.value.reason is ErrorReason.BACKUP_NOT_CONFIGURED
