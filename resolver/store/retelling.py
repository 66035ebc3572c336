"""Tells the history of a store of an earlier version anew, by view: it was decided when everybody was told everything.

What the feed had told names records that are hidden from some. So where there are guards, the decisions of before stay
for who sees everything in any case, and all others are told of each present record as if it had come as it is now, in
the place of the first decision about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Final

import duckdb

from resolver.domain.audience import nobody
from resolver.identity.arrival_by_view import arrivals_by_view
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.policy import Policy
from resolver.identity.telling import Telling
from resolver.store import statements, tellings
from resolver.store.arrow import registered
from resolver.store.audiences import Audiences
from resolver.store.facts_table import FactsTable
from resolver.store.feed_rows import Owner, ToldDecision
from resolver.store.guards import UNGUARDED, Guards
from resolver.store.receipts import Receipts, keys_of
from resolver.store.snapshot import Snapshot

_UNTOLD: Final = "SELECT count(*) FROM settings WHERE name = 'untold'"
_TOLD: Final = "DELETE FROM settings WHERE name = 'untold'"
_GUARDED: Final = f"SELECT number, guard FROM records WHERE guard <> {UNGUARDED}"  # noqa: S608 - a constant
_FIRST: Final = """
SELECT d.record_number, min(d.sequence), arg_min(d.commit_time, d.sequence), any_value(r.version)
FROM decisions d JOIN records r ON r.number = d.record_number GROUP BY d.record_number
"""
_TO_NOBODY: Final = (
    "UPDATE decisions SET audience = ?",
    "UPDATE decision_identities SET audience = ?",
    "UPDATE feed_marks SET audience = ?",
    "UPDATE memberships SET from_audience = ?",
    "UPDATE memberships SET until_audience = ? WHERE until_decision IS NOT NULL",
    "UPDATE review_tasks SET raised_audience = ?",
    "UPDATE review_tasks SET closed_audience = ? WHERE closed_by IS NOT NULL",
)
_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class _First:
    """The first decision about a record and its time, and the version that the record has now."""

    sequence: int
    time: datetime
    version: int


def retell(connection: duckdb.DuckDBPyConnection, policy: Policy, receipts: Receipts) -> None:
    """Tells what nobody has told by view, once. The guards of the store must be known."""
    if connection.execute(_UNTOLD).fetchall() == [(0,)]:
        return
    connection.begin()
    try:
        _retell(connection, policy, receipts)
        connection.execute(_TOLD)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _retell(connection: duckdb.DuckDBPyConnection, policy: Policy, receipts: Receipts) -> None:
    known = Guards(connection)
    guards = {
        number: guard
        for number, which in connection.execute(_GUARDED).fetchall()
        if (guard := known.guard(which)) is not None
    }
    if not guards:
        return
    audiences = Audiences(connection, known)
    to_nobody = audiences.number(nobody(list(guards.values())[:1]))
    for statement in _TO_NOBODY:
        connection.execute(statement, [to_nobody])
    firsts = {number: _First(*first) for number, *first in connection.execute(_FIRST).fetchall()}
    holding = _holding(Snapshot(connection), policy)
    places = {record: firsts[record].sequence for record in holding.facts}
    told = arrivals_by_view(holding, guards, places)
    while some := list(islice(told, _AT_ONCE)):
        _write(connection, audiences, [_decided(each, firsts, holding.names, receipts) for each in some])


def _holding(snapshot: Snapshot, policy: Policy) -> Neighbourhood:
    """All that is present."""
    stated = FactsTable(snapshot.facts())
    facts, identities = stated.facts(stated.records), snapshot.identities().where(slice(None))
    holding = Neighbourhood(policy, facts, keys_of(facts), identities=identities)
    for pair in snapshot.pairs():
        holding.add_pair(pair)
    holding.add_verdicts(snapshot.rulings())
    return holding


def _decided(
    tellings_of_record: Sequence[Telling], firsts: Mapping[int, _First], names: Mapping[int, str], receipts: Receipts
) -> list[ToldDecision]:
    """The decisions that the audiences are told of a record."""
    first = firsts[tellings_of_record[0].outcome.record]
    return [
        ToldDecision(
            receipts.decision(each.outcome, names, first.version, first.sequence, first.time),
            each.outcome,
            each.audience,
            each.concerned,
        )
        for each in tellings_of_record
    ]


def _write(
    connection: duckdb.DuckDBPyConnection, audiences: Audiences, decisions: Sequence[Sequence[ToldDecision]]
) -> None:
    told = list(chain.from_iterable(decisions))
    concerned = set().union(*(each.concerned for each in told))
    owned = Snapshot(connection).owned(concerned)
    owners = {number: Owner(each.country, each.source) for number, each in owned.items()}
    for name, rows in tellings.tables(told, owners, audiences.number).items():
        with registered(connection, f"new_{name}", rows):
            connection.execute(statements.ENTERING[f"insert_{name}"])
