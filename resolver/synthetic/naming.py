"""What a person is called: the parts that exist, before anybody writes them down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from resolver.synthetic.lexicon import Culture
from resolver.synthetic.name_lists import cyrillic_word
from resolver.synthetic.phonemes import Word
from resolver.synthetic.pools import chance

_FEMALE_ENDINGS = (("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"), ("ин", "ина"), ("ский", "ская"))


@dataclass(frozen=True, slots=True)
class NameParts:
    """The parts of a name in their system: chain of descent, Maghrebi, patronymic, Persian, Malay or western."""

    system: str
    given: tuple[Word, ...]
    father: Word
    grandfather: Word
    family: Word | None
    patronymic: Word | None
    mother: Word
    female: bool


def new_name(culture: Culture, female: bool, rng: Random) -> NameParts:
    """A name of the culture, drawn."""
    family: Word | None = culture.family.draw(rng)
    if culture.system == "malay" and chance(rng, 0.25):
        family = None  # many Indonesians have one name only
    return _complete(
        NameParts(
            culture.system,
            _given(culture, female, rng),
            culture.male.draw(rng),
            culture.male.draw(rng),
            family,
            None,
            culture.female.draw(rng),
            female,
        )
    )


def sibling_name(name: NameParts, culture: Culture, female: bool, rng: Random) -> NameParts:
    """The name of a brother or sister: another given name, all else is shared."""
    given = _given(culture, female, rng)
    for _ in range(8):
        if given[0] != name.given[0]:
            break
        given = _given(culture, female, rng)
    return _complete(replace(name, given=given, female=female))


def son_name(father: NameParts, culture: Culture, as_grandfather: bool, rng: Random) -> NameParts:
    """The name of a son: the chain of descent moves on by one, and the first name may be the grandfather's."""
    given = (father.father,) if as_grandfather else _given(culture, False, rng)
    mother = culture.female.draw(rng)
    son = replace(father, given=given, father=father.given[0], grandfather=father.father, mother=mother)
    return _complete(son)


def _given(culture: Culture, female: bool, rng: Random) -> tuple[Word, ...]:
    pool = culture.female if female else culture.male
    first = pool.draw(rng)
    doubled = {"western": 0.1, "persian": 0.45, "chain": 0.07, "maghreb": 0.1, "malay": 0.5}.get(culture.system, 0.0)
    if not chance(rng, doubled) or " " in first.sound:
        return (first,)
    second = pool.draw(rng)
    return (first,) if second == first or " " in second.sound else (first, second)


def _complete(name: NameParts) -> NameParts:
    """The name with its patronymic, which follows from the father's name and the sex."""
    if name.system != "patronymic":
        return name
    father = name.father.native
    ending = "евич" if father[-1] in "аеиоуыэюяй" else "ович"
    stem = father[:-1] if father[-1] in "йь" else father
    if name.female:
        ending = ending.replace("вич", "вна")
    patronymic = stem + ending
    return replace(name, patronymic=cyrillic_word(patronymic))


def family_word(name: NameParts) -> Word | None:
    """The family name in the form for the person's sex."""
    family = name.family
    if family is None or not name.female or family.script != "Cyrl":
        return family
    for male, female in _FEMALE_ENDINGS:
        if family.native.endswith(male):
            return cyrillic_word(family.native[: -len(male)] + female)
    return family
