"""Family names of Arabic speakers, composed as Arabic composes them: nisba, house, craft, descent.

The forms of Arabic names: nisba of a town, tribe or forefather, laqab of a craft, the
grandfather's name alone, *Al* "house of" beside the article *al-*, *Abu*; in the Maghreb Ben, Bel, Bou, Ait and the
ending -aoui. Which stems meet which form is made up; the attested names of ``arabic_names.csv`` stand before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resolver.synthetic.arabic_script import arabic
from resolver.synthetic.name_lists import in_made_up_order, table
from resolver.synthetic.phonemes import Word, parse


def arab_families(given: Sequence[Word], longest: int) -> list[Word]:
    """The long tail of family names of the Arab East, in an order that is none."""
    return _words(_eastern([word.sound for word in given]), longest)


def maghrebi_families(given: Sequence[Word], longest: int) -> list[Word]:
    """The long tail of family names of the Maghreb, in an order that is none."""
    return _words(_western([word.sound for word in given]), longest)


def _words(sounds: Iterable[str], longest: int) -> list[Word]:
    chosen = in_made_up_order(dict.fromkeys(sounds))[:longest]
    return [Word(sound, arabic(sound), "Arab") for sound in chosen]


def _eastern(given: Sequence[str]) -> Iterator[str]:
    stems = _stems()
    for place in (*stems["town"], *stems["tribe"]):
        yield f"al-{nisba(place)}"
        yield nisba(place)
    for craft in stems["craft"]:
        yield f"al-{craft}"
        yield craft
    for name in given:
        if " " in name or "-" in name:
            continue
        yield name
        yield f"al-{name}"
        yield f"al-{nisba(name)}"
        yield f"al-{nisba(name, 'Aw')}"
        yield f"abU {name}"
        yield f"Al {name}"
        yield f"bin {name}"


def _western(given: Sequence[str]) -> Iterator[str]:
    stems = _stems()
    for place in (*stems["town"], *stems["tribe"]):
        yield f"al-{nisba(place)}"
        yield nisba(place)
        yield nisba(place, "Aw")
    for craft in stems["craft"]:
        yield f"al-{craft}"
        yield f"bin al-{craft}"
        yield craft
    for name in given:
        if " " in name or "-" in name:
            continue
        yield f"bin {name}"
        yield f"bil {name}"
        yield f"bU {name}"
        yield f"Ayt {name}"
        yield f"{nisba(name)}"
        yield f"{nisba(name, 'Aw')}"
        yield f"al-{nisba(name)}"


def nisba(sound: str, link: str = "") -> str:
    """The name of one who belongs to a place, tribe or forefather: ``nisba("mawSil") == "mawSilI"``."""
    stem = sound.rstrip("@")
    if stem[-1] in "YáAUO":
        stem, link = stem[:-1], "Aw"
    elif stem[-1] in "IE":
        stem = stem[:-1]
    return stem + link + "I"


def _stems() -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for row in table("arabic_stems.csv"):
        roles.setdefault(row["role"], []).append(parse(row["word"]))
    return roles
