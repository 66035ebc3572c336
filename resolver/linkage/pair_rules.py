"""What the rules of the partition read off a comparison vector, as SQL over its `gamma_X`."""

from __future__ import annotations

from typing import Final

from resolver.domain.link_cell import Biometrics, Documents, IdentityData
from resolver.linkage.comparison import NOTHING_TO_COMPARE
from resolver.linkage.comparisons import BIOMETRIC, BIRTH_DATE, DOCUMENT, NATIONALITY, SEX
from resolver.linkage.name_comparison import GIVEN_NAMES_AGREE, NAME, NAMES_AGREE

_BIRTHDAYS_SIMILAR: Final = BIRTH_DATE.at("same_day", "day_and_month_swapped", "calendar_conversion", "one_character")
_BIRTHS_DIFFERENT: Final = BIRTH_DATE.at("same_year", "within_two_years", "disjoint")
_NAMES_SILENT: Final = f"gamma_{NAME.name} = {NOTHING_TO_COMPARE}"
_NAMES_SAME: Final = NAME.at(*(level.code for level in NAME.levels if level.kind == "same"))
_DOCUMENTS_ALIKE: Final = DOCUMENT.at("same_unsafe", "same", "same_number", "exchanged")
_BIOMETRICS_SAME: Final = BIOMETRIC.at("same")

_BIRTHS_ALLOW: Final = f"(NOT {BIRTH_DATE.at('disjoint')} OR {_DOCUMENTS_ALIKE})"

# A document alone does not identify: families share passports, and stolen ones are carried by others. Nor does a name
# whose bearers were born years apart: father and son, or namesakes.
IDENTIFYING: Final = (
    f"(({NAMES_AGREE} OR {GIVEN_NAMES_AGREE}) AND {_BIRTHS_ALLOW}"
    f" OR {_DOCUMENTS_ALIKE} AND ({_NAMES_SILENT} OR {_BIRTHDAYS_SIMILAR}) OR {_BIOMETRICS_SAME})"
)
"""Names agree, or given names do, of births that are not years apart; or a document does, with the birthday or where
names are silent; or biometrics do."""

# Delegated Regulation (EU) 2023/333, annex II, with one allowance: identity data are similar where names or the date of
# birth agree, and different where neither does. Half-known records have often just one of the two. Dates of which a day
# is not known, and names that one side does not state, have no rule there: they make nothing the same.
_IDENTITY: Final = (
    f"CASE WHEN NOT ({NAMES_AGREE}) AND NOT ({_BIRTHDAYS_SIMILAR}) AND (NOT {_NAMES_SILENT} OR {_BIRTHS_DIFFERENT})"
    f" OR {SEX.at('different')} OR {NAME.at('different')} AND NOT {BIRTH_DATE.at('same_day')}"
    f" THEN {IdentityData.DIFFERENT}"
    f" WHEN {_NAMES_SAME} AND {BIRTH_DATE.at('same_day')} AND {SEX.at('same')} AND {NATIONALITY.at('common')}"
    f" THEN {IdentityData.SAME} ELSE {IdentityData.SIMILAR} END"
)
_BIOMETRICS: Final = (
    f"CASE WHEN {_BIOMETRICS_SAME} THEN {Biometrics.SAME} WHEN {BIOMETRIC.at('excluded')}"
    f" THEN {Biometrics.DIFFERENT} ELSE {Biometrics.NOT_COMPARABLE} END"
)
# A document that a register calls stolen, lost or invalid says nothing for its bearer.
_DOCUMENTS: Final = (
    f"CASE WHEN {DOCUMENT.at('same', 'same_number')} THEN {Documents.SAME} WHEN {DOCUMENT.at('another_number')}"
    f" THEN {Documents.DIFFERENT} ELSE {Documents.NOT_COMPARABLE} END"
)
CELL: Final = f"(9 * {_BIOMETRICS} + 3 * {_IDENTITY} + {_DOCUMENTS})::TINYINT"
"""The number of the pair's cell in the link table, see `domain.link_cell`."""
