"""A source is staged, planned, brought in and taken back by a server, by whom it should be, also by command."""

import json
from contextlib import ExitStack, closing

import grpc
import pytest
from click.testing import CliRunner
from google.protobuf import json_format

from ftf.resolution.v1 import decision_pb2, record_service_pb2, reresolution_service_pb2_grpc
from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.cli.main import main
from resolver.engine.engine import open_engine
from resolver.jobs import bringing_in
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.jobs.test_reresolution import send, state, submission
from tests.rpc.examples import person, reason_in, status_of_call, wait_until
from tests.rpc.peers import RULES, owned, served_peers
from tests.rpc.planning import applied, as_if_always, changes, done, planned, refused, shown

FIRST, COMING = 60, 40


@pytest.fixture(scope="module")
def records(corpus_messages):
    return corpus_messages[: FIRST + COMING]


@pytest.fixture
def served(records):
    with closing(open_engine(None)) as engine:
        send(engine, *map(submission, records[:FIRST]))
        with serving(engine) as server:
            yield server


def staged(server, *messages, **wanted):
    return server.reresolution.StageRecords(pb.StageRecordsRequest(records=messages, **wanted))


def test_a_source_that_came_in_parts_is_planned_brought_in_and_taken_back(served, records):
    before, coming = state(served.engine), records[FIRST:]
    begun = staged(served, *coming[:30])
    assert (begun.name, begun.waiting_records, begun.whole) == ("stagedSources/1", 30, False)
    wanted = pb.PlanReresolutionRequest(staged_source=begun.name)
    assert refused(served.reresolution.PlanReresolution, wanted) == ("FAILED_PRECONDITION", "STAGED_SOURCE_GONE")
    # A call may be repeated: nothing is staged twice.
    assert staged(served, *coming[20:], staged_source=begun.name).waiting_records == COMING
    whole = staged(served, staged_source=begun.name, whole=True)
    assert served.reresolution.ListStagedSources(pb.ListStagedSourcesRequest()).staged_sources == [whole]
    late = pb.StageRecordsRequest(staged_source=whole.name, records=coming)
    assert refused(served.reresolution.StageRecords, late) == ("NOT_FOUND", "STAGED_SOURCE_NOT_FOUND")
    hidden = record_service_pb2.GetRecordRequest(name=coming[0].name)
    assert refused(served.records.GetRecord, hidden)[0] == "NOT_FOUND"

    plan = planned(served, staged_source=whole.name)
    assert (plan.staged_source, plan.counts.entering_records) == (whole.name, COMING)
    assert state(served.engine) == before
    created = changes(served, plan, kind=decision_pb2.DECISION_KIND_CREATED)
    assert len(created) == plan.counts.created_identities > 0
    gained = changes(served, plan, kind=decision_pb2.DECISION_KIND_ATTACHED)
    assert len(gained) == plan.counts.attachments > 0
    assert all(change.joining_links for change in gained)

    there = applied(served, plan)
    assert (there.state, there.records_settled) == (pb.PLAN_STATE_APPLIED, COMING)
    assert state(served.engine) == as_if_always(records)
    assert served.records.GetRecord(hidden).name == coming[0].name
    back = done(served, served.reresolution.RollbackPlan(pb.RollbackPlanRequest(name=plan.name)))
    assert back.state == pb.PLAN_STATE_ROLLED_BACK
    assert state(served.engine) == before


def test_a_source_is_brought_in_further_after_a_restart(tmp_path, records, monkeypatch):
    path = tmp_path / "store.duckdb"
    with closing(open_engine(path)) as engine, monkeypatch.context() as slowly:
        slowly.setattr(bringing_in, "_FEWEST", 1)
        slowly.setattr(bringing_in, "_MOST", 1)
        send(engine, *map(submission, records[:FIRST]))
        with serving(engine) as server:
            source = staged(server, *records[FIRST:], whole=True)
            plan = planned(server, staged_source=source.name)
            server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name))
            wait_until(lambda: shown(server, plan).records_settled > 2)
    with closing(open_engine(path)) as engine, serving(engine) as server:
        wait_until(lambda: shown(server, plan).state == pb.PLAN_STATE_APPLIED)
        assert state(engine) == as_if_always(records)


def test_what_cannot_be_staged_or_planned_names_the_field(server):
    good, wrong = person("sources/aaa/records/1"), person("sources/aaa/records/2")
    wrong.ClearField("owner")
    stage, plan = pb.StageRecordsRequest, pb.PlanReresolutionRequest
    for request, field in (
        (stage(), "records"),
        (stage(whole=True), "records"),
        (stage(records=[good, good]), "records[1].name"),
        (stage(records=[good, wrong]), "records[1].owner"),
        (stage(records=[good], staged_source="3"), "staged_source"),
        (plan(staged_source="stagedSources/0"), "staged_source"),
        (plan(staged_source="stagedSources/1", merge_weight=4.0), "merge_weight"),
        (plan(staged_source="stagedSources/1", model="models/2026-01-01-00000000"), "model"),
        (pb.DropStagedSourceRequest(), "name"),
    ):
        method = getattr(server.reresolution, type(request).__name__.removesuffix("Request"))
        found = status_of(method, request)
        assert reason_in(found) == "FIELD_INVALID" or "owner" in field, found
        assert found.message.startswith(field), found
    for request in (
        stage(records=[good], staged_source="stagedSources/7"),
        plan(staged_source="stagedSources/7"),
        pb.DropStagedSourceRequest(name="stagedSources/7"),
    ):
        method = getattr(server.reresolution, type(request).__name__.removesuffix("Request"))
        assert refused(method, request) == ("NOT_FOUND", "STAGED_SOURCE_NOT_FOUND")


def status_of(call, request):
    with pytest.raises(grpc.RpcError) as caught:
        call(request)
    return status_of_call(caught.value)


def test_a_contributor_stages_what_it_may_store_and_an_operator_plans_and_drops(tmp_path):
    extra = '  - {caller: "ftf://FRA/ncb/border", roles: [OPERATOR], purposes: ["*"]}'
    rules = RULES.replace("\nsources:", f"\n{extra}\nsources:")
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(None)))
        peers = stack.enter_context(served_peers(engine, live_access(rules), tmp_path))
        stubs = {who: reresolution_service_pb2_grpc.ReresolutionServiceStub(peers[who].channel) for who in peers}
        asked = {"metadata": PURPOSE, "timeout": 30}

        def stage(who, *records, **wanted):
            return pb.StageRecordsRequest(records=records, **wanted), stubs[who].StageRecords

        def why(request, call):
            return refused(call, request, **asked)[1]

        mine, foreign = owned("sources/fra-field/records/1"), owned("sources/deu-field/records/1")
        assert why(*stage("border", mine)) == "ROLE_REQUIRED"
        assert why(*stage("france", owned("sources/fra-field/records/1", "DEU", "bka"))) == "OWNER_MISMATCH"
        assert why(*stage("france", mine, foreign)) == "SOURCE_NOT_GRANTED"
        assert engine.reader.staged.sources(0, 9) == []
        request, call = stage("france", mine)
        begun = call(request, **asked)
        # Nobody adds to what another caller stages, or closes it.
        assert why(*stage("germany", foreign, staged_source=begun.name)) == "STAGED_SOURCE_NOT_FOUND"
        request, call = stage("france", staged_source=begun.name, whole=True)
        whole = call(request, **asked)
        drop = pb.DropStagedSourceRequest(name=whole.name)
        for request, call in (
            (drop, stubs["france"].DropStagedSource),
            (pb.ListStagedSourcesRequest(), stubs["germany"].ListStagedSources),
            (pb.PlanReresolutionRequest(staged_source=whole.name), stubs["france"].PlanReresolution),
        ):
            assert why(request, call) == "ROLE_REQUIRED"
        operation = stubs["border"].PlanReresolution(pb.PlanReresolutionRequest(staged_source=whole.name), **asked)
        wait_until(lambda: engine.reader.operations.named(operation.name).done)
        assert engine.reader.plans.plans(0, 1)[0].counts.entering == 1
        assert stubs["border"].DropStagedSource(drop, **asked).waiting_records == 1
        assert refused(stubs["border"].ApplyPlan, pb.ApplyPlanRequest(name="plans/1"), **asked)[1] == (
            "STAGED_SOURCE_GONE"
        )


@pytest.mark.parametrize("way", ["server", "database"])
def test_the_command_stages_a_file_lists_it_and_drops_it(way, tmp_path, records, request):
    rows = [json.loads(line) for line in map(as_json_line, records[FIRST : FIRST + 5])]
    file = tmp_path / "field.jsonl"
    file.write_text("\n".join(map(json.dumps, [*rows, rows[0], {"name": "no record"}])) + "\n", encoding="utf-8")
    if way == "server":
        options = ["--address", request.getfixturevalue("served").address]
    else:
        path = tmp_path / "store.duckdb"
        with closing(open_engine(path)) as engine:
            send(engine, *map(submission, records[:FIRST]))
        options = ["--database", str(path)]

    def run(*arguments, fails=0):
        found = CliRunner().invoke(main, [*arguments, *options], catch_exceptions=False)
        assert found.exit_code == fails, found.output
        return found.output

    assert "nothing is staged" in run("stage", "list")
    added = run("stage", "add", str(file))
    assert "stagedSources/1: 5 records wait\n" in added
    assert "1 rows were rejected" in added
    (reject,) = (tmp_path / "field.jsonl.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(reject)["line"] == 7
    assert json.loads(run("stage", "list", "--json"))[0]["waitingRecords"] == "5"
    if way == "database":
        options = [str(path)]
    shown_plan = run("reresolve", "--plan", "--source", "1")
    assert "brings stagedSources/1 in: 5 records" in shown_plan
    assert "only gain records" in shown_plan
    assert "changes nothing else" in run("reresolve", "--plan", "--source", "1", "--merge-weight", "4", fails=2)
    if way == "database":
        options = ["--database", str(path)]
    assert "stagedSources/1 is dropped: 5 records" in run("stage", "drop", "1")
    assert "does not exist" in run("stage", "drop", "1", fails=1)


def as_json_line(message):

    return json.dumps(json_format.MessageToDict(message))
