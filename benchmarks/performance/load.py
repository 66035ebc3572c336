"""Starts clients, lets them begin, and reads their figures beside what the server used meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from benchmarks.performance.client import Called, Plan, Streamed
from benchmarks.performance.holdings import ROOT
from benchmarks.performance.latency import Latency, latency_of
from benchmarks.performance.server import Served
from benchmarks.performance.usage import cpu_seconds


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Calls at a rate (0: one in flight); what was lost, by status; milliseconds of CPU a call, by process.

    `sent_late` is the most by which the client itself was late, in milliseconds: latencies count it.
    """

    rate: float
    latency: Latency
    lost: dict[str, int]
    sent_late: float
    server_cpu: float
    client_cpu: float


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """A stream in messages of so many records; milliseconds of CPU a record, by process."""

    message: int
    records: int
    records_per_second: float
    server_cpu: float
    client_cpu: float


class Client:
    """A client's process that waits for its sign."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.wait_for("ready")

    def begin(self) -> None:
        """Lets it work."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def wait_for(self, word: str) -> None:
        """Waits until it says a word."""
        line = self._line()
        if line != word:
            raise RuntimeError(f"a client said {line!r} instead of {word!r}")

    def end(self) -> dict[str, object]:
        """Tells a stream to send no more, and returns the figures."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.close()
        return self.figures()

    def figures(self) -> dict[str, object]:
        """The figures, when it has done its work."""
        found: dict[str, object] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError("a client ended without figures")
        return line


@contextmanager
def client(plan: Plan) -> Iterator[Client]:
    """A client that is ready; its process ends with the block."""
    command = [sys.executable, "-m", "benchmarks.performance.client", json.dumps(asdict(plan))]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - our own command
    try:
        yield Client(process)
    finally:
        process.terminate()
        process.wait()


def call(served: Served, plan: Plan) -> CallFigures:
    """Carries out a plan of calls."""
    with client(plan) as caller:
        before = cpu_seconds(served.process)
        caller.begin()
        called = Called(**caller.figures())  # type: ignore[arg-type]
    return call_figures(plan, called, cpu_seconds(served.process) - before)


def call_figures(plan: Plan, called: Called, server_cpu: float) -> CallFigures:
    """The figures of calls."""
    latency = latency_of(called.latencies, sum(called.lost.values()), 1000 * plan.deadline)
    return CallFigures(
        rate=plan.rate,
        latency=latency,
        lost=called.lost,
        sent_late=round(called.sent_late, 1),
        server_cpu=round(1000 * server_cpu / latency.calls, 2),
        client_cpu=round(1000 * called.cpu_seconds / latency.calls, 2),
    )


def stream(served: Served, plan: Plan) -> StreamFigures:
    """Carries out the plan of a stream."""
    with client(plan) as sender:
        before = cpu_seconds(served.process)
        sender.begin()
        sender.wait_for("flowing")
        streamed = Streamed(**sender.figures())  # type: ignore[arg-type]
    return stream_figures(plan, streamed, cpu_seconds(served.process) - before)


def stream_figures(plan: Plan, streamed: Streamed, server_cpu: float) -> StreamFigures:
    """The figures of a stream; a refused record is a mistake of the benchmark."""
    if streamed.refused:
        raise RuntimeError(f"{streamed.refused:,} records of the stream were refused")
    return StreamFigures(
        message=plan.message,
        records=streamed.records,
        records_per_second=round(streamed.records / streamed.seconds, 1),
        server_cpu=round(1000 * server_cpu / streamed.records, 2),
        client_cpu=round(1000 * streamed.cpu_seconds / streamed.records, 2),
    )
