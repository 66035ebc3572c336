"""What is flawed in a record is told to who sends it, by every way to send one, and to nobody else."""

import uuid

import pytest

from ftf.resolution.v1 import data_quality_pb2, decision_service_pb2, record_service_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from tests.rpc.examples import person

DEFAULT_DATE = [("identities[0].births[0].earliest", data_quality_pb2.DATA_QUALITY_KIND_BIRTH_DATE_DEFAULT)]


def flawed(name):
    return person(name, born=(1985, 1, 1))


def told(decision):
    return [(found.field, found.kind) for found in decision.data_quality_findings]


def resolve(server, record, **options):
    return server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=record, **options))


def test_a_dry_run_tells_what_the_write_will_tell(server):
    record = flawed("sources/findings-a/records/1")
    assert told(resolve(server, record, validate_only=True)) == DEFAULT_DATE
    assert told(resolve(server, record)) == DEFAULT_DATE


def test_a_record_sent_again_is_told_its_flaws_again_and_a_mended_one_has_none(server):
    record = flawed("sources/findings-b/records/1")
    resolve(server, record)
    assert told(resolve(server, record)) == DEFAULT_DATE
    assert told(resolve(server, person(record.name))) == []


def test_a_repeated_request_gets_the_same_bytes(server):
    record, request_id = flawed("sources/findings-c/records/1"), str(uuid.uuid4())
    first = resolve(server, record, request_id=request_id)
    again = resolve(server, record, request_id=request_id)
    assert told(first) == DEFAULT_DATE
    assert again.SerializeToString(deterministic=True) == first.SerializeToString(deterministic=True)


def test_a_batch_tells_each_record_its_own_and_again_when_repeated(server):
    requests = [
        pb.ResolveRecordRequest(record=record)
        for record in (flawed("sources/findings-d/records/1"), person("sources/findings-d/records/2"))
    ]
    request = pb.BatchResolveRecordsRequest(requests=requests, request_id=str(uuid.uuid4()))
    first = server.resolution.BatchResolveRecords(request)
    assert [told(decision) for decision in first.decisions] == [DEFAULT_DATE, []]
    assert server.resolution.BatchResolveRecords(request) == first


def test_a_stream_tells_them_and_a_resumed_one_tells_the_same(server):
    records = [flawed("sources/findings-e/records/1"), person("sources/findings-e/records/2")]
    message = pb.ResolveRecordsRequest(stream_id=str(uuid.uuid4()), sequence=1, records=records)
    first, again = (list(server.resolution.ResolveRecords(iter([message])))[1] for _ in range(2))
    assert [told(result.decision) for result in first.results] == [DEFAULT_DATE, []]
    assert again == first


def test_a_withdrawal_has_no_findings(server):
    record = flawed("sources/findings-f/records/1")
    resolve(server, record)
    assert told(server.resolution.WithdrawRecord(pb.WithdrawRecordRequest(name=record.name))) == []


def test_the_feed_and_lists_are_without(server):
    decision = resolve(server, flawed("sources/findings-g/records/1"))
    listed = server.decisions.ListDecisions(decision_service_pb2.ListDecisionsRequest(record=decision.record))
    assert [told(each) for each in listed.decisions] == [[]]
    assert listed.decisions[0].name == decision.name


@pytest.mark.parametrize(
    "text",
    ["7", "FNU LNU", "\u3164\u3164", "😀 1", "Unknown", "مجهول", "K", "K. H.", "A " * 150, "Kаrim", "Ka\u200drim"],
)
def test_odd_input_is_stored_as_sent_and_told(server, text):
    record = person(f"sources/findings-h/records/{len(text)}-{ord(text[-1])}", text)
    decision = resolve(server, record)
    assert decision.identity
    assert decision.data_quality_findings
    stored = server.records.GetRecord(record_service_pb2.GetRecordRequest(name=record.name))
    assert stored.identities[0].names[0].full_name == text


@pytest.mark.parametrize("text", ["7", "FNU LNU", "\u3164\u3164", "😀 1", "Unknown", "مجهول"])
def test_what_is_no_name_meets_nobody(fresh_server, text):
    identities = set()
    for number in range(2):
        record = person(f"sources/findings-i/records/{number}", text, born=(1985, 3, 4))
        record.identities[0].nationalities.append("RUS")
        identities.add(resolve(fresh_server, record).identity)
    assert len(identities) == 2
