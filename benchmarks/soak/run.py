"""Runs a soak: the clients for so many seconds, samples all along, and the reckoning."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from google.protobuf import json_format

from benchmarks.soak.account import Account
from benchmarks.soak.clients import Clients
from benchmarks.soak.flatness import Allowance, Flatness, flatness
from benchmarks.soak.reckoning import log_faults, reckon, store_faults
from benchmarks.soak.sampling import Sample, sample
from benchmarks.soak.server import SoakedServer, soaked_server
from ftf.resolution.v1 import record_pb2
from resolver.synthetic import generate_records

RATES = {
    "stream": 0.25,
    "second stream": 0.25,
    "single": 5.0,
    "read": 10.0,
    "dry_run": 8.0,
    "malformed": 5.0,
    "vanishing": 0.2,
    "cancelled": 3.0,
    "expired": 3.0,
    "slow_feed": 1.0,
    "judgement": 1.0,
    "burst": 1 / 60,
}
"""How often each client does what it does, a second, if the server keeps up."""
RECORDS_A_SECOND = 160
_EVERY = 3.0
_MEBIBYTE = 1 << 20
ALLOWANCES = {
    "rest_bytes": Allowance(0.05, 16 * _MEBIBYTE),
    "threads": Allowance(0, 1),
    "descriptors": Allowance(0, 4),
    "cursors": Allowance(0, 1),
}
"""What each measure may rise by over the last half, in which the store grows by its audit log alone, an entry a call;
what DuckDB accounts for of the resident memory is left out for that."""
AT_REST = {"threads": 10, "descriptors": 8, "cursors": 5, "tasks": 8, "calls": 0, "queued": 0}
"""What a server may have more of when everybody has left than before anybody came. Tasks and calls go up and down with
what the clients do at the moment, so they are compared then; threads and cursors are begun at the first use, two
threads with the process that makes content."""
SETTLED = 0.4
"""The share of the time after which no new records come, so that the store is of one size over the last half."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """What a soak found."""

    seconds: float
    seed: int
    account: Account
    samples: list[Sample]
    findings: dict[str, Flatness]
    faults: list[str]

    @property
    def passed(self) -> bool:
        """Whether nothing was lost, nothing leaked, and every error was the right one."""
        return not self.faults and all(finding.flat for finding in self.findings.values())


def soak(folder: Path, seconds: float, seed: int, slack: float, tell: Callable[[str], None]) -> Soaked:
    """Soaks a server in a folder. `slack` multiplies what measures may rise by: a short soak is still warming up."""
    account = Account()
    records = _records(seed, int(seconds * RECORDS_A_SECOND) + 5_000)
    first = next(records)
    with soaked_server(folder) as server:
        samples, fed = asyncio.run(_load(server, _after(first, records), account, seconds, seed, tell))
        tell("comparing what is there with what was acknowledged")
        faults = [*account.faults, *reckon(server.address, account, fed)]
        status = server.stop()
        if status:
            faults.append(f"the server ended with status {status}")
        faults += [*log_faults(server.log), *store_faults(server.database)]
    return Soaked(seconds, seed, account, samples, _findings(samples, slack), faults)


def _findings(samples: list[Sample], slack: float) -> dict[str, Flatness]:
    return {
        name: flatness(
            [getattr(one, name) for one in samples], Allowance(allowed.share * slack, allowed.number * slack)
        )
        for name, allowed in ALLOWANCES.items()
    }


async def _load(
    server: SoakedServer,
    records: Iterator[record_pb2.Record],
    account: Account,
    seconds: float,
    seed: int,
    tell: Callable[[str], None],
) -> tuple[list[Sample], list[str]]:
    clients = Clients(server.address, records, account)
    begun = time.monotonic()
    ending = asyncio.Event()
    before = await asyncio.to_thread(sample, server.process.pid, server.metrics_address, 0.0)
    runs = [
        asyncio.create_task(_again_and_again(getattr(clients, kind.removeprefix("second ")), rate, seed, kind, ending))
        for kind, rate in RATES.items()
    ]
    samples: list[Sample] = []
    every = min(_EVERY, seconds / 40)
    while (now := time.monotonic() - begun) < seconds:
        if now > seconds * SETTLED:
            clients.send_nothing_new()
        samples.append(await asyncio.to_thread(sample, server.process.pid, server.metrics_address, now))
        tell(f"{now:.0f} of {seconds:.0f} s, {samples[-1].records:.0f} records")
        await asyncio.sleep(every - (time.monotonic() - begun) % every)
    ending.set()
    await asyncio.gather(*runs)
    await clients.close()
    await _come_to_rest(server, before, account)
    return samples, list(clients.fed)


async def _again_and_again(
    act: Callable[[Random], Awaitable[None]], rate: float, seed: int, kind: str, ending: asyncio.Event
) -> None:
    chance = Random(f"{seed}/{kind}")
    while not ending.is_set():
        await act(chance)
        try:
            await asyncio.wait_for(ending.wait(), chance.expovariate(rate))
        except TimeoutError:
            continue


async def _come_to_rest(server: SoakedServer, before: Sample, account: Account) -> None:
    """Everybody has left: soon nothing may be left of them."""
    left: dict[str, float] = {}
    for _ in range(60):
        now = await asyncio.to_thread(sample, server.process.pid, server.metrics_address, 0.0)
        more = {name: getattr(now, name) - getattr(before, name) for name in AT_REST}
        left = {name: count for name, count in more.items() if count > AT_REST[name]}
        if not left:
            return
        await asyncio.sleep(0.5)
    account.faults += [f"{count:.0f} more {name} than before when everybody has left" for name, count in left.items()]


def _records(seed: int, count: int) -> Iterator[record_pb2.Record]:
    for generated in generate_records(seed=seed, records=count):
        yield json_format.ParseDict(generated.record, record_pb2.Record())


def _after(first: record_pb2.Record, others: Iterator[record_pb2.Record]) -> Iterator[record_pb2.Record]:
    yield first
    yield from others
