"""Whole lists off the service, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from google.longrunning.operations_pb2 import ListOperationsRequest, Operation

from ftf.resolution.v1.audit_service_pb2 import ListAuditEntriesRequest, ListAuditEntriesResponse
from ftf.resolution.v1.consumer_service_pb2 import (
    Acknowledgement,
    Consumer,
    ListAcknowledgementsRequest,
    ListConsumersRequest,
    ListOutstandingDecisionsRequest,
    OutstandingDecision,
)
from ftf.resolution.v1.decision_pb2 import Decision, ReviewTask
from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest
from ftf.resolution.v1.identity_service_pb2 import GetIdentityHistoryRequest, Identity, ListIdentitiesRequest
from ftf.resolution.v1.model_service_pb2 import ListModelsRequest, Model
from ftf.resolution.v1.reresolution_service_pb2 import (
    ListPlanChangesRequest,
    ListStagedSourcesRequest,
    PlanChange,
    StagedSource,
)
from ftf.resolution.v1.review_service_pb2 import ListReviewTasksRequest
from ftf.resolution.v1.verdict_service_pb2 import ListVerdictsRequest, Verdict, VerdictState
from ftf_client import Client, pages

_PAGE = 1000
T = TypeVar("T")


def all_identities(
    connection: Client, minimum_records: int = 0, advance: Callable[[int], None] = lambda done: None
) -> Iterator[Identity]:
    """Every identity, in the order of the oldest records; calls `advance` with how many have come."""
    request = ListIdentitiesRequest(page_size=_PAGE, minimum_records=minimum_records)
    found = pages(connection.identities.ListIdentities, request)
    return _entries((page.identities for page in found), advance)


def all_decisions(connection: Client, advance: Callable[[int], None] = lambda done: None) -> Iterator[Decision]:
    """Every decision, oldest first; calls `advance` with how many have come."""
    found = pages(connection.decisions.ListDecisions, ListDecisionsRequest(page_size=_PAGE))
    return _entries((page.decisions for page in found), advance)


def audit_entries(connection: Client, request: ListAuditEntriesRequest) -> Iterator[ListAuditEntriesResponse]:
    """The pages of the audit log that a request asks for, oldest first, in pages of the largest size."""
    asked = ListAuditEntriesRequest()
    asked.CopyFrom(request)
    asked.page_size = _PAGE
    return pages(connection.audit.ListAuditEntries, asked)


def history_of(connection: Client, identity: str) -> Iterator[Decision]:
    """The decisions that changed an identity, oldest first."""
    request = GetIdentityHistoryRequest(name=identity, page_size=_PAGE)
    found = pages(connection.identities.GetIdentityHistory, request)
    return _entries(page.decisions for page in found)


def verdicts_of(connection: Client, record: str, state: int) -> Iterator[Verdict]:
    """The verdicts on a record in a state, newest first; empty and 0 mean all."""
    request = ListVerdictsRequest(page_size=_PAGE, record=record, state=VerdictState.ValueType(state))
    found = pages(connection.verdicts.ListVerdicts, request)
    return _entries(page.verdicts for page in found)


def review_tasks(connection: Client, request: ListReviewTasksRequest) -> Iterator[ReviewTask]:
    """The open tasks that a request asks for, those first that are worth most."""
    found = pages(connection.reviews.ListReviewTasks, request)
    return _entries(page.review_tasks for page in found)


def all_consumers(connection: Client) -> Iterator[Consumer]:
    """Every consumer of the feed, the oldest first."""
    found = pages(connection.consumers.ListConsumers, ListConsumersRequest(page_size=_PAGE))
    return _entries(page.consumers for page in found)


def outstanding_for(connection: Client, consumer: str) -> Iterator[OutstandingDecision]:
    """What a consumer must carry out and has not acknowledged, the oldest first."""
    request = ListOutstandingDecisionsRequest(parent=consumer, page_size=_PAGE)
    found = pages(connection.consumers.ListOutstandingDecisions, request)
    return _entries(page.outstanding_decisions for page in found)


def acknowledgements_of(connection: Client, decision: str) -> Iterator[Acknowledgement]:
    """What the consumers that a decision asks to undo something did with it."""
    request = ListAcknowledgementsRequest(parent=decision, page_size=_PAGE)
    found = pages(connection.consumers.ListAcknowledgements, request)
    return _entries(page.acknowledgements for page in found)


def all_models(connection: Client) -> Iterator[Model]:
    """Every model, newest first."""
    found = pages(connection.models.ListModels, ListModelsRequest(page_size=_PAGE))
    return _entries(page.models for page in found)


def plan_changes(connection: Client, plan: str) -> Iterator[PlanChange]:
    """What a plan changes, in its order."""
    request = ListPlanChangesRequest(parent=plan, page_size=_PAGE)
    found = pages(connection.reresolution.ListPlanChanges, request)
    return _entries(page.plan_changes for page in found)


def all_staged_sources(connection: Client) -> Iterator[StagedSource]:
    """The staged sources of which something is left, newest first."""
    found = pages(connection.reresolution.ListStagedSources, ListStagedSourcesRequest(page_size=_PAGE))
    return _entries(page.staged_sources for page in found)


def all_operations(connection: Client, which: str) -> Iterator[Operation]:
    """The operations that a filter lets through, newest first."""
    found = pages(connection.operations.ListOperations, ListOperationsRequest(filter=which, page_size=_PAGE))
    return _entries(page.operations for page in found)


def _entries(lists: Iterable[Sequence[T]], advance: Callable[[int], None] = lambda done: None) -> Iterator[T]:
    done = 0
    for page in lists:
        yield from page
        done += len(page)
        advance(done)


def open_reviews(decisions: Iterator[Decision]) -> list[tuple[str, str]]:
    """The pairs of identities whose review tasks the feed raised and did not close."""
    tasks: dict[str, tuple[str, str]] = {}
    for decision in decisions:
        # A task that one decision closes and raises again is open: the closing comes first.
        for task in decision.review_tasks_closed:
            tasks.pop(task.name, None)
        for task in decision.review_tasks_raised:
            left, right = task.identities
            tasks[task.name] = (left, right)
    return list(tasks.values())
