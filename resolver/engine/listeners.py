"""Who listens to the writer: for what was committed, and for what batches took."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from resolver.domain.fault import whereabouts
from resolver.engine.queued import BatchReport

_log = logging.getLogger(__name__)


class Listeners:
    """Come and go on any thread; are called on the writer's, and cannot stop it."""

    def __init__(self) -> None:
        self._listeners: dict[int, Callable[[int], None]] = {}
        self._watchers: list[Callable[[BatchReport], None]] = []
        self._listening = Lock()

    def watch(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Calls `listener` with the newest place in the feed after each commit."""
        with self._listening:
            self._listeners[id(listener)] = listener

        def stop() -> None:
            with self._listening:
                self._listeners.pop(id(listener), None)

        return stop

    def watch_batches(self, watcher: Callable[[BatchReport], None]) -> None:
        """Calls `watcher` after each batch, when its writes are answered."""
        with self._listening:
            self._watchers.append(watcher)

    def tell(self, sequence: int) -> None:
        """Tells of a commit, up to a place in the feed."""
        with self._listening:
            listeners = list(self._listeners.values())
        for listener in listeners:
            try:
                listener(sequence)
            except Exception as error:  # noqa: BLE001 - who listens must not stop who writes
                _log.error("a listener failed: %s", whereabouts(error))

    def report(self, report: BatchReport) -> None:
        """Tells of a batch."""
        with self._listening:
            watchers = list(self._watchers)
        for watcher in watchers:
            try:
                watcher(report)
            except Exception as error:  # noqa: BLE001 - as above
                _log.error("who watches the batches failed: %s", whereabouts(error))
