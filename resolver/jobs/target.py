"""The target of a re-resolution: what a store would hold if another model or policy had decided everything in it.

    snapshot -> comparable columns and blocking keys -> candidate pairs -> pairs -> identities and review tasks

The same functions as in a batch and in the service's write path do the work. What can be compared is taken from the
store where the new model counts terms as the old one and this version standardises as the one that filled the store;
else, or where the old model is gone, the records are standardised anew from what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import duckdb
import pyarrow as pa

from resolver.domain.errors import ErrorReason, Refused
from resolver.engine.asked.plan_steps import Decode
from resolver.identity.identities import Identities
from resolver.identity.pairs import Pairs
from resolver.identity.replanning import Difference
from resolver.jobs.batch import Progress
from resolver.jobs.interrupting import interruptible
from resolver.jobs.outcome import Present, outcome_of
from resolver.jobs.plan_control import Control
from resolver.jobs.resolving import Weighing
from resolver.linkage.columns import SCHEMA as COMPARABLE
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.store.arrow import insert, registered
from resolver.store.configuration import Configuration
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.facts_table import SCHEMA as FACTS
from resolver.store.facts_table import FactsTable, with_names
from resolver.store.row_schemas import KEYS
from resolver.store.snapshot import Snapshot

_COMPARED_KEYS = ("key", "record_number")
_ROWS_AT_ONCE = 500
"""Records that are handed on at a time: they have some sixty blocking keys each, and the writer waits while these are
written.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What would be there, and what is there now, with the difference. Records: those of the snapshot and of a source.

    `scratch` has the tables `comparable` and `blocking_keys` under the target's model, with `anew`: made from what was
    sent. Only then `blocking_keys` tells of what family a key is.
    """

    configuration: Configuration
    facts: FactsTable
    before: Identities
    after: Identities
    pairs: Pairs
    former_pairs: Pairs
    candidates: int
    difference: Difference
    anew: bool
    scratch: duckdb.DuckDBPyConnection

    def content(self) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
        """Where it was made anew: what can be compared, what the rules read, and keys, some hundred at a time."""
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
            yield comparable, self.facts.table(comparable["record_number"].to_numpy()), keys


@contextmanager
def target_of(
    snapshot: Snapshot,
    scratch: duckdb.DuckDBPyConnection,
    present: Configuration,
    wanted: Configuration,
    decode: Decode,
    weigh: Weighing,
    control: Control,
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
        control: told what is being done, which may break the work off; it says with how many threads pairs are scored.
        entering: records that are not there yet, with the numbers that they would have, as they were sent.
    """
    progress = control.told
    said_last = _Repeating(progress)
    try:
        scratch.execute("SET preserve_insertion_order = false")
        scratch.execute(f"SET threads = {control.threads:d}")
        known = (snapshot.standardiser, snapshot.model) == (STANDARDISER, present.model.name)
        anew = not known or wanted.model.frequencies != present.model.frequencies
        progress("reading the records")
        keys = KEYS.names if anew else _COMPARED_KEYS
        stated = list(_load(scratch, snapshot, keys, wanted, decode if anew else None, progress))
        stated += _enter(scratch, entering, keys, wanted, decode, progress)
        facts = FactsTable(pa.concat_tables([FACTS.empty_table(), *stated]))
        there = Present(snapshot.identities(), snapshot.rulings(), snapshot.tasks())
        with interruptible(scratch, said_last.again):
            weighed = weigh(scratch, wanted, said_last)
        pairs = weighed.pairs
        outcome = control.done(partial(outcome_of, facts, pairs, there, wanted.policy), "uniting")
        yield Target(
            configuration=wanted,
            facts=facts,
            before=there.identities,
            after=outcome.identities,
            pairs=pairs,
            former_pairs=snapshot.pairs(),
            candidates=weighed.candidates,
            difference=outcome.difference,
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


def _load(
    scratch: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    keys: Sequence[str],
    wanted: Configuration,
    decode: Decode | None,
    progress: Progress,
) -> Iterator[pa.Table]:
    """Fills the tables that are compared, and gives what the rules read as `facts_table.SCHEMA`.

    With `decode` from what was sent, else from what the store compares. `keys` are the columns of `blocking_keys`.
    """
    for table, schema in (("comparable", COMPARABLE), ("blocking_keys", KEYS)):
        with registered(scratch, "empty", schema.empty_table()):
            columns = ", ".join(keys) if schema is KEYS else "*"
            scratch.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM empty")  # noqa: S608 - one of two
    if decode is None:
        for table, rows in (("comparable", snapshot.content), ("blocking_keys", snapshot.blocking_keys)):
            with registered(scratch, "incoming", rows()):
                scratch.execute(f"INSERT INTO {table} SELECT * FROM incoming")  # noqa: S608 - as above
        yield snapshot.facts()
    else:
        yield from _enter(scratch, snapshot.payloads(), keys, wanted, decode, progress)


def _enter(
    scratch: duckdb.DuckDBPyConnection,
    records: Iterable[list[tuple[int, bytes]]],
    keys: Sequence[str],
    wanted: Configuration,
    decode: Decode,
    progress: Progress,
) -> Iterator[pa.Table]:
    """Adds records to the tables that are compared, from what was sent; gives what the rules read of them."""
    done = 0
    for piece in records:
        content = {number: content_of(decode(payload), wanted.model.frequencies) for number, payload in piece}
        comparable, facts, blocking = content_tables(content, wanted.model.frequencies)
        insert(scratch, "INSERT INTO comparable SELECT * FROM incoming", comparable)
        insert(scratch, "INSERT INTO blocking_keys SELECT * FROM incoming", blocking.select(keys))
        done += len(piece)
        progress(f"standardising, {done:,} records")
        yield with_names([each.facts.key for each in content.values()], facts)
