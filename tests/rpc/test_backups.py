"""`resolver backup` and `resolver restore` as an operator uses them: while a stream writes, and on a store at rest."""

import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import grpc
import pytest
from click.testing import CliRunner

from ftf.resolution.v1 import (
    backup_service_pb2,
    backup_service_pb2_grpc,
    decision_service_pb2,
    decision_service_pb2_grpc,
)
from resolver.cli.main import main
from resolver.engine.engine import open_engine
from resolver.store import backups as store_backups
from tests.conftest import serving
from tests.rpc.examples import reason_in, status_of_call, wait_until
from tests.servers import METADATA, child_server
from tests.streams import RECORDS_A_MESSAGE, feed, memberships, send

MESSAGES = 24


def failure(error):
    return error.code(), reason_in(status_of_call(error))


def run(*arguments, fails=0):
    found = CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)
    assert found.exit_code == fails, found.output
    return found


@pytest.fixture
def key_options(tmp_path, request):
    """The options for a store in plain text or encrypted, as the test asks."""
    if not request.param:
        return ()
    file = tmp_path / "store.key"
    file.write_text("a" * 43 + "=\n")
    file.chmod(0o600)
    return "--store-key-file", str(file)


@pytest.mark.parametrize("key_options", [False, True], ids=["plain", "encrypted"], indirect=True)
def test_a_copy_made_while_a_stream_writes_is_restored_and_the_stream_goes_on_to_the_same_state(
    corpus_messages, tmp_path, key_options
):
    records = corpus_messages[: MESSAGES * RECORDS_A_MESSAGE]
    stream_id = str(uuid.uuid4())
    copies, store, restored = tmp_path / "copies", tmp_path / "store.duckdb", tmp_path / "restored.duckdb"
    copies.mkdir()
    with (
        child_server(store, "--backups", str(copies), *key_options) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        made = None
        for sequence in send(channel, stream_id, records, 1, {}):
            if sequence == MESSAGES // 3:
                # The stream has more messages under way, which are carried out meanwhile.
                made = json.loads(run("backup", "monday", "--address", server.address, "--json").stdout)
        wanted, told = memberships(channel), feed(channel)
    assert made["name"] == "backups/monday"
    assert MESSAGES // 3 * RECORDS_A_MESSAGE <= int(made["decisions"]) < len(told)
    assert made.get("encrypted", False) is bool(key_options)

    shown = run("restore", copies / "monday.json", "--database", restored, *key_options)
    assert f"{int(made['decisions']):,} decisions" in shown.stdout
    run("check", restored, *key_options)
    again = run("restore", copies / "monday.json", "--database", restored, *key_options, fails=1)
    assert "restored.duckdb exists" in again.output

    with child_server(restored, *key_options) as server, grpc.insecure_channel(server.address) as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
        # Who followed the store to its end finds that its feed was taken back; who followed to the copy goes on.
        ahead = stub.WatchDecisions(
            decision_service_pb2.WatchDecisionsRequest(cursor=told[-1].cursor), metadata=METADATA
        )
        with pytest.raises(grpc.RpcError) as error:
            next(ahead)
        assert failure(error.value) == (grpc.StatusCode.OUT_OF_RANGE, "CURSOR_AHEAD")
        for _ in send(channel, stream_id, records, 1, {}):
            pass
        assert memberships(channel) == wanted
        request = decision_service_pb2.WatchDecisionsRequest(cursor=made["cursor"], stop_at_end=True)
        rest = [each.decision for each in stub.WatchDecisions(request, metadata=METADATA) if each.HasField("decision")]
        assert [(each.record, each.kind) for each in rest] == [
            (each.record, each.kind) for each in told[int(made["decisions"]) :]
        ]


def test_a_store_at_rest_is_copied_and_restored(corpus_messages, tmp_path):
    store, restored, records = tmp_path / "store.duckdb", tmp_path / "restored.duckdb", corpus_messages[:50]
    with child_server(store) as server, grpc.insecure_channel(server.address) as channel:
        for _ in send(channel, str(uuid.uuid4()), records, 1, {}):
            pass
        wanted, told = memberships(channel), feed(channel)
    assert "50 decisions" in run("backup", "at-rest", "--database", store, "--into", tmp_path).stdout
    run("restore", tmp_path / "at-rest.json", "--database", restored)
    replaced = json.loads(run("restore", tmp_path / "at-rest.json", "--database", store, "--replace", "--json").stdout)
    assert replaced["kept"] == f"{store}.replaced-1"
    for path in (restored, store):
        with child_server(path) as server, grpc.insecure_channel(server.address) as channel:
            assert (memberships(channel), feed(channel)) == (wanted, told)


@pytest.mark.parametrize("name", ["", "-a", "A", "../a", "a/b", "a" * 64, "a.b"])
def test_a_name_that_is_no_name_of_a_file_is_refused(server, tmp_path, name):
    stub = backup_service_pb2_grpc.BackupServiceStub(server.channel)
    with pytest.raises(grpc.RpcError) as error:
        stub.CreateBackup(backup_service_pb2.CreateBackupRequest(backup_id=name))
    assert failure(error.value) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    run("backup", "--database", tmp_path / "store.duckdb", "--into", tmp_path, "--", name, fails=2)


def test_a_server_without_a_folder_for_backups_makes_none(server):
    stub = backup_service_pb2_grpc.BackupServiceStub(server.channel)
    with pytest.raises(grpc.RpcError) as error:
        stub.CreateBackup(backup_service_pb2.CreateBackupRequest(backup_id="monday"))
    assert failure(error.value) == (grpc.StatusCode.FAILED_PRECONDITION, "BACKUP_NOT_CONFIGURED")


def test_one_copy_is_made_at_a_time_and_a_service_that_stops_gives_it_up(tmp_path, monkeypatch):
    begun, copy = threading.Event(), store_backups.copy_store

    def slow(cursor, path, key, given_up):
        begun.set()
        wait_until(given_up)
        return copy(cursor, path, key, given_up)

    monkeypatch.setattr(store_backups, "copy_store", slow)
    monday, tuesday = (backup_service_pb2.CreateBackupRequest(backup_id=name) for name in ("monday", "tuesday"))
    with (
        closing(open_engine(None)) as engine,
        serving(engine, backups=tmp_path) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        stub = backup_service_pb2_grpc.BackupServiceStub(server.channel)
        running = pool.submit(stub.CreateBackup, monday)
        assert begun.wait(timeout=30)
        with pytest.raises(grpc.RpcError) as error:
            stub.CreateBackup(tuesday)
        assert failure(error.value) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "BACKUP_RUNNING")
        server.stop()
        assert failure(running.exception(timeout=30)) == (grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN")
    assert list(tmp_path.iterdir()) == []
