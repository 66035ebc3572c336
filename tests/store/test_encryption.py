"""An encrypted store shows no name in any of its files, opens with its key alone, and tells its key nowhere."""

import hashlib
import os
import signal
import stat
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

import grpc
import pytest
from click.testing import CliRunner

from ftf.resolution.v1 import resolution_service_pb2, resolution_service_pb2_grpc
from resolver.cli.main import main
from resolver.domain.errors import StoreError
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.store.attaching import connect
from resolver.store.backups import backup_stopped, restore
from resolver.store.database import examine, open_database
from resolver.store.keys import StoreKey, read_key
from resolver.store.log_file import log_of
from tests.people import person, submission
from tests.rpc.examples import person as person_message
from tests.servers import METADATA, RESOLVER, child_server

PLANTED = "Quillonzafir"
"""A name that nothing else holds. A part of it is looked for, as compression may leave no whole one."""
KEY, OTHER_KEY = StoreKey("k" * 44), StoreKey("o" * 44)
NOON = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - UTC without zone
KEYS = pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
_PATIENCE = 120


def filled(store, key):
    engine = open_engine(store, key=key)
    changes = tuple(submission(person(str(number), f"{PLANTED} Batyrov {number:04}")) for number in range(40))
    engine.submit(Write(changes)).result(_PATIENCE)
    return engine


def shows(*files):
    """Which files hold the planted name, or what its standardisation makes of it."""
    sought = (PLANTED.encode(), PLANTED.lower().encode(), PLANTED.upper().encode())
    return [path.name for path in files if any(name in path.read_bytes() for name in sought)]


@KEYS
def test_a_name_is_in_no_file_of_an_encrypted_store_and_in_each_of_a_plain_one(tmp_path, key):
    store, plain = tmp_path / "store.duckdb", key is None
    with closing(filled(store, key)):
        assert shows(log_of(store)) == (["store.duckdb.wal"] if plain else []), "before the log goes into the file"
    assert shows(store) == (["store.duckdb"] if plain else [])
    backup_stopped(store, key, tmp_path, "monday", NOON)
    restore(tmp_path / "monday.json", tmp_path / "restored.duckdb", key)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert set(shows(*files)) == ({"store.duckdb", "monday.duckdb", "restored.duckdb"} if plain else set())


@KEYS
def test_what_is_spilled_to_temporary_files_is_encrypted_as_the_store_is(tmp_path, key):
    store = tmp_path / "store.duckdb"
    with closing(open_database(store, key).connection) as connection:
        connection.execute("SET memory_limit = '40MB'")
        connection.execute(
            f"CREATE TEMP TABLE spilled AS SELECT '{PLANTED} ' || hash(i) || hash(i + 1) AS name"
            " FROM range(2000000) t(i)"
        )
        assert connection.execute("SELECT count(*) FROM spilled").fetchall() == [(2_000_000,)]
        spilled = [path for path in (tmp_path / "store.duckdb.tmp").iterdir() if path.stat().st_size]
        assert spilled, "nothing was spilled"
        assert bool(shows(*spilled)) is (key is None)
    assert not shows(*(path for path in tmp_path.rglob("*") if path.is_file()))


@pytest.mark.parametrize("crashed", [False, True], ids=["closed in order", "killed"])
@pytest.mark.parametrize(
    ("made_with", "opened_with", "words"),
    [
        (KEY, OTHER_KEY, "is encrypted with another key"),
        (KEY, None, "is encrypted, and no key was given"),
        (None, KEY, "is not encrypted, but a key was given"),
    ],
    ids=["another key", "no key", "a key for a plain store"],
)
def test_a_key_that_is_not_the_stores_is_told_and_nothing_is_changed(tmp_path, crashed, made_with, opened_with, words):
    store = tmp_path / "store.duckdb"
    with closing(filled(tmp_path / "open.duckdb" if crashed else store, made_with)):
        if crashed:
            store.write_bytes((tmp_path / "open.duckdb").read_bytes())
            log_of(store).write_bytes(log_of(tmp_path / "open.duckdb").read_bytes())
    files = [path for path in (store, log_of(store)) if path.exists()]
    assert len(files) == 1 + crashed
    before = [hashlib.sha256(path.read_bytes()).digest() for path in files]
    for opening in (open_engine, examine):
        with pytest.raises(StoreError, match=words) as error:
            opening(store, key=opened_with)
        assert not any(key.text in repr(error.getrepr()) for key in (KEY, OTHER_KEY))
    assert [hashlib.sha256(path.read_bytes()).digest() for path in files] == before
    assert sorted(path.name for path in tmp_path.glob("store*")) == sorted(path.name for path in files)
    # With its own key it opens, with all that was committed.
    with closing(open_engine(store, key=made_with)) as engine:
        assert engine.reader.head() == 40


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o660, 0o620, 0o611, 0o666])
def test_a_key_file_that_is_open_to_others_is_refused(tmp_path, mode):
    file = tmp_path / "store.key"
    file.write_text(KEY.text)
    file.chmod(mode)
    with pytest.raises(StoreError, match="open to others"):
        read_key(file)
    found = CliRunner().invoke(main, ["check", str(tmp_path / "store.duckdb"), "--store-key-file", str(file)])
    assert found.exit_code == 2
    assert "chmod 600" in found.output


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440])
def test_a_key_file_that_its_owner_and_readers_of_its_group_can_read_is_taken(tmp_path, mode):
    file = tmp_path / "store.key"
    file.write_text(KEY.text + "\n")
    file.chmod(mode)
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert read_key(file) == KEY


@pytest.mark.parametrize(
    "text",
    ["", "short", "k" * 31, "k" * 257, "k" * 40 + "'", "k" * 40 + " k", "k" * 40 + "\nk", "\u043a" * 40],
)
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path, text):
    file = tmp_path / "store.key"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(StoreError) as error:
        read_key(file)
    assert not text or text not in str(error.value)


def test_a_key_is_in_no_representation():
    assert KEY.text not in repr(KEY)
    assert KEY.text not in str(KEY)


def test_the_key_of_a_server_is_neither_in_its_arguments_nor_in_its_log_nor_in_its_files(tmp_path):
    file, store, log = tmp_path / "key", tmp_path / "store.duckdb", tmp_path / "log"
    key = StoreKey("Zx9" + "q7-W" * 12)
    file.write_text(key.text)
    file.chmod(0o600)
    with (
        log.open("wb") as stderr,
        child_server(store, "--store-key-file", str(file), stderr=stderr) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stub = resolution_service_pb2_grpc.ResolutionServiceStub(channel)
        record = person_message("sources/a/records/1", f"{PLANTED} Batyrov")
        stub.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record), metadata=METADATA)
        assert key.text.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(timeout=_PATIENCE)
    assert log_of(store).stat().st_size > 0
    wrong = subprocess.run(
        [RESOLVER, "serve", "--insecure", "--address", "127.0.0.1:0", "--database", store],
        env={**os.environ, "RESOLVER_STORE_KEY": OTHER_KEY.text},
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert wrong.returncode == 2
    assert b"is encrypted with another key" in wrong.stderr
    assert OTHER_KEY.text.encode() not in wrong.stdout + wrong.stderr
    told = [path.read_bytes() for path in tmp_path.iterdir() if path != file]
    assert not any(key.text.encode() in content or PLANTED.encode() in content for content in told)
    with closing(connect(store, key)) as connection:
        assert connection.execute("SELECT count(*) FROM records").fetchall() == [(1,)]


def test_the_key_comes_from_the_environment_or_a_file_and_not_from_both(tmp_path, monkeypatch):
    file, store = tmp_path / "key", tmp_path / "store.duckdb"
    file.write_text(KEY.text)
    file.chmod(0o600)
    filled(store, KEY).close()
    runner = CliRunner()
    assert runner.invoke(main, ["check", str(store), "--store-key-file", str(file)]).exit_code == 0
    monkeypatch.setenv("RESOLVER_STORE_KEY_FILE", str(file))
    assert runner.invoke(main, ["check", str(store)]).exit_code == 0
    monkeypatch.setenv("RESOLVER_STORE_KEY", KEY.text)
    both = runner.invoke(main, ["check", str(store)])
    assert both.exit_code == 2
    assert "not both" in both.output
    monkeypatch.delenv("RESOLVER_STORE_KEY_FILE")
    assert runner.invoke(main, ["check", str(store)]).exit_code == 0
