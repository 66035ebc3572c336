"""DuckDB and Spark on the same records: the same candidates, levels, weights and groups, and what each takes.

    python -m benchmarks.spark_equality --sizes 5000,10000,20000 --records 50000

Needs pyspark (`make spark`). Each size is a holding of its own of one seed. Results go to
`benchmarks/results/spark.md`, and the measurements of each size to `spark.json` as soon as they are there.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from google.protobuf import json_format

from benchmarks.markdown import MET, table
from benchmarks.spark_sizing import Point, sizing
from benchmarks.stamp import Stamp, stamp
from ftf.resolution.v1 import record_pb2
from resolver.identity.policy import STANDARD, Policy, for_holding
from resolver.jobs.batch import BatchResult, resolve_batch
from resolver.jobs.resolving import weighed_again
from resolver.jobs.spark import weigh
from resolver.jobs.spark_exchange import exchange_at, read_exchange, write_exchange
from resolver.jobs.spark_session import check_spark, spark_session
from resolver.jobs.uniting import united
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.rpc.convert import record_to_domain
from resolver.standardise.record import standardise
from resolver.store.configuration import Configuration
from resolver.synthetic import generate_records

RESULTS = Path(__file__).parent / "results"
_START_SECONDS = 1_800.0
"""What is measured may be measured on a busy machine."""
_GAMMAS = tuple(f"gamma_{comparison.name}" for comparison in COMPARISONS)
_DIFFERENCES = f"""
WITH told AS (
  SELECT least(record_number_l, record_number_r) AS left_number, greatest(record_number_l, record_number_r)
    AS right_number, match_weight, [{", ".join(_GAMMAS)}] AS levels FROM read_parquet(?)
), joined AS (
  SELECT d.left_number AS ours, s.left_number AS theirs, d.match_weight AS weight, s.match_weight AS their_weight,
    [{", ".join(_GAMMAS)}] AS levels, s.levels AS their_levels
  FROM expected d FULL JOIN told s USING (left_number, right_number)
)
SELECT count(*) FILTER (theirs IS NULL), count(*) FILTER (ours IS NULL),
  count(*) FILTER (ours IS NOT NULL AND theirs IS NOT NULL AND levels <> their_levels),
  coalesce(max(abs(weight - their_weight)), 0) FROM joined
"""  # noqa: S608 - names of the definition


@dataclass(frozen=True, slots=True)
class Differences:
    """Candidates that only one engine has, pairs of other levels, and the most that a weight differs, in bits.

    `pairs` and `groups` are whether the pairs that count, and the groups that are made of them, are the same.
    """

    only_duckdb: int
    only_spark: int
    levels: int
    weight: float
    pairs: bool
    groups: bool

    @property
    def none(self) -> bool:
        """Whether the engines agree, weights to a millionth of a bit."""
        return (
            not (self.only_duckdb or self.only_spark or self.levels)
            and self.weight <= 1e-6
            and self.pairs
            and self.groups
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: wall seconds of each phase, the CPU seconds of Java, and what the engines disagree on.

    `duckdb` is finding and scoring candidates within DuckDB; `spark` has the phases of doing that on Spark.
    """

    records: int
    candidates: int
    strong: int
    duckdb: float
    spark: Mapping[str, float]
    java_cpu: float
    exchange_bytes: int
    driver_mib: float
    differences: Differences


def main() -> None:
    """Measures, prints the page, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="", help="smaller sizes, measured before")
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--memory", default="6g", help="of Spark's driver, which is all of Spark on one machine")
    parser.add_argument("--seed", type=int, default=303)
    parser.add_argument("--remark", default="", help="what else is to be known of the machine at the time")
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--alone", action="store_true", help="measure --records alone, and print that as JSON")
    asked = parser.parse_args()
    check_spark(asked.master)
    if asked.alone:
        print(json.dumps(asdict(_measure(asked.records, asked.seed, asked.master, asked.memory))))
        return
    at, measured = stamp(), []
    for size in [*map(int, filter(None, asked.sizes.split(","))), asked.records]:
        measured.append(_beside(size, asked.seed, asked.master, asked.memory))
        page = "\n".join(_page(at, asked.seed, asked.master, asked.remark, measured)) + "\n"
        (asked.output / "spark.md").write_text(page, encoding="utf-8")
        figures = {"stamp": asdict(at), "measured": [asdict(each) for each in measured]}
        (asked.output / "spark.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(page, flush=True)


def _beside(size: int, seed: int, master: str, memory: str) -> Measured:
    """Measures a size in a process of its own, whose memory is that of nothing else."""
    command = [sys.executable, "-m", "benchmarks.spark_equality", "--alone", "--records", str(size)]
    command += ["--seed", str(seed), "--master", master, "--memory", memory]
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)  # noqa: S603 - our own
    return Measured(**told | {"differences": Differences(**told["differences"])})


def _measure(size: int, seed: int, master: str, memory: str) -> Measured:
    """Resolves a made-up holding with both engines."""
    messages = (json_format.ParseDict(each.record, record_pb2.Record()) for each in generate_records(seed, size))
    records = [record_to_domain(message) for message in messages]
    policy = for_holding(STANDARD, size)
    told: list[tuple[str, float]] = []
    batch = resolve_batch(
        [record.name for record in records],
        [standardise(record) for record in records],
        shipped_model(),
        policy,
        lambda words: told.append((words, time.monotonic())),
    )
    found, weighed = (next(at for words, at in told if words.startswith(begun)) for begun in ("finding", "uniting"))
    return _on_spark(batch, policy, weighed - found, master, memory)


def _on_spark(batch: BatchResult, policy: Policy, duckdb_seconds: float, master: str, memory: str) -> Measured:
    """Weighs the pairs of a resolved file on Spark, too, and compares."""
    wanted = Configuration(batch.model, policy)
    seconds: dict[str, float] = {}
    clock = time.monotonic()

    def phase(name: str) -> None:
        nonlocal clock
        seconds[name], clock = time.monotonic() - clock, time.monotonic()

    batch.connection.execute("ALTER TABLE scored RENAME TO expected; DROP TABLE candidates; DROP TABLE slice")
    with tempfile.TemporaryDirectory() as place, exchange_at(place) as exchange:
        write_exchange(exchange, batch.connection, wanted)
        size = sum(path.stat().st_size for path in exchange.folder.rglob("*.parquet"))
        phase("writing")
        with spark_session(master, {"spark.driver.memory": memory}, _START_SECONDS) as session:
            phase("starting")
            predicted = weigh(session, exchange.address, wanted)
            phase("blocking and scoring")
            given = read_exchange(exchange, batch.connection, wanted)
            phase("reading back")
            java = sum(
                sum(child.cpu_times()[:2]) for child in psutil.Process().children() if child.name().startswith("java")
            )
            predicted.write.parquet(f"{exchange.address}/predicted")
        found = batch.connection.execute(_DIFFERENCES, [str(exchange.folder / "predicted" / "*.parquet")]).fetchall()
    only_duckdb, only_spark, levels, weight = found[0]
    clock = time.monotonic()
    weighed = weighed_again(batch.connection, wanted, given, lambda _: None)
    phase("weighing again")
    groups = united(batch.facts, weighed.pairs, policy).groups()
    return Measured(
        records=len(batch.names),
        candidates=weighed.candidates,
        strong=len(weighed.pairs),
        duckdb=duckdb_seconds,
        spark=seconds,
        java_cpu=java,
        exchange_bytes=size,
        driver_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        differences=Differences(
            only_duckdb, only_spark, levels, weight, pairs=weighed.pairs == batch.pairs, groups=groups == batch.groups
        ),
    )


def _page(at: Stamp, seed: int, master: str, remark: str, measured: Sequence[Measured]) -> Iterator[str]:
    yield "# Resolving on Spark"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.spark_equality` on {at.time} at commit {at.commit}: {at.cores} cores"
        f" ({at.processor}), {at.memory_gib} GiB, Python {at.python}; Spark on `{master}`, so on this machine; made-up"
        f" records of seed {seed}, each size a holding of its own. {remark}".rstrip()
    )
    yield ""
    yield "## The same as within DuckDB"
    yield ""
    head = ["records", "candidate pairs", "only DuckDB", "only Spark", "other levels", "weights differ by at most"]
    head += ["pairs that count", "the same", "groups the same"]
    yield from table(head, map(_differences, measured))
    yield ""
    yield "Levels are those of all comparisons of each candidate pair; weights are in bits, and a millionth is allowed."
    yield ""
    yield "## What it takes"
    yield ""
    phases = list(measured[0].spark)
    head = ["records", "candidate pairs", "within DuckDB", *(f"Spark: {name}" for name in phases), "CPU s of Spark"]
    head += ["a million records", "a million pairs"]
    yield from table(head, [_cost(each, phases) for each in measured])
    yield ""
    yield (
        "Wall seconds. Within DuckDB: finding candidates and scoring them. Weighing again: what counts of Spark's"
        " answer, by the scorer that weighs everything else, so that weights are its own to the last digit. CPU"
        " seconds are those of the Java process, which is all of Spark here, from its start to the end; the last two"
        " columns are CPU seconds for a million of each, with what any run takes spread over what there is."
    )
    yield ""
    points = [
        Point(each.records, each.candidates, each.strong, each.java_cpu, each.exchange_bytes, each.driver_mib)
        for each in measured
    ]
    yield from sizing(points)


def _differences(each: Measured) -> list[str]:
    found = each.differences
    figures = [f"{each.records:,}", f"{each.candidates:,}", f"{found.only_duckdb:,}", f"{found.only_spark:,}"]
    figures += [f"{found.levels:,}", f"{found.weight:.1e}", f"{each.strong:,}"]
    return [*figures, MET[found.pairs], MET[found.groups]]


def _cost(each: Measured, phases: Sequence[str]) -> list[str]:
    figures = [f"{each.records:,}", f"{each.candidates:,}", f"{each.duckdb:,.1f}"]
    figures += [f"{each.spark[name]:,.1f}" for name in phases]
    return [
        *figures,
        f"{each.java_cpu:,.0f}",
        *(f"{each.java_cpu / of * 1e6:,.0f}" for of in (each.records, each.candidates)),
    ]


if __name__ == "__main__":
    main()
