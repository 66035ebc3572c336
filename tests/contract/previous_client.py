"""A program of a user who has the client of the contract last released, with calls that the conformance suite does not
make: `previous_client.py ADDRESS`. It prints one JSON object with what it saw.
"""

import json
import sys

import grpc

from ftf.resolution.v1 import (
    explanation_service_pb2,
    explanation_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
    record_pb2,
    record_service_pb2,
    record_service_pb2_grpc,
    resolution_service_pb2,
    resolution_service_pb2_grpc,
    review_service_pb2,
    review_service_pb2_grpc,
    verdict_service_pb2,
    verdict_service_pb2_grpc,
)

METADATA = (("x-purpose", "identify"), ("x-case-reference", "previous client"))
ONE, TWO = (f"sources/previous/records/{key}" for key in "12")
UNKNOWN = 99
"""A number of an enum that no version knows yet."""


def record(name):
    """A record whose sex is one that a later version may define."""
    claimed = record_pb2.ClaimedIdentity(
        names=[record_pb2.PersonName(full_name="Zeyd Previously Released")], sexes=[UNKNOWN]
    )
    claimed.births.add(earliest={"year": 1985, "month": 3, "day": 4})
    made = record_pb2.Record(name=name, owner=record_pb2.Owner(country="FRA"), identities=[claimed])
    made.documents.add(type=record_pb2.DOCUMENT_TYPE_PASSPORT, number="PREVIOUS1", issuing_state="FRA")
    return made


def calls(channel):
    """The calls, in the order in which a user makes them."""

    def call(method, request):
        return method(request, metadata=METADATA, timeout=30)

    resolution = resolution_service_pb2_grpc.ResolutionServiceStub(channel)
    records = record_service_pb2_grpc.RecordServiceStub(channel)
    identities = identity_service_pb2_grpc.IdentityServiceStub(channel)
    requests = [resolution_service_pb2.ResolveRecordRequest(record=record(name)) for name in (ONE, TWO)]
    batch = resolution_service_pb2.BatchResolveRecordsRequest(requests=requests)
    first, second = call(resolution.BatchResolveRecords, batch).decisions
    found = call(records.GetRecord, record_service_pb2.GetRecordRequest(name=ONE))
    identity = call(identities.LookupIdentity, identity_service_pb2.LookupIdentityRequest(record=TWO)).identity
    explain = explanation_service_pb2_grpc.ExplanationServiceStub(channel).ExplainPair
    pair = call(explain, explanation_service_pb2.ExplainPairRequest(left=ONE, right=TWO))
    verdict = verdict_service_pb2.Verdict(
        left=ONE,
        right=TWO,
        kind=verdict_service_pb2.VERDICT_KIND_DIFFERENT,
        basis=verdict_service_pb2.VERDICT_BASIS_EXAMINER,
        justification=verdict_service_pb2.JUSTIFICATION_NOT_ASSESSED,
        reason="made up",
        examiner="examiner 7",
    )
    verdicts = verdict_service_pb2_grpc.VerdictServiceStub(channel)
    ruled = call(verdicts.CreateVerdict, verdict_service_pb2.CreateVerdictRequest(verdict=verdict))
    reviews = review_service_pb2_grpc.ReviewServiceStub(channel)
    call(reviews.ListReviewTasks, review_service_pb2.ListReviewTasksRequest())
    withdrawn = call(resolution.WithdrawRecord, resolution_service_pb2.WithdrawRecordRequest(name=TWO))
    return {
        "client": record_pb2.__file__,
        "kinds": [first.kind, second.kind],
        "records": list(identity.records),
        "sexes": list(found.identities[0].sexes),
        "explained": len(pair.comparisons) > 0,
        "split": ruled.decision.kind,
        "passed_on": withdrawn.SerializeToString().hex(),
    }


def main(address):
    """Makes the calls."""
    with grpc.insecure_channel(address) as channel:
        print(json.dumps(calls(channel)))


if __name__ == "__main__":
    main(*sys.argv[1:])
