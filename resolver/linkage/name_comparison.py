"""How names compare: the best agreement of any name of one record with any name of the other.

A name is a set of parts, each a consonant skeleton, so that order, grouping and spelling count little. What makes
agreement strong is how rare the parts are that agree: thousands are called Muhammad Ahmad, few bear one name of four
parts. The rarity of a part is its bits, -log2 of the share of people of the record's nationality who bear it by the
frozen frequencies; what agrees has the sum. Each kind of agreement has a level for each band of rarity, so that m and u
of rare and of common names are learned apart.

A part that is spelt otherwise, near in skeleton and sound, agrees, for less. A part that one side leaves out is no
contradiction; a part on each side that the other does not know is one.
"""

from __future__ import annotations

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
from resolver.linkage.comparison import OTHERWISE, Band, Comparison, Level, either_missing, in_common

_SOUND_U, _SOUND_W = "part_sounds_l[u]", "part_sounds_r[w]"
# In a short skeleton one sign is most of the word, and the first one tells names apart: Hamd, Ahmad; Isa, Musa.
_COMPARABLE = (
    "abs(length(u) - length(w)) <= 1 AND length(u) + length(w) > 5 AND (u[1] = w[1] OR length(u) + length(w) > 7)"
)
# How much of skeleton and sound together may differ: more where skeletons are one edit apart, less where two or more
# are; that is not looked at where one beginning makes strangers alike, as for the servants of different names of God.
_MOST_DIFFERENCE = (
    f"CASE WHEN damerau_levenshtein(u, w) <= 1 THEN {EDIT_PERCENT / 100}"
    f" WHEN u[1] = w[1] AND NOT starts_with(u, '{SERVANT}') THEN {EDITS_PERCENT / 100} ELSE 0.0 END"
)
_NEAR = (
    f"CASE WHEN {_COMPARABLE} THEN damerau_levenshtein(u, w) + damerau_levenshtein({_SOUND_U}, {_SOUND_W})"
    f" <= {_MOST_DIFFERENCE}"
    f" * (greatest(length(u), length(w)) + greatest(length({_SOUND_U}), length({_SOUND_W}))) ELSE false END"
)
# Every name of one side with every name of the other, and the parts in common.
_PAIRS_OF_NAMES = (
    "flatten(list_transform(name_tokens_l, lambda x: list_transform(name_tokens_r, lambda y:"
    " struct_pack(x := x, y := y, common := list_intersect(x, y)))))"
)
_COUNTED = (
    "struct_pack(x := p.x, y := p.y, whole := len(p.x) = len(p.y),"
    " contradicting := least(len(p.x), len(p.y)) - len(p.common),"
    " bits := coalesce(list_sum(list_transform(p.common, lambda t: least(part_bits_l[t], part_bits_r[t]))), 0))"
)
# Parts of x that no name of y has, near a part of y that x does not have.
_EDITS = (
    "len(list_filter(q.x, lambda u: NOT list_contains(q.y, u) AND len(list_filter(q.y, lambda w:"
    f" CASE WHEN list_contains(q.x, w) THEN false ELSE {_NEAR} END)) > 0))"
)
# A part that the other name leaves out is a given name of its record, and no given name is common: brothers, where one
# bears the name of a grandfather, or a son who is named with his father and grandfather, and the father.
_GIVEN_LEFT_OUT = (
    "CASE WHEN q.whole OR given_names_l IS NULL OR given_names_r IS NULL"
    " OR list_has_any(given_names_l, given_names_r) THEN false"
    " ELSE len(list_filter(given_names_l, lambda g: list_contains(q.x, g) AND NOT list_contains(q.y, g))) > 0"
    " OR len(list_filter(given_names_r, lambda g: list_contains(q.y, g) AND NOT list_contains(q.x, g))) > 0 END"
)
_FOUND = (
    "struct_pack(contradicting := q.contradicting, bits := q.bits, whole := q.whole,"
    f" given_left_out := {_GIVEN_LEFT_OUT},"
    f" edited := CASE WHEN q.contradicting > 0 THEN least({_EDITS}, q.contradicting) ELSE 0 END)"
)
_KIND = (
    f"CASE WHEN f.contradicting = 0 AND f.whole THEN {SAME}"
    f" WHEN f.contradicting = f.edited AND f.given_left_out THEN {GIVEN_OMITTED}"
    f" WHEN f.contradicting = 0 THEN {OMITTED}"
    f" WHEN f.contradicting = 1 AND f.edited = 1 AND f.whole THEN {EDITED}"
    f" WHEN f.contradicting = f.edited THEN {OMITTED_EDITED}"
    f" WHEN f.contradicting - f.edited = 1 THEN {CONTRADICTED} ELSE {OTHER} END"
)
_RARITY = (
    f"greatest(floor(f.bits + f.edited * {BITS_OF_AN_EDIT}"
    f" - (f.contradicting - f.edited) * {BITS_OF_A_CONTRADICTION}), 0)"
)
AGREEMENT = (
    "CASE WHEN list_has_any(name_parts_l, name_parts_r) THEN list_max(list_transform(list_transform(list_transform("
    f"{_PAIRS_OF_NAMES}, lambda p: {_COUNTED}), lambda q: {_FOUND}),"
    f" lambda f: ({_RARITY} * {KINDS} + {_KIND})::INTEGER)) ELSE 0 END"
)
"""SQL: the best agreement as bits * 8 + kind, 0 without a common part; compiled in `linkage.agreement`."""


def _is(kind: int) -> str:
    """SQL that is true for an agreement of this kind."""
    return f"{{agreement}} % {KINDS} = {kind}"


def _worth(bits: int) -> Band:
    """Agreements that are worth at least these bits."""
    return Band("{agreement}", bits * KINDS)


def _banded(code: str, words: str, kind: int, bands: tuple[int, ...], also: str = "") -> tuple[Level, ...]:
    """A level for each band of rarity, the rarest first; `bands` are the least bits of each, rising."""
    ends = (*bands[1:], bands[-1] + _WIDTH)
    return tuple(
        Level(
            f"{code}_{bits}",
            f"{words}; what agrees is borne by {_share(bits)}",
            _is(kind) + (f" AND ({also})" if also else ""),
            kind=code,
            rarity=(bits + end) / 2,
            band=_worth(bits),
        )
        for bits, end in reversed(tuple(zip(bands, ends, strict=True)))
    )


def _share(bits: int) -> str:
    return f"at most one in {2**bits:,}" if bits else "many"


_WIDTH = 3
# A part that a machine-readable field had no room for begins as a part of the other name does.
_CUT = " OR ".join(
    f"coalesce(len(list_filter(cut_parts_{one}, lambda c: len(list_filter(name_parts_{other}, lambda p:"
    " starts_with(p, c))) > 0)) > 0, false)"
    for one, other in (("l", "r"), ("r", "l"))
)
# Joined skeletons lose the vowels that tell names of one number of parts apart: Hasan, Husayn; Mahmud, Muhammad.
_REGROUPED = (
    f"{in_common('name_joined')} AND NOT list_has_any("
    "list_transform(name_tokens_l, lambda x: len(x)), list_transform(name_tokens_r, lambda x: len(x)))"
)
_ALL_BANDS = (0, 6, 9, 12, 15, 18, 21, 24, 27)
# Two offices that put parts in another order; or father and son, or brothers, who bear names of one another.
_GIVEN_DIFFER = "NOT list_has_any(given_names_l, given_names_r)"
_FEW_BANDS = (0, 9, 15, 21)

NAME = Comparison(
    "name",
    either_missing("name_tokens"),
    (
        *_banded(
            "given_differs",
            "the same parts, of which another one seems the given name",
            SAME,
            _FEW_BANDS,
            _GIVEN_DIFFER,
        ),
        *_banded("same", "same", SAME, _ALL_BANDS, in_common("name_written")),
        *_banded("parts_swapped", "the same parts in another order", SAME, _ALL_BANDS, in_common("name_forms")),
        *_banded("same_after_transliteration", "same after transliteration", SAME, _ALL_BANDS),
        Level("regrouped", "the same when parts written apart are joined", _REGROUPED),
        *_banded(
            "one_edit_given_differs",
            "one part is nearly the same in spelling and sound, no given name is common",
            EDITED,
            _FEW_BANDS,
            _GIVEN_DIFFER,
        ),
        *_banded("one_edit", "one part is nearly the same in spelling and sound", EDITED, (0, 9, 12, 15, 18, 21, 24)),
        *_banded(
            "truncated", "a part is cut off at the end of a machine-readable field", OMITTED, (0, 9, 15, 21), _CUT
        ),
        *_banded(
            "part_omitted_given_differs",
            "a part is omitted, another one seems the given name",
            OMITTED,
            _FEW_BANDS,
            _GIVEN_DIFFER,
        ),
        *_banded("part_omitted", "a part is omitted", OMITTED, _ALL_BANDS),
        *_banded(
            "part_omitted_one_edit",
            "a part is nearly the same, another is omitted",
            OMITTED_EDITED,
            (0, 9, 12, 15, 18, 21),
        ),
        *_banded("given_omitted", "the given name of one is omitted in the other", GIVEN_OMITTED, (0, 9, 15, 21)),
        Level(
            "part_contradicts_given_agrees",
            "one part contradicts, a given name agrees",
            f"{_is(CONTRADICTED)} AND {in_common('given_names')}",
            band=_worth(3),
        ),
        Level("part_contradicts", "one part contradicts", _is(CONTRADICTED), band=_worth(3)),
        Level("low_quality_alias", "only a low-quality alias is common", in_common("low_aliases")),
        Level("given_name", "a given name agrees, other parts contradict", in_common("given_names")),
        Level("one_part", "a common part agrees, others contradict", "list_has_any(name_parts_l, name_parts_r)"),
        Level("different", "different", OTHERWISE),
    ),
    {"agreement": AGREEMENT},
    ("part_bits", "part_sounds"),
)

_AGREEING = ("given_differs_", "same_", "parts_swapped_", "regrouped", "one_edit_", "truncated_", "part_omitted_")
NAMES_AGREE = NAME.at(*(level.code for level in NAME.levels if level.code.startswith(_AGREEING)))
"""SQL over a comparison vector: the names agree in all parts that both state."""
GIVEN_NAMES_AGREE = NAME.at("part_contradicts_given_agrees", "given_name")
"""SQL over a comparison vector: other parts contradict, but a given name agrees, which brothers do not share."""
