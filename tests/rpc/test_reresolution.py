"""A plan is applied and rolled back by a server that goes on serving, and is taken up after a restart."""

import os
import signal
import threading
import uuid
from contextlib import closing

import grpc
import pytest
from google.longrunning import operations_pb2
from google.protobuf import any_pb2

from ftf.resolution.v1 import (
    model_service_pb2,
    reresolution_service_pb2_grpc,
)
from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.engine.asked.operations import CancelOperation
from resolver.engine.asked.retention import TellDue
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD
from resolver.jobs.operations import Running
from resolver.jobs.reresolution import Reresolver
from resolver.linkage.model_library import ModelLibrary, write_manifest
from resolver.observe.metrics import Metrics
from resolver.rpc.convert import payload_to_domain
from resolver.rpc.model_handlers import ModelFolders
from resolver.rpc.plan_handlers import plan_handlers
from resolver.store.database import examine
from tests.conftest import serving
from tests.jobs.configurations import another_model
from tests.rpc.examples import reason_in
from tests.rpc.planning import (
    FIRST,
    KEEN,
    LATER,
    PATIENCE,
    a_holding,
    applied,
    as_if_always,
    done,
    ended,
    half_applied,
    planned,
    policies_served,
    refused,
    resolve,
    shown,
    state,
)
from tests.servers import METADATA, child_server


@pytest.fixture(scope="module")
def records(corpus_messages):
    return corpus_messages[: FIRST + LATER]


@pytest.fixture
def served(records):
    with a_holding(records) as server:
        yield server


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder with a model that weighs otherwise than the shipped one."""
    models = tmp_path_factory.mktemp("models")
    made, _, _ = another_model(models)
    write_manifest(made)
    return ModelFolders(models)


def test_a_plan_is_applied_while_records_arrive_and_rolled_back(served, records):
    metrics = Metrics(served.engine)
    assert policies_served(metrics) == [STANDARD.name]
    wanted = pb.PlanReresolutionRequest(**KEEN, request_id=str(uuid.uuid4()))
    first = served.reresolution.PlanReresolution(wanted)
    plan = done(served, first)
    assert served.reresolution.PlanReresolution(wanted).name == first.name, "a repeat makes no other plan"
    stale = pb.ApplyPlanRequest(name=plan.name, content_hash=bytes(32))
    assert refused(served.reresolution.ApplyPlan, stale) == ("ABORTED", "ETAG_MISMATCH")
    # That owners are told which records are due changes none of them.
    (told,) = served.engine.submit(Write((), atomic=True, keeping=TellDue())).result(PATIENCE)
    assert told.decisions
    request = pb.ApplyPlanRequest(name=plan.name, content_hash=plan.content_hash, request_id=str(uuid.uuid4()))
    operation = served.reresolution.ApplyPlan(request)
    for record in records[FIRST:]:
        resolve(served, record)
    found = done(served, operation)
    assert (found.state, found.took_over) == (pb.PLAN_STATE_APPLIED, True)
    assert found.records_settled == found.records_to_settle > 0
    assert served.reresolution.ApplyPlan(request).name == operation.name, "a repeat is not held against the first"
    assert state(served.engine) == as_if_always(records, **KEEN)
    assert policies_served(metrics) == [found.policy]
    again = pb.ApplyPlanRequest(name=plan.name)
    assert refused(served.reresolution.ApplyPlan, again) == ("FAILED_PRECONDITION", "PLAN_STATE")

    back = done(served, served.reresolution.RollbackPlan(pb.RollbackPlanRequest(name=plan.name)))
    assert (back.state, back.took_over) == (pb.PLAN_STATE_ROLLED_BACK, False)
    assert state(served.engine) == as_if_always(records)
    told = {decision.plan for decision in served.engine.reader.decisions(0, 10**6)}
    assert told == {0, 1}


def test_a_plan_of_another_model_needs_the_approvals_that_the_policy_asks_for(records, folders):
    with a_holding(records, models=folders) as server:
        (model,) = (f"models/{folder.name}" for folder in folders.models.iterdir())
        plan = planned(server, model=model)
        apply = pb.ApplyPlanRequest(name=plan.name)
        for examiner in ("7", "8"):
            assert refused(server.reresolution.ApplyPlan, apply) == ("FAILED_PRECONDITION", "MODEL_NOT_APPROVED")
            approve = model_service_pb2.ApproveModelRequest(name=model, examiner=examiner, reason="read the report")
            server.models.ApproveModel(approve)
        applied(server, plan)
        in_force = server.models.GetModel(model_service_pb2.GetModelRequest(name=model))
        assert in_force.state == model_service_pb2.MODEL_STATE_ACTIVE
        assert state(server.engine) == as_if_always(records[:FIRST], server.engine.configuration.model)
        # What it replaced is not approved of, and comes back all the same.
        done(server, server.reresolution.RollbackPlan(pb.RollbackPlanRequest(name=plan.name)))
        assert state(server.engine) == as_if_always(records[:FIRST])


def test_applying_is_cancelled_half_way_and_goes_on_or_back_and_nothing_else_may_begin(served, records, monkeypatch):
    plan = planned(served, **KEEN)
    with monkeypatch.context() as patched:
        operation = half_applied(served, plan, patched)
        for call, request in (
            (served.reresolution.PlanReresolution, pb.PlanReresolutionRequest(**KEEN)),
            (served.reresolution.ApplyPlan, pb.ApplyPlanRequest(name=plan.name)),
            (served.reresolution.RollbackPlan, pb.RollbackPlanRequest(name=plan.name)),
        ):
            assert refused(call, request) == ("FAILED_PRECONDITION", "PLAN_UNDER_WAY")
        served.operations.CancelOperation(operations_pb2.CancelOperationRequest(name=operation.name))
        assert reason_in(ended(served, operation).error) == "OPERATION_CANCELLED"
    half = shown(served, plan)
    assert (half.state, half.took_over) == (pb.PLAN_STATE_APPLYING, True)
    assert half.records_settled < half.records_to_settle
    assert refused(served.reresolution.PlanReresolution, pb.PlanReresolutionRequest())[1] == "PLAN_UNDER_WAY"
    assert applied(served, plan).state == pb.PLAN_STATE_APPLIED
    assert state(served.engine) == as_if_always(records[:FIRST], **KEEN)


def test_a_server_that_stops_goes_on_after_its_start(tmp_path, records, monkeypatch):
    path = tmp_path / "store.duckdb"
    with a_holding(records, path) as server, monkeypatch.context() as patched:
        operation = half_applied(server, planned(server, **KEEN), patched)
    with closing(open_engine(path)) as engine, serving(engine) as server:
        assert done(server, operation).state == pb.PLAN_STATE_APPLIED
        assert state(engine) == as_if_always(records[:FIRST], **KEEN)


def test_a_server_that_is_killed_goes_on_after_its_start(tmp_path, records):
    path = tmp_path / "store.duckdb"
    with a_holding(records, path) as server:
        plan = planned(server, **KEEN)
    with child_server(path) as child, grpc.insecure_channel(child.address) as channel:
        stub = reresolution_service_pb2_grpc.ReresolutionServiceStub(channel)
        operation = stub.ApplyPlan(pb.ApplyPlanRequest(name=plan.name), metadata=METADATA)
        os.kill(child.process.pid, signal.SIGKILL)
    assert [each.invariant.words for each in examine(path) if each.breaches] == []
    with closing(open_engine(path)) as engine, serving(engine) as server:
        assert done(server, operation).state == pb.PLAN_STATE_APPLIED
        assert state(engine) == as_if_always(records[:FIRST], **KEEN)


def test_what_was_broken_off_before_it_took_over_and_nobody_goes_on_with_is_given_back(tmp_path, records, monkeypatch):
    path = tmp_path / "store.duckdb"
    staging, go_on = threading.Event(), threading.Event()

    class Broken(Exception):
        pass

    def broken_off(*_):
        staging.set()
        go_on.wait(PATIENCE)
        raise Broken

    with a_holding(records, path) as server, monkeypatch.context() as patched:
        plan = planned(server, **KEEN)
        patched.setattr("resolver.jobs.taking_over.TakingOver.carry_out", broken_off)
        operation = server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name))
        assert staging.wait(PATIENCE)
        asked = CancelOperation(operation.name)
        server.engine.submit(Write((), atomic=True, operating=asked)).result(PATIENCE)
        # The service ends before the work heeds that.
        server.engine.queue.close()
        go_on.set()
    with closing(open_engine(path)) as engine:
        assert engine.reader.plans.under_way().name == plan.name
        with serving(engine) as server:
            assert shown(server, plan).state == pb.PLAN_STATE_PLANNED
            assert applied(server, plan).state == pb.PLAN_STATE_APPLIED


def test_a_plan_that_was_made_when_the_service_ended_is_not_made_twice(served):
    operation = served.reresolution.PlanReresolution(pb.PlanReresolutionRequest(**KEEN))
    plan = done(served, operation)
    made = served.engine.reader.operations.named(operation.name)
    reresolver = Reresolver(served.engine, payload_to_domain)
    handler = plan_handlers(served.engine, ModelLibrary(), reresolver)[made.kind]
    result = handler.run(Running(made, lambda _: None, threading.Event(), resumed=True))
    again = pb.Plan()
    any_pb2.Any.FromString(result).Unpack(again)
    assert again == plan
    assert [each.number for each in served.engine.reader.plans.plans(0, 9)] == [1]
