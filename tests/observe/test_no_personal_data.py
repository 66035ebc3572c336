"""Records with planted marks go through a server that also fails; the marks are searched in all that it tells."""

import asyncio
import logging
import uuid

import duckdb
import pytest
from google.protobuf import message_factory
from prometheus_client import Counter

from ftf.resolution.v1 import (
    decision_service_pb2,
    identity_service_pb2,
    record_pb2,
    record_service_pb2,
    review_service_pb2,
)
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.observe.logs import set_up_loop
from resolver.rpc.server import SERVICES
from resolver.store.reader import Reader
from resolver.store.writer import Writer
from tests.conftest import PURPOSE
from tests.observe.marks import KEY, NAME, NUMBER, PHONE, Caller, full_of_marks, good_record, leaks, watched
from tests.rpc.examples import wait_until
from tests.servers import child_server

SERVICE = "/ftf.resolution.v1.ResolutionService"


def methods():
    for service in SERVICES:
        found = pb.DESCRIPTOR.pool.FindServiceByName(service)
        for method in found.methods:
            yield f"/{service}/{method.name}", message_factory.GetMessageClass(method.input_type)


def good_requests(first=1):
    """Writes of seven records, numbered from `first`, one of them broken, and reads of one."""
    record, *others, last = (good_record(number) for number in range(first, first + 5))
    yield f"{SERVICE}/ResolveRecord", pb.ResolveRecordRequest(record=record, validate_only=True)
    yield f"{SERVICE}/ResolveRecord", pb.ResolveRecordRequest(record=record)
    batch = [pb.ResolveRecordRequest(record=other) for other in others]
    yield f"{SERVICE}/BatchResolveRecords", pb.BatchResolveRecordsRequest(requests=batch)
    stream = pb.ResolveRecordsRequest(stream_id=str(uuid.uuid4()), sequence=1, records=[last, broken()])
    yield f"{SERVICE}/ResolveRecords", stream
    for service, request in (
        ("RecordService/GetRecord", record_service_pb2.GetRecordRequest(name=record.name)),
        ("RecordService/ListRecords", record_service_pb2.ListRecordsRequest(parent=f"sources/{KEY}")),
        ("IdentityService/ListIdentities", identity_service_pb2.ListIdentitiesRequest()),
        ("IdentityService/LookupIdentity", identity_service_pb2.LookupIdentityRequest(record=record.name)),
        ("DecisionService/ListDecisions", decision_service_pb2.ListDecisionsRequest(record=record.name)),
        ("ReviewService/ListReviewTasks", review_service_pb2.ListReviewTasksRequest()),
    ):
        yield f"/ftf.resolution.v1.{service}", request


def broken():
    record = good_record(90)
    record.identities[0].nationalities.append(NUMBER)
    record.documents[0].issuing_state = NAME
    record.contacts[0].value = f"{PHONE} {NAME}"
    return record


def bad_requests():
    """Malformed in each way: a text in every field, bytes that are no message, a text that is no UTF-8."""
    for mark in (NAME, NUMBER, PHONE):
        for method, kind in methods():
            yield method, full_of_marks(kind, mark).SerializeToString()
    for method, _ in methods():
        yield method, f"{NAME} {NUMBER} {PHONE}".encode()
    record = good_record(91).SerializeToString().replace(NAME.encode(), NAME.encode()[:-1] + b"\xff")
    yield f"{SERVICE}/ResolveRecord", b"\x0a" + bytes([len(record) & 0x7F | 0x80, len(record) >> 7]) + record


def send_all(caller, first=1):
    for method, request in good_requests(first):
        caller.call(method, request.SerializeToString(), PURPOSE)
    sent = 0
    for method, request in bad_requests():
        caller.call(method, request, PURPOSE)
        sent += 1
    for metadata in ((("x-purpose", NAME), ("x-case-reference", NUMBER)), (("x-purpose", "identify"),)):
        caller.call(
            f"{SERVICE}/ResolveRecord", pb.ResolveRecordRequest(record=good_record()).SerializeToString(), metadata
        )
    return sent


def fail(*_, **__):
    try:
        raise KeyError(f"{NAME} {NUMBER} {KEY}")
    except KeyError as cause:
        raise duckdb.ConstraintException(f'Duplicate key "name: {NAME}", phone {PHONE}, {KEY}') from cause


def test_no_mark_is_found_in_what_a_server_tells(monkeypatch):
    with watched() as server:
        sent = send_all(server.caller)
        assert len(server.caller.errors) > sent / 2, "most of the malformed requests are refused"
        with monkeypatch.context() as faults:
            faults.setattr(Writer, "write_pairs", fail)
            faults.setattr(Writer, "score_apart", fail)
            faults.setattr(Reader, "_rows", fail)
            send_all(server.caller, first=11)
        server.engine.listeners.watch(fail)
        send_all(server.caller, first=21)
        assert sum("internal error" in error for error in server.caller.errors) > 5
        assert server.told()["text log"].count("a write failed") >= 4
        told = server.told()
    assert "call failed" in told["text log"]
    assert "ConstraintException at test_no_personal_data.py" in told["JSON log"], "faults are told, by their places"
    assert "a listener failed" in told["JSON log"]
    assert '"score"' in told["traces"]
    assert "resolver_calls_total" in told["metrics"]
    assert leaks(told) == []


def test_no_mark_is_found_in_the_output_of_a_server_as_it_is_started(tmp_path, scrape):
    log = tmp_path / "log"
    options = ("--log-format", "json", "--metrics-port", "0")
    with log.open("wb") as stderr, child_server(None, *options, stderr=stderr) as child:
        caller = Caller(child.address)
        send_all(caller)
        told = {"log": log.read_text(), "metrics": scrape(child.metrics_address), "errors": " ".join(caller.errors)}
    assert '"message": "call failed"' in told["log"]
    assert leaks(told) == []


def test_what_no_task_catches_is_logged_without_its_text():
    async def forget():
        set_up_loop(asyncio.get_running_loop())
        task = asyncio.create_task(asyncio.to_thread(fail))
        await asyncio.wait({task})
        del task

    with watched() as server:
        asyncio.run(forget())
        told = server.told()
    assert "a task failed" in told["text log"]
    assert "ConstraintException" in told["text log"]
    assert leaks(told) == []


PLANTED = {
    "log": lambda server: logging.getLogger("resolver.engine.engine").info("stored %s", NAME),
    "log of the key": lambda server: logging.getLogger("resolver.engine.engine").info("stored %s", KEY),
    "log field": lambda server: logging.getLogger("resolver.x").info("stored", extra={"fields": {"phone": PHONE}}),
    "metrics": lambda server: Counter("planted", "A leak.", ("name",), registry=server.registry).labels(NAME).inc(),
    "traces": lambda server: server.engine.listeners.watch_batches(lambda _: server.spans.export([span_with_a_leak()])),
    "errors": lambda server: leak_in_an_error(server),
}


def span_with_a_leak():
    from opentelemetry.sdk.trace import TracerProvider

    span = TracerProvider().get_tracer("planted").start_span("write", attributes={"record": NUMBER})
    span.end()
    return span


def leak_in_an_error(server):
    def refuse(*_):
        raise InvalidInput((FieldViolation("record", f"is of {NAME}", ErrorReason.FIELD_INVALID),))

    server.engine.submit = refuse


@pytest.mark.parametrize("where", PLANTED)
def test_a_planted_leak_is_found(where):
    with watched() as server:
        PLANTED[where](server)
        method, request = next(good_requests())
        server.caller.call(method, request.SerializeToString(), PURPOSE)
        wait_until(lambda: leaks(server.told()))


def test_the_marks_reach_every_text_field_of_a_record():
    def texts(message):
        for entry, value in message.ListFields():
            for one in value if entry.is_repeated else [value]:
                if isinstance(one, str):
                    yield entry.full_name
                elif entry.message_type is not None:
                    yield from texts(one)

    full = full_of_marks(record_pb2.Record, NAME)
    assert {"ftf.resolution.v1.PersonName.full_name", "ftf.resolution.v1.Contact.value"} <= set(texts(full))
    assert len(set(texts(full))) > 25
