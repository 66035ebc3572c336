"""A whole holding that arrives at once, some of whose records are hidden from somebody: who is told what of each.

Records are told in the order of their numbers, which does not depend on what is hidden, each in the final state: where
it is among those of its identity that the audience sees. A review task is raised by the later record of its strongest
pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

from resolver.domain.audience import EVERYBODY, Audience, others, those_who_see_all
from resolver.domain.handling import Guard
from resolver.identity.arrival import arrival_of
from resolver.identity.neighbourhood import Neighbourhood, Task
from resolver.identity.telling import Telling, Told
from resolver.identity.visible_part import surroundings, visible_part


@dataclass(frozen=True, slots=True)
class _Part:
    """What an audience sees around a component, and which of its tasks each record raises."""

    audience: Audience
    seen: Neighbourhood
    raised: Mapping[int, Sequence[Task]]

    def telling(self, record: int, places: Mapping[int, int]) -> Telling:
        """What the audience is told of a record at its place."""
        place = places[record]
        told = {one: identity for one, identity in self.seen.identities.items() if places[one] <= place}
        outcome = arrival_of(record, self.seen, told, self.raised.get(record, ()))
        fellows = frozenset(one for one, identity in told.items() if identity == outcome.identity)
        return Telling(self.audience, outcome, fellows)


def arrivals_by_view(
    holding: Neighbourhood, guards: Mapping[int, Guard], places: Mapping[int, int] | None = None
) -> Iterator[tuple[Telling, ...]]:
    """What each audience is told of each record of a holding that is there in full, with its identities.

    First those who see all around the record, or everybody where all are told the same. `guards` are those of the
    records that have one. Records are told in the order of `places`, by default their numbers. Nothing was told before.
    """
    ordered = places or {record: record for record in holding.facts}
    parts: dict[int, tuple[_Part, ...]] = {}
    for record in sorted(holding.facts, key=ordered.__getitem__):
        if record not in parts:
            component = holding.component(record)
            parts |= dict.fromkeys(component, _parts(holding, component, guards, ordered))
        own = parts.pop(record)
        whole, *seen = (part.telling(record, ordered) for part in own if record in part.seen.facts)
        alike = len(seen) + 1 == len(own) and all(each.content == whole.content for each in seen)
        yield (replace(whole, audience=EVERYBODY),) if alike else (whole, *seen)


def told_of(tellings: Sequence[Telling]) -> Told:
    """The tellings of a record, of which the first is that of those who see all."""
    whole, *seen = tellings
    return Told(whole.outcome, whole.audience, tuple(seen))


def _parts(
    holding: Neighbourhood, component: Set[int], guards: Mapping[int, Guard], places: Mapping[int, int]
) -> tuple[_Part, ...]:
    """What each audience sees around a component; first those who see all."""
    around = surroundings(holding, component)
    behind = {guards[record] for record in guards.keys() & around.records}
    found = []
    for audience in chain([those_who_see_all(behind)], others(behind)):
        hidden = {record for record in around.records if record in guards and guards[record] in audience.keeps_from}
        seen = visible_part(holding, around, hidden)
        raised: dict[int, list[Task]] = {}
        for key in sorted(seen.tasks):
            raised.setdefault(max(seen.tasks[key].ends, key=places.__getitem__), []).append(seen.tasks[key])
        found.append(_Part(audience, seen, raised))
    return tuple(found)
