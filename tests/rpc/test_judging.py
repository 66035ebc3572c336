"""Verdicts, merges and splits through the interface: what does not fit is refused by its reason and changes nothing."""

import time
from types import SimpleNamespace

import grpc
import pytest
from google.protobuf import duration_pb2

from ftf.resolution.v1 import decision_service_pb2, identity_service_pb2, record_pb2
from ftf.resolution.v1 import resolution_service_pb2 as resolution_pb
from ftf.resolution.v1 import review_service_pb2 as review_pb
from ftf.resolution.v1 import verdict_service_pb2 as pb
from resolver.engine.engine import open_engine
from tests.conftest import serving
from tests.rpc.examples import person, reason_in, same_person, status_of_call, violations_in
from tests.rpc.judging import (
    COURT,
    DIFFERENT,
    ask,
    child_of_doubt,
    claim,
    confirm,
    merge,
    resolve,
    settle,
    split,
    verdict,
    withdraw,
)

STALE = '"0"'
BAD, MISSING, PRECONDITION, ABORTED, EXISTS = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.ALREADY_EXISTS,
)


def refusal(server, request):
    with pytest.raises(grpc.RpcError) as caught:
        ask(server, request)
    status = status_of_call(caught.value)
    return caught.value.code(), reason_in(status), status


def everything(server):
    """All decisions, memberships, verdicts and open tasks."""
    tasks = ask(server, review_pb.ListReviewTasksRequest()).review_tasks
    for task in tasks:
        task.ClearField("priority")
    return (
        ask(server, decision_service_pb2.ListDecisionsRequest(page_size=1_000)),
        ask(server, identity_service_pb2.ListIdentitiesRequest(page_size=1_000)),
        ask(server, pb.ListVerdictsRequest(page_size=1_000)),
        tasks,
    )


@pytest.fixture(scope="module")
def scene():
    """A store with a bit of everything that can be judged; no test may change it."""
    engine = open_engine(None)
    with serving(engine) as server:
        mates = same_person("judge-mates", 2)
        first, attached = resolve(server, *mates)
        names = [f"sources/judge/records/{letter}" for letter in "abcdef"]
        a, b, c, d, e, _ = names
        identities = [decision.identity for decision in resolve(server, *map(person, names))]
        gone = person("sources/judge/records/gone")
        resolve(server, gone)
        ask(server, resolution_pb.WithdrawRecordRequest(name=gone.name))
        child = person("sources/judge/records/child")
        child.minor = record_pb2.MINOR_YES
        resolve(server, child)
        tasks = [child_of_doubt(server, f"judge-task-{i}").name for i in range(3)]
        ask(server, claim(tasks[0], duration=duration_pb2.Duration(seconds=3_600)))
        ask(server, claim(tasks[1], duration=duration_pb2.Duration(nanos=50_000_000)))
        withdrawn = ask(server, verdict(d, e)).verdicts[0].name
        ask(server, withdraw(withdrawn))
        merged = ask(server, merge(*identities[4:]))
        yield SimpleNamespace(
            server=server,
            **dict(zip("abcdef", names, strict=True)),
            identity=attached.identity,
            etag_before=f'"{first.name.rpartition("/")[2]}"',
            mates=[record.name for record in mates],
            alone=identities[3],
            kept=merged.decision.identity,
            retired=next(name for name in identities[4:] if name != merged.decision.identity),
            gone=gone.name,
            child=child.name,
            chain=[ask(server, verdict(*pair)).verdicts[0] for pair in ((b, a), (b, c))],
            pending=ask(server, verdict(d, child.name)).verdicts[0].name,
            withdrawn=withdrawn,
            claimed=tasks[0],
            lapsed=tasks[1],
            free=tasks[2],
        )
    engine.close()


REFUSED = {
    "on oneself": (lambda s: verdict(s.a, s.a), BAD, "SAME_RECORD", "verdict.right"),
    "on an unknown record": (lambda s: verdict(s.a, "sources/judge/records/none"), MISSING, "RECORD_NOT_FOUND"),
    "on a withdrawn record": (lambda s: verdict(s.gone, s.a), PRECONDITION, "RECORD_WITHDRAWN"),
    "given twice": (lambda s: verdict(s.a, s.b), EXISTS, "VERDICT_EXISTS"),
    "given twice the other way round": (lambda s: verdict(s.b, s.a, examiner="ex-9"), EXISTS, "VERDICT_EXISTS"),
    "given twice while it waits": (lambda s: verdict(s.child, s.d), EXISTS, "VERDICT_EXISTS"),
    "contradicting": (lambda s: verdict(s.a, s.c, DIFFERENT, basis=COURT), PRECONDITION, "VERDICT_CONTRADICTS"),
    "withdrawal of an older version": (lambda s: withdraw(s.chain[0].name, etag=STALE), ABORTED, "ETAG_MISMATCH"),
    "agreement to an older version": (lambda s: confirm(s.pending, etag=STALE), ABORTED, "ETAG_MISMATCH"),
    "merge of an older version": (
        lambda s: merge(s.alone, s.identity, etags=["", s.etag_before]),
        ABORTED,
        "ETAG_MISMATCH",
    ),
    "split of an older version": (
        lambda s: split(s.identity, s.mates[0], etag=s.etag_before),
        ABORTED,
        "ETAG_MISMATCH",
    ),
    "claim of an older version": (lambda s: claim(s.free, etag=STALE), ABORTED, "ETAG_MISMATCH"),
    "resolution of an older version": (lambda s: settle(s.claimed, etag=STALE), ABORTED, "ETAG_MISMATCH"),
    "claim of another's task": (lambda s: claim(s.claimed, "ex-2"), PRECONDITION, "TASK_CLAIMED"),
    "resolution without a claim": (lambda s: settle(s.free), PRECONDITION, "CLAIM_MISSING"),
    "resolution of another's task": (lambda s: settle(s.claimed, examiner="ex-2"), PRECONDITION, "CLAIM_MISSING"),
    "resolution after the claim": (lambda s: settle(s.lapsed), PRECONDITION, "CLAIM_EXPIRED"),
    "merge with itself": (lambda s: merge(s.alone, s.alone), PRECONDITION, "SAME_IDENTITY", "identities[1]"),
    "merge with its other name": (lambda s: merge(s.retired, s.kept), PRECONDITION, "SAME_IDENTITY"),
    "split of nothing": (lambda s: split(s.identity), PRECONDITION, "SIDE_EMPTY", "records"),
    "split of all": (lambda s: split(s.identity, *s.mates), PRECONDITION, "SIDE_EMPTY"),
    "split of a stranger": (lambda s: split(s.identity, s.mates[0], s.a), PRECONDITION, "RECORD_NOT_IN_IDENTITY"),
    "merge with nobody": (lambda s: merge(s.alone, "identities/0"), MISSING, "IDENTITY_NOT_FOUND"),
    "split of nobody": (lambda s: split("identities/0", s.a), MISSING, "IDENTITY_NOT_FOUND"),
    "reading no verdict": (lambda _: pb.GetVerdictRequest(name="verdicts/999"), MISSING, "VERDICT_NOT_FOUND"),
    "withdrawal of no verdict": (lambda _: withdraw("verdicts/999"), MISSING, "VERDICT_NOT_FOUND"),
    "agreement to no verdict": (lambda _: confirm("verdicts/999"), MISSING, "VERDICT_NOT_FOUND"),
    "reading no task": (
        lambda _: review_pb.GetReviewTaskRequest(name="reviewTasks/1-2"),
        MISSING,
        "REVIEW_TASK_NOT_FOUND",
    ),
    "claim of no task": (lambda _: claim("reviewTasks/1-2"), MISSING, "REVIEW_TASK_NOT_FOUND"),
    "resolution of no task": (lambda _: settle("reviewTasks/1-2"), MISSING, "REVIEW_TASK_NOT_FOUND"),
    "withdrawn twice": (lambda s: withdraw(s.withdrawn), PRECONDITION, "VERDICT_WITHDRAWN"),
    "agreement that nobody waits for": (lambda s: confirm(s.chain[0].name), PRECONDITION, "VERDICT_NOT_PENDING"),
    "agreement to what was withdrawn": (lambda s: confirm(s.withdrawn), PRECONDITION, "VERDICT_NOT_PENDING"),
    "agreement with oneself": (lambda s: confirm(s.pending, "ex-1"), PRECONDITION, "SECOND_PERSON_REQUIRED"),
    "verdict on no records": (
        lambda s: verdict("x", s.a + "/"),
        BAD,
        "RECORD_NAME_INVALID",
        "verdict.left",
        "verdict.right",
    ),
    "merge of three": (lambda s: merge(s.alone, s.kept, s.identity), BAD, "FIELD_INVALID", "identities"),
    "merge of what is no identity": (lambda s: merge(s.alone, "x"), BAD, "FIELD_INVALID", "identities[1]"),
    "merge with one etag": (lambda s: merge(s.alone, s.kept, etags=["x"]), BAD, "FIELD_INVALID", "etags"),
    "split of what is no identity": (lambda s: split("x", s.a), BAD, "FIELD_INVALID", "name"),
    "split of no record": (
        lambda s: split(s.identity, s.mates[0], "sources/x"),
        BAD,
        "RECORD_NAME_INVALID",
        "records[1]",
    ),
    "reading what is no verdict": (lambda _: pb.GetVerdictRequest(name="verdicts/x"), BAD, "FIELD_INVALID", "name"),
    "withdrawal of what is no verdict": (lambda _: withdraw("verdicts/-1"), BAD, "FIELD_INVALID", "name"),
    "agreement to what is no verdict": (lambda _: confirm("verdicts/"), BAD, "FIELD_INVALID", "name"),
    "reading what is no task": (lambda _: review_pb.GetReviewTaskRequest(name="1-2"), BAD, "FIELD_INVALID", "name"),
    "claim of what is no task": (lambda _: claim("reviewTasks/1"), BAD, "FIELD_INVALID", "name"),
    "resolution of what is no task": (lambda _: settle("reviewTasks/1-"), BAD, "FIELD_INVALID", "name"),
    "list of no record": (lambda _: pb.ListVerdictsRequest(record="x"), BAD, "RECORD_NAME_INVALID", "record"),
    "claim for no time": (
        lambda s: claim(s.free, duration=duration_pb2.Duration()),
        BAD,
        "FIELD_INVALID",
        "duration",
    ),
    "claim for less than no time": (
        lambda s: claim(s.free, duration=duration_pb2.Duration(seconds=-60)),
        BAD,
        "FIELD_INVALID",
        "duration",
    ),
    "claim for 25 hours": (
        lambda s: claim(s.free, duration=duration_pb2.Duration(seconds=25 * 3_600)),
        BAD,
        "FIELD_INVALID",
        "duration",
    ),
    "a reason too long": (lambda s: verdict(s.a, s.d, reason="x" * 2_001), BAD, "LIMIT_EXCEEDED", "verdict.reason"),
    "an examiner too long": (lambda s: confirm(s.pending, "x" * 101), BAD, "LIMIT_EXCEEDED", "examiner"),
    "a reason that writes backwards": (
        lambda s: merge(s.alone, s.kept, reason="\u202e"),
        BAD,
        "TEXT_NOT_ALLOWED",
        "reason",
    ),
    "an id that is no UUID": (lambda s: withdraw(s.pending, request_id="1"), BAD, "FIELD_INVALID", "request_id"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_judgement_is_refused_by_its_reason_and_changes_nothing(scene, case):
    request_of, code, reason, *fields = REFUSED[case]
    before = everything(scene.server)
    if case == "resolution after the claim":
        time.sleep(0.06)
        before = everything(scene.server)
    told_code, told_reason, status = refusal(scene.server, request_of(scene))
    assert (told_code, told_reason) == (code, reason)
    assert violations_in(status) == [(field, reason) for field in fields]
    assert everything(scene.server) == before
