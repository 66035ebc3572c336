"""What the rules read of a whole holding, as columns: facts become objects for those records alone that need them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resolver.identity.conflicts import Document, Facts
from resolver.identity.pairs import Mask, Numbers
from resolver.store.arrow import arrow_table
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.facts_rows import facts_row

SCHEMA: Final = pa.schema([("name", pa.string()), *FACTS])
"""A record's name, and a row of `facts_rows.SCHEMA`."""
_CONTRADICTED: Final = ("sexes", "fathers", "birth_days")
_AT_ONCE: Final = 2_000
"""Records whose facts become objects together: no other thread runs meanwhile."""
_Value = TypeVar("_Value")


class FactsTable:
    """Belongs to one state of a holding. `records` are their numbers, rising."""

    def __init__(self, rows: pa.Table) -> None:
        """`rows` are as `SCHEMA`, one for each record, in any order."""
        self._rows = rows.select(SCHEMA.names).cast(SCHEMA).sort_by("record_number").combine_chunks()
        self.records: Numbers = self._rows["record_number"].to_numpy()

    def __len__(self) -> int:
        return len(self.records)

    def names(self, records: Numbers) -> dict[int, str]:
        """The names of some records that are there."""
        return dict(zip(records.tolist(), self._of(records)["name"].to_pylist(), strict=True))

    def facts(self, records: Numbers) -> dict[int, Facts]:
        """The facts of some records that are there."""
        found: dict[int, Facts] = {}
        for start in range(0, len(records), _AT_ONCE):
            some = records[start : start + _AT_ONCE]
            found.update(zip(some.tolist(), self._facts(some), strict=True))
        return found

    def table(self, records: Numbers) -> pa.Table:
        """Some records that are there, as `facts_rows.SCHEMA`."""
        return self._of(records).select(FACTS.names)

    def may_conflict(self, records: Numbers, group: Numbers, groups: int) -> Mask:
        """In which groups of some records no rule can be left out; `group` is that of each record, from 0.

        In the others no two records conflict, nor do any two groups of them: none is a minor, nobody is excluded by
        biometrics, and whoever states a sex, a father, a day of birth or a kind of document states the same. Each
        conflict that `identity.conflicts` knows has to be seen here.
        """
        rows = self._of(records)
        found = np.zeros(groups, np.bool_)
        found[group[rows["minor"].to_numpy()]] = True
        found[group[_lengths(rows["biometric_excluded"]) > 0]] = True
        for name in _CONTRADICTED:
            owner, value = _stated(rows[name], group)
            found |= _several(owner, _codes(value), groups)
        owner, document = _stated(rows["documents"], group)
        kind, number = (_codes(document.field(name)) for name in ("kind", "number"))
        kinds = 1 + kind.max(initial=0)
        stated, of_kind = np.unique(owner * kinds + kind, return_inverse=True)
        found[stated[_several(of_kind, number, len(stated))] // kinds] = True
        return found

    def _facts(self, records: Numbers) -> Iterator[Facts]:
        rows = self._of(records)
        return map(
            Facts,
            rows["name"].to_pylist(),
            rows["minor"].to_pylist(),
            _sets(rows["sexes"]),
            _sets(rows["fathers"]),
            _sets(rows["birth_days"]),
            _documents(rows["documents"]),
            _sets(rows["biometric_references"]),
            _sets(rows["biometric_excluded"]),
        )

    def _of(self, records: Numbers) -> pa.Table:
        if len(records) == len(self.records) and np.array_equal(records, self.records):
            return self._rows
        return self._rows.take(pa.array(np.searchsorted(self.records, records)))


def with_names(names: Sequence[str], rows: pa.Table) -> pa.Table:
    """Rows of `facts_rows.SCHEMA` with the names of their records, as `SCHEMA`."""
    return rows.add_column(0, SCHEMA.field("name"), pa.array(names, pa.string()))


def table_of(facts: Mapping[int, Facts]) -> FactsTable:
    """The same as columns."""
    rows = arrow_table(FACTS, [facts_row(number, each) for number, each in facts.items()])
    return FactsTable(with_names([each.key for each in facts.values()], rows))


def _lengths(column: pa.ChunkedArray) -> Numbers:
    found: Numbers = pc.list_value_length(column).to_numpy().astype(np.int64)
    return found


def _stated(column: pa.ChunkedArray, group: Numbers) -> tuple[Numbers, pa.Array]:
    """What the lists of a column hold, and the group of the record of each item."""
    return np.repeat(group, _lengths(column)), column.combine_chunks().flatten()


def _codes(values: pa.Array) -> Numbers:
    """Numbers from 0 that are equal where values are."""
    found: Numbers = pc.dictionary_encode(values).indices.to_numpy().astype(np.int64)
    return found


def _several(group: Numbers, value: Numbers, groups: int) -> Mask:
    """Which groups have more than one value."""
    least, most = np.full(groups, np.iinfo(np.int64).max), np.full(groups, -1)
    np.minimum.at(least, group, value)
    np.maximum.at(most, group, value)
    return least < most


def _sets(column: pa.ChunkedArray) -> Iterator[frozenset[str]]:
    return _collected(column, column.combine_chunks().flatten().to_pylist())


def _documents(column: pa.ChunkedArray) -> Iterator[frozenset[Document]]:
    fields = (field.to_pylist() for field in column.combine_chunks().flatten().flatten())
    return _collected(column, list(map(Document, *fields)))


def _collected(column: pa.ChunkedArray, values: list[_Value]) -> Iterator[frozenset[_Value]]:
    """The sets of what the lists of a column hold; `values` are their items, one list after the other."""
    nothing: frozenset[_Value] = frozenset()
    for start, end in pairwise(_offsets(column)):
        yield frozenset(values[start:end]) if start < end else nothing


def _offsets(column: pa.ChunkedArray) -> list[int]:
    return [0, *np.cumsum(_lengths(column)).tolist()]
