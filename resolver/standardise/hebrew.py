"""Hebrew letters as Latin ones, in the two ways that names in them are read.

Arabic names in Hebrew letters keep b and f throughout; Hebrew names say v and p in places that the letters do not
show. Vowels are mostly not written, so the result is for skeletons first.
"""

from __future__ import annotations

import re

from resolver.standardise import lexicon

_LETTERS = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "u", "ז": "z", "ח": "kh", "ט": "t", "י": "i", "כ": "k",
    "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "f", "ף": "f", "צ": "ts",
    "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_ARABIC_NAME = str.maketrans(_LETTERS)
_HEBREW = _LETTERS | {"ב": "v", "פ": "p", "ך": "kh"}
_HEBREW_NAME = str.maketrans(_HEBREW)
_WITH_SIN = str.maketrans(_HEBREW | {"ש": "s"})
_WITH_CH = str.maketrans(_HEBREW | {"ח": "ch", "כ": "ch", "ך": "ch"})
# The same letters in Arabic script, to look Arabic names up by.
_IN_ARABIC = str.maketrans("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "ابجدهوزحطیککلممننسعففصصقرشت")

_HEBREW_NAMES = {"דוד": "david"}
# Without a vowel between them, two letters would read as one of the Latin pairs.
_BEFORE_H = re.compile("(?<=[גדזטכסצקת])(?=[הח])")
_WAW = re.compile("^ו|וו|ו(?=[א])|(?<=.)ו(?=י|ה$)")
_SILENT_ALEF = re.compile("(?<=.)א")
_INITIAL_YOD = re.compile("^י+")
_INITIAL_YE = re.compile("^י(?=[^אעוי])")
_FINAL_HEH = re.compile("(?<=.)ה$")
_INITIAL_AYIN = re.compile("^ע")
_INNER_AYIN = re.compile("(?<=.)ע")
_INITIAL_B = re.compile("^ב")
_INITIAL_K = re.compile("^כ")
_GLUED_ARTICLE = re.compile("אל(?!י|כס)(?=.{4,})|אל-")


def romanise(word: str) -> str:
    """`word` as an Arabic name, in Latin letters of the English school."""
    known = _known(word)
    return known if known is not None else _read(_GLUED_ARTICLE.sub("", word)).translate(_ARABIC_NAME)


def spoken(word: str) -> str:
    """`word` as a Hebrew name: v for b within the word, p for f before its end."""
    return _HEBREW_NAMES.get(word) or _INITIAL_B.sub("b", _read(word)).translate(_HEBREW_NAME)


def spoken_with_e(word: str) -> str:
    """As `spoken`, an initial yod as ye or i: Yehuda, Yerushalmi."""
    return spoken(_INITIAL_YE.sub("ע", word))


def spoken_with_sin(word: str) -> str:
    """As `spoken`, with s for the letter that is s or sh: Sarah, Yisrael, Stern."""
    return _INITIAL_B.sub("b", _read(word)).translate(_WITH_SIN)


def spoken_with_sin_and_e(word: str) -> str:
    """As `spoken_with_sin`, an initial yod as ye or i: Israel."""
    return spoken_with_sin(_INITIAL_YE.sub("ע", word))


def spoken_with_ch(word: str) -> str:
    """As `spoken`, with the ch of German and of older passports: Rachel, Chana."""
    return _INITIAL_B.sub("b", _INITIAL_K.sub("k", _read(word))).translate(_WITH_CH)


def _read(word: str) -> str:
    text = _WAW.sub("v", _BEFORE_H.sub("א", word))
    text = _INITIAL_YOD.sub("y", text)
    text = _FINAL_HEH.sub("a", text)
    text = _INITIAL_AYIN.sub("a", text)
    return _INNER_AYIN.sub("", _SILENT_ALEF.sub("a", text))


def _known(word: str) -> str | None:
    """The reading of a frequent Arabic name, whose vowels Hebrew may write: Omar with a waw, Husayn with two yods."""
    arabic = word.translate(_IN_ARABIC)
    for spelling in (arabic, arabic.replace("یی", "ی"), re.sub("(?<=.)و", "", arabic.replace("یی", "ی"))):
        name = lexicon.find_arabic(spelling)
        if name is not None:
            return name.reading
    return None
