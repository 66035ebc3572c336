"""Plans are made, looked at and refused as they should be, by whom they should be, also at the command line."""

from contextlib import ExitStack, closing

import grpc
import pytest
from click.testing import CliRunner

from ftf.resolution.v1 import (
    decision_pb2,
    reresolution_service_pb2_grpc,
    resolution_service_pb2,
)
from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.cli.main import main
from resolver.domain.decision import DecisionKind, Link
from resolver.domain.plan import PlanChange, PlannedIdentity
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD
from resolver.linkage.model import shipped_model
from resolver.rpc import limits
from resolver.rpc.plan_messages import change_to_message
from tests.access.examples import live_access
from tests.conftest import PURPOSE
from tests.rpc.examples import reason_in, wait_until
from tests.rpc.peers import RULES, served_peers
from tests.rpc.planning import (
    FIRST,
    KEEN,
    LATER,
    a_holding,
    as_if_always,
    changes,
    ended,
    planned,
    refused,
    shown,
    state,
)


@pytest.fixture(scope="module")
def records(corpus_messages):
    return corpus_messages[: FIRST + LATER]


@pytest.fixture
def served(records):
    with a_holding(records) as server:
        yield server


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
            pb.ListPlanChangesRequest(parent="plans/7", kind=decision_pb2.DECISION_KIND_PURGED),
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
