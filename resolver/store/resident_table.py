"""A table in memory, found by keys: rows as Arrow columns in segments, and an index from each kind of key to rows.

A row has a slot, a number that it keeps as long as the table lives; a row that is removed leaves its slot empty until
the process ends, and what stood there until `erase`. Changes belong to a transaction: `commit` keeps them, `rollback`
takes them back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.store.key_index import KeyIndex, Keys, Slots

_GROWTH = 4
"""A segment is joined with the one before unless that is so many times longer."""
_FEW = 12
"""Segments below which joining them costs more than they do."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """Rows of consecutive slots, the first of which is `start`."""

    start: int
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class RowKeys:
    """Keys of rows that are inserted: each with the place of its row among them."""

    keys: Keys
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Content:
    """What a transaction may have to return to."""

    segments: tuple[_Segment, ...]
    indexes: Mapping[str, KeyIndex]
    rows: int


@dataclass
class ResidentTable:
    """Rows of one schema with the named indexes."""

    schema: pa.Schema
    index_names: Collection[str]
    _content: _Content = field(init=False)
    _kept: _Content = field(init=False)
    _live: NDArray[np.bool_] = field(init=False)
    _removed: list[Slots] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._content = self._kept = _Content((), {name: KeyIndex() for name in self.index_names}, 0)
        self._live = np.zeros(1024, dtype=np.bool_)

    def insert(self, rows: pa.Table, keys: Mapping[str, RowKeys]) -> None:
        """Adds rows, with their keys in each index."""
        if not rows.num_rows:
            return
        before = self._content
        first, end = before.rows, before.rows + rows.num_rows
        if end > len(self._live):
            self._live = np.concatenate((self._live, np.zeros(end, dtype=np.bool_)))
        self._live[first:end] = True
        indexes = {
            name: index.added(keys[name].keys, (keys[name].places + first).astype(np.int32))
            for name, index in before.indexes.items()
        }
        self._content = _Content((*before.segments, _Segment(first, rows)), indexes, end)

    def insert_keys(self, index: str, keys: Keys, slots: Slots) -> None:
        """Adds keys, which rise, of rows that are there: a slot to each."""
        before = self._content
        indexes = {**before.indexes, index: before.indexes[index].added_rising(keys, slots)}
        self._content = _Content(before.segments, indexes, before.rows)

    def find(self, index: str, keys: Keys) -> tuple[NDArray[np.int64], Slots]:
        """For every row under each key: the key's place in `keys`, and the row's slot; in no order."""
        places, slots = self._content.indexes[index].find(keys)
        live = self._live[slots]
        return places[live], slots[live]

    def slots(self, index: str, keys: Keys) -> Slots:
        """The slots of the rows under any of the keys, rising."""
        return np.unique(self.find(index, keys)[1])

    def live(self) -> Slots:
        """The slots of all rows, rising."""
        return np.flatnonzero(self._live[: self._content.rows]).astype(np.int32)

    def take(self, slots: Slots, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows in these slots, which rise: some of their columns, or all."""
        chosen_columns = self.schema.names if columns is None else columns
        if not len(slots):
            return self.schema.empty_table().select(chosen_columns)
        segments = self._content.segments
        bounds = [*np.searchsorted(slots, [segment.start for segment in segments]).tolist(), len(slots)]
        parts = [
            segment.rows.select(chosen_columns).take(pa.array(slots[first:last] - segment.start))
            for segment, (first, last) in zip(segments, pairwise(bounds), strict=True)
            if first < last
        ]
        return pa.concat_tables(parts)

    def tuples(self, slots: Slots, columns: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        """The same as tuples."""
        if not len(slots):
            return []
        return list(zip(*(column.to_pylist() for column in self.take(slots, columns).columns), strict=True))

    def rows(self, index: str, keys: Keys) -> list[tuple[Any, ...]]:
        """The rows under any of the keys."""
        return self.tuples(self.slots(index, keys))

    def remove(self, slots: Slots) -> None:
        """Takes rows out."""
        self._live[slots] = False
        self._removed.append(slots)

    def commit(self) -> None:
        """Keeps what was changed."""
        content = self._content
        if content is not self._kept:
            indexes = {name: index.merged() for name, index in content.indexes.items()}
            self._content = self._kept = _Content(_joined(content.segments), indexes, content.rows)
        self._removed.clear()

    def rollback(self) -> None:
        """Takes back what was changed since the last commit."""
        for slots in self._removed:
            self._live[slots] = True
        self._live[self._kept.rows :] = False
        self._removed.clear()
        self._content = self._kept

    def erase(self) -> None:
        """Forgets the content and the keys of rows that were removed. Nothing may wait to be kept or taken back."""
        kept = self._kept
        indexes = {name: index.only(self._live) for name, index in kept.indexes.items()}
        segments = tuple(_erased(segment, self._live) for segment in kept.segments)
        self._content = self._kept = _Content(segments, indexes, kept.rows)


def _erased(segment: _Segment, live: NDArray[np.bool_]) -> _Segment:
    """The segment with nulls where no row is."""
    count = segment.rows.num_rows
    dead = ~live[segment.start : segment.start + count]
    if not dead.any():
        return segment
    return _Segment(segment.start, segment.rows.take(pa.array(np.arange(count), mask=dead)).combine_chunks())


def _joined(segments: tuple[_Segment, ...]) -> tuple[_Segment, ...]:
    """The same rows in segments of which each is much longer than the next, unless there are few anyhow."""
    if len(segments) <= _FEW:
        return segments
    first, rows = len(segments) - 1, segments[-1].rows.num_rows
    while first and segments[first - 1].rows.num_rows < _GROWTH * rows:
        first -= 1
        rows += segments[first].rows.num_rows
    joined = pa.concat_tables([segment.rows for segment in segments[first:]]).combine_chunks()
    return (*segments[:first], _Segment(segments[first].start, joined))
