"""The names of records as arrays of numbers, which a compiled function goes through without a Python object."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from resolver.linkage.compiled import compiled

NAME_COLUMNS: Final = ("name_parts", "part_bits", "part_sounds", "name_tokens", "given_names")
"""The columns of comparable records that are read, see `linkage.columns.SCHEMA`."""

_Number = TypeVar("_Number", np.int32, np.float32)
Places = NDArray[np.int64]
Codes = NDArray[np.int32]


class NameArrays(NamedTuple):
    """The names of n records. What is `X` of the record at place p stands in X[X_from[p]:X_from[p + 1]].

    Texts are codes: two are one text if their codes are equal. The text of code c is
    text[text_from[c]:text_from[c + 1]] in UTF-8 and has `signs[c]` signs. `sounds` and `bits` go with `parts`. The
    tokens of the name at place q are tokens[tokens_from[q]:tokens_from[q + 1]], each the place of a part among those of
    its record; `given_parts` are such places too, -1 for a given name that is no part.
    """

    parts_from: Places
    parts: Codes
    sounds: Codes
    bits: NDArray[np.float32]
    names_from: Places
    tokens_from: Places
    tokens: Codes
    given_from: Places
    given: Codes
    given_parts: Codes
    text_from: Places
    text: NDArray[np.uint8]
    signs: Codes


def name_arrays(rows: pa.Table) -> NameArrays:
    """The names of the rows of a table that has `NAME_COLUMNS`, in its order.

    Raises:
        ValueError: a record does not have one sound and one rarity for each part.
    """
    column = {name: rows[name].combine_chunks() for name in NAME_COLUMNS}
    names, parts, given = column["name_tokens"].flatten(), column["name_parts"], column["given_names"]
    parts_from = _from(parts)
    for name in ("part_bits", "part_sounds"):
        if not np.array_equal(_from(column[name]), parts_from):
            raise ValueError(f"{name} must have an entry for each of name_parts")
    texts = [parts.flatten(), _values(column["part_sounds"]), names.flatten(), given.flatten()]
    coded = pa.concat_arrays(texts).dictionary_encode()
    codes = np.split(_numbers(coded.indices, np.int32), np.cumsum([len(some) for some in texts])[:-1])
    names_from, tokens_from, given_from = _from(column["name_tokens"]), _from(names), _from(given)
    bytes_of = coded.dictionary.cast(pa.large_binary())
    _, ends, text = bytes_of.buffers()
    return NameArrays(
        parts_from=parts_from,
        parts=codes[0],
        sounds=codes[1],
        bits=_numbers(_values(column["part_bits"]), np.float32),
        names_from=names_from,
        tokens_from=tokens_from,
        tokens=_parts_of(parts_from, codes[0], tokens_from[names_from], codes[2]),
        given_from=given_from,
        given=codes[3],
        given_parts=_parts_of(parts_from, codes[0], given_from, codes[3]),
        text_from=np.array(np.frombuffer(ends, np.int64)[: len(bytes_of) + 1]),
        text=np.array(np.frombuffer(text or b"", np.uint8)),
        signs=_numbers(pc.utf8_length(coded.dictionary), np.int32),
    )


@compiled
def _parts_of(parts_from: Places, parts: Codes, texts_from: Places, texts: Codes) -> Codes:
    """The place of each text of a record among its parts, -1 for one that is none."""
    found = np.full(len(texts), -1, dtype=np.int32)
    for record in range(len(parts_from) - 1):
        start = parts_from[record]
        for place in range(texts_from[record], texts_from[record + 1]):
            for part in range(start, parts_from[record + 1]):
                if parts[part] == texts[place]:
                    found[place] = part - start
                    break
    return found


def _from(lists: pa.Array) -> Places:
    """Where the values of each list begin, and the end of all; a missing list has none."""
    lengths = np.diff(lists.offsets.to_numpy()).astype(np.int64)
    lengths[lists.is_null().to_numpy(zero_copy_only=False)] = 0
    return np.concatenate(([0], np.cumsum(lengths)))


def _values(entries: pa.Array) -> pa.Array:
    """The values of all entries of maps, one after the other."""
    bounds = entries.offsets
    return entries.items.slice(bounds[0].as_py(), bounds[-1].as_py() - bounds[0].as_py())


def _numbers(array: pa.Array, kind: type[_Number]) -> NDArray[_Number]:
    """A copy, so that it is always of one type: writable."""
    return np.array(array.to_numpy(zero_copy_only=False), dtype=kind)
