"""What records state as arrays of numbers, which a compiled function goes through without a Python object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from resolver.linkage.agreement import NameArrays
from resolver.linkage.columns import SCHEMA, TF_COLUMNS
from resolver.linkage.compiled import Codes, Places, compiled
from resolver.linkage.vectors import LISTED, NO_DATE, Addresses, Dates, Lists, Names, Stated, Texts

_LISTS_OF_LISTS: Final = ("name_tokens", "addresses")
_BY_PART: Final = ("part_sounds", "part_bits")
_DATES: Final = ("birth_from", "birth_to")
COMPARED: Final = (*LISTED, *_LISTS_OF_LISTS, *_BY_PART, *_DATES)
"""The columns of comparable records that comparisons read, see `linkage.columns.SCHEMA`."""
COLUMNS: Final = ("record_number", *COMPARED, *TF_COLUMNS)
"""All columns that are read."""
_TEXTS: Final = pa.list_(pa.string())
_STATELESS: Final = pa.array(["XXA", "XXB", "XXC"])
ROWS_AT_ONCE: Final = 50_000
"""Records whose texts are numbered at a time: all of a large holding are more than one Arrow array may have."""

_Number = TypeVar("_Number", np.int32, np.float32)
_Integer = TypeVar("_Integer", np.int32, np.int64)
_Any = TypeVar("_Any", bound=np.generic)


class RecordArrays(NamedTuple):
    """What n records state, for the agreement of their names and for all comparisons; texts have the same codes.

    `frequencies` has a row for each of `columns.TF_COLUMNS`, NaN where a record has no such value.
    """

    numbers: Places
    names: NameArrays
    stated: Stated
    frequencies: NDArray[np.float64]


def record_arrays(tables: Iterable[pa.Table]) -> RecordArrays:
    """The records of the rows of tables that have `COLUMNS`, in their order; of each nothing is kept.

    Raises:
        ValueError: a record does not have one sound and one rarity for each part, or one end of its time of birth.
    """
    parts = [
        _part(rows.slice(start, ROWS_AT_ONCE)) for rows in tables for start in range(0, rows.num_rows, ROWS_AT_ONCE)
    ] or [_part(SCHEMA.empty_table())]
    coded = pa.chunked_array([part.texts for part in parts]).unify_dictionaries()
    texts = coded.chunk(0).dictionary
    codes = _by_column([_numbers(chunk.indices, np.int32) for chunk in coded.chunks], [part.counts for part in parts])
    at = _from(_joined([part.lengths for part in parts], axis=1).ravel(), np.int32)
    # Where a column begins the one before it ends.
    size = at.itemsize
    numbers = _joined([part.numbers for part in parts])
    ends = as_strided(at, (len(LISTED), len(numbers) + 1), (len(numbers) * size, size)).copy()
    names_from, addresses_from = (_from(_joined([part.outer[which] for part in parts]), np.int64) for which in (0, 1))
    tokens_from, words_from = (_from(_joined([part.inner[which] for part in parts]), np.int64) for which in (0, 1))
    lists_end = int(at[-1])
    tokens_end = lists_end + tokens_from[-1]
    in_bytes = texts.cast(pa.large_binary())
    _, text_from, text = in_bytes.buffers()
    stated = Stated(
        lists=Lists(codes, ends),
        texts=Texts(
            text_from=np.array(np.frombuffer(text_from, np.int64)[: len(texts) + 1]),
            text=np.array(np.frombuffer(text or b"", np.uint8)),
            signs=_numbers(pc.utf8_length(texts), np.int32),
        ),
        names=Names(names_from, tokens_from),
        homes=Addresses(addresses_from, tokens_end + words_from),
        dates=Dates(*(_joined([part.dates[which] for part in parts]) for which in (0, 1))),
        stateless=codes[-len(_STATELESS) :],
    )
    # `bits` go with the parts, and so do the sounds, which come after the words.
    bits, words_end = _joined([part.bits for part in parts]), tokens_end + words_from[-1]
    sounds = codes[words_end : words_end + len(bits)]
    return RecordArrays(
        numbers=numbers,
        names=_names(stated, sounds, bits, codes[lists_end:tokens_end]),
        stated=stated,
        frequencies=_joined([part.frequencies for part in parts], axis=1),
    )


class _Part(NamedTuple):
    """Some records: the texts of each column after those of the other, numbered, and how many there are of each.

    The columns are those of `LISTED`, of which `lengths` has a row each, then the texts in the lists of
    `_LISTS_OF_LISTS`, the sounds, and `_STATELESS`. `inner` are the numbers of texts in such lists, `outer` of such
    lists a record.
    """

    numbers: Places
    frequencies: NDArray[np.float64]
    texts: pa.DictionaryArray
    counts: Places
    lengths: Codes
    inner: tuple[Codes, Codes]
    outer: tuple[Codes, Codes]
    bits: NDArray[np.float32]
    dates: tuple[Codes, Codes]


def _part(rows: pa.Table) -> _Part:
    rows = rows.select(COLUMNS).combine_chunks()
    column = dict(zip(COLUMNS, map(_whole, rows.columns), strict=True))
    names, addresses = (column[name] for name in _LISTS_OF_LISTS)
    tokens, words = names.flatten(), addresses.flatten()
    # All at once: what takes the time of a few records is the number of calls.
    every = pa.concat_arrays([*(_listed(column[name]) for name in LISTED), tokens, words])
    lengths = _lengths(every)
    sounds, bits = (_by_part(column[name], name, column["name_parts"]) for name in _BY_PART)
    of_columns = len(LISTED) * rows.num_rows
    matrix = lengths[:of_columns].reshape(len(LISTED), rows.num_rows)
    inner = lengths[of_columns : of_columns + len(tokens)], lengths[of_columns + len(tokens) :]
    born, until = (_numbers(column[name].view(pa.int32()).fill_null(NO_DATE), np.int32) for name in _DATES)
    if not np.array_equal(born == NO_DATE, until == NO_DATE):
        raise ValueError("birth_from must be stated with birth_to")
    return _Part(
        # A copy: to look into a part of what DuckDB gave keeps all of it.
        numbers=column["record_number"].to_numpy().copy(),
        frequencies=np.array([column[name].to_numpy(zero_copy_only=False) for name in TF_COLUMNS]),
        texts=pa.concat_arrays([every.flatten(), sounds, _STATELESS]).dictionary_encode(),
        counts=np.array([*matrix.sum(axis=1), *(some.sum() for some in inner), len(sounds), len(_STATELESS)]),
        lengths=matrix,
        inner=inner,
        outer=(_lengths(names), _lengths(addresses)),
        bits=_numbers(bits, np.float32),
        dates=(born, until),
    )


def _by_column(codes: list[Codes], counts: list[Places]) -> Codes:
    """The codes of several parts, those of one column after those of the other."""
    if len(codes) == 1:
        return codes[0]
    columns = zip(
        *(np.split(some, np.cumsum(held)[:-1]) for some, held in zip(codes, counts, strict=True)), strict=True
    )
    return np.concatenate([of_part for column in columns for of_part in column])


def _names(stated: Stated, sounds: Codes, bits: NDArray[np.float32], tokens: Codes) -> NameArrays:
    codes, ends = stated.lists
    parts_from, given = (ends[LISTED.index(name)].astype(np.int64) for name in ("name_parts", "given_names"))
    # `sounds` and `bits` go with the parts, which come first of all.
    parts, given_names, given_from = codes[: parts_from[-1]], codes[given[0] : given[-1]], given - given[0]
    names_from, tokens_from = stated.names
    return NameArrays(
        parts_from=parts_from,
        parts=parts,
        sounds=sounds,
        bits=bits,
        names_from=names_from,
        tokens_from=tokens_from,
        tokens=_parts_of(parts_from, parts, tokens_from[names_from], tokens),
        given_from=given_from,
        given=given_names,
        given_parts=_parts_of(parts_from, parts, given_from, given_names),
        **stated.texts._asdict(),
        most_parts=int(np.diff(parts_from).max(initial=0)),
        longest=int(np.diff(stated.texts.text_from)[np.concatenate([parts, sounds])].max(initial=0)),
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


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _listed(values: pa.Array) -> pa.Array:
    """A column as lists of texts; one of single texts as lists of one."""
    if values.type == _TEXTS:
        return values
    if pa.types.is_list(values.type):
        return values.cast(_TEXTS)
    stated = values.is_valid().to_numpy(zero_copy_only=False).astype(np.int32)
    return pa.ListArray.from_arrays(_from(stated, np.int32), values.drop_null())


def _lengths(lists: pa.Array) -> Codes:
    """How many values each list has; a missing list has none."""
    lengths: Codes = np.diff(lists.offsets.to_numpy())
    if lists.null_count:
        lengths[lists.is_null().to_numpy(zero_copy_only=False)] = 0
    return lengths


def _from(lengths: Codes, kind: type[_Integer]) -> NDArray[_Integer]:
    """Where the values of each list begin, and the end of all."""
    places = np.zeros(len(lengths) + 1, kind)
    np.cumsum(lengths, out=places[1:])
    return places


def _joined(parts: Sequence[NDArray[_Any]], axis: int = 0) -> NDArray[_Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=axis)


def _by_part(entries: pa.Array, name: str, parts: pa.Array) -> pa.Array:
    """The values of all entries of maps, one after the other, each of a part."""
    if not np.array_equal(_lengths(entries), _lengths(parts)):
        raise ValueError(f"{name} must have an entry for each of name_parts")
    bounds = entries.offsets
    return entries.items.slice(bounds[0].as_py(), bounds[-1].as_py() - bounds[0].as_py())


def _numbers(array: pa.Array, kind: type[_Number]) -> NDArray[_Number]:
    """A copy, so that it is always of one type: writable."""
    return np.array(array.to_numpy(zero_copy_only=False), dtype=kind)
