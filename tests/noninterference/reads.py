"""What a viewer asks that changes nothing, by the method: every kind of request, about all that it has heard of.

What an answer gives is asked with in turn: page tokens, cursors, names and etags. So worlds that answer alike are asked
alike.
"""

from itertools import pairwise

from google.longrunning import operations_pb2
from google.protobuf import duration_pb2, timestamp_pb2

from ftf.resolution.v1 import (
    consumer_service_pb2,
    decision_pb2,
    decision_service_pb2,
    explanation_service_pb2,
    identity_service_pb2,
    model_service_pb2,
    record_service_pb2,
    retention_service_pb2,
    review_service_pb2,
    verdict_service_pb2,
)
from tests.counts import count

_MOST_PAGES = 60
"""More than there are; a list that is broken may have no end."""
NO_OPERATION = f"operations/{'0' * 32}"
CONSUMER = "consumers/two-worlds"
FOREIGN_CONSUMER = "consumers/foreign"
CONSUMERS = (CONSUMER, FOREIGN_CONSUMER, "consumers/never")
KINDS_TOLD = (
    decision_pb2.DECISION_KIND_WITHDRAWN,
    decision_pb2.DECISION_KIND_MERGED,
    decision_pb2.DECISION_KIND_CREATED,
    decision_pb2.DECISION_KIND_ATTACHED,
    decision_pb2.DECISION_KIND_SPLIT,
    decision_pb2.DECISION_KIND_REGROUPED,
    decision_pb2.DECISION_KIND_UNCHANGED,
    decision_pb2.DECISION_KIND_REVIEW_DUE,
    decision_pb2.DECISION_KIND_PURGED,
)
DECISIONS = 60
"""Names of decisions that are asked for, not all of them in the usual run: more than there are."""


def pages(asker, *requests, size=2):
    """All pages of lists, of which the first pages are asked for at once, then the second ones, and so on."""
    answers, left = [], list(requests)
    for request in left:
        request.page_size = size
    for _ in range(_MOST_PAGES):
        told = [*zip(left, asker.ask_all(left), strict=True)]
        answers += [answer for _, answer in told if answer]
        further = [(request, answer.next_page_token) for request, answer in told if answer and answer.next_page_token]
        if not further:
            break
        for request, token in further:
            request.page_token = token
        left = [request for request, _ in further]
    return answers


def some(things, usual=5):
    """Those that come first, in the usual run; all in the thorough one."""
    return tuple(things)[: count(usual, len(things))]


def moment(time):
    """A time as a message."""
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(time)
    return stamp


def get_records(asker, known):
    kind, name = record_service_pb2.GetRecordRequest, known.records[0]
    asker.ask_all(
        [
            *(kind(name=each) for each in known.records),
            *(kind(name=each, as_of_time=moment(time)) for each in known.records for time in known.moments),
            *(kind(name=name, at_least_as_fresh=token) for token in some(sorted(known.hearsay.tokens))),
            kind(name="none"),
        ]
    )


def list_records(asker, known):
    kind = record_service_pb2.ListRecordsRequest
    pages(asker, *(kind(parent=source) for source in (*known.sources, "sources/nobody")), size=1)
    asker.ask(kind(parent=known.sources[0], page_token="made up"))


def list_versions(asker, known):
    kind = record_service_pb2.ListRecordVersionsRequest
    pages(asker, *(kind(parent=name) for name in known.records), size=1)


def get_identities(asker, known):
    kind = identity_service_pb2.GetIdentityRequest
    asker.ask_all(
        [
            *(kind(name=name) for name in known.identities),
            *(kind(name=name, as_of_time=moment(time)) for name in some(known.identities) for time in known.moments),
        ]
    )


def look_identities_up(asker, known):
    kind = identity_service_pb2.LookupIdentityRequest
    last = moment(known.moments[-1])
    asker.ask_all(
        [
            *(kind(record=name) for name in known.records),
            *(kind(record=name, as_of_time=moment(time)) for name in known.records for time in known.moments),
            *(kind(identity=name) for name in known.identities),
            *(kind(identity=name, as_of_time=last) for name in some(known.identities)),
        ]
    )


def list_identities(asker, known):
    kind = identity_service_pb2.ListIdentitiesRequest
    pages(asker, kind(), size=1)
    pages(asker, kind(minimum_records=2), *(kind(as_of_time=moment(time)) for time in known.moments))


def histories(asker, known):
    kind = identity_service_pb2.GetIdentityHistoryRequest
    pages(asker, *(kind(name=name) for name in known.identities), size=1)


def golden_views(asker, known):
    asker.ask_all([identity_service_pb2.GetGoldenViewRequest(name=name) for name in known.identities])


def explain_pairs(asker, known):
    kind = explanation_service_pb2.ExplainPairRequest
    two = [*pairwise(known.records), *zip(known.records, known.records[2:], strict=False)]
    asker.ask_all([kind(left=left, right=right) for left, right in some(two, 10)])


def explain_identities(asker, known):
    asker.ask_all([explanation_service_pb2.ExplainIdentityRequest(name=name) for name in known.identities])


def get_verdicts(asker, known):
    asker.ask_all([verdict_service_pb2.GetVerdictRequest(name=name) for name in known.verdicts])


def list_verdicts(asker, known):
    kind = verdict_service_pb2.ListVerdictsRequest
    states = verdict_service_pb2.VERDICT_STATE_PENDING, verdict_service_pb2.VERDICT_STATE_WITHDRAWN
    pages(asker, kind())
    pages(asker, *(kind(record=name) for name in known.records), *(kind(state=state) for state in states))


def list_tasks(asker, known):
    kind = review_service_pb2.ListReviewTasksRequest
    pages(asker, kind(), size=1)
    pages(
        asker,
        kind(unclaimed_only=True),
        *(kind(country=country) for country in ("FRA", "BEL")),
        kind(authority="police"),
        kind(reasons=[decision_pb2.REVIEW_REASON_MINOR]),
    )


def get_tasks(asker, known):
    asker.ask_all([review_service_pb2.GetReviewTaskRequest(name=name) for name in known.tasks])


def watch(asker, known):
    """From the beginning, from each of its own cursors and from those of others, by every filter, to the end."""
    kind = decision_service_pb2.WatchDecisionsRequest
    told = asker.ask(kind(stop_at_end=True))
    filters = [
        *({"countries": [country]} for country in ("FRA", "DEU", "BEL")),
        *({"sources": [source]} for source in known.sources),
        *({"kinds": [number]} for number in some(KINDS_TOLD, 3)),
    ]
    cursors = dict.fromkeys([*some([each.cursor for each in told][::-2]), *some(sorted(known.hearsay.cursors))])
    asker.ask_all(
        [
            *(kind(stop_at_end=True, cursor=cursor) for cursor in cursors),
            *(kind(stop_at_end=True, filter=which) for which in filters),
        ]
    )


def list_decisions(asker, known):
    kind = decision_service_pb2.ListDecisionsRequest
    pages(asker, kind(), size=9)
    pages(asker, *(kind(record=name) for name in known.records))


def see_consumers(asker, known):
    asker.ask_all([consumer_service_pb2.GetConsumerRequest(name=name) for name in CONSUMERS])


def list_consumers(asker, known):
    pages(asker, consumer_service_pb2.ListConsumersRequest(), size=1)


def outstanding(asker, known):
    kind = consumer_service_pb2.ListOutstandingDecisionsRequest
    pages(asker, *(kind(parent=name) for name in CONSUMERS), size=1)


def acknowledgements(asker, known):
    kind = consumer_service_pb2.ListAcknowledgementsRequest
    asker.ask_all([kind(parent=f"decisions/{number}") for number in range(1, DECISIONS, count(7, 1))])


def due_records(asker, known):
    kind = retention_service_pb2.ListDueRecordsRequest
    pages(asker, *(kind(within_days=days) for days in (0, 1, 3_650)), size=1)


def list_models(asker, known):
    pages(asker, model_service_pb2.ListModelsRequest())


def get_models(asker, known):
    (listed, *_) = pages(asker, model_service_pb2.ListModelsRequest())
    names = [*(model.name for model in listed.models), "models/2000-01-01-00000000"]
    asker.ask_all([model_service_pb2.GetModelRequest(name=name) for name in names])


def list_operations(asker, known):
    pages(asker, operations_pb2.ListOperationsRequest(name="operations"))


def get_operation(asker, known):
    asker.ask(operations_pb2.GetOperationRequest(name=NO_OPERATION))


def wait_for_operation(asker, known):
    asker.ask(operations_pb2.WaitOperationRequest(name=NO_OPERATION, timeout=duration_pb2.Duration(seconds=1)))


READS = {
    "RecordService/GetRecord": get_records,
    "RecordService/ListRecords": list_records,
    "RecordService/ListRecordVersions": list_versions,
    "IdentityService/GetIdentity": get_identities,
    "IdentityService/LookupIdentity": look_identities_up,
    "IdentityService/ListIdentities": list_identities,
    "IdentityService/GetIdentityHistory": histories,
    "IdentityService/GetGoldenView": golden_views,
    "ExplanationService/ExplainPair": explain_pairs,
    "ExplanationService/ExplainIdentity": explain_identities,
    "VerdictService/GetVerdict": get_verdicts,
    "VerdictService/ListVerdicts": list_verdicts,
    "ReviewService/ListReviewTasks": list_tasks,
    "ReviewService/GetReviewTask": get_tasks,
    "DecisionService/WatchDecisions": watch,
    "DecisionService/ListDecisions": list_decisions,
    "ConsumerService/GetConsumer": see_consumers,
    "ConsumerService/ListConsumers": list_consumers,
    "ConsumerService/ListOutstandingDecisions": outstanding,
    "ConsumerService/ListAcknowledgements": acknowledgements,
    "RetentionService/ListDueRecords": due_records,
    "ModelService/ListModels": list_models,
    "ModelService/GetModel": get_models,
    "Operations/ListOperations": list_operations,
    "Operations/GetOperation": get_operation,
    "Operations/WaitOperation": wait_for_operation,
}
LISTS = (
    "RecordService/ListRecords",
    "IdentityService/ListIdentities",
    "ReviewService/ListReviewTasks",
    "DecisionService/ListDecisions",
    "VerdictService/ListVerdicts",
    "ConsumerService/ListConsumers",
)
"""What tells most with few calls."""
TELLING = (
    *LISTS,
    "IdentityService/LookupIdentity",
    "ExplanationService/ExplainIdentity",
    "DecisionService/WatchDecisions",
    "RecordService/ListRecordVersions",
)
"""Those, and what is said of single records and identities."""
