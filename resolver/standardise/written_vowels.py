"""The alphabets in Arabic letters that write every vowel: Uyghur and Sorani Kurdish."""

from __future__ import annotations

import re

# Letters that only these alphabets have. Final heh is written like e in Persian and Urdu by some keyboards: not enough.
_OWN_LETTER = re.compile("[ۆۈۋڭێڵ]|[ەۇې].*[ەۇې]|(?<=.)ە(?=.)|^ئ|ۇ")
_CARRIER = re.compile("ئ(?=[ەاېىوۆۇۈێی])")
_KURDISH_U = re.compile("وو")
_LETTERS = str.maketrans(
    {
        "ا": "a", "ە": "e", "ې": "e", "ێ": "e", "ى": "i", "ی": "i", "ي": "y", "و": "o", "ۆ": "o", "ۇ": "u", "ۈ": "u",
        "ۋ": "w", "ب": "b", "پ": "p", "ت": "t", "ج": "j", "چ": "ch", "خ": "kh", "د": "d", "ر": "r", "ڕ": "r",
        "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "ک": "k",
        "گ": "g", "ڭ": "ng", "ل": "l", "ڵ": "l", "م": "m", "ن": "n", "ھ": "h", "ه": "h", "ح": "h", "ع": "",
        "ئ": "",
    }
)  # fmt: skip


def has(word: str) -> bool:
    """True where `word` holds letters that stand for vowels as Uyghur and Kurdish write them."""
    return _OWN_LETTER.search(word) is not None


def romanise(word: str) -> str:
    """`word` in Latin letters of the English school; unknown letters stay as they are."""
    return _KURDISH_U.sub("u", _CARRIER.sub("", word)).translate(_LETTERS)
