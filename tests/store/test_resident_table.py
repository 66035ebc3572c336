"""Rows in memory are found by their keys like those of a table, and a transaction that is undone leaves no trace."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.store.key_index import KeyIndex, rising
from resolver.store.resident_table import ResidentTable, RowKeys

SCHEMA = pa.schema([("key", pa.int64()), ("text", pa.string())])
KEYS = st.lists(st.integers(0, 12) | st.integers(2**62, 2**63 - 1), max_size=30)


def numbers(values):
    return np.array(values, dtype=np.int64)


def rows_of(values, text):
    return pa.table([values, [f"{text}{value}" for value in values]], schema=SCHEMA)


def enter(table, values, text=""):
    rows = rows_of(values, text)
    table.insert(rows, {"key": RowKeys(numbers(values), np.arange(len(values)))})


@settings(deadline=None)
@given(st.lists(KEYS, max_size=8), KEYS)
def test_an_index_of_many_runs_finds_every_slot_of_a_key(batches, asked):
    index, bearers, first = KeyIndex(), defaultdict(list), 0
    for batch in batches:
        slots = np.arange(first, first + len(batch), dtype=np.int32)
        index = index.added(numbers(batch), slots).merged()
        for key, slot in zip(batch, slots, strict=True):
            bearers[key].append(int(slot))
        first += len(batch)
    places, slots = index.find(numbers(asked))
    found = sorted(zip(places.tolist(), slots.tolist(), strict=True))
    assert found == sorted((place, slot) for place, key in enumerate(asked) for slot in bearers[key])


def test_an_index_keeps_few_runs_however_small_its_additions_are():
    index = KeyIndex()
    for slot in range(1_000):
        index = index.added(numbers([slot]), np.array([slot], dtype=np.int32)).merged()
    assert len(index.runs) < 8
    assert len(index.find(numbers(range(1_000)))[1]) == 1_000


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["insert", "remove"]), KEYS, st.booleans()),
        max_size=20,
    )
)
def test_a_table_holds_what_was_committed_and_nothing_of_what_was_undone(steps):
    table = ResidentTable(SCHEMA, ("key",))
    kept: list[tuple[int, str]] = []
    for number, (step, keys, keep) in enumerate(steps):
        now = list(kept)
        if step == "insert":
            enter(table, keys, f"{number}:")
            now += [(key, f"{number}:{key}") for key in keys]
        else:
            table.remove(table.slots("key", numbers(keys)))
            now = [row for row in now if row[0] not in keys]
        assert sorted(table.rows("key", numbers([key for key, _ in now]))) == sorted(now)
        if keep:
            table.commit()
            kept = now
        else:
            table.rollback()
        everything = numbers([*{key for key, _ in kept}, *keys])
        assert sorted(table.rows("key", everything)) == sorted(kept)
        assert len(table.live()) == len(kept)


def test_rows_come_in_the_order_of_their_slots_over_all_segments():
    table = ResidentTable(SCHEMA, ("key",))
    for value in range(100):
        enter(table, [value])
        table.commit()
    assert table.take(np.array([3, 40, 41, 99], dtype=np.int32))["key"].to_pylist() == [3, 40, 41, 99]


def test_an_empty_table_finds_nothing():
    table = ResidentTable(SCHEMA, ("key",))
    assert table.rows("key", numbers([1, 2])) == []
    enter(table, [])
    assert table.take(np.array([], dtype=np.int32)).num_rows == 0


def test_many_keys_at_once_are_found_like_few():
    draw = np.random.default_rng(5)
    # Keys that differ in their low bits alone, where the packed order is not the order of the keys.
    keys = np.concatenate((draw.integers(0, 2**63 - 1, 150_000), (1 << 62) + draw.integers(0, 4_096, 50_000)))
    index = KeyIndex().added(keys, np.arange(len(keys), dtype=np.int32))
    assert (np.diff(index.runs[0].keys) >= 0).all()
    asked = np.unique(keys[::5])
    places, slots = index.find(asked)
    assert (keys[slots] == asked[places]).all()
    assert len(slots) == np.isin(keys, asked).sum()


@pytest.mark.parametrize("highest", [1, 50, 3_000, 2**40, 2**62])
def test_many_keys_rise_and_equal_ones_keep_their_order(highest):
    keys = np.random.default_rng(7).integers(0, highest, 200_000)
    assert rising(keys).tolist() == np.argsort(keys, kind="stable").tolist()


def test_keys_that_rise_already_are_found_among_those_that_came_before():
    index = KeyIndex().added(np.array([5, 3]), np.array([0, 1], dtype=np.int32))
    index = index.added_rising(np.array([3, 4, 4]), np.array([2, 3, 4], dtype=np.int32))
    places, slots = index.find(np.array([3, 4, 6]))
    assert sorted(zip(places.tolist(), slots.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 3), (1, 4)]
