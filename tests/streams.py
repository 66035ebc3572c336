"""A stream of records to a running server, and what its store holds afterwards."""

from ftf.resolution.v1 import (
    decision_service_pb2,
    decision_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
    resolution_service_pb2,
    resolution_service_pb2_grpc,
)
from tests.servers import METADATA

RECORDS_A_MESSAGE = 25


def requests(stream_id, records, first):
    for sequence in range(first, len(records) // RECORDS_A_MESSAGE + 1):
        start = (sequence - 1) * RECORDS_A_MESSAGE
        yield resolution_service_pb2.ResolveRecordsRequest(
            stream_id=stream_id, sequence=sequence, records=records[start : start + RECORDS_A_MESSAGE]
        )


def send(channel, stream_id, records, first, acknowledged):
    """Sends from `first` on and notes what is acknowledged, until the end or a broken connection."""
    stub = resolution_service_pb2_grpc.ResolutionServiceStub(channel)
    for response in stub.ResolveRecords(requests(stream_id, records, first), metadata=METADATA):
        for result in response.results:
            assert result.WhichOneof("result") == "decision"
            acknowledged[result.decision.record] = result.decision
        yield response.sequence


def feed(channel):
    stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
    request = decision_service_pb2.WatchDecisionsRequest(stop_at_end=True)
    return [item.decision for item in stub.WatchDecisions(request, metadata=METADATA) if item.HasField("decision")]


def memberships(channel):
    stub = identity_service_pb2_grpc.IdentityServiceStub(channel)
    found, token = [], ""
    while True:
        page = stub.ListIdentities(
            identity_service_pb2.ListIdentitiesRequest(page_size=1000, page_token=token), metadata=METADATA
        )
        found += [(record, identity.name) for identity in page.identities for record in identity.records]
        token = page.next_page_token
        if not token:
            return found
