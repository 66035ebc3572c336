"""What holds for every call: purpose, deadlines, hidden faults, limits, health."""

import asyncio
from types import SimpleNamespace

import grpc
import pytest
from google.protobuf import descriptor_pool
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ftf.resolution.v1 import record_service_pb2, resolution_service_pb2
from resolver.domain.errors import ErrorReason, ResolverError
from resolver.domain.purpose import PURPOSES
from resolver.engine.queued import Lane
from resolver.rpc import limits
from resolver.rpc.interceptors.chain import Chain
from resolver.rpc.interceptors.deadline import DeadlineInterceptor
from resolver.rpc.server import SERVICES
from tests.conftest import PURPOSE
from tests.rpc.examples import person, reason_in, status_of_call, violations_in, wait_until

METHODS = [method for service in SERVICES for method in descriptor_pool.Default().FindServiceByName(service).methods]


def call(channel, method, metadata):
    """Calls any method with an empty request and returns its error."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    try:
        if method.client_streaming:
            list(channel.stream_stream(path)(iter([b""]), metadata=metadata))
        elif method.server_streaming:
            list(channel.unary_stream(path)(b"\x0a\x01x", metadata=metadata))
        else:
            channel.unary_unary(path)(b"", metadata=metadata)
    except grpc.RpcError as error:
        return error
    raise AssertionError(f"{path} accepted the call")


def get(channel, metadata):
    stub = record_service_pb2.DESCRIPTOR.services_by_name["RecordService"]
    request = record_service_pb2.GetRecordRequest(name="sources/calls/records/none")
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(f"/{stub.full_name}/GetRecord")(request.SerializeToString(), metadata=metadata)
    return caught.value


@pytest.mark.parametrize("method", METHODS, ids=[method.full_name for method in METHODS])
def test_every_method_requires_a_purpose_before_it_looks_at_the_request(server, method):
    with grpc.insecure_channel(server.address) as channel:
        error = call(channel, method, ())
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert violations_in(status_of_call(error)) == [
            ("x-purpose", "PURPOSE_REQUIRED"),
            ("x-case-reference", "PURPOSE_REQUIRED"),
        ]


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ((("x-case-reference", "c"),), "x-purpose"),
        ((("x-purpose", "curiosity"), ("x-case-reference", "c")), "x-purpose"),
        ((("x-purpose", "Identify"), ("x-case-reference", "c")), "x-purpose"),
        ((("x-purpose", "identify"),), "x-case-reference"),
        ((("x-purpose", "identify"), ("x-case-reference", "  ")), "x-case-reference"),
        ((("x-purpose", "identify"), ("x-case-reference", "c" * 101)), "x-case-reference"),
        ((("x-purpose", "identify"), ("x-case-reference", "c" * 4_000)), "x-case-reference"),
        ((("x-purpose", "identify"), ("x-case-reference", "c"), ("x-case-reference", "d")), "x-case-reference"),
        ((("x-purpose", "identify"), ("x-case-reference", "c"), ("x-case-reference", "c")), "x-case-reference"),
        ((("x-purpose", "identify"), ("x-purpose", "border"), ("x-case-reference", "c")), "x-purpose"),
        ((("x-purpose", "identify,border"), ("x-case-reference", "c")), "x-purpose"),
        ((("x-purpose", "identify" * 500), ("x-case-reference", "c")), "x-purpose"),
    ],
)
def test_a_purpose_that_is_not_known_or_a_case_that_is_none_is_refused(server, metadata, field):
    with grpc.insecure_channel(server.address) as channel:
        status = status_of_call(get(channel, metadata))
        assert violations_in(status) == [(field, "PURPOSE_REQUIRED")]


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_every_known_purpose_is_accepted(server, purpose):
    with grpc.insecure_channel(server.address) as channel:
        error = get(channel, (("x-purpose", purpose), ("x-case-reference", "c" * 100)))
        assert error.code() is grpc.StatusCode.NOT_FOUND


def test_a_fault_of_the_service_tells_nothing_of_itself(server, monkeypatch, caplog):
    def fail(_):
        raise KeyError("Karim Testov, SELECT secret")

    monkeypatch.setattr(type(server.engine.reader), "record", lambda self, name, *_: fail(name))
    with pytest.raises(grpc.RpcError) as caught:
        server.records.GetRecord(record_service_pb2.GetRecordRequest(name="sources/calls/records/1"))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert caught.value.details() == "internal error"
    status = status_of_call(caught.value)
    assert reason_in(status) == "INTERNAL"
    assert b"Karim" not in status.SerializeToString()
    assert "KeyError" in caplog.text


def test_an_expired_write_leaves_the_queue_and_is_not_stored(server, held_writer):
    request = resolution_service_pb2.ResolveRecordRequest(record=person("sources/calls/records/late"))
    with held_writer(server.engine):
        with pytest.raises(grpc.RpcError) as caught:
            server.resolution.ResolveRecord(request, timeout=0.3)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        wait_until(lambda: server.engine.queue.waiting()[Lane.INTERACTIVE].writes == 0)
    # A later write is carried out after the one that left.
    later = resolution_service_pb2.ResolveRecordRequest(record=person("sources/calls/records/later"))
    server.resolution.ResolveRecord(later)
    with pytest.raises(grpc.RpcError) as caught:
        server.records.GetRecord(record_service_pb2.GetRecordRequest(name=request.record.name))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_unary_call_without_a_deadline_gets_that_of_the_server():
    async def endless(_request, _context):
        await asyncio.Event().wait()

    async def continuation(_details):
        return grpc.unary_unary_rpc_method_handler(endless)

    async def call():
        details = SimpleNamespace(method="/ftf.resolution.v1.RecordService/GetRecord", invocation_metadata=())
        handler = await DeadlineInterceptor(default=0.01).intercept_service(continuation, details)
        await handler.unary_unary(None, SimpleNamespace(time_remaining=lambda: None))

    with pytest.raises(ResolverError) as caught:
        asyncio.run(call())
    assert caught.value.reason is ErrorReason.DEADLINE_EXCEEDED


def test_the_handler_of_a_method_is_wrapped_once_and_an_unknown_method_is_not_remembered():
    order = []

    class Noting(grpc.aio.ServerInterceptor):
        def __init__(self, name):
            self._name = name

        async def intercept_service(self, continuation, details):
            order.append(self._name)
            return await continuation(details)

    async def continuation(details):
        return None if details.method == "/none" else grpc.unary_unary_rpc_method_handler(details.method)

    chain = Chain((Noting("outer"), Noting("inner")))

    async def call(method):
        return await chain.intercept_service(continuation, SimpleNamespace(method=method))

    assert asyncio.run(call("/one")) is asyncio.run(call("/one"))
    assert order == ["inner", "outer"]
    assert asyncio.run(call("/none")) is asyncio.run(call("/none")) is None
    assert asyncio.run(call("/other")) is not asyncio.run(call("/one"))
    assert order == ["inner", "outer"] * 2


def test_a_message_beyond_the_limit_is_refused(server):
    record = person("sources/calls/records/large", "x" * limits.MESSAGE_BYTES)
    with pytest.raises(grpc.RpcError) as caught:
        server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_an_unknown_method_is_unimplemented(server):
    with pytest.raises(grpc.RpcError) as caught:
        server.channel.unary_unary("/ftf.resolution.v1.RecordService/DropRecords")(b"", metadata=PURPOSE)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("service", ["", *SERVICES])
def test_health_is_served_on_its_own_port_without_a_purpose(server, service):
    assert server.health_address != server.address
    with grpc.insecure_channel(server.health_address) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
