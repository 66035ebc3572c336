"""Follows the feed over as many calls as it takes, and hands each decision to a handler exactly once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.decision_service_pb2 import WatchDecisionsRequest, WatchDecisionsResponse
from ftf_client.client import Client
from ftf_client.cursors import CursorStore
from ftf_client.errors import Cancelled, ServiceError
from ftf_client.persistence import Attempts

Handler = Callable[[Decision], object]


class FeedFollower:
    """Follows for one store. One `follow` at a time."""

    def __init__(self, client: Client, store: CursorStore, request: WatchDecisionsRequest | None = None) -> None:
        """`request` has the filter or the consumer; its cursor is the store's."""
        self._client = client
        self._store = store
        self._request = request or WatchDecisionsRequest()
        self._told = threading.Event()
        self._call: Any = None

    def follow(self, handler: Handler, *, stop_at_end: bool = False) -> None:
        """Hands the decisions to the handler, in order, until `stop`; with `stop_at_end` until those of now are out.

        Each is handled in a transaction of the store that also keeps its cursor. After a broken connection the feed
        goes on after the last cursor that was kept. What the handler raises ends the call; the decision comes again.

        Raises:
            ServiceError: the service refuses, says nothing at all, or stays away for longer than the
                client's persistence allows. An expired or foreign cursor is told and never passed over.
        """
        attempts = Attempts(self._client.persistence, self._told.wait)
        cursor = self._store.load()
        while not self._told.is_set():
            request = WatchDecisionsRequest()
            request.CopyFrom(self._request)
            request.cursor, request.stop_at_end = cursor, stop_at_end or request.stop_at_end
            self._call = self._client.decisions.WatchDecisions(request)
            try:
                for response in self._call:
                    attempts.heard()
                    cursor = self._keep(response, cursor, handler)
                    if self._told.is_set():
                        return
                return
            except Cancelled:
                if not self._told.is_set():
                    raise
            except ServiceError as error:
                attempts.wait(error)
            finally:
                self._call.cancel()

    def stop(self) -> None:
        """Ends `follow`, from the handler or another thread: no further decision is begun."""
        self._told.set()
        if self._call is not None:
            self._call.cancel()

    def _keep(self, response: WatchDecisionsResponse, cursor: str, handler: Handler) -> str:
        """Handles one message; the cursor that is kept now."""
        if response.HasField("decision"):
            with self._store.keeping(response.cursor):
                handler(response.decision)
        elif response.cursor != cursor:
            with self._store.keeping(response.cursor):
                pass
        return response.cursor
