"""A whole holding on its way into an empty store: what is entered, what the pairs are, and what was decided.

Nobody else has the store open, and it is thrown away if anything fails; so what is written here is committed in parts
that suit memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.domain.audit import Head, WrittenEntry
from resolver.domain.finding import Finding
from resolver.domain.handling import Guard
from resolver.domain.record import source_of
from resolver.identity.conflicts import Facts
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.linkage.model import Model
from resolver.linkage.scorer import compile_scorer
from resolver.store import decided, statements, tellings
from resolver.store.arrow import registered
from resolver.store.audiences import Audiences
from resolver.store.audit_rows import audit_head, audit_table
from resolver.store.candidates import find_candidates, slices
from resolver.store.decision_rows import findings_from_json
from resolver.store.facts_rows import facts_from_row
from resolver.store.feed_rows import CommittedDecision, Owner, concerned_by, marks
from resolver.store.guards import Guards
from resolver.store.pair_rows import pairs_in
from resolver.store.prepared_records import TABLES, PreparedRecords

_FLAWS: Final = "CREATE TEMP TABLE flaws (record_number BIGINT NOT NULL, findings VARCHAR NOT NULL)"
_ENTER: Final = statements.ENTERING | {"insert_flaws": "INSERT INTO flaws SELECT * FROM new_flaws"}
_STRONG: Final = """CREATE TEMP TABLE strong (
  left_number BIGINT, right_number BIGINT, match_weight DOUBLE, identifying BOOLEAN, cell TINYINT
)"""
_BOTH_WAYS: Final = """INSERT INTO pairs
SELECT left_number, right_number, match_weight, identifying, cell FROM strong
UNION ALL SELECT right_number, left_number, match_weight, identifying, cell FROM strong"""
_PAIRS: Final = "SELECT p.* FROM pairs p JOIN wanted w USING (record_number)"
_FACTS: Final = "SELECT f.* FROM facts f JOIN wanted w USING (record_number)"
_NAMES: Final = "SELECT r.number, r.name, r.country, r.guard FROM records r JOIN wanted w ON w.record_number = r.number"
_FLAWS_OF: Final = "SELECT f.record_number, f.findings FROM flaws f JOIN wanted w USING (record_number)"

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What deciding some records reads: their pairs, with facts of both ends, and names, owners and guards of all.

    Where there are guards, facts are those of all.
    """

    pairs: Sequence[Pair]
    facts: Mapping[int, Facts]
    names: Mapping[int, str]
    owners: Mapping[int, Owner]
    guards: Mapping[int, Guard]
    findings: Mapping[int, tuple[Finding, ...]]


class Holding:
    """Belongs to one thread, with the connection to a store that has no records."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, memory: str, retention: str) -> None:
        """`memory` is what DuckDB may take, such as `4GB`; what needs more is spilled beside the store.

        `retention` is the fingerprint of the policy by which what is entered has its dates.
        """
        self._connection = connection
        self._guards = Guards(connection)
        self._audiences = Audiences(connection, self._guards)
        connection.execute("SET memory_limit = ?", [memory])
        # What is read is ordered where it matters; keeping the order of insertion would cost memory.
        connection.execute("SET preserve_insertion_order = false")
        # Who opens the store next with another policy gives the records the dates of that.
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('retention_policy', ?)", [retention])
        connection.execute(_FLAWS)
        connection.execute(_STRONG)

    @property
    def guarded(self) -> bool:
        """Whether there are records that not everybody sees."""
        return len(self._guards) > 0

    def number_of(self, guard: Guard | None) -> int:
        """The number of a guard; one that is new is entered."""
        return self._guards.number(guard)

    def enter(self, records: PreparedRecords) -> None:
        """Enters records that have their numbers, with what they state."""
        self._write(dict(zip(TABLES, records.tables, strict=True)))

    def find_pairs(
        self,
        model: Model,
        review_weight: float,
        found: Callable[[int], None],
        scored: Callable[[int], None],
    ) -> None:
        """Scores all records that share a blocking key, and keeps the pairs as the writer would.

        `found` is told how many candidates there are, then `scored` how many of them are done.
        """
        connection = self._connection
        candidates = find_candidates(connection)
        found(candidates)
        scorer = compile_scorer(model, "slice")
        statement = f"INSERT INTO strong {statements.scored_pairs(scorer.sql, review_weight)}"
        for done in slices(connection, candidates):
            connection.execute(statement)
            scored(done)
        connection.execute("DROP TABLE candidates")
        connection.execute(_BOTH_WAYS)

    def pairs(self) -> Pairs:
        """All pairs that are kept, each once."""
        return pairs_in(self._connection.execute("SELECT * FROM strong"))

    def surroundings(self, records: Numbers, identities: Numbers) -> Surroundings:
        """What deciding `records` reads; `identities` has, by number, those of records decided before, and else 0."""
        pairs = self._pairs_of(records, identities)
        ends = np.unique(np.array([end for pair in pairs for end in (pair.left, pair.right)], np.int64))
        named = self._rows(_NAMES, np.unique(np.concatenate([records, ends, identities[ends]])))
        names = {number: name for number, name, *_ in named}
        stated = np.union1d(records, ends) if self.guarded else ends
        return Surroundings(
            pairs,
            {row[0]: facts_from_row(names[row[0]], row[1:]) for row in self._rows(_FACTS, stated)},
            names,
            {number: Owner(country, source_of(name)) for number, name, country, _ in named},
            {number: guard for number, *_, which in named if (guard := self._guards.guard(which)) is not None},
            {number: findings_from_json(json.loads(text)) for number, text in self._rows(_FLAWS_OF, records)},
        )

    def decide(self, decisions: Sequence[CommittedDecision], owners: Mapping[int, Owner]) -> None:
        """Appends decisions about identities that are told from their first record on, and carries them out."""
        audiences = {item.sequence: self._audiences.number(item.audience) for item in decisions}
        self._write(
            {
                "decisions": decided.feed_table(decisions, audiences),
                "identities": decided.identities_table(decisions, audiences),
                "memberships": decided.memberships(decisions, audiences).opened,
                "tasks": decided.tasks(decisions, audiences).opened,
                "marks": marks(decisions, concerned_by(decisions, {}), owners, audiences),
                **tellings.tables([each for item in decisions for each in item.told], owners, self._audiences.number),
            }
        )

    def audit_head(self) -> Head:
        """How far the audit log has come."""
        return audit_head(self._connection)[0]

    def audit(self, entries: Sequence[WrittenEntry]) -> None:
        """Appends entries to the audit log."""
        self._write({"audit": audit_table(entries)})

    def _pairs_of(self, records: Numbers, identities: Numbers) -> list[Pair]:
        """The pairs between two of the records, and those with one that was decided before."""
        among = np.zeros(len(identities), np.bool_)
        among[records] = True
        with registered(self._connection, "wanted", _wanted(records)):
            rows = self._connection.execute(_PAIRS).to_arrow_table()
        own, other = rows["record_number"].to_numpy(), rows["other_number"].to_numpy()
        kept = np.where(among[other], own < other, identities[other] > 0)
        columns = (column.to_pylist() for column in rows.filter(pa.array(kept)).columns)
        return [Pair(min(one, two), max(one, two), *evidence) for one, two, *evidence in zip(*columns, strict=True)]

    def _rows(self, query: str, records: Numbers) -> list[tuple[Any, ...]]:
        with registered(self._connection, "wanted", _wanted(records)):
            return self._connection.execute(query).fetchall()

    def _write(self, tables: Mapping[str, pa.Table]) -> None:
        self._connection.begin()
        for name, rows in tables.items():
            if rows.num_rows:
                with registered(self._connection, f"new_{name}", rows):
                    self._connection.execute(_ENTER[f"insert_{name}"])
        self._connection.commit()


def _wanted(records: Numbers) -> pa.Table:
    return pa.table({"record_number": pa.array(records, pa.int64())})
