"""Traces by OpenTelemetry, which is an extra: `pip install ftf-resolver[tracing]`.

A span for each call; below it, for each of its writes, one for the wait in the queue and one for the batch. A batch is
a trace of its own as well, linked to the calls that it served, with a span for each phase. Attributes are methods,
status codes, kinds and counts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from resolver.engine.queued import BatchReport, Queued, lane_of
from resolver.rpc.calls import Call, CallWatcher

_TOLD_BY: Final = "ftf-resolver"
_NANOSECONDS: Final = 1_000_000_000


class Traces(CallWatcher):
    """Watches the calls and the batches, and tells a tracer provider of them."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(_TOLD_BY)
        self._callers = TraceContextTextMapPropagator()
        self._spans: dict[str, Span] = {}

    def call_begun(self, call: Call) -> None:
        """Begins the span of a call, within the caller's trace if it brought one."""
        service, _, method = call.method.partition("/")
        attributes = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": method}
        parent = self._callers.extract(call.trace)
        span = self._tracer.start_span(call.method, parent, SpanKind.SERVER, attributes)
        self._spans[call.number] = span
        # The task of the call ends with it, so nothing has to be put back.
        contexts.attach(trace.set_span_in_context(span))

    def call_ended(self, call: Call, code: str, seconds: float) -> None:
        """Ends the span of a call."""
        span = self._spans.pop(call.number)
        span.set_attribute("rpc.grpc.status", code)
        if code != "OK":
            span.set_attribute("error.type", call.reason or code)
            span.set_status(StatusCode.ERROR)
        span.end()

    def batch_done(self, report: BatchReport) -> None:
        """Tells of a batch after it."""
        # Spans are told in wall-clock time; the batch was measured on a clock that is never set.
        zero = time.time_ns() - int(time.monotonic() * _NANOSECONDS)
        timing, batch = report.timing, report.batch
        begun, ended = _at(zero, timing.begun), _at(zero, timing.begun + timing.seconds)
        calls = [(queued, queued.context.run(trace.get_current_span)) for queued in batch.queued]
        attributes = {"batch.kind": batch.kind.value, "batch.writes": len(batch.queued), "batch.changes": batch.units}
        links = {span.get_span_context().span_id: Link(span.get_span_context()) for _, span in calls}
        whole = self._tracer.start_span(
            "batch", contexts.Context(), attributes=attributes, links=list(links.values()), start_time=begun
        )
        for lap in timing.laps:
            within = trace.set_span_in_context(whole, contexts.Context())
            phase = self._tracer.start_span(lap.phase.value, within, start_time=_at(zero, lap.begun))
            phase.end(_at(zero, lap.begun + lap.seconds))
        whole.end(ended)
        for queued, span in calls:
            self._tell_of_write(queued, span, zero, begun, ended)

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()

    def _tell_of_write(self, queued: Queued, call: Span, zero: int, begun: int, ended: int) -> None:
        within = trace.set_span_in_context(call, contexts.Context())
        about: Mapping[str, str | int] = {"queue.lane": lane_of(queued.write).value, "queue.changes": queued.units}
        wait = self._tracer.start_span("queue", within, attributes=about, start_time=_at(zero, queued.since))
        wait.end(begun)
        carried_out = self._tracer.start_span("batch", within, start_time=begun)
        carried_out.end(ended)


def _at(zero: int, seconds: float) -> int:
    return zero + int(seconds * _NANOSECONDS)
