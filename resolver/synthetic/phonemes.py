"""Words are held as phonemes, one letter a sound: every writing is made from the sound, none from another writing.

The notation of the name tables: long vowels are capital (A I U E O), ``á`` is a long a that Arabic does not write,
``Y`` a final a written with alef maqsura, ``@`` the feminine ending, the emphatic consonants ``H S D T Z``, the letter
ain is a grave accent, hamza an apostrophe, and the digraphs ``th kh dh sh gh ch zh ts`` stand for one sound each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_DIGRAPHS = {"th": "θ", "kh": "x", "dh": "ð", "sh": "š", "gh": "ğ", "ch": "č", "zh": "ž", "ts": "c"}
_DIGRAPH = re.compile("|".join(_DIGRAPHS))
_DOUBLED = re.compile(r"([^aiuáAIUEOeo-])\1")


@dataclass(frozen=True, slots=True)
class Word:
    """One part of a name: its sound, its spelling at home, the script of that spelling (ISO 15924).

    A foreign name of Arabic origin has its Arabic spelling, too: Mehmet may be written like Muhammad.
    """

    sound: str
    native: str
    script: str
    cognate: str = ""


@lru_cache(maxsize=8192)
def parse(notation: str) -> str:
    """The phonemes of a word in the notation of the tables: ``parse("khAlid") == "xAlid"``."""
    return _DIGRAPH.sub(lambda found: _DIGRAPHS[found.group()], notation).replace("a@", "@")


def without_doubles(sound: str) -> str:
    """The sound with single consonants where they were doubled, as most passports write it."""
    return _DOUBLED.sub(r"\1", sound)
