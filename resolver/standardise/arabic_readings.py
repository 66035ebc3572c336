"""The other ways to read a name in Arabic letters, some of which are said otherwise from land to land.

Persian, Urdu and Turkic speakers say s, z and z for tha, dhal and dad; many Arabs z for dhal. Iraq and the Gulf write
dh for the emphatic za; Sudan, the Gulf and much of the Maghreb say g for qaf, Iran gh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolver.standardise import arabic, lexicon, written_vowels

_WORD = re.compile("[^\\W\\d_]+")
_PERSIAN = re.compile("[پچژگکیۍېټډړڼښځڅګٹڈڑںےہھۃ]")
_Z = str.maketrans({"ذ": "ز"})
_ARABIC = re.compile("[كيىةأإ]|\\bال")
_UNTOLD_Z = str.maketrans({"ذ": "ز", "ض": "ز"})
_PERSIAN_Z = str.maketrans({"ث": "س", "ذ": "ز", "ض": "ز", "څ": "چ"})
_DH = str.maketrans({"ظ": "ض"})
_G = str.maketrans({"ق": "غ"})
_SAID_OTHERWISE = re.compile("[ثذضظقڅ]")


def others(written: str) -> Iterator[str]:
    """Texts that `written` may stand for as well, in Arabic letters."""
    if not _SAID_OTHERWISE.search(written):
        return
    persian = _PERSIAN.search(written) is not None
    said_by_others = _Z if _ARABIC.search(written) else _UNTOLD_Z
    soft = _respelt(written, _PERSIAN_Z if persian else said_by_others)
    steps = (soft, _respelt(soft if persian else written, _G), "" if persian else _respelt(written, _DH))
    yield from (text for text in steps if text and text != written)


def _respelt(text: str, letters: dict[int, str]) -> str:
    """`text` with other letters, save in frequent names and in alphabets that write vowels, whose reading is known."""
    return _WORD.sub(lambda word: _word(word.group(), letters), text)


def _is_frequent(spelt: str) -> bool:
    return any(lexicon.find_arabic(form) is not None for form in (spelt, spelt.removeprefix("ال")))


def _word(word: str, letters: dict[int, str]) -> str:
    known = written_vowels.has(word) or _is_frequent(arabic.spelling(word))
    return word if known else word.translate(letters)
