"""Letters of Bengali and Devanagari whose sounds a general table writes as scholars do: sh as s, ch as c."""

from __future__ import annotations

from anyascii import anyascii

_SOUNDS = str.maketrans(
    {**dict.fromkeys("শষशष", "sh"), **dict.fromkeys("চच", "ch"), **dict.fromkeys("ছछ", "chh"), "ঁ": "", "ँ": ""}
)


def romanise(word: str) -> str:
    """`word` in Latin letters of the English school, without the vowel that no letter writes."""
    return anyascii(word.translate(_SOUNDS)).lower()
