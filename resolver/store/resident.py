"""What the writer reads of the store, kept in memory: who is known, what can be compared, and what hangs together.

DuckDB finds a row among hundreds of thousands by scanning a column, and plans every statement anew that reads other
rows; both cost more than a decision. So the writer reads here and writes to both, in one transaction: the file is what
is true and durable, this is rebuilt from it at start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from resolver.domain.handling import Guard
from resolver.domain.record import PersonStatus, Standing, source_of
from resolver.domain.verdict import VerdictState
from resolver.linkage.columns import SCHEMA as CONTENT
from resolver.linkage.compared_pairs import PAIRS, ComparedRecords
from resolver.linkage.record_arrays import COLUMNS
from resolver.store import row_schemas
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.feed_rows import Owner
from resolver.store.guards import Guards
from resolver.store.resident_filling import fill
from resolver.store.resident_rows import (
    MEMBERSHIPS,
    RECORDS,
    REQUESTS,
    RULINGS,
    TASKS,
    as_keys,
    by_columns,
    hashes,
    places_of,
    record_keys,
    text_keys,
)
from resolver.store.resident_table import ResidentTable
from resolver.store.staging import Staging


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
    guard: Guard | None


class Resident:
    """The tables in memory. Changes to all of them are kept or taken back together."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        guards: Guards,
        told_fellows: Callable[[Collection[int]], Mapping[int, set[int]]],
    ) -> None:
        """Reads the store; `told_fellows` are asked for of those who may not see all."""
        self._guards = guards
        self._told_fellows = told_fellows
        self._records = ResidentTable(RECORDS, ("name", "number"))
        self._content = ResidentTable(CONTENT, ("record_number", "key"))
        self._facts = ResidentTable(FACTS, ("record_number",))
        self._memberships = ResidentTable(MEMBERSHIPS, ("record_number", "identity_number"))
        self._pairs = ResidentTable(row_schemas.PAIRS, ("record_number", "other_number"))
        self._tasks = ResidentTable(TASKS, ("identity_low", "identity_high"))
        self._rulings = ResidentTable(RULINGS, ("left_number", "right_number", "number"))
        self._requests = ResidentTable(REQUESTS, ("request_key",))
        self.settling = False
        fill(
            connection,
            {
                "records": self._records,
                "comparable": self._content,
                "facts": self._facts,
                "memberships": self._memberships,
                "pairs": self._pairs,
                "review_tasks": self._tasks,
                "verdicts": self._rulings,
                "answers": self._requests,
            },
        )
        self.commit()

    @property
    def _tables(self) -> tuple[ResidentTable, ...]:
        return (
            self._records,
            self._content,
            self._facts,
            self._memberships,
            self._pairs,
            self._tasks,
            self._rulings,
            self._requests,
        )

    def take_over(self, staging: Staging) -> None:
        """Reads what was staged from now on. Nothing of it, or of what is here, is uncommitted."""
        self._content = staging.content or self._content
        self._facts = staging.facts or self._facts
        self._pairs = staging.pairs

    def commit(self) -> None:
        """Keeps what was changed."""
        for table in self._tables:
            table.commit()

    def rollback(self) -> None:
        """Takes back what was changed since the last commit."""
        for table in self._tables:
            table.rollback()

    def known_records(self, names: Collection[str]) -> dict[str, KnownRecord]:
        """The records among `names` that were accepted before, withdrawn ones included."""
        wanted = set(names)
        rows = self._records.rows("name", hashes(wanted))
        # Two names may have one hash.
        return {row[1]: _known(self._guards, *row) for row in rows if row[1] in wanted}

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """The names of records."""
        return dict(self._of_records(numbers, ("number", "name")))

    def identities(self, numbers: Collection[int]) -> dict[int, int]:
        """The identities that present records are in now."""
        return dict(self._memberships.rows("record_number", as_keys(numbers)))

    def members(self, identities: Collection[int]) -> dict[int, set[int]]:
        """The records that are in identities now."""
        found: dict[int, set[int]] = {}
        for record, identity in self._memberships.rows("identity_number", as_keys(identities)):
            found.setdefault(identity, set()).add(record)
        return found

    def fellows(self, numbers: Collection[int]) -> dict[int, set[int]]:
        """Who is in one identity with each record, while identities may hold records that no pair or verdict links.

        That is so from when another model or policy took over until every identity was looked at; at other times who is
        in one identity hangs together anyhow, and nothing is looked up.
        """
        if not self.settling:
            return {}
        identities = self.identities(numbers)
        members = self.members(set(identities.values()))
        told = self._told_fellows(numbers) if self._guards else {}
        return {number: members[identity] | told.get(number, set()) for number, identity in identities.items()}

    def owners(self, numbers: Collection[int]) -> dict[int, Owner]:
        """Whose records are, withdrawn ones included."""
        rows = self._of_records(numbers, ("number", "name", "country"))
        return {number: Owner(country, source_of(name)) for number, name, country in rows}

    def guarded(self, numbers: Collection[int]) -> dict[int, Guard]:
        """The guards of those of the records that have one, withdrawn ones included."""
        rows = self._of_records(numbers, ("number", "guard"))
        found = ((number, self._guards.guard(guard)) for number, guard in rows)
        return {number: guard for number, guard in found if guard is not None}

    def facts(self, numbers: Collection[int]) -> list[tuple[Any, ...]]:
        """The facts of present records, as rows of their schema."""
        return self._facts.rows("record_number", as_keys(numbers))

    def pairs(self, numbers: Collection[int]) -> list[tuple[Any, ...]]:
        """The pairs of records, as rows of their schema; those between two of them both ways."""
        return self._pairs.rows("record_number", as_keys(numbers))

    def tasks(self, identities: Collection[int]) -> list[tuple[Any, ...]]:
        """The open review tasks of identities, as rows of `TASKS`."""
        return self._either(self._tasks, ("identity_low", "identity_high"), identities)

    def rulings(self, numbers: Collection[int]) -> list[tuple[Any, ...]]:
        """The verdicts that stand on records, as rows of `RULINGS`."""
        return self._either(self._rulings, ("left_number", "right_number"), numbers)

    def known_requests(self, request_keys: Collection[str]) -> list[str]:
        """Those of the keys under which an answer is kept."""
        wanted = set(request_keys)
        return [key for key, _ in self._requests.rows("request_key", hashes(wanted)) if key in wanted]

    def write_records(self, rows: pa.Table) -> None:
        """Enters records, in the place of those of their numbers."""
        self._records.remove(self._records.slots("number", rows["number"].to_numpy()))
        self._records.insert(rows.select(RECORDS.names), record_keys(rows))

    def remove_content(self, numbers: Collection[int]) -> None:
        """Takes out what records state, and their pairs."""
        keys = as_keys(numbers)
        for table in (self._content, self._facts):
            table.remove(table.slots("record_number", keys))
        for side in ("record_number", "other_number"):
            self._pairs.remove(self._pairs.slots(side, keys))

    def add_content(self, content: pa.Table, facts: pa.Table, keys: pa.Table) -> pa.Table:
        """Enters what records state, with their blocking keys.

        Returns each pair of records that share a key, one of them or both entered now, as `compared_pairs.PAIRS`.
        """
        self._facts.insert(facts, by_columns(facts, ("record_number",)))
        numbers = content["record_number"].to_numpy()
        blocking = places_of(numbers, keys)
        self._content.insert(content, {**by_columns(content, ("record_number",)), "key": blocking})
        places, slots = self._content.find("key", blocking.keys)
        found, other = np.unique(slots, return_inverse=True)
        theirs = self._content.take(found, ["record_number"])["record_number"].to_numpy()
        # Those entered now are among those found, each under its own keys.
        order = np.argsort(theirs)
        own = order[np.searchsorted(theirs, numbers[blocking.places[places]], sorter=order)]
        left, right = _distinct_pairs(own, other, theirs)
        # To gather what they state is most of the cost, and half of those who come to a small holding are alone.
        if not len(left):
            return _NO_CANDIDATES
        return ComparedRecords([self._content.take(found, COLUMNS)]).pairs(theirs[left], theirs[right])

    def write_pairs(self, pairs: pa.Table) -> None:
        """Enters pairs, both ways."""
        self._pairs.insert(pairs, by_columns(pairs, ("record_number", "other_number")))

    def move(self, left: Collection[int], entered: pa.Table) -> None:
        """Ends the memberships of records that left their identities, and enters new ones, as `MEMBERSHIPS`."""
        self._memberships.remove(self._memberships.slots("record_number", as_keys(left)))
        self._memberships.insert(entered, by_columns(entered, self._memberships.index_names))

    def replace_tasks(self, closed: Collection[tuple[int, int]], raised: pa.Table) -> None:
        """Closes the open tasks between pairs of identities, the smaller number first, and enters those raised."""
        if closed:
            slots = self._tasks.slots("identity_low", as_keys(low for low, _ in closed))
            rows = self._tasks.take(slots)
            ends = zip(rows["identity_low"].to_pylist(), rows["identity_high"].to_pylist(), strict=True)
            self._tasks.remove(slots[np.array([both in closed for both in ends], dtype=np.bool_)])
        self._tasks.insert(raised, by_columns(raised, ("identity_low", "identity_high")))

    def write_verdicts(self, verdicts: pa.Table) -> None:
        """Enters verdicts, in the place of those of their numbers; only those that stand are kept."""
        self._rulings.remove(self._rulings.slots("number", verdicts["number"].to_numpy()))
        standing = verdicts.filter(pc.field("state") == VerdictState.STANDING.value).select(RULINGS.names)
        self._rulings.insert(standing, by_columns(standing, self._rulings.index_names))

    def write_answers(self, answers: pa.Table) -> None:
        """Enters the keys of answers that are kept."""
        rows = answers.select(REQUESTS.names)
        self._requests.insert(rows, text_keys(rows, "request_key"))

    def forget_answers(self, before: datetime) -> None:
        """Takes out the keys of answers that are older."""
        slots = self._requests.live()
        old = pc.less(self._requests.take(slots)["answer_time"], pa.scalar(before, row_schemas.TIME))
        self._requests.remove(slots[old.to_numpy()])

    def purge(self, numbers: Collection[int], request_keys: Collection[str]) -> None:
        """Takes out records whose content is out already, the verdicts on them, and answers to requests."""
        keys = as_keys(numbers)
        self._records.remove(self._records.slots("number", keys))
        for side in ("left_number", "right_number"):
            self._rulings.remove(self._rulings.slots(side, keys))
        self._requests.remove(self._requests.slots("request_key", hashes(request_keys)))

    def erase(self) -> None:
        """Forgets what rows were that were taken out. Only between two transactions."""
        for table in self._tables:
            table.erase()

    def _of_records(self, numbers: Collection[int], columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Columns of the rows of records."""
        return self._records.tuples(self._records.slots("number", as_keys(numbers)), columns)

    def _either(self, table: ResidentTable, sides: Sequence[str], numbers: Collection[int]) -> list[tuple[Any, ...]]:
        keys = as_keys(numbers)
        return table.tuples(np.unique(np.concatenate([table.find(side, keys)[1] for side in sides])))


_NO_CANDIDATES: Final = PAIRS.empty_table()


def _distinct_pairs(
    one: NDArray[np.int64], other: NDArray[np.int64], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of different rows once, that of the smaller record number first."""
    swapped = numbers[one] > numbers[other]
    low, high = np.where(swapped, other, one), np.where(swapped, one, other)
    # Rows of a batch are far below 2^31.
    both = np.unique(low[low != high] << 32 | high[low != high])
    return both >> 32, both & 0xFFFF_FFFF


def _known(
    guards: Guards,
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
    guard: int,
) -> KnownRecord:
    owner = Standing(country, authority, minor, confirmed, PersonStatus(status))
    return KnownRecord(number, name, version, withdrawn, create_time, digest, owner, guards.guard(guard))
