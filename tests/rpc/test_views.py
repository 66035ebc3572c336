"""Cursors are bound to the view that they were given to: a country and an authority, or plain text."""

from contextlib import ExitStack
from datetime import UTC, datetime

import grpc
import pytest

from ftf.resolution.v1 import (
    backup_service_pb2,
    backup_service_pb2_grpc,
    consumer_service_pb2,
    consumer_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
    resolution_service_pb2,
    resolution_service_pb2_grpc,
)
from ftf.resolution.v1 import decision_service_pb2 as pb
from ftf.resolution.v1 import decision_service_pb2_grpc as pb_grpc
from resolver.cli.development_authority import DevelopmentAuthority
from resolver.engine import open_engine
from resolver.rpc.certificates import CertificateFiles, Certificates
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import person, reason_in, status_of_call, violations_in

FRANCE, COLLEAGUE, GERMANY = "ftf://FRA/ncb/records", "ftf://FRA/ncb/search", "ftf://DEU/bka/records"
ME = {"consumer": "consumers/views", "holder": "one"}


class Peer:
    """One caller of the service."""

    def __init__(self, channel):
        self._resolution = resolution_service_pb2_grpc.ResolutionServiceStub(channel)
        self._decisions = pb_grpc.DecisionServiceStub(channel)
        self._identities = identity_service_pb2_grpc.IdentityServiceStub(channel)
        self._consumers = consumer_service_pb2_grpc.ConsumerServiceStub(channel)
        self._backups = backup_service_pb2_grpc.BackupServiceStub(channel)

    def resolve(self, name):
        return _ask(self._resolution.ResolveRecord, resolution_service_pb2.ResolveRecordRequest(record=person(name)))

    def feed(self, cursor="", **options):
        request = pb.WatchDecisionsRequest(cursor=cursor, stop_at_end=True, **options)
        return list(_ask(self._decisions.WatchDecisions, request))

    def live(self, cursor):
        return _ask(self._decisions.WatchDecisions, pb.WatchDecisionsRequest(cursor=cursor))

    def listed(self, page_token=""):
        return _ask(self._decisions.ListDecisions, pb.ListDecisionsRequest(page_size=1, page_token=page_token))

    def history(self, identity, page_token=""):
        request = identity_service_pb2.GetIdentityHistoryRequest(name=identity, page_size=1, page_token=page_token)
        return _ask(self._identities.GetIdentityHistory, request)

    def acknowledge(self, cursor):
        return _ask(self._decisions.AcknowledgeDecisions, pb.AcknowledgeDecisionsRequest(cursor=cursor, **ME))

    def create(self, name, start_cursor=""):
        consumer = consumer_service_pb2.Consumer(holder="one", start_cursor=start_cursor)
        request = consumer_service_pb2.CreateConsumerRequest(consumer_id=name, consumer=consumer)
        return _ask(self._consumers.CreateConsumer, request)

    def consumer(self, name):
        return _ask(self._consumers.GetConsumer, consumer_service_pb2.GetConsumerRequest(name=name))

    def backup(self, name):
        return _ask(self._backups.CreateBackup, backup_service_pb2.CreateBackupRequest(backup_id=name))


def _ask(method, request):
    return method(request, metadata=PURPOSE, timeout=30)


def refusal(call, *arguments):
    """The code, the reason, and the field of a refused call."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments)
    status = status_of_call(caught.value)
    return caught.value.code(), reason_in(status), [field for field, _ in violations_in(status)]


def of_another_view(field):
    return grpc.StatusCode.INVALID_ARGUMENT, "CURSOR_OF_ANOTHER_VIEW", [field]


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    """Callers of one store by their names; None is plain text."""
    folder, authority = tmp_path_factory.mktemp("views"), DevelopmentAuthority(datetime.now(UTC))
    issued = authority.server(["localhost", "127.0.0.1"])
    files = CertificateFiles(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    files.certificate.write_bytes(issued.certificate)
    files.key.write_bytes(issued.key)
    files.client_authority.write_bytes(authority.certificate)
    with ExitStack() as stack:
        engine = open_engine(folder / "store.duckdb")
        stack.callback(engine.close)
        plain = stack.enter_context(serving(engine))
        secured = stack.enter_context(serving(engine, certificates=Certificates(files), backups=folder))

        def peer(uri):
            bearer = authority.client(uri)
            credentials = grpc.ssl_channel_credentials(authority.certificate, bearer.key, bearer.certificate)
            return Peer(stack.enter_context(grpc.secure_channel(secured.address, credentials)))

        found = {None: Peer(plain.channel)} | {uri: peer(uri) for uri in (FRANCE, COLLEAGUE, GERMANY)}
        for number in range(3):
            found[FRANCE].resolve(f"sources/views/records/{number}")
        found[FRANCE].create("views")
        yield found


def cursors(peer):
    """A cursor from each call that gives one."""
    first, *_, last = peer.feed()
    named = peer.feed(filter={"sources": ["sources/nobody"]})
    return {
        "receipt": peer.resolve("sources/views/records/receipt").cursor,
        "listed": peer.listed().decisions[0].cursor,
        "followed": first.cursor,
        "decision of the feed": first.decision.cursor,
        "heartbeat": named[-1].cursor,
        "acknowledged": peer.acknowledge(first.cursor).acknowledged_cursor,
        "consumer": peer.consumer("consumers/views").acknowledged_cursor,
        "started": peer.create("started", last.cursor).start_cursor,
        "history": peer.history(first.decision.identity).decisions[0].cursor,
    }


def test_every_cursor_is_good_for_who_has_the_view_and_for_nobody_else(peers):
    given = cursors(peers[FRANCE])
    assert all(given.values())
    for source, cursor in given.items():
        peers[FRANCE].feed(cursor), peers[COLLEAGUE].feed(cursor)
        for other in (GERMANY, None):
            assert refusal(peers[other].feed, cursor) == of_another_view("cursor"), source
            assert refusal(peers[other].acknowledge, cursor) == of_another_view("cursor"), source
            assert refusal(peers[other].create, "x", cursor) == of_another_view("consumer.start_cursor"), source


def test_what_plain_text_gave_is_not_for_certificates(peers):
    assert refusal(peers[FRANCE].feed, peers[None].feed()[0].cursor) == of_another_view("cursor")


def test_each_view_is_told_the_same_decision_with_a_cursor_of_its_own(peers):
    """They share one read of the store, and must not share what is different."""
    beginnings = {caller: peers[caller].feed()[-1].cursor for caller in (FRANCE, GERMANY, None)}
    feeds = {caller: peers[caller].live(cursor) for caller, cursor in beginnings.items()}
    for feed in feeds.values():
        next(feed)
    peers[None].resolve("sources/views/records/live")
    told = {}
    for caller, feed in feeds.items():
        told[caller] = next(message for message in feed if message.HasField("decision"))
        feed.cancel()
    assert len({message.decision.name for message in told.values()}) == 1
    assert len({message.cursor for message in told.values()}) == len(told)
    assert all(message.decision.cursor == message.cursor for message in told.values())


def test_a_page_token_of_another_view_was_not_given_by_the_call(peers):
    token = peers[FRANCE].listed().next_page_token
    assert peers[COLLEAGUE].listed(token).decisions
    expected = grpc.StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", ["page_token"]
    assert refusal(peers[GERMANY].listed, token) == expected
    assert refusal(peers[None].listed, token) == expected


def test_a_consumer_goes_on_in_any_view_after_what_it_acknowledged(peers):
    peers[FRANCE].acknowledge(peers[FRANCE].feed()[1].cursor)
    assert [each.decision.name for each in peers[GERMANY].feed(**ME)] == [
        each.decision.name for each in peers[GERMANY].feed()[2:]
    ]


def test_the_cursor_of_a_backup_is_for_all_who_follow(peers):
    cursor = peers[FRANCE].backup("all").cursor
    later = peers[FRANCE].resolve("sources/views/records/later").name
    for peer in peers.values():
        assert [each.decision.name for each in peer.feed(cursor)] == [later]
