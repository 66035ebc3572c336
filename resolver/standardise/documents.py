"""Documents as keys: issuing state, type and normalised number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from resolver.domain.record import TravelDocument
from resolver.standardise import countries
from resolver.standardise.placeholders import is_no_number

_SHORTEST_NUMBER = 4
_NOT_ALPHANUMERIC = re.compile("[^0-9A-Z]")
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
    return Document(type_, number, f"{state}|{type_}" if state else None, period)


@lru_cache(maxsize=65_536)
def normalise_number(text: str) -> str | None:
    """The number in capitals and digits only, O as 0 and I as 1; None when it cannot be a document's number."""
    ascii_digits = "".join(_digit(sign) for sign in unicodedata.normalize("NFKC", text))
    number = _NOT_ALPHANUMERIC.sub("", ascii_digits.upper())
    if len(number) < _SHORTEST_NUMBER or not _HAS_DIGIT.search(number) or is_no_number(number):
        return None
    return number.translate(_CONFUSED)


def _digit(sign: str) -> str:
    if sign.isascii():
        return sign
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _type(text: str) -> str:
    return "_".join(text.lower().replace("|", " ").split()) or "unspecified"
