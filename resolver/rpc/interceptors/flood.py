"""Refuses calls of which more run than are answered in a second, before anything that they say is looked at.

A call that is let in and not answered before its deadline has cost as much as one that is. Where more come than can be
answered, nearly all of them would end so: each waits behind all that came before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import grpc

from resolver.domain.errors import ErrorReason, Overloaded, ResolverError
from resolver.engine.admission import RETRY_LONGEST
from resolver.engine.pace import Pace
from resolver.rpc import limits
from resolver.rpc.auditing import is_unheard
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Unary, is_ours, wrap

LASTING: Final = frozenset(
    {
        "/google.longrunning.Operations/WaitOperation",
        "/ftf.resolution.v1.AuditService/VerifyAudit",
        "/ftf.resolution.v1.BackupService/CreateBackup",
        "/ftf.resolution.v1.ReresolutionService/StageRecords",
        "/ftf.resolution.v1.ResolutionService/BatchResolveRecords",
    }
)
"""Methods whose calls last for what they wait for or work on, which says nothing of how busy the server is."""
SECONDS: Final = 1.0
"""What calls that are let in should last about, however many come."""
_WINDOW: Final = 0.25
"""Seconds over which answers are counted."""
_BUSY: Final = 32
"""Calls that run at least, all of such a time, where answers are as many as there can be."""


class Flood:
    """How many calls run, and may. Belongs to the event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pace = _unmeasured()
        self._running = self._least = self._answered = 0
        self._since = clock()

    def begin(self) -> None:
        """Lets a call in. Raises Overloaded, with the time after which there is room."""
        if self._running >= self._pace.room(SECONDS):
            delay = min(self._pace.seconds(self._running), RETRY_LONGEST)
            raise Overloaded(ErrorReason.OVERLOADED, "too many calls run at a time", timedelta(seconds=delay))
        self._running += 1

    def end(self, *, answered: bool) -> None:
        """Counts a call out: answered, if with a refusal for what it asks, or given up."""
        self._running -= 1
        self._answered += answered
        if not self._running:
            # Whatever was slow is over.
            self._pace = _unmeasured()
        self._least = min(self._least, self._running)
        passed = self._clock() - self._since
        if passed >= _WINDOW:
            # A server that is idle at times answers what comes, which says nothing of what it could.
            if self._least >= _BUSY:
                self._pace.measured(self._answered, passed)
            self._answered, self._least, self._since = 0, self._running, self._clock()


def _unmeasured() -> Pace:
    return Pace(limits.FEWEST_CALLS, limits.CONCURRENT_CALLS)


class FloodInterceptor(grpc.aio.ServerInterceptor):
    """Stands next to what turns errors into answers. Streams have their credit, and are not counted."""

    def __init__(self) -> None:
        self._flood = Flood()

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the unary methods of the contract but those of `LASTING`."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or not is_ours(method) or method in LASTING:
            return handler
        return wrap(handler, unary=self._unary)

    def _unary(self, inner: Unary) -> Unary:
        async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
            self._flood.begin()
            answered = False
            try:
                answer = await inner(request, context)
                answered = True
            except ResolverError as error:
                # One that was turned away or has expired says nothing of what can be answered.
                answered = not is_unheard(error)
                raise
            finally:
                self._flood.end(answered=answered)
            return answer

        return call
