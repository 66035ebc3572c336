"""Which of a record's names identify, which only corroborate, and what its kunyas are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from resolver.domain.record import (
    ClaimedIdentity,
    ComponentType,
    IdentityCategory,
    NameKind,
    NameQuality,
    PersonName,
)
from resolver.standardise.flawed_text import is_garbled
from resolver.standardise.given_names import given_names
from resolver.standardise.names import ParsedName, father_in, mother_in, readings_of, tokens_of, without
from resolver.standardise.placeholders import is_no_name

# Tuples and not sets: a member of an enumeration is compared sooner than it is hashed.
_ALWAYS_LOW = (NameKind.KUNYA, NameKind.NOM_DE_GUERRE, NameKind.ONLINE_HANDLE)
# These kinds are names of record: a leading Abu is then part of the name.
_OF_RECORD = (NameKind.PRIMARY, NameKind.BIRTH, NameKind.MRZ)
MOST_NAMES = 30
"""Good names that are compared, as they stand in the order of statement, then as they may be read otherwise.

A pair of records costs their product.
"""
_LEFT_OUT = (ComponentType.PATRONYMIC, ComponentType.TITLE)
_OF_FATHER = (ComponentType.FATHER, ComponentType.PATRONYMIC)


@dataclass(frozen=True, slots=True)
class StandingNames:
    """A record's parsed names by what they are good for, each in the order of statement."""

    good: tuple[ParsedName, ...]
    low: tuple[ParsedName, ...]
    kunyas: tuple[ParsedName, ...]
    primary: ParsedName | None
    given: tuple[str, ...]
    fathers: tuple[str, ...]
    fathers_of_record: tuple[str, ...]
    mothers: tuple[str, ...]


def sort_names(identities: Iterable[ClaimedIdentity]) -> StandingNames:
    """The names of `identities` sorted by standing. Names of a misused identity, another person's, only corroborate."""
    good: list[ParsedName] = []
    read_otherwise: list[ParsedName] = []
    low: list[ParsedName] = []
    kunyas: list[ParsedName] = []
    given: list[str] = []
    fathers: list[str] = []
    fathers_of_record: list[str] = []
    mothers: list[str] = []
    primary: ParsedName | None = None
    for identity in identities:
        misused = identity.category is IdentityCategory.MISUSED
        for name in identity.names:
            readings = () if is_no_name(name.full_name) else _readings(name)
            if not readings:
                continue
            if is_kunya(name, readings[0]) and not misused:
                kunyas.extend(readings)
            if misused or is_low(name, readings[0]):
                low.extend(readings)
                continue
            good.append(readings[0])
            read_otherwise.extend(readings[1:])
            if primary is None and name.kind is NameKind.PRIMARY:
                primary = readings[0]
            given.extend(given_names(name, readings))
            named = _fathers(name, readings)
            fathers.extend(named)
            fathers_of_record.extend(named if name.kind in _OF_RECORD else ())
            mothers.extend(_mothers(name))
    return StandingNames(
        tuple((good + read_otherwise)[:MOST_NAMES]),
        tuple(low),
        tuple(kunyas),
        primary or (good[0] if good else None),
        tuple(given),
        tuple(fathers),
        tuple(fathers_of_record),
        tuple(mothers),
    )


def is_kunya(name: PersonName, parsed: ParsedName) -> bool:
    """True for a name stated to be a kunya, and for any Abu X or Umm X that is not a name of record."""
    if name.kind is NameKind.KUNYA:
        return True
    return parsed.kunya and name.kind not in _OF_RECORD


def is_low(name: PersonName, parsed: ParsedName) -> bool:
    """True for a name that only corroborates: stated so, or nothing but initials, particles and titles, or damaged."""
    stated = name.quality is NameQuality.LOW or name.kind in _ALWAYS_LOW
    return stated or not parsed.identifies or is_kunya(name, parsed) or is_garbled(name.full_name)


def _readings(name: PersonName) -> tuple[ParsedName, ...]:
    readings = readings_of(name.full_name, machine_readable=name.kind is NameKind.MRZ)
    left_out = [part.value for part in name.components if part.type in _LEFT_OUT]
    if not left_out:
        return readings
    dropped = frozenset(token.form for value in left_out for token in tokens_of(value))
    return tuple(without(reading, dropped) for reading in readings)


def _fathers(name: PersonName, readings: tuple[ParsedName, ...]) -> list[str]:
    read_off = [father for reading in readings for father in reading.fathers]
    stated = (part.value for part in name.components if part.type in _OF_FATHER)
    return read_off + [father for father in map(father_in, stated) if father]


def _mothers(name: PersonName) -> list[str]:
    stated = (part.value for part in name.components if part.type is ComponentType.MOTHER)
    return [mother for value in stated for mother in mother_in(value)]
