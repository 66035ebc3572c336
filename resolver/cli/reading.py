"""Whole lists off the service, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest, ListDecisionsResponse
from ftf.resolution.v1.identity_service_pb2 import (
    GetIdentityHistoryRequest,
    GetIdentityHistoryResponse,
    Identity,
    ListIdentitiesRequest,
    ListIdentitiesResponse,
)
from resolver.cli.connection import Connection

_PAGE = 1000


def all_identities(
    connection: Connection, minimum_records: int = 0, advance: Callable[[int], None] = lambda done: None
) -> Iterator[Identity]:
    """Every identity, in the order of the oldest records; calls `advance` with how many have come."""
    token, done = "", 0
    while True:
        request = ListIdentitiesRequest(page_size=_PAGE, page_token=token, minimum_records=minimum_records)
        page: ListIdentitiesResponse = connection.call(connection.identities.ListIdentities, request)
        yield from page.identities
        done += len(page.identities)
        advance(done)
        token = page.next_page_token
        if not token:
            return


def all_decisions(connection: Connection, advance: Callable[[int], None] = lambda done: None) -> Iterator[Decision]:
    """Every decision, oldest first; calls `advance` with how many have come."""
    token, done = "", 0
    while True:
        request = ListDecisionsRequest(page_size=_PAGE, page_token=token)
        page: ListDecisionsResponse = connection.call(connection.decisions.ListDecisions, request)
        yield from page.decisions
        done += len(page.decisions)
        advance(done)
        token = page.next_page_token
        if not token:
            return


def history_of(connection: Connection, identity: str) -> Iterator[Decision]:
    """The decisions that changed an identity, oldest first."""
    token = ""
    while True:
        request = GetIdentityHistoryRequest(name=identity, page_size=_PAGE, page_token=token)
        page: GetIdentityHistoryResponse = connection.call(connection.identities.GetIdentityHistory, request)
        yield from page.decisions
        token = page.next_page_token
        if not token:
            return


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
