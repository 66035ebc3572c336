"""Errors of the hand on the keyboard: a letter dropped, doubled, swapped with its neighbour, or the key beside it.

Four in five misspellings of a word are one such edit (Damerau 1964); the keys are those of the layout that the country
uses: AZERTY, QWERTZ, QWERTY, the Arabic 101 layout, the Russian one.
"""

from __future__ import annotations

from random import Random

_LAYOUTS = {
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "azerty": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "qwertz": ("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "arabic": ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ"),
    "russian": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
}
_BY_SCRIPT = {"Arab": "arabic", "Cyrl": "russian"}
_BY_SCHOOL = {"french": "azerty", "german": "qwertz"}


def _neighbours(rows: tuple[str, ...]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for number, row in enumerate(rows):
        for at, key in enumerate(row):
            beside = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
            above = rows[number - 1][at : at + 2] if number else ""
            below = rows[number + 1][max(0, at - 1) : at + 1] if number + 1 < len(rows) else ""
            keys[key] = beside + above + below
    return keys


_NEIGHBOURS = {layout: _neighbours(rows) for layout, rows in _LAYOUTS.items()}


def layout_of(school: str, script: str) -> str:
    """The keyboard of a clerk who writes a script by a Latin school."""
    return _BY_SCRIPT.get(script) or _BY_SCHOOL.get(school, "qwerty")


def with_typo(text: str, layout: str, rng: Random) -> str:
    """The text with one edit inside a word; unchanged where no word has three letters."""
    places = [
        at for at in range(1, len(text) - 1) if text[at].isalpha() and text[at + 1].isalpha() and text[at - 1] != " "
    ]
    if not places:
        return text
    at = places[int(rng.random() * len(places))]
    edit = int(rng.random() * 4)
    if edit == 0:
        return text[:at] + text[at + 1 :]
    if edit == 1:
        return text[:at] + text[at] + text[at:]
    if edit == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    near = _NEIGHBOURS[layout].get(text[at].lower(), "")
    if not near:
        return text[:at] + text[at + 1 :]
    key = near[int(rng.random() * len(near))]
    return text[:at] + (key.upper() if text[at].isupper() else key) + text[at + 1 :]
