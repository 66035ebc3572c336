"""A trace shows where the time of a call went."""

import pytest

from ftf.resolution.v1 import record_service_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from tests.conftest import PURPOSE
from tests.observe.marks import watched
from tests.rpc.examples import person

RESOLVE = "ftf.resolution.v1.ResolutionService/ResolveRecord"
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def spans():
    """The spans of one call by a caller that traces, and of one that fails."""
    with watched() as server:
        request = pb.ResolveRecordRequest(record=person("sources/traces/records/1"))
        server.caller.call(f"/{RESOLVE}", request.SerializeToString(), (*PURPOSE, ("traceparent", CALLER)))
        missing = record_service_pb2.GetRecordRequest(name="sources/traces/records/none")
        server.caller.call("/ftf.resolution.v1.RecordService/GetRecord", missing.SerializeToString(), PURPOSE)
    return server.spans.get_finished_spans()


def test_a_call_is_in_its_callers_trace_with_its_wait_and_its_batch(spans):
    (call,) = (span for span in spans if span.name == RESOLVE)
    assert f"{call.context.trace_id:032x}" == CALLER.split("-")[1]
    assert f"{call.parent.span_id:016x}" == CALLER.split("-")[2]
    below = {span.name: span for span in spans if span.parent and span.parent.span_id == call.context.span_id}
    assert below.keys() == {"queue", "batch"}
    assert call.start_time <= below["queue"].start_time <= below["queue"].end_time == below["batch"].start_time
    assert dict(below["queue"].attributes) == {"queue.lane": "interactive", "queue.changes": 1}


def _is_a_batch_of_changes(span):
    return span.name == "batch" and span.parent is None and span.attributes["batch.kind"] == "changes"


def test_a_batch_is_a_trace_of_its_own_that_links_to_its_calls(spans):
    (call,) = (span for span in spans if span.name == RESOLVE)
    (batch,) = (span for span in spans if _is_a_batch_of_changes(span))
    assert [link.context.span_id for link in batch.links] == [call.context.span_id]
    assert dict(batch.attributes) == {"batch.kind": "changes", "batch.writes": 1, "batch.changes": 1}
    phases = [span for span in spans if span.parent and span.parent.span_id == batch.context.span_id]
    assert {"look_up", "standardise", "load", "score", "partition", "write", "commit"} == {one.name for one in phases}
    assert all(batch.start_time <= one.start_time <= one.end_time <= batch.end_time for one in phases)


def test_a_failed_call_has_its_code_and_reason(spans):
    (call,) = (span for span in spans if span.name.endswith("/GetRecord"))
    assert not call.status.is_ok
    assert call.status.description is None
    assert call.attributes["rpc.grpc.status"] == "NOT_FOUND"
    assert call.attributes["error.type"] == "RECORD_NOT_FOUND"
    assert call.events == ()
