"""Households of made-up persons: single ones, and on purpose those whose members are hard to tell apart.

Every rate below is a share of households. Siblings share parents, town, telephone and default dates; a son bears the
father's given name where the father bears the grandfather's; namesakes are strangers who share name, year and town.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from resolver.synthetic import births
from resolver.synthetic.lexicon import culture
from resolver.synthetic.naming import NameParts, new_name, sibling_name, son_name
from resolver.synthetic.nations import Atlas
from resolver.synthetic.persons import Home, Kind, Person, new_home, new_person
from resolver.synthetic.pools import Pool, chance

# 14 in 100 persons have a brother or sister in the data: 0.062 of the households, of 2.4 persons on average.
SIBLINGS, FATHER_AND_SONS, NAMESAKES = 0.062, 0.012, 0.0015
# Among siblings: the next one is a twin. About 12 in 1,000 births are twins, who are over-represented on purpose.
TWIN = 0.06
# Among fathers and sons: the son bears the grandfather's given name; the son travels on the father's passport.
NAMED_AFTER_GRANDFATHER, ON_FATHERS_PASSPORT = 0.2, 0.3
# Among siblings: the younger ones stand in the passport of the eldest.
FAMILY_PASSPORT = 0.05
# Among namesakes: the father's name is the same, too.
SAME_FATHERS_NAME = 0.25
FEMALE, MINOR, MINOR_AMONG_SIBLINGS = 0.13, 0.02, 0.04

_SIZES = Pool(((2, 70), (3, 22), (4, 8)))
_FIRST_MINOR = 2006


def household(serial: int, atlas: Atlas, rng: Random) -> list[Person]:
    """The persons of one household, numbered from `serial`."""
    nation = atlas.nations[atlas.nationalities.draw(rng)]
    home = new_home(serial, nation, culture(nation.cultures.draw(rng)), rng)
    draw = rng.random()
    if draw < SIBLINGS:
        return _siblings(home, atlas, rng)
    if draw < SIBLINGS + FATHER_AND_SONS:
        return _father_and_sons(home, atlas, rng)
    if draw < SIBLINGS + FATHER_AND_SONS + NAMESAKES:
        return _namesakes(home, atlas, rng)
    name, minor = new_name(home.culture, chance(rng, FEMALE), rng), chance(rng, MINOR)
    return [new_person(serial, home, atlas, name, births.true_date(rng, minor), minor, (), rng)]


def _siblings(home: Home, atlas: Atlas, rng: Random) -> list[Person]:
    minor = chance(rng, MINOR_AMONG_SIBLINGS)
    family_passport = chance(rng, FAMILY_PASSPORT)
    name = new_name(home.culture, chance(rng, FEMALE), rng)
    born = births.true_date(rng, minor)
    persons: list[Person] = []
    for at in range(_SIZES.draw(rng)):
        kinds: tuple[Kind, ...] = (Kind.SIBLING,)
        if persons:
            name = sibling_name(persons[0].name, home.culture, chance(rng, FEMALE), rng)
            if chance(rng, TWIN):
                kinds = (Kind.SIBLING, Kind.TWIN)
                persons[-1] = replace(persons[-1], kinds=tuple(dict.fromkeys((*persons[-1].kinds, Kind.TWIN))))
            else:
                year = persons[0].born.year + 1 + int(rng.random() * 6) + at
                born = births.true_date(rng, minor)
                born = born.replace(year=year, day=min(born.day, 28))
        person = new_person(home.first + at, home, atlas, name, born, minor, kinds, rng)
        persons.append(_in_passport_of(persons[0], person) if persons and family_passport else person)
    return persons


def _father_and_sons(home: Home, atlas: Atlas, rng: Random) -> list[Person]:
    """A father born from 1948 to 1985 and one or two sons: the chain of names moves on by one."""
    name = new_name(home.culture, False, rng)
    born = births.true_date(rng, minor=False)
    born = born.replace(year=min(born.year, 1985 - int(rng.random() * 12)), day=min(born.day, 28))
    persons = [new_person(home.first, home, atlas, name, born, False, (Kind.PARENT,), rng)]
    for at in range(1 + chance(rng, 0.25)):
        year = born.year + 19 + int(rng.random() * 14) + at
        his = son_name(name, home.culture, chance(rng, NAMED_AFTER_GRANDFATHER), rng)
        on_passport = chance(rng, ON_FATHERS_PASSPORT)
        birthday = date(year, 1 + int(rng.random() * 12), 1 + int(rng.random() * 28))
        minor = year >= _FIRST_MINOR
        son = new_person(home.first + 1 + at, home, atlas, his, birthday, minor, (Kind.SON,), rng)
        persons.append(_in_passport_of(persons[0], son) if on_passport else son)
    return persons


def _in_passport_of(holder: Person, person: Person) -> Person:
    """The person, who stands in the passport of another one of the family as well."""
    kinds = (*person.kinds, Kind.FAMILY_PASSPORT)
    return replace(person, kinds=kinds, documents=(holder.documents[0], *person.documents))


def _namesakes(home: Home, atlas: Atlas, rng: Random) -> list[Person]:
    """Two people of one name, year of birth and town, who have nothing to do with each other."""
    name = new_name(home.culture, chance(rng, FEMALE), rng)
    born = births.true_date(rng, minor=False)
    other = _stranger_of_that_name(name, home, rng)
    birthday = births.true_date(rng, minor=False)
    birthday = birthday.replace(year=born.year, day=min(birthday.day, 28))
    his_home = replace(new_home(home.first + 1, home.nation, home.culture, rng), town=home.town, first=home.first)
    return [
        new_person(home.first, home, atlas, name, born, False, (Kind.NAMESAKE,), rng),
        new_person(home.first + 1, his_home, atlas, other, birthday, False, (Kind.NAMESAKE,), rng),
    ]


def _stranger_of_that_name(name: NameParts, home: Home, rng: Random) -> NameParts:
    stranger = new_name(home.culture, name.female, rng)
    father = name if chance(rng, SAME_FATHERS_NAME) else stranger
    return replace(stranger, given=name.given, family=name.family, father=father.father, patronymic=father.patronymic)
