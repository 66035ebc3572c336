"""Sixty-four clients at once, many times: one identity each, no update lost, no decision twice, no gap."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import grpc

from ftf.resolution.v1 import record_pb2, resolution_service_pb2, resolution_service_pb2_grpc
from tests.counts import count
from tests.rpc.examples import person, same_person

CLIENTS = 64
ROUNDS = count(20, 100)
METADATA = (("x-purpose", "identify"), ("x-case-reference", "concurrency"))


def answers_to(address, rounds):
    """The answers to each round: one record a client, all sent at once over channels of their own; errors as values."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    channels = [grpc.insecure_channel(address, options=options) for _ in range(CLIENTS)]
    stubs = [resolution_service_pb2_grpc.ResolutionServiceStub(channel) for channel in channels]

    def call(stub, record):
        try:
            return stub.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record), metadata=METADATA)
        except grpc.RpcError as error:
            return error

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = [list(clients.map(call, stubs, records)) for records in rounds]
    for channel in channels:
        channel.close()
    return answers


def renamed(record, name):
    copy = record_pb2.Record()
    copy.CopyFrom(record)
    copy.name = name
    return copy


def with_mail(record, address, etag=""):
    copy = renamed(record, record.name)
    copy.etag = etag
    copy.contacts.add(kind=record_pb2.CONTACT_KIND_EMAIL, value=address)
    return copy


def sequences(engine):
    return [decision.sequence for decision in engine.reader.decisions(0, 1_000_000)]


def test_the_same_new_person_from_all_clients_is_one_identity(server):
    before = server.engine.reader.head()
    persons = [same_person(f"turn{turn}", 1)[0] for turn in range(ROUNDS)]
    rounds = [
        [renamed(each, f"sources/client{client}/records/{turn}") for client in range(CLIENTS)]
        for turn, each in enumerate(persons)
    ]
    for answers in answers_to(server.address, rounds):
        assert len({answer.identity for answer in answers}) == 1
    kinds = Counter(decision.kind.name for decision in server.engine.reader.decisions(before, 1_000_000))
    assert kinds == {"CREATED": ROUNDS, "ATTACHED": ROUNDS * (CLIENTS - 1)}
    assert sequences(server.engine) == list(range(1, before + ROUNDS * CLIENTS + 1))


def test_of_corrections_of_one_version_one_is_stored_and_of_equal_ones_one_is_decided(server):
    record = person("sources/race/records/1", passport="RACE0001")
    server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))
    before = server.engine.reader.head()
    rounds = [
        [with_mail(record, f"turn{turn}client{client}@example.org", f'"{turn + 1}"') for client in range(CLIENTS)]
        for turn in range(ROUNDS)
    ]
    for answers in answers_to(server.address, rounds):
        refused = [answer.code() for answer in answers if isinstance(answer, grpc.RpcError)]
        assert refused == [grpc.StatusCode.ABORTED] * (CLIENTS - 1)
    assert server.engine.reader.record(record.name).version == ROUNDS + 1
    (answers,) = answers_to(server.address, [[with_mail(record, "equal@example.org")] * CLIENTS])
    assert Counter(bool(answer.name) for answer in answers) == {True: 1, False: CLIENTS - 1}
    assert sequences(server.engine) == list(range(1, before + ROUNDS + 2))


def test_records_that_bridge_two_identities_at_once_leave_one(server):
    reader = server.engine.reader
    for turn in range(count(5, 10)):
        named, carried = (
            person(f"sources/a/records/{turn}"),
            person(f"sources/b/records/{turn}", passport=f"BR{turn}77X1"),
        )
        bridge = renamed(named, "")
        bridge.identities.extend(carried.identities[:1])
        bridge.documents.extend(carried.documents)
        for end in (named, carried):
            server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=end))
        assert reader.identity_of(named.name) != reader.identity_of(carried.name)
        bridges = [renamed(bridge, f"sources/bridge{client}/records/{turn}") for client in range(CLIENTS)]
        (answers,) = answers_to(server.address, [bridges])
        assert Counter(answer.kind for answer in answers)[3] == 1, "one of them merges, the others find it done"
        assert len(reader.identity_of(named.name).records) == CLIENTS + 2
        assert reader.identity_of(named.name) == reader.identity_of(carried.name)
    assert sequences(server.engine) == list(range(1, reader.head() + 1))
