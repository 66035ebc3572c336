"""Latin spellings of Arabic sounds by the schools of the ordinary world, as tables from a sound to its spellings.

What makes spellings vary between two clerks of one country is drawn: the vowel, the doubling, the digraph. Sources:
BGN/PCGN 1956 and IJMES for the scholarly consonants, the passports of each country for the rest.
"""

from __future__ import annotations

Spellings = dict[str, tuple[tuple[str, float], ...]]


def table(rules: str, base: Spellings | None = None) -> Spellings:
    """Reads rules like ``q=q:60/k:96/g``: q in 60 of 100, k up to 96, g for the rest."""
    table: Spellings = dict(base or {})
    for rule in rules.split():
        sound, options = rule.split("=", 1)
        spelt = []
        for option in options.split("/"):
            text, _, percent = option.partition(":")
            spelt.append((text, float(percent) / 100 if percent else 1.0))
        table[sound] = tuple(spelt)
    return table


ENGLISH = table(
    "'= `=:93/a:97/' H=h S=s D=d:90/dh T=t Z=z:80/dh θ=th:88/t:95/s ð=dh:75/d:88/z x=kh:92/k š=sh ğ=gh:92/g "
    "q=q:60/k:96/g j=j A=a:93/aa I=i:76/ee U=u:60/oo:85/ou a=a:86/e i=i:72/e u=u:70/o @=a:55/ah "
    "Y=a á=a w=w y=y:92/i č=ch ž=zh c=ts"
)
_EGYPTIAN = table("j=g:85/j q=k:70/q θ=s:60/t:90/th ð=z:70/d Z=z D=d U=o:45/ou:70/u I=i:60/e:75/y/ee", ENGLISH)
_GULF = table("q=q:75/g θ=th @=ah:70/a I=i:60/ee U=oo:40/u i=i:75/e Z=dh:70/z", ENGLISH)
_FRENCH = table(
    "'= `=:86/a H=h:94/ S=s:75/ss D=d:85/dh T=t Z=d:50/dh θ=t:72/th ð=d:80/dh x=kh:93/k š=ch:94/sh ğ=gh:80/g:90/r "
    "q=k:60/q j=j:55/dj A=a I=i U=ou:95/u a=a:78/e i=i:62/e u=o:42/ou:88/u @=a "
    "Y=a á=a w=w:55/ou y=y:82/i č=tch ž=j c=ts"
)
_GERMAN = table(
    "š=sch:78/sh j=dsch:55/j x=ch:65/kh y=j:50/y z=s:25/z w=w ð=dh:50/d θ=th q=q:50/k ğ=gh:70/g U=u u=u:80/o "
    "I=i:85/ie A=a",
    ENGLISH,
)
_TURKISH = table(
    "š=ş j=c x=h H=h q=k ğ=ğ:60/g θ=s ð=z Z=z D=z:60/d T=t S=s `= w=v č=ç ž=j A=a I=i U=u a=a:66/e "
    "i=i u=u:72/ü:90/o @=e:70/a Y=a á=a"
)
# Azerbaijani Latin of 1991: x and q are sounds of their own, the short a is ə.
_AZERI = table("x=x H=h q=q ğ=ğ a=ə:70/a @=ə:70/a", _TURKISH)
_SPANISH = table("š=ch:45/sh x=j:50/kh j=y:55/j U=u u=u:75/o I=i A=a θ=z:30/t ð=d ğ=g w=u:40/w Z=d q=q:30/k", ENGLISH)
_BGN = table("'= `=:96/' D=d Z=z θ=th ð=dh x=kh š=sh ğ=gh q=q A=a I=i U=u a=a i=i u=u @=ah:60/a Y=a y=y", ENGLISH)
_PAKISTANI = table("θ=s D=z Z=z ð=z w=w:70/v I=i:50/ee U=oo:40/u A=a:80/aa i=i u=u:88/o @=a:60/ah a=a", ENGLISH)
_PERSIAN = table("θ=s D=z Z=z ð=z w=v q=gh:60/q i=e:70/i u=o:75/u U=ou:40/u:80/oo I=i:75/ee @=eh A=a ğ=gh", ENGLISH)

# The system of the International Journal of Middle East Studies, as typed without its dots and strokes.
_IJMES = table("'=':50/ `=':50/ D=d Z=z θ=th ð=dh x=kh š=sh ğ=gh q=q A=a I=i U=u a=a i=i u=u @=a Y=a y=y w=w", ENGLISH)

ORDINARY = {
    "english": ENGLISH,
    "egyptian": _EGYPTIAN,
    "gulf": _GULF,
    "french": _FRENCH,
    "german": _GERMAN,
    "turkish": _TURKISH,
    "azeri": _AZERI,
    "spanish": _SPANISH,
    "bgn": _BGN,
    "pakistani": _PAKISTANI,
    "persian": _PERSIAN,
    "ijmes": _IJMES,
}
