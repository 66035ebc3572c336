"""What each family of blocking keys finds: true pairs and candidate pairs, and those that no other family finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.blocking import LARGEST_BLOCK, blocking_keys
from resolver.linkage.term_frequencies import TermFrequencies

FAMILIES = tuple(LARGEST_BLOCK)

_KEYS = pa.schema([("key", pa.int64()), ("record_number", pa.int32()), ("family", pa.int8())])
_PAIRS = """
CREATE TABLE pairs AS
SELECT l.record_number AS left_number, r.record_number AS right_number, bit_or(1::BIGINT << l.family) AS families
FROM keys l JOIN keys r ON l.key = r.key AND l.record_number < r.record_number
GROUP BY ALL
"""
_JUDGED = """
SELECT families, l.person = r.person AS same, count(*) AS pairs
FROM pairs JOIN persons l ON l.record_number = left_number JOIN persons r ON r.record_number = right_number
GROUP BY ALL
"""
_TRUE_PAIRS = """
SELECT coalesce(sum(records * (records - 1) // 2), 0)::BIGINT
FROM (SELECT count(*) AS records FROM persons GROUP BY person)
"""


@dataclass(frozen=True, slots=True)
class FamilyFigures:
    """Pairs that share a key of one family; `..._alone`: and of no other."""

    family: str
    true_pairs: int
    true_pairs_alone: int
    candidates: int
    candidates_alone: int


@dataclass(frozen=True, slots=True)
class BlockingFigures:
    """How many pairs of one person share a key (`found` of `true_pairs`), and of how many candidate pairs."""

    records: int
    true_pairs: int
    found: int
    candidates: int
    families: tuple[FamilyFigures, ...]

    @property
    def recall(self) -> float:
        """The share of true pairs that become candidates; 1 where there are none."""
        return self.found / self.true_pairs if self.true_pairs else 1.0

    @property
    def candidates_a_record(self) -> float:
        """With how many others a record shares a key, on average; a pair counts for both of its records."""
        return 2 * self.candidates / self.records


def blocking_figures(
    records: Sequence[ComparableRecord], persons: Sequence[str], frequencies: TermFrequencies
) -> BlockingFigures:
    """Makes the keys of all records and counts the pairs that share one."""
    with duckdb.connect() as connection:
        connection.from_arrow(keys_table(records, frequencies)).create("keys")
        people = {"record_number": pa.array(range(len(persons)), pa.int32()), "person": list(persons)}
        connection.from_arrow(pa.table(people)).create("persons")
        connection.execute(_PAIRS)
        judged = connection.execute(_JUDGED).fetchall()
        (true_pairs,) = connection.execute(_TRUE_PAIRS).fetchall()[0]
    return BlockingFigures(
        records=len(records),
        true_pairs=true_pairs,
        found=sum(pairs for _, same, pairs in judged if same),
        candidates=sum(pairs for _, _, pairs in judged),
        families=tuple(_family(name, 1 << number, judged) for number, name in enumerate(FAMILIES)),
    )


def _family(name: str, bit: int, judged: Sequence[tuple[int, bool, int]]) -> FamilyFigures:
    found = [(families == bit, same, pairs) for families, same, pairs in judged if families & bit]
    return FamilyFigures(
        family=name,
        true_pairs=sum(pairs for _, same, pairs in found if same),
        true_pairs_alone=sum(pairs for alone, same, pairs in found if same and alone),
        candidates=sum(pairs for _, _, pairs in found),
        candidates_alone=sum(pairs for alone, _, pairs in found if alone),
    )


def keys_table(records: Sequence[ComparableRecord], frequencies: TermFrequencies, first: int = 0) -> pa.Table:
    """The keys of records numbered from `first`: `key`, `record_number`, `family` as its place in `FAMILIES`."""
    place = {name: number for number, name in enumerate(FAMILIES)}
    keys: list[int] = []
    numbers: list[int] = []
    families: list[int] = []
    for number, record in enumerate(records, start=first):
        for each in blocking_keys(record, frequencies):
            keys.append(each.key)
            numbers.append(number)
            families.append(place[each.family])
    return pa.table([keys, numbers, families], schema=_KEYS)
