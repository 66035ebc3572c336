"""The reversible code by which a machine-readable zone may spell Arabic letters (ICAO Doc 9303-3, section 6 C)."""

from __future__ import annotations

_CODES = {
    **dict(zip("ابتجدرزسعغفقكلمنهوي", "ABTJDRZSEGFQKLMNHWY", strict=True)),
    "ء": "XE",
    "آ": "XAA",
    "أ": "XAE",
    "ؤ": "U",
    "إ": "I",
    "ئ": "XI",
    "ة": "XTA",
    "ث": "XTH",
    "ح": "XH",
    "خ": "XKH",
    "ذ": "XDH",
    "ش": "XSH",
    "ص": "XSS",
    "ض": "XDZ",
    "ط": "XTT",
    "ظ": "XZZ",
    "ى": "XAY",
    "پ": "P",
    "چ": "XCH",
    "ژ": "XZH",
    "گ": "XG",
    "ک": "XKK",
    "ی": "Y",
}


def zone_name(family: str, given: str, width: int) -> str:
    """The name field ``FAMILY<<GIVEN`` letter by letter: ``zone_name("محمد", "", 39) == "MXHMD"``."""
    parts = [
        "<".join("".join(_CODES.get(sign, "") for sign in word) for word in part.split()) for part in (family, given)
    ]
    return "<<".join(part for part in parts if part)[:width].rstrip("<")
