"""The blocks of expectation maximisation: pairs that agree in something, of which enough are matches to learn from.

A value that many records share, such as a name that is a tenth of all, would make more pairs than everything else and
drown what the other values teach. Of such a value only a sample of records is looked at. Within a value every pair is
as likely to be kept as any other, matches and strangers alike; the sample is drawn from a seed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from random import Random

import pyarrow as pa

from resolver.linkage.comparisons import COMPARISONS

MOST_PAIRS_OF_A_VALUE = 2_000


@dataclass(frozen=True, slots=True)
class EmBlock:
    """Pairs equal in `column`, of a list in its first entry.

    They say nothing about the comparison that they settle: the other blocks estimate it.
    """

    column: str
    settles: str
    words: str

    @property
    def name(self) -> str:
        """The column that holds the block's values."""
        return f"em_{self.column}"

    @property
    def rule(self) -> str:
        """The blocking rule.

        Splink leaves a comparison out of a session whose rule reads a column that the comparison reads. The rule reads
        a column made for it, so it names one of the settled comparison besides, in a condition that always holds.
        """
        return f"l.{self.name} = r.{self.name} AND (l.{_a_column_of(self.settles)} IS NOT NULL OR TRUE)"


@dataclass(frozen=True, slots=True)
class BlockValues:
    """A column of block values, null for records that are left out, with the pairs that it makes and those left out."""

    column: pa.Array
    pairs: int
    pairs_left_out: int


EM_BLOCKS: tuple[EmBlock, ...] = (
    EmBlock("name_key", "name", "the whole name"),
    EmBlock("birth_days", "birth_date", "the day of birth"),
    EmBlock("document_numbers", "document", "a document number"),
)
"""What one settles, the others estimate; of several estimates of a level the median counts."""


def block_values(table: pa.Table, block: EmBlock, seed: int, most_pairs: int = MOST_PAIRS_OF_A_VALUE) -> BlockValues:
    """The block's values for the records of a table.

    Of a value that makes more than `most_pairs` pairs, a sample of records is kept.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(table[block.column].to_pylist()):
        if value:
            places[value[0] if isinstance(value, list) else value].append(place)
    most_records = (1 + isqrt(1 + 8 * most_pairs)) // 2
    column: list[int | None] = [None] * table.num_rows
    pairs = all_pairs = 0
    for number, (value, records) in enumerate(places.items()):
        kept = _sample(records, most_records, f"{seed} {value}")
        for place in kept:
            column[place] = number
        pairs += _choose_two(len(kept))
        all_pairs += _choose_two(len(records))
    return BlockValues(pa.array(column, pa.int64()), pairs, all_pairs - pairs)


def _sample(records: Sequence[int], most: int, seed: str) -> Sequence[int]:
    return records if len(records) <= most else Random(seed).sample(records, most)


def _choose_two(count: int) -> int:
    return count * (count - 1) // 2


def _a_column_of(comparison: str) -> str:
    (missing,) = (each.nothing_to_compare for each in COMPARISONS if each.name == comparison)
    return str(re.findall(r"\b(\w+)_l\b", missing)[0])
