"""Filters of the feed between the contract and the domain. A country is asked for by all the codes that it has."""

from __future__ import annotations

from ftf.resolution.v1 import decision_pb2
from resolver.domain.decision import DecisionKind
from resolver.domain.errors import ErrorReason
from resolver.domain.feed import DecisionFilter
from resolver.rpc import limits
from resolver.rpc.resource_names import is_source_name
from resolver.rpc.violations import Violations
from resolver.standardise.countries import canonical, codes_of_state, is_country

_KINDS = {kind.value: kind for kind in DecisionKind if kind is not DecisionKind.UNSPECIFIED}


def read_filter(violations: Violations, path: str, message: decision_pb2.DecisionFilter) -> DecisionFilter:
    """The filter that a message states; what is wrong in it is noted."""
    for place, country in violations.entries(f"{path}.countries", message.countries, limits.FILTER_COUNTRIES):
        if not is_country(country):
            violations.add(place, "not a known country code", ErrorReason.COUNTRY_UNKNOWN)
    for place, source in violations.entries(f"{path}.sources", message.sources, limits.FILTER_SOURCES):
        if not is_source_name(source):
            violations.add(place, "must be sources/{source}")
    for place, kind in violations.entries(f"{path}.kinds", message.kinds, limits.FILTER_KINDS):
        if kind not in _KINDS:
            violations.add(place, "is not known")
    return DecisionFilter(
        countries=frozenset().union(*map(codes_of_state, message.countries)),
        sources=frozenset(message.sources),
        kinds=frozenset(_KINDS[kind] for kind in message.kinds if kind in _KINDS),
    )


def filter_to_message(which: DecisionFilter) -> decision_pb2.DecisionFilter:
    """A consumer's filter, which has no kinds."""
    countries = sorted(set(map(canonical, which.countries)))
    return decision_pb2.DecisionFilter(countries=countries, sources=sorted(which.sources))
