"""What lies around records in the writer's transaction, and what of it a viewer sees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set

from resolver.domain.handling import Guard, Viewer, is_seen
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.telling import Teller
from resolver.identity.visible_part import Surroundings, visible_part
from resolver.store.guards import Guards
from resolver.store.loading import load, load_verdicts
from resolver.store.remembered import Remembered
from resolver.store.resident import Resident
from resolver.store.told_before import Tellings


class Around:
    """Reads the tables in memory. Belongs to the writer's thread."""

    def __init__(self, resident: Resident, guards: Guards, tellings: Tellings) -> None:
        self._resident = resident
        self._guards = guards
        self._tellings = tellings

    def load(
        self, neighbourhood: Neighbourhood, seeds: Collection[int], loaded: set[int], beside: Collection[int] = ()
    ) -> None:
        """Adds the seeds' components to a neighbourhood; see `loading.load`."""
        load(self._resident, neighbourhood, seeds, loaded, beside)

    def load_ends(self, neighbourhood: Neighbourhood, loaded: set[int]) -> None:
        """Adds the components of what the pairs in a neighbourhood lead to, where somebody may not see all of them.

        What an audience is told of an identity follows from the whole of the component that it lies in.
        """
        if self.guarded:
            load(self._resident, neighbourhood, neighbourhood.facts.keys() - loaded, loaded)

    @property
    def guarded(self) -> bool:
        """Whether there may be records that not everybody sees."""
        return len(self._guards) > 0

    def guards_of(self, numbers: Collection[int]) -> dict[int, Guard]:
        """The guards of those of the records that have one, withdrawn ones included."""
        return self._resident.guarded(numbers) if self.guarded else {}

    def teller(self, neighbourhood: Neighbourhood, further: Iterable[int] = ()) -> Teller:
        """Who changes a neighbourhood and tells of it; `further` are records of the changes that it does not have."""
        guards = self.guards_around(neighbourhood, further)
        before = self._tellings.of(neighbourhood.facts) if guards and self._resident.settling else None
        return Teller(neighbourhood, guards, before)

    def hidden_from(self, viewer: Viewer | None, neighbourhood: Neighbourhood) -> set[int]:
        """The records around a neighbourhood that a viewer does not see."""
        if viewer is None:
            return set()
        return {number for number, guard in self.guards_around(neighbourhood).items() if not is_seen(guard, viewer)}

    def seen(
        self, neighbourhood: Neighbourhood, around: Surroundings, hidden: Set[int], viewer: Viewer | None
    ) -> Neighbourhood:
        """What a viewer, from whom some records are hidden, sees of a part of a neighbourhood."""
        if viewer is None or not self._resident.settling:
            return visible_part(neighbourhood, around, hidden)
        return visible_part(neighbourhood, around, hidden, self._tellings.of(around.records)(viewer))

    def guards_around(self, neighbourhood: Neighbourhood, further: Iterable[int] = ()) -> dict[int, Guard]:
        """The guards of what is in a neighbourhood, the withdrawn records that verdicts are about included."""
        if not self.guarded:
            return {}
        judged = {end for verdict in neighbourhood.verdicts.values() for end in verdict.pair}
        return self.guards_of(judged.union(neighbourhood.facts, further))

    def remembered(self) -> Remembered:
        """What `loading.load` reads of the store as it is now; for many neighbourhoods that overlap."""
        return Remembered(self._resident)

    def load_verdicts(self, neighbourhood: Neighbourhood, numbers: Collection[int]) -> set[int]:
        """Adds the verdicts that stand on records; returns the other records that they are about."""
        return load_verdicts(self._resident, neighbourhood, numbers)
