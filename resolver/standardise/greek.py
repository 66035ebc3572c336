"""Greek letters as Latin ones: by their sound, as names are spelt abroad, and by ELOT 743, as Greek passports print."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
        "λ": "l", "μ": "m", "ν": "n", "ξ": "ks", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
        "υ": "y", "φ": "f", "χ": "kh", "ψ": "ps", "ω": "o",
    }
)  # fmt: skip
_VOICELESS = "(?=[θκξπστφχψς]|$)"
_SHARED = (
    (re.compile("ου"), "ou"),
    (re.compile("([αεη])[υύ]" + _VOICELESS), r"\1f"),
    (re.compile("([αεη])[υύ]"), r"\1v"),
    (re.compile("γ(?=[γξχ])"), "n"),
    (re.compile("^μπ"), "b"),
)
# Two letters for one sound that Greek has no letter for.
_BY_SOUND = (
    (re.compile("μπ"), "b"),
    (re.compile("ντ"), "d"),
    (re.compile("γκ"), "g"),
    (re.compile("τζ"), "j"),
    (re.compile("γι(?=[αουω])"), "y"),
)
# In a Greek word the nasal is heard within it, and tz is no j.
_IN_GREEK_WORDS = (
    (re.compile("(?<=.)μπ"), "mb"),
    (re.compile("(?<=.)ντ"), "nd"),
    (re.compile("(?<=.)γκ"), "ng"),
    (re.compile("γι(?=[αοωυ])"), "y"),
)
_NOT_A_VOWEL_PAIR = re.compile("([αεο])([ϊϋ])")


def _read(word: str, digraphs: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    text = _NOT_A_VOWEL_PAIR.sub(lambda pair: pair.group(1) + ("ι" if pair.group(2) == "ϊ" else "y"), word.lower())
    text = _unaccented(text)
    for pattern, latin in digraphs:
        text = pattern.sub(latin, text)
    return text.translate(_LETTERS)


def _unaccented(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")


def romanise(word: str) -> str:
    """`word` as it sounds, in Latin letters of the English school; unknown letters stay as they are."""
    return _read(word, _BY_SOUND + _SHARED)


def inflected(word: str) -> str:
    """`word` as it sounds if it is Greek and no foreign name, in Latin letters: Haralambos, Hatzis."""
    return _read(word, _IN_GREEK_WORDS + _SHARED)


def printed(word: str) -> str:
    """`word` as a Greek passport prints it: ELOT 743, where chi is ch, and gk, nt, tz stand as they are written."""
    return _read(word, _SHARED).replace("kh", "ch").replace("ks", "x")
