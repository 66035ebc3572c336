"""Starting and stopping: ports, health, and what was begun."""

import asyncio
import json
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ftf.resolution.v1 import record_service_pb2, record_service_pb2_grpc, resolution_service_pb2
from resolver.engine.queued import Lane
from resolver.rpc.backend import Backend
from resolver.rpc.listening import BindError
from resolver.rpc.server import start_server
from tests.rpc.examples import person, wait_until
from tests.servers import METADATA, RESOLVER, child_server


def start(engine, address, health_address="127.0.0.1:0"):
    async def run():
        server = await start_server(engine, address, health_address)
        await server.stop(grace=0)

    asyncio.run(run())


def command(*arguments):
    """What `resolver serve` prints and exits with when it does not get to serve."""
    return subprocess.run([RESOLVER, "serve", *arguments], capture_output=True, text=True, timeout=60)


def test_a_port_that_is_taken_is_a_clear_error(server):
    for addresses in ((server.address,), ("127.0.0.1:0", server.address)):
        with pytest.raises(BindError, match=f"cannot listen on {server.address}: it is taken"):
            start(server.engine, *addresses)


def test_an_address_of_another_machine_is_a_clear_error(server):
    with pytest.raises(BindError, match=r"192\.0\.2\.1:1: it is taken, or not an address of this machine"):
        start(server.engine, "192.0.2.1:1")


def test_health_says_that_the_service_leaves_and_calls_that_were_begun_are_finished(fresh_server, held_writer):
    record = person("sources/serving/records/1")
    request = resolution_service_pb2.ResolveRecordRequest(record=record)
    with grpc.insecure_channel(fresh_server.health_address) as channel:
        seen = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(seen).status == health_pb2.HealthCheckResponse.SERVING
        stopping = threading.Thread(target=fresh_server.stop)
        with held_writer(fresh_server.engine):
            begun = fresh_server.resolution.ResolveRecord.future(request)
            wait_until(lambda: fresh_server.engine.queue.waiting()[Lane.INTERACTIVE].writes)
            stopping.start()
            assert next(seen).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert begun.result().record == record.name
        stopping.join()
    assert fresh_server.engine.reader.record(record.name) is not None


def test_a_call_that_is_given_up_stops_its_query(server):
    endless = "SELECT count(*) FROM range(100000000000) a, range(100000) b"
    began, ended = threading.Event(), threading.Event()

    def query():
        began.set()
        try:
            server.engine.reader.reading.rows(endless)
        finally:
            ended.set()

    async def give_up():
        call = asyncio.create_task(Backend(server.engine).read(query))
        await asyncio.to_thread(began.wait)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(ended.wait, 30)

    asyncio.run(give_up())


def test_a_call_that_waits_for_a_thread_is_not_made_once_it_is_given_up(server):
    release = threading.Event()
    made = []

    async def give_up():
        backend = Backend(server.engine, threads=ThreadPoolExecutor(1))
        first = asyncio.create_task(backend.run(release.wait))
        second = asyncio.create_task(backend.read(made.append, 1))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        release.set()
        await first
        await backend.run(int)

    asyncio.run(give_up())
    assert made == []


def test_the_command_serves_until_it_is_told_to_stop_and_keeps_what_it_stored(tmp_path):
    database = tmp_path / "store.duckdb"
    record = person("sources/serving/records/1")
    with child_server(database) as child:
        with grpc.insecure_channel(child.address) as channel:
            stub = resolution_service_pb2.DESCRIPTOR.services_by_name["ResolutionService"].full_name
            call = channel.unary_unary(f"/{stub}/ResolveRecord")
            request = resolution_service_pb2.ResolveRecordRequest(record=record)
            call(request.SerializeToString(), metadata=METADATA, timeout=30)
        with grpc.insecure_channel(child.health_address) as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=30)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        child.process.send_signal(signal.SIGTERM)
        assert child.process.wait(timeout=60) == 0
    assert [path.name for path in tmp_path.iterdir()] == [database.name], "the log was not written into the file"

    with child_server(database) as child, grpc.insecure_channel(child.address) as channel:
        stub = record_service_pb2_grpc.RecordServiceStub(channel)
        request = record_service_pb2.GetRecordRequest(name=record.name)
        assert stub.GetRecord(request, metadata=METADATA, timeout=30).version == 1
        child.process.send_signal(signal.SIGINT)
        assert child.process.wait(timeout=60) == 0


def test_the_command_writes_its_addresses_and_prints_one_line(tmp_path):
    port_file = tmp_path / "ports.json"
    arguments = ("--in-memory", "--insecure", "--address", "localhost:0", "--port-file", str(port_file))
    process = subprocess.Popen([RESOLVER, "serve", *arguments], stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    ports = json.loads(port_file.read_text(encoding="utf-8"))
    process.terminate()
    rest, _ = process.communicate(timeout=60)

    assert line == f"serving on {ports['address']}, health on {ports['health_address']}\n"
    assert rest == ""
    assert ports["pid"] == process.pid
    assert ports["address"].startswith("localhost:")
    assert [path.name for path in tmp_path.iterdir()] == ["ports.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--in-memory"], "plain text has to be asked for with --insecure"),
        (["--in-memory", "--insecure", "--address", "0.0.0.0:0"], "serves loopback addresses only"),
        (["--in-memory", "--insecure", "--address", "example.org:1"], "serves loopback addresses only"),
        (["--in-memory", "--insecure", "--address", "127.0.0.1"], "--address must be host:port"),
        (["--in-memory", "--insecure", "--address", "127.0.0.1:65536"], "--address must be host:port"),
        (["--in-memory", "--certificate", __file__], "belong together"),
        (["--in-memory", "--key", __file__, "--insecure"], "belong together"),
        (["--in-memory", "--access", __file__, "--insecure"], "belong together"),
        (["--in-memory", *(f"--{each}={__file__}" for each in ("certificate", "key", "client-authority"))], "--access"),
        (["--insecure"], "give either --database PATH or --in-memory"),
        (["--insecure", "--in-memory", "--database", "x.duckdb"], "give either --database PATH or --in-memory"),
    ],
)
def test_the_command_refuses_what_it_cannot_serve_safely(arguments, message):
    ended = command(*arguments)
    assert ended.returncode == 2
    assert message in " ".join(ended.stderr.split())


def test_the_command_leaves_a_file_alone_that_is_no_database(tmp_path):
    database = tmp_path / "store.duckdb"
    database.write_bytes(b"not a database" * 1000)
    ended = command("--insecure", "--address", "127.0.0.1:0", "--database", str(database))
    assert ended.returncode == 2
    assert database.name in ended.stderr
    assert "Traceback" not in ended.stderr
    assert database.read_bytes() == b"not a database" * 1000


def test_the_command_says_that_its_port_is_taken(server):
    ended = command("--insecure", "--in-memory", "--address", server.address)
    assert ended.returncode == 2
    assert f"cannot listen on {server.address}" in ended.stderr


def test_the_command_serves_with_the_certificates_and_access_rules_that_it_writes_and_reads_the_rules_again(tmp_path):
    folder, log = tmp_path / "certs", tmp_path / "log"
    assert subprocess.run([RESOLVER, "certs", folder], capture_output=True, timeout=60).returncode == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    given = ["--certificate", "server.pem", "--key", "server.key", "--client-authority", "authority.pem"]
    given += ["--access", "access.yaml"]
    protection = [str(folder / each) if each[0] != "-" else each for each in given]
    trusted, key, certificate = (
        (folder / name).read_bytes() for name in ("authority.pem", "fra-ncb-records.key", "fra-ncb-records.pem")
    )
    credentials = grpc.ssl_channel_credentials(trusted, key, certificate)
    rules = folder / "access.yaml"
    with (
        log.open("wb") as stderr,
        child_server(protection=protection, stderr=stderr) as child,
        grpc.secure_channel(child.address, credentials) as channel,
    ):

        def list_records():
            stub = record_service_pb2_grpc.RecordServiceStub(channel)
            request = record_service_pb2.ListRecordsRequest(parent="sources/none")
            return stub.ListRecords(request, metadata=METADATA, timeout=30)

        def reload(content, says):
            rules.write_text(content, encoding="utf-8")
            child.process.send_signal(signal.SIGHUP)
            wait_until(lambda: says in log.read_text(encoding="utf-8"))

        assert not list_records().records
        granted = rules.read_text(encoding="utf-8")
        reload("grants: [{caller: nobody}]", "the old rules stay")
        assert "grants[0].roles: is required" in log.read_text(encoding="utf-8")
        list_records()
        reload(granted.replace("ftf://FRA/ncb/records", "ftf://FRA/ncb/other"), "was read again")
        with pytest.raises(grpc.RpcError) as caught:
            list_records()
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "plain text" not in log.read_text(encoding="utf-8")


def test_a_server_in_plain_text_says_that_it_lets_everybody_do_everything(server):
    ended = command("--insecure", "--in-memory", "--address", server.address)
    assert "plain text: no caller is known, no access rule holds" in ended.stderr


def test_the_command_names_the_certificate_that_it_cannot_use(tmp_path):
    paths = {each: tmp_path / f"{each}.pem" for each in ("certificate", "key", "client-authority", "access")}
    for path in paths.values():
        path.write_text("no PEM")
    ended = command("--in-memory", *(word for name, path in paths.items() for word in (f"--{name}", str(path))))
    assert ended.returncode == 2
    assert "client-authority.pem" in ended.stderr
    assert "Traceback" not in ended.stderr
