"""Names from a machine-readable zone: filler signs, and the escapes of ICAO Doc 9303-3, section 6.

Arabic letters may be written by the reversible code of section 6 C, where X opens an escape (MXHMWD is Mahmud). Few
states print it and other names hold an X too, so a name is decoded only where all of it reads as that code.
"""

from __future__ import annotations

import re

_ESCAPES = {
    "XTA": "ة", "XAH": "ة", "XTH": "ث", "XKH": "خ", "XDH": "ذ", "XSH": "ش", "XSS": "ص", "XDZ": "ض", "XTT": "ط",
    "XZZ": "ظ", "XAA": "آ", "XAE": "أ", "XAY": "ى", "XXA": "ٱ", "XXT": "ٹ", "XRT": "ټ", "XKE": "ځ", "XXH": "څ",
    "XXD": "ڈ", "XDR": "ډ", "XXR": "ڑ", "XRR": "ړ", "XRX": "ږ", "XXS": "ښ", "XKK": "ک", "XXK": "ګ", "XNG": "ڭ",
    "XGG": "گ", "XNN": "ں", "XXN": "ڼ", "XDO": "ھ", "XYH": "ۀ", "XXG": "ہ", "XGE": "ۂ", "XTG": "ۃ", "XYA": "ی",
    "XXY": "ۍ", "XYB": "ے", "XBE": "ۓ", "XH": "ح", "XE": "ء", "XI": "ئ", "XC": "چ", "XJ": "ژ", "XV": "ڤ",
}  # fmt: skip
_LETTERS = {
    "A": "ا", "B": "ب", "T": "ت", "J": "ج", "D": "د", "R": "ر", "Z": "ز", "S": "س", "E": "ع", "G": "غ", "F": "ف",
    "Q": "ق", "K": "ك", "L": "ل", "M": "م", "N": "ن", "H": "ه", "W": "و", "Y": "ي", "U": "ؤ", "I": "إ", "P": "پ",
}  # fmt: skip
_SIGN = re.compile("|".join(_ESCAPES) + "|[A-WYZ]")
_CODED = re.compile("(?:" + "|".join(_ESCAPES) + "|[ABDE-NP-UWYZ])+")
_FILLER = re.compile("[<\\s]+")
_DIAERESIS = re.compile("(?<=[UN])XX")
# Vowels are not written in the code, save long ones: more than this share of them means another spelling.
_MOST_VOWELS = 0.4
FIELDS_APART = "<<"
"""What stands between the surname and the given names, and in no name outside a machine-readable zone."""
_NAME_FIELDS = frozenset({30, 31, 39})
"""Signs of the name field in documents of the sizes TD1, TD2 and TD3."""


def decode(text: str) -> str:
    """`text` with fillers as spaces and escapes as the letters they stand for."""
    parts = [part for part in _FILLER.split(text.upper()) if part]
    if _is_arabic_code(parts):
        return " ".join(_SIGN.sub(_letter, part) for part in parts)
    return " ".join(_DIAERESIS.sub("", part) for part in parts)


def may_be_cut(text: str) -> bool:
    """True where a name fills its field to the last sign: its last part may be the beginning of a longer one."""
    return len(text) in _NAME_FIELDS and not text.endswith("<")


def _is_arabic_code(parts: list[str]) -> bool:
    joined = "".join(parts)
    if "X" not in joined or not all(_CODED.fullmatch(part) for part in parts):
        return False
    signs = _SIGN.findall(joined)
    return sum(sign in "AEIU" for sign in signs) <= _MOST_VOWELS * len(signs)


def _letter(match: re.Match[str]) -> str:
    sign = match.group()
    return _ESCAPES.get(sign) or _LETTERS[sign]
