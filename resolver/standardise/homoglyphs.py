"""Letters of another script that look like a word's own: Cyrillic a in a Latin name, Latin o in a Cyrillic one.

Typed by a hand that switched keyboards too late, or on purpose. A word that mixes Latin, Greek and Cyrillic letters is
read in the script of the letters that cannot be mistaken; where none can, in the script of most.
"""

from __future__ import annotations

import re
from collections import Counter

from resolver.standardise.scripts import script_of_letter

_LATIN = "AaBCcEeHIiJjKMOoPpSsTXxYy"
_CYRILLIC = "АаВСсЕеНІіЈјКМОоРрЅѕТХхУу"
_GREEK_CAPITALS = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
_LATIN_CAPITALS = "ABEZHIKMNOPTYXo"
_CYRILLIC_CAPITALS = "АВЕЗНІКМНОРТУХо"

_INTO: dict[str, dict[int, int]] = {
    "Latn": str.maketrans(_CYRILLIC + _GREEK_CAPITALS, _LATIN + _LATIN_CAPITALS),
    "Cyrl": str.maketrans(_LATIN + _GREEK_CAPITALS, _CYRILLIC + _CYRILLIC_CAPITALS),
    "Grek": str.maketrans(_LATIN_CAPITALS + "АВЕНІКМОРТУХо", _GREEK_CAPITALS + "ΑΒΕΗΙΚΜΟΡΤΥΧο"),
}
_ALIKE = frozenset(_LATIN + _CYRILLIC + _GREEK_CAPITALS + "ZN")
_WORD = re.compile(r"[^\W\d_]+")
_CAN_MIX = re.compile("[Ͱ-Ͽἀ-῿Ѐ-ԯ]")
_OF_ONE_SCRIPT = re.compile("[Ѐ-ԯ]+|[A-Za-z]+")


def in_one_script(text: str) -> str:
    """`text` with the letters of each mixed word in that word's script; other words stay as they are."""
    if text.isascii() or _CAN_MIX.search(text) is None:
        return text
    return _WORD.sub(_unmixed, text)


def _unmixed(match: re.Match[str]) -> str:
    word = match.group()
    # Most words are, which is found sooner than letters are counted.
    if _OF_ONE_SCRIPT.fullmatch(word):
        return word
    scripts = Counter(script for letter in word if (script := script_of_letter(letter)) in _INTO)
    if len(scripts) < 2:
        return word
    own = Counter(script for letter in word if letter not in _ALIKE and (script := script_of_letter(letter)) in _INTO)
    return word.translate(_INTO[max(own or scripts, key=lambda script: ((own or scripts)[script], scripts[script]))])
