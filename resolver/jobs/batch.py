"""Resolving a whole file at once, without a store: what the service would end with, offline.

    standardised records -> blocking keys -> candidate pairs -> the compiled scorer -> pairs to review or merge
    -> groups

The same functions as in the service's write path do the work, so a batch ends in the partition in which the service
ends after the same records in any order. Candidate pairs and their comparison vectors stay in DuckDB; only the pairs at
or above the review threshold come to Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from resolver.domain.comparable import ComparableRecord
from resolver.identity.link_table import NAMED, LinkOutcome
from resolver.identity.pairs import Pairs
from resolver.identity.policy import Policy
from resolver.jobs.uniting import united
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.columns import comparable_table
from resolver.linkage.compared_pairs import records_in
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import Model
from resolver.linkage.scorer import compile_scorer
from resolver.store.arrow import arrow_table, insert, registered
from resolver.store.attaching import for_all_threads
from resolver.store.candidates import find_candidates, slices
from resolver.store.facts_rows import facts_of
from resolver.store.facts_table import FactsTable, table_of
from resolver.store.pair_rows import pairs_in

Progress = Callable[[str], None]

_RECORDS_AT_ONCE = 5_000
_KEYS = pa.schema([("key", pa.int64()), ("record_number", pa.int64())])
_STRONG = """
SELECT left_number, right_number, match_weight, identifying, cell FROM scored
WHERE match_weight >= ? OR cell IN (SELECT unnest(?))
ORDER BY left_number, right_number
"""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A resolved file. Records are numbered from 0 in their order; `names` are their names.

    `groups` holds every record once, those that stand alone too; each group is sorted. `pairs` are those at or above
    the policy's review weight, and those that the link table names. `candidates` counts the candidate pairs.
    `facts` are what the rules read. `connection` has the tables

    - `comparable`: the columns that comparisons read, by `record_number`, see `linkage.columns.SCHEMA`;
    - `scored`: every candidate pair as left_number < right_number, match_weight (bits), identifying, cell, and gamma_X
      for each comparison X (-1: nothing to compare).
    """

    names: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    pairs: Pairs
    candidates: int
    facts: FactsTable
    model: Model
    policy: Policy
    connection: duckdb.DuckDBPyConnection

    def identity_of(self) -> dict[str, str]:
        """Record to identity, as `evaluation.evaluate` takes it; an identity is the number of its first record."""
        return {self.names[record]: str(group[0]) for group in self.groups for record in group}

    def open_reviews(self) -> set[tuple[str, str]]:
        """The pairs of identities that wait for a person: some pair between them reaches the review threshold."""
        identity = {record: group[0] for group in self.groups for record in group}
        open_pairs = (pair for pair in self.pairs if pair.outcome(self.policy) is not LinkOutcome.NOTHING)
        between = ((identity[pair.left], identity[pair.right]) for pair in open_pairs)
        return {(str(min(one, other)), str(max(one, other))) for one, other in between if one != other}

    def score(self, pairs: Sequence[tuple[int, int]]) -> duckdb.DuckDBPyRelation:
        """Scores any pairs of record numbers, candidates or not; columns as in `scored`."""
        left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        self.connection.register("chosen", records_in(self.connection, "comparable").pairs(left, right))
        return self.connection.sql(_scored(self.model, "chosen"))


def resolve_batch(
    names: Sequence[str],
    records: Sequence[ComparableRecord],
    model: Model,
    policy: Policy,
    progress: Progress = lambda _: None,
) -> BatchResult:
    """Resolves records among themselves.

    Args:
        names: the records' names, all different; ties between equal weights are broken by them.
        records: the standardised records, in the same order.
        model: the frozen model.
        policy: thresholds and rules; for a holding of another size see `identity.policy.for_holding`.
        progress: told what is being done.
    """
    connection, candidates = scored_candidates(records, model, progress)
    progress("uniting")
    pairs = strong_pairs(connection, policy)
    facts = table_of(dict(enumerate(map(facts_of, names, records))))
    return BatchResult(
        names=tuple(names),
        groups=united(facts, pairs, policy).groups(),
        pairs=pairs,
        candidates=candidates,
        facts=facts,
        model=model,
        policy=policy,
        connection=connection,
    )


def scored_candidates(
    records: Sequence[ComparableRecord], model: Model, progress: Progress = lambda _: None
) -> tuple[duckdb.DuckDBPyConnection, int]:
    """A connection with `BatchResult`'s tables of records among themselves, and how many candidate pairs there are."""
    connection = duckdb.connect()
    for_all_threads(connection)
    # What is read is ordered where it matters; keeping the order of insertion would cost memory.
    connection.execute("SET preserve_insertion_order = false")
    progress("making blocking keys")
    _load(connection, records, model)
    return connection, score_candidates(connection, _scored(model, "slice"), progress)


def score_candidates(connection: duckdb.DuckDBPyConnection, statement: str, progress: Progress) -> int:
    """Fills `scored` with what a statement gives for each slice of the candidate pairs, and counts these.

    `connection` has the tables `comparable` and `blocking_keys`.
    """
    progress("finding candidate pairs")
    candidates = find_candidates(connection)
    score_found(connection, candidates, statement, progress)
    return candidates


def score_found(connection: duckdb.DuckDBPyConnection, candidates: int, statement: str, progress: Progress) -> None:
    """Fills `scored` with what a statement gives for each slice of the table `candidates`, which has so many rows."""
    progress(f"scoring {candidates:,} candidate pairs")
    connection.execute(f"CREATE TABLE scored AS {statement}")
    for done in slices(connection, candidates):
        connection.execute(f"INSERT INTO scored {statement}")
        progress(f"scoring {candidates:,} candidate pairs, {100 * done // candidates} %")


def strong_pairs(connection: duckdb.DuckDBPyConnection, policy: Policy) -> Pairs:
    """Those of the scored pairs that the policy does not leave alone or that reach its review threshold."""
    return pairs_in(connection.execute(_STRONG, [policy.review_weight, list(NAMED)]))


def _load(connection: duckdb.DuckDBPyConnection, records: Sequence[ComparableRecord], model: Model) -> None:
    empty = comparable_table([], [], model.frequencies)
    with registered(connection, "incoming", empty):
        connection.execute("CREATE TABLE comparable AS SELECT * FROM incoming")
    connection.execute("CREATE TABLE blocking_keys (key BIGINT, record_number BIGINT)")
    for start in range(0, len(records), _RECORDS_AT_ONCE):
        some = records[start : start + _RECORDS_AT_ONCE]
        numbers = range(start, start + len(some))
        insert(
            connection,
            "INSERT INTO comparable SELECT * FROM incoming",
            comparable_table(numbers, some, model.frequencies),
        )
        keys = [
            (key.key, number)
            for number, record in zip(numbers, some, strict=True)
            for key in blocking_keys(record, model.frequencies)
        ]
        insert(connection, "INSERT INTO blocking_keys SELECT * FROM incoming", arrow_table(_KEYS, keys))


def _scored(model: Model, pairs: str) -> str:
    """The scorer's pairs with their comparison vectors, without what each level weighed."""
    gammas = ", ".join(f"gamma_{comparison.name}" for comparison in COMPARISONS)
    scorer = compile_scorer(model, pairs).sql
    return f"SELECT left_number, right_number, match_weight, identifying, cell, {gammas} FROM ({scorer})"  # noqa: S608
