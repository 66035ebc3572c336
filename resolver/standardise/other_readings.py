"""The other ways to read a name: as another office prints it, another language says it, another school spells it.

A text tells its script, but not always its language, nor Latin letters their school. Each alternative is a text that is
read like any other; the list is short, for every reading of one record is compared with every reading of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, repeat

from resolver.standardise import (
    arabic_readings,
    caucasian,
    cyrillic_readings,
    greek,
    han_transcription,
    hebrew,
    latin,
    latin_readings,
)
from resolver.standardise.scripts import words_of

MOST_OTHERS = 5
"""Ways to read a name beside the first."""

_BY_SCRIPT: dict[str, Callable[[str], Iterator[str]]] = {
    "Cyrl": cyrillic_readings.others,
    "Arab": arabic_readings.others,
    "Hani": han_transcription.readings,
}
_WORD_BY_WORD: dict[str, tuple[Callable[[str], str], ...]] = {
    "Grek": (greek.printed, greek.inflected),
    "Hebr": (
        hebrew.spoken,
        hebrew.spoken_with_e,
        hebrew.spoken_with_ch,
        hebrew.spoken_with_sin,
        hebrew.spoken_with_sin_and_e,
    ),
    "Armn": (caucasian.western_armenian, caucasian.armenian_in_russian),
}


def others(written: str, script: str, school: latin.School) -> Iterator[tuple[str, latin.School]]:
    """Texts that `written`, of this script and school, may stand for as well, each with its school; at most five."""
    if script == "Latn":
        return islice(latin_readings.others(written, school), MOST_OTHERS)
    by_script = _BY_SCRIPT.get(script)
    texts = _word_by_word(written, script) if by_script is None else by_script(written)
    return zip(islice(texts, MOST_OTHERS), repeat(latin.School.UNKNOWN))


def _word_by_word(written: str, script: str) -> Iterator[str]:
    for read in _WORD_BY_WORD.get(script, ()):
        yield " ".join(read(word) if len(word) > 1 else read(word)[:1] for word in words_of(written))
