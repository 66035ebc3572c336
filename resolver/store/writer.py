"""The writing side of the store: what the engine does within one transaction. One writer, one thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from resolver.domain.comparable import ComparableRecord
from resolver.domain.record import PersonStatus, Standing
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood, Outcome
from resolver.identity.partition import Pair
from resolver.identity.review_order import priority_at_epoch
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.columns import comparable_table
from resolver.linkage.model import Model
from resolver.linkage.scorer import compile_scorer
from resolver.store import row_schemas, statements
from resolver.store.arrow import NUMBERS, arrow_table, insert, registered
from resolver.store.decision_rows import decision_to_text
from resolver.store.facts_rows import SCHEMA as FACTS_SCHEMA
from resolver.store.facts_rows import facts_row
from resolver.store.feed_rows import CommittedDecision, write_marks
from resolver.store.loading import load, load_verdicts


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """The current row of a record that was accepted before."""

    number: int
    name: str
    version: int
    withdrawn: bool
    create_time: datetime
    digest: bytes
    standing: Standing


@dataclass(frozen=True, slots=True)
class AcceptedVersion:
    """A new version of a record, to be written."""

    record: KnownRecord
    source: str
    update_time: datetime
    payload: bytes


_MOST_TASKS = 1_000_000
"""More than one decision raises."""


class Writer:
    """Statements of the one writer on its own connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, model: Model, review_weight: float) -> None:
        self._connection = connection
        self._model = model
        scorer = compile_scorer(model, f"({statements.CANDIDATES})", "comparable")
        self._score = statements.scored_pairs(scorer.sql, review_weight)

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """One transaction: committed at the end of the block, or undone after an error or with `keep` false."""
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        if keep:
            self._connection.commit()
        else:
            self._connection.rollback()

    def counters(self) -> tuple[int, int, datetime]:
        """The highest record number, decision sequence and commit time; the lowest there are in a new store."""
        number, sequence, time = self._connection.execute(statements.COUNTERS).fetchall()[0]
        return number, sequence, time or datetime.min  # noqa: DTZ901 - times are UTC without zone

    def known_records(self, names: Collection[str]) -> dict[str, KnownRecord]:
        """The records among `names` that were accepted before, withdrawn ones included."""
        with registered(
            self._connection, "wanted_names", arrow_table(row_schemas.TEXT_BATCH, [(name,) for name in names])
        ):
            rows = self._connection.execute(statements.KNOWN_RECORDS).fetchall()
        return {row[1]: _known(*row) for row in rows}

    def identities(self, numbers: Collection[int]) -> dict[int, int]:
        """The identities that present records are in now."""
        with registered(self._connection, "wanted", arrow_table(NUMBERS, [(number,) for number in numbers])):
            return dict(self._connection.execute(statements.CURRENT_IDENTITIES).fetchall())

    def answers(self, request_keys: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Digest and first answer of those requests that were made before."""
        if not request_keys:
            return {}
        schema = row_schemas.TEXT_BATCH
        with registered(self._connection, "wanted_names", arrow_table(schema, [(key,) for key in request_keys])):
            rows = self._connection.execute(statements.ANSWERS).fetchall()
        return {key: (bytes(digest), body) for key, digest, body in rows}

    def decision_texts(self, sequences: Collection[int]) -> dict[int, tuple[datetime, str]]:
        """Time and text of decisions by their sequences."""
        with registered(self._connection, "wanted", arrow_table(NUMBERS, [(number,) for number in sequences])):
            rows = self._connection.execute(statements.DECISIONS_BY_SEQUENCE).fetchall()
        return {sequence: (time, text) for sequence, time, text in rows}

    def load(
        self, neighbourhood: Neighbourhood, seeds: Collection[int], loaded: set[int], beside: Collection[int] = ()
    ) -> None:
        """Adds the seeds' components to a neighbourhood; see `loading.load`."""
        load(self._connection, neighbourhood, seeds, loaded, beside)

    def load_verdicts(self, neighbourhood: Neighbourhood, numbers: Collection[int]) -> set[int]:
        """Adds the verdicts that stand on records; returns the other records that they are about."""
        return load_verdicts(self._connection, neighbourhood, numbers)

    def replace_content(
        self, replaced: Collection[int], content: Mapping[int, tuple[ComparableRecord, Facts]]
    ) -> list[Pair]:
        """Takes the old comparable content of records out, puts new content in, and scores its candidates.

        Returns the pairs at or above the review threshold in which a record of `content` takes part.
        They are not written: `write_pairs` does that.
        """
        connection = self._connection
        if replaced:
            with registered(connection, "wanted", arrow_table(NUMBERS, [(number,) for number in replaced])):
                for statement in statements.REMOVE_CONTENT:
                    connection.execute(statement)
        if not content:
            return []
        frequencies = self._model.frequencies
        numbers = list(content)
        records = [comparable for comparable, _ in content.values()]
        keys = [
            (key.key, number, key.family)
            for number, record in zip(numbers, records, strict=True)
            for key in blocking_keys(record, frequencies)
        ]
        insert(connection, statements.INSERT_COMPARABLE, comparable_table(numbers, records, frequencies))
        facts_rows = [facts_row(number, facts) for number, (_, facts) in content.items()]
        insert(connection, statements.INSERT_FACTS, arrow_table(FACTS_SCHEMA, facts_rows))
        key_table = arrow_table(row_schemas.KEYS, keys)
        insert(connection, statements.INSERT_KEYS, key_table)
        with registered(connection, "batch_keys", key_table):
            rows = connection.execute(self._score).fetchall()
        return [Pair(*row) for row in rows]

    def write_pairs(self, pairs: Iterable[Pair]) -> None:
        """Adds pairs in both directions."""
        rows = [
            (*numbers, pair.weight, pair.identifying, pair.cell)
            for pair in pairs
            for numbers in ((pair.left, pair.right), (pair.right, pair.left))
        ]
        insert(self._connection, statements.INSERT_PAIRS, arrow_table(row_schemas.PAIRS, rows))

    def write_versions(self, versions: Sequence[AcceptedVersion]) -> None:
        """Enters new records, moves known ones on to their new version, and keeps every version's payload."""
        records = [
            (
                item.record.number,
                item.record.name,
                item.source,
                item.record.version,
                item.record.withdrawn,
                item.record.create_time,
                item.update_time,
                item.record.digest,
                item.record.standing.country,
                item.record.standing.authority,
                item.record.standing.minor,
                item.record.standing.confirmed,
                item.record.standing.status.value,
            )
            for item in versions
        ]
        rows = [
            (item.record.number, item.record.version, item.record.withdrawn, item.update_time, item.payload)
            for item in versions
        ]
        insert(self._connection, statements.UPSERT_RECORDS, arrow_table(row_schemas.RECORDS, records))
        insert(self._connection, statements.INSERT_VERSIONS, arrow_table(row_schemas.VERSIONS, rows))

    def write_decisions(self, decisions: Sequence[CommittedDecision]) -> None:
        """Appends decisions to the feed and carries out what they tell: memberships and review tasks."""
        connection = self._connection
        rows = [
            (item.sequence, item.outcome.record, item.decision.commit_time, decision_to_text(item.decision))
            for item in decisions
        ]
        insert(connection, statements.INSERT_DECISIONS, arrow_table(row_schemas.DECISIONS, rows))
        identities = sorted({(identity, item.sequence) for item in decisions for identity in _identities(item.outcome)})
        touched = arrow_table(row_schemas.IDENTITIES, identities)
        insert(connection, statements.INSERT_IDENTITIES, touched)
        self._write_memberships(decisions)
        write_marks(connection, decisions, touched)
        self._write_tasks(decisions)

    def next_verdict(self) -> int:
        """The number of the next verdict."""
        return int(self._connection.execute(statements.NEXT_VERDICT).fetchall()[0][0])

    def write_verdicts(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Enters verdicts, or replaces those of their numbers; rows as in `row_schemas.VERDICTS`."""
        with registered(self._connection, "incoming", arrow_table(row_schemas.VERDICTS, rows)):
            for statement in statements.REPLACE_VERDICTS:
                self._connection.execute(statement)

    def claim_task(self, number: int, examiner: str, until: datetime) -> None:
        """Writes down who works on an open task."""
        self._connection.execute(statements.CLAIM_TASK, [examiner, until, number])

    def write_answers(self, answers: Sequence[tuple[str, bytes, str, datetime]]) -> None:
        """Keeps the first answers of requests: key, digest, text, time."""
        insert(self._connection, statements.INSERT_ANSWERS, arrow_table(row_schemas.ANSWERS, answers))

    def forget_answers(self, before: datetime) -> None:
        """Drops answers that are older than the promised time."""
        self._connection.execute(statements.FORGET_ANSWERS, [before])

    def checkpoint(self) -> None:
        """Writes the log into the file."""
        self._connection.execute("CHECKPOINT")

    def _write_memberships(self, decisions: Sequence[CommittedDecision]) -> None:
        """Writes the intervals of memberships; one that begins and ends within the batch is kept too."""
        closed: dict[int, int] = {}
        opened: list[list[Any]] = []
        current: dict[int, list[Any]] = {}
        for item in decisions:
            for move in item.outcome.moves:
                for record in move.records:
                    if record in current:
                        current.pop(record)[3] = item.sequence
                    elif move.before is not None:
                        closed[record] = item.sequence
                    if move.after is not None:
                        current[record] = [record, move.after, item.sequence, None]
                        opened.append(current[record])
        if closed:
            ends = arrow_table(row_schemas.IDENTITIES, list(closed.items()))
            with registered(self._connection, "ended", ends):
                self._connection.execute(statements.CLOSE_MEMBERSHIPS)
        insert(
            self._connection,
            statements.INSERT_MEMBERSHIPS,
            arrow_table(row_schemas.MEMBERSHIPS, [tuple(row) for row in opened]),
        )

    def _write_tasks(self, decisions: Sequence[CommittedDecision]) -> None:
        closed: list[tuple[int, int, int]] = []
        opened: list[list[Any]] = []
        current: dict[tuple[int, int], list[Any]] = {}
        for item in decisions:
            for task in item.outcome.closed:
                if task.identities in current:
                    current.pop(task.identities)[7] = item.sequence
                else:
                    closed.append((*task.identities, item.sequence))
            for place, task in enumerate(item.outcome.raised):
                pair = task.pair
                points = priority_at_epoch(task.reason, pair.weight, item.decision.commit_time)
                row: list[Any] = [*task.identities, task.reason.value, pair.left, pair.right, pair.weight]
                row += [item.sequence, None, item.decision.commit_time, points, item.sequence * _MOST_TASKS + place]
                current[task.identities] = row
                opened.append(row)
        if closed:
            schema = pa.schema([(name, pa.int64()) for name in ("identity_low", "identity_high", "sequence")])
            with registered(self._connection, "ended", arrow_table(schema, closed)):
                self._connection.execute(statements.CLOSE_TASKS)
        insert(
            self._connection, statements.INSERT_TASKS, arrow_table(row_schemas.TASKS, [tuple(row) for row in opened])
        )


def _known(
    number: int,
    name: str,
    version: int,
    withdrawn: bool,
    create_time: datetime,
    digest: bytes,
    country: str,
    authority: str,
    minor: bool,
    confirmed: bool,
    status: int,
) -> KnownRecord:
    owner = Standing(country, authority, minor, confirmed, PersonStatus(status))
    return KnownRecord(number, name, version, withdrawn, create_time, digest, owner)


def _identities(outcome: Outcome) -> set[int]:
    found = {identity for move in outcome.moves for identity in (move.before, move.after) if identity is not None}
    return found if outcome.identity is None else found | {outcome.identity}
