"""A client in a process of its own: `python -m benchmarks.performance.client PLAN`, where PLAN is a `Plan` as JSON.

It reads its records, says `ready`, waits for a line, works, and writes its figures as one line of JSON. A stream says
`flowing` after its first acknowledgement. A stream, and calls that arrive at random, end early when its input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import uvloop

from benchmarks.performance.record_files import read_records
from benchmarks.performance.schedule import arrivals
from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceStub
from ftf_client.client import Tls, connect
from ftf_client.sender import Batch, RecordSender

if TYPE_CHECKING:
    from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceAsyncStub


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the records `first` to `first + count` of a file.

    With `message`, they are streamed in messages of so many. Else each is sent in a call of `ResolveRecord`: with
    `rate`, calls arrive at random, so many a second for `seconds`, and records come again once all were sent; without
    it each waits for the answer to the one before, until all are sent or the `seconds`, unless 0, are over. A call that
    has no answer after `deadline` seconds is lost. `tls` has the files of a `Tls`; None for plain text.
    """

    address: str
    records: str
    first: int
    count: int
    message: int = 0
    rate: float = 0.0
    seconds: float = 0.0
    validate_only: bool = False
    deadline: float = 10.0
    seed: int = 1
    tls: tuple[str, str, str] | None = None

    @property
    def secured(self) -> Tls | None:
        """What the client shows and trusts."""
        return None if self.tls is None else Tls(*map(Path, self.tls))


@dataclass(frozen=True, slots=True)
class Called:
    """Latencies of answered calls, milliseconds from when each was due; lost ones by status.

    `due` are the times at which the answered ones were due, in seconds of the machine's monotonic clock. `sent_late` is
    by how many milliseconds this client itself was late with its latest call.
    """

    latencies: list[float]
    due: list[float]
    lost: dict[str, int]
    sent_late: float
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Streamed:
    """Records acknowledged and refused in so many seconds."""

    records: int
    refused: int
    seconds: float
    cpu_seconds: float


def main() -> None:
    """Carries out one plan."""
    plan = Plan(**json.loads(sys.argv[1]))
    records = read_records(Path(plan.records))[plan.first : plan.first + plan.count]
    if len(records) < plan.count:
        raise SystemExit(f"there are no {plan.count:,} records from {plan.first:,} on")
    print("ready", flush=True)
    sys.stdin.readline()
    done = _stream(plan, records) if plan.message else uvloop.run(_call(plan, records))
    print(json.dumps(asdict(done)), flush=True)


async def _call(plan: Plan, records: Sequence[Record]) -> Called:
    requests = [ResolveRecordRequest(record=record, validate_only=plan.validate_only) for record in records]
    async with _channel(plan) as channel:
        await channel.channel_ready()
        calls = _Calls(ResolutionServiceStub(channel), plan.deadline)
        begun, cpu = time.perf_counter(), time.process_time()
        if plan.rate:
            await calls.at_random(requests, plan)
        else:
            for request in requests:
                if plan.seconds and time.perf_counter() - begun > plan.seconds:
                    break
                await calls.one(request, time.perf_counter())
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return Called(calls.latencies, calls.due, dict(calls.lost), calls.sent_late, seconds, cpu)


def _channel(plan: Plan) -> grpc.aio.Channel:
    if plan.secured is None:
        return grpc.aio.insecure_channel(plan.address)
    return grpc.aio.secure_channel(plan.address, plan.secured.credentials())


class _Calls:
    """Makes calls and keeps their latencies."""

    def __init__(self, stub: ResolutionServiceAsyncStub, deadline: float) -> None:
        self._stub, self._deadline = stub, deadline
        self.latencies: list[float] = []
        self.due: list[float] = []
        self.lost: Counter[str] = Counter()
        self.sent_late = 0.0

    async def one(self, request: ResolveRecordRequest, due: float) -> None:
        """One call that was due at that time of the performance counter."""
        try:
            await self._stub.ResolveRecord(request, metadata=_METADATA, timeout=self._deadline)
        except grpc.RpcError as error:
            self.lost[error.code().name] += 1
        else:
            self.latencies.append(round(1000 * (time.perf_counter() - due), 3))
            self.due.append(due)

    async def at_random(self, requests: Sequence[ResolveRecordRequest], plan: Plan) -> None:
        """Calls at their times, whether earlier ones were answered or not."""
        told_to_stop = _told_to_stop()
        start = time.perf_counter()
        running: set[asyncio.Task[None]] = set()
        for request, after in zip(cycle(requests), arrivals(plan.rate, plan.seconds, plan.seed), strict=False):
            due = start + after
            if told_to_stop.is_set():
                break
            while (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            self.sent_late = max(self.sent_late, -1000 * left)
            task = asyncio.create_task(self.one(request, due))
            running.add(task)
            task.add_done_callback(running.discard)
        if running:
            await asyncio.wait(running)


_METADATA = (("x-purpose", "identify"), ("x-case-reference", "benchmark"))


def _stream(plan: Plan, records: Sequence[Record]) -> Streamed:
    told_to_stop = _told_to_stop()
    acknowledged = refused = 0
    with connect(plan.address, purpose="identify", case_reference="benchmark", tls=plan.secured) as client:
        stream = RecordSender(client, str(uuid.uuid4()), _batches(plan, records, told_to_stop))
        begun, cpu = time.perf_counter(), time.process_time()
        for batch, results in stream.acknowledged():
            if not acknowledged:
                print("flowing", flush=True)
            acknowledged += len(batch.records)
            refused += sum(result.HasField("error") for result in results)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return Streamed(acknowledged, refused, seconds, cpu)


def _told_to_stop() -> threading.Event:
    """What is set when this process' input ends."""
    told = threading.Event()

    def read() -> None:
        sys.stdin.read()
        told.set()

    threading.Thread(target=read, daemon=True).start()
    return told


def _batches(plan: Plan, records: Sequence[Record], told_to_stop: threading.Event) -> Iterator[Batch]:
    left = iter(records)
    sequence = 0
    while not told_to_stop.is_set() and (some := tuple(islice(left, plan.message))):
        sequence += 1
        yield Batch(sequence, some)


if __name__ == "__main__":
    main()
