"""Arabic, Persian, Pashto and Urdu letters as Latin ones.

Short vowels are not written, so the result is for skeletons first. Waw is a consonant only where the letters beside
it say so; elsewhere it is a vowel, which skeletons drop.
"""

from __future__ import annotations

import re

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("اأإآٱىےۓ", "a"),
        **dict.fromkeys("ءئؤٔ", ""),
        "ع": "a",
        "ب": "b",
        "پ": "p",
        **dict.fromkeys("تطٹټةۃ", "t"),
        "ث": "th",
        "ج": "j",
        "چ": "ch",
        **dict.fromkeys("حهہھۀۂ", "h"),
        **dict.fromkeys("ەێ", "e"),
        "خ": "kh",
        **dict.fromkeys("دضڈډ", "d"),
        "ذ": "dh",
        **dict.fromkeys("رڑړ", "r"),
        **dict.fromkeys("زظځ", "z"),
        "ژ": "zh",
        "ږ": "zh",
        **dict.fromkeys("سص", "s"),
        "څ": "ts",
        **dict.fromkeys("شښ", "sh"),
        "غ": "gh",
        "ف": "f",
        "ڤ": "v",
        "ق": "q",
        **dict.fromkeys("كک", "k"),
        **dict.fromkeys("گګ", "g"),
        "ڭ": "ng",
        **dict.fromkeys("لڵ", "l"),
        "م": "m",
        **dict.fromkeys("نںڼ", "n"),
        "و": "u",
        "ۆ": "o",
        "ۇ": "u",
        "ۈ": "u",
        "ۋ": "w",
        **dict.fromkeys("يیۍئ", "i"),
        "ې": "e",
    }
)

# One spelling for what keyboards and languages write differently.
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ئ": "ئ", "ك": "ک", "أ": "ا", "إ": "ا", "ٱ": "ا", "ہ": "ه", "ھ": "ه"})

_FINAL_FEMININE = re.compile("[ةۃ]$")
_CH = re.compile("تش")
_INITIAL_WAW = re.compile("^و")
# Waw before alef, yeh, another waw or a final heh begins a syllable: Jawad, Tawil, Dawud, Marwa; not in -oev.
_SYLLABIC_WAW = re.compile("(?<=.)و(?=[اآیيىو])(?![یي]+ف)|(?<=.)و(?=[هةہ]$)|(?<=[اآ])و(?=.)")
_INITIAL_YEH = re.compile("^[يی]")
# Without a vowel between them, two letters would read as one of the Latin pairs (sh, zh, th, dh, kh, gh, ph, ts).
_BEFORE_H = re.compile("(?<=[سصزظتطدضكکگپش])(?=[هحہ])|(?<=^و)(?=[هحہ])|(?<=چ)(?=[رل])")
_BEFORE_S = re.compile("(?<=[تط])(?=ص)")
# A doubled letter is written once, so that between two of one kind a vowel is heard: Nangyalai, Latif's لل aside.
_TWICE = re.compile("([بپتثجچحخدرزژسشصضطظغفقكکگګمن])(?=\\1)")
_FINAL_HEH = re.compile("(?<=[^اأآهةہ])[هہەۀۂ]$")
_VOWEL_CARRIER = re.compile("^[اأإآٱع]")


_CONSTRUCT = re.compile("[ةۃ](?=\\s+الله)")
_OWNER_OF = re.compile("(ذو|ذي)\\s+(?=ال)")


def connect(text: str) -> str:
    """`text` with the ending that is heard before Allah (Hibat Allah) written out, and Dhu l-X as one word."""
    return _OWNER_OF.sub(r"\1", _CONSTRUCT.sub("ت", text))


def spelling(word: str) -> str:
    """`word` with alef, yeh, kaf and heh in one spelling, to look words up by."""
    return word.translate(_SAME)


def romanise(word: str) -> str:
    """`word` in Latin letters of the English school; unknown letters stay as they are."""
    text = _TWICE.sub(r"\1ا", _FINAL_FEMININE.sub("ا", word))
    text = _CH.sub("چ", text)
    text = _BEFORE_S.sub("ا", _BEFORE_H.sub("ا", text))
    text = _INITIAL_WAW.sub("w", text)
    text = _SYLLABIC_WAW.sub("w", text)
    text = _FINAL_HEH.sub("اه", text)
    text = _INITIAL_YEH.sub("y", text)
    text = _VOWEL_CARRIER.sub("a", text)
    return text.translate(_LETTERS)
