"""An import that was broken off goes on where it stopped, and nothing is doubled or lost."""

import json
import shutil
import subprocess
import time

import pytest

from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest
from ftf_client import Persistence
from ftf_client import connect as client
from resolver.cli.failures import ServiceFailed
from resolver.cli.import_run import ImportPlan, ImportRun
from resolver.cli.reading import all_decisions, all_identities
from resolver.jobs import progress
from resolver.synthetic import generate_records
from resolver.synthetic.writer import write_files
from tests.servers import RESOLVER, child_server

# More than the engine decides at once, so that a break finds some of them undecided.
COUNT = 2500


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """Records with a broken line near the beginning and one near the end."""
    path = tmp_path_factory.mktemp("many") / "records.jsonl"
    list(write_files(generate_records(6, COUNT), path, path.with_name("truth.csv")))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[20:20] = ["{"]
    lines[2490:2490] = ["{"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def records(many, tmp_path):
    return shutil.copy(many, tmp_path / "records.jsonl")


def plan(path, **options):
    return ImportPlan(path, batch_size=100, **options)


def connect(address, patience=0):
    """A client that does not look for a service that it has lost, unless it is told to."""
    return client(address, purpose="identify", case_reference="cli", persistence=Persistence(patience))


def assert_stored_once(connection, path, summary):
    """Every record of the file is there, each decided exactly once, each broken line told once."""
    names = [json.loads(line)["name"] for line in path.read_text(encoding="utf-8").splitlines() if line != "{"]
    assert sorted(record for each in all_identities(connection) for record in each.records) == sorted(names)
    assert [each.record for each in all_decisions(connection)] == names
    assert (summary.accepted, summary.rejected) == (COUNT, 2)
    rejects = progress.beside(path, ".rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["line"] for line in rejects] == [21, 2491]
    assert not progress.beside(path, ".progress.json").exists()


def test_after_a_kill_the_same_command_continues(records, tmp_path):
    with child_server(tmp_path / "x.duckdb") as server, connect(server.address) as connection:
        run = ImportRun(connection, plan(records))
        with pytest.raises(ServiceFailed, match="Run the same command again to continue"):
            run.run(lambda line: server.process.kill())
    stored = progress.load(progress.beside(records, ".progress.json"))
    assert 100 <= stored.accepted < COUNT
    with child_server(tmp_path / "x.duckdb") as server, connect(server.address) as connection:
        resumed = ImportRun(connection, plan(records))
        assert resumed.progress == stored
        summary = resumed.run()
        assert summary.resumed_after_line == stored.line
        assert summary.sent == COUNT - stored.accepted
        assert_stored_once(connection, records, summary)


def test_an_acknowledgement_that_was_not_noted_is_asked_for_again(records, tmp_path):
    with child_server(tmp_path / "x.duckdb") as server, connect(server.address) as connection:
        run = ImportRun(connection, plan(records))
        noted = []

        def remember_then_die(line):
            noted.append(run.progress)
            if line >= 500:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run.run(remember_then_die)
        # As if the process had died before it noted the last two: the service has them, the side file has not.
        progress.save(progress.beside(records, ".progress.json"), noted[-3])
        summary = ImportRun(connection, plan(records)).run()
        assert_stored_once(connection, records, summary)


def test_a_service_that_comes_back_is_found_again(records, tmp_path):
    port_file = tmp_path / "port.json"
    processes = []

    def start(address):
        port_file.unlink(missing_ok=True)
        command = [RESOLVER, "serve", "--insecure", "--address", address, "--database", str(tmp_path / "x.duckdb")]
        processes.append(subprocess.Popen([*command, "--port-file", str(port_file)], stdout=subprocess.DEVNULL))
        while not port_file.exists():
            assert processes[-1].poll() is None
            time.sleep(0.05)
        return json.loads(port_file.read_text())["address"]

    def restart_once(line):
        if len(processes) == 1:
            processes[0].kill()
            processes[0].wait()
            start(address)

    try:
        address = start("127.0.0.1:0")
        with connect(address, patience=60) as connection:
            summary = ImportRun(connection, plan(records)).run(restart_once)
            assert len(processes) == 2
            assert_stored_once(connection, records, summary)
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
            process.wait()


def interrupted(connection, records):
    def stop(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ImportRun(connection, plan(records)).run(stop)
    return progress.load(progress.beside(records, ".progress.json"))


def test_another_database_is_not_taken_for_the_first(records, fresh_server):
    with child_server() as server, connect(server.address) as connection:
        interrupted(connection, records)
    with connect(fresh_server.address) as connection:
        with pytest.raises(ServiceFailed, match="Use --restart"):
            ImportRun(connection, plan(records)).run()
        assert_stored_once(connection, records, ImportRun(connection, plan(records, restart=True)).run())


def test_a_changed_file_begins_anew(records, fresh_server):
    with connect(fresh_server.address) as connection:
        stored = interrupted(connection, records)
        records.write_text(records.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        fresh = ImportRun(connection, plan(records)).progress
        assert (stored.line > 0, fresh.line) == (True, 0)
        assert fresh.stream_id != stored.stream_id
        assert connection.decisions.ListDecisions(ListDecisionsRequest(page_size=1)).decisions
