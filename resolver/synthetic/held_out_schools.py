"""Schools of Latin spelling that only the held-out world knows, in the notation of ``school_tables.py``.

Italian press; Somali Latin of 1972 (x = H, c = ain, long vowels doubled); Malay (Dewan Bahasa 1972); Swahili and Hausa
(final vowels); Albanian (xh, q, ç); ALA-LC and DIN 31635 with their marks; Greek, Hebrew and Armenian names passed
through their own letters (ELOT 743, Academy 2006, BGN/PCGN 1981); Chinese syllables for everything foreign.
"""

from __future__ import annotations

from random import Random

from resolver.synthetic.held_out_scripts import romanised, written
from resolver.synthetic.school_tables import ENGLISH, table

_ITALIAN = table(
    "š=sc:40/sh j=g:35/j x=kh:65/k q=q:50/k U=u u=u:85/o I=i A=a w=w:60/u y=i:40/y θ=t ð=d ğ=g:50/gh", ENGLISH
)
_SOMALI = table(
    "H=x `=c x=kh š=sh A=aa:80/a I=ii:75/i U=uu:80/u E=ee O=oo a=a:75/e u=u:55/a q=q ğ=q:70/g z=s Z=d "
    "ð=d D=d θ=s S=s T=d @=a"
)
_MALAY = table(
    "'=':30/ `=':30/ š=sy:60/sh ð=dz:70/z Z=z:60/dz D=d:60/dh θ=th:50/s x=kh q=q:60/k u=u i=i:92/e U=u:75/oo "
    "I=i:90/ee @=ah w=w a=a A=a v=v f=f:90/p z=z",
    ENGLISH,
)
_SWAHILI = table(
    "š=sh x=kh:50/h θ=th ð=dh ğ=gh q=k H=h `= '= U=u I=i A=a a=a i=i u=u @=a w=w D=dh Z=dh S=s T=t", ENGLISH
)
_HAUSA = table(
    "š=sh x=h θ=s ð=z ğ=g q=k H=h `= '=':30/ U=u I=i A=a a=a i=i u=u @=a w=w D=l:30/d Z=z S=s T=d:40/t", ENGLISH
)
_ALBANIAN = table(
    "š=sh j=xh x=h H=h ğ=g q=k:70/q θ=th:50/s ð=dh Z=z D=d T=t S=s `= '= w=v y=j č=ç ž=zh c=c A=a I=i U=u a=a:75/e i=i "
    "u=u @=e:60/a Y=a á=a"
)
# DIN 31635 and ALA-LC: the marks are the point of both; ḫ ġ š ǧ are DIN, the digraphs ALA-LC.
_SCHOLARLY = table(
    "'=ʾ `=ʿ H=ḥ S=ṣ D=ḍ T=ṭ Z=ẓ θ=ṯ:45/th ð=ḏ:45/dh x=ḫ:45/kh š=š:45/sh ğ=ġ:45/gh j=ǧ:45/j q=q A=ā I=ī U=ū a=a i=i "
    "u=u @=a Y=ā á=ā w=w y=y č=č:45/ch ž=ž:45/zh c=ts E=ē O=ō"
)
HELD_OUT = {
    "italian": _ITALIAN,
    "somali": _SOMALI,
    "malay": _MALAY,
    "swahili": _SWAHILI,
    "hausa": _HAUSA,
    "albanian": _ALBANIAN,
    "scholarly": _SCHOLARLY,
}
# Compounds with 'abd, the name Abdullah, and the article, as these schools write them; the others do as English does.
ABD = {
    "somali": ("Cabdi{}", "Cabdul{}", "Cabdi {}"),
    "malay": ("Abdul {}", "Abd. {}", "Abd {}", "Abdul{}"),
    "swahili": ("Abdul{}", "Abdu{1}{}"),
    "hausa": ("Abdul{}", "Abdu{1}{}"),
    "albanian": ("Abdul{}", "Abdyl{}", "Avdul{}"),
    "scholarly": ("ʿAbd al-{}", "ʿAbd-al-{}", "ʿAbdal{}"),
    "greek": ("Ampntoul {}", "Ampntel {}", "Abdul {}"),
    "pinyin": ("Abudu{}", "Abuduli{}"),
}
GOD = {
    "somali": ("Cabdullaahi", "Cabdulle", "Cabdallah"),
    "malay": ("Abdullah", "Abd. Allah"),
    "swahili": ("Abdallah", "Abdalla"),
    "hausa": ("Abdullahi", "Abdu"),
    "albanian": ("Abdullah", "Avdulla"),
    "scholarly": ("ʿAbdallāh", "ʿAbd Allāh"),
    "greek": ("Ampntoulach", "Ampntalach"),
    "pinyin": ("Abudula",),
}
ARTICLES = {
    "somali": (("", 70), ("al-", 20), ("Al ", 10)),
    "malay": (("Al-", 50), ("al-", 20), ("", 30)),
    "scholarly": (("al-", 100),),
    "swahili": (("Al-", 40), ("al-", 20), ("", 40)),
    "hausa": (("al-", 30), ("", 70)),
    "pinyin": (("Ai'er-", 30), ("", 70)),
}
_THROUGH = {"greek": "Grek", "hebrew": "Hebr", "armenian": "Armn"}
RESPELT = frozenset((*_THROUGH, "pinyin"))
HELD_OUT_SCHOOLS = frozenset((*HELD_OUT, *RESPELT))
_VOWELS = "aeiou"
# Syllables into which Chinese clerks cut foreign consonants (Xinhua's table of names of peoples, abridged).
_PINYIN = table(
    "b=b t=t T=t θ=s j=j H=h x=h d=d ð=z r=l:60/r z=z s=s š=x S=s D=d Z=z `= '= ğ=g f=f q=k k=k l=l m=m n=n h=h w=w "
    "y=y g=g v=w p=p č=q ž=r c=c A=a I=i U=u E=ai O=ao a=a i=i u=u e=ai o=ao á=a @=a Y=a"
)


def respelt(sound: str, school: str, rng: Random) -> str:
    """One word by a school that passes it through another script first."""
    if school == "pinyin":
        return _in_syllables(sound, rng)
    script = _THROUGH[school]
    if script == "Hebr":
        return _israeli(sound, rng)
    return romanised(written(sound, script), script).lower()


def _in_syllables(sound: str, rng: Random) -> str:
    """Every consonant gets a vowel, as in Maimaiti for Memet; r at the end of a syllable becomes *er*."""
    read: list[str] = []
    for at, letter in enumerate(sound):
        after = sound[at + 1 : at + 2]
        options = _PINYIN.get(letter, ((letter, 1.0),))
        text = options[0][0] if rng.random() < options[0][1] else options[-1][0]
        if letter in "rR" and after and after not in "AIUEOaiueoá@Y":
            text = "er"
        elif text and text[0] not in _VOWELS and letter not in "nN" and (not after or after not in "AIUEOaiueoá@Y"):
            text += "i" if text in ("t", "d", "j", "q", "x") else "u" if text in ("b", "f", "m", "p", "h") else "e"
        read.append(text)
    return "".join(read)


def _israeli(sound: str, rng: Random) -> str:
    """As Israeli passports write: ch or h for Arabic kha and ha, v for waw in the middle, tz for sad."""
    swaps = {"x": "h" if rng.random() < 0.5 else "ch", "H": "h", "S": "s" if rng.random() < 0.5 else "tz", "q": "k"}
    swaps |= {
        "θ": "t",
        "ð": "d",
        "š": "sh",
        "ğ": "gh",
        "D": "d",
        "Z": "z",
        "T": "t",
        "`": "",
        "'": "",
        "@": "a",
        "Y": "a",
    }
    swaps |= {"A": "a", "I": "i", "U": "u", "E": "e", "O": "o", "á": "a", "č": "ch", "ž": "zh", "c": "tz"}
    return "".join(swaps.get(letter, letter) for letter in sound)


def habits(text: str, school: str, rng: Random) -> str:
    """What a held-out school does to whole words: the final vowels of Swahili and Hausa, the diphthongs of Somali."""
    if school in ("swahili", "hausa") and text and text[-1] not in _VOWELS and rng.random() < 0.55:
        return text + ("u" if text[-1] in "bfmdr" else "i" if school == "swahili" else "u")
    if school == "albanian":
        return text.replace("ay", "aj").replace("aw", "av")
    if school == "somali":
        return text.replace("aww", "aw").replace("ayy", "ay")
    return text
