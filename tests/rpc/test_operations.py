"""`google.longrunning.Operations` as its callers see it."""

import threading
from contextlib import ExitStack, closing

import grpc
import pytest
from google.longrunning import operations_pb2 as pb
from google.longrunning import operations_pb2_grpc
from google.protobuf import duration_pb2, wrappers_pb2

from ftf.resolution.v1 import operation_pb2
from resolver.domain.caller import Caller
from resolver.engine.asked.operations import BeginOperation, CancelOperation
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.rpc.calls import CallWatcher
from resolver.rpc.operation_messages import packed
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.jobs.test_operations import Made
from tests.rpc.examples import reason_in, status_of_call, wait_until
from tests.rpc.peers import RULES, served_peers

RESULT = wrappers_pb2.StringValue(value="a result")
_PATIENCE = 60
HELD, QUICK = "operations/" + "0" * 31 + "1", "operations/" + "0" * 31 + "2"


def begin(engine, name, kind, caller=None):
    operating = BeginOperation(name, kind, "models/x", b"", caller)
    engine.submit(Write((), atomic=True, operating=operating)).result(_PATIENCE)


@pytest.fixture(scope="module")
def held():
    """A handler at which one operation of the server waits."""
    return Made(packed(RESULT), held=True)


@pytest.fixture(scope="module")
def served(held):
    """A server with an operation that runs until it is let go, and one that has ended."""
    with closing(open_engine(None)) as engine:
        begin(engine, HELD, "held")
        begin(engine, QUICK, "quick")
        with serving(engine, operations={"held": held, "quick": Made(packed(RESULT))}) as server:
            wait_until(lambda: engine.reader.operations.named(QUICK).done and held.begun.is_set())
            yield server
            held.release.set()


def refused(call, request, **options):
    with pytest.raises(grpc.RpcError) as caught:
        call(request, **options)
    return caught.value.code().name, reason_in(status_of_call(caught.value))


def metadata_of(operation):
    found = operation_pb2.OperationMetadata()
    assert operation.metadata.Unpack(found)
    return found


def test_an_operation_that_has_ended_has_its_result_and_how_it_went(served):
    found = served.operations.GetOperation(pb.GetOperationRequest(name=QUICK))
    result, metadata = wrappers_pb2.StringValue(), metadata_of(found)
    assert found.done
    assert found.response.Unpack(result)
    assert result == RESULT
    assert (metadata.kind, metadata.about, metadata.phase, metadata.done) == ("quick", "models/x", "step 2", 3)
    assert metadata.state == operation_pb2.OPERATION_STATE_SUCCEEDED
    assert metadata.HasField("end_time")


def test_operations_are_listed_newest_first_by_pages_and_whether_they_have_ended(served):
    def listed(**request):
        return served.operations.ListOperations(pb.ListOperationsRequest(**request))

    first = listed(page_size=1)
    assert [each.name for each in first.operations] == [QUICK]
    rest = listed(page_size=1, page_token=first.next_page_token)
    assert [each.name for each in rest.operations] == [HELD]
    assert not rest.next_page_token
    assert [each.name for each in listed(filter="done = false").operations] == [HELD]
    assert [each.name for each in listed(filter="done=true").operations] == [QUICK]
    for wrong in ({"filter": "kind=held"}, {"name": "elsewhere"}, {"page_token": "x"}):
        assert refused(served.operations.ListOperations, pb.ListOperationsRequest(**wrong))[0] == "INVALID_ARGUMENT"


def test_waiting_ends_at_the_timeout_or_before_the_deadline_with_what_is_known(served):
    for timeout, deadline in ((duration_pb2.Duration(nanos=1), 30), (None, 1)):
        request = pb.WaitOperationRequest(name=HELD, timeout=timeout)
        found = served.operations.WaitOperation(request, timeout=deadline)
        assert not found.done
        assert metadata_of(found).state == operation_pb2.OPERATION_STATE_RUNNING
    assert served.operations.WaitOperation(pb.WaitOperationRequest(name=QUICK)).done


def test_only_what_has_ended_is_deleted_and_a_stranger_is_not_found(served):
    delete = served.operations.DeleteOperation
    assert refused(delete, pb.DeleteOperationRequest(name=HELD)) == ("FAILED_PRECONDITION", "OPERATION_RUNNING")
    nowhere = "operations/" + "f" * 32
    assert refused(delete, pb.DeleteOperationRequest(name=nowhere)) == ("NOT_FOUND", "OPERATION_NOT_FOUND")
    assert refused(delete, pb.DeleteOperationRequest(name="operations/7"))[0] == "INVALID_ARGUMENT"


def test_many_wait_at_once_and_all_are_told_of_the_end():
    handler, name = Made(packed(RESULT), held=True), HELD
    with closing(open_engine(None)) as engine:
        begin(engine, name, "held")
        with serving(engine, operations={"held": handler}) as server:
            assert handler.begun.wait(_PATIENCE)
            request = pb.WaitOperationRequest(name=name)
            waiting = [server.operations.WaitOperation.future(request, timeout=_PATIENCE) for _ in range(50)]
            # More than there are threads for reads, and yet reads are answered.
            for _ in range(5):
                assert not server.operations.GetOperation(pb.GetOperationRequest(name=name)).done
            server.operations.CancelOperation(pb.CancelOperationRequest(name=name))
            ended = [each.result(_PATIENCE) for each in waiting]
    assert {reason_in(each.error) for each in ended} == {"OPERATION_CANCELLED"}
    assert {metadata_of(each).state for each in ended} == {operation_pb2.OPERATION_STATE_CANCELLED}


class _Waits(CallWatcher):
    """Tells when somebody waits."""

    def __init__(self):
        self.begun = threading.Event()

    def call_begun(self, call):
        if call.method.endswith("/WaitOperation"):
            self.begun.set()

    def call_ended(self, call, code, seconds):
        pass


def test_a_server_that_stops_answers_who_waits_and_keeps_the_operation():
    handler, waits = Made(packed(RESULT), held=True), _Waits()
    with closing(open_engine(None)) as engine:
        begin(engine, HELD, "held")
        with serving(engine, operations={"held": handler}, watchers=[waits]) as server:
            waiting = server.operations.WaitOperation.future(pb.WaitOperationRequest(name=HELD), timeout=_PATIENCE)
            assert waits.begun.wait(_PATIENCE)
            assert handler.begun.wait(_PATIENCE)
            server.stop()
            error = waiting.exception(_PATIENCE)
        assert (error.code().name, reason_in(status_of_call(error))) == ("UNAVAILABLE", "SHUTTING_DOWN")
        assert not engine.reader.operations.named(HELD).done


def test_an_operation_is_for_the_authority_that_asked_and_for_operators(tmp_path):
    operator = '  - {caller: "ftf://ITA/dcpp/archive", roles: [OPERATOR], purposes: [supervision]}'
    rules = RULES.replace("\nsources:", f"\n{operator}\nsources:")
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        begin(engine, HELD, "gone", Caller("FRA", "ncb", "border"))
        begin(engine, QUICK, "gone", Caller("DEU", "bka", "records"))
        engine.submit(Write((), atomic=True, operating=CancelOperation(HELD))).result(_PATIENCE)
        peers = stack.enter_context(served_peers(engine, live_access(rules), tmp_path))
        stubs = {name: operations_pb2_grpc.OperationsStub(peer.channel) for name, peer in peers.items()}
        supervising = (("x-purpose", "supervision"), ("x-case-reference", "1"))

        def sees(name, metadata=PURPOSE):
            found = stubs[name].ListOperations(pb.ListOperationsRequest(), metadata=metadata, timeout=30)
            return [each.name for each in found.operations]

        assert (sees("france"), sees("germany"), sees("europol")) == ([HELD], [QUICK], [])
        assert sees("nobody", supervising) == [QUICK, HELD]
        asked = {"metadata": PURPOSE, "timeout": 30}
        for call, request in (
            (stubs["germany"].GetOperation, pb.GetOperationRequest(name=HELD)),
            (stubs["germany"].WaitOperation, pb.WaitOperationRequest(name=HELD)),
            (stubs["germany"].CancelOperation, pb.CancelOperationRequest(name=HELD)),
            (stubs["germany"].DeleteOperation, pb.DeleteOperationRequest(name=HELD)),
        ):
            assert refused(call, request, **asked) == ("NOT_FOUND", "OPERATION_NOT_FOUND")
        stubs["france"].DeleteOperation(pb.DeleteOperationRequest(name=HELD), **asked)
        stubs["nobody"].DeleteOperation(pb.DeleteOperationRequest(name=QUICK), metadata=supervising, timeout=30)
        assert sees("nobody", supervising) == []
