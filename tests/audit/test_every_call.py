"""Every call of the contract leaves an entry, also a refused one, and no entry holds anything but references."""

import json
import uuid

import grpc
import pytest
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor

from ftf.resolution.v1 import audit_service_pb2 as pb
from ftf.resolution.v1 import (
    audit_service_pb2_grpc,
    decision_service_pb2,
    record_pb2,
    record_service_pb2,
    resolution_service_pb2,
)
from resolver.domain.errors import ErrorReason
from resolver.rpc.audit_rules import RULES, Way, inputs
from resolver.rpc.server import SERVICES
from resolver.store.audit import AuditFilter
from tests.conftest import PURPOSE
from tests.observe.marks import NAME, NUMBER, PHONE, TRACES_OF, watched
from tests.observe.test_no_personal_data import send_all
from tests.rpc.examples import person, wait_until
from tests.streams import RECORDS_A_MESSAGE, send

METHODS = {
    f"{service}/{method.name}": method
    for service in SERVICES
    for method in descriptor_pool.Default().FindServiceByName(service).methods
}
_ALL = 10**9


def audit(server):
    return audit_service_pb2_grpc.AuditServiceStub(server.channel)


def entries(server, after=0, **which):
    return [entry.content for entry in server.engine.reader.audit.entries(after, _ALL, AuditFilter(**which))]


def number(server):
    return server.engine.audit_head.number


def test_every_method_has_a_rule_and_every_rule_is_of_a_method():
    assert RULES.keys() == METHODS.keys()


@pytest.mark.parametrize("method", RULES)
def test_what_a_rule_names_is_a_text_of_the_message(method):
    rule, described = RULES[method], METHODS[method]
    for kind, paths in ((described.input_type, rule.request), (described.output_type, rule.answer)):
        for path in paths:
            *messages, last = path.split(".")
            inner = kind
            for name in messages:
                inner = inner.fields_by_name[name].message_type
            assert inner.fields_by_name[last].type == FieldDescriptor.TYPE_STRING, path


def test_what_a_rule_says_of_the_way_fits_the_method():
    for method, rule in RULES.items():
        described = METHODS[method]
        streams = described.client_streaming, described.server_streaming
        expected = {Way.STREAM: (True, True), Way.WATCH: (False, True)}.get(rule.way, (False, False))
        assert streams == expected, method


@pytest.mark.parametrize("method", METHODS)
def test_every_method_leaves_an_entry_whatever_is_asked(server, method):
    before = number(server)
    request = message_factory.GetMessageClass(METHODS[method].input_type)()
    if hasattr(request, "stop_at_end"):
        request.stop_at_end = True
    with grpc.insecure_channel(server.address) as channel:
        call = channel.stream_stream(f"/{method}")
        try:
            list(call(iter([request.SerializeToString()]), metadata=PURPOSE, timeout=30))
            code = None
        except grpc.RpcError as error:
            code = error.code()
    made = [entry for entry in entries(server, before) if entry["method"] == method]
    assert made, "there is no entry"
    assert {entry["purpose"] for entry in made} == {"identify"}
    assert {entry["case_reference"] for entry in made} == {"case 2026/17"}
    assert all(bool(entry["reason"]) == (code is not None) for entry in made)


@pytest.mark.parametrize(
    ("metadata", "purpose", "case"),
    [
        ((("x-purpose", "Abu Example"), ("x-case-reference", "c")), "", ""),
        ((("x-purpose", "identify"),), "", ""),
        ((("x-purpose", "identify"), ("x-case-reference", "c")), "identify", "c"),
    ],
)
def test_what_a_caller_states_is_written_down_only_where_it_is_allowed(server, metadata, purpose, case):
    before = number(server)
    request = record_service_pb2.GetRecordRequest(name="sources/nowhere/records/1")
    with pytest.raises(grpc.RpcError):
        server.records.GetRecord(request, metadata=metadata)
    (entry,) = entries(server, before)
    assert (entry["purpose"], entry["case_reference"]) == (purpose, case)
    assert entry["reason"] == ("RECORD_NOT_FOUND" if purpose else "PURPOSE_REQUIRED")


def test_a_write_a_dry_run_a_read_and_a_refusal_are_told_by_their_references(server):
    record = person("sources/audited/records/1", passport="AUDIT9X1")
    record.biometrics.add(modality=record_pb2.BIOMETRIC_MODALITY_FACE, system="S", reference="R9")
    before = number(server)
    tried = server.resolution.ResolveRecord(
        resolution_service_pb2.ResolveRecordRequest(record=record, validate_only=True)
    )
    stored = server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))
    server.records.ListRecords(record_service_pb2.ListRecordsRequest(parent="sources/audited", page_size=5))
    with pytest.raises(grpc.RpcError):
        server.records.GetRecord(record_service_pb2.GetRecordRequest(name="sources/audited/records/2"))
    dry, write, read, refused = entries(server, before)
    assert dry["results"] == write["results"] == {"CREATED": 1}
    assert "validate_only" in dry["inputs"]
    assert not any(name.startswith("decisions/") for name in dry["references"])
    assert dry["references"][0] == record.name
    assert tried.identity == "" or tried.identity in dry["references"]
    assert write["references"] == [record.name, stored.name, stored.identity]
    assert set(write["inputs"]) >= {"record.identities.names", "record.documents", "record.biometrics.FACE"}
    assert read["references"] == ["sources/audited", record.name]
    assert read["inputs"] == ["page_size", "parent"]
    assert (refused["reason"], refused["references"]) == ("RECORD_NOT_FOUND", ["sources/audited/records/2"])


def test_each_message_of_a_stream_leaves_an_entry_with_all_its_references(server):
    records = [person(f"sources/streamed/records/{place}") for place in range(2 * RECORDS_A_MESSAGE)]
    before = number(server)
    acknowledged = {}
    with grpc.insecure_channel(server.address) as channel:
        for _ in send(channel, str(uuid.uuid4()), records, 1, acknowledged):
            pass
    made = entries(server, before)
    assert {entry["method"] for entry in made} == {"ftf.resolution.v1.ResolutionService/ResolveRecords"}
    named = [name for entry in made for name in entry["references"]]
    assert set(named) >= {record.name for record in records} | {decision.name for decision in acknowledged.values()}
    assert sum(entry["results"].get("CREATED", 0) for entry in made) == len(records)


def test_a_feed_leaves_an_entry_when_it_begins_and_one_with_the_range_when_its_reader_goes(server):
    server.resolution.ResolveRecord(
        resolution_service_pb2.ResolveRecordRequest(record=person("sources/watched/records/1"))
    )
    method = "ftf.resolution.v1.DecisionService/WatchDecisions"
    before = number(server)
    watch = server.decisions.WatchDecisions(decision_service_pb2.WatchDecisionsRequest())
    first = next(watch).decision
    assert [entry["results"] for entry in entries(server, before, method=method)] == [{"WATCH_BEGUN": 1}]
    watch.cancel()
    wait_until(lambda: len(entries(server, before, method=method)) == 2)
    end = entries(server, before, method=method)[1]
    assert end["results"]["WATCH_ENDED"] == 1
    assert end["results"]["DECISION"] >= 1
    assert end["references"][0] == first.name
    assert end["reason"] == "CANCELLED"


def test_an_answer_does_not_leave_before_its_entry_is_written(fresh_server, held_writer):
    request = resolution_service_pb2.ResolveRecordRequest(record=person("sources/held/records/1"))
    fresh_server.resolution.ResolveRecord(request)
    with held_writer(fresh_server.engine):
        read = fresh_server.records.GetRecord.future(record_service_pb2.GetRecordRequest(name="sources/held/records/1"))
        wait_until(lambda: any(each.writes for each in fresh_server.engine.queue.waiting().values()))
        assert not read.done()
    assert read.result().name == "sources/held/records/1"


def test_a_call_whose_entry_cannot_be_written_fails(fresh_server, monkeypatch):
    request = resolution_service_pb2.ResolveRecordRequest(record=person("sources/failing/records/1"))
    fresh_server.resolution.ResolveRecord(request)

    def fail(*_):
        raise OSError("made up")

    with monkeypatch.context() as faults:
        faults.setattr("resolver.store.audit_rows.AuditRows.write", fail)
        other = resolution_service_pb2.ResolveRecordRequest(record=person("sources/failing/records/2"))
        for call, asked in (
            (fresh_server.records.GetRecord, record_service_pb2.GetRecordRequest(name=request.record.name)),
            (fresh_server.records.GetRecord, record_service_pb2.GetRecordRequest(name="sources/failing/records/9")),
            (fresh_server.resolution.ResolveRecord, other),
        ):
            with pytest.raises(grpc.RpcError) as error:
                call(asked)
            assert error.value.code() is grpc.StatusCode.INTERNAL
    with pytest.raises(grpc.RpcError) as error:
        fresh_server.records.GetRecord(record_service_pb2.GetRecordRequest(name="sources/failing/records/2"))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND, "the write was undone with its entry"
    assert fresh_server.engine.reader.audit.verify().holds


def test_no_mark_is_found_in_the_log():
    with watched() as server:
        send_all(server.caller)
        found = server.engine.reader.audit.entries(0, _ALL, AuditFilter())
    assert len(found) > len(METHODS)
    assert {entry.content["reason"] for entry in found} >= {"", "FIELD_INVALID", "PURPOSE_REQUIRED"}
    text = json.dumps([entry.content for entry in found], ensure_ascii=False).casefold().replace(" ", "")
    for mark in (NAME, NUMBER, PHONE, *TRACES_OF):
        assert mark.casefold().replace(" ", "") not in text


def test_the_type_of_an_unknown_biometric_is_told_as_unknown():
    record = record_pb2.Record()
    record.biometrics.add(modality=99)
    assert inputs(resolution_service_pb2.ResolveRecordRequest(record=record)) == ("record.biometrics.UNKNOWN",)


def test_entries_are_listed_by_pages_and_filters(server):
    record = person("sources/listed/records/1")
    server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))
    for _ in range(4):
        server.records.GetRecord(record_service_pb2.GetRecordRequest(name=record.name))
    method = "ftf.resolution.v1.RecordService/GetRecord"
    request = pb.ListAuditEntriesRequest(reference=record.name, method=method, page_size=3)
    first = audit(server).ListAuditEntries(request)
    request.page_token = first.next_page_token
    second = audit(server).ListAuditEntries(request)
    found = [*first.audit_entries, *second.audit_entries]
    assert [len(first.audit_entries), len(second.audit_entries)] == [3, 1]
    assert not second.next_page_token
    assert all(record.name in entry.references and entry.method == method for entry in found)
    assert all(json.loads(entry.body)["number"] == entry.number for entry in found)
    late = pb.ListAuditEntriesRequest(reference=record.name, start_time=found[-1].entry_time)
    assert found[-1].number in [entry.number for entry in audit(server).ListAuditEntries(late).audit_entries]
    early = pb.ListAuditEntriesRequest(reference=record.name, end_time=found[0].entry_time)
    assert found[0].number not in [entry.number for entry in audit(server).ListAuditEntries(early).audit_entries]
    nobody = pb.ListAuditEntriesRequest(caller="ftf://BEL/ncb/who-never-called")
    assert not audit(server).ListAuditEntries(nobody).audit_entries


@pytest.mark.parametrize("wrong", [{"method": "Nothing/Get"}, {"reference": "Abu Example"}, {"page_size": -1}])
def test_a_wrong_filter_is_refused(server, wrong):
    with pytest.raises(grpc.RpcError) as error:
        audit(server).ListAuditEntries(pb.ListAuditEntriesRequest(**wrong))
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_head_noted_earlier_is_found_again_and_another_is_not(server):
    noted = audit(server).VerifyAudit(pb.VerifyAuditRequest()).head
    found = audit(server).VerifyAudit(pb.VerifyAuditRequest(noted_head=noted))
    assert found.holds
    assert found.noted_head_holds
    assert found.head.number > noted.number
    noted.hash = bytes(31) + b"\x01"
    found = audit(server).VerifyAudit(pb.VerifyAuditRequest(noted_head=noted))
    assert not found.holds
    assert not found.broken_number


def test_a_call_turned_away_unheard_leaves_no_entry(fresh_server):
    before = number(fresh_server)
    fresh_server.engine.queue.close()
    with pytest.raises(grpc.RpcError) as error:
        fresh_server.records.GetRecord(record_service_pb2.GetRecordRequest(name="sources/late/records/1"))
    assert ErrorReason.SHUTTING_DOWN.name in str(error.value.trailing_metadata())
    assert number(fresh_server) == before
