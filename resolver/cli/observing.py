"""The options of `resolver serve` for what an operator sees, and what they start."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import click

from resolver.engine.engine import Engine
from resolver.observe.admin_port import AdminPort
from resolver.observe.call_log import CallLog
from resolver.observe.metrics import Metrics
from resolver.rpc.calls import CallWatcher


@dataclass(frozen=True, slots=True)
class Observed:
    """What is asked for; no port: no metrics."""

    json_logs: bool
    metrics_host: str
    metrics_port: int | None
    traces: bool


@dataclass(frozen=True, slots=True)
class Observers:
    """What was started: who is told of calls and of the loop that serves them, and where metrics are served."""

    calls: tuple[CallWatcher, ...]
    metrics: Metrics | None
    metrics_address: str | None


def observing_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options to a command, which gets them as `observed`."""

    @click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How log entries are written to stderr, one a line.",
    )
    @click.option(
        "--metrics-port",
        type=click.IntRange(0, 65535),
        help="Port of the metrics for Prometheus; 0: any free. Without it there are none.",
    )
    @click.option(
        "--metrics-host", default="127.0.0.1", show_default=True, help="Address that the metrics are served on."
    )
    @click.option("--traces", is_flag=True, help="Send traces to the collector that the OTEL_* variables name.")
    @functools.wraps(command)
    def with_observed(
        log_format: str,
        metrics_port: int | None,
        metrics_host: str,
        traces: bool,
        **others: Any,  # noqa: ANN401 - the command's own options
    ) -> None:
        command(observed=Observed(log_format == "json", metrics_host, metrics_port, traces), **others)

    return with_observed


@contextmanager
def observing(engine: Engine, observed: Observed) -> Iterator[Observers]:
    """Watches an engine until the end of the block.

    Raises:
        BindError: the address for the metrics is taken or not of this machine.
        click.UsageError: traces are asked for and their libraries are not installed.
    """
    with ExitStack() as stack:
        calls: list[CallWatcher] = [CallLog()]
        metrics, address = None, None
        if observed.metrics_port is not None:
            metrics = Metrics(engine)
            port = AdminPort(metrics.registry, observed.metrics_host, observed.metrics_port)
            stack.callback(port.stop)
            engine.listeners.watch_batches(metrics.batch_done)
            calls.append(metrics)
            address = port.address
        if observed.traces:
            try:
                from resolver.observe.export import traces_to_collector
            except ImportError:
                raise click.UsageError("--traces needs pip install 'ftf-resolver[tracing]'") from None
            traces = traces_to_collector()
            stack.callback(traces.close)
            engine.listeners.watch_batches(traces.batch_done)
            calls.append(traces)
        yield Observers(tuple(calls), metrics, address)
