"""Georgian and Armenian letters as Latin ones, as passports print them (without the marks of the ejectives)."""

from __future__ import annotations

import re

_GEORGIAN = {
    "ა": "a", "ბ": "b", "გ": "g", "დ": "d", "ე": "e", "ვ": "v", "ზ": "z", "თ": "t", "ი": "i", "კ": "k", "ლ": "l",
    "მ": "m", "ნ": "n", "ო": "o", "პ": "p", "ჟ": "zh", "რ": "r", "ს": "s", "ტ": "t", "უ": "u", "ფ": "p", "ქ": "k",
    "ღ": "gh", "ყ": "q", "შ": "sh", "ჩ": "ch", "ც": "ts", "ძ": "dz", "წ": "ts", "ჭ": "ch", "ხ": "kh", "ჯ": "j",
    "ჰ": "h",
}  # fmt: skip
_ARMENIAN = {
    "ա": "a", "բ": "b", "գ": "g", "դ": "d", "ե": "e", "զ": "z", "է": "e", "ը": "y", "թ": "t", "ժ": "zh", "ի": "i",
    "լ": "l", "խ": "kh", "ծ": "ts", "կ": "k", "հ": "h", "ձ": "dz", "ղ": "gh", "ճ": "ch", "մ": "m", "յ": "y",
    "ն": "n", "շ": "sh", "ո": "o", "չ": "ch", "պ": "p", "ջ": "j", "ռ": "r", "ս": "s", "վ": "v", "տ": "t", "ր": "r",
    "ց": "ts", "ւ": "v", "փ": "p", "ք": "k", "և": "ev", "օ": "o", "ֆ": "f",
}  # fmt: skip
_LETTERS = str.maketrans(_GEORGIAN | _ARMENIAN)
# Western Armenian, of Lebanon, Syria and Turkey, says voiced what Eastern Armenian says voiceless, and the reverse.
_WESTERN = str.maketrans("բպգկդտձծջճ", "պբկգտդծձճջ")
_INITIAL_H = re.compile("^հ(?=.)")
_ARMENIAN_U = re.compile("ու")
_ARMENIAN_INITIAL_YE = re.compile("^ե(?=[^ւ])")
_ARMENIAN_INITIAL_VO = re.compile("^ո(?=[^ւվ])")


def western_armenian(word: str) -> str:
    """`word` as Western Armenians say it, in Latin letters: Krikor for Grigor."""
    return romanise(word.lower().translate(_WESTERN))


def armenian_in_russian(word: str) -> str:
    """`word` as Russian papers spell it, in Latin letters: Arutyunyan for Harutyunyan."""
    return romanise(_INITIAL_H.sub("", word.lower()))


def romanise(word: str) -> str:
    """`word` in Latin letters of the English school; unknown letters stay as they are."""
    text = word.lower()
    text = _ARMENIAN_INITIAL_YE.sub("ye", text)
    text = _ARMENIAN_INITIAL_VO.sub("vo", text)
    return _ARMENIAN_U.sub("u", text).translate(_LETTERS)
