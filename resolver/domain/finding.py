"""What is flawed in a record that is accepted all the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class DataQualityKind(Enum):
    """The kind of a flaw in a record."""

    UNSPECIFIED = 0
    NAME_STANDS_FOR_NOTHING = 1
    NAME_WITHOUT_WORD = 2
    NAME_OF_INITIALS = 3
    NAME_HOLDS_DIGITS = 4
    NAME_HAS_TOO_MANY_PARTS = 5
    TOO_MANY_NAMES = 6
    MIXED_SCRIPTS = 7
    INVISIBLE_CHARACTERS = 8
    SYMBOLS = 9
    SCRIPT_CONTRADICTED = 10
    GARBLED_TEXT = 11
    BIRTH_DATE_DEFAULT = 12
    BIRTH_DATE_IN_FUTURE = 13
    BIRTH_DATE_TOO_LONG_AGO = 14
    BIRTH_DATES_DISJOINT = 15
    BIRTH_DATE_NOT_IN_CALENDAR = 16
    BIRTH_PRECISION_CONTRADICTED = 17
    DOCUMENT_NUMBER_STANDS_FOR_NOTHING = 18
    DOCUMENT_NUMBER_TOO_SHORT = 19
    DOCUMENT_NUMBER_WITHOUT_DIGIT = 20
    DOCUMENT_NUMBER_PARTLY_READ = 21
    ISSUING_STATE_MISSING = 22
    DOCUMENT_DATES_CONTRADICTORY = 23
    MRZ_FORM_UNKNOWN = 24
    MRZ_CHECK_DIGIT_WRONG = 25
    MRZ_CONTRADICTED = 26
    CONTACT_UNREADABLE = 27
    NATIONALITY_UNSPECIFIED = 28
    SEXES_CONTRADICT = 29
    PLACE_WITHOUT_WORD = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw at the path of a field within the record, such as `identities[0].names[1].full_name`.

    `text` says what is wrong and quotes no value beyond single signs.
    """

    kind: DataQualityKind
    field: str
    text: str
