"""How common a record's name is among the records that are evaluated, in four bands of a quarter each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import prod

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.term_frequencies import TermFrequencies

BANDS = ("rare", "uncommon", "common", "very common")
"""From the rarest quarter of the records to the one with the commonest names."""


def name_bands(records: Sequence[ComparableRecord], frequencies: TermFrequencies) -> list[str]:
    """The band of each record's primary name, by its expected share among people of the record's nationality.

    The shares are those of the frozen frequencies, so that a band says how rare the model takes a name to be. Records
    of one share are in one band; a record without a good name has none, an empty text.
    """
    shares = [_share(record, frequencies) for record in records]
    known = sorted(share for share in shares if share is not None)
    if not known:
        return [""] * len(shares)
    ends = [known[len(known) * quarter // len(BANDS)] for quarter in range(1, len(BANDS))]
    return ["" if share is None else BANDS[bisect_right(ends, share)] for share in shares]


def _share(record: ComparableRecord, frequencies: TermFrequencies) -> float | None:
    if record.name_key is None:
        return None
    return prod(frequencies.part(part, record.nationality) for part in record.name_key.split())
