"""A raw record becomes the comparable one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from resolver.domain.comparable import ComparableRecord
from resolver.domain.record import (
    ClaimedIdentity,
    Contact,
    ContactKind,
    IdentityCategory,
    Minor,
    NameKind,
    Record,
    Sex,
)
from resolver.standardise import biometrics, contacts, countries, dates, documents, places
from resolver.standardise.addresses import address
from resolver.standardise.hearing import heard
from resolver.standardise.names import father_in, mother_in
from resolver.standardise.skeleton import skeleton
from resolver.standardise.sounds import sounds_of
from resolver.standardise.standing import sort_names
from resolver.standardise.tokens import Token

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

VERSION: int = 7
"""The version of what makes records comparable: the standardiser, blocking keys, comparisons, and the rules on groups.

A store that another version resolved is brought to this one by a plan, which begins with the records as they were sent.
"""

T = TypeVar("T")
S = TypeVar("S", bound="SupportsRichComparison")
_MISUSED = IdentityCategory.MISUSED
_HANDLE = NameKind.ONLINE_HANDLE
_SEXES = {Sex.FEMALE: "F", Sex.MALE: "M"}


def standardise(record: Record) -> ComparableRecord:
    """The comparable columns of `record`: a pure function of the record.

    Everything of a misused identity but its names is left out: its dates, places and nationalities are another
    person's.
    """
    own = [identity for identity in record.identities if identity.category is not _MISUSED]
    names = sort_names(record.identities)
    good = [name.tokens for name in names.good]
    forms = [[token.form for token in tokens] for tokens in good]
    sounds = _part_sounds(chain.from_iterable(good))
    births = [dates.read(birth) for identity in own for birth in identity.births]
    days = _distinct([birth.day for birth in births if birth.day is not None])
    birth_places = [place for identity in own for place in identity.birth_places]
    residences = [place for identity in own for place in identity.residences]
    addresses = [address(place.locality) for place in residences]
    towns = [place.locality for place, found in zip(residences, addresses, strict=True) if not found]
    localities = _localities([place.locality for place in birth_places])
    nationalities = _nationalities(own)
    papers = [found for found in map(documents.read, record.documents) if found is not None]
    of_state = [paper for paper in papers if paper.kind]
    details = _contacts(record.contacts, own)
    kunyas = _distinct([" ".join([token.bones for token in name.tokens]) for name in names.kunyas])
    references = biometrics.read(record.biometrics)
    father = father_in(record.relatives.father)
    fathers = (father,) if father else ()
    return ComparableRecord(
        name_forms=_sorted([" ".join(sorted(each)) for each in forms]),
        name_tokens=_sorted([tuple(sorted({token.bones for token in tokens})) for tokens in good if tokens]),
        name_parts=tuple([bones for bones, _ in sounds]),
        part_sounds=sounds,
        given_names=_sorted(names.given),
        name_sounds=_sorted(list(chain.from_iterable(map(sounds_of, chain.from_iterable(forms))))),
        name_key=names.primary.skeletons if names.primary else None,
        name_written=_sorted([" ".join(each) for each in forms]),
        name_joined=_sorted([skeleton("".join(each)) for each in forms]),
        cut_parts=_sorted([name.cut for name in names.good if name.cut]),
        low_aliases=_sorted([name.skeletons for name in names.low]),
        kunyas=kunyas,
        kunya=_first(kunyas),
        fathers=_sorted(names.fathers + fathers),
        fathers_of_record=_sorted(names.fathers_of_record + fathers),
        mothers=_sorted(names.mothers + mother_in(record.relatives.mother)),
        birth_days=_sorted([dates.key_of(day) for day in days]),
        birth_defaults=_sorted([dates.key_of(birth.default) for birth in births if birth.default is not None]),
        birth_swaps=_sorted([dates.key_of(swap) for swap in map(dates.swapped, days) if swap is not None]),
        birth_conversions=_sorted([dates.key_of(day) for birth in births for day in dates.around(birth)]),
        birth_years=_sorted([year for birth in births for year in birth.years]),
        birth_from=min([birth.earliest for birth in births], default=None),
        birth_to=max([birth.latest for birth in births], default=None),
        birth_localities=localities,
        birth_locality=_first(localities),
        birth_countries=_sorted([code for place in birth_places for code in countries.successors(place.country)]),
        addresses=_sorted([found for found in addresses if found]),
        residence_localities=_localities(towns),
        residence_countries=_sorted([code for place in residences for code in countries.successors(place.country)]),
        nationalities=nationalities,
        nationality_codes=_stated_nationalities(own),
        nationality=_first(nationalities),
        sex=_sex(own),
        document_keys=_sorted([f"{paper.kind}|{paper.number}" for paper in of_state]),
        document_numbers=_sorted([paper.numbered for paper in papers]),
        document_kinds=_sorted([paper.kind for paper in of_state if paper.kind]),
        document_unsafe=_sorted([paper.numbered for paper in papers if paper.unsafe]),
        document_periods=_sorted(
            [(paper.kind, paper.number, *paper.period) for paper in of_state if paper.kind and paper.period]
        ),
        biometric_references=references.own,
        biometric_same=references.same,
        biometric_probable=references.probable,
        biometric_candidates=references.candidates,
        biometric_excluded=references.excluded,
        contacts=details,
        contact=_first(details),
        scripts=_sorted([name.script for name in names.good]),
        minor=record.minor is Minor.YES,
    )


def _localities(written: Iterable[str]) -> tuple[str, ...]:
    return _distinct([found for each in written for found in places.localities(each)])


def _nationalities(identities: list[ClaimedIdentity]) -> tuple[str, ...]:
    stated = [code for identity in identities for code in identity.nationalities]
    codes = chain.from_iterable(map(countries.successors, stated))
    return _distinct([code for code in codes if code != countries.UNSPECIFIED])


def _stated_nationalities(identities: list[ClaimedIdentity]) -> tuple[str, ...]:
    stated = [countries.canonical(code) for identity in identities for code in identity.nationalities]
    return _sorted([code for code in stated if code and code != countries.UNSPECIFIED])


def _sex(identities: list[ClaimedIdentity]) -> str | None:
    stated = [sex for identity in identities for sex in identity.sexes if sex is not Sex.UNSPECIFIED]
    if not stated or stated.count(stated[0]) < len(stated):
        return None
    return _SEXES.get(stated[0])


def _contacts(stated: Iterable[Contact], identities: list[ClaimedIdentity]) -> tuple[str, ...]:
    """Contacts, and names that are handles, as the accounts that they are."""
    handles = [
        Contact(ContactKind.ACCOUNT, name.full_name)
        for identity in identities
        for name in identity.names
        if name.kind is _HANDLE
    ]
    return _distinct([found for found in map(contacts.read, (*stated, *handles)) if found is not None])


def _part_sounds(tokens: Iterable[Token]) -> tuple[tuple[str, str], ...]:
    """The skeleton of each part, sorted, with how it sounds where it stands first.

    Of a servant of God, all called `Abd, what follows is heard.
    """
    forms: dict[str, str] = {}
    for token in tokens:
        forms.setdefault(token.bones, token.form)
    return tuple([(bones, heard(forms[bones].removeprefix("abdul"))) for bones in sorted(forms)])


def _sorted(values: Collection[S]) -> tuple[S, ...]:
    return tuple(sorted(set(values))) if len(values) > 1 else tuple(values)


def _distinct(values: Sequence[T]) -> tuple[T, ...]:
    """Each value once, in order."""
    return tuple(dict.fromkeys(values)) if len(values) > 1 else tuple(values)


def _first(values: tuple[T, ...]) -> T | None:
    return values[0] if values else None
