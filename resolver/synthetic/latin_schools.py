"""Latin spellings of Arabic sounds by school: English, French, German, Turkish, Spanish, Russian and more."""

from __future__ import annotations

import re
from random import Random

from resolver.synthetic.cyrillic_script import cyrillic
from resolver.synthetic.cyrillic_script import latin as cyrillic_to_latin
from resolver.synthetic.held_out_schools import HELD_OUT, RESPELT, habits, respelt
from resolver.synthetic.phonemes import without_doubles
from resolver.synthetic.school_tables import ORDINARY

_TABLES = {**ORDINARY, **HELD_OUT}
_DOUBLES_KEPT = {
    "french": 0.35,
    "turkish": 0.6,
    "bgn": 0.95,
    "english": 0.6,
    "german": 0.55,
    "ijmes": 0.97,
    "scholarly": 1.0,
}
_BETWEEN_VOWELS = re.compile(r"(?<=[aeiou])s(?=[aeiou])")
_DIPHTHONGS = {
    "english": (("ay", ("ai", "ay", "ei", "e")), ("aw", ("aw", "au", "ou", "o"))),
    "french": (("ay", ("aï", "ai", "ei", "ey")), ("aw", ("aou", "ao", "ou"))),
    "turkish": (("ay", ("ey", "ay")), ("av", ("ev", "av"))),
    "german": (("ay", ("ai", "ei")), ("aw", ("au", "aw"))),
}


def spell(sound: str, school: str, rng: Random) -> str:
    """One word's sound in Latin letters, in lower case, without its article."""
    if school in ("russian", "uzbek", "kazakh"):
        return cyrillic_to_latin(cyrillic(sound), "icao" if rng.random() < 0.4 else "bgn", rng).lower()
    if school in RESPELT:
        return respelt(sound, school, rng)
    if rng.random() > _DOUBLES_KEPT.get(school, 0.6):
        sound = without_doubles(sound)
    table, letters = _TABLES[school], []
    for letter in sound:
        options = table.get(letter)
        if options is None:
            letters.append(letter)
        elif len(options) == 1:
            letters.append(options[0][0])
        else:
            draw = rng.random()
            letters.append(next((text for text, bound in options if draw < bound), options[-1][0]))
    return _habits("".join(letters), school, rng)


def _habits(text: str, school: str, rng: Random) -> str:
    """What a school does to whole words: diphthongs, French -ine and -ss-, Turkish final t."""
    if school in HELD_OUT:
        return habits(text, school, rng)
    for diphthong, spellings in _DIPHTHONGS.get(school, _DIPHTHONGS["english"]):
        at = text.find(diphthong)
        if at >= 0 and text[at + 2 : at + 3] not in ("a", "e", "i", "o", "u", "y") and school not in ("bgn", "ijmes"):
            text = text[:at] + spellings[int(rng.random() ** 1.6 * len(spellings))] + text[at + 2 :]
    if school == "french":
        if text.endswith("in") and rng.random() < 0.6:
            text += "e"
        if rng.random() < 0.55:
            text = _BETWEEN_VOWELS.sub("ss", text)
    elif school == "turkish":
        if text.endswith("d") and rng.random() < 0.75:
            text = text[:-1] + "t"
        elif text.endswith("b") and rng.random() < 0.75:
            text = text[:-1] + "p"
    elif school in ("egyptian", "english", "gulf") and text.endswith("i") and len(text) > 4 and rng.random() < 0.12:
        text = text[:-1] + ("y" if rng.random() < 0.7 else "ee")
    return text
