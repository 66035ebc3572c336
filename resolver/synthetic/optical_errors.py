"""Errors of optical character recognition, and signs that look like others: what a reader of pictures mistakes.

Latin pairs are the classic ones of print (rn/m, l/1/I, O/0, B/8, S/5, cl/d); Arabic letters lose or gain dots.
Homoglyphs are pairs of Unicode's confusables (UTS 39), and invisible signs come along when text is copied from a page.
"""

from __future__ import annotations

from random import Random

_PRINT = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("l", "I"),
    ("I", "l"),
    ("O", "0"),
    ("o", "0"),
    ("B", "8"),
    ("S", "5"),
    ("cl", "d"),
    ("d", "cl"),
    ("h", "b"),
    ("u", "ii"),
    ("w", "vv"),
    ("e", "c"),
)
# Letters of one shape: the first sign of each group is not always the one without dots.
_ARABIC_SHAPES = ("بتثني", "حخج", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق", "ةه")
_CYRILLIC_TWINS = dict(zip("аеорсхуіАВЕКМНОРСТХ", "aeopcxyiABEKMHOPCTX", strict=True))
_TWINS = {
    "Latn": {latin: cyrillic for cyrillic, latin in _CYRILLIC_TWINS.items()},
    "Cyrl": _CYRILLIC_TWINS,
    "Arab": {"ي": "ی", "ك": "ک", "ه": "ہ", "ی": "ي", "ک": "ك", "ة": "ۃ"},
}
_NON_JOINER, _JOINER, _TATWEEL, _NO_BREAK_SPACE = "\u200c", "\u200d", "\u0640", "\u00a0"
# The contract refuses the other invisible signs, so that no record can hold them.
_INVISIBLE = {"Arab": (_NON_JOINER, _TATWEEL), "Latn": (_NON_JOINER, _JOINER)}


def misread(text: str, script: str, rng: Random) -> str:
    """The text with one letter, or pair of letters, taken for another."""
    if script == "Arab":
        places = [(at, group) for at, sign in enumerate(text) for group in _ARABIC_SHAPES if sign in group]
        if not places:
            return text
        at, group = places[int(rng.random() * len(places))]
        others = group.replace(text[at], "")
        return text[:at] + others[int(rng.random() * len(others))] + text[at + 1 :]
    if script != "Latn":
        return text
    found = [(text.index(seen), seen, read) for seen, read in _PRINT if seen in text]
    if not found:
        return text
    at, seen, read = found[int(rng.random() * len(found))]
    return text[:at] + read + text[at + len(seen) :]


def with_look_alike(text: str, script: str, rng: Random) -> str:
    """The text with one sign of another alphabet that looks the same."""
    twins = _TWINS.get(script, {})
    places = [at for at, sign in enumerate(text) if sign in twins]
    if not places:
        return text
    at = places[int(rng.random() * len(places))]
    return text[:at] + twins[text[at]] + text[at + 1 :]


def with_invisible_sign(text: str, script: str, rng: Random) -> str:
    """The text with a sign that nobody sees, or another blank between two words."""
    if " " in text and rng.random() < 0.4:
        return text.replace(" ", _NO_BREAK_SPACE, 1)
    signs = _INVISIBLE.get(script, _INVISIBLE["Latn"])
    at = 1 + int(rng.random() * max(1, len(text) - 1))
    return text[:at] + signs[int(rng.random() * len(signs))] + text[at:]
