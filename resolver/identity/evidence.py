"""What a decision tells of a record's evidence: the links that decided, and the identities that came next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair, strongest_first
from resolver.identity.policy import Policy

MOST_LINKS: Final = 20
MOST_RUNNER_UPS: Final = 5


def deciding_links(
    record: int,
    pairs: Mapping[int, Pair],
    identities: Mapping[int, int],
    facts: Mapping[int, Facts],
    policy: Policy,
) -> tuple[Pair, ...]:
    """The merging pairs of a record within its identity, strongest first; `pairs` are its own, by the other record.

    Only records that `identities` knows are told of.
    """
    own = identities.get(record)
    found = [pair for other, pair in pairs.items() if identities.get(other) == own and pair.merges(policy)]
    return tuple(strongest_first(found, facts)[:MOST_LINKS])


def runner_ups(record: int, pairs: Mapping[int, Pair], identities: Mapping[int, int]) -> tuple[tuple[int, float], ...]:
    """The other identities that a record has evidence for, each with its strongest weight, strongest first."""
    own = identities.get(record)
    best: dict[int, float] = {}
    for other, pair in pairs.items():
        identity = identities.get(other)
        if identity is not None and identity != own:
            best[identity] = max(pair.weight, best.get(identity, pair.weight))
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0]))[:MOST_RUNNER_UPS])
