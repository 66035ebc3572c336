"""The service and the batch run, held against each other: the same keys, the same weights, the same identities.

The service takes the records one after another, in their order of arrival; the batch run has them all at once. Both
work with the shipped model and the standard policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from benchmarks.made_up import domain_record
from resolver.cli.child_server import child_server
from resolver.cli.import_run import ImportPlan, ImportRun
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD
from resolver.jobs.batch import BatchResult, resolve_batch
from resolver.jobs.corpus import corpus_of
from resolver.linkage.model import Model
from resolver.synthetic.generator import generate_records
from resolver.synthetic.writer import write_files

Progress = Callable[[str], None]
Identities = frozenset[frozenset[str]]

TOLERANCE = 1e-9
"""Bits by which two match weights may differ and still be the same."""

_SERVICE_KEYS = """
SELECT r.name, k.key::BIGINT AS key FROM service.blocking_keys k JOIN service.records r ON r.number = k.record_number
"""
_BATCH_KEYS = """
SELECT b.name, k.key FROM blocking_keys k JOIN batch_names b USING (record_number)
"""
_SERVICE_PAIRS = """
SELECT l.name AS left_name, r.name AS right_name, p.match_weight, p.identifying
FROM service.pairs p
JOIN service.records l ON l.number = p.record_number JOIN service.records r ON r.number = p.other_number
WHERE l.name < r.name
"""
_BATCH_PAIRS = """
SELECT least(l.name, r.name) AS left_name, greatest(l.name, r.name) AS right_name, p.match_weight, p.identifying
FROM batch_pairs p
JOIN batch_names l ON l.record_number = left_number JOIN batch_names r ON r.record_number = right_number
"""
_IDENTITIES = """
SELECT m.identity_number, r.name
FROM service.memberships m JOIN service.records r ON r.number = m.record_number WHERE m.until_decision IS NULL
"""
_KEYS_COMPARED = f"""
WITH one AS ({_SERVICE_KEYS}), other AS ({_BATCH_KEYS}),
apart AS ((FROM one EXCEPT ALL FROM other) UNION ALL (FROM other EXCEPT ALL FROM one))
SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM other), (SELECT count(DISTINCT name) FROM apart)
"""  # noqa: S608 - built from constants
_PAIRS_COMPARED = f"""
WITH one AS ({_SERVICE_PAIRS}), other AS ({_BATCH_PAIRS}),
both_sides AS (
  SELECT one.match_weight AS weight, other.match_weight AS other_weight,
    one.identifying = other.identifying AS same_flag
  FROM one FULL JOIN other USING (left_name, right_name)
)
SELECT count(weight), count(other_weight),
  count(*) FILTER (weight IS NULL OR other_weight IS NULL),
  count(*) FILTER (abs(weight - other_weight) > {TOLERANCE!r} OR NOT same_flag),
  coalesce(max(abs(weight - other_weight)), 0)
FROM both_sides
"""  # noqa: S608 - built from constants


@dataclass(frozen=True, slots=True)
class Both:
    """A count in the service and in the batch run."""

    service: int
    batch: int


@dataclass(frozen=True, slots=True)
class Differences:
    """What the service and the batch run ended with for the same records.

    `records_with_other_keys` have other blocking keys. Pairs are those that are kept, at least all at or above the
    review threshold: `other_pairs` are in one of the two only, `other_weights` in both with another match weight or
    flag; `largest_difference` is that of two weights, in bits. `other_identities` are identities that only one of the
    two has.
    """

    keys: Both
    records_with_other_keys: int
    pairs: Both
    other_pairs: int
    other_weights: int
    largest_difference: float
    identities: Both
    other_identities: int

    @property
    def none(self) -> bool:
        """Whether nothing at all differs."""
        apart = self.records_with_other_keys, self.other_pairs, self.other_weights, self.other_identities
        return not any(apart)


@dataclass(frozen=True, slots=True)
class ParityFigures:
    """The differences for the records of a seed; `refused` by the service, `records_per_second` through it."""

    seed: int
    records: int
    policy: str
    records_per_second: float
    refused: int
    differences: Differences

    @property
    def equal(self) -> bool:
        """Whether the service took every record and ended with the same."""
        return not self.refused and self.differences.none


def parity_figures(folder: Path, seed: int, records: int, model: Model, progress: Progress) -> ParityFigures:
    """Resolves the records of a seed both ways; `model` has to be the shipped one, with which the service works."""
    lines, truth = folder / "parity.jsonl", folder / "parity.csv"
    progress(f"parity: making {records:,} records")
    corpus = corpus_of(map(domain_record, write_files(generate_records(seed, records), lines, truth)), None)
    with child_server(folder, "parity", "benchmark") as connection:
        run = ImportRun(connection, ImportPlan(lines))
        summary = run.run(lambda line: progress(f"parity: {line:,} of {records:,} records through the service"))
    batch = resolve_batch(corpus.names, corpus.records, model, STANDARD, lambda what: progress(f"parity: {what}"))
    progress("parity: comparing")
    return ParityFigures(
        seed=seed,
        records=records,
        policy=STANDARD.name,
        records_per_second=round(summary.records_per_second, 1),
        refused=summary.rejected,
        differences=differences(folder / "parity.duckdb", batch),
    )


def differences(database: Path, batch: BatchResult) -> Differences:
    """Compares the store of a service that has ended with a batch run. The store is read only."""
    connection = batch.connection
    numbers = pa.array(range(len(batch.names)), pa.int64())
    connection.register("batch_names", pa.table({"record_number": numbers, "name": list(batch.names)}))
    connection.register("batch_pairs", _pairs_table(batch.pairs))
    connection.execute(f"ATTACH '{database}' AS service (READ_ONLY)")
    try:
        in_service, in_batch, other_keys = connection.execute(_KEYS_COMPARED).fetchall()[0]
        served, offline, other_pairs, other_weights, largest = connection.execute(_PAIRS_COMPARED).fetchall()[0]
        identities = _identities(connection.execute(_IDENTITIES).fetchall())
    finally:
        connection.execute("DETACH service")
    groups = frozenset(frozenset(batch.names[record] for record in group) for group in batch.groups)
    return Differences(
        keys=Both(in_service, in_batch),
        records_with_other_keys=other_keys,
        pairs=Both(served, offline),
        other_pairs=other_pairs,
        other_weights=other_weights,
        largest_difference=largest,
        identities=Both(len(identities), len(groups)),
        other_identities=len(identities ^ groups),
    )


def _pairs_table(pairs: Sequence[Pair]) -> pa.Table:
    return pa.table(
        {
            "left_number": pa.array([pair.left for pair in pairs], pa.int64()),
            "right_number": pa.array([pair.right for pair in pairs], pa.int64()),
            "match_weight": pa.array([pair.weight for pair in pairs], pa.float64()),
            "identifying": pa.array([pair.identifying for pair in pairs], pa.bool_()),
        }
    )


def _identities(memberships: Sequence[tuple[int, str]]) -> Identities:
    members: defaultdict[int, set[str]] = defaultdict(set)
    for identity, record in memberships:
        members[identity].add(record)
    return frozenset(map(frozenset, members.values()))
