"""A raw record becomes the comparable one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from resolver.standardise.names import ParsedName, father_in, mother_in
from resolver.standardise.skeleton import skeleton
from resolver.standardise.sounds import sounds_of
from resolver.standardise.standing import sort_names

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

VERSION: int = 6
"""The version of what makes records comparable: the standardiser, blocking keys, comparisons, and the rules on groups.

A store that another version resolved is brought to this one by a plan, which begins with the records as they were sent.
"""

T = TypeVar("T")
S = TypeVar("S", bound="SupportsRichComparison")


def standardise(record: Record) -> ComparableRecord:
    """The comparable columns of `record`: a pure function of the record.

    Everything of a misused identity but its names is left out: its dates, places and nationalities are another
    person's.
    """
    own = [identity for identity in record.identities if identity.category is not IdentityCategory.MISUSED]
    names = sort_names(record.identities)
    skeletons = [tuple(sorted({token.bones for token in name.tokens})) for name in names.good]
    sounds = _part_sounds(names.good)
    births = [dates.read(birth) for identity in own for birth in identity.births]
    days = {birth.day for birth in births if birth.day is not None}
    birth_places = [place for identity in own for place in identity.birth_places]
    residences = [place for identity in own for place in identity.residences]
    addresses = _sorted(filter(None, (address(place.locality) for place in residences)))
    towns = [place.locality for place in residences if not address(place.locality)]
    localities = _in_order(found for place in birth_places for found in places.localities(place.locality))
    nationalities = _nationalities(own)
    papers = [found for found in map(documents.read, record.documents) if found is not None]
    reached = (*record.contacts, *_handles(own))
    details = _in_order(found for found in map(contacts.read, reached) if found is not None)
    kunyas = _in_order(" ".join(token.bones for token in name.tokens) for name in names.kunyas)
    references = biometrics.read(record.biometrics)
    father = father_in(record.relatives.father)
    return ComparableRecord(
        name_forms=_sorted(name.form for name in names.good),
        name_tokens=_sorted(tokens for tokens in skeletons if tokens),
        name_parts=tuple(bones for bones, _ in sounds),
        part_sounds=sounds,
        given_names=_sorted(names.given),
        name_sounds=_sorted(sound for name in names.good for token in name.tokens for sound in sounds_of(token.form)),
        name_key=names.primary.skeletons if names.primary else None,
        name_written=_sorted(" ".join(token.form for token in name.tokens) for name in names.good),
        name_joined=_sorted(skeleton("".join(token.form for token in name.tokens)) for name in names.good),
        cut_parts=_sorted(name.cut for name in names.good if name.cut),
        low_aliases=_sorted(name.skeletons for name in names.low),
        kunyas=kunyas,
        kunya=_first(kunyas),
        fathers=_sorted((*names.fathers, *([father] if father else []))),
        fathers_of_record=_sorted((*names.fathers_of_record, *([father] if father else []))),
        mothers=_sorted((*names.mothers, *mother_in(record.relatives.mother))),
        birth_days=_sorted(map(dates.key_of, days)),
        birth_defaults=_sorted(dates.key_of(birth.default) for birth in births if birth.default is not None),
        birth_swaps=_sorted(dates.key_of(swap) for swap in map(dates.swapped, days) if swap is not None),
        birth_conversions=_sorted(dates.key_of(day) for birth in births for day in dates.around(birth)),
        birth_years=_sorted(year for birth in births for year in birth.years),
        birth_from=min((birth.earliest for birth in births), default=None),
        birth_to=max((birth.latest for birth in births), default=None),
        birth_localities=localities,
        birth_locality=_first(localities),
        birth_countries=_sorted(code for place in birth_places for code in countries.successors(place.country)),
        addresses=addresses,
        residence_localities=_in_order(found for town in towns for found in places.localities(town)),
        residence_countries=_sorted(code for place in residences for code in countries.successors(place.country)),
        nationalities=nationalities,
        nationality_codes=_stated_nationalities(own),
        nationality=_first(nationalities),
        sex=_sex(own),
        document_keys=_sorted(f"{paper.kind}|{paper.number}" for paper in papers if paper.kind),
        document_numbers=_sorted(paper.numbered for paper in papers),
        document_kinds=_sorted(paper.kind for paper in papers if paper.kind),
        document_unsafe=_sorted(paper.numbered for paper in papers if paper.unsafe),
        document_periods=_sorted(
            (paper.kind, paper.number, *paper.period) for paper in papers if paper.kind and paper.period
        ),
        biometric_references=references.own,
        biometric_same=references.same,
        biometric_probable=references.probable,
        biometric_candidates=references.candidates,
        biometric_excluded=references.excluded,
        contacts=details,
        contact=_first(details),
        scripts=_sorted(name.script for name in names.good),
        minor=record.minor is Minor.YES,
    )


def _nationalities(identities: list[ClaimedIdentity]) -> tuple[str, ...]:
    found = (
        code
        for identity in identities
        for stated in identity.nationalities
        for code in countries.successors(stated)
        if code != countries.UNSPECIFIED
    )
    return _in_order(found)


def _stated_nationalities(identities: list[ClaimedIdentity]) -> tuple[str, ...]:
    stated = (countries.canonical(code) for identity in identities for code in identity.nationalities)
    return _sorted(code for code in stated if code and code != countries.UNSPECIFIED)


def _sex(identities: list[ClaimedIdentity]) -> str | None:
    stated = {sex for identity in identities for sex in identity.sexes if sex is not Sex.UNSPECIFIED}
    if stated == {Sex.FEMALE}:
        return "F"
    return "M" if stated == {Sex.MALE} else None


def _handles(identities: list[ClaimedIdentity]) -> Iterator[Contact]:
    """Names that are handles, as the accounts that they are."""
    for identity in identities:
        for name in identity.names:
            if name.kind is NameKind.ONLINE_HANDLE:
                yield Contact(ContactKind.ACCOUNT, name.full_name)


def _part_sounds(names: Iterable[ParsedName]) -> tuple[tuple[str, str], ...]:
    """The skeleton of each part, sorted, with how it sounds in the first name that has it.

    Of a servant of God, all called `Abd, what follows is heard.
    """
    forms: dict[str, str] = {}
    for name in names:
        for token in name.tokens:
            forms.setdefault(token.bones, token.form)
    return tuple((bones, heard(forms[bones].removeprefix("abdul"))) for bones in sorted(forms))


def _sorted(values: Iterable[S]) -> tuple[S, ...]:
    distinct = set(values)
    return tuple(sorted(distinct)) if len(distinct) > 1 else tuple(distinct)


def _in_order(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _first(values: tuple[T, ...]) -> T | None:
    return values[0] if values else None
