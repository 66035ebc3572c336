"""Metrics that are asked for when they are scraped: what is served, the queue, the store and its feed, the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC
from importlib.metadata import version

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from resolver.domain.decision import ReviewReason
from resolver.engine.admission import WriteQueue
from resolver.engine.engine import Engine
from resolver.store.reader import Reader
from resolver.store.sizes import Sizes


class ServedCollector(Collector):
    """What is served. Model and policy change when a plan of re-resolution takes over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        """The version of this package, and the model and policy in force."""
        about = {
            "version": version("ftf-resolver"),
            "model": self._engine.model_name,
            "policy": self._engine.policy_name,
        }
        return (InfoMetricFamily("resolver", "What is served.", about),)


class QueueCollector(Collector):
    """What waits for the writer."""

    def __init__(self, queue: WriteQueue) -> None:
        self._queue = queue

    def collect(self) -> Iterable[Metric]:
        """Writes, changes, age and refusals by lane."""
        writes = GaugeMetricFamily("resolver_queue_writes", "Writes that wait now.", labels=("lane",))
        changes = GaugeMetricFamily("resolver_queue_changes", "Changes that wait now.", labels=("lane",))
        age = GaugeMetricFamily(
            "resolver_queue_age_seconds", "Time that the oldest write has waited.", labels=("lane",)
        )
        refused = CounterMetricFamily(
            "resolver_queue_refused", "Writes that were refused because their lane was full.", labels=("lane",)
        )
        for lane, waiting in self._queue.waiting().items():
            label = (lane.value,)
            writes.add_metric(label, waiting.writes)
            changes.add_metric(label, waiting.units)
            age.add_metric(label, waiting.age)
            refused.add_metric(label, waiting.refused)
        return (writes, changes, age, refused)


class StoreCollector(Collector):
    """The sizes of the store, and the review backlog."""

    def __init__(self, sizes: Sizes, reader: Reader) -> None:
        self._sizes = sizes
        self._reader = reader

    def collect(self) -> Iterable[Metric]:
        """Bytes, rows, open tasks, cursors and the head of the feed."""
        sizes = self._sizes.measure()
        stored = GaugeMetricFamily(
            "resolver_store_bytes", "Bytes of the database file and of its write-ahead log.", labels=("file",)
        )
        stored.add_metric(("database",), sizes.file_bytes)
        stored.add_metric(("log",), sizes.log_bytes)
        rows = GaugeMetricFamily(
            "resolver_store_rows",
            "Rows by table as the catalogue tells them, deleted ones included.",
            labels=("table",),
        )
        for table, count in sorted(sizes.rows.items()):
            rows.add_metric((table,), count)
        tasks = GaugeMetricFamily("resolver_review_tasks_open", "Open review tasks, by reason.", labels=("reason",))
        for reason in ReviewReason:
            if reason is not ReviewReason.UNSPECIFIED:
                tasks.add_metric((reason.name.lower(),), sizes.open_tasks.get(reason, 0))
        memory = GaugeMetricFamily(
            "resolver_store_memory_bytes",
            "Bytes that DuckDB holds, in memory and spilled.",
            labels=("where",),
        )
        memory.add_metric(("memory",), sizes.memory_bytes)
        memory.add_metric(("disk",), sizes.spilled_bytes)
        cursors = GaugeMetricFamily("resolver_store_cursors", "Cursors that readers hold open.")
        cursors.add_metric((), self._reader.open_cursors())
        head = GaugeMetricFamily("resolver_feed_head", "The newest place in the feed.")
        head.add_metric((), sizes.head)
        lag = GaugeMetricFamily(
            "resolver_feed_lag_decisions",
            "Decisions after the place that a consumer has acknowledged, wanted or not.",
            labels=("consumer",),
        )
        for consumer, behind in sorted(sizes.lag.items()):
            lag.add_metric((consumer.removeprefix("consumers/"),), behind)
        outstanding = GaugeMetricFamily(
            "resolver_feed_outstanding_decisions",
            "Decisions that a consumer must carry out and has not acknowledged.",
            labels=("consumer",),
        )
        since = GaugeMetricFamily(
            "resolver_feed_outstanding_since_seconds",
            "When the oldest of them became outstanding, in seconds since 1970.",
            labels=("consumer",),
        )
        for consumer in sorted(sizes.lag):
            label = (consumer.removeprefix("consumers/"),)
            count, begun = sizes.outstanding.get(consumer, (0, None))
            outstanding.add_metric(label, count)
            if begun is not None:
                since.add_metric(label, begun.replace(tzinfo=UTC).timestamp())
        return (stored, rows, tasks, memory, cursors, head, lag, outstanding, since)


class LoopCollector(Collector):
    """The event loop that serves the calls."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def collect(self) -> Iterable[Metric]:
        """Tasks that have not ended."""
        family = GaugeMetricFamily("resolver_event_loop_tasks", "Tasks of the event loop that have not ended.")
        family.add_metric((), len(asyncio.all_tasks(self._loop)))
        return (family,)
