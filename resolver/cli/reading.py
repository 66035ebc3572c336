"""Whole lists off the service, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

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
from ftf.resolution.v1.review_service_pb2 import ListReviewTasksRequest
from ftf.resolution.v1.verdict_service_pb2 import ListVerdictsRequest, Verdict, VerdictState
from resolver.cli.connection import Connection

_PAGE = 1000
T = TypeVar("T")


def all_identities(
    connection: Connection, minimum_records: int = 0, advance: Callable[[int], None] = lambda done: None
) -> Iterator[Identity]:
    """Every identity, in the order of the oldest records; calls `advance` with how many have come."""
    request = ListIdentitiesRequest(page_size=_PAGE, minimum_records=minimum_records)
    pages = _pages(connection, connection.identities.ListIdentities, request)
    return _entries((page.identities for page in pages), advance)


def all_decisions(connection: Connection, advance: Callable[[int], None] = lambda done: None) -> Iterator[Decision]:
    """Every decision, oldest first; calls `advance` with how many have come."""
    pages = _pages(connection, connection.decisions.ListDecisions, ListDecisionsRequest(page_size=_PAGE))
    return _entries((page.decisions for page in pages), advance)


def history_of(connection: Connection, identity: str) -> Iterator[Decision]:
    """The decisions that changed an identity, oldest first."""
    request = GetIdentityHistoryRequest(name=identity, page_size=_PAGE)
    pages = _pages(connection, connection.identities.GetIdentityHistory, request)
    return _entries(page.decisions for page in pages)


def verdicts_of(connection: Connection, record: str, state: int) -> Iterator[Verdict]:
    """The verdicts on a record in a state, newest first; empty and 0 mean all."""
    request = ListVerdictsRequest(page_size=_PAGE, record=record, state=VerdictState.ValueType(state))
    pages = _pages(connection, connection.verdicts.ListVerdicts, request)
    return _entries(page.verdicts for page in pages)


def review_tasks(connection: Connection, request: ListReviewTasksRequest) -> Iterator[ReviewTask]:
    """The open tasks that a request asks for, those first that are worth most."""
    pages = _pages(connection, connection.reviews.ListReviewTasks, request)
    return _entries(page.review_tasks for page in pages)


def all_consumers(connection: Connection) -> Iterator[Consumer]:
    """Every consumer of the feed, the oldest first."""
    pages = _pages(connection, connection.consumers.ListConsumers, ListConsumersRequest(page_size=_PAGE))
    return _entries(page.consumers for page in pages)


def outstanding_for(connection: Connection, consumer: str) -> Iterator[OutstandingDecision]:
    """What a consumer must carry out and has not acknowledged, the oldest first."""
    request = ListOutstandingDecisionsRequest(parent=consumer, page_size=_PAGE)
    pages = _pages(connection, connection.consumers.ListOutstandingDecisions, request)
    return _entries(page.outstanding_decisions for page in pages)


def acknowledgements_of(connection: Connection, decision: str) -> Iterator[Acknowledgement]:
    """What the consumers that a decision asks to undo something did with it."""
    request = ListAcknowledgementsRequest(parent=decision, page_size=_PAGE)
    pages = _pages(connection, connection.consumers.ListAcknowledgements, request)
    return _entries(page.acknowledgements for page in pages)


def _pages(connection: Connection, method: Callable[..., T], request: Any) -> Iterator[T]:  # noqa: ANN401 - any list
    """All pages of a list. Every list of the contract has the same two tokens."""
    while True:
        page: Any = connection.call(method, request)
        yield page
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def _entries(pages: Iterable[Sequence[T]], advance: Callable[[int], None] = lambda done: None) -> Iterator[T]:
    done = 0
    for page in pages:
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
