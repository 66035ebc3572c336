"""Machine-readable zones: their fields and check digits, by ICAO Doc 9303.

Part 3, section 4.9 gives the digit (weights 7, 3, 1, modulo 10); parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (visas) the
places. The French identity card printed until 2021 has places of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WEIGHTS = (7, 3, 1)
_VALUES = {"<": 0} | {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_SIGNS = re.compile("[0-9A-Z<]*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Form:
    """Where things stand in the joined lines, as half-open spans; a field's check digit is the sign after it.

    `overflow` is where a number goes on that is longer than nine signs. `composite` lists what the last digit, at
    `composite_at`, is computed over.
    """

    state: Span
    number: Span
    birth: Span
    expiry: Span | None
    optional: tuple[Span, ...]
    overflow: Span | None = None
    composite: tuple[Span, ...] = ()
    composite_at: int = -1

    @property
    def checked(self) -> Iterator[tuple[str, Span]]:
        """The fields that have a digit of their own, by name."""
        yield "number", self.number
        yield "birth date", self.birth
        if self.expiry is not None:
            yield "expiry date", self.expiry


_TD1 = _Form(
    state=(2, 5),
    number=(5, 14),
    birth=(30, 36),
    expiry=(38, 44),
    optional=((15, 30), (48, 59)),
    overflow=(15, 30),
    composite=((5, 30), (30, 37), (38, 45), (48, 59)),
    composite_at=59,
)
_TD2 = _Form(
    state=(2, 5),
    number=(36, 45),
    birth=(49, 55),
    expiry=(57, 63),
    optional=((64, 71),),
    overflow=(64, 71),
    composite=((36, 46), (49, 56), (57, 71)),
    composite_at=71,
)
_TD3 = _Form(
    state=(2, 5),
    number=(44, 53),
    birth=(57, 63),
    expiry=(65, 71),
    optional=((72, 86),),
    overflow=(72, 86),
    composite=((44, 54), (57, 64), (65, 87)),
    composite_at=87,
)
_VISA_A = _Form(state=(2, 5), number=(44, 53), birth=(57, 63), expiry=(65, 71), optional=((72, 88),))
_VISA_B = _Form(state=(2, 5), number=(36, 45), birth=(49, 55), expiry=(57, 63), optional=((64, 72),))
_FRENCH_CARD = _Form(
    state=(2, 5), number=(36, 48), birth=(63, 69), expiry=None, optional=(), composite=((0, 71),), composite_at=71
)
_FRENCH_CARD_BEGINS = "IDFRA"
_TD3_PERSONAL = (72, 86)


@dataclass(frozen=True, slots=True)
class MachineReadableZone:
    """What a zone states: the state's code, the number and the optional data without fillers at the end, the birth date
    as YYMMDD with fillers where it is not known, and the names of the fields whose check digit is wrong.
    """

    state: str
    number: str
    optional: tuple[str, ...]
    birth: str
    wrong: tuple[str, ...]


def check_digit(text: str) -> int:
    """The check digit of `text`, which has digits, capitals and `<` alone.

    >>> check_digit("D23145890734")
    9
    """
    return sum(_VALUES[sign] * _WEIGHTS[place % 3] for place, sign in enumerate(text)) % 10


def read_zone(text: str) -> MachineReadableZone | None:
    """The zone that `text` is, its lines separated by line feeds or not at all; None when it has no known form."""
    joined = "".join(text.split()).upper()
    form = _form_of(joined)
    if form is None or not _SIGNS.fullmatch(joined):
        return None
    number, wrong = _number(joined, form), []
    for name, span in form.checked:
        covered, digit = _covered(joined, form, name, span)
        if not _is_right(covered, digit):
            wrong.append(name)
    if form is _TD3 and not _is_right(_at(joined, _TD3_PERSONAL), joined[_TD3_PERSONAL[1]]):
        wrong.append("personal number")
    if form.composite and not _is_right(
        "".join(_at(joined, span) for span in form.composite), joined[form.composite_at]
    ):
        wrong.append("whole")
    return MachineReadableZone(
        state=_at(joined, form.state).rstrip("<"),
        number=number,
        optional=tuple(found for span in form.optional if (found := _at(joined, span).rstrip("<"))),
        birth=_at(joined, form.birth),
        wrong=tuple(wrong),
    )


def _form_of(joined: str) -> _Form | None:
    visa = joined[:1] == "V"
    if len(joined) == 90:
        return _TD1
    if len(joined) == 88:
        return _VISA_A if visa else _TD3
    if len(joined) == 72:
        if joined.startswith(_FRENCH_CARD_BEGINS):
            return _FRENCH_CARD
        return _VISA_B if visa else _TD2
    return None


def _at(joined: str, span: Span) -> str:
    return joined[span[0] : span[1]]


def _overflow(joined: str, form: _Form) -> str:
    """The rest of a long number and its check digit; empty for a number that fits its field."""
    if form.overflow is None or joined[form.number[1]] != "<":
        return ""
    # A single sign is no rest with a digit: the field's own digit was left out.
    rest = _at(joined, form.overflow).partition("<")[0]
    return rest if len(rest) > 1 else ""


def _number(joined: str, form: _Form) -> str:
    return (_at(joined, form.number) + _overflow(joined, form)[:-1]).rstrip("<")


def _covered(joined: str, form: _Form, name: str, span: Span) -> tuple[str, str]:
    """What a field's check digit is computed over, and the digit."""
    rest = _overflow(joined, form) if name == "number" else ""
    if rest:
        # The filler in the digit's own place takes part in no sum.
        return _at(joined, span) + rest[:-1], rest[-1]
    return _at(joined, span), joined[span[1]]


def _is_right(covered: str, digit: str) -> bool:
    if digit == "<":
        # An empty field may have a filler for its digit.
        return not covered.strip("<")
    return digit == str(check_digit(covered))
