"""Where the names of identities lead that no identity bears any more."""

from __future__ import annotations

from collections.abc import Callable

from resolver.domain.decision import Decision
from resolver.store import queries
from resolver.store.decision_rows import decision_from_text
from resolver.store.numbering import Numbering
from resolver.store.reading import Reading
from resolver.store.seen import SeenIdentities
from resolver.store.sight import Sight
from resolver.store.views import Forwarding, StoredIdentity

Numbered = Callable[[int, Sight | None], StoredIdentity | None]
"""The identity that bears the name of a record now, as it is within a sight."""


class Forwards:
    """Follows names, with the queries of a reader. Its calls are made within one snapshot."""

    def __init__(self, reading: Reading, numbering: Numbering, seen: SeenIdentities) -> None:
        self._reading = reading
        self._numbering = numbering
        self._seen = seen

    def follow(self, identity: str, sight: Sight | None, numbered: Numbered) -> Forwarding | None:
        """The identity that a name leads to now: where its record is, or where those went that it left."""
        seen: set[int] = set()
        first: Decision | None = None
        number = self._numbering.named_within(sight, identity)
        while number is not None and number not in seen:
            seen.add(number)
            current = numbered(number, sight)
            if current is not None:
                return Forwarding(current, first)
            number, decision = self._successor(number, sight)
            first = first or decision
        return None

    def _successor(self, number: int, sight: Sight | None) -> tuple[int | None, Decision | None]:
        """The name that the name of a record leads to, if it is no identity's, and the decision that made it so."""
        if sight is None:
            rows = self._reading.rows(queries.LAST_MEMBERSHIP, [number])
            last = (rows[0][0], rows[0][1:]) if rows else None
        else:
            last = self._seen.last_stay(number, sight)
        if last is None:
            return None, None
        where, decision = last[0], decision_from_text(*last[1])
        if where != number:
            return where, decision
        # The record went out of sight as the oldest of its identity: the others bear the name of the next.
        name = self._numbering.name_of(number)
        others = [change.after for change in decision.changes if change.before == name and change.after]
        numbers = map(self._numbering.named, others)
        return min((found for found in numbers if found is not None), default=None), decision
