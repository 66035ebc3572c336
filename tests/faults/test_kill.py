"""A server that is killed in mid-stream loses nothing that it acknowledged, and keeps nothing by halves."""

import random
import signal
import uuid

import grpc
import pytest

from ftf.resolution.v1 import audit_service_pb2, audit_service_pb2_grpc
from resolver.rpc.limits import STREAM_PART
from resolver.store.database import examine
from tests.servers import METADATA, child_server
from tests.streams import RECORDS_A_MESSAGE, feed, memberships, send

MESSAGES = 40


def without_findings(receipt):
    """The decision as the feed tells it: what is flawed in a record is its owner's business."""
    told = type(receipt).FromString(receipt.SerializeToString())
    told.ClearField("data_quality_findings")
    return told


def audited(channel):
    """The decisions that the audit log has of streams."""
    method = "ftf.resolution.v1.ResolutionService/ResolveRecords"
    request = audit_service_pb2.ListAuditEntriesRequest(method=method, page_size=1_000)
    found = audit_service_pb2_grpc.AuditServiceStub(channel).ListAuditEntries(request, metadata=METADATA)
    assert not found.next_page_token
    return {name for entry in found.audit_entries for name in entry.references if name.startswith("decisions/")}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_server_has_every_acknowledged_record_once_and_the_stream_resumes(corpus_messages, tmp_path, seed):
    records = corpus_messages[: MESSAGES * RECORDS_A_MESSAGE]
    stream_id = str(uuid.uuid4())
    kill_after = random.Random(seed).randrange(3, MESSAGES - 10)
    database = tmp_path / "store.duckdb"
    acknowledged = {}
    last = 0
    with (  # noqa: PT012 - the stream breaks somewhere within
        child_server(database) as server,
        grpc.insecure_channel(server.address) as channel,
        pytest.raises(grpc.RpcError),
    ):
        for last in send(channel, stream_id, records, 1, acknowledged):
            if last == kill_after:
                server.process.send_signal(signal.SIGKILL)
    assert len(acknowledged) >= kill_after * RECORDS_A_MESSAGE
    assert not [each.invariant.words for each in examine(database) if each.breaches]

    with child_server(database) as server, grpc.insecure_channel(server.address) as channel:
        stored = memberships(channel)
        assert len(stored) == len({record for record, _ in stored})
        assert set(acknowledged) <= {record for record, _ in stored}
        assert len(stored) % RECORDS_A_MESSAGE % STREAM_PART == 0, (
            "a part of a message is stored as a whole or not at all"
        )
        decided = {decision.record: decision for decision in feed(channel)}
        assert all(decided[record] == without_findings(decision) for record, decision in acknowledged.items())
        assert audited(channel) == {decision.name for decision in decided.values()}, "writes and entries are together"

        again = {}
        # One message more than needed: what was acknowledged before gets its first answer.
        for _ in send(channel, stream_id, records, max(last, 1), again):
            pass
        assert all(again[record] == acknowledged[record] for record in again.keys() & acknowledged.keys())
        decisions = feed(channel)
        final = memberships(channel)
        assert sorted(record for record, _ in final) == sorted(record.name for record in records)
        assert len(decisions) == len(records), "no record was decided twice"
        told = {}
        for decision in decisions:
            for change in decision.changes:
                for record in change.records:
                    assert told.get(record, "") == change.before
                    told[record] = change.after
        assert told == dict(final)
