"""Names in the romanisation of Wade and Giles as pinyin.

Passports of Taiwan print it without apostrophes, so that one syllable stands for several of pinyin: chang is zhang or
chang, tu is du or tu. A family name is taken for the most frequent that it may be; a given name is read in each way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from resolver.standardise import syllables

# The finals that pinyin has behind each initial.
_FINALS_OF = {
    "": "a ai an ang ao e en er ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong u uan uo ue",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo ue",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u uai uan uang ui un uo",
    "sh": "a ai an ang ao e en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
_INITIALS = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "z": "ts", "c": "ts", "r": "j",
}  # fmt: skip
_FINALS = {"ie": "ieh", "ian": "ien", "ue": "ueh", "ong": "ung", "iong": "iung", "er": "erh"}
_SIBILANT_I = {"z": "tzu", "c": "tzu", "s": "ssu", "zh": "chih", "ch": "chih", "sh": "shih", "r": "jih"}
_WHOLE = {
    "yi": "i", "yan": "yen", "ye": "yeh", "you": "yu", "e": "o", "ge": "ko", "ke": "ko", "he": "ho", "gui": "kuei",
    "kui": "kuei",
}  # fmt: skip
_O_FOR_UO = frozenset({"d", "t", "n", "l", "z", "c", "s", "r", "zh", "ch"})
_WORD = re.compile("[a-z]+")
_WORDS = (2, 3)


def _in_wade_giles(initial: str, final: str) -> str:
    if initial + final in _WHOLE:
        return _WHOLE[initial + final]
    if final == "i" and initial in _SIBILANT_I:
        return _SIBILANT_I[initial]
    if final == "uo" and initial in _O_FOR_UO:
        final = "o"
    return _INITIALS.get(initial, initial) + _FINALS.get(final, final)


_PINYIN: dict[str, list[str]] = defaultdict(list)
for _initial, _finals in _FINALS_OF.items():
    for _final in _finals.split():
        _PINYIN[_in_wade_giles(_initial, _final)].append(_initial + _final)
_IN_PINYIN = frozenset(pinyin for each in _PINYIN.values() for pinyin in each)


def readings(text: str) -> Iterator[str]:
    """The names in pinyin that `text`, in lower case, may stand for; none where it is no name in Wade-Giles.

    It is one where every word is a syllable of it, and one of them none of pinyin, or no family name in pinyin.
    """
    first = _WORD.search(text)
    if first is None or first.group() not in _PINYIN:
        return
    words = _WORD.findall(text)
    if len(words) not in _WORDS or not all(word in _PINYIN for word in words):
        return
    if syllables.is_surname(words[0]) and all(word in _IN_PINYIN for word in words):
        return
    family = min(_PINYIN[words[0]], key=syllables.rank)
    for given in product(*(_PINYIN[word] for word in words[1:])):
        yield " ".join((family, *given))
