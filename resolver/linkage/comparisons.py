"""The comparisons of the model and their levels: the definition, apart from the trained parameters.

Levels are named in the words of Delegated Regulation (EU) 2023/333, Annex II, where it has them. A
condition is SQL over the columns of `ComparableRecord` with the suffixes `_l` and `_r`; it is put
into Splink's settings and into the compiled scorer as it stands, so both mean the same. A column
that is not stated is NULL, and a comparison with NULL on a side is no evidence.
"""

from __future__ import annotations

from resolver.linkage.comparison import OTHERWISE, Comparison, Level, any_pair, edited, either_missing, in_common

_RAREST_NAME = 1e-8
_SHARED = "len(list_intersect(x, y))"

NAME = Comparison(
    "name",
    either_missing("name_skeletons"),
    (
        Level("same", "same", f"name_key_l = name_key_r AND {in_common('name_forms')}", "name_key", 0.9, _RAREST_NAME),
        Level(
            "same_after_transliteration",
            "same after transliteration, parts in any order",
            "name_key_l = name_key_r",
            "name_key",
            0.9,
            _RAREST_NAME,
        ),
        Level(
            "another_name_same",
            "a previous name or alias is the same after transliteration",
            in_common("name_skeletons"),
            "name_skeletons",
            0.9,
            _RAREST_NAME,
        ),
        Level(
            "one_edit",
            "one character differs, or two are exchanged",
            any_pair("name_forms", f"length(x) > 8 AND length(y) > 8 AND {edited(1)}")
            + " OR "
            + any_pair("name_skeletons", f"length(x) > 7 AND length(y) > 7 AND {edited(1)}"),
            "name_skeletons",
            0.4,
            _RAREST_NAME,
        ),
        Level(
            "two_edits",
            "two characters differ in a long name",
            any_pair("name_forms", f"length(x) > 11 AND length(y) > 11 AND {edited(2)}"),
        ),
        Level(
            "part_omitted",
            "a part is omitted, two or more agree",
            any_pair("name_tokens", f"{_SHARED} >= 2 AND {_SHARED} = least(len(x), len(y))"),
            "name_skeletons",
            0.8,
            _RAREST_NAME,
        ),
        Level(
            "part_contradicts",
            "two or more parts agree, one contradicts",
            any_pair("name_tokens", f"{_SHARED} >= 2"),
        ),
        Level("low_quality_alias", "only a low-quality alias is common", in_common("low_aliases")),
        Level("one_part", "one part is common", in_common("name_parts")),
        Level("different", "different", OTHERWISE),
    ),
)

KUNYA = Comparison(
    "kunya",
    either_missing("kunyas"),
    (
        Level("common", "a kunya is common", in_common("kunyas"), "kunya", 0.5),
        Level("another", "another kunya, which says nothing", OTHERWISE, weight=0.0),
    ),
)


def _parent(name: str, column: str) -> Comparison:
    return Comparison(
        name,
        either_missing(column),
        (
            Level("same", "same after transliteration", in_common(column)),
            Level(
                "one_edit",
                "one character differs",
                any_pair(column, f"length(x) > 2 AND length(y) > 2 AND {edited(1)}"),
            ),
            Level("different", "different", OTHERWISE),
        ),
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
            "one_character",
            "one character differs, or two are exchanged",
            any_pair("birth_days", edited(1)),
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
)

BIRTH_PLACE = Comparison(
    "birth_place",
    either_missing("birth_localities", "birth_countries"),
    (
        Level("same_locality", "same locality", in_common("birth_localities"), "birth_locality", 0.7, 1e-4),
        Level(
            "similar_locality",
            "one character of the locality differs",
            any_pair("birth_localities", f"length(x) > 3 AND length(y) > 3 AND {edited(1)}"),
        ),
        Level("same_country", "same country", in_common("birth_countries")),
        Level("different", "different", OTHERWISE),
    ),
)

_BORN_THERE = (
    "coalesce(list_has_any(nationalities_l, birth_countries_r), false)"
    " OR coalesce(list_has_any(birth_countries_l, nationalities_r), false)"
    " OR (nationalities_l IS NULL OR nationalities_r IS NULL)"
    " AND coalesce(list_has_any(birth_countries_l, birth_countries_r), false)"
)

NATIONALITY = Comparison(
    "nationality",
    "(nationalities_l IS NULL AND birth_countries_l IS NULL)"
    " OR (nationalities_r IS NULL AND birth_countries_r IS NULL)",
    (
        Level(
            "common",
            "a nationality is common",
            "coalesce(list_has_any(nationalities_l, nationalities_r), false)",
            "nationality",
            0.7,
            1e-4,
        ),
        Level(
            "country_of_birth",
            "a country of birth stands in for a nationality that is not stated or not common",
            _BORN_THERE,
        ),
        Level("different", "different", OTHERWISE),
    ),
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
_BIOMETRIC_PROBABLE = (
    "coalesce(list_has_any(biometric_probable_l, biometric_references_r), false)"
    " OR coalesce(list_has_any(biometric_references_l, biometric_probable_r), false)"
)

BIOMETRIC = Comparison(
    "biometric",
    f"NOT ({_BIOMETRIC_RELATION} OR {_BIOMETRIC_SAME} OR {_BIOMETRIC_PROBABLE})",
    (
        Level("excluded", "excluded by an examiner", _BIOMETRIC_RELATION, weight=-20.0),
        Level("same", "same reference, or confirmed by an examiner", _BIOMETRIC_SAME, weight=20.0),
        Level("candidate", "a candidate that is not confirmed", OTHERWISE, weight=4.0),
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
    _parent("father", "fathers"),
    _parent("mother", "mothers"),
    BIRTH_DATE,
    BIRTH_PLACE,
    NATIONALITY,
    SEX,
    DOCUMENT,
    BIOMETRIC,
    CONTACT,
)

TERM_FREQUENCY_COLUMNS: tuple[str, ...] = (
    "name_key",
    "name_skeletons",
    "kunya",
    "birth_locality",
    "nationality",
    "contact",
)
"""Columns whose rarity adjusts weights; each has a `tf_` column beside it.

That of `name_skeletons` is the rarity of the most common of the names of two or more parts: what two
names have in common is at least as common as the shorter of them.
"""

NAMES_AGREE_FROM = "part_omitted"
DOCUMENTS_AGREE_FROM = "exchanged"
BIOMETRICS_AGREE_FROM = "same"
"""Levels from which names, documents and biometrics count as agreeing for the rules of the partition."""
