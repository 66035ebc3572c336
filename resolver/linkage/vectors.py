"""Comparison vectors, compiled: for each pair of records the levels that `comparisons` defines in SQL.

Most of what DuckDB did for a pair was to set up the vectors of hundreds of expressions, whatever there was to compare.
As loops over numbers all comparisons together take a fraction of that. The SQL is the definition, which Splink trains
and predicts with, and Spark; tests hold the two equal, for made-up records and for whatever a record may state.

All that is compiled together stands in this file: it is kept compiled until this file changes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resolver.linkage.agreement_kinds import CONTRADICTED, EDITED, GIVEN_OMITTED, KINDS, OMITTED, OMITTED_EDITED, SAME
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.compiled import Codes, Places, compiled, compiled_within
from resolver.linkage.name_comparison import NAME

Vectors = NDArray[np.int8]
"""The comparison vector values of pairs: a row for each pair, a column for each of `COMPARISONS`."""

LISTED: Final = (
    "name_parts",
    "given_names",
    "name_forms",
    "name_written",
    "name_joined",
    "cut_parts",
    "low_aliases",
    "kunyas",
    "fathers",
    "mothers",
    "birth_days",
    "birth_defaults",
    "birth_swaps",
    "birth_conversions",
    "birth_years",
    "birth_localities",
    "birth_countries",
    "residence_localities",
    "residence_countries",
    "nationalities",
    "nationality_codes",
    "sex",
    "document_keys",
    "document_numbers",
    "document_kinds",
    "document_unsafe",
    "biometric_references",
    "biometric_same",
    "biometric_probable",
    "biometric_candidates",
    "biometric_excluded",
    "contacts",
)
"""The columns of which a record states some texts or none, in the order in which `Stated` has them."""
(
    _NAME_PARTS,
    _GIVEN_NAMES,
    _NAME_FORMS,
    _NAME_WRITTEN,
    _NAME_JOINED,
    _CUT_PARTS,
    _LOW_ALIASES,
    _KUNYAS,
    _FATHERS,
    _MOTHERS,
    _BIRTH_DAYS,
    _BIRTH_DEFAULTS,
    _BIRTH_SWAPS,
    _BIRTH_CONVERSIONS,
    _BIRTH_YEARS,
    _BIRTH_LOCALITIES,
    _BIRTH_COUNTRIES,
    _RESIDENCE_LOCALITIES,
    _RESIDENCE_COUNTRIES,
    _NATIONALITIES,
    _NATIONALITY_CODES,
    _SEX,
    _DOCUMENT_KEYS,
    _DOCUMENT_NUMBERS,
    _DOCUMENT_KINDS,
    _DOCUMENT_UNSAFE,
    _BIOMETRIC_REFERENCES,
    _BIOMETRIC_SAME,
    _BIOMETRIC_PROBABLE,
    _BIOMETRIC_CANDIDATES,
    _BIOMETRIC_EXCLUDED,
    _CONTACTS,
) = range(32)

# A comparison vector value is the number of weaker levels; the names stand as the levels do, the strongest first.
_NOTHING: Final = -1
_KUNYA_COMMON, _KUNYA_OTHER = 1, 0
_FATHER_IN_BOTH, _FATHER_SAME, _FATHER_EDITED, _FATHER_IN_NAME, _FATHER_NOT_IN_NAME, _FATHER_OTHER = 5, 4, 3, 2, 1, 0
_MOTHER_SAME, _MOTHER_EDITED, _MOTHER_OTHER = 2, 1, 0
_DAY_SAME, _DAY_SWAPPED, _DAY_CONVERTED, _DAY_EDITED, _DEFAULT_DAY = 10, 9, 8, 7, 6
_YEAR_ALONE, _YEAR_SAME, _SHORT_OVERLAP, _OVERLAP, _WITHIN_TWO_YEARS, _BIRTHS_DISJOINT = 5, 4, 3, 2, 1, 0
_BORN_SAME_PLACE, _BORN_NEAR_PLACE, _BORN_SAME_COUNTRY, _BORN_ELSEWHERE = 3, 2, 1, 0
_LIVES_SAME_ADDRESS, _LIVES_SAME_PLACE, _LIVES_SAME_COUNTRY, _LIVES_ELSEWHERE = 3, 2, 1, 0
_NATIONALITY_COMMON, _NATIONALITY_COMPATIBLE, _NATIONALITY_BY_BIRTH, _NATIONALITY_OTHER = 3, 2, 1, 0
_SEX_SAME, _SEX_OTHER = 1, 0
_DOCUMENT_SAME_UNSAFE, _DOCUMENT_SAME, _DOCUMENT_NUMBER, _DOCUMENT_EXCHANGED, _DOCUMENT_EDITED = 6, 5, 4, 3, 2
_DOCUMENT_OTHER_NUMBER, _DOCUMENT_OTHER_KIND = 1, 0
_BIOMETRIC_EXCLUDED_LEVEL, _BIOMETRIC_SAME_LEVEL, _BIOMETRIC_PROBABLE_LEVEL, _BIOMETRIC_CANDIDATE_LEVEL = 3, 2, 1, 0
_CONTACT_COMMON, _CONTACT_OTHER = 1, 0

_FIVE_YEARS, _TWO_YEARS = 1827, 731
"""In days, as `comparisons.BIRTH_DATE` counts them."""
_FEW_SIGNS_OF_A_PARENT, _FEW_SIGNS_OF_A_TOWN = 2, 3
_WORDS_OF_AN_ADDRESS = 4
_EQUAL, _ONE_EDIT, _EXCHANGED, _FAR = 0, 1, 2, 3

_NAME_LEVELS: Final = (
    "given_differs",
    "same",
    "parts_swapped",
    "same_after_transliteration",
    "regrouped",
    "one_edit_given_differs",
    "one_edit",
    "truncated",
    "part_omitted_given_differs",
    "part_omitted",
    "part_omitted_one_edit",
    "given_omitted",
    "part_contradicts_given_agrees",
    "part_contradicts",
    "low_quality_alias",
    "given_name",
    "one_part",
    "different",
)
"""The levels of names, those of all bands of rarity as one."""
(
    _GIVEN_DIFFERS,
    _WRITTEN_SAME,
    _PARTS_SWAPPED,
    _TRANSLITERATED,
    _REGROUPED,
    _EDITED_GIVEN_DIFFERS,
    _NAME_EDITED,
    _TRUNCATED,
    _OMITTED_GIVEN_DIFFERS,
    _PART_OMITTED,
    _OMITTED_EDITED,
    _GIVEN_OMITTED,
    _CONTRADICTS_GIVEN_AGREES,
    _CONTRADICTS,
    _LOW_ALIAS,
    _GIVEN_NAME,
    _ONE_PART,
    _NAME_OTHER,
) = range(18)
_NOT_REACHED: Final = -2
NO_DATE: Final = -(2**31)


class Lists(NamedTuple):
    """The texts that n records state, as codes: two are one text if their codes are equal.

    Those of the column c of the record at place p are codes[ends[c, p]:ends[c, p + 1]], with c as in `LISTED`; of a
    column that it does not state there are none.
    """

    codes: Codes
    ends: Codes


class Texts(NamedTuple):
    """The text of code c: text[text_from[c]:text_from[c + 1]] in UTF-8, of `signs[c]` signs."""

    text_from: Places
    text: NDArray[np.uint8]
    signs: Codes


class Names(NamedTuple):
    """The names of a record are those from names_from[p] on, each of as many parts as it has from tokens_from[q] on."""

    names_from: Places
    tokens_from: Places


class Addresses(NamedTuple):
    """The addresses of a record are those from addresses[p] on, each of the codes from words[q] on of `Lists.codes`."""

    addresses: Places
    words: Places


class Dates(NamedTuple):
    """The time in which a record's person was born, in days since 1970, both ends included; `NO_DATE` if not known."""

    birth_from: Codes
    birth_to: Codes


class Stated(NamedTuple):
    """What n records state; `stateless` are the codes of the nationalities that are none."""

    lists: Lists
    texts: Texts
    names: Names
    homes: Addresses
    dates: Dates
    stateless: Codes


def vectors(stated: Stated, left: Places, right: Places, agreement: Codes) -> Vectors:
    """The comparison vector of each pair of places in `stated`, given how its names agree: see `linkage.agreement`."""
    found = np.empty((len(left), len(COMPARISONS)), dtype=np.int8)
    _vectors(stated, left, right, agreement, _BANDS, found)
    return found


def _bands() -> Vectors:
    """The values of the levels of names: a row for each of `_NAME_LEVELS`, a column for each bit of rarity."""
    most = max(level.band.least for level in NAME.levels if level.band is not None) // KINDS
    values = np.full((len(_NAME_LEVELS), most + 1), _NOT_REACHED, dtype=np.int8)
    for level in NAME.levels:
        row = values[_NAME_LEVELS.index(level.kind or level.code)]
        least = 0 if level.band is None else level.band.least // KINDS
        # Of the bands of one kind the highest comes first.
        row[least:] = np.where(row[least:] == _NOT_REACHED, NAME.gamma(level.code), row[least:])
    return values


_BANDS: Final = _bands()


@compiled
def _vectors(stated: Stated, left: Places, right: Places, agreement: Codes, bands: Vectors, found: Vectors) -> None:
    # Of what is handed on each array is counted with each call, so each comparison gets what it reads.
    lists, texts = stated.lists, stated.texts
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        found[pair, 0] = _name(lists, texts, stated.names, one, other, agreement[pair], bands)
        found[pair, 1] = _kunya(lists, one, other)
        found[pair, 2] = _father(lists, texts, one, other)
        found[pair, 3] = _mother(lists, texts, one, other)
        found[pair, 4] = _birth_date(lists, texts, stated.dates, one, other)
        found[pair, 5] = _birth_place(lists, texts, one, other)
        found[pair, 6] = _residence(lists, stated.homes, one, other)
        found[pair, 7] = _nationality(lists, stated.stateless, one, other)
        found[pair, 8] = _sex(lists, one, other)
        found[pair, 9] = _document(lists, texts, one, other)
        found[pair, 10] = _biometric(lists, one, other)
        found[pair, 11] = _contact(lists, one, other)


@compiled_within
def _name(lists: Lists, texts: Texts, names: Names, one: int, other: int, agreement: int, bands: Vectors) -> int:
    if names.names_from[one] == names.names_from[one + 1] or names.names_from[other] == names.names_from[other + 1]:
        return _NOTHING
    bits = min(agreement // KINDS, bands.shape[1] - 1)
    rare_enough = bands[_CONTRADICTS, bits] != _NOT_REACHED
    return int(bands[_name_level(lists, texts, names, one, other, agreement % KINDS, rare_enough), bits])


@compiled_within
def _name_level(lists: Lists, texts: Texts, names: Names, one: int, other: int, kind: int, rare_enough: bool) -> int:
    """The place in `_NAME_LEVELS` of two names; one that contradicts counts where the rest is rare enough."""
    given_agree = _common(lists, _GIVEN_NAMES, one, other)
    given_differ = not given_agree and not _missing(lists, _GIVEN_NAMES, one, other)
    if kind == SAME:
        if given_differ:
            return _GIVEN_DIFFERS
        if _common(lists, _NAME_WRITTEN, one, other):
            return _WRITTEN_SAME
        return _PARTS_SWAPPED if _common(lists, _NAME_FORMS, one, other) else _TRANSLITERATED
    if _common(lists, _NAME_JOINED, one, other) and not _as_many_parts(names, one, other):
        return _REGROUPED
    if kind == EDITED:
        return _EDITED_GIVEN_DIFFERS if given_differ else _NAME_EDITED
    if kind == OMITTED:
        if _cut(lists, texts, one, other) or _cut(lists, texts, other, one):
            return _TRUNCATED
        return _OMITTED_GIVEN_DIFFERS if given_differ else _PART_OMITTED
    if kind == OMITTED_EDITED:
        return _OMITTED_EDITED
    if kind == GIVEN_OMITTED:
        return _GIVEN_OMITTED
    if kind == CONTRADICTED and rare_enough:
        return _CONTRADICTS_GIVEN_AGREES if given_agree else _CONTRADICTS
    if _common(lists, _LOW_ALIASES, one, other):
        return _LOW_ALIAS
    if given_agree:
        return _GIVEN_NAME
    return _ONE_PART if _common(lists, _NAME_PARTS, one, other) else _NAME_OTHER


@compiled_within
def _kunya(lists: Lists, one: int, other: int) -> int:
    if _missing(lists, _KUNYAS, one, other):
        return _NOTHING
    return _KUNYA_COMMON if _common(lists, _KUNYAS, one, other) else _KUNYA_OTHER


@compiled_within
def _father(lists: Lists, texts: Texts, one: int, other: int) -> int:
    unknown, other_unknown = _none(lists, _FATHERS, one), _none(lists, _FATHERS, other)
    if unknown and (other_unknown or _none(lists, _NAME_PARTS, one)):
        return _NOTHING
    if other_unknown and _none(lists, _NAME_PARTS, other):
        return _NOTHING
    if _father_in_both_names(lists, one, other):
        return _FATHER_IN_BOTH
    if unknown or other_unknown:
        stands = _crossed(lists, _FATHERS, _NAME_PARTS, one, other)
        return _FATHER_IN_NAME if stands else _FATHER_NOT_IN_NAME
    if _common(lists, _FATHERS, one, other):
        return _FATHER_SAME
    return _FATHER_EDITED if _near(lists, texts, _FATHERS, one, other, _FEW_SIGNS_OF_A_PARENT) else _FATHER_OTHER


@compiled_within
def _father_in_both_names(lists: Lists, one: int, other: int) -> bool:
    """Whether a father that both state, or the only one that does, is a part of both names."""
    both = not _missing(lists, _FATHERS, one, other)
    stating = other if _none(lists, _FATHERS, one) else one
    for place in range(lists.ends[_FATHERS, stating], lists.ends[_FATHERS, stating + 1]):
        father = lists.codes[place]
        if both and not _in(lists, _FATHERS, other, father):
            continue
        if _in(lists, _NAME_PARTS, one, father) and _in(lists, _NAME_PARTS, other, father):
            return True
    return False


@compiled_within
def _mother(lists: Lists, texts: Texts, one: int, other: int) -> int:
    if _missing(lists, _MOTHERS, one, other):
        return _NOTHING
    if _common(lists, _MOTHERS, one, other):
        return _MOTHER_SAME
    return _MOTHER_EDITED if _near(lists, texts, _MOTHERS, one, other, _FEW_SIGNS_OF_A_PARENT) else _MOTHER_OTHER


@compiled_within
def _birth_date(lists: Lists, texts: Texts, dates: Dates, one: int, other: int) -> int:
    born, until = dates.birth_from[one], dates.birth_to[one]
    other_born, other_until = dates.birth_from[other], dates.birth_to[other]
    if born == NO_DATE or other_born == NO_DATE:
        return _NOTHING
    if _common(lists, _BIRTH_DAYS, one, other):
        return _DAY_SAME
    if _crossed(lists, _BIRTH_SWAPS, _BIRTH_DAYS, one, other):
        return _DAY_SWAPPED
    if _crossed(lists, _BIRTH_CONVERSIONS, _BIRTH_DAYS, one, other):
        return _DAY_CONVERTED
    if _near(lists, texts, _BIRTH_DAYS, one, other, 0):
        return _DAY_EDITED
    if _common(lists, _BIRTH_DEFAULTS, one, other):
        return _DEFAULT_DAY
    if _common(lists, _BIRTH_YEARS, one, other):
        return _YEAR_ALONE if _missing(lists, _BIRTH_DAYS, one, other) else _YEAR_SAME
    if born <= other_until and other_born <= until:
        short = until - born < _FIVE_YEARS and other_until - other_born < _FIVE_YEARS
        return _SHORT_OVERLAP if short else _OVERLAP
    apart = max(other_born - until, born - other_until)
    return _WITHIN_TWO_YEARS if apart <= _TWO_YEARS else _BIRTHS_DISJOINT


@compiled_within
def _birth_place(lists: Lists, texts: Texts, one: int, other: int) -> int:
    if _missing(lists, _BIRTH_LOCALITIES, one, other) and _missing(lists, _BIRTH_COUNTRIES, one, other):
        return _NOTHING
    if _common(lists, _BIRTH_LOCALITIES, one, other):
        return _BORN_SAME_PLACE
    if _near(lists, texts, _BIRTH_LOCALITIES, one, other, _FEW_SIGNS_OF_A_TOWN):
        return _BORN_NEAR_PLACE
    return _BORN_SAME_COUNTRY if _common(lists, _BIRTH_COUNTRIES, one, other) else _BORN_ELSEWHERE


@compiled_within
def _residence(lists: Lists, homes: Addresses, one: int, other: int) -> int:
    addresses = homes.addresses
    if (
        (addresses[one] == addresses[one + 1] or addresses[other] == addresses[other + 1])
        and _missing(lists, _RESIDENCE_LOCALITIES, one, other)
        and _missing(lists, _RESIDENCE_COUNTRIES, one, other)
    ):
        return _NOTHING
    for here in range(addresses[one], addresses[one + 1]):
        for there in range(addresses[other], addresses[other + 1]):
            if _same_address(lists, homes.words, here, there):
                return _LIVES_SAME_ADDRESS
    if _common(lists, _RESIDENCE_LOCALITIES, one, other):
        return _LIVES_SAME_PLACE
    return _LIVES_SAME_COUNTRY if _common(lists, _RESIDENCE_COUNTRIES, one, other) else _LIVES_ELSEWHERE


@compiled_within
def _same_address(lists: Lists, words: Places, one: int, other: int) -> bool:
    """Whether two addresses have most of the words of the shorter one in common."""
    codes, start, end = lists.codes, words[one], words[one + 1]
    other_start, other_end = words[other], words[other + 1]
    common = 0
    for place in range(start, end):
        # A word that stands twice is one.
        if not _holds(codes, start, place, codes[place]):
            common += _holds(codes, other_start, other_end, codes[place])
    return bool(common >= _WORDS_OF_AN_ADDRESS and 2 * common > min(end - start, other_end - other_start))


@compiled_within
def _nationality(lists: Lists, stateless: Codes, one: int, other: int) -> int:
    if _none(lists, _NATIONALITIES, one) and _none(lists, _BIRTH_COUNTRIES, one):
        return _NOTHING
    if _none(lists, _NATIONALITIES, other) and _none(lists, _BIRTH_COUNTRIES, other):
        return _NOTHING
    if _common(lists, _NATIONALITY_CODES, one, other):
        return _NATIONALITY_COMMON
    if (
        _common(lists, _NATIONALITIES, one, other)
        or _stateless(lists, stateless, one)
        or _stateless(lists, stateless, other)
    ):
        return _NATIONALITY_COMPATIBLE
    by_birth = _crossed(lists, _NATIONALITIES, _BIRTH_COUNTRIES, one, other)
    if not by_birth and _missing(lists, _NATIONALITIES, one, other):
        by_birth = _common(lists, _BIRTH_COUNTRIES, one, other)
    return _NATIONALITY_BY_BIRTH if by_birth else _NATIONALITY_OTHER


@compiled_within
def _stateless(lists: Lists, stateless: Codes, record: int) -> bool:
    for code in stateless:  # noqa: SIM110 - no generator is compiled
        if _in(lists, _NATIONALITY_CODES, record, code):
            return True
    return False


@compiled_within
def _sex(lists: Lists, one: int, other: int) -> int:
    if _missing(lists, _SEX, one, other):
        return _NOTHING
    return _SEX_SAME if _common(lists, _SEX, one, other) else _SEX_OTHER


@compiled_within
def _document(lists: Lists, texts: Texts, one: int, other: int) -> int:
    if _missing(lists, _DOCUMENT_NUMBERS, one, other):
        return _NOTHING
    number_common = _common(lists, _DOCUMENT_NUMBERS, one, other)
    if number_common and _unsafe(lists, one, other):
        return _DOCUMENT_SAME_UNSAFE
    if _common(lists, _DOCUMENT_KEYS, one, other):
        return _DOCUMENT_SAME
    if number_common:
        return _DOCUMENT_NUMBER
    if _exchanged(lists, texts, one, other):
        return _DOCUMENT_EXCHANGED
    if _near(lists, texts, _DOCUMENT_KEYS, one, other, 0):
        return _DOCUMENT_EDITED
    return _DOCUMENT_OTHER_NUMBER if _common(lists, _DOCUMENT_KINDS, one, other) else _DOCUMENT_OTHER_KIND


@compiled_within
def _unsafe(lists: Lists, one: int, other: int) -> bool:
    """Whether each number in common is one that a register calls unsafe, on either side."""
    for place in range(lists.ends[_DOCUMENT_NUMBERS, one], lists.ends[_DOCUMENT_NUMBERS, one + 1]):
        number = lists.codes[place]
        unsafe = _in(lists, _DOCUMENT_UNSAFE, one, number) or _in(lists, _DOCUMENT_UNSAFE, other, number)
        if not unsafe and _in(lists, _DOCUMENT_NUMBERS, other, number):
            return False
    return True


@compiled_within
def _exchanged(lists: Lists, texts: Texts, one: int, other: int) -> bool:
    """Whether two documents differ by two neighbouring characters alone."""
    for here in range(lists.ends[_DOCUMENT_KEYS, one], lists.ends[_DOCUMENT_KEYS, one + 1]):
        for there in range(lists.ends[_DOCUMENT_KEYS, other], lists.ends[_DOCUMENT_KEYS, other + 1]):
            if _difference(texts, lists.codes[here], lists.codes[there]) == _EXCHANGED:
                return True
    return False


@compiled_within
def _biometric(lists: Lists, one: int, other: int) -> int:
    if _crossed(lists, _BIOMETRIC_EXCLUDED, _BIOMETRIC_REFERENCES, one, other):
        return _BIOMETRIC_EXCLUDED_LEVEL
    if _common(lists, _BIOMETRIC_REFERENCES, one, other):
        return _BIOMETRIC_SAME_LEVEL
    if _crossed(lists, _BIOMETRIC_SAME, _BIOMETRIC_REFERENCES, one, other):
        return _BIOMETRIC_SAME_LEVEL
    if _crossed(lists, _BIOMETRIC_PROBABLE, _BIOMETRIC_REFERENCES, one, other):
        return _BIOMETRIC_PROBABLE_LEVEL
    if _crossed(lists, _BIOMETRIC_CANDIDATES, _BIOMETRIC_REFERENCES, one, other):
        return _BIOMETRIC_CANDIDATE_LEVEL
    return _NOTHING


@compiled_within
def _contact(lists: Lists, one: int, other: int) -> int:
    if _missing(lists, _CONTACTS, one, other):
        return _NOTHING
    return _CONTACT_COMMON if _common(lists, _CONTACTS, one, other) else _CONTACT_OTHER


@compiled_within
def _none(lists: Lists, column: int, record: int) -> bool:
    return bool(lists.ends[column, record] == lists.ends[column, record + 1])


@compiled_within
def _missing(lists: Lists, column: int, one: int, other: int) -> bool:
    """Whether one of two records at least does not state a column."""
    return _none(lists, column, one) or _none(lists, column, other)


@compiled_within
def _in(lists: Lists, column: int, record: int, code: int) -> bool:
    """Whether a record's column has a text."""
    return _holds(lists.codes, lists.ends[column, record], lists.ends[column, record + 1], code)


@compiled_within
def _common(lists: Lists, column: int, one: int, other: int) -> bool:
    """Whether two records have a text of a column in common."""
    return _stands(lists, column, one, column, other)


@compiled_within
def _crossed(lists: Lists, column: int, other_column: int, one: int, other: int) -> bool:
    """Whether a text of one column on either side stands in another column on the other side."""
    return _stands(lists, column, one, other_column, other) or _stands(lists, column, other, other_column, one)


@compiled_within
def _stands(lists: Lists, column: int, one: int, other_column: int, other: int) -> bool:
    """Whether a text of a record's column stands in a column of another record."""
    for place in range(lists.ends[column, one], lists.ends[column, one + 1]):
        if _in(lists, other_column, other, lists.codes[place]):
            return True
    return False


@compiled_within
def _as_many_parts(names: Names, one: int, other: int) -> bool:
    """Whether a name of one record has as many parts as one of the other."""
    for here in range(names.names_from[one], names.names_from[one + 1]):
        parts = names.tokens_from[here + 1] - names.tokens_from[here]
        for there in range(names.names_from[other], names.names_from[other + 1]):
            if names.tokens_from[there + 1] - names.tokens_from[there] == parts:
                return True
    return False


@compiled_within
def _cut(lists: Lists, texts: Texts, one: int, other: int) -> bool:
    """Whether a part of the other record begins as one that is cut off."""
    for here in range(lists.ends[_CUT_PARTS, one], lists.ends[_CUT_PARTS, one + 1]):
        for there in range(lists.ends[_NAME_PARTS, other], lists.ends[_NAME_PARTS, other + 1]):
            if _begins(texts, lists.codes[there], lists.codes[here]):
                return True
    return False


@compiled_within
def _begins(texts: Texts, code: int, beginning: int) -> bool:
    """Whether a text begins as another one."""
    start, there = texts.text_from[code], texts.text_from[beginning]
    length = texts.text_from[beginning + 1] - there
    if texts.text_from[code + 1] - start < length:
        return False
    for place in range(length):  # noqa: SIM110 - no generator is compiled
        if texts.text[start + place] != texts.text[there + place]:
            return False
    return True


@compiled_within
def _near(lists: Lists, texts: Texts, column: int, one: int, other: int, few: int) -> bool:
    """Whether the texts of a column, of more than `few` signs, have a pair that is at most one edit apart.

    As `comparison.edited` has it: Damerau and Levenshtein's distance and Jaccard's likeness, both of bytes.
    """
    for here in range(lists.ends[column, one], lists.ends[column, one + 1]):
        ours = lists.codes[here]
        if texts.signs[ours] <= few:
            continue
        for there in range(lists.ends[column, other], lists.ends[column, other + 1]):
            theirs = lists.codes[there]
            if texts.signs[theirs] <= few or _difference(texts, ours, theirs) == _FAR:
                continue
            if _half_common(texts, ours, theirs):
                return True
    return False


@compiled_within
def _difference(texts: Texts, one: int, other: int) -> int:
    """How two texts differ, in bytes: not at all, by one that is other, more or less, by two neighbours, or by more."""
    text = texts.text
    here, here_end = texts.text_from[one], texts.text_from[one + 1]
    there, there_end = texts.text_from[other], texts.text_from[other + 1]
    while here < here_end and there < there_end and text[here] == text[there]:
        here, there = here + 1, there + 1
    while here < here_end and there < there_end and text[here_end - 1] == text[there_end - 1]:
        here_end, there_end = here_end - 1, there_end - 1
    ours, theirs = here_end - here, there_end - there
    if ours == 0 and theirs == 0:
        return _EQUAL
    if ours <= 1 and theirs <= 1:
        return _ONE_EDIT
    if ours == 2 and theirs == 2 and text[here] == text[there + 1] and text[here + 1] == text[there]:
        return _EXCHANGED
    return _FAR


@compiled_within
def _half_common(texts: Texts, one: int, other: int) -> bool:
    """Whether half at least of the bytes that stand in either of two texts stand in both."""
    text = texts.text
    start, end, other_start, other_end = (
        texts.text_from[one],
        texts.text_from[one + 1],
        texts.text_from[other],
        texts.text_from[other + 1],
    )
    common = either = 0
    for place in range(start, end):
        if not _holds(text, start, place, text[place]):
            either += 1
            common += _holds(text, other_start, other_end, text[place])
    for place in range(other_start, other_end):
        new = not _holds(text, other_start, place, text[place])
        either += new and not _holds(text, start, end, text[place])
    return bool(2 * common >= either)


@compiled_within
def _holds(values: Codes | NDArray[np.uint8], start: int, end: int, value: int) -> bool:
    for place in range(start, end):  # noqa: SIM110 - no generator is compiled
        if values[place] == value:
            return True
    return False
