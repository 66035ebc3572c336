"""`ReresolutionService`: a plan is made, looked at, applied and rolled back by a server that goes on serving."""

import os
import signal
import threading
import uuid
from contextlib import ExitStack, closing, contextmanager

import grpc
import pytest
from click.testing import CliRunner
from google.longrunning import operations_pb2
from google.protobuf import any_pb2

from ftf.resolution.v1 import (
    decision_pb2,
    model_service_pb2,
    operation_pb2,
    reresolution_service_pb2_grpc,
    resolution_service_pb2,
)
from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.cli.main import main
from resolver.domain.decision import DecisionKind, Link
from resolver.domain.plan import PlanChange, PlannedIdentity
from resolver.engine import open_engine
from resolver.identity.policy import STANDARD, with_thresholds
from resolver.jobs import reresolution
from resolver.jobs.operations import Running
from resolver.jobs.reresolution import Reresolver
from resolver.keeping import TellDue
from resolver.linkage.model import shipped_model
from resolver.linkage.model_library import ModelLibrary, write_manifest
from resolver.observe.metrics import Metrics
from resolver.operating import CancelOperation
from resolver.rpc import limits
from resolver.rpc.convert import payload_to_domain
from resolver.rpc.model_handlers import ModelFolders
from resolver.rpc.plan_handlers import plan_handlers
from resolver.rpc.plan_messages import change_to_message
from resolver.store.configuration import Configuration
from resolver.store.database import examine
from resolver.writes import Write
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.jobs.configurations import another_model, groups, resolved_from_the_start, tables
from tests.jobs.test_reresolution import send, submission
from tests.rpc.examples import reason_in, status_of_call, wait_until
from tests.rpc.peers import RULES, served_peers
from tests.servers import METADATA, child_server

FIRST, LATER = 200, 15
KEEN = {"merge_weight": 1.0, "review_weight": -6.0}
_PATIENCE = 120


@pytest.fixture(scope="module")
def records(corpus_messages):
    return corpus_messages[: FIRST + LATER]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder with a model that weighs otherwise than the shipped one."""
    models = tmp_path_factory.mktemp("models")
    made, _, _ = another_model(models)
    write_manifest(made)
    return ModelFolders(models)


@contextmanager
def a_holding(records, path=None, models=None):
    """A server over the first records."""
    with closing(open_engine(path)) as engine:
        send(engine, *map(submission, records[:FIRST]))
        with serving(engine, **({"models": models} if models else {})) as server:
            yield server


@pytest.fixture
def served(records):
    with a_holding(records) as server:
        yield server


def ended(server, operation):
    request = operations_pb2.WaitOperationRequest(name=operation.name)
    return server.operations.WaitOperation(request, timeout=_PATIENCE)


def done(server, operation):
    """The plan that an operation ends with."""
    found, plan = ended(server, operation), pb.Plan()
    assert found.response.Unpack(plan), found.error
    return plan


def planned(server, **wanted):
    return done(server, server.reresolution.PlanReresolution(pb.PlanReresolutionRequest(**wanted)))


def applied(server, plan):
    return done(server, server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name)))


def shown(server, plan):
    return server.reresolution.GetPlan(pb.GetPlanRequest(name=plan.name))


def changes(server, plan, **which):
    request = pb.ListPlanChangesRequest(parent=plan.name, page_size=1000, **which)
    return list(server.reresolution.ListPlanChanges(request).plan_changes)


def refused(call, request, **options):
    with pytest.raises(grpc.RpcError) as caught:
        call(request, **options)
    return caught.value.code().name, reason_in(status_of_call(caught.value))


def metadata_of(server, operation):
    found = operation_pb2.OperationMetadata()
    request = operations_pb2.GetOperationRequest(name=operation.name)
    server.operations.GetOperation(request).metadata.Unpack(found)
    return found


def resolve(server, record):
    server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


def state(engine):
    return groups(engine), *tables(engine)


def as_if_always(records, model=None, **thresholds):
    policy = with_thresholds(STANDARD, thresholds.get("merge_weight"), thresholds.get("review_weight"))
    return resolved_from_the_start(map(submission, records), Configuration(model or shipped_model(), policy))


def policies_served(metrics):
    (served,) = (family for family in metrics.registry.collect() if family.name == "resolver")
    return [sample.labels["policy"] for sample in served.samples]


def slowly(monkeypatch):
    """Lets identities follow one by one, so that there is time to come in between."""
    monkeypatch.setattr(reresolution, "_FEWEST", 1)
    monkeypatch.setattr(reresolution, "_MOST", 1)


def half_applied(server, plan, monkeypatch):
    """An operation that applies a plan, when its configuration is in force and identities follow."""
    slowly(monkeypatch)
    operation = server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name))
    wait_until(lambda: metadata_of(server, operation).phase == "regrouping")
    return operation


def test_a_plan_says_exactly_what_would_change_and_changes_nothing(served, records):
    before = state(served.engine)
    plan = planned(served, **KEEN)
    assert plan.state == pb.PLAN_STATE_PLANNED
    assert (plan.former_policy, plan.model) == (STANDARD.name, shipped_model().name)
    assert shown(served, plan) == plan == served.reresolution.ListPlans(pb.ListPlansRequest()).plans[0]
    assert state(served.engine) == before
    expected = as_if_always(records[:FIRST], **KEEN)
    found = changes(served, plan)
    assert {frozenset(each.records) for change in found for each in change.before} == before[0] - expected[0]
    assert {frozenset(each.records) for change in found for each in change.after} == expected[0] - before[0]
    assert plan.counts.changed_identities == sum(change.before_count for change in found)
    assert plan.counts.retired_names == sum(len(change.retired_identities) for change in found) > 0
    assert all(change.joining_links or change.parting_links for change in found)

    merges = changes(served, plan, kind=decision_pb2.DECISION_KIND_MERGED)
    assert len(merges) == plan.counts.merges > 1
    first = served.reresolution.ListPlanChanges(pb.ListPlanChangesRequest(parent=plan.name, page_size=1))
    token = first.next_page_token
    rest = served.reresolution.ListPlanChanges(pb.ListPlanChangesRequest(parent=plan.name, page_token=token))
    assert [*first.plan_changes, *rest.plan_changes] == found
    # A token is of one list alone.
    other = pb.ListPlanChangesRequest(parent=plan.name, page_token=token, kind=decision_pb2.DECISION_KIND_SPLIT)
    assert refused(served.reresolution.ListPlanChanges, other)[1] == "PAGE_TOKEN_INVALID"


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
    (told,) = served.engine.submit(Write((), atomic=True, keeping=TellDue())).result(_PATIENCE)
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


def test_a_plan_beyond_its_limits_and_one_that_was_overtaken_are_never_applied(served):
    beyond = planned(served, **KEEN, most_identities_share=0.0)
    assert beyond.state == pb.PLAN_STATE_REFUSED
    assert "at most 0 % may" in beyond.reason
    refusal = refused(served.reresolution.ApplyPlan, pb.ApplyPlanRequest(name=beyond.name))
    assert refusal == ("FAILED_PRECONDITION", "PLAN_STATE")

    plan = planned(served, **KEEN)
    record = changes(served, plan)[0].before[0].records[0]
    served.resolution.WithdrawRecord(resolution_service_pb2.WithdrawRecordRequest(name=record))
    found = ended(served, served.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name)))
    assert reason_in(found.error) == "PLAN_OVERTAKEN"
    plan = shown(served, plan)
    assert plan.state == pb.PLAN_STATE_OVERTAKEN
    assert "changed, moved or judged" in plan.reason
    assert served.engine.policy_name == STANDARD.name


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
        go_on.wait(_PATIENCE)
        raise Broken

    with a_holding(records, path) as server, monkeypatch.context() as patched:
        plan = planned(server, **KEEN)
        patched.setattr("resolver.jobs.taking_over.TakingOver.carry_out", broken_off)
        operation = server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name))
        assert staging.wait(_PATIENCE)
        asked = CancelOperation(operation.name)
        server.engine.submit(Write((), atomic=True, operating=asked)).result(_PATIENCE)
        # The service ends before the work heeds that.
        server.engine.queue.close()
        go_on.set()
    with closing(open_engine(path)) as engine:
        assert engine.reader.plans.under_way().name == plan.name
        with serving(engine) as server:
            assert shown(server, plan).state == pb.PLAN_STATE_PLANNED
            assert applied(server, plan).state == pb.PLAN_STATE_APPLIED


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"model": "another"}, "model"),
        ({"policy": "policies/lenient"}, "policy"),
        ({"holding": 500_000}, "holding"),
        ({"policy": "policies/strict", "holding": -1}, "holding"),
        ({"merge_weight": float("nan")}, "merge_weight"),
        ({"review_weight": -1001.0}, "review_weight"),
        ({"review_weight": 50.0}, "review_weight"),
        ({"merge_weight": -5.0}, "merge_weight"),
        ({"most_identities_share": 1.5}, "most_identities_share"),
        ({"most_confirmed_share": float("nan")}, "most_confirmed_share"),
        ({"request_id": "7"}, "request_id"),
    ],
)
def test_what_cannot_be_planned_names_the_field(server, wanted, field):
    with pytest.raises(grpc.RpcError) as caught:
        server.reresolution.PlanReresolution(pb.PlanReresolutionRequest(**wanted))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.details().startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        (pb.PlanReresolutionRequest(model="models/2026-01-01-00000000"), "NOT_FOUND", "MODEL_NOT_FOUND"),
        (pb.GetPlanRequest(name="plans/0"), "INVALID_ARGUMENT", "FIELD_INVALID"),
        (pb.GetPlanRequest(name="plans/7"), "NOT_FOUND", "PLAN_NOT_FOUND"),
        (pb.ListPlansRequest(page_size=-1), "INVALID_ARGUMENT", "FIELD_INVALID"),
        (pb.ListPlanChangesRequest(parent="plans/"), "INVALID_ARGUMENT", "FIELD_INVALID"),
        (pb.ListPlanChangesRequest(parent="plans/7"), "NOT_FOUND", "PLAN_NOT_FOUND"),
        (
            pb.ListPlanChangesRequest(parent="plans/7", kind=decision_pb2.DECISION_KIND_CREATED),
            "INVALID_ARGUMENT",
            "FIELD_INVALID",
        ),
        (pb.ApplyPlanRequest(name="plans/7"), "NOT_FOUND", "PLAN_NOT_FOUND"),
        (pb.ApplyPlanRequest(name="plans/7", request_id="7"), "INVALID_ARGUMENT", "FIELD_INVALID"),
        (pb.RollbackPlanRequest(name="plans/7"), "NOT_FOUND", "PLAN_NOT_FOUND"),
        (pb.RollbackPlanRequest(), "INVALID_ARGUMENT", "FIELD_INVALID"),
    ],
)
def test_what_is_not_there_and_what_is_no_name_is_refused(server, request_, status, reason):
    method = type(request_).__name__.removesuffix("Request")
    assert refused(getattr(server.reresolution, method), request_) == (status, reason)


def test_a_change_fits_into_a_message_however_large_it_is_and_says_how_much_is_left_out():
    key = "x" * 63
    identities = tuple(
        PlannedIdentity(f"identities/{key}", tuple(f"sources/{key}/records/{key}" for _ in range(150)))
        for _ in range(150)
    )
    links = tuple(Link(identities[0].records[0], identities[0].records[1], 7.0) for _ in range(30))
    change = change_to_message(PlanChange(1, DecisionKind.REGROUPED, identities, identities, links, links))
    assert change.ByteSize() < limits.MESSAGE_BYTES
    assert (len(change.before), change.before_count) == (100, 150)
    assert (len(change.after[0].records), change.after[0].record_count) == (100, 150)
    assert (len(change.joining_links), change.joining_link_count) == (20, 30)
    assert (len(change.parting_links), change.parting_link_count) == (20, 30)


def test_the_command_plans_shows_applies_and_rolls_back_by_a_server(served):
    def run(*arguments, fails=0):
        found = CliRunner().invoke(main, ["reresolve", *arguments, "--address", served.address], catch_exceptions=False)
        assert found.exit_code == fails, found.output
        return found.output

    assert "there is no plan" in run("--show", fails=1)
    thresholds = ("--merge-weight", "1", "--review-weight", "-6")
    assert run("--plan", *thresholds, "--most-identities", "0").startswith("plans/1: refused, ")
    assert run("--plan", *thresholds).startswith("plans/2: planned\n")
    shown = run("--show", "--number", "2")
    assert "1. merged: identities/" in shown
    assert "   joins sources/" in shown
    assert "PLAN_STATE" in run("--apply", "--number", "1", fails=1)
    assert run("--apply").startswith("plans/2: applied\n")
    assert "rollback-plan  plans/2" in run("--rollback", "--no-wait")
    assert "--holding belongs to --policy" in run("--plan", "--holding", "50000", fails=2)
    assert "give a DATABASE or --address, not both" in run(__file__, "--show", fails=2)


def test_an_operator_plans_and_applies_and_a_supervisor_looks(tmp_path):
    extra = (
        '  - {caller: "ftf://FRA/ncb/border", roles: [OPERATOR], purposes: ["*"]}\n'
        '  - {caller: "ftf://ITA/dcpp/archive", roles: [SUPERVISOR], purposes: ["*"]}'
    )
    rules = RULES.replace("\nsources:", f"\n{extra}\nsources:")
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(None)))
        peers = stack.enter_context(served_peers(engine, live_access(rules), tmp_path))
        stubs = {
            who: reresolution_service_pb2_grpc.ReresolutionServiceStub(peers[who].channel)
            for who in ("border", "nobody", "germany")
        }
        asked = {"metadata": PURPOSE, "timeout": 30}
        for who in ("nobody", "germany"):
            for call, request in (
                (stubs[who].PlanReresolution, pb.PlanReresolutionRequest()),
                (stubs[who].ApplyPlan, pb.ApplyPlanRequest(name="plans/1")),
                (stubs[who].RollbackPlan, pb.RollbackPlanRequest(name="plans/1")),
            ):
                assert refused(call, request, **asked)[1] == "ROLE_REQUIRED"
        operation = stubs["border"].PlanReresolution(pb.PlanReresolutionRequest(merge_weight=9.0), **asked)
        wait_until(lambda: engine.reader.operations.named(operation.name).done)
        (plan,) = stubs["nobody"].ListPlans(pb.ListPlansRequest(), **asked).plans
        assert plan.policy == "policies/standard+merge=9"
        assert refused(stubs["germany"].ListPlanChanges, pb.ListPlanChangesRequest(parent=plan.name), **asked) == (
            "PERMISSION_DENIED",
            "ROLE_REQUIRED",
        )


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
