"""Identities, histories, lists and their pages."""

from datetime import UTC, datetime

import grpc
import pytest
from google.protobuf import timestamp_pb2

from ftf.resolution.v1 import decision_service_pb2, identity_service_pb2, record_service_pb2, resolution_service_pb2
from resolver.rpc.cursors import encode_freshness
from resolver.rpc.view import View
from tests.rpc.examples import person, reason_in, same_person, status_of_call, violations_in


def resolve(server, record):
    return server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


def withdraw(server, name):
    return server.resolution.WithdrawRecord(resolution_service_pb2.WithdrawRecordRequest(name=name))


def get_identity(server, name, **options):
    return server.identities.GetIdentity(identity_service_pb2.GetIdentityRequest(name=name, **options))


def lookup(server, **key):
    return server.identities.LookupIdentity(identity_service_pb2.LookupIdentityRequest(**key))


def pages(call, request, field):
    """All entries of a list, page by page, and the number of pages."""
    entries, count = [], 0
    while True:
        page = call(request)
        entries.extend(getattr(page, field))
        count += 1
        if not page.next_page_token:
            return entries, count
        request.page_token = page.next_page_token


def refusal(call, request):
    with pytest.raises(grpc.RpcError) as caught:
        call(request)
    return caught.value.code(), status_of_call(caught.value)


def test_records_of_one_person_are_one_identity_that_each_of_them_leads_to(server):
    one, other = same_person("read-a", 2)
    created = resolve(server, one)
    attached = resolve(server, other)

    assert attached.identity == created.identity
    identity = get_identity(server, created.identity, at_least_as_fresh=attached.consistency_token)
    assert list(identity.records) == [one.name, other.name]
    assert (identity.create_time, identity.update_time) == (created.commit_time, attached.commit_time)
    assert lookup(server, record=other.name).identity == identity
    found = lookup(server, identity=identity.name)
    assert found.identity == identity
    assert not found.HasField("forwarding_decision")


def test_an_identity_is_shown_as_it_was(server):
    one, other = same_person("read-b", 2)
    created = resolve(server, one)
    resolve(server, other)
    before = get_identity(server, created.identity, as_of_time=created.commit_time)
    assert list(before.records) == [one.name]


def test_an_identity_that_was_not_yet_is_not_found(server):
    created = resolve(server, person("sources/read-c/records/1"))
    long_ago = timestamp_pb2.Timestamp()
    long_ago.FromDatetime(datetime(2020, 1, 1, tzinfo=UTC))
    request = identity_service_pb2.GetIdentityRequest(name=created.identity, as_of_time=long_ago)
    code, status = refusal(server.identities.GetIdentity, request)
    assert (code, reason_in(status)) == (grpc.StatusCode.NOT_FOUND, "IDENTITY_NOT_FOUND")


def test_a_retired_name_forwards_with_the_decision_that_retired_it(server):
    one, other = same_person("read-d", 2)
    retired = resolve(server, one).identity
    resolve(server, other)
    decision = withdraw(server, one.name)

    found = lookup(server, identity=retired)

    assert list(found.identity.records) == [other.name]
    assert found.identity.name != retired
    assert found.forwarding_decision == decision
    code, _ = refusal(server.identities.GetIdentity, identity_service_pb2.GetIdentityRequest(name=retired))
    assert code is grpc.StatusCode.NOT_FOUND


def test_the_history_of_an_identity_tells_its_decisions_oldest_first(server):
    one, other = same_person("read-e", 2)
    decisions = [resolve(server, one), resolve(server, other), withdraw(server, other.name)]
    request = identity_service_pb2.GetIdentityHistoryRequest(name=decisions[0].identity, page_size=2)
    assert pages(server.identities.GetIdentityHistory, request, "decisions") == (decisions, 2)


@pytest.mark.parametrize("name", ["identities/0", "identities/ZZZZZZZZ"])
def test_an_identity_that_never_was_is_not_found(server, name):
    for call, request in (
        (server.identities.GetIdentity, identity_service_pb2.GetIdentityRequest(name=name)),
        (server.identities.LookupIdentity, identity_service_pb2.LookupIdentityRequest(identity=name)),
        (server.identities.GetIdentityHistory, identity_service_pb2.GetIdentityHistoryRequest(name=name)),
    ):
        code, status = refusal(call, request)
        assert (code, reason_in(status)) == (grpc.StatusCode.NOT_FOUND, "IDENTITY_NOT_FOUND")
        assert status.message == f"identity {name} does not exist"


def test_a_record_that_does_not_exist_is_not_found(server):
    name = "sources/read-f/records/none"
    for call, request in (
        (server.records.GetRecord, record_service_pb2.GetRecordRequest(name=name)),
        (server.records.ListRecordVersions, record_service_pb2.ListRecordVersionsRequest(parent=name)),
        (server.identities.LookupIdentity, identity_service_pb2.LookupIdentityRequest(record=name)),
    ):
        code, status = refusal(call, request)
        assert (code, reason_in(status)) == (grpc.StatusCode.NOT_FOUND, "RECORD_NOT_FOUND")


def test_the_records_of_a_source_come_page_by_page_without_the_withdrawn_ones(server):
    names = [f"sources/read-g/records/{i}" for i in range(7)]
    for name in names:
        resolve(server, person(name))
    resolve(server, person("sources/read-g-other/records/1"))
    withdraw(server, names[3])
    request = record_service_pb2.ListRecordsRequest(parent="sources/read-g", page_size=4)
    records, count = pages(server.records.ListRecords, request, "records")
    assert [record.name for record in records] == names[:3] + names[4:]
    assert count == 2


def test_a_source_without_records_has_an_empty_list(server):
    page = server.records.ListRecords(record_service_pb2.ListRecordsRequest(parent="sources/read-h"))
    assert (len(page.records), page.next_page_token) == (0, "")


def test_the_versions_of_a_record_come_newest_first(server):
    name = "sources/read-i/records/1"
    for i in range(5):
        resolve(server, person(name, f"Karim Number{'abcde'[i]}"))
    request = record_service_pb2.ListRecordVersionsRequest(parent=name, page_size=2)
    versions, count = pages(server.records.ListRecordVersions, request, "versions")
    assert [version.record.version for version in versions] == [5, 4, 3, 2, 1]
    assert versions[4].record.identities[0].names[0].full_name == "Karim Numbera"
    assert count == 3


def test_identities_come_in_the_order_of_their_oldest_records(fresh_server):
    for source in ("a", "b", "c"):
        for record in same_person(f"list{source}", 2):
            resolve(fresh_server, record)
    single = resolve(fresh_server, person("sources/listd/records/1", "Quite Otherwise", born=(1950, 1, 2))).identity

    request = identity_service_pb2.ListIdentitiesRequest(page_size=1)
    everyone, count = pages(fresh_server.identities.ListIdentities, request, "identities")
    request = identity_service_pb2.ListIdentitiesRequest(minimum_records=2)
    grouped, _ = pages(fresh_server.identities.ListIdentities, request, "identities")

    named = [f"sources/list{source}/records/{i}" for source in "abc" for i in (1, 2)]
    assert sorted(name for identity in everyone for name in identity.records) == [*named, "sources/listd/records/1"]
    assert count == len(everyone)
    assert everyone[-1].name == single
    assert grouped == [identity for identity in everyone if len(identity.records) >= 2]
    assert grouped
    assert [identity.create_time.ToNanoseconds() for identity in everyone] == sorted(
        identity.create_time.ToNanoseconds() for identity in everyone
    )


def test_decisions_are_listed_for_one_record_or_for_all(fresh_server):
    name = "sources/read-j/records/1"
    decisions = [resolve(fresh_server, person(name)), resolve(fresh_server, person("sources/read-j/records/2"))]
    decisions.append(withdraw(fresh_server, name))
    request = decision_service_pb2.ListDecisionsRequest(page_size=2)
    assert pages(fresh_server.decisions.ListDecisions, request, "decisions") == (decisions, 2)
    request = decision_service_pb2.ListDecisionsRequest(record=name, page_size=1)
    assert pages(fresh_server.decisions.ListDecisions, request, "decisions") == ([decisions[0], decisions[2]], 2)


def test_a_page_token_of_another_call_or_of_other_arguments_is_refused(server):
    for i in range(2):
        resolve(server, person(f"sources/read-k/records/{i}"))
    request = record_service_pb2.ListRecordsRequest(parent="sources/read-k", page_size=1)
    token = server.records.ListRecords(request).next_page_token
    assert token
    for call, wrong in (
        (server.records.ListRecords, record_service_pb2.ListRecordsRequest(parent="sources/x", page_token=token)),
        (server.identities.ListIdentities, identity_service_pb2.ListIdentitiesRequest(page_token=token)),
        (server.decisions.ListDecisions, decision_service_pb2.ListDecisionsRequest(page_token=token)),
    ):
        code, status = refusal(call, wrong)
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert violations_in(status) == [("page_token", "PAGE_TOKEN_INVALID")]


@pytest.mark.parametrize(
    ("service", "method", "request_", "field"),
    [
        ("records", "GetRecord", record_service_pb2.GetRecordRequest(name="x"), "name"),
        ("records", "ListRecords", record_service_pb2.ListRecordsRequest(parent="sources/"), "parent"),
        (
            "records",
            "ListRecords",
            record_service_pb2.ListRecordsRequest(parent="sources/a", page_size=-1),
            "page_size",
        ),
        ("records", "ListRecordVersions", record_service_pb2.ListRecordVersionsRequest(parent="sources/a"), "parent"),
        ("identities", "GetIdentity", identity_service_pb2.GetIdentityRequest(name="0"), "name"),
        (
            "identities",
            "GetIdentity",
            identity_service_pb2.GetIdentityRequest(
                name="identities/0", as_of_time=timestamp_pb2.Timestamp(seconds=2**62)
            ),
            "as_of_time",
        ),
        ("identities", "LookupIdentity", identity_service_pb2.LookupIdentityRequest(), "key"),
        ("identities", "LookupIdentity", identity_service_pb2.LookupIdentityRequest(record="x"), "record"),
        ("identities", "LookupIdentity", identity_service_pb2.LookupIdentityRequest(identity="x"), "identity"),
        (
            "identities",
            "ListIdentities",
            identity_service_pb2.ListIdentitiesRequest(minimum_records=-1),
            "minimum_records",
        ),
        ("identities", "GetIdentityHistory", identity_service_pb2.GetIdentityHistoryRequest(name="x"), "name"),
        ("decisions", "ListDecisions", decision_service_pb2.ListDecisionsRequest(record="x"), "record"),
        (
            "records",
            "GetRecord",
            record_service_pb2.GetRecordRequest(
                name="sources/a/records/1", at_least_as_fresh=encode_freshness(1, View(1))
            ),
            "at_least_as_fresh",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_arguments_are_named(server, service, method, request_, field):
    code, status = refusal(getattr(getattr(server, service), method), request_)
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert [path for path, _ in violations_in(status)] == [field]
