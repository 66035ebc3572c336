"""The agreement of names, compiled: for each pair what `name_comparison.AGREEMENT` says in SQL.

Two thirds of what DuckDB did for a pair was this one expression: lists within lists within lambdas, and a map of
rarities and one of sounds carried along for each part of each name. As loops over numbers it takes a fraction. The SQL
is the definition, which Splink and Spark read; tests hold the two equal.

All that is compiled together stands in this file: it is kept compiled until this file changes.
"""

from __future__ import annotations

from math import floor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resolver.linkage.agreement_kinds import (
    BITS_OF_A_CONTRADICTION,
    BITS_OF_AN_EDIT,
    CONTRADICTED,
    EDIT_PERCENT,
    EDITED,
    EDITS_PERCENT,
    GIVEN_OMITTED,
    KINDS,
    OMITTED,
    OMITTED_EDITED,
    OTHER,
    SAME,
    SERVANT,
)
from resolver.linkage.compiled import Codes, Places, compiled, compiled_within

_NONE: Final = -1
_UNKNOWN, _FAR, _NEAR = 0, 1, 2
_SERVANT: Final = tuple(SERVANT.encode())
_BYTES: Final = 256

Flags = NDArray[np.bool_]
Distances = NDArray[np.int32]


class NameArrays(NamedTuple):
    """The names of n records. What is `X` of the record at place p stands in X[X_from[p]:X_from[p + 1]].

    Texts are codes: two are one text if their codes are equal. The text of code c is
    text[text_from[c]:text_from[c + 1]] in UTF-8 and has `signs[c]` signs. `sounds` and `bits` go with `parts`. The
    tokens of the name at place q are tokens[tokens_from[q]:tokens_from[q + 1]], each the place of a part among those of
    its record; `given_parts` are such places too, -1 for a given name that is no part. No record has more than
    `most_parts`, and none of them or of their sounds is longer than `longest` bytes.
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
    most_parts: int
    longest: int


class _Room(NamedTuple):
    """What one pair after the other is worked out in.

    `partner` has for each part of one record the place of the same part in the other, -1 for none, and `partner_back`
    the reverse; `in_one` and `in_other` say which parts stand in the names that are held against each other;
    `nearness` has what is known of each part with each. `distances` has room for the distances of all beginnings of two
    texts, and a row more for where each byte stood last.
    """

    partner: Codes
    partner_back: Codes
    in_one: Flags
    in_other: Flags
    nearness: NDArray[np.int8]
    distances: Distances


def agreements(names: NameArrays, left: Places, right: Places) -> Codes:
    """The agreement of each pair of places in `names`, as bits * 8 + kind; 0 without a common part."""
    found = np.zeros(len(left), dtype=np.int32)
    _agreements(names, left, right, _room(names), found)
    return found


@compiled
def _agreements(names: NameArrays, left: Places, right: Places, room: _Room, found: Codes) -> None:
    for pair in range(len(left)):
        if _match(names, left[pair], right[pair], room):
            found[pair] = _best(names, left[pair], right[pair], room)


@compiled_within
def _match(names: NameArrays, one: int, other: int, room: _Room) -> bool:
    """Fills in the partners of all parts; whether there are any."""
    ours, theirs = names.parts_from[one], names.parts_from[other]
    our_parts, their_parts = names.parts_from[one + 1] - ours, names.parts_from[other + 1] - theirs
    room.partner_back[:their_parts] = _NONE
    room.nearness[:our_parts, :their_parts] = _UNKNOWN
    any_common = False
    for here in range(our_parts):
        room.partner[here] = _NONE
        for there in range(their_parts):
            if names.parts[ours + here] == names.parts[theirs + there]:
                room.partner[here], room.partner_back[there] = there, here
                any_common = True
                break
    return any_common


@compiled_within
def _best(names: NameArrays, one: int, other: int, room: _Room) -> int:
    """The best agreement of any name of one record with any name of the other."""
    ours, theirs = names.parts_from[one], names.parts_from[other]
    given_differ = _given_differ(names, one, other)
    best = 0
    for there in range(names.names_from[other], names.names_from[other + 1]):
        their_tokens = names.tokens[names.tokens_from[there] : names.tokens_from[there + 1]]
        _mark(room.in_other, their_tokens)
        for here in range(names.names_from[one], names.names_from[one + 1]):
            our_tokens = names.tokens[names.tokens_from[here] : names.tokens_from[here + 1]]
            common, bits = _common(names, ours, theirs, our_tokens, room)
            contradicting = min(len(our_tokens), len(their_tokens)) - common
            if floor(bits + contradicting * BITS_OF_AN_EDIT) * KINDS + SAME <= best:
                # Not even if all that contradicts were nearly the same.
                continue
            _mark(room.in_one, our_tokens)
            whole = len(our_tokens) == len(their_tokens)
            left_out = False
            if given_differ and not whole:
                left_out = _left_out(names, one, room.in_one, room.partner, room.in_other)
                left_out = left_out or _left_out(names, other, room.in_other, room.partner_back, room.in_one)
            edited = 0
            if contradicting > 0:
                edits = _edits(names, ours, theirs, our_tokens, their_tokens, room)
                edited = min(edits, contradicting)
            rarity = floor(bits + edited * BITS_OF_AN_EDIT - (contradicting - edited) * BITS_OF_A_CONTRADICTION)
            best = max(best, max(rarity, 0) * KINDS + _kind(contradicting, edited, whole, left_out))
    return best


@compiled_within
def _mark(flags: Flags, tokens: Codes) -> None:
    flags[:] = False
    for token in tokens:
        flags[token] = True


@compiled_within
def _common(names: NameArrays, ours: int, theirs: int, our_tokens: Codes, room: _Room) -> tuple[int, float]:
    """How many parts of a name the other one has as well, and how rare these are together, in bits."""
    common, bits = 0, 0.0
    for token in our_tokens:
        match = room.partner[token]
        if match != _NONE and room.in_other[match]:
            common += 1
            bits += min(names.bits[ours + token], names.bits[theirs + match])
    return common, bits


@compiled_within
def _edits(names: NameArrays, ours: int, theirs: int, our_tokens: Codes, their_tokens: Codes, room: _Room) -> int:
    """How many parts of a name that the other one has not are near a part of that which the first has not."""
    edits = 0
    for token in our_tokens:
        if room.partner[token] != _NONE and room.in_other[room.partner[token]]:
            continue
        for their_token in their_tokens:
            match = room.partner_back[their_token]
            if not (match != _NONE and room.in_one[match]) and _known_near(
                names, ours, theirs, token, their_token, room
            ):
                edits += 1
                break
    return edits


@compiled_within
def _known_near(names: NameArrays, ours: int, theirs: int, token: int, their_token: int, room: _Room) -> bool:
    known = room.nearness[token, their_token]
    if known == _UNKNOWN:
        u, w = ours + token, theirs + their_token
        is_near = _near(names, names.parts[u], names.sounds[u], names.parts[w], names.sounds[w], room.distances)
        known = _NEAR if is_near else _FAR
        room.nearness[token, their_token] = known
    return bool(known == _NEAR)


@compiled_within
def _given_differ(names: NameArrays, one: int, other: int) -> bool:
    """Whether both records have given names, and none in common."""
    ours, theirs = names.given_from[one], names.given_from[other]
    our_end, their_end = names.given_from[one + 1], names.given_from[other + 1]
    if ours == our_end or theirs == their_end:
        return False
    for here in range(ours, our_end):
        for there in range(theirs, their_end):
            if names.given[here] == names.given[there]:
                return False
    return True


@compiled_within
def _left_out(names: NameArrays, record: int, its_name: Flags, partner: Codes, other_name: Flags) -> bool:
    """Whether a given name of a record is in its name and not in the other one."""
    for place in range(names.given_from[record], names.given_from[record + 1]):
        part = names.given_parts[place]
        if part != _NONE and its_name[part] and not (partner[part] != _NONE and other_name[partner[part]]):
            return True
    return False


@compiled_within
def _kind(contradicting: int, edited: int, whole: bool, given_left_out: bool) -> int:
    if contradicting == 0 and whole:
        return SAME
    if contradicting == edited and given_left_out:
        return GIVEN_OMITTED
    if contradicting == 0:
        return OMITTED
    if contradicting == 1 and edited == 1 and whole:
        return EDITED
    if contradicting == edited:
        return OMITTED_EDITED
    return CONTRADICTED if contradicting - edited == 1 else OTHER


def _room(names: NameArrays) -> _Room:
    """Room for any pair of the records of `names`."""
    parts, longest = names.most_parts, names.longest + 2
    return _Room(
        partner=np.empty(parts, np.int32),
        partner_back=np.empty(parts, np.int32),
        in_one=np.zeros(parts, np.bool_),
        in_other=np.zeros(parts, np.bool_),
        nearness=np.empty((parts, parts), np.int8),
        distances=np.zeros((longest + 1, max(longest, _BYTES)), dtype=np.int32),
    )


@compiled_within
def _near(names: NameArrays, part: int, sound: int, other: int, other_sound: int, distances: Distances) -> bool:
    """Whether a part that sounds so is near another one that sounds so; all four are codes of texts."""
    one_signs, other_signs = names.signs[part], names.signs[other]
    alike = _first_alike(names, part, other)
    # In a short skeleton one sign is most of the word, and the first one tells names apart: Hamd, Ahmad; Isa, Musa.
    if abs(one_signs - other_signs) > 1 or one_signs + other_signs <= 5 or not (alike or one_signs + other_signs > 7):
        return False
    edits = _distance(names, part, other, distances)
    percent = 0
    if edits <= 1:
        percent = EDIT_PERCENT
    elif alike and not _of_a_servant(names, part):
        percent = EDITS_PERCENT
    most = percent * (max(one_signs, other_signs) + max(names.signs[sound], names.signs[other_sound]))
    if 100 * edits > most:
        return False
    return bool(100 * (edits + _distance(names, sound, other_sound, distances)) <= most)


@compiled_within
def _first_alike(names: NameArrays, one: int, other: int) -> bool:
    """Whether two texts begin with one sign, or both are empty."""
    one_from, one_to = names.text_from[one], names.text_from[one + 1]
    other_from, other_to = names.text_from[other], names.text_from[other + 1]
    if one_from == one_to or other_from == other_to:
        return bool(one_from == one_to and other_from == other_to)
    place = 0
    while True:
        here = names.text[one_from + place] if one_from + place < one_to else 0
        there = names.text[other_from + place] if other_from + place < other_to else 0
        begins_here, begins_there = here & 0xC0 != 0x80, there & 0xC0 != 0x80
        if place > 0 and (begins_here or begins_there):
            # The next sign begins, or the text ends.
            return bool(begins_here and begins_there)
        if here != there:
            return False
        place += 1


@compiled_within
def _of_a_servant(names: NameArrays, code: int) -> bool:
    start, end = names.text_from[code], names.text_from[code + 1]
    if end - start < len(_SERVANT):
        return False
    begins = True
    for place, sign in enumerate(_SERVANT):
        begins = begins and names.text[start + place] == sign
    return begins


@compiled_within
def _distance(names: NameArrays, one: int, other: int, distances: Distances) -> int:
    """Damerau and Levenshtein's distance of two texts in bytes, where what was exchanged may be edited further.

    Source: R. Lowrance, R. A. Wagner, An extension of the string-to-string correction problem, Journal of the ACM
    22(2), 1975.
    """
    one_from, other_from = names.text_from[one], names.text_from[other]
    rows, columns = names.text_from[one + 1] - one_from, names.text_from[other + 1] - other_from
    if rows == 0 or columns == 0:
        return int(rows + columns)
    last_row_of = distances[-1]
    last_row_of[:_BYTES] = 0
    infinite = rows + columns
    distances[0, 0] = infinite
    for row in range(rows + 1):
        distances[row + 1, 0] = infinite
        distances[row + 1, 1] = row
    for column in range(columns + 1):
        distances[0, column + 1] = infinite
        distances[1, column + 1] = column
    for row in range(1, rows + 1):
        sign = names.text[one_from + row - 1]
        last_column = 0
        for column in range(1, columns + 1):
            there = names.text[other_from + column - 1]
            last_row = last_row_of[there]
            exchanged = distances[last_row, last_column] + (row - last_row - 1) + 1 + (column - last_column - 1)
            kept = distances[row, column]
            if sign == there:
                last_column = column
            else:
                kept += 1
            distances[row + 1, column + 1] = min(
                kept, distances[row + 1, column] + 1, distances[row, column + 1] + 1, exchanged
            )
        last_row_of[sign] = row
    return int(distances[rows + 1, columns + 1])
