"""Loading a neighbourhood: whole components of merging pairs, the pairs that lead out, and the open review tasks."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from resolver.domain.decision import ReviewReason
from resolver.identity.neighbourhood import Neighbourhood, Task
from resolver.identity.partition import Pair
from resolver.store.arrow import NUMBERS, arrow_table, registered
from resolver.store.facts_rows import facts_from_row
from resolver.store.verdict_rows import STANDING_RULINGS, ruling_from_row

_PAIRS = """
SELECT p.record_number, p.other_number, p.match_weight, p.identifying, p.cell
FROM pairs p JOIN wanted w ON p.record_number = w.record_number
WHERE p.record_number < p.other_number OR p.other_number NOT IN (SELECT record_number FROM wanted)
"""
"""Pairs stand in the table both ways; those between two wanted records are read once."""
_FACTS = """
SELECT f.record_number, r.name, m.identity_number,
  f.minor, f.sexes, f.fathers, f.birth_days, f.documents, f.biometric_references, f.biometric_excluded
FROM facts f
JOIN wanted w ON f.record_number = w.record_number
JOIN records r ON r.number = f.record_number
JOIN memberships m ON m.record_number = f.record_number AND m.until_decision IS NULL
"""
_TASKS = """
SELECT identity_low, identity_high, reason, left_number, right_number, match_weight
FROM review_tasks t
WHERE closed_by IS NULL
  AND (identity_low IN (SELECT record_number FROM wanted) OR identity_high IN (SELECT record_number FROM wanted))
"""


def load(
    connection: duckdb.DuckDBPyConnection,
    neighbourhood: Neighbourhood,
    seeds: Collection[int],
    loaded: set[int],
    beside: Collection[int] = (),
) -> None:
    """Adds the components of the seeds to the neighbourhood, with the records one review pair or verdict away.

    `loaded` are the records whose components are there in full; it grows. Of records `beside` only what they state is
    added, and which identities they are in. The neighbourhood must not have been changed since it was first loaded.
    """
    members: set[int] = set()
    ends = set(beside)
    frontier = set(seeds) - loaded
    while frontier:
        members |= frontier
        for record, other, *evidence in _select(connection, _PAIRS, frontier):
            ends.add(other)
            neighbourhood.add_pair(Pair(min(record, other), max(record, other), *evidence))
        judged = load_verdicts(connection, neighbourhood, frontier)
        ends |= judged
        frontier = (neighbourhood.linked(frontier) | judged) - members - loaded
    loaded |= members
    for number, name, identity, *facts in _select(connection, _FACTS, (members | ends) - neighbourhood.facts.keys()):
        neighbourhood.facts[number] = facts_from_row(name, tuple(facts))
        neighbourhood.identities[number] = identity
    # A record that a verdict is about may be withdrawn.
    identities = {neighbourhood.identities[number] for number in members if number in neighbourhood.identities}
    for low, high, reason, left, right, weight in _select(connection, _TASKS, identities):
        task = Task((low, high), ReviewReason(reason), Pair(left, right, weight))
        neighbourhood.tasks[task.identities] = task


def load_verdicts(
    connection: duckdb.DuckDBPyConnection, neighbourhood: Neighbourhood, numbers: Collection[int]
) -> set[int]:
    """Adds the verdicts that stand on records; returns the other records that they are about."""
    found = [ruling_from_row(row) for row in _select(connection, STANDING_RULINGS, numbers)]
    if found:
        neighbourhood.add_verdicts(found)
    return {end for ruling in found for end in ruling.pair} - set(numbers)


def _select(connection: duckdb.DuckDBPyConnection, statement: str, numbers: Collection[int]) -> list[tuple]:  # type: ignore[type-arg]
    if not numbers:
        return []
    with registered(connection, "wanted", arrow_table(NUMBERS, [(number,) for number in sorted(numbers)])):
        return connection.execute(statement).fetchall()
