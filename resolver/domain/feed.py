"""The feed: places in it, and which of its decisions are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from resolver.domain.decision import Decision, DecisionKind


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """A place in the feed: after the decision with this sequence, committed at this time (UTC without zone)."""

    sequence: int
    commit_time: datetime | None


def place_after(decision: Decision) -> FeedPlace:
    """The place after a committed decision."""
    return FeedPlace(decision.sequence, decision.commit_time)


BEGINNING: Final = FeedPlace(0, None)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """A decision with what filters read of it: the countries and sources (`sources/{source}`) that it concerns.

    They are those of the decided record, and of all that were in the identities that the decision touches, before it
    or after. `audience` is the number of those who are told it; `whole` is what those are told who see everything.
    """

    decision: Decision
    countries: frozenset[str]
    sources: frozenset[str]
    audience: int = 0
    whole: bool = True

    @property
    def place(self) -> FeedPlace:
        """The place after it."""
        return place_after(self.decision)


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions are wanted. What is empty asks for all; what is given must hold together."""

    countries: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    kinds: frozenset[DecisionKind] = frozenset()

    def wants(self, event: FeedEvent) -> bool:
        """Whether an event is wanted."""
        return (
            (not self.countries or not self.countries.isdisjoint(event.countries))
            and (not self.sources or not self.sources.isdisjoint(event.sources))
            and (not self.kinds or event.decision.kind in self.kinds)
        )


EVERYTHING: Final = DecisionFilter()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The wanted decisions of a part of the feed, in order, and the place where that part ends."""

    decisions: tuple[Decision, ...]
    end: FeedPlace
