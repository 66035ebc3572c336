"""Cursors are bound to the view that they were given to: a country and an authority, or plain text."""

from contextlib import ExitStack
from dataclasses import dataclass

import grpc
import pytest

from ftf.resolution.v1 import (
    backup_service_pb2,
    backup_service_pb2_grpc,
    consumer_service_pb2,
    decision_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
)
from ftf.resolution.v1 import decision_service_pb2 as pb
from resolver.engine.engine import open_engine
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import person, reason_in, status_of_call, violations_in
from tests.rpc.peers import Peer, served_peers

FRANCE, COLLEAGUE, GERMANY = "france", "border", "germany"
RULES = """
grants:
  - {caller: "ftf://*/*/*", roles: [CONTRIBUTOR, READER, OPERATOR], purposes: ["*"]}
sources:
  - {owner: FRA/ncb, sources: ["*"]}
delegations:
  - {caller: "ftf://FRA/ncb/*", owners: ["*/*"]}
"""
ME = {"consumer": "consumers/views", "holder": "ftf://FRA/ncb/records"}


@dataclass(frozen=True)
class Follower(Peer):
    """A caller that follows the feed."""

    def write(self, name):
        return self.resolve(person(name))

    def feed(self, cursor="", **options):
        return list(self.watch(cursor=cursor, stop_at_end=True, **options))

    def listed(self, page_token=""):
        return self._ask("ListDecisions", pb.ListDecisionsRequest(page_size=1, page_token=page_token))

    def history(self, identity):
        stub = identity_service_pb2_grpc.IdentityServiceStub(self.channel)
        request = identity_service_pb2.GetIdentityHistoryRequest(name=identity)
        return stub.GetIdentityHistory(request, metadata=PURPOSE, timeout=30)

    def acknowledge(self, cursor):
        return self._ask("AcknowledgeDecisions", pb.AcknowledgeDecisionsRequest(cursor=cursor, **ME))

    def create(self, name, start_cursor=""):
        consumer = consumer_service_pb2.Consumer(holder=ME["holder"], start_cursor=start_cursor)
        return self.ask(consumer_service_pb2.CreateConsumerRequest(consumer_id=name, consumer=consumer))

    def consumer(self, name):
        return self.ask(consumer_service_pb2.GetConsumerRequest(name=name))

    def backup(self, name):
        stub = backup_service_pb2_grpc.BackupServiceStub(self.channel)
        request = backup_service_pb2.CreateBackupRequest(backup_id=name)
        return stub.CreateBackup(request, metadata=PURPOSE, timeout=30)

    def _ask(self, method, request):
        stub = decision_service_pb2_grpc.DecisionServiceStub(self.channel)
        return getattr(stub, method)(request, metadata=PURPOSE, timeout=30)


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
    folder = tmp_path_factory.mktemp("views")
    with ExitStack() as stack:
        engine = open_engine(folder / "store.duckdb")
        stack.callback(engine.close)
        plain = stack.enter_context(serving(engine))
        secured = stack.enter_context(served_peers(engine, live_access(RULES), folder, backups=folder))
        found = {name: Follower(peer.channel) for name, peer in secured.items()} | {None: Follower(plain.channel)}
        for number in range(3):
            found[FRANCE].write(f"sources/views/records/{number}")
        found[FRANCE].create("views")
        yield found


def cursors(peer):
    """A cursor from each call that gives one."""
    first, *_, last = peer.feed()
    named = peer.feed(filter={"sources": ["sources/nobody"]})
    return {
        "receipt": peer.write("sources/views/records/receipt").cursor,
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
    feeds = {caller: peers[caller].watch(cursor=cursor) for caller, cursor in beginnings.items()}
    for feed in feeds.values():
        next(feed)
    peers[None].write("sources/views/records/live")
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
    told = [each.decision.name for each in peers[None].feed(**ME)]
    assert told == [each.decision.name for each in peers[None].feed()[2:]]


def test_the_cursor_of_a_backup_is_for_all_who_follow(peers):
    cursor = peers[FRANCE].backup("all").cursor
    later = peers[FRANCE].write("sources/views/records/later").name
    for caller in (FRANCE, COLLEAGUE, GERMANY, None):
        assert [each.decision.name for each in peers[caller].feed(cursor)] == [later]
