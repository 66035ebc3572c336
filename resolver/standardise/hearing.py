"""How a romanised word sounds, vowels too: what tells likely spellings of one name from other names near it.

Finer than the skeleton in its vowels, of which it keeps three, and coarser in s and z: French and English write s for
both. Two words whose skeletons are an edit apart are one name the likelier, the nearer they sound.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resolver.standardise.skeleton import in_classes

_NOT_A_LETTER = re.compile("[^a-z]")
_FINAL_H = re.compile("(?<=.)h$")
_SILENT_E = re.compile("(?<=...)e$")
_DOUBLED = re.compile(r"([a-z])(?=\1)")
_THREE_VOWELS = str.maketrans("eoywz", "iuius")


@lru_cache(maxsize=262_144)
def heard(form: str) -> str:
    """The sound of a romanised word in lower case, in the vowels a, i, u and the skeleton's consonants.

    >>> heard("youssef") == heard("yusif")
    True
    """
    text = in_classes(_NOT_A_LETTER.sub("", form).replace("v", "f"))
    text = _SILENT_E.sub("", _FINAL_H.sub("", text))
    return _DOUBLED.sub("", text.translate(_THREE_VOWELS))
