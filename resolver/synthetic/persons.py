"""One made-up person: everything that records may state, and why the person is hard to tell from another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from resolver.synthetic import births
from resolver.synthetic.documents import BLANKS_STOLEN, Document, blank, issue
from resolver.synthetic.latin_schools import spell
from resolver.synthetic.lexicon import Culture, kunyas, nisbas
from resolver.synthetic.name_changes import later_name
from resolver.synthetic.naming import NameParts, new_name
from resolver.synthetic.nations import Atlas, Nation, Town
from resolver.synthetic.other_scripts import without_marks
from resolver.synthetic.phonemes import Word
from resolver.synthetic.pools import Pool, chance

_RECORDS = Pool(
    ((1, 200), (2, 220), (3, 200), (4, 140), (5, 90), (6, 60), (7, 40), (8, 20), (9, 15), (10, 8), (11, 4), (12, 3))
)
SECOND_NATIONALITY, ABROAD, OTHER_NAME, BIOMETRICS = 0.07, 0.45, 0.3, 0.1
# Share of the persons of the states concerned who travel on a blank that was stolen and filled in.
BLANK_DOCUMENT = 0.012
# Share of persons who are reached over one telephone that serves many, and how many persons live around one such.
SHARED_PHONE, PERSONS_PER_SHARED_PHONE = 0.01, 2500


class Kind(StrEnum):
    """Why records of two people look alike: the truth file names these, for figures of their own."""

    SIBLING = "sibling"
    TWIN = "twin"
    PARENT = "parent"
    SON = "son"
    NAMESAKE = "namesake"
    FAMILY_PASSPORT = "family-passport"
    BLANK_DOCUMENT = "blank-document"
    SHARED_PHONE = "shared-phone"
    # These two are properties of a record, not of its person.
    STOLEN_DOCUMENT = "stolen-document"
    MISATTRIBUTED_DOCUMENT = "misattributed-document"


@dataclass(frozen=True, slots=True)
class Home:
    """What the persons of one household have in common."""

    first: int
    nation: Nation
    culture: Culture
    town: Town
    phone: str
    default: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person: everything that records may state."""

    serial: int
    household: int
    kinds: tuple[Kind, ...]
    name: NameParts
    alias: NameParts | None
    later: NameParts | None
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


def new_home(serial: int, nation: Nation, culture: Culture, rng: Random) -> Home:
    """A household without anybody in it yet."""
    town, default = nation.towns.draw(rng), births.default_date(rng, nation.defaults)
    return Home(serial, nation, culture, town, phone_number(nation.phone, rng), default)


def new_person(
    serial: int,
    home: Home,
    atlas: Atlas,
    name: NameParts,
    born: date,
    minor: bool,
    kinds: tuple[Kind, ...],
    rng: Random,
) -> Person:
    """A person of a household; all but the first may have an own default date and an own telephone."""
    default = (
        home.default if serial == home.first or chance(rng, 0.6) else births.default_date(rng, home.nation.defaults)
    )
    papers = births.with_default(born, default)
    nations = _nations(home.nation, atlas, rng)
    documents = issue(list(nations), serial, papers, rng)
    if home.nation.code in BLANKS_STOLEN and chance(rng, BLANK_DOCUMENT):
        documents, kinds = (blank(home.nation, papers, rng), *documents), (*kinds, Kind.BLANK_DOCUMENT)
    phones = (home.phone,) if serial == home.first or chance(rng, 0.35) else (phone_number(home.nation.phone, rng),)
    if chance(rng, SHARED_PHONE):
        phones, kinds = (_shared_phone(serial),), (*kinds, Kind.SHARED_PHONE)
    return Person(
        serial=serial,
        household=home.first,
        kinds=kinds,
        name=name,
        alias=new_name(home.culture, name.female, rng) if chance(rng, OTHER_NAME) else None,
        later=later_name(name, home.culture, rng),
        kunya=kunyas().draw(rng),
        nisba=nisbas().draw(rng),
        nations=nations,
        residence=atlas.nations[atlas.abroad.draw(rng)] if chance(rng, ABROAD) else None,
        town=home.town if chance(rng, 0.93) else home.nation.towns.draw(rng),
        born=born,
        papers=papers,
        female=name.female,
        minor=minor,
        documents=documents,
        phones=phones,
        handle=_handle(name, rng),
        biometrics=_biometrics(rng),
        records=_RECORDS.draw(rng),
        spelling=int(rng.random() * 2**32),
    )


def _nations(first: Nation, atlas: Atlas, rng: Random) -> tuple[Nation, ...]:
    if not chance(rng, SECOND_NATIONALITY):
        return (first,)
    second = atlas.nations[atlas.nationalities.draw(rng)]
    return (first,) if second is first else (first, second)


def _handle(name: NameParts, rng: Random) -> str:
    spelt = spell(name.given[0].sound, "english", rng)
    return "".join(letter for letter in without_marks(spelt) if letter.isalnum()).lower() + str(int(rng.random() * 1e5))


def _biometrics(rng: Random) -> tuple[str, ...]:
    """Modalities held of the person; nine in ten persons have none, as INTERPOL said of its FTF files in 2016."""
    if not chance(rng, BIOMETRICS):
        return ()
    first = "FINGERPRINT" if chance(rng, 0.62) else "FACE"
    return (first, "DNA" if first == "FINGERPRINT" and chance(rng, 0.3) else "FACE") if chance(rng, 0.3) else (first,)


def phone_number(pattern: str, rng: Random) -> str:
    """A number of the pattern: nines after the country code are drawn, its other digits stay."""
    head, _, rest = pattern.partition(" ")
    return head + " " + "".join(str(int(rng.random() * 10)) if sign == "9" else sign for sign in rest)


def _shared_phone(serial: int) -> str:
    """The telephone of a smuggler, a shop or a camp office, that stands in the records of unrelated people."""
    return phone_number("+90 532 999 99 99", Random(f"shared telephone/{serial // PERSONS_PER_SHARED_PHONE}"))
