"""Georgian to Latin, and the sound and the plain letters of names that are written in Latin letters at home."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from random import Random

_GEORGIAN = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        [
            "a",
            "b",
            "g",
            "d",
            "e",
            "v",
            "z",
            "t",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "zh",
            "r",
            "s",
            "t",
            "u",
            "p",
            "k",
            "gh",
            "q",
            "sh",
            "ch",
            "ts",
            "dz",
            "ts",
            "ch",
            "kh",
            "j",
            "h",
        ],
        strict=True,
    )
)
_GEORGIAN_SOUNDS = dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "AbgdEvztIklmnOpžrstUfkğqščcjcčxjh", strict=True))
_LATIN_SOUNDS = {
    "turkish": "ş=š ç=č c=j ğ= ı=I ö=O ü=U j=ž â=A i̇=I",
    "bosniak": "č=č ć=č š=š ž=ž đ=j j=y c=c",
    "albanian": "sh=š xh=j ç=č q=č zh=ž ë=E j=y dh=ð th=θ",
    "indonesian": "sy=š kh=x c=č dh=D",
    "french": "eau=O au=O ch=š ou=U oi=wA qu=k gn=ny é=E è=E ê=E ë=E ç=s j=ž ï=I ô=O ge=žE gi=žI ce=sE ci=sI c=k x=ks",
    "german": "sch=š ch=x ei=Ay ie=I eu=Oy ä=E ö=O ü=U ß=s z=c w=v v=f j=y c=k x=ks",
    "english": "sh=š ch=č th=θ ph=f ee=I oo=U ea=I ck=k ce=sE ci=sI c=k x=ks gh= qu=kw",
    "dutch": "sch=sx ch=x ij=Ay oe=U ie=I ee=E oo=O aa=A uu=U j=y v=f c=k x=ks",
    "spanish": "ch=č ll=y j=x ñ=ny h= qu=k ce=sE ci=sI z=s á=A é=E í=I ó=O ú=U v=b c=k x=ks",
    "italian": "sch=sk ch=k sc=š gh=g gl=l gn=ny gi=j ge=jE ci=č ce=čE c=k qu=kw x=ks",
    "swedish": "sj=š tj=š å=O ä=E ö=O c=k x=ks j=y",
    "azeri": "ə=A ş=š ç=č c=j ğ=ğ x=x q=g ı=I ö=O ü=U j=ž i̇=I",
}
_RULES = {
    language: tuple(tuple(rule.split("=", 1)) for rule in rules.split()) for language, rules in _LATIN_SOUNDS.items()
}
_SOUND_LETTERS = frozenset("čšžθðğ")
_LONG = str.maketrans("aeiou", "AEIOU")
_PLAIN = str.maketrans(
    {
        "ı": "i",
        "İ": "I",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ə": "a",
        "Ə": "A",
        "æ": "ae",
        "ł": "l",
        "ʻ": "'",
    }
)
_GERMAN_PLAIN = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "Ü": "Ue", "Ö": "Oe", "Ä": "Ae", "ß": "ss"})
_SPELT_OUT = str.maketrans(
    {
        "ş": "sh",
        "Ş": "Sh",
        "ç": "ch",
        "Ç": "Ch",
        "č": "ch",
        "Č": "Ch",
        "ć": "c",
        "š": "sh",
        "Š": "Sh",
        "đ": "dj",
        "Đ": "Dj",
        "ž": "z",
        "ğ": "gh",
        "ə": "e",
        "Ə": "E",
    }
)


@lru_cache(maxsize=65536)
def latin_sound(word: str, language: str) -> str:
    """The phonemes of a name of a language in Latin letters, every vowel long."""
    text = word.lower()
    for at, (spelling, _) in enumerate(_RULES[language]):
        text = text.replace(spelling, chr(0xE000 + at))
    for at, (_, sound) in enumerate(_RULES[language]):
        text = text.replace(chr(0xE000 + at), sound)
    sound = "".join(letter if letter in _SOUND_LETTERS else without_marks(letter).lower() for letter in text)
    sound = sound.translate(_LONG).replace("-", " ").replace("'", "")
    return sound[:1].lower() + sound[1:]  # an initial long vowel would be written with alef madda


def plain_latin(word: str, school: str, rng: Random) -> str:
    """A name in Latin letters as an authority of another language types it: marks kept, dropped or spelt out."""
    if word.isascii():
        return word
    draw = rng.random()
    if draw < 0.3:
        return word
    if school == "german" and draw < 0.7:
        word = word.translate(_GERMAN_PLAIN)
    elif draw > 0.88:
        word = word.translate(_SPELT_OUT)
    return without_marks(word)


@lru_cache(maxsize=65536)
def without_marks(word: str) -> str:
    """The word in A-Z alone, as a machine-readable zone has it."""
    decomposed = unicodedata.normalize("NFKD", word.translate(_PLAIN))
    return "".join(letter for letter in decomposed if letter.isascii())


@lru_cache(maxsize=16384)
def georgian_sound(word: str) -> str:
    """The phonemes of a Georgian word."""
    return "".join(_GEORGIAN_SOUNDS.get(letter, letter) for letter in word)


def georgian_latin(word: str) -> str:
    """A Georgian word in the national romanisation."""
    return "".join(_GEORGIAN.get(letter, letter) for letter in word).capitalize()
