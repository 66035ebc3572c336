"""Records are stored, corrected and withdrawn one by one or in a batch, and read back as they were sent."""

import uuid

import grpc
import pytest

from ftf.resolution.v1 import decision_pb2, record_pb2, record_service_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from tests.rpc.examples import person, reason_in, status_of_call, violations_in


def get(server, name):
    return server.records.GetRecord(record_service_pb2.GetRecordRequest(name=name))


def resolve(server, record, **options):
    return server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=record, **options))


def batch(server, *records, **options):
    requests = [pb.ResolveRecordRequest(record=record) for record in records]
    return server.resolution.BatchResolveRecords(pb.BatchResolveRecordsRequest(requests=requests, **options)).decisions


def assert_absent(server, name):
    with pytest.raises(grpc.RpcError) as caught:
        get(server, name)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert reason_in(status_of_call(caught.value)) == "RECORD_NOT_FOUND"


def test_a_record_comes_back_as_it_was_sent(server):
    unknown = b"\xfa\x7f\x05later"
    sent = record_pb2.Record.FromString(person("sources/store-a/records/1").SerializeToString() + unknown)
    sent.handling.codes.append("H1")
    sent.handling.classification = record_pb2.CLASSIFICATION_CONFIDENTIAL
    sent.handling.allowed_authorities.extend(["BEL/police", "FRA/ncb"])
    sent.handling.denied_purposes.append("border")
    sent.evaluation.scheme = record_pb2.EVALUATION_SCHEME_EUROPOL_4X4
    sent.evaluation.source_code, sent.evaluation.information_code = "B", "3"
    sent.record_class = 99

    decision = resolve(server, sent)
    stored = get(server, sent.name)

    assert decision.kind == decision_pb2.DECISION_KIND_CREATED
    assert decision.decision_support_only
    assert (decision.record, decision.record_version) == (sent.name, 1)
    assert decision.model == server.engine.model_name
    assert (stored.version, stored.etag) == (1, '"1"')
    assert stored.create_time == stored.update_time == decision.commit_time
    for field in ("version", "etag", "create_time", "update_time", "retention"):
        stored.ClearField(field)
    assert stored.SerializeToString(deterministic=True) == sent.SerializeToString(deterministic=True)


def test_a_wrong_record_is_told_with_its_fields_and_not_stored(server):
    record = person("sources/store-b/records/1")
    record.identities[0].births[0].earliest.day = 31
    record.identities[0].births[0].earliest.month = 2
    record.identities[0].nationalities.append("QQQ")

    with pytest.raises(grpc.RpcError) as caught:
        resolve(server, record)

    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    status = status_of_call(caught.value)
    assert reason_in(status) == "DATE_INVALID"
    assert violations_in(status) == [
        ("record.identities[0].births[0].earliest", "DATE_INVALID"),
        ("record.identities[0].nationalities[0]", "COUNTRY_UNKNOWN"),
    ]
    assert_absent(server, record.name)


def test_fifty_wrong_fields_fit_the_metadata_of_a_call(server):
    record = person("sources/store-c/records/1")
    record.documents.extend([record_pb2.TravelDocument(issuing_state="QQQ")] * 50)
    with pytest.raises(grpc.RpcError) as caught:
        resolve(server, record)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert len(violations_in(status_of_call(caught.value))) > 20


def test_a_dry_run_says_what_would_be_decided_and_stores_nothing(server):
    record = person("sources/store-d/records/1")
    decision = resolve(server, record, validate_only=True)
    assert decision.kind == decision_pb2.DECISION_KIND_CREATED
    assert (decision.name, decision.cursor) == ("", "")
    assert not decision.HasField("commit_time")
    assert_absent(server, record.name)


def test_a_repeated_request_gets_the_first_answer(server):
    record, request_id = person("sources/store-e/records/1"), str(uuid.uuid4())
    first = resolve(server, record, request_id=request_id)
    assert resolve(server, record, request_id=request_id.upper()) == first
    assert get(server, record.name).version == 1


def test_a_request_id_with_another_content_is_refused(server):
    record, request_id = person("sources/store-f/records/1"), str(uuid.uuid4())
    resolve(server, record, request_id=request_id)
    record.identities[0].names[0].full_name = "Somebody Else"
    with pytest.raises(grpc.RpcError) as caught:
        resolve(server, record, request_id=request_id)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert violations_in(status_of_call(caught.value)) == [("request_id", "REQUEST_ID_REUSED")]


def test_a_request_id_that_is_no_uuid_is_refused(server):
    with pytest.raises(grpc.RpcError) as caught:
        resolve(server, person("sources/store-g/records/1"), request_id="1")
    assert violations_in(status_of_call(caught.value)) == [("request_id", "FIELD_INVALID")]


def test_an_etag_guards_against_lost_updates(server):
    record = person("sources/store-h/records/1")
    resolve(server, record)
    record.etag = get(server, record.name).etag
    record.identities[0].names[0].full_name = "Karim Testoff"
    assert resolve(server, record).record_version == 2

    record.identities[0].names[0].full_name = "Karim Testow"
    with pytest.raises(grpc.RpcError) as caught:
        resolve(server, record)

    assert caught.value.code() is grpc.StatusCode.ABORTED
    assert reason_in(status_of_call(caught.value)) == "ETAG_MISMATCH"
    assert get(server, record.name).identities[0].names[0].full_name == "Karim Testoff"


def test_a_withdrawn_record_is_gone_but_for_its_versions(server):
    record = person("sources/store-i/records/1")
    resolve(server, record)

    decision = server.resolution.WithdrawRecord(pb.WithdrawRecordRequest(name=record.name))

    assert decision.kind == decision_pb2.DECISION_KIND_WITHDRAWN
    assert decision.identity == ""
    assert_absent(server, record.name)
    request = record_service_pb2.ListRecordVersionsRequest(parent=record.name)
    versions = server.records.ListRecordVersions(request).versions
    assert [(version.record.version, version.withdrawn) for version in versions] == [(2, True), (1, False)]
    assert versions[0].record.name == record.name
    assert not versions[0].record.identities
    assert versions[0].accept_time == decision.commit_time


@pytest.mark.parametrize(
    ("request_", "wrong"),
    [
        (pb.WithdrawRecordRequest(name="records/1"), [("name", "RECORD_NAME_INVALID")]),
        (
            pb.WithdrawRecordRequest(name="x", etag="y" * 101, request_id="z"),
            [("name", "RECORD_NAME_INVALID"), ("etag", "LIMIT_EXCEEDED"), ("request_id", "FIELD_INVALID")],
        ),
    ],
)
def test_a_wrong_withdrawal_names_its_fields(server, request_, wrong):
    with pytest.raises(grpc.RpcError) as caught:
        server.resolution.WithdrawRecord(request_)
    assert violations_in(status_of_call(caught.value)) == wrong


def test_withdrawing_what_does_not_exist_is_not_found(server):
    with pytest.raises(grpc.RpcError) as caught:
        server.resolution.WithdrawRecord(pb.WithdrawRecordRequest(name="sources/store-j/records/none"))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_batch_gives_one_decision_for_each_record_in_their_order(server):
    names = [f"sources/store-k/records/{i}" for i in range(30)]
    decisions = batch(server, *(person(name) for name in names))
    assert [decision.record for decision in decisions] == names
    assert {decision.identity for decision in decisions} != {""}


def test_one_wrong_record_fails_its_batch_whole(server):
    good, bad = person("sources/store-l/records/1"), person("sources/store-l/records/2")
    bad.ClearField("identities")
    with pytest.raises(grpc.RpcError) as caught:
        batch(server, good, bad)
    assert violations_in(status_of_call(caught.value)) == [("requests[1].record.identities", "NAME_MISSING")]
    assert_absent(server, good.name)


def test_one_stale_etag_fails_its_batch_whole(server):
    good, stale = person("sources/store-m/records/1"), person("sources/store-m/records/2")
    stale.etag = '"5"'
    with pytest.raises(grpc.RpcError) as caught:
        batch(server, good, stale)
    assert caught.value.code() is grpc.StatusCode.ABORTED
    assert_absent(server, good.name)


def test_a_batch_names_each_record_once_and_leaves_options_to_the_whole(server):
    one = pb.ResolveRecordRequest(record=person("sources/store-n/records/1"))
    again = pb.ResolveRecordRequest(record=one.record, validate_only=True, request_id=str(uuid.uuid4()))
    with pytest.raises(grpc.RpcError) as caught:
        server.resolution.BatchResolveRecords(pb.BatchResolveRecordsRequest(requests=[one, again]))
    assert violations_in(status_of_call(caught.value)) == [
        ("requests[1].record.name", "FIELD_INVALID"),
        ("requests[1].validate_only", "FIELD_INVALID"),
        ("requests[1].request_id", "FIELD_INVALID"),
    ]


@pytest.mark.parametrize(("count", "reason"), [(0, "FIELD_INVALID"), (1_001, "LIMIT_EXCEEDED")])
def test_a_batch_has_one_to_a_thousand_records(server, count, reason):
    records = [person(f"sources/store-o/records/{i}") for i in range(count)]
    with pytest.raises(grpc.RpcError) as caught:
        batch(server, *records)
    assert violations_in(status_of_call(caught.value)) == [("requests", reason)]


def test_a_repeated_batch_gets_the_first_answer(server):
    records = [person(f"sources/store-p/records/{i}") for i in range(3)]
    request_id = str(uuid.uuid4())
    assert batch(server, *records, request_id=request_id) == batch(server, *records, request_id=request_id)


def test_bytes_that_are_no_text_are_wrong_input_with_their_path(server):
    data = pb.ResolveRecordRequest(record=person("sources/store-q/records/1", "brokenname")).SerializeToString()
    call = server.channel.unary_unary("/ftf.resolution.v1.ResolutionService/ResolveRecord")
    with pytest.raises(grpc.RpcError) as caught:
        call(data.replace(b"brokenname", b"broken\xed\xa0\x80e"))
    expected = [("record.identities[0].names[0].full_name", "TEXT_NOT_ALLOWED")]
    assert violations_in(status_of_call(caught.value)) == expected


def test_bytes_that_are_no_message_are_wrong_input(server):
    call = server.channel.unary_unary("/ftf.resolution.v1.ResolutionService/ResolveRecord")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"\x0a\xff\xff")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert violations_in(status_of_call(caught.value)) == [("request", "FIELD_INVALID")]
