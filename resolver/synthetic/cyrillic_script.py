"""Cyrillic from sound, Cyrillic to Latin by the conventions that states use, and the sound of a Cyrillic name."""

from __future__ import annotations

from functools import lru_cache
from random import Random

_SPELT = (
    "b=б p=п t=т T=т θ=с j=дж H=х x=х h=х d=д ð=з D=д r=р z=з Z=з s=с S=с š=ш f=ф q=к k=к l=л m=м n=н w=в v=в g=г "
    "ğ=г č=ч ž=ж c=ц y=й A=а I=и U=у E=е O=о a=а i=и u=у e=е o=о á=а @=а Y=а `= '="
)
_FROM_SOUND = str.maketrans(dict(rule.split("=", 1) for rule in _SPELT.split()))
_TO_SOUND = {
    **dict(zip("абвгдезийклмнопрстуфх", "AbvgdEzIyklmnOprstUfx", strict=True)),
    "ё": "yO",
    "ж": "ž",
    "ц": "c",
    "ч": "č",
    "ш": "š",
    "щ": "š",
    "ъ": "",
    "ы": "I",
    "ь": "",
    "э": "E",
    "ю": "yU",
    "я": "yA",
    "қ": "q",
    "ғ": "ğ",
    "ҳ": "h",
    "ў": "O",
    "ҷ": "j",
    "ӣ": "I",
    "ӯ": "U",
    "ә": "A",
    "і": "I",
    "ң": "n",
    "ө": "O",
    "ү": "U",
}
_BGN = {
    **dict(zip("абвгдезийклмнопрстуф", "abvgdeziyklmnoprstuf", strict=True)),
    "ё": "yo",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ы": "y",
    "ь": "",
    "э": "e",
    "ю": "yu",
    "я": "ya",
    "қ": "q",
    "ғ": "gh",
    "ҳ": "h",
    "ў": "o",
    "ҷ": "j",
    "ӣ": "i",
    "ӯ": "u",
    "ә": "a",
    "і": "i",
    "ң": "ng",
    "ө": "o",
    "ү": "u",
}
_ICAO = {**_BGN, "й": "i", "ю": "iu", "я": "ia", "ё": "e", "ъ": "ie", "ў": "u"}
_FRENCH = {**_BGN, "ж": "j", "ч": "tch", "ш": "ch", "у": "ou", "ю": "iou", "я": "ia", "ё": "io", "й": "ï", "щ": "chtch"}
_GERMAN = {
    **_BGN,
    "ж": "sch",
    "х": "ch",
    "ц": "z",
    "ч": "tsch",
    "ш": "sch",
    "в": "w",
    "ю": "ju",
    "я": "ja",
    "й": "j",
    "з": "s",
}
_TURKISH = {**_BGN, "ж": "j", "х": "h", "ц": "ts", "ч": "ç", "ш": "ş", "щ": "ş", "ы": "ı"}
_UZBEK = {**_BGN, "ж": "j", "х": "x", "й": "y", "қ": "q", "ғ": "gʻ", "ў": "oʻ"}
# The Kazakh alphabet in the version of 2021, and Azerbaijani Latin of 1991.
_KAZAKH = {
    **_BGN,
    "ж": "j",
    "х": "h",
    "ч": "ç",
    "ш": "ş",
    "щ": "ş",
    "ы": "y",
    "й": "i",
    "ц": "ts",
    "ю": "iu",
    "я": "ia",
}
_AZERI = {**_TURKISH, "х": "x", "г": "q", "э": "e", "ц": "s"}

SCHOOLS = {
    "bgn": _BGN,
    "icao": _ICAO,
    "french": _FRENCH,
    "german": _GERMAN,
    "turkish": _TURKISH,
    "uzbek": _UZBEK,
    "kazakh": _KAZAKH,
    "azeri": _AZERI,
}
_VOWELS = frozenset("аеёиоуыэюя")


@lru_cache(maxsize=65536)
def cyrillic(sound: str) -> str:
    """The sound as Russian writes it: ``cyrillic("xAlid") == "Халид"``."""
    sound = sound.replace("al-láh", "al-lah").replace("al-", "аль-")
    text = sound.translate(_FROM_SOUND).replace("йа", "я").replace("йу", "ю").replace("йе", "е").replace("ииа", "ия")
    return " ".join(("Э" + word[1:] if word[:1] == "е" else word[:1].upper() + word[1:]) for word in text.split(" "))


@lru_cache(maxsize=65536)
def cyrillic_sound(word: str) -> str:
    """The phonemes of a Cyrillic word, every vowel long, as foreign names are written in Arabic script."""
    sound = "".join(_TO_SOUND.get(letter, letter) for letter in word.lower().replace("дж", "j"))
    return sound[:1].lower() + sound[1:]  # an initial long vowel would be written with alef madda


def latin(word: str, school: str, rng: Random) -> str:
    """A Cyrillic word in Latin letters by one school; what a school leaves to the clerk is drawn."""
    table = SCHOOLS[school]
    if school == "bgn" and rng.random() < 0.35:
        table = _ICAO
    lower = word.lower().replace(
        "дж", "j" if school in ("turkish", "uzbek", "kazakh", "azeri") or rng.random() < 0.25 else "дж"
    )
    ye = school == "bgn" and rng.random() < 0.3
    letters = []
    for at, letter in enumerate(lower):
        if letter == "е" and ye and (at == 0 or lower[at - 1] in _VOWELS):
            letters.append("ye")
        elif letter == "ь" and rng.random() < 0.06:
            letters.append("'")
        else:
            letters.append(table.get(letter, letter))
    text = "".join(letters)
    if text.endswith(("iy", "yi", "ii")) and rng.random() < 0.6:
        text = text[:-2] + ("i" if school in ("icao", "german") else "y")
    if school == "french" and text.endswith("ov"):
        text += "" if rng.random() < 0.8 else "e"
    return "-".join(part[:1].upper() + part[1:] for part in text.split("-"))
