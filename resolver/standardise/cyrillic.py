"""Cyrillic letters as Latin ones: Russian, Ukrainian, South Slavic, Central Asian and Caucasus alphabets."""

from __future__ import annotations

import re

_SLAVIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "yo", "є": "ye", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "ђ": "dj", "ј": "y", "љ": "l", "њ": "n", "ћ": "ch", "џ": "dj", "ѓ": "g", "ќ": "k", "ѕ": "dz", "ѐ": "e", "ѝ": "i",
}  # fmt: skip
_TURKIC_AND_IRANIAN = {
    "ә": "a", "ғ": "gh", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ҳ": "h", "ҷ": "j", "җ": "j",
    "ӣ": "i", "ӯ": "u", "ҡ": "q", "ҙ": "z", "ҫ": "s", "ӓ": "a", "ӧ": "o", "ӱ": "u", "ҝ": "g", "ҹ": "j", "ӕ": "a",
    "ӂ": "j", "ӷ": "gh", "ҕ": "gh",
}  # fmt: skip
# The palochka only colours the letter before it; papers leave it out.
_PALOCHKA = {"ӏ": "", "Ӏ": ""}

# Palladius writes pinyin j and zh so, and in such words n for ng.
_PINYIN_J = re.compile("цз|чж")
_PINYIN_NG = re.compile("н(?![аеиоуэюяёыйь])")

# A palochka typed as the letter i: Iumar is Umar.
_INITIAL_PALOCHKA = re.compile("^і(?=[уаэ])")

_LETTERS = str.maketrans(_SLAVIC | _TURKIC_AND_IRANIAN | _PALOCHKA)


def romanise(word: str) -> str:
    """`word` in Latin letters of the English school; unknown letters stay as they are."""
    text, pinyin = _PINYIN_J.subn("j", _INITIAL_PALOCHKA.sub("", word.lower()))
    return (_PINYIN_NG.sub("ng", text) if pinyin else text).translate(_LETTERS)
