"""`resolver load` by size, phase by phase, with its memory, and beside it the stream on some of the same records.

    python -m benchmarks.bulk_load --sizes 100000,300000,1000000

Each size is a holding of its own of one seed, resolved with the thresholds of that size. The first records are streamed
into an empty store, where the stream is fastest; all but the last are loaded; and the last are streamed into the loaded
store, as they would come last. Results go to `benchmarks/results/bulk-load.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
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
class Measured:
    """A load, and records a second of the stream into an empty store and into the loaded one."""

    loaded: Loaded
    first: float
    last: float


def main() -> None:
    """Measures, prints the page, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100000,300000")
    parser.add_argument("--streamed", type=int, default=5_000)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--seed", type=int, default=303)
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    at, measured = stamp(), []
    for size in map(int, asked.sizes.split(",")):
        records = records_of(asked.seed, size)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            measured.append(_measured(Path(folder), records, size, asked.streamed, asked.memory))
        page = "\n".join(_page(at, asked.seed, asked.memory, measured)) + "\n"
        (asked.output / "bulk-load.md").write_text(page, encoding="utf-8")
        print(page, flush=True)


def _measured(folder: Path, records: Path, size: int, streamed: int, memory: str) -> Measured:
    bounds = [0, streamed, size - streamed, size]
    first, middle, last = (folder / f"{name}.jsonl" for name in ("first", "middle", "last"))
    with records.open("rb") as lines:
        for path, (start, end) in zip((first, middle, last), pairwise(bounds), strict=True):
            with path.open("wb") as part:
                part.writelines(islice(lines, end - start))
    empty = stream(folder, "empty", first, size)
    loaded = load(folder, [first, middle], size - streamed, size, memory)
    # A large store takes long to serve on a busy machine: what the load took should not be lost with that.
    print(json.dumps(asdict(loaded)), file=sys.stderr, flush=True)
    return Measured(loaded, empty, stream(folder, "loaded", last, size))


def records_of(seed: int, size: int) -> Path:
    """The records of a holding, made once."""
    path = CACHE / f"load-{seed}-{size}.jsonl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        for _ in write_files(generate_records(seed, size), unfinished, path.with_suffix(".csv")):
            pass
        unfinished.rename(path)
    return path


def load(folder: Path, files: Sequence[Path], records: int, holding: int, memory: str) -> Loaded:
    """Loads some files, with so many records in all, into `loaded.duckdb` of a folder, and watches what that takes."""
    store = folder / "loaded.duckdb"
    command = [sys.executable, "-m", "resolver.cli", "load", "--database", str(store), "--holding", str(holding)]
    command += ["--json", "--memory", memory, *map(str, files)]
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        most, cpu = _watched(process)
        told = json.loads(process.stdout.read() if process.stdout else "")
    wall = time.monotonic() - begun
    if told["records"] != records:
        raise SystemExit(f"{told['records']:,} of {records:,} records were loaded")
    return Loaded(records, told["seconds"], wall, cpu, most / _MEBIBYTE, store.stat().st_size)


def stream(folder: Path, name: str, records: Path, holding: int) -> float:
    """Records a second of an import into a store of a name, made where there is none."""
    with child_server(folder, name, "benchmark", ["--holding", str(holding)]) as client:
        return ImportRun(client, ImportPlan(records)).run().records_per_second


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


def _page(at: Stamp, seed: int, memory: str, measured: Sequence[Measured]) -> Iterator[str]:
    yield "# Loading a whole holding"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.bulk_load` on {at.time} at commit {at.commit}: {at.cores} cores"
        f" ({at.processor}), {at.memory_gib} GiB, Python {at.python}; made-up records of seed {seed};"
        f" `--memory {memory}`."
    )
    yield ""
    head = ["records", "wall s", "records/s", "CPU s", "most MiB", "bytes a record"]
    head += ["stream records/s: first", "last", "times faster"]
    yield from table(head, map(_row, measured))
    yield ""
    yield (
        "The stream is `resolver import` of records of the same holding with the same thresholds: the first into an"
        " empty store, the last into the loaded one. Times faster is against each. Memory is resident, of all processes"
        " of the load together."
    )
    yield ""
    yield "Wall seconds by phase:"
    yield ""
    phases = list(dict.fromkeys(phase for each in measured for phase in each.loaded.phases))
    yield from table(["records", *phases], [_phases(each.loaded, phases) for each in measured])


def _row(each: Measured) -> list[str]:
    loaded = each.loaded
    rate = loaded.records / loaded.wall
    figures = [f"{loaded.records:,}", f"{loaded.wall:,.0f}", f"{rate:,.0f}", f"{loaded.cpu:,.0f}"]
    figures += [
        f"{loaded.memory:,.0f}",
        f"{loaded.disk / loaded.records:,.0f}",
        f"{each.first:,.0f}",
        f"{each.last:,.0f}",
    ]
    return [*figures, f"{rate / each.first:,.1f} to {rate / each.last:,.1f}"]


def _phases(loaded: Loaded, phases: Sequence[str]) -> list[str]:
    return [f"{loaded.records:,}", *(f"{loaded.phases.get(phase, 0):,.1f}" for phase in phases)]


if __name__ == "__main__":
    main()
