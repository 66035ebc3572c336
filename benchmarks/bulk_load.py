"""`resolver load` by size, phase by phase, with its memory, and beside it the stream on the first of the same records.

    python -m benchmarks.bulk_load --sizes 100000,300000,1000000

Each size is a holding of its own of one seed, resolved with the thresholds of that size. The stream begins with an
empty store, where it is fastest. Results go to `benchmarks/results/bulk-load.md`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.markdown import table
from benchmarks.performance.holdings import CACHE
from benchmarks.stamp import Stamp, stamp
from resolver.cli.child_server import child_server
from resolver.cli.import_run import ImportPlan, ImportRun
from resolver.synthetic.generator import generate_records
from resolver.synthetic.writer import write_files

RESULTS = Path(__file__).parent / "results"
_SAMPLED_EVERY = 0.5
_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """One load: wall seconds by phase, the CPU seconds of all its processes, and the most memory that they had.

    `memory` is in MiB, resident, of all processes together, sampled; `disk` the bytes of the store.
    """

    records: int
    phases: Mapping[str, float]
    wall: float
    cpu: float
    memory: float
    disk: int


@dataclass(frozen=True, slots=True)
class Streamed:
    """The first records of a holding, sent by `resolver import` into an empty store."""

    records: int
    wall: float


def main() -> None:
    """Measures, prints the page, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100000,300000")
    parser.add_argument("--streamed", type=int, default=10_000)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--seed", type=int, default=303)
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    at, pairs = stamp(), []
    for size in map(int, asked.sizes.split(",")):
        records = _records(asked.seed, size)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            # Before and after, since the machine may be shared: the mean of the two is what stands beside.
            streams = [_stream(Path(folder) / "before", records, asked.streamed, size)]
            loaded = _load(Path(folder), records, size, asked.memory)
            streams.append(_stream(Path(folder) / "after", records, asked.streamed, size))
        pairs.append((loaded, Streamed(asked.streamed, sum(each.wall for each in streams) / len(streams))))
        print("\n".join(_page(at, asked.seed, asked.memory, pairs)), flush=True)
    (asked.output / "bulk-load.md").write_text("\n".join(_page(at, asked.seed, asked.memory, pairs)) + "\n")


def _records(seed: int, size: int) -> Path:
    """The records of a holding, made once."""
    path = CACHE / f"load-{seed}-{size}.jsonl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        for _ in write_files(generate_records(seed, size), unfinished, path.with_suffix(".csv")):
            pass
        unfinished.rename(path)
    return path


def _load(folder: Path, records: Path, size: int, memory: str) -> Loaded:
    store = folder / "store.duckdb"
    command = [sys.executable, "-m", "resolver.cli", "load", "--database", str(store), "--holding", str(size), "--json"]
    begun = time.monotonic()
    with subprocess.Popen([*command, "--memory", memory, str(records)], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        most, cpu = _watched(process)
        told = json.loads(process.stdout.read() if process.stdout else "")
    wall = time.monotonic() - begun
    if told["records"] != size:
        raise SystemExit(f"{told['records']:,} of {size:,} records were loaded")
    return Loaded(size, told["seconds"], wall, cpu, most / _MEBIBYTE, store.stat().st_size)


def _watched(process: subprocess.Popen[str]) -> tuple[int, float]:
    """Waits for the end; gives the most resident bytes, and the CPU seconds, of a process and its children."""
    most, cpu = 0, {}
    while process.poll() is None:
        resident = 0
        for each in _family(process.pid):
            try:
                times = each.cpu_times()
                resident += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            cpu[each.pid] = times.user + times.system
        most = max(most, resident)
        time.sleep(_SAMPLED_EVERY)
    return most, sum(cpu.values())


def _family(number: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(number)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _stream(folder: Path, records: Path, count: int, holding: int) -> Streamed:
    folder.mkdir()
    first = folder / "first.jsonl"
    with records.open("rb") as lines:
        first.write_bytes(b"".join(islice(lines, count)))
    with child_server(folder, "store", "benchmark", ["--holding", str(holding)]) as client:
        summary = ImportRun(client, ImportPlan(first)).run()
    shutil.rmtree(folder)
    return Streamed(summary.sent, summary.seconds)


def _page(at: Stamp, seed: int, memory: str, pairs: Sequence[tuple[Loaded, Streamed]]) -> Iterator[str]:
    yield "# Loading a whole holding"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.bulk_load` on {at.time} at commit {at.commit}: {at.cores} cores"
        f" ({at.processor}), {at.memory_gib} GiB, Python {at.python}; made-up records of seed {seed};"
        f" `--memory {memory}`."
    )
    yield ""
    head = ["records", "wall s", "records/s", "CPU s", "most MiB", "bytes a record", "stream records/s", "times faster"]
    yield from table(head, [_row(loaded, streamed) for loaded, streamed in pairs])
    yield ""
    yield (
        "The stream is `resolver import` of the first records of the same file into an empty store with the same"
        " thresholds, before the load and after it; it gets slower as a store grows. Memory is resident, of all"
        " processes of the load together."
    )
    yield ""
    yield "Wall seconds by phase:"
    yield ""
    phases = list(dict.fromkeys(phase for loaded, _ in pairs for phase in loaded.phases))
    rows = [[f"{each.records:,}", *(f"{each.phases.get(phase, 0):,.1f}" for phase in phases)] for each, _ in pairs]
    yield from table(["records", *phases], rows)


def _row(loaded: Loaded, streamed: Streamed) -> list[str]:
    rate, beside = loaded.records / loaded.wall, streamed.records / streamed.wall
    figures = [f"{loaded.records:,}", f"{loaded.wall:,.0f}", f"{rate:,.0f}", f"{loaded.cpu:,.0f}"]
    figures += [f"{loaded.memory:,.0f}", f"{loaded.disk / loaded.records:,.0f}", f"{beside:,.0f}"]
    return [*figures, f"{rate / beside:,.1f}"]


if __name__ == "__main__":
    main()
