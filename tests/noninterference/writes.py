"""What a viewer asks that changes something, or would: about what it sees, what is hidden, and what never was.

Requests are tried first (`validate_only`) where they can be, then made with request ids, and then repeated; in the
usual run every other one is tried, and the others are repeated.
"""

import uuid
from itertools import cycle, pairwise, repeat

from google.longrunning import operations_pb2
from google.type import date_pb2

from ftf.resolution.v1 import (
    audit_service_pb2,
    backup_service_pb2,
    consumer_service_pb2,
    decision_service_pb2,
    identity_service_pb2,
    model_service_pb2,
    reresolution_service_pb2,
    resolution_service_pb2,
    retention_service_pb2,
    review_service_pb2,
    verdict_service_pb2,
)
from tests.counts import count
from tests.noninterference.knowledge import NEVER
from tests.noninterference.people import PERSONS, SHAPES, handled, record
from tests.noninterference.reads import CONSUMER, FOREIGN_CONSUMER, NO_OPERATION, pages, some

WORD = {
    "basis": verdict_service_pb2.VERDICT_BASIS_EXAMINER,
    "justification": verdict_service_pb2.JUSTIFICATION_NOT_ASSESSED,
    "reason": "compared the files",
    "examiner": "viewer-1",
}
KINDS = verdict_service_pb2.VERDICT_KIND_SAME, verdict_service_pb2.VERDICT_KIND_DIFFERENT


def made(asker, *requests):
    """Tries requests, makes them one after the other, and repeats them."""
    step = count(2, 1)
    trials = [type(request).FromString(request.SerializeToString()) for request in requests[::step]]
    for trial in trials:
        trial.validate_only = True
    asker.ask_all(trials)
    for request in requests:
        request.request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, request.SerializeToString(deterministic=True).hex()))
        asker.ask(request)
    asker.ask_all(requests[step - 1 :: step])


def own_source(known):
    """A source that the viewer writes in."""
    return f"sources/{known.own.lower().replace('/', '-')}-1"


def stated(known, key, person, shape):
    """A record of the viewer's own, which is kept for less long than it may be."""
    message = record(f"{own_source(known)}/records/{key}", known.own, person, shape)
    message.retention.expiry_date.CopyFrom(date_pb2.Date(year=2027, month=3, day=1))
    return message


def send(asker, known):
    """New records that meet what is there, corrections, and what is not the viewer's to write."""
    kind = resolution_service_pb2.ResolveRecordRequest
    foreign = [record(name, known.own, 0, "bridge") for name in known.records]
    asker.ask_all([kind(record=each, validate_only=True) for each in foreign])
    for each in foreign:
        each.etag = '"7"'
    asker.ask_all([kind(record=each, validate_only=True) for each in foreign])
    restricted = handled(stated(known, "w0", 0, "left"), {"allowed_countries": ["GBR"]}, mark=3)
    new = [stated(known, f"w{place}", place % 2, shape) for place, shape in enumerate(SHAPES)]
    made(asker, *(kind(record=each) for each in new), kind(record=restricted))


def send_batch(asker, known):
    kind = resolution_service_pb2.BatchResolveRecordsRequest
    requests = [
        resolution_service_pb2.ResolveRecordRequest(record=stated(known, f"b{person}", person, "bridge"))
        for person in PERSONS
    ]
    foreign = resolution_service_pb2.ResolveRecordRequest(record=record(NEVER, known.own, 0, "left"))
    made(asker, kind(requests=requests), kind(requests=[*requests, foreign]))


def stream(asker, known):
    """Records of every name, most of them not the viewer's, in one message and once more."""
    records = [stated(known, "t1", 0, "right"), *(record(name, known.own, 1, "left") for name in known.records)]
    message = resolution_service_pb2.ResolveRecordsRequest(
        stream_id=str(uuid.UUID(int=7, version=4)), sequence=1, records=records
    )
    asker.ask(message)
    asker.ask(message)


def stage(asker, known):
    """A source of the viewer's own in two parts, records that are not its to send, and sources of others."""
    kind = reresolution_service_pb2.StageRecordsRequest
    own = [stated(known, f"g{person}", person, "bridge") for person in PERSONS]
    begun = asker.ask(kind(records=own[:1]))
    asker.ask(kind(staged_source=begun.name, records=own[1:], whole=True))
    asker.ask_all([kind(records=[record(name, known.own, 0, "left")]) for name in known.records])
    for name in (*sorted(known.hearsay.stagedSources), "stagedSources/1"):
        asker.ask(kind(staged_source=name, records=own))


def withdraw(asker, known):
    kind = resolution_service_pb2.WithdrawRecordRequest
    made(asker, *(kind(name=name) for name in (*known.records, f"{own_source(known)}/records/w2")))


def give_verdicts(asker, known):
    """On each record and the next, so that hidden ones meet seen ones on either side, and on some that are apart."""
    beside = zip(pairwise(known.records), cycle(KINDS), strict=False)
    apart = zip(some([*zip(known.records, known.records[3:], strict=False)], 3), repeat(KINDS[0]), strict=False)
    verdicts = [
        verdict_service_pb2.Verdict(left=left, right=right, kind=kind, **WORD)
        for (left, right), kind in (*beside, *apart)
    ]
    made(asker, *(verdict_service_pb2.CreateVerdictRequest(verdict=verdict) for verdict in verdicts))


def known_verdicts(asker, known):
    """Verdicts that the viewer or somebody else was told of."""
    listed = pages(asker, verdict_service_pb2.ListVerdictsRequest(), size=20)
    return list(dict.fromkeys([*(verdict.name for page in listed for verdict in page.verdicts), *known.verdicts]))


def confirm_verdicts(asker, known):
    kind = verdict_service_pb2.ConfirmVerdictRequest
    made(asker, *(kind(name=name, examiner="viewer-2") for name in some(known_verdicts(asker, known), 4)))


def withdraw_verdicts(asker, known):
    kind = verdict_service_pb2.WithdrawVerdictRequest
    names = dict.fromkeys([*some(known_verdicts(asker, known)[::2], 3), *some(known.verdicts)])
    made(asker, *(kind(name=name, examiner="viewer-1", reason="a mistake") for name in names))


def seen_groups(asker):
    """Identities as the viewer sees them, the largest first."""
    listed = pages(asker, identity_service_pb2.ListIdentitiesRequest(), size=50)
    return sorted((each for page in listed for each in page.identities), key=lambda each: -len(each.records))


def merge(asker, known):
    kind = verdict_service_pb2.MergeIdentitiesRequest
    seen = [group.name for group in seen_groups(asker)]
    pairs = [*some([*pairwise(reversed(seen))], 2), *some([*pairwise(known.identities)], 2)]
    made(asker, *(kind(identities=two, **WORD) for two in pairs))


def split(asker, known):
    kind = verdict_service_pb2.SplitIdentityRequest
    seen = [(group.name, group.records[-1]) for group in seen_groups(asker)]
    named = zip(known.identities, known.records, strict=True)
    parts = [*some(seen, 2), *some([*named], 2)]
    made(asker, *(kind(name=identity, records=[name], **WORD) for identity, name in parts))


def known_tasks(asker, known):
    """Tasks that the viewer or somebody else was told of, with their etags as the viewer sees them."""
    listed = pages(asker, review_service_pb2.ListReviewTasksRequest(), size=20)
    seen = {task.name: task.etag for page in listed for task in page.review_tasks}
    return seen | {name: "" for name in known.tasks if name not in seen}


def claim(asker, known):
    kind = review_service_pb2.ClaimReviewTaskRequest
    tasks = known_tasks(asker, known)
    made(asker, *(kind(name=name, examiner="viewer-1", etag=etag) for name, etag in some(tasks.items())))


def resolve_tasks(asker, known):
    kind = review_service_pb2.ResolveReviewTaskRequest
    names = known_tasks(asker, known)
    made(asker, *(kind(name=name, kind=KINDS[place % 2], **WORD) for place, name in enumerate(some(names))))


def create_consumer(asker, known):
    for cursor in ("", *sorted(known.hearsay.cursors)[:2]):
        consumer = consumer_service_pb2.Consumer(start_cursor=cursor, holder="")
        asker.ask(
            consumer_service_pb2.CreateConsumerRequest(
                consumer_id=CONSUMER.partition("/")[2] + ("-2" if cursor else ""), consumer=consumer
            )
        )
    filtered = consumer_service_pb2.Consumer(filter={"countries": ["BEL"]})
    asker.ask(consumer_service_pb2.CreateConsumerRequest(consumer_id="two-worlds-bel", consumer=filtered))
    foreign = FOREIGN_CONSUMER.partition("/")[2]
    asker.ask(consumer_service_pb2.CreateConsumerRequest(consumer_id=foreign, consumer=filtered))


def acknowledge(asker, known):
    told = asker.ask(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True))
    for name in (CONSUMER, FOREIGN_CONSUMER):
        for cursor in [each.cursor for each in told[:: max(1, len(told) // 2)]] + sorted(known.hearsay.cursors)[:2]:
            asker.ask(decision_service_pb2.AcknowledgeDecisionsRequest(consumer=name, cursor=cursor))
    asker.ask(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True, consumer=CONSUMER))


def delete_consumers(asker, known):
    for name in (CONSUMER, FOREIGN_CONSUMER, "consumers/never"):
        asker.ask(consumer_service_pb2.DeleteConsumerRequest(name=name, force=True))


def extend(asker, known):
    kind = retention_service_pb2.ExtendRetentionRequest
    expiry = date_pb2.Date(year=2028, month=3, day=1)
    for name in (*known.records, f"{own_source(known)}/records/w1"):
        asker.ask(kind(name=name, expiry_date=expiry, reason="a case is open"))


def approve(asker, known):
    for name in (pages(asker, model_service_pb2.ListModelsRequest())[0].models[0].name, "models/2000-01-01-00000000"):
        asker.ask(model_service_pb2.ApproveModelRequest(name=name, examiner="viewer-1", reason="looked at it"))


def end_operations(asker, known):
    asker.ask(operations_pb2.CancelOperationRequest(name=NO_OPERATION))


def delete_operations(asker, known):
    asker.ask(operations_pb2.DeleteOperationRequest(name=NO_OPERATION))


WRITES = {
    "ConsumerService/CreateConsumer": create_consumer,
    "ResolutionService/ResolveRecord": send,
    "ResolutionService/BatchResolveRecords": send_batch,
    "ResolutionService/ResolveRecords": stream,
    "ReresolutionService/StageRecords": stage,
    "RetentionService/ExtendRetention": extend,
    "VerdictService/SplitIdentity": split,
    "VerdictService/CreateVerdict": give_verdicts,
    "VerdictService/ConfirmVerdict": confirm_verdicts,
    "ReviewService/ClaimReviewTask": claim,
    "ReviewService/ResolveReviewTask": resolve_tasks,
    "VerdictService/MergeIdentities": merge,
    "ResolutionService/WithdrawRecord": withdraw,
    "VerdictService/WithdrawVerdict": withdraw_verdicts,
    "DecisionService/AcknowledgeDecisions": acknowledge,
    "ConsumerService/DeleteConsumer": delete_consumers,
    "ModelService/ApproveModel": approve,
    "Operations/CancelOperation": end_operations,
    "Operations/DeleteOperation": delete_operations,
}
"""In the order in which they are made: each finds what the ones before have left."""
CHANGING = (
    "ResolutionService/ResolveRecord",
    "VerdictService/SplitIdentity",
    "VerdictService/CreateVerdict",
    "ResolutionService/WithdrawRecord",
)
"""What meets most of what there is."""


def refused_all(asker, known):
    """What the viewer's roles do not let it ask."""
    for request in (
        backup_service_pb2.CreateBackupRequest(backup_id="mine"),
        audit_service_pb2.ListAuditEntriesRequest(),
        audit_service_pb2.VerifyAuditRequest(),
        model_service_pb2.TrainModelRequest(records_file="records.jsonl"),
        model_service_pb2.EvaluateModelRequest(name="models/2000-01-01-00000000"),
        reresolution_service_pb2.PlanReresolutionRequest(merge_weight=3),
        reresolution_service_pb2.GetPlanRequest(name="plans/1"),
        reresolution_service_pb2.ListPlansRequest(),
        reresolution_service_pb2.ListPlanChangesRequest(parent="plans/1"),
        reresolution_service_pb2.ApplyPlanRequest(name="plans/1"),
        reresolution_service_pb2.RollbackPlanRequest(name="plans/1"),
        reresolution_service_pb2.ListStagedSourcesRequest(),
        reresolution_service_pb2.DropStagedSourceRequest(name="stagedSources/1"),
    ):
        asker.ask(request)


REFUSED = {
    "BackupService/CreateBackup": refused_all,
    "AuditService/ListAuditEntries": refused_all,
    "AuditService/VerifyAudit": refused_all,
    "ModelService/TrainModel": refused_all,
    "ModelService/EvaluateModel": refused_all,
    **dict.fromkeys(
        (
            f"ReresolutionService/{each}"
            for each in (
                "PlanReresolution",
                "GetPlan",
                "ListPlans",
                "ListPlanChanges",
                "ApplyPlan",
                "RollbackPlan",
                "ListStagedSources",
                "DropStagedSource",
            )
        ),
        refused_all,
    ),
}
