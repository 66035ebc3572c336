"""Where people live: addresses as sets of words, which a slip of the pen or a reordering leaves mostly as they are."""

from __future__ import annotations

import re
from functools import lru_cache

from resolver.standardise import latin
from resolver.standardise.scripts import plain

_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 4
"""Words and numbers of an address; fewer name a place."""
_MOST_WORDS = 16


@lru_cache(maxsize=65_536)
def address(text: str) -> tuple[str, ...]:
    """The distinct words and numbers of an address, sorted; empty where `text` has no number, or is too short."""
    words = sorted(set(_WORD.findall(latin.lower(plain(text)))))[:_MOST_WORDS]
    numbered = any(word[0].isdecimal() for word in words)
    return tuple(words) if numbered and len(words) >= _FEWEST_WORDS else ()
