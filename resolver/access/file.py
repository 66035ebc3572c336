"""Reads an access file and says of every mistake under which key it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import combinations
from typing import TypeVar

from resolver.access.methods import METHODS
from resolver.access.patterns import (
    ANY,
    CallerPattern,
    OwnerPattern,
    SourcePattern,
    caller_pattern,
    owner_pattern,
    source_pattern,
)
from resolver.access.rights import Sources
from resolver.access.roles import Role
from resolver.access.rules import Access, Delegation, Grant
from resolver.domain.owner import Owner
from resolver.domain.purpose import PURPOSES
from resolver.sections import Section, SectionInvalid, read_yaml
from resolver.standardise.countries import is_country

_CALLER = "ftf://{country}/{authority}/{system}; each part may be *"
_OWNER = "{country}/{authority}, such as BEL/police; either may be *"
_SOURCE = "a source's key, such as fra-ncb, or the beginning of several, such as fra-*"
_T = TypeVar("_T")


def parse(text: str) -> Access:
    """The rules that a YAML text states.

    Raises:
        SectionInvalid: it names the key that is wrong, such as `grants[2].roles[0]`.
    """
    top = Section("", read_yaml(text))
    access = Access(
        grants=tuple(_grant(each) for each in _levels(top, "grants")),
        sources=_sources(_levels(top, "sources")),
        delegations=tuple(_delegation(each) for each in _levels(top, "delegations")),
    )
    top.finish()
    if not access.grants:
        raise SectionInvalid("grants", "is required, with at least one entry")
    roles = [[f"{role.name} of {each.callers}" for role in each.roles] for each in access.grants]
    _refuse_doubled("grants", "roles", roles)
    _refuse_doubled("delegations", "caller", [[str(each.callers)] for each in access.delegations])
    return access


def _grant(section: Section) -> Grant:
    roles = frozenset(Role(name) for name in _chosen(section, "roles", [role.value for role in Role]))
    grant = Grant(_caller(section), roles, _purposes(section), _methods(section, roles))
    section.finish()
    return grant


def _methods(section: Section, roles: frozenset[Role]) -> frozenset[str]:
    if "methods" not in section:
        return frozenset()
    named = _some(section, "methods")
    for place, method in enumerate(named):
        at = f"{section.at('methods')}[{place}]"
        if method not in METHODS:
            raise SectionInvalid(at, "is not a method, such as ftf.resolution.v1.RecordService/GetRecord")
        if not roles & METHODS[method].roles_for(dry_run=True):
            raise SectionInvalid(at, "is not a method of these roles")
    return frozenset(named)


def _purposes(section: Section) -> frozenset[str]:
    named = _chosen(section, "purposes", [*sorted(PURPOSES), ANY])
    if ANY in named and len(named) > 1:
        raise SectionInvalid(section.at("purposes"), "says * for all, so it must name no others")
    return PURPOSES if ANY in named else frozenset(named)


def _sources(sections: list[Section]) -> Sources:
    rows = [_sources_of_owner(section) for section in sections]
    _refuse_doubled("sources", "owner", [[str(owner)] for owner, _ in rows])
    _refuse_shared_sources([sources for _, sources in rows])
    return dict(rows)


def _sources_of_owner(section: Section) -> tuple[Owner, tuple[SourcePattern, ...]]:
    pattern = _pattern(section.at("owner"), section.required_text("owner"), owner_pattern, _OWNER)
    if ANY in (pattern.country, pattern.authority) or not pattern.authority:
        raise SectionInvalid(section.at("owner"), "must be one authority, since a source belongs to one")
    _check_country(section.at("owner"), pattern.country)
    sources = tuple(_patterns(section, "sources", source_pattern, _SOURCE))
    section.finish()
    return Owner(pattern.country, pattern.authority), sources


def _delegation(section: Section) -> Delegation:
    callers = _caller(section)
    owners: list[OwnerPattern] = _patterns(section, "owners", owner_pattern, _OWNER)
    for place, owner in enumerate(owners):
        _check_country(f"{section.at('owners')}[{place}]", owner.country)
    section.finish()
    return Delegation(callers, tuple(owners))


def _caller(section: Section) -> CallerPattern:
    pattern = _pattern(section.at("caller"), section.required_text("caller"), caller_pattern, _CALLER)
    _check_country(section.at("caller"), pattern.country)
    return pattern


def _levels(top: Section, key: str) -> list[Section]:
    return [Section(f"{key}[{place}]", each) for place, each in enumerate(top.entries(key))]


def _chosen(section: Section, key: str, allowed: Collection[str]) -> list[str]:
    """The names in a list that must have some, each once."""
    names = _some(section, key)
    for place, name in enumerate(names):
        if name not in allowed:
            raise SectionInvalid(f"{section.at(key)}[{place}]", f"must be one of {', '.join(allowed)}")
    return names


def _patterns(section: Section, key: str, read: Callable[[str], _T | None], form: str) -> list[_T]:
    return [_pattern(f"{section.at(key)}[{place}]", text, read, form) for place, text in enumerate(_some(section, key))]


def _some(section: Section, key: str) -> list[str]:
    texts = section.texts(key)
    if not texts:
        raise SectionInvalid(section.at(key), "is required, with at least one entry")
    for place, text in enumerate(texts):
        if text in texts[:place]:
            raise SectionInvalid(f"{section.at(key)}[{place}]", f"{text} stands twice")
    return texts


def _pattern(at: str, text: str, read: Callable[[str], _T | None], form: str) -> _T:
    pattern = read(text)
    if pattern is None:
        raise SectionInvalid(at, f"must be {form}")
    return pattern


def _check_country(at: str, country: str) -> None:
    if country != ANY and not is_country(country):
        raise SectionInvalid(at, f"{country} is not a known country code")


def _refuse_doubled(section: str, key: str, entries: list[list[str]]) -> None:
    first: dict[str, int] = {}
    for place, names in enumerate(entries):
        for name in sorted(names):
            if first.setdefault(name, place) != place:
                raise SectionInvalid(f"{section}[{place}].{key}", f"{name} has an entry already, [{first[name]}]")


def _refuse_shared_sources(rows: list[tuple[SourcePattern, ...]]) -> None:
    """A source of two owners would tell each by its errors which names the other has taken."""
    for (one_at, one), (other_at, other) in combinations(enumerate(rows), 2):
        for place, pattern in enumerate(other):
            shared = next((each for each in one if each.overlaps(pattern)), None)
            if shared is not None:
                message = f"{pattern} overlaps with {shared} of sources[{one_at}]; a source belongs to one authority"
                raise SectionInvalid(f"sources[{other_at}].sources[{place}]", message)
