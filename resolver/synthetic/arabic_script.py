"""Arabic script from sound, and a guessed sound for names of which only the Arabic spelling is known."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

from resolver.synthetic.phonemes import without_doubles

_LETTERS = {
    **dict(zip("btTθjHxdðrzsšSDZ`ğfqklmnhwyg", "بتطثجحخدذرزسشصضظعغفقكلمنهويغ", strict=True)),
    "v": "ف",
    "p": "ب",
    "č": "تش",
    "ž": "ج",
    "c": "تس",
    "A": "ا",
    "I": "ي",
    "U": "و",
    "E": "ي",
    "O": "و",
    "@": "ة",
    "Y": "ى",
    "a": "",
    "i": "",
    "u": "",
    "e": "",
    "o": "",
    "á": "",
    "-": "",
}
_INITIAL = {"a": "أ", "i": "إ", "u": "أ", "e": "إ", "o": "أ", "A": "آ", "I": "إي", "U": "أو", "E": "إي", "O": "أو"}
_SOUNDS = {
    **dict(zip("بتطثجحخدذرزسشصضظعغفقكلمنه", "btTθjHxdðrzsšSDZ`ğfqklmnh", strict=True)),
    "پ": "p",
    "چ": "č",
    "ژ": "ž",
    "گ": "g",
    "ك": "k",
    "ک": "k",
    "ة": "@",
    "ى": "Y",
    "ء": "'",
    "ؤ": "'",
    "ئ": "'",
    "أ": "a",
    "إ": "i",
    "آ": "A",
    "ا": "A",
    "و": "w",
    "ي": "y",
    "ی": "y",
}
_VOWEL_SIGNS = frozenset("aiuAIUY@-")
_MARKS = re.compile("[\u064b-\u065f\u0640\u200c]")


@lru_cache(maxsize=65536)
def arabic(sound: str) -> str:
    """The usual spelling in Arabic script: ``arabic("muHammad") == "محمد"``."""
    return " ".join(_word(word) for word in sound.split(" "))


def _word(word: str) -> str:
    if word == "al-láh":
        return "الله"
    if word.startswith("al-"):
        return "ال" + _word(word[3:])
    word = without_doubles(word)
    written = []
    for at, sound in enumerate(word):
        before, after = word[at - 1 : at], word[at + 1 : at + 2]
        if at == 0 and sound in _INITIAL:
            written.append(_INITIAL[sound])
        elif sound == "'":
            written.append(_hamza(before, after) if at else "")
        else:
            written.append(_LETTERS.get(sound, sound))
    return "".join(written)


def _hamza(before: str, after: str) -> str:
    if before in "iI" or after in ("i", "I"):
        return "ئ"
    if before == "u" or after in ("u", "U"):
        return "ؤ"
    return "ء" if before in "AwyIU" or not after else "أ"


@lru_cache(maxsize=65536)
def guessed_sound(spelling: str) -> str:
    """A sound for a spelling without vowels: the missing ones are guessed, always the same for the same word."""
    words = _MARKS.sub("", spelling).split(" ")
    return " ".join(
        "al-" + _guess(word[2:]) if word.startswith("ال") and len(word) > 4 else _guess(word) for word in words
    )


def _guess(word: str) -> str:
    letters = [_SOUNDS.get(letter, "") for letter in word]
    dice = zlib.crc32(word.encode())
    sound: list[str] = []
    for at, letter in enumerate(letters):
        after = letters[at + 1] if at + 1 < len(letters) else ""
        if letter in ("w", "y") and at and after not in ("A", "@", "Y") and sound and sound[-1] not in _VOWEL_SIGNS:
            sound.append("U" if letter == "w" else "I")
            continue
        if (
            sound
            and letter not in ("A", "@", "Y", "")
            and sound[-1] not in _VOWEL_SIGNS
            and not (at > 2 and dice & 1 and sound[-2] not in ("A", "U", "I"))
        ):
            after_long = len(sound) > 1 and sound[-2] == "A"
            sound.append("i" if after_long else "aaaiaiiu"[dice % 8])
            dice = dice // 8 + 5
        sound.append(letter)
    return "".join(sound)
