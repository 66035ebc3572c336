"""What people decide, through the interface: it is carried out, told, read back, repeated and undone."""

import uuid

import grpc
import pytest
from google.protobuf import timestamp_pb2

from ftf.resolution.v1 import decision_pb2, decision_service_pb2, record_pb2
from ftf.resolution.v1 import identity_service_pb2 as identity_pb
from ftf.resolution.v1 import record_service_pb2 as records_pb
from ftf.resolution.v1 import verdict_service_pb2 as pb
from tests.rpc.examples import person, reason_in, same_person, status_of_call
from tests.rpc.judging import COURT, DIFFERENT, SAME, ask, confirm, merge, resolve, split, verdict, withdraw

MERGED, SPLIT = decision_pb2.DECISION_KIND_MERGED, decision_pb2.DECISION_KIND_SPLIT


def strangers(server, source, count=2):
    """So many records of as many people, with their receipts."""
    return resolve(server, *(person(f"sources/{source}/records/{i}") for i in range(1, count + 1)))


def lookup(server, **key):
    return ask(server, identity_pb.LookupIdentityRequest(**key))


def test_a_verdict_merges_is_told_in_the_feed_and_its_withdrawal_restores_both_names(server):
    one, other = strangers(server, "judgements-a")
    told = ask(server, verdict(other.record, one.record, basis=COURT))
    (given,) = told.verdicts
    assert (given.left, given.right, given.kind, given.basis) == (one.record, other.record, SAME, COURT)
    assert (given.state, given.examiner) == (pb.VERDICT_STATE_STANDING, "ex-1")
    assert (told.decision.kind, told.decision.identity) == (MERGED, one.identity)
    assert list(told.decision.verdicts) == [given.name]
    assert lookup(server, identity=other.identity).forwarding_decision.name == told.decision.name
    taken = ask(server, withdraw(given.name, etag=given.etag))
    assert (taken.decision.kind, taken.verdicts[0].withdrawn_by) == (SPLIT, "ex-2")
    assert taken.verdicts[0].withdrawal_reason == "a mistake"
    assert [lookup(server, record=each.record).identity.name for each in (one, other)] == [one.identity, other.identity]
    history = ask(server, identity_pb.GetIdentityHistoryRequest(name=other.identity)).decisions
    assert [each.name for each in history] == [other.name, told.decision.name, taken.decision.name]
    feed = ask(server, decision_service_pb2.ListDecisionsRequest(record=one.record)).decisions
    assert [list(each.verdicts) for each in feed] == [[], [given.name], [given.name]]


def test_what_waits_for_a_second_person_decides_nothing_until_then(server):
    one, other = (person(f"sources/judgements-b/records/{i}") for i in "12")
    other.minor = record_pb2.MINOR_YES
    resolve(server, one, other)
    told = ask(server, verdict(one.name, other.name))
    (waiting,) = told.verdicts
    assert waiting.state == pb.VERDICT_STATE_PENDING
    assert list(waiting.second_person_reasons) == [pb.SECOND_PERSON_REASON_MINOR]
    assert not told.HasField("decision")
    agreed = ask(server, confirm(waiting.name, etag=waiting.etag))
    assert (agreed.decision.kind, agreed.verdicts[0].confirmed_by) == (MERGED, "ex-2")
    assert ask(server, pb.GetVerdictRequest(name=waiting.name)) == agreed.verdicts[0]


def test_a_withdrawal_of_what_waits_moves_nobody(server):
    one, other = (person(f"sources/judgements-c/records/{i}") for i in "12")
    other.minor = record_pb2.MINOR_YES
    resolve(server, one, other)
    (waiting,) = ask(server, verdict(one.name, other.name)).verdicts
    taken = ask(server, withdraw(waiting.name))
    assert taken.verdicts[0].state == pb.VERDICT_STATE_WITHDRAWN
    assert not taken.HasField("decision")


def test_a_split_names_its_verdicts_and_a_merge_undoes_none_of_them(server):
    records = same_person("judgements-d", 3)
    identity = resolve(server, *records)[-1].identity
    etag = ask(server, identity_pb.GetIdentityRequest(name=identity)).etag
    told = ask(server, split(identity, records[1].name, etag=etag))
    assert told.decision.kind == SPLIT
    assert {each.kind for each in told.verdicts} == {DIFFERENT}
    assert list(lookup(server, record=records[1].name).identity.records) == [records[1].name]
    with pytest.raises(grpc.RpcError) as caught:
        ask(server, merge(identity, lookup(server, record=records[1].name).identity.name))
    assert reason_in(status_of_call(caught.value)) == "VERDICT_CONTRADICTS"


def test_a_contradiction_brings_the_chain_of_verdicts(server):
    a, b, c = (each.record for each in strangers(server, "judgements-e", 3))
    given = [ask(server, verdict(*pair)).verdicts[0] for pair in ((a, b), (c, b))]
    with pytest.raises(grpc.RpcError) as caught:
        ask(server, verdict(a, c, DIFFERENT, basis=COURT))
    chain = pb.VerdictContradiction()
    assert any(detail.Unpack(chain) for detail in status_of_call(caught.value).details)
    assert [(each.name, each.left, each.right, each.kind) for each in chain.chain] == [
        (each.name, each.left, each.right, SAME) for each in given
    ]


@pytest.mark.parametrize("judgement", ["verdict", "merge", "split", "withdraw", "confirm"])
def test_a_dry_run_has_the_receipt_of_the_real_call_and_a_repeat_its_first_answer(server, judgement):
    source = f"judgements-f-{judgement}"
    one, other = strangers(server, source)
    child = person(f"sources/{source}/records/child")
    child.minor = record_pb2.MINOR_YES
    resolve(server, child)
    mates = same_person(f"{source}-mates", 2)
    identity = resolve(server, *mates)[-1].identity
    judged = {
        "withdraw": lambda: ask(server, verdict(one.record, other.record)).verdicts[0].name,
        "confirm": lambda: ask(server, verdict(one.record, child.name)).verdicts[0].name,
    }
    name = judged[judgement]() if judgement in judged else ""
    request = {
        "verdict": verdict(one.record, other.record),
        "merge": merge(one.identity, other.identity),
        "split": split(identity, mates[1].name),
        "withdraw": withdraw(name),
        "confirm": confirm(name),
    }[judgement]
    head = server.engine.reader.head()
    request.validate_only = True
    dry = ask(server, request)
    assert server.engine.reader.head() == head
    assert (dry.decision.name, dry.decision.cursor) == ("", "")
    request.validate_only = False
    request.request_id = str(uuid.uuid4())
    real = ask(server, request)
    assert server.engine.reader.head() == head + 1
    assert ask(server, request) == real
    assert server.engine.reader.head() == head + 1
    assert undecided(real) == undecided(dry)
    request.request_id = request.request_id.upper()
    assert ask(server, request) == real
    (request.verdict if judgement == "verdict" else request).examiner = "ex-9"
    with pytest.raises(grpc.RpcError) as caught:
        ask(server, request)
    assert reason_in(status_of_call(caught.value)) == "REQUEST_ID_REUSED"


def undecided(receipt):
    """A receipt without what only a real call has: places in the feed, numbers, versions and times."""
    copy = pb.VerdictReceipt()
    copy.CopyFrom(receipt)
    for field in ("name", "cursor", "consistency_token", "commit_time", "verdicts"):
        copy.decision.ClearField(field)
    for task in (*copy.decision.review_tasks_raised, *copy.decision.review_tasks_closed):
        for field in ("etag", "raise_time", "due_time", "priority"):
            task.ClearField(field)
    for each in copy.verdicts:
        for field in ("name", "create_time", "update_time", "etag"):
            each.ClearField(field)
    return copy


def test_verdicts_are_listed_newest_first_by_record_state_and_page(server):
    records = [each.record for each in strangers(server, "judgements-g", 4)]
    given = [ask(server, verdict(records[0], other)).verdicts[0].name for other in records[1:]]
    ask(server, withdraw(given[1]))

    def listed(**which):
        return [each.name for each in ask(server, pb.ListVerdictsRequest(**which)).verdicts]

    assert listed(record=records[0]) == given[::-1]
    assert listed(record=records[2]) == [given[1]]
    assert listed(record=records[0], state=pb.VERDICT_STATE_STANDING) == [given[2], given[0]]
    assert listed(record=records[0], state=pb.VERDICT_STATE_WITHDRAWN) == [given[1]]
    first = ask(server, pb.ListVerdictsRequest(record=records[0], page_size=2))
    second = pb.ListVerdictsRequest(record=records[0], page_size=2, page_token=first.next_page_token)
    rest = ask(server, second)
    assert [each.name for each in (*first.verdicts, *rest.verdicts)] == given[::-1]
    assert rest.next_page_token == ""


def name_of(server, record, **which):
    """The first name that a record states."""
    return ask(server, records_pb.GetRecordRequest(name=record, **which)).identities[0].names[0].full_name


def test_every_read_shows_the_past_as_it_was(server):
    one, other = strangers(server, "judgements-h")
    apart = other.commit_time
    merged = ask(server, verdict(one.record, other.record)).decision
    together = merged.commit_time
    resent = person(other.record, "Somebody Else", born=(1950, 2, 3))
    resolve(server, resent)
    ask(server, withdraw(merged.verdicts[0]))

    def members(moment):
        return list(ask(server, identity_pb.GetIdentityRequest(name=one.identity, as_of_time=moment)).records)

    assert (members(apart), members(together)) == ([one.record], [one.record, other.record])
    assert lookup(server, record=other.record, as_of_time=together).identity.name == one.identity
    assert lookup(server, record=other.record, as_of_time=apart).identity.name == other.identity
    assert lookup(server, record=other.record).identity.name == other.identity
    assert name_of(server, other.record, as_of_time=together) != "Somebody Else"
    assert name_of(server, other.record) == "Somebody Else"
    long_ago = timestamp_pb2.Timestamp(seconds=one.commit_time.seconds - 60)
    with pytest.raises(grpc.RpcError) as caught:
        lookup(server, record=other.record, as_of_time=long_ago)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_identities_are_listed_as_they_were(fresh_server):
    one, other = strangers(fresh_server, "judgements-i")
    told = ask(fresh_server, verdict(one.record, other.record)).decision

    def listed(**which):
        found = ask(fresh_server, identity_pb.ListIdentitiesRequest(**which)).identities
        return [(each.name, list(each.records)) for each in found]

    assert listed(as_of_time=other.commit_time) == [(one.identity, [one.record]), (other.identity, [other.record])]
    assert listed(as_of_time=told.commit_time) == listed() == [(one.identity, [one.record, other.record])]


def test_the_golden_view_counts_who_supports_a_value_and_shows_who_contradicts(server):
    records = same_person("judgements-j", 3)
    records[2].identities[0].births[0].earliest.year -= 11
    resolve(server, *records)
    ask(server, verdict(records[0].name, records[2].name))
    identity = lookup(server, record=records[0].name).identity
    view = ask(server, identity_pb.GetGoldenViewRequest(name=identity.name))
    attributes = {each.attribute: each for each in view.attributes}
    assert (view.name, view.etag) == (identity.name, identity.etag)
    (passport,) = attributes["document"].values
    assert (passport.record_count, list(passport.records)) == (3, [record.name for record in records])
    assert [value.record_count for value in attributes["birth_date"].values] == [2, 1]
    conflicts = attributes["birth_date"].conflicts
    assert {(each.left, each.right) for each in conflicts} == {
        (records[0].name, records[2].name),
        (records[1].name, records[2].name),
    }
    assert {each.reason for each in conflicts} == {decision_pb2.REVIEW_REASON_BIRTH_DATES_CONFLICT}
    assert not attributes["name"].conflicts


def test_a_retired_name_has_no_golden_view_of_its_own(server):
    one, other = strangers(server, "judgements-k")
    ask(server, verdict(one.record, other.record))
    with pytest.raises(grpc.RpcError) as caught:
        ask(server, identity_pb.GetGoldenViewRequest(name=other.identity))
    assert reason_in(status_of_call(caught.value)) == "IDENTITY_NOT_FOUND"
