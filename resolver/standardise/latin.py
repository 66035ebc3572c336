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
# Letters with a tone mark, and the horned o and u.
_VIETNAMESE_LETTERS = re.compile("[\u1ea0-\u1ef9ơƠưƯ]")
_SLAVIC_C = re.compile("c(?![hz])")
# What a reader loses who prints the bare letter: passports write Şahin as SAHIN, Çelik as CELIK (ICAO Doc 9303-3, 6 A).
_BARE = re.compile("[şŞšŠșȘçÇčČćĆžŽśŚđĐ]")


_STROKED = str.maketrans("đĐłŁ", "dDlL")


class School(Enum):
    """Whose spelling a Latin name follows, as far as its letters give it away."""

    UNKNOWN = auto()
    TURKISH = auto()
    """Turkish and Azerbaijani: c is the sound of j; q, which Turkish has not, that of g."""
    SLAVIC = auto()
    """Bosnian, Polish and their neighbours: j is the sound of y, c that of ts, ch that of kh."""
    VIETNAMESE = auto()
    """The d with a stroke is a d."""
    GERMAN = auto()
    """German, and Russian and Arabic names in it: ch is the sound of kh, j that of y."""


# sch in any word, the w of Russian family names, the beginning of Yev-, the ends of German family names.
_GERMAN_W = re.compile("(?:[bdfgjkmnprstz]o|[aeio]y?e|[jl]e)w(?:a|na|itsch)?(?![a-z])|(?<![a-z])jew[ghd]")
_GERMAN_FAMILY = re.compile("[a-z](?:berg|stein|feld|baum)(?![a-z])")
_GERMAN_KH = re.compile("(?<!s)ch(?![rls])")

_TURKISH_VOWELS = re.compile("[öüÖÜ]")
_TURKISH_CONSONANTS = re.compile("[çÇqQ]|[cC](?![hkHK])")
_SLAVIC_CH = re.compile("ch")

_OF_ANOTHER_SOUND = {School.TURKISH: "cq", School.SLAVIC: "cj"}
"""Plain letters that a school says otherwise than a reader who does not see the school."""


def school_of(text: str) -> School:
    """The school whose own letters, or combinations of them, occur in `text`."""
    if text.isascii():
        return School.GERMAN if _is_german(text.lower()) else School.UNKNOWN
    if _TURKISH_LETTERS.search(text) or (_TURKISH_VOWELS.search(text) and _TURKISH_CONSONANTS.search(text)):
        return School.TURKISH
    if _VIETNAMESE_LETTERS.search(text):
        return School.VIETNAMESE
    return School.SLAVIC if _SLAVIC_LETTERS.search(text) else School.UNKNOWN


def _is_german(text: str) -> bool:
    if "sch" in text or ("w" in text and _GERMAN_W.search(text)):
        return True
    may_end_so = "berg" in text or "stein" in text or "feld" in text or "baum" in text
    return may_end_so and _GERMAN_FAMILY.search(text) is not None


def lower(word: str) -> str:
    """`word` in lower case, dotted and dotless i both as i."""
    return word.lower() if word.isascii() else word.translate(_CASE).lower()


def romanise(word: str, school: School = School.UNKNOWN) -> str:
    """`word` in the letters a to z; letters of other scripts stay as they are."""
    text = lower(word)
    if school is School.TURKISH:
        text = text.replace("c", "j").replace("q", "g")
    elif school is School.SLAVIC:
        text = _SLAVIC_C.sub("ts", _SLAVIC_CH.sub("kh", text.replace("j", "y")))
    elif school is School.VIETNAMESE:
        text = text.replace("đ", "d")
    elif school is School.GERMAN:
        text = _GERMAN_KH.sub("kh", text.replace("j", "y"))
    if text.isascii():
        return text
    text = text.translate(_SOUNDS)
    return text if text.isascii() else bare(text)


def loses_sounds_when_bare(text: str, school: School) -> bool:
    """True where a reader of `text` without its diacritics hears other consonants."""
    if text.isascii():
        return False
    said_otherwise = _OF_ANOTHER_SOUND.get(school, "")
    return _BARE.search(text) is not None or any(letter in text.lower() for letter in said_otherwise)


def bare(text: str) -> str:
    """`text` without its diacritics, as a machine-readable zone prints it."""
    plain = text.translate(_STROKED)
    return "".join(letter for letter in unicodedata.normalize("NFD", plain) if unicodedata.category(letter) != "Mn")
