"""Documents as keys: issuing state, type and normalised number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from resolver.domain.record import RegisterState, TravelDocument
from resolver.standardise import countries
from resolver.standardise.placeholders import is_no_number

_SHORTEST_NUMBER = 4
_NOT_ALPHANUMERIC = re.compile(r"[\W_]")
_ASCII = re.compile("[0-9A-Z]*")
_UNSAFE = frozenset(RegisterState) - {RegisterState.UNSPECIFIED, RegisterState.VALID}
# Cyrillic and Greek capitals, typed where the document prints the Latin one.
_LOOKS_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJS" + "ABEZHIKMNOPTYX")
_HAS_DIGIT = re.compile("[0-9]")
# Readers, human and optical, take O for 0 and I for 1; most states print only one of each pair.
_CONFUSED = str.maketrans("OI", "01")


@dataclass(frozen=True, slots=True)
class Document:
    """A document with a usable number. `kind` is `STATE|TYPE`; None when the issuing state is not known."""

    type: str
    number: str
    kind: str | None
    period: tuple[date, date] | None
    unsafe: bool = False

    @property
    def numbered(self) -> str:
        """`TYPE|NUMBER`."""
        return f"{self.type}|{self.number}"


def read(document: TravelDocument) -> Document | None:
    """`document` as it is compared; None when its number is none: too short, without a digit, or one sign repeated."""
    number = normalise_number(document.number)
    if number is None:
        return None
    type_ = _type(document.type)
    state = countries.canonical(document.issuing_state)
    dates = (document.issue_date, document.expiry_date)
    period = (dates[0], dates[1]) if dates[0] is not None and dates[1] is not None and dates[0] <= dates[1] else None
    return Document(type_, number, f"{state}|{type_}" if state else None, period, document.register_state in _UNSAFE)


@lru_cache(maxsize=65_536)
def normalise_number(text: str) -> str | None:
    """The number in capitals and digits only, O as 0 and I as 1; None when it cannot be a document's number.

    Greek and Cyrillic capitals that look like Latin ones are read as these. Other letters stay as they are: offices do
    not agree how to write them in Latin, and two numbers must not fall together.
    """
    number = text.upper()
    if _ASCII.fullmatch(number) is None:
        number = _NOT_ALPHANUMERIC.sub("", _capitals(number).translate(_LOOKS_LATIN))
    if len(number) < _SHORTEST_NUMBER or not _HAS_DIGIT.search(number) or is_no_number(number):
        return None
    return number.translate(_CONFUSED)


def _capitals(text: str) -> str:
    """Compatible capitals and European digits, Latin letters without diacritics."""
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(map(_plain_sign, composed))


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    value = unicodedata.decimal(sign, None)
    if value is not None:
        return str(value)
    base = unicodedata.normalize("NFD", sign)[0]
    return base if base.isascii() else sign


def _type(text: str) -> str:
    return "_".join(text.lower().replace("|", " ").split()) or "unspecified"
