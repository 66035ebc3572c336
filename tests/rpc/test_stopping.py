"""Stopping a server that a client holds on to."""

import signal
import subprocess
import uuid
from contextlib import contextmanager

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ftf.resolution.v1 import decision_service_pb2, decision_service_pb2_grpc
from ftf.resolution.v1 import resolution_service_pb2 as pb
from ftf.resolution.v1 import resolution_service_pb2_grpc as pb_grpc
from resolver.store.database import examine
from tests.rpc.examples import person
from tests.servers import METADATA, RESOLVER, child_server

PATIENCE = 60.0
NARROW = (("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 1024))
"""Of a connection that takes in little of what its client does not read."""
RECORDS = 500


@contextmanager
def held_server(database, grace):
    """A server with a client that reads nothing of feeds of which more is sent than the connection takes in."""
    with (
        child_server(database, "--grace", str(grace)) as child,
        grpc.insecure_channel(child.address, options=NARROW) as channel,
    ):
        records = [person(f"sources/stopping/records/{i}") for i in range(RECORDS)]
        message = pb.ResolveRecordsRequest(stream_id=str(uuid.uuid4()), sequence=1, records=records)
        stub = pb_grpc.ResolutionServiceStub(channel)
        assert [len(answer.results) for answer in stub.ResolveRecords(iter([message]), metadata=METADATA)][-1]
        feeds = decision_service_pb2_grpc.DecisionServiceStub(channel)
        request = decision_service_pb2.WatchDecisionsRequest()
        held = [feeds.WatchDecisions(request, metadata=METADATA) for _ in range(4)]
        assert [next(call) for call in held]
        yield child


@contextmanager
def health_of(child):
    """What a server says of itself, as it changes."""
    with grpc.insecure_channel(child.health_address) as channel:
        yield health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=PATIENCE)


def assert_in_order(database, ended):
    assert ended == 0
    assert [path.name for path in database.parent.iterdir()] == [database.name], "the log was not written into the file"
    assert not [each.invariant.words for each in examine(database) if each.breaches]


def test_a_client_that_hangs_holds_a_server_no_longer_than_its_grace(tmp_path):
    database = tmp_path / "store.duckdb"
    with held_server(database, grace=0.5) as child:
        child.process.send_signal(signal.SIGTERM)
        ended = child.process.wait(timeout=PATIENCE)
    assert_in_order(database, ended)


def test_a_second_server_on_a_file_that_is_served_fails_and_harms_nothing(tmp_path):
    database = tmp_path / "store.duckdb"
    with child_server(database) as child:
        arguments = ("--insecure", "--address", "127.0.0.1:0", "--database", str(database))
        second = subprocess.run([RESOLVER, "serve", *arguments], capture_output=True, text=True, timeout=PATIENCE)
        assert second.returncode == 2
        assert second.stderr.splitlines()[-1] == f"{database.name} is in use by another process"
        child.process.send_signal(signal.SIGTERM)
        ended = child.process.wait(timeout=PATIENCE)
    assert_in_order(database, ended)


def test_a_second_signal_ends_the_grace_in_order(tmp_path):
    database = tmp_path / "store.duckdb"
    with held_server(database, grace=10 * PATIENCE) as child:
        with health_of(child) as told:
            assert next(told).status == health_pb2.HealthCheckResponse.SERVING
            child.process.send_signal(signal.SIGTERM)
            assert next(told).status == health_pb2.HealthCheckResponse.NOT_SERVING
            assert child.process.poll() is None
        child.process.send_signal(signal.SIGTERM)
        ended = child.process.wait(timeout=PATIENCE)
    assert_in_order(database, ended)
