"""Follows the feed over as many calls as it takes, and hands each decision to a handler exactly once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.decision_service_pb2 import (
    AcknowledgeDecisionsRequest,
    WatchDecisionsRequest,
    WatchDecisionsResponse,
)
from ftf_client.client import Client
from ftf_client.cursors import CursorStore
from ftf_client.errors import Cancelled, ServiceError
from ftf_client.persistence import Attempts

Handler = Callable[[Decision], object]
_ACKNOWLEDGE_EVERY: Final = 1.0
"""Seconds between acknowledgements; what is left is acknowledged with the next heartbeat, and at the end."""


class FeedFollower:
    """Follows for one store. One `follow` at a time."""

    def __init__(self, client: Client, store: CursorStore, request: WatchDecisionsRequest | None = None) -> None:
        """`request` has the filter, or the consumer and its holder; its cursor is the store's.

        For a consumer, what the store has kept is acknowledged: it was carried out.
        """
        self._client = client
        self._store = store
        self._request = request or WatchDecisionsRequest()
        self._told = threading.Event()
        self._call: Any = None
        self._acknowledged = ""
        self._acknowledge_at = 0.0
        self._raised: ServiceError | None = None

    def follow(self, handler: Handler, *, stop_at_end: bool = False) -> None:
        """Hands the decisions to the handler, in order, until `stop`; with `stop_at_end` until those of now are out.

        Each is handled in a transaction of the store that also keeps its cursor. After a broken connection the feed
        goes on after the last cursor that was kept. What the handler raises ends the call; the decision comes again.

        Raises:
            ServiceError: the service refuses, says nothing at all, or stays away for longer than the
                client's persistence allows. An expired or foreign cursor is told and never passed over.
        """
        attempts = Attempts(self._client.persistence, self._told.wait)
        while not self._told.is_set():
            try:
                self._one_call(handler, attempts, stop_at_end=stop_at_end)
                return
            except ServiceError as error:
                # One that the handler raised, of a call of its own, is not a broken feed.
                if error is self._raised or (isinstance(error, Cancelled) and not self._told.is_set()):
                    raise
                if not isinstance(error, Cancelled):
                    attempts.wait(error)

    def stop(self) -> None:
        """Ends `follow`, from the handler or another thread: no further decision is begun."""
        self._told.set()
        if self._call is not None:
            self._call.cancel()

    def _one_call(self, handler: Handler, attempts: Attempts, *, stop_at_end: bool) -> None:
        request = WatchDecisionsRequest()
        request.CopyFrom(self._request)
        request.cursor, request.stop_at_end = self._store.load(), stop_at_end
        cursor = request.cursor
        self._call = self._client.decisions.WatchDecisions(request)
        try:
            if self._told.is_set():
                # `stop` came before there was a call to cancel.
                return
            for response in self._call:
                attempts.heard()
                self._keep(response, handler)
                cursor = response.cursor
                if self._told.is_set():
                    break
                if time.monotonic() >= self._acknowledge_at:
                    self._acknowledge(cursor)
            self._acknowledge(cursor)
        finally:
            self._call.cancel()

    def _keep(self, response: WatchDecisionsResponse, handler: Handler) -> None:
        with self._store.keeping(response.cursor):
            if response.HasField("decision"):
                try:
                    handler(response.decision)
                except ServiceError as error:
                    self._raised = error
                    raise

    def _acknowledge(self, cursor: str) -> None:
        if not self._request.consumer or cursor in ("", self._acknowledged):
            return
        request = AcknowledgeDecisionsRequest(
            consumer=self._request.consumer, holder=self._request.holder, cursor=cursor
        )
        self._client.decisions.AcknowledgeDecisions(request)
        self._acknowledged, self._acknowledge_at = cursor, time.monotonic() + _ACKNOWLEDGE_EVERY
