"""The target of a re-resolution: what a store would hold if another model or policy had decided everything in it.

    snapshot -> comparable columns and blocking keys -> candidate pairs -> pairs -> identities and review tasks

The same functions as in a batch and in the service's write path do the work. What can be compared is taken from the
store where the new model counts terms as the old one and this version standardises as the one that filled the store;
else the records are standardised anew from what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from resolver.domain.errors import ErrorReason, Refused
from resolver.engine.asked.plan_steps import Decode
from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair
from resolver.identity.replanning import Difference, difference, tasks_between
from resolver.identity.verdicts import Ruling, rulings
from resolver.jobs.batch import Progress, united
from resolver.jobs.interrupting import interruptible
from resolver.jobs.resolving import Weighing
from resolver.linkage.columns import SCHEMA as COMPARABLE
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.store.arrow import arrow_table, insert
from resolver.store.configuration import Configuration
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.facts_rows import facts_row
from resolver.store.row_schemas import KEYS
from resolver.store.snapshot import Snapshot

_ROWS_AT_ONCE = 500
"""Records that are handed on at a time: they have some sixty blocking keys each, and the writer waits while these are
written.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What would be there, and what is there now, with the difference. Records: those of the snapshot and of a source.

    `scratch` has the tables `comparable` and `blocking_keys` under the target's model, with `anew`: made from what was
    sent.
    """

    configuration: Configuration
    facts: Mapping[int, Facts]
    before: Mapping[int, int]
    after: Mapping[int, int]
    pairs: tuple[Pair, ...]
    former_pairs: tuple[Pair, ...]
    candidates: int
    difference: Difference
    anew: bool
    scratch: duckdb.DuckDBPyConnection

    def content(self) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
        """What can be compared of the records, what the rules read, and blocking keys, some thousand at a time."""
        (first, last) = self.scratch.execute(
            "SELECT coalesce(min(record_number), 0), coalesce(max(record_number), -1) FROM comparable"
        ).fetchall()[0]
        for start in range(first, last + 1, _ROWS_AT_ONCE):
            which = [start, start + _ROWS_AT_ONCE]
            comparable, keys = (
                self.scratch.execute(
                    f"SELECT * FROM {table} WHERE record_number >= ? AND record_number < ?",  # noqa: S608 - one of two
                    which,
                )
                .to_arrow_table()
                .cast(schema)
                for table, schema in (("comparable", COMPARABLE), ("blocking_keys", KEYS))
            )
            numbers = comparable["record_number"].to_pylist()
            facts = arrow_table(FACTS, [facts_row(number, self.facts[number]) for number in numbers])
            yield comparable, facts, keys


@contextmanager
def target_of(
    snapshot: Snapshot,
    scratch: duckdb.DuckDBPyConnection,
    present: Configuration,
    wanted: Configuration,
    decode: Decode,
    weigh: Weighing,
    progress: Progress,
    threads: int,
    entering: Iterable[list[tuple[int, bytes]]] = (),
) -> Iterator[Target]:
    """Works out what another configuration would make of a snapshot; what is in memory for that goes with the block.

    Args:
        snapshot: one state of the store.
        scratch: an empty database to work in, which goes with the block.
        present: what is in force there.
        wanted: what would be.
        decode: reads records as they were sent.
        weigh: how pairs are found and weighed.
        progress: told what is being done; what it raises breaks the work off.
        threads: how many threads score pairs here.
        entering: records that are not there yet, with the numbers that they would have, as they were sent.
    """
    said_last = _Repeating(progress)
    try:
        scratch.execute("SET preserve_insertion_order = false")
        scratch.execute(f"SET threads = {threads:d}")
        anew = wanted.model.frequencies != present.model.frequencies or snapshot.standardiser != STANDARDISER
        progress("reading the records")
        facts = _load(scratch, snapshot, wanted, decode if anew else None, progress)
        facts |= _enter(scratch, entering, wanted, decode, progress)
        before, said = snapshot.identities(), snapshot.rulings()
        with interruptible(scratch, said_last.again):
            weighed = weigh(scratch, wanted, said_last)
        pairs = weighed.pairs
        groups = united(facts, pairs, wanted.policy, rulings(said), progress)
        after = {record: group[0] for group in groups for record in group}
        progress("comparing with what is there")
        tasks = tasks_between(after, facts, pairs, _present(said, facts), wanted.policy)
        yield Target(
            configuration=wanted,
            facts=facts,
            before=before,
            after=after,
            pairs=pairs,
            former_pairs=tuple(snapshot.pairs()),
            candidates=weighed.candidates,
            difference=difference(before, after, snapshot.tasks(), tasks),
            anew=anew,
            scratch=scratch,
        )
    except duckdb.OutOfMemoryException as error:
        raise Refused(
            ErrorReason.PLAN_LIMIT, "the plan needs more memory, or room on the disk, than there is"
        ) from error
    finally:
        scratch.close()


class _Repeating:
    """Tells on what it is told, and again where nothing new is to be told."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._words = progress, "finding candidate pairs"

    def __call__(self, words: str) -> None:
        self._words = words
        self._progress(words)

    def again(self) -> None:
        self._progress(self._words)


def _present(said: list[Ruling], facts: Mapping[int, Facts]) -> list[Ruling]:
    return [ruling for ruling in said if ruling.left in facts and ruling.right in facts]


def _load(
    scratch: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    wanted: Configuration,
    decode: Decode | None,
    progress: Progress,
) -> dict[int, Facts]:
    """Fills the tables that are compared, and returns what the rules read.

    With `decode` from what was sent, else from what the store compares.
    """
    for table, schema in (("comparable", COMPARABLE), ("blocking_keys", KEYS)):
        empty = schema.empty_table()
        scratch.register("empty", empty)
        scratch.execute(f"CREATE TABLE {table} AS SELECT * FROM empty")  # noqa: S608 - one of two
        scratch.unregister("empty")
    if decode is None:
        for rows in snapshot.content():
            insert(scratch, "INSERT INTO comparable SELECT * FROM incoming", rows)
        for rows in snapshot.blocking_keys():
            insert(scratch, "INSERT INTO blocking_keys SELECT * FROM incoming", rows)
        return snapshot.facts()
    return _enter(scratch, snapshot.payloads(), wanted, decode, progress)


def _enter(
    scratch: duckdb.DuckDBPyConnection,
    records: Iterable[list[tuple[int, bytes]]],
    wanted: Configuration,
    decode: Decode,
    progress: Progress,
) -> dict[int, Facts]:
    """Adds records to the tables that are compared, from what was sent; returns what the rules read of them."""
    facts: dict[int, Facts] = {}
    for piece in records:
        content = {number: content_of(decode(payload), wanted.model.frequencies) for number, payload in piece}
        facts |= {number: each.facts for number, each in content.items()}
        comparable, _, keys = content_tables(content, wanted.model.frequencies)
        insert(scratch, "INSERT INTO comparable SELECT * FROM incoming", comparable)
        insert(scratch, "INSERT INTO blocking_keys SELECT * FROM incoming", keys)
        progress(f"standardising, {len(facts):,} records")
    return facts
