"""Documents whose number, dates or machine-readable zone cannot be as stated."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.record import BirthDate, TravelDocument
from resolver.standardise import countries, documents
from resolver.standardise.check_digits import MachineReadableZone, read_zone
from resolver.standardise.flawed_births import are_disjoint, interval_of
from resolver.standardise.flawed_text import shown
from resolver.standardise.placeholders import is_no_number

_CENTURIES = (1900, 2000)
_FILLER = "<"


def flaws_of_document(field: str, document: TravelDocument, births: Sequence[BirthDate]) -> Iterator[Finding]:
    """What is flawed in a document of a person of whom `births` are stated; `field` is the path of its entry."""
    yield from _number(f"{field}.number", document.number)
    if not countries.canonical(document.issuing_state):
        what = "is not stated, so that the number is compared with those of all states"
        yield Finding(DataQualityKind.ISSUING_STATE_MISSING, f"{field}.issuing_state", what)
    yield from _dates(field, document, births)
    if document.mrz:
        yield from _zone(f"{field}.mrz", document, births)


def _number(field: str, text: str) -> Iterator[Finding]:
    # A card's number may be printed with spaces and strokes; only letters and digits count.
    signs = [sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum()]
    if documents.normalise_number(text) is None:
        digits = (str(unicodedata.decimal(sign, sign)) for sign in signs)
        yield _unusable(field, "".join(digits))
    foreign = list(dict.fromkeys(sign for sign in signs if not sign.isascii() and not sign.isdecimal()))
    if foreign:
        what = f"holds letters that are left out when numbers are compared: {shown(foreign)}"
        yield Finding(DataQualityKind.DOCUMENT_NUMBER_PARTLY_READ, field, what)


def _unusable(field: str, signs: str) -> Finding:
    if not any(sign.isdecimal() for sign in signs):
        what = "has no digit; it is not compared"
        return Finding(DataQualityKind.DOCUMENT_NUMBER_WITHOUT_DIGIT, field, what)
    if is_no_number(signs):
        what = "stands for nothing: one sign repeated, a sequence or a word; it is not compared"
        return Finding(DataQualityKind.DOCUMENT_NUMBER_STANDS_FOR_NOTHING, field, what)
    what = "is too short to tell documents apart; it is not compared"
    return Finding(DataQualityKind.DOCUMENT_NUMBER_TOO_SHORT, field, what)


def _dates(field: str, document: TravelDocument, births: Sequence[BirthDate]) -> Iterator[Finding]:
    issued, expires = document.issue_date, document.expiry_date
    kind = DataQualityKind.DOCUMENT_DATES_CONTRADICTORY
    if issued is not None and expires is not None and expires < issued:
        yield Finding(kind, f"{field}.expiry_date", "lies before the day of issue")
    # A partial date of issue is known by its first day, hence whole years.
    if issued is not None and births and all(issued.year < birth.earliest.year for birth in births):
        yield Finding(kind, f"{field}.issue_date", "lies before the birth date of the person")


def _zone(field: str, document: TravelDocument, births: Sequence[BirthDate]) -> Iterator[Finding]:
    zone = read_zone(document.mrz)
    if zone is None:
        what = "has no form of Doc 9303: 3 lines of 30, 2 of 36 or 2 of 44 signs of A to Z, 0 to 9 and <"
        yield Finding(DataQualityKind.MRZ_FORM_UNKNOWN, field, what)
        return
    if zone.wrong:
        what = f"has a wrong check digit: {', '.join(zone.wrong)}"
        yield Finding(DataQualityKind.MRZ_CHECK_DIGIT_WRONG, field, what)
    contradicted = [
        name
        for name, agrees in (
            ("number", _agrees_in_number(zone, document.number)),
            ("issuing state", _agrees_in_state(zone, document.issuing_state)),
            ("birth date", _agrees_in_birth(zone, births)),
        )
        if not agrees
    ]
    if contradicted:
        what = f"contradicts what is stated beside it: {', '.join(contradicted)}"
        yield Finding(DataQualityKind.MRZ_CONTRADICTED, field, what)


def _agrees_in_number(zone: MachineReadableZone, stated: str) -> bool:
    """Whether the stated number is in the zone, where a national number stands among the optional data."""
    wanted = documents.normalise_number(stated)
    if wanted is None:
        return True
    printed = [found for found in map(documents.normalise_number, (zone.number, *zone.optional)) if found]
    # A long number may be cut to its field.
    return not printed or any(wanted in found or wanted.startswith(found) for found in printed)


def _agrees_in_state(zone: MachineReadableZone, stated: str) -> bool:
    one, other = countries.canonical(zone.state), countries.canonical(stated)
    return not one or not other or one == other


def _agrees_in_birth(zone: MachineReadableZone, births: Sequence[BirthDate]) -> bool:
    if not births or _FILLER in zone.birth:
        return True
    printed = [found for century in _CENTURIES if (found := _day(century, zone.birth)) is not None]
    stated = [interval_of(birth) for birth in births]
    return any(not are_disjoint(interval_of(BirthDate(day, day)), interval) for day in printed for interval in stated)


def _day(century: int, text: str) -> date | None:
    try:
        return date(century + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
