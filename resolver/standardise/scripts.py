"""Which script a text is written in, as ISO 15924 codes, and how it is cut into words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_RANGES = (
    (0x0041, 0x005A, "Latn"),
    (0x0061, 0x007A, "Latn"),
    (0x00C0, 0x024F, "Latn"),
    (0x0250, 0x02AF, "Latn"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x1C80, 0x1C8F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"),
    (0x0870, 0x08FF, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0B80, 0x0BFF, "Taml"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1200, 0x137F, "Ethi"),
    (0x3040, 0x30FF, "Jpan"),
    (0x3400, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
)

_NOT_READ = frozenset({"Mn", "Me", "Cf"})
# Marks that stand inside a word: apostrophes, primes, the half rings for ayn and hamza, tatweel, quotation marks.
_INSIDE_WORD = re.compile("['`´‘’‛ʹʺʻʼʽʾʿˈˊˋ′\u0640\"“”«»]")
# The blocks of India, Tibet and South-East Asia (U+0900-109F, U+1780-17FF), where vowels are marks on letters.
_VOWEL_MARKS = "".join(
    chr(code)
    for code in (*range(0x0900, 0x10A0), *range(0x1780, 0x1800))
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_WORD = re.compile(f"[^\\W\\d_](?:[^\\W\\d_]|[{_VOWEL_MARKS}])*")
_ASCII_WORD = re.compile("[A-Za-z]+")


@lru_cache(maxsize=8_192)
def script_of_letter(letter: str) -> str:
    """The script of one letter; ``Zyyy`` when it is none that names are commonly written in."""
    code = ord(letter)
    for first, last, script in _RANGES:
        if first <= code <= last:
            return script
    return "Zyyy"


def script_of(text: str) -> str:
    """The script of the first letter of `text` whose script is known; ``Zyyy`` without one."""
    for letter in text:
        script = script_of_letter(letter)
        if script != "Zyyy":
            return script
    return "Zyyy"


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """`text` in compatibility form, without invisible characters, word-internal marks, Arabic and Hebrew vowel marks.

    Latin and Cyrillic letters keep their diacritics, composed, and letters of India and South-East Asia their vowels:
    the script's own table reads them.
    """
    if text.isascii():
        return _INSIDE_WORD.sub("", text)
    composed = unicodedata.normalize("NFKC", text)
    kept = [sign for sign in composed if unicodedata.category(sign) not in _NOT_READ or sign in _VOWEL_MARKS]
    return _INSIDE_WORD.sub("", "".join(kept))


def words_of(text: str) -> list[str]:
    """The words of `text`, in order: runs of letters, so that hyphens, commas, dots and ``<`` all separate."""
    clean = plain(text)
    return (_ASCII_WORD if clean.isascii() else _WORD).findall(clean)
