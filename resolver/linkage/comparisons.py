"""The comparisons of the model and their levels: the definition, apart from the trained parameters.

Levels are named in the words of Delegated Regulation (EU) 2023/333, Annex II, where it has them. A
condition is SQL over the columns of `ComparableRecord` with the suffixes `_l` and `_r`; Splink reads
it as it stands, and `linkage.vectors` says the same compiled, which tests hold. A column that is not
stated is NULL, and a comparison with NULL on a side is no evidence.
"""

from __future__ import annotations

from resolver.linkage.comparison import (
    OTHERWISE,
    Comparison,
    Level,
    Strangers,
    any_pair,
    edited,
    either_missing,
    in_common,
    one_in_other,
)
from resolver.linkage.name_comparison import NAME

KUNYA = Comparison(
    "kunya",
    either_missing("kunyas"),
    (
        Level("common", "a kunya is common", in_common("kunyas"), "kunya", 0.5),
        Level("another", "another kunya, which says nothing", OTHERWISE, weight=0.0),
    ),
)


_NEAR_PARENTS = f"length(x) > 2 AND length(y) > 2 AND {edited(1)}"
_FATHER_UNKNOWN = (
    "(fathers_l IS NULL AND fathers_r IS NULL) OR (fathers_l IS NULL AND name_parts_l IS NULL)"
    " OR (fathers_r IS NULL AND name_parts_r IS NULL)"
)
_ONE_FATHER = "(fathers_l IS NULL OR fathers_r IS NULL)"
_FATHERS_ALIKE = (
    "CASE WHEN fathers_l IS NULL THEN fathers_r WHEN fathers_r IS NULL THEN fathers_l"
    " ELSE list_intersect(fathers_l, fathers_r) END"
)
_PARTS_ALIKE = "list_intersect(name_parts_l, name_parts_r)"

FATHER = Comparison(
    "father",
    _FATHER_UNKNOWN,
    (
        Level(
            "in_both_names",
            "the same, and counted with the name already",
            f"coalesce(list_has_any({_FATHERS_ALIKE}, {_PARTS_ALIKE}), false)",
            weight=0.0,
        ),
        Level("same", "same after transliteration", in_common("fathers")),
        Level("one_edit", "one character differs", any_pair("fathers", _NEAR_PARENTS)),
        Level(
            "in_the_name",
            "the father that one states stands in the name of the other",
            f"{_ONE_FATHER} AND ({one_in_other('fathers', 'name_parts')})",
        ),
        Level("not_in_the_name", "the father that one states does not stand in the name of the other", _ONE_FATHER),
        Level("different", "different", OTHERWISE),
    ),
    strangers=Strangers.COUNTRYMEN,
)

MOTHER = Comparison(
    "mother",
    either_missing("mothers"),
    (
        Level("same", "same after transliteration", in_common("mothers")),
        Level("one_edit", "one character differs", any_pair("mothers", _NEAR_PARENTS)),
        Level("different", "different", OTHERWISE),
    ),
    strangers=Strangers.COUNTRYMEN,
)

_SHORT_L = "date_diff('day', birth_from_l, birth_to_l) < 1827"
_SHORT_R = "date_diff('day', birth_from_r, birth_to_r) < 1827"

BIRTH_DATE = Comparison(
    "birth_date",
    either_missing("birth_from"),
    (
        Level("same_day", "same day", in_common("birth_days")),
        Level(
            "day_and_month_swapped",
            "day and month swapped",
            "list_has_any(birth_days_l, birth_swaps_r) OR list_has_any(birth_swaps_l, birth_days_r)",
        ),
        Level(
            "calendar_conversion",
            "the same after conversion from an Islamic calendar",
            one_in_other("birth_conversions", "birth_days"),
        ),
        Level(
            "one_character",
            "one character differs, or two are exchanged",
            any_pair("birth_days", edited(1)),
        ),
        Level(
            "same_default_day",
            "the same default day, such as 1 January, of one year",
            in_common("birth_defaults"),
        ),
        Level(
            "same_year_day_unknown",
            "same year, the day known on one side at most",
            "list_has_any(birth_years_l, birth_years_r) AND (birth_days_l IS NULL OR birth_days_r IS NULL)",
        ),
        Level("same_year", "same year, another day", in_common("birth_years")),
        Level(
            "short_intervals_overlap",
            "the possible dates overlap, both within five years",
            f"birth_from_l <= birth_to_r AND birth_from_r <= birth_to_l AND {_SHORT_L} AND {_SHORT_R}",
        ),
        Level(
            "intervals_overlap",
            "the possible dates overlap",
            "birth_from_l <= birth_to_r AND birth_from_r <= birth_to_l",
        ),
        Level(
            "within_two_years",
            "within two years",
            "greatest(date_diff('day', birth_to_l, birth_from_r), date_diff('day', birth_to_r, birth_from_l)) <= 731",
        ),
        Level("disjoint", "more than two years apart", OTHERWISE),
    ),
    # Default dates go with a nationality.
    strangers=Strangers.COUNTRYMEN,
)

BIRTH_PLACE = Comparison(
    "birth_place",
    either_missing("birth_localities", "birth_countries"),
    (
        Level("same_locality", "same locality", in_common("birth_localities"), "birth_locality", 0.7, 1e-3),
        Level(
            "similar_locality",
            "one character of the locality differs",
            any_pair("birth_localities", f"length(x) > 3 AND length(y) > 3 AND {edited(1)}"),
        ),
        Level("same_country", "same country", in_common("birth_countries")),
        Level("different", "different", OTHERWISE),
    ),
    strangers=Strangers.COUNTRYMEN,
)

# Slips of the pen part and join words, and people move within a town: more than half of the shorter address stands in
# the other one. Street, town and a state of one name are no address in common.
_MOST_WORDS_COMMON = "len(list_intersect(x, y)) >= 4 AND 2 * len(list_intersect(x, y)) > least(len(x), len(y))"

RESIDENCE = Comparison(
    "residence",
    either_missing("addresses", "residence_localities", "residence_countries"),
    (
        # By policy: made-up records have towns alone. A household shares its address, so it weighs less than a name.
        Level(
            "same_address",
            "the same address, or most of its words",
            any_pair("addresses", _MOST_WORDS_COMMON),
            weight=8.0,
        ),
        Level("same_locality", "same locality", in_common("residence_localities")),
        Level("same_country", "same country", in_common("residence_countries")),
        Level("different", "different", OTHERWISE),
    ),
    strangers=Strangers.COUNTRYMEN,
)

_BORN_THERE = (
    "coalesce(list_has_any(nationalities_l, birth_countries_r), false)"
    " OR coalesce(list_has_any(birth_countries_l, nationalities_r), false)"
    " OR (nationalities_l IS NULL OR nationalities_r IS NULL)"
    " AND coalesce(list_has_any(birth_countries_l, birth_countries_r), false)"
)

_STATELESS = " OR ".join(
    f"coalesce(list_has_any(nationality_codes_{side}, ['XXA', 'XXB', 'XXC']), false)" for side in ("l", "r")
)

NATIONALITY = Comparison(
    "nationality",
    "(nationalities_l IS NULL AND birth_countries_l IS NULL)"
    " OR (nationalities_r IS NULL AND birth_countries_r IS NULL)",
    (
        Level(
            "common",
            "a nationality is common",
            "coalesce(list_has_any(nationality_codes_l, nationality_codes_r), false)",
        ),
        Level(
            "compatible",
            "compatible: a state and its successor, or stateless on one side",
            f"coalesce(list_has_any(nationalities_l, nationalities_r), false) OR {_STATELESS}",
        ),
        Level(
            "country_of_birth",
            "a country of birth stands in for a nationality that is not stated or not common",
            _BORN_THERE,
        ),
        Level("different", "different", OTHERWISE),
    ),
    strangers=Strangers.NAMESAKES,
)

SEX = Comparison(
    "sex",
    either_missing("sex"),
    (Level("same", "same", "sex_l = sex_r"), Level("different", "different", OTHERWISE)),
)

DOCUMENT = Comparison(
    "document",
    either_missing("document_numbers"),
    (
        Level(
            "same_unsafe",
            "the same document, which a register calls stolen, lost, blank, revoked or invalid",
            f"{in_common('document_numbers')} AND list_has_all(list_concat(coalesce(document_unsafe_l, []),"
            " coalesce(document_unsafe_r, [])), list_intersect(document_numbers_l, document_numbers_r))",
            weight=4.0,
        ),
        Level("same", "same document", in_common("document_keys")),
        Level("same_number", "same number, issuing state missing or another", in_common("document_numbers")),
        Level(
            "exchanged",
            "two neighbouring characters of the number exchanged",
            any_pair("document_keys", f"length(x) = length(y) AND {edited(1)} AND levenshtein(x, y) = 2"),
        ),
        Level("one_character", "one character of the number differs", any_pair("document_keys", edited(1))),
        Level("another_number", "same kind and issuing state, another number", in_common("document_kinds")),
        Level("other_kinds", "documents of other kinds", OTHERWISE),
    ),
    strangers=Strangers.COUNTRYMEN,
)

# Weights by policy: a corpus cannot teach what an examiner's finding is worth. A machine's candidate
# is capped, and an exclusion is a refusal in the partition besides.
_BIOMETRIC_RELATION = (
    "coalesce(list_has_any(biometric_references_l, biometric_excluded_r), false)"
    " OR coalesce(list_has_any(biometric_excluded_l, biometric_references_r), false)"
)
_BIOMETRIC_SAME = " OR ".join(
    f"coalesce(list_has_any({left}, {right}), false)"
    for left, right in (
        ("biometric_references_l", "biometric_references_r"),
        ("biometric_same_l", "biometric_references_r"),
        ("biometric_references_l", "biometric_same_r"),
    )
)
_BIOMETRIC_PROBABLE = one_in_other("biometric_probable", "biometric_references")
_BIOMETRIC_CANDIDATE = one_in_other("biometric_candidates", "biometric_references")

BIOMETRIC = Comparison(
    "biometric",
    f"NOT ({_BIOMETRIC_RELATION} OR {_BIOMETRIC_SAME} OR {_BIOMETRIC_PROBABLE} OR {_BIOMETRIC_CANDIDATE})",
    (
        Level("excluded", "excluded by an examiner", _BIOMETRIC_RELATION, weight=-20.0),
        Level("same", "same reference, or confirmed by an examiner", _BIOMETRIC_SAME, weight=20.0),
        Level("probable", "probably the same by an examiner", _BIOMETRIC_PROBABLE, weight=8.0),
        Level("candidate", "a machine's candidate that nobody confirmed", OTHERWISE, weight=4.0),
    ),
)

CONTACT = Comparison(
    "contact",
    either_missing("contacts"),
    (
        Level("common", "a phone, e-mail or handle is common", in_common("contacts"), "contact", 0.5),
        Level("different", "different", OTHERWISE),
    ),
)

COMPARISONS: tuple[Comparison, ...] = (
    NAME,
    KUNYA,
    FATHER,
    MOTHER,
    BIRTH_DATE,
    BIRTH_PLACE,
    RESIDENCE,
    NATIONALITY,
    SEX,
    DOCUMENT,
    BIOMETRIC,
    CONTACT,
)

TERM_FREQUENCY_COLUMNS: tuple[str, ...] = ("kunya", "birth_locality", "contact")
"""Columns whose rarity adjusts weights; each has a `tf_` column beside it. Names are banded by rarity instead."""
