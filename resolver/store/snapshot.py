"""One state of the store, read whole beside the writer: what a plan of re-resolution is worked out from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import duckdb
import pyarrow as pa

from resolver.domain.decision import ReviewReason
from resolver.domain.record import source_of
from resolver.domain.verdict import VerdictState
from resolver.identity.identities import Identities
from resolver.identity.neighbourhood import Task
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.identity.verdicts import Ruling
from resolver.linkage.columns import SCHEMA as COMPARABLE
from resolver.store import recent_content
from resolver.store.arrow import arrow_table, registered
from resolver.store.facts_table import SCHEMA as FACTS
from resolver.store.faults import storage_faults
from resolver.store.pair_rows import pairs_in
from resolver.store.row_schemas import NUMBERS
from resolver.store.verdict_rows import ruling_from_row

_ROWS_AT_ONCE: Final = 50_000
_PAYLOADS_AT_ONCE: Final = 1_000
_FETCHED_AT_ONCE: Final = 2_000
_HEAD: Final = "SELECT coalesce(max(sequence), 0), max(commit_time) FROM decisions"
_MADE_WITH: Final = """
SELECT max(value) FILTER (name = 'standardiser'), max(value) FILTER (name = 'model') FROM settings
"""
_FACTS: Final = f"SELECT r.name, f.* FROM {recent_content.FACTS} f JOIN records r ON r.number = f.record_number"  # noqa: S608
_IDENTITIES: Final = "SELECT record_number, identity_number FROM memberships WHERE until_decision IS NULL ORDER BY 1"
_PAIRS: Final = """
SELECT record_number, other_number, match_weight, identifying, cell FROM pairs WHERE record_number < other_number
"""
_TASKS: Final = """
SELECT identity_low, identity_high, reason, left_number, right_number, match_weight FROM review_tasks
WHERE closed_by IS NULL
"""
_RULINGS: Final = f"""
SELECT left_number, right_number, kind, basis, number FROM verdicts WHERE state = {VerdictState.STANDING.value}
"""  # noqa: S608 - a value of an enum
_CONFIRMED: Final = "SELECT number FROM records WHERE confirmed AND NOT withdrawn"
_OWNERS: Final = "SELECT r.number, r.name, r.country FROM records r JOIN wanted w ON w.record_number = r.number"
_CONTENT: Final = f"SELECT {', '.join(COMPARABLE.names)} FROM {recent_content.COMPARABLE}"  # noqa: S608
_KEYS: Final = f"SELECT key::BIGINT AS key, record_number FROM {recent_content.KEYS}"  # noqa: S608 - a part of queries
_PAYLOADS: Final = """
SELECT r.number, v.payload FROM records r JOIN record_versions v ON v.number = r.number AND v.version = r.version
WHERE NOT r.withdrawn
"""
_SOME_PAYLOADS: Final = _PAYLOADS + "AND r.number IN (SELECT record_number FROM wanted)"  # noqa: S608 - as above
_STAGED: Final = """
SELECT coalesce(r.number, (SELECT coalesce(max(number), 0) FROM records) + s.place), s.payload
FROM staged_records s LEFT JOIN records r ON r.name = s.name
WHERE s.source = ? AND s.payload IS NOT NULL AND (r.number IS NULL OR r.withdrawn) ORDER BY s.place
"""


@dataclass(frozen=True, slots=True)
class Owned:
    """A record's name, and the country of its owner."""

    name: str
    country: str

    @property
    def source(self) -> str:
        """The source that its name begins with."""
        return source_of(self.name)


class Snapshot:
    """What was committed at a place in the feed. Belongs to one thread.

    `time` is that of its last decision, `standardiser` the version by which its records were made comparable, and
    `model` the name of the model whose terms they were counted by.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.head, time = cursor.execute(_HEAD).fetchall()[0]
        ((standardiser, model),) = cursor.execute(_MADE_WITH).fetchall()
        self.standardiser, self.model = int(standardiser), str(model)
        self.time: datetime = time or datetime.min  # noqa: DTZ901 - times are UTC without zone

    def facts(self) -> pa.Table:
        """What the rules read of each present record, as `facts_table.SCHEMA`."""
        return self._cursor.execute(_FACTS).to_arrow_table().cast(FACTS)

    def identities(self) -> Identities:
        """The identity of each present record."""
        records, identity = (column.to_numpy() for column in self._cursor.execute(_IDENTITIES).to_arrow_table().columns)
        return Identities(records, identity)

    def pairs(self) -> Pairs:
        """Every pair that is kept."""
        return pairs_in(self._cursor.execute(_PAIRS))

    def tasks(self) -> dict[tuple[int, int], Task]:
        """The open review tasks by their identities."""
        return {
            (low, high): Task((low, high), ReviewReason(reason), Pair(left, right, weight))
            for low, high, reason, left, right, weight in self._rows(_TASKS)
        }

    def rulings(self) -> list[Ruling]:
        """The verdicts that stand."""
        return [ruling_from_row(row) for row in self._rows(_RULINGS)]

    def confirmed(self) -> set[int]:
        """The present records of confirmed identities."""
        return {number for (number,) in self._rows(_CONFIRMED)}

    def owned(self, numbers: Collection[int]) -> Mapping[int, Owned]:
        """Names and owners of records."""
        return {number: Owned(name, country) for number, name, country in self._chosen(_OWNERS, numbers)}

    def content(self) -> pa.RecordBatchReader:
        """What can be compared of the present records, as `columns.SCHEMA`; to be read before anything else is."""
        return self._cursor.execute(_CONTENT).to_arrow_reader(_ROWS_AT_ONCE)

    def blocking_keys(self) -> pa.RecordBatchReader:
        """Their blocking keys, as the first columns of `row_schemas.KEYS`; to be read before anything else is."""
        return self._cursor.execute(_KEYS).to_arrow_reader(_ROWS_AT_ONCE)

    def payloads(self, numbers: Collection[int] | None = None) -> Iterator[list[tuple[int, bytes]]]:
        """The present records, or those of them with these numbers, as they were sent, piece by piece."""
        if numbers is not None:
            yield [
                (number, bytes(payload))
                for number, payload in self._chosen(
                    _SOME_PAYLOADS,
                    numbers,
                )
            ]
            return
        rows = self._cursor.execute(_PAYLOADS)
        while piece := rows.fetchmany(_PAYLOADS_AT_ONCE):
            yield [(number, bytes(payload)) for number, payload in piece]

    def staged(self, source: int) -> Iterator[list[tuple[int, bytes]]]:
        """The records that a staged source would bring in, as they were sent, with numbers that they might be given.

        Those that are present are left out; one that was withdrawn has its own number.
        """
        rows = self._cursor.execute(_STAGED, [source])
        while piece := rows.fetchmany(_PAYLOADS_AT_ONCE):
            yield [(number, bytes(payload)) for number, payload in piece]

    def changed(self, since: int) -> set[int]:
        """The records that were decided about after a place."""
        found = self._cursor.execute("SELECT DISTINCT record_number FROM decisions WHERE sequence > ?", [since])
        return {number for (number,) in found.fetchall()}

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, fetched some at a time: while rows become objects, no other thread runs."""
        found = self._cursor.execute(query)
        while piece := found.fetchmany(_FETCHED_AT_ONCE):
            yield from piece

    def _chosen(self, query: str, numbers: Collection[int]) -> list[tuple[Any, ...]]:
        with registered(self._cursor, "wanted", arrow_table(NUMBERS, [(number,) for number in sorted(numbers)])):
            return list(self._rows(query))


@contextmanager
def snapshot_of(cursor: duckdb.DuckDBPyConnection) -> Iterator[Snapshot]:
    """What is committed now, as long as the block lasts; the cursor is the block's own, and closed at its end."""
    with storage_faults():
        try:
            cursor.begin()
            yield Snapshot(cursor)
        finally:
            cursor.close()
