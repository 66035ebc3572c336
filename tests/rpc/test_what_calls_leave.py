"""Calls leave nothing in memory that Python cannot free: not one object more for a hundred of them."""

import gc
from contextlib import closing, suppress

import grpc
import pytest

from ftf.resolution.v1 import record_service_pb2, resolution_service_pb2
from resolver.engine.engine import open_engine
from resolver.observe.metrics import Metrics
from tests.conftest import serving
from tests.rpc.examples import person

CALLS = 300


@pytest.fixture(scope="module")
def measured():
    """A server with metrics, as it is run."""
    with closing(open_engine(None)) as engine:
        metrics = Metrics(engine)
        engine.listeners.watch_batches(metrics.batch_done)
        with serving(engine, watchers=(metrics,)) as served:
            served.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=person(NAME)))
            yield served


NAME = "sources/left/records/1"


def read(server):
    server.records.GetRecord(record_service_pb2.GetRecordRequest(name=NAME))


def try_out(server):
    request = resolution_service_pb2.ResolveRecordRequest(record=person(f"{NAME}-dry"), validate_only=True)
    server.resolution.ResolveRecord(request)


def refused(server):
    request = resolution_service_pb2.ResolveRecordRequest(record=person("no name of a record"))
    with pytest.raises(grpc.RpcError):
        server.resolution.ResolveRecord(request)


def expired(server):
    request = resolution_service_pb2.ResolveRecordRequest(record=person(NAME))
    with suppress(grpc.RpcError):
        server.resolution.ResolveRecord(request, timeout=0.005)


def living():
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize("call", [read, try_out, refused, expired])
def test_calls_leave_no_object_behind(measured, call):
    for _ in range(20):
        call(measured)
    before = living()
    for _ in range(CALLS):
        call(measured)
    assert living() - before < CALLS
