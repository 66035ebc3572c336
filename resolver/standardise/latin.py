"""Latin letters with diacritics as plain ones, by an explicit table so that no locale decides about the Turkish i."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto

_CASE = str.maketrans({"İ": "i", "I": "i", "ı": "i"})

_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("şšșś", "sh"),
        **dict.fromkeys("çčć", "ch"),
        **dict.fromkeys("žź", "zh"),
        "ẖ": "kh",
        "ḫ": "kh",
        "ẕ": "dh",
        "ṯ": "th",
        "ḏ": "dh",
        "ġ": "gh",
        "ǧ": "j",
        "ğ": "g",
        "ŭ": "u",
        "đ": "dj",
        "ð": "d",
        "þ": "th",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "ə": "a",
        "ħ": "h",
    }
)
_TURKISH_LETTERS = re.compile("[ğşıİĞŞəƏ]")
_SLAVIC_LETTERS = re.compile("[čćšžđłńśźąęřůěČĆŠŽĐŁŃŚŹĄĘŘŮĚ]")
_SLAVIC_C = re.compile("c(?![hz])")
# What a reader loses who prints the bare letter: passports write Şahin as SAHIN, Çelik as CELIK (ICAO Doc 9303-3, 6 A).
_BARE = re.compile("[şŞšŠșȘçÇčČćĆžŽśŚ]")


class School(Enum):
    """Whose spelling a Latin name follows, as far as its letters give it away."""

    UNKNOWN = auto()
    TURKISH = auto()
    """Turkish and Azerbaijani: c is the sound of j."""
    SLAVIC = auto()
    """Bosnian, Polish and their neighbours: j is the sound of y, c that of ts."""


def school_of(text: str) -> School:
    """The school whose own letters occur in `text`."""
    if text.isascii():
        return School.UNKNOWN
    if _TURKISH_LETTERS.search(text):
        return School.TURKISH
    return School.SLAVIC if _SLAVIC_LETTERS.search(text) else School.UNKNOWN


def lower(word: str) -> str:
    """`word` in lower case, dotted and dotless i both as i."""
    return word.translate(_CASE).lower()


def romanise(word: str, school: School = School.UNKNOWN) -> str:
    """`word` in the letters a to z; letters of other scripts stay as they are."""
    text = lower(word)
    if school is School.TURKISH:
        text = text.replace("c", "j")
    elif school is School.SLAVIC:
        text = _SLAVIC_C.sub("ts", text.replace("j", "y"))
    if text.isascii():
        return text
    text = text.translate(_SOUNDS)
    return text if text.isascii() else bare(text)


def loses_sounds_when_bare(text: str, school: School) -> bool:
    """True where a reader of `text` without its diacritics hears other consonants."""
    if text.isascii():
        return False
    return _BARE.search(text) is not None or (school is School.TURKISH and "c" in text.lower())


def bare(text: str) -> str:
    """`text` without its diacritics, as a machine-readable zone prints it."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
