"""What serving feels of a plan: the latency of single durable calls before, while one is made, and while it is applied.

    python -m benchmarks.applying --sizes 20000,100000

Calls arrive at random at a rate, whether earlier ones were answered or not, at a server on a copy of a loaded store.
What they bring are records of other people than the store has: a record that joins an identity which a plan changes
overtakes the plan. The plan asks for another threshold, or for another model. Results go to
`benchmarks/results/applying.md`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from google.longrunning.operations_pb2 import GetOperationRequest, Operation

from benchmarks.markdown import MET, table
from benchmarks.performance import client
from benchmarks.performance.client import Called
from benchmarks.performance.holdings import STORED_BY, Holding, Store, holding, made_once, source_digest
from benchmarks.performance.latency import Latency, latency_of
from benchmarks.performance.load import call
from benchmarks.performance.load import client as started
from benchmarks.performance.plan import SEED
from benchmarks.performance.record_files import read_records, write_records
from benchmarks.performance.server import Served, served
from benchmarks.performance.usage import memory
from benchmarks.reresolving.phases import phase_of
from benchmarks.stamp import Stamp, stamp
from ftf.resolution.v1.model_service_pb2 import ApproveModelRequest
from ftf.resolution.v1.operation_pb2 import OperationMetadata
from ftf.resolution.v1.reresolution_service_pb2 import ApplyPlanRequest, Plan, PlanReresolutionRequest
from resolver.identity.policy import STANDARD, for_holding
from resolver.linkage.model import MODELS

RESULTS: Final = Path(__file__).parent / "results"
ASKED: Final = 100.0
"""Milliseconds that the 99th percentile may take while a plan is applied."""
_ARRIVALS: Final = 8_000
_STRANGERS: Final = 505
"""The seed of the records that arrive."""
_FIRST_CALLS: Final = 40
_LOOK_EVERY: Final = 0.05
_DEADLINE: Final = 20.0
_LONGEST: Final = 7_200.0

Mark = tuple[str, float]
"""What began at a time of the machine's monotonic clock."""


@dataclass(frozen=True, slots=True)
class Part:
    """Calls that were due in a part of the run, and the seconds that it lasted; no latency where there were none."""

    name: str
    seconds: float
    latency: Latency | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A run: what the plan is, its parts in their order, those of applying once more by phase, MiB of the server."""

    title: str
    records: int
    identities: int
    changed: int
    parts: tuple[Part, ...]
    phases: tuple[Part, ...]
    peak: float

    @property
    def applying(self) -> Part:
        """The part in which the plan was applied."""
        return next(part for part in self.parts if part.name == "applying")


def main() -> None:
    """Measures, prints the page, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="20000")
    parser.add_argument("--rate", type=float, default=10.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="of calls before the plan is made")
    parser.add_argument("--more", default="1.0", help="bits that the merge threshold is raised by, for each size")
    parser.add_argument("--model", type=Path, help="the folder of another model, to be planned in a second run")
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    at, found = stamp(), []
    sizes, more = ([float(each) for each in text.split(",")] for text in (asked.sizes, asked.more))
    for size, bits in zip(map(int, sizes), more, strict=True):
        store = _loaded(holding(SEED, size, 1, _say))
        weight = for_holding(STANDARD, size).merge_weight + bits
        plans = [(f"merge threshold {bits:+g} bits", PlanReresolutionRequest(merge_weight=weight), None)]
        if asked.model is not None:
            name = f"{MODELS}{asked.model.name}"
            plans.append((f"another model, {name}", PlanReresolutionRequest(model=name), asked.model.parent))
        for title, wanted, models in plans:
            found.append(measured(store, title, wanted, models, asked.rate, asked.seconds))
            page = "\n".join(_page(at, asked.rate, found)) + "\n"
            (asked.output / "applying.md").write_text(page, encoding="utf-8")
            print(page, flush=True)


def measured(
    store: Store, title: str, wanted: PlanReresolutionRequest, models: Path | None, rate: float, seconds: float
) -> Figures:
    """The figures of one plan; `models` is the folder of those that are not shipped."""
    arriving = str(_strangers())
    with served(store, arguments=() if models is None else ("--models", str(models))) as on:
        call(on, client.Plan(on.address, arriving, 0, _FIRST_CALLS))
        rest = _ARRIVALS - _FIRST_CALLS
        calls = client.Plan(on.address, arriving, _FIRST_CALLS, rest, 0, rate, _LONGEST, deadline=_DEADLINE)
        service = on.client.reresolution
        with started(calls) as caller:
            caller.begin()
            marks: list[Mark] = [("before", time.perf_counter())]
            time.sleep(seconds)
            marks.append(("planning", time.perf_counter()))
            plan, _ = _followed(on, service.PlanReresolution(wanted))
            _say(f"{plan.counts.changed_identities:,} of {plan.counts.identities:,} identities would change")
            if models is not None:
                _approve(on, wanted.model)
            marks.append(("in between", time.perf_counter()))
            time.sleep(seconds / 4)
            marks.append(("applying", time.perf_counter()))
            _, phases = _followed(on, service.ApplyPlan(ApplyPlanRequest(name=plan.name)))
            marks.append(("after", time.perf_counter()))
            time.sleep(seconds / 4)
            called = Called(**caller.end())  # type: ignore[arg-type]
            end = time.perf_counter()
        return Figures(
            title=title,
            records=store.holding.records,
            identities=plan.counts.identities,
            changed=plan.counts.changed_identities,
            parts=tuple(_parts(called, [*marks, ("", end)])),
            phases=tuple(_parts(called, phases)),
            peak=memory(on.process).peak,
        )


def _strangers() -> Path:
    """Records of a seed of their own, under names that the store does not have."""
    made = holding(_STRANGERS, 1, _ARRIVALS, _say)
    path = made.folder / "strangers.pb"
    if not path.exists():
        records = read_records(made.arriving)
        for record in records:
            record.name = record.name.replace("/records/", "/records/s")
        write_records(path, records)
    return path


def _loaded(of: Holding) -> Store:
    """The holding's store, loaded unless it is there; it is the one that the stream would end with."""
    folder = of.folder / f"loaded-{source_digest(STORED_BY)}"
    with made_once(folder) as unfinished:
        if unfinished is not None:
            _say(f"loading {of.records:,} records")
            command = [sys.executable, "-m", "resolver.cli", "load", "--database", str(unfinished / "store.duckdb")]
            command += ["--holding", str(of.records), "--json", str(of.lines)]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own command
    return Store(of, folder / "store.duckdb", 0.0)


def _followed(on: Served, operation: Operation) -> tuple[Plan, list[Mark]]:
    """The plan after an operation on it, and when each of its phases was seen first; the last mark is its end."""
    marks: list[Mark] = []
    while not operation.done:
        about = OperationMetadata()
        operation.metadata.Unpack(about)
        name = phase_of(about.phase) or "waiting"
        if not marks or marks[-1][0] != name:
            marks.append((name, time.perf_counter()))
        time.sleep(_LOOK_EVERY)
        operation = on.client.operations.GetOperation(GetOperationRequest(name=operation.name))
    marks.append(("", time.perf_counter()))
    plan = Plan()
    if not operation.response.Unpack(plan):
        raise RuntimeError(f"the operation failed: {operation.error.message}")
    return plan, marks


def _approve(on: Served, model: str) -> None:
    for examiner in ("examiner 1", "examiner 2"):
        request = ApproveModelRequest(name=model, examiner=examiner, reason="to be measured")
        on.client.models.ApproveModel(request)


def _parts(called: Called, marks: Sequence[Mark]) -> Iterator[Part]:
    """The calls by the part in which they were due. Parts of one name are one, with all their calls."""
    due, taken = np.array(called.due), np.array(called.latencies)
    seconds: dict[str, float] = {}
    latencies: dict[str, list[float]] = {}
    for (name, begin), (_, end) in pairwise(marks):
        seconds[name] = seconds.get(name, 0.0) + end - begin
        latencies.setdefault(name, []).extend(taken[(due >= begin) & (due < end)].tolist())
    for name, found in latencies.items():
        yield Part(name, seconds[name], latency_of(found, 0, 1000 * _DEADLINE) if found else None)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _page(at: Stamp, rate: float, found: Sequence[Figures]) -> Iterator[str]:
    yield "# Serving while a plan is applied"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.applying` on {at.time} at commit {at.commit}: {at.cores} cores"
        f" ({at.processor}), {at.memory_gib} GiB, Python {at.python}; made-up records of seed {SEED}. Durable calls of"
        f" `ResolveRecord` arrive at random, {rate:g} a second, with one new record each of people that the store does"
        " not have, and are timed from when they were due. The client runs on the same cores."
    )
    yield ""
    head = ["records", "plan", "identities that change", "p99 before, ms", "p99 while it is applied, ms"]
    yield from table([*head, f"at most {ASKED:g} ms", "MiB of the server, at most"], map(_row, found))
    for each in found:
        yield ""
        yield f"## {each.records:,} records, {each.title}"
        yield ""
        yield from table(["part", "seconds", "calls", "p50 ms", "p90 ms", "p99 ms", "most ms"], map(_line, each.parts))
        yield ""
        yield "Applying by phase, as its operation tells it:"
        yield ""
        yield from table(
            ["phase", "seconds", "calls", "p50 ms", "p90 ms", "p99 ms", "most ms"], map(_line, each.phases)
        )


def _row(each: Figures) -> list[str]:
    before, applying = each.parts[0].latency, each.applying.latency
    if before is None or applying is None:
        raise RuntimeError("no call came in a part of the run")
    return [
        f"{each.records:,}",
        each.title,
        f"{each.changed:,} of {each.identities:,} ({each.changed / each.identities:.2%})",
        f"{before.p99:,.0f}",
        f"{applying.p99:,.0f}",
        MET[applying.p99 <= ASKED],
        f"{each.peak:,.0f}",
    ]


def _line(part: Part) -> list[str]:
    found = part.latency
    figures = ["–"] * 5
    if found is not None:
        figures = [f"{found.calls:,}", *(f"{value:,.0f}" for value in (found.p50, found.p90, found.p99, found.most))]
    return [part.name, f"{part.seconds:,.1f}", *figures]


if __name__ == "__main__":
    main()
