"""Made-up persons, one household at a time: brothers and sisters share parents, town, telephone and default dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from resolver.synthetic import births
from resolver.synthetic.documents import Document, issue
from resolver.synthetic.latin_schools import spell
from resolver.synthetic.lexicon import lexicon
from resolver.synthetic.naming import NameParts, new_name, sibling_name
from resolver.synthetic.nations import Nation, Town, world
from resolver.synthetic.other_scripts import without_marks
from resolver.synthetic.phonemes import Word
from resolver.synthetic.pools import Pool, chance

# 15 in 100 persons have a brother or sister in the data: 0.068 of the households, of 2.4 persons on average.
_SIBLINGS_SHARE = 0.068
_HOUSEHOLD_SIZES = Pool(((2, 70), (3, 22), (4, 8)))
_RECORDS = Pool(
    ((1, 200), (2, 220), (3, 200), (4, 140), (5, 90), (6, 60), (7, 40), (8, 20), (9, 15), (10, 8), (11, 4), (12, 3))
)
_ABROAD = Pool(
    (("TUR", 4), ("D", 3), ("FRA", 3), ("BEL", 2), ("SYR", 6), ("IRQ", 4), ("JOR", 2), ("LBN", 1), ("SWE", 1))
)


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person: everything that records may state."""

    serial: int
    name: NameParts
    alias: NameParts | None
    kunya: Word
    nisba: Word
    nations: tuple[Nation, ...]
    residence: Nation | None
    town: Town
    born: date
    papers: date
    female: bool
    minor: bool
    documents: tuple[Document, ...]
    phones: tuple[str, ...]
    handle: str
    biometrics: tuple[str, ...]
    records: int
    spelling: int


def household(serial: int, rng: Random) -> list[Person]:
    """The persons of one household, numbered from `serial`."""
    nation = world().nations[world().nationalities.draw(rng)]
    culture = lexicon().cultures[nation.cultures.draw(rng)]
    size = _HOUSEHOLD_SIZES.draw(rng) if chance(rng, _SIBLINGS_SHARE) else 1
    town, shared_default = nation.towns.draw(rng), births.default_date(rng, nation.defaults)
    phone = phone_number(nation.phone, rng)
    persons: list[Person] = []
    for at in range(size):
        female, minor = chance(rng, 0.13), chance(rng, 0.04 if size == 1 else 0.08)
        name = sibling_name(persons[0].name, culture, female, rng) if persons else new_name(culture, female, rng)
        born = births.true_date(rng, minor)
        if persons:
            minor = persons[0].minor
            twin = chance(rng, 0.03)
            gap = 0 if twin else 1 + int(rng.random() * 6) + at
            born = persons[-1].born if twin else born.replace(year=persons[0].born.year + gap, day=min(born.day, 28))
        default = shared_default if chance(rng, 0.6) or size == 1 else births.default_date(rng, nation.defaults)
        papers = births.with_default(born, default)
        nations = _nations(nation, rng)
        persons.append(
            Person(
                serial=serial + at,
                name=name,
                alias=new_name(culture, female, rng) if chance(rng, 0.3) else None,
                kunya=lexicon().kunyas.draw(rng),
                nisba=lexicon().nisbas.draw(rng),
                nations=nations,
                residence=world().nations[_ABROAD.draw(rng)] if chance(rng, 0.45) else None,
                town=town if chance(rng, 0.93) else nation.towns.draw(rng),
                born=born,
                papers=papers,
                female=female,
                minor=minor,
                documents=issue(list(nations), serial + at, papers, rng),
                phones=(phone,) if at == 0 or chance(rng, 0.35) else (phone_number(nation.phone, rng),),
                handle=_handle(name, rng),
                biometrics=_biometrics(serial + at, rng),
                records=_RECORDS.draw(rng),
                spelling=int(rng.random() * 2**32),
            )
        )
    return persons


def _nations(first: Nation, rng: Random) -> tuple[Nation, ...]:
    if not chance(rng, 0.07):
        return (first,)
    second = world().nations[world().nationalities.draw(rng)]
    return (first,) if second is first else (first, second)


def _handle(name: NameParts, rng: Random) -> str:
    spelt = spell(name.given[0].sound, "english", rng)
    return "".join(letter for letter in without_marks(spelt) if letter.isalnum()).lower() + str(int(rng.random() * 1e5))


def _biometrics(serial: int, rng: Random) -> tuple[str, ...]:
    """Modalities held of the person; nine in ten persons have none, as INTERPOL said of its FTF files in 2016."""
    if not chance(rng, 0.1):
        return ()
    first = "FINGERPRINT" if chance(rng, 0.62) else "FACE"
    return (first, "DNA" if first == "FINGERPRINT" and chance(rng, 0.3) else "FACE") if chance(rng, 0.3) else (first,)


def phone_number(pattern: str, rng: Random) -> str:
    """A number of the pattern: nines after the country code are drawn, its other digits stay."""
    head, _, rest = pattern.partition(" ")
    return head + " " + "".join(str(int(rng.random() * 10)) if sign == "9" else sign for sign in rest)
