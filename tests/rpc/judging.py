"""Requests of people who judge, short to write."""

from ftf.resolution.v1 import record_pb2
from ftf.resolution.v1 import resolution_service_pb2 as resolution_pb
from ftf.resolution.v1 import review_service_pb2 as review_pb
from ftf.resolution.v1 import verdict_service_pb2 as pb
from tests.rpc.examples import same_person

SAME, DIFFERENT = pb.VERDICT_KIND_SAME, pb.VERDICT_KIND_DIFFERENT
COURT = pb.VERDICT_BASIS_COURT
WORD = {
    "basis": pb.VERDICT_BASIS_EXAMINER,
    "justification": pb.JUSTIFICATION_NOT_ASSESSED,
    "reason": "compared the photographs",
    "examiner": "ex-1",
}


def ask(server, request):
    """The answer of the method that a request is named for."""
    method = type(request).__name__.removesuffix("Request")
    services = (
        server.verdicts,
        server.reviews,
        server.identities,
        server.decisions,
        server.resolution,
        server.records,
        server.explanations,
    )
    return next(getattr(service, method) for service in services if hasattr(service, method))(request)


def resolve(server, *records):
    return [ask(server, resolution_pb.ResolveRecordRequest(record=record)) for record in records]


def verdict(left, right, kind=SAME, **options):
    word = {field: options.pop(field, value) for field, value in WORD.items()}
    return pb.CreateVerdictRequest(verdict=pb.Verdict(left=left, right=right, kind=kind, **word), **options)


def merge(*identities, **options):
    return pb.MergeIdentitiesRequest(identities=identities, **{**WORD, **options})


def split(name, *records, **options):
    return pb.SplitIdentityRequest(name=name, records=records, **{**WORD, **options})


def withdraw(name, **options):
    return pb.WithdrawVerdictRequest(**{"name": name, "examiner": "ex-2", "reason": "a mistake", **options})


def confirm(name, examiner="ex-2", **options):
    return pb.ConfirmVerdictRequest(name=name, examiner=examiner, **options)


def claim(name, examiner="ex-1", **options):
    return review_pb.ClaimReviewTaskRequest(name=name, examiner=examiner, **options)


def settle(name, **options):
    return review_pb.ResolveReviewTaskRequest(**{"name": name, "kind": SAME, **WORD, **options})


def child_of_doubt(server, source):
    """The task that two records of one person raise, since one of them calls the person a child."""
    one, other = same_person(source, 2)
    other.minor = record_pb2.MINOR_YES
    (task,) = resolve(server, one, other)[1].review_tasks_raised
    return task
