"""The metrics of a running server, in a registry of its own; docs/observability.md lists them.

Labels come from closed sets: methods of the contract, status codes, lanes, kinds, phases, tables; and from the names of
consumers of the feed, of which the hundred furthest behind are told. None comes from a record.
"""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.verdict import Ruled
from resolver.engine.engine import Engine
from resolver.engine.queued import Batch, BatchReport, Kind, lane_of
from resolver.observe.collectors import LoopCollector, QueueCollector, ServedCollector, StoreCollector
from resolver.rpc.calls import Call, CallWatcher

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PHASE_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
_UNITS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)
_PAIRS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000)


class Metrics(CallWatcher):
    """Watches the calls and the batches of an engine; the rest is asked when it is scraped."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        to = self.registry
        self._calls = Counter("resolver_calls", "Calls that have ended.", ("method", "code"), registry=to)
        self._seconds = Histogram(
            "resolver_call_seconds",
            "Duration of unary calls, from the first interceptor on.",
            ("method",),
            buckets=_SECONDS,
            registry=to,
        )
        self._in_flight = Gauge("resolver_calls_in_flight", "Calls that run now.", ("method",), registry=to)
        self._wait = Histogram(
            "resolver_queue_wait_seconds",
            "Time that a write waited until its batch began.",
            ("lane",),
            buckets=_SECONDS,
            registry=to,
        )
        self._units = Histogram(
            "resolver_batch_changes", "Changes carried out together.", ("kind",), buckets=_UNITS, registry=to
        )
        self._batch = Histogram(
            "resolver_batch_seconds", "Duration of a batch.", ("kind",), buckets=_SECONDS, registry=to
        )
        self._phases = Histogram(
            "resolver_batch_phase_seconds",
            "Duration of one run of a phase within a batch.",
            ("phase",),
            buckets=_PHASE_SECONDS,
            registry=to,
        )
        self._candidates = Histogram(
            "resolver_record_candidates",
            "Candidate pairs a record, the mean of each batch.",
            buckets=_PAIRS,
            registry=to,
        )
        self._pairs = Histogram(
            "resolver_record_pairs",
            "Pairs a record that were kept: at or above the review threshold. The mean of each batch.",
            buckets=_PAIRS,
            registry=to,
        )
        self._decisions = Counter(
            "resolver_decisions", "Decisions that receipts told; dry runs are not counted.", ("kind",), registry=to
        )
        self._refused = Counter(
            "resolver_changes_refused", "Changes and judgements that were refused, by reason.", ("reason",), registry=to
        )
        to.register(ServedCollector(engine))
        to.register(QueueCollector(engine.queue))
        to.register(StoreCollector(engine.sizes, engine.reader))
        ProcessCollector(registry=to)
        PlatformCollector(registry=to)
        GCCollector(registry=to)

    def watch_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watches the event loop that serves the calls."""
        self.registry.register(LoopCollector(loop))

    def call_begun(self, call: Call) -> None:
        """Counts a call in."""
        self._in_flight.labels(call.method).inc()

    def call_ended(self, call: Call, code: str, seconds: float) -> None:
        """Counts a call out."""
        self._in_flight.labels(call.method).dec()
        self._calls.labels(call.method, code).inc()
        if not call.streaming:
            self._seconds.labels(call.method).observe(seconds)

    def batch_done(self, report: BatchReport) -> None:
        """Counts a batch."""
        batch, timing = report.batch, report.timing
        kind = batch.kind.value
        self._units.labels(kind).observe(batch.units)
        self._batch.labels(kind).observe(timing.seconds)
        for queued in batch.queued:
            self._wait.labels(lane_of(queued.write).value).observe(max(0.0, timing.begun - queued.since))
        for lap in timing.laps:
            self._phases.labels(lap.phase.value).observe(lap.seconds)
        if timing.records:
            self._candidates.observe(timing.candidates / timing.records)
            self._pairs.observe(timing.pairs / timing.records)
        if batch.kind is not Kind.DRY_RUNS:
            self._count_answers(batch)

    def _count_answers(self, batch: Batch) -> None:
        for queued in batch.queued:
            error = queued.future.exception()
            answers = (error,) if error is not None else queued.future.result()
            for answer in answers:
                decision = answer.decision if isinstance(answer, Ruled) else answer
                if isinstance(decision, Decision):
                    self._decisions.labels(decision.kind.name.lower()).inc()
                elif isinstance(decision, ResolverError):
                    self._refused.labels(decision.reason.name.lower()).inc()
