"""What consumers of the feed ask the engine to do."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.domain.feed import DecisionFilter, FeedPlace
from resolver.domain.handling import Viewer


@dataclass(frozen=True, slots=True)
class CreateConsumer:
    """Creates a consumer that begins after a place; the same again changes nothing."""

    name: str
    holder: str
    wants: DecisionFilter
    start: FeedPlace


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Says that a consumer has carried out everything up to a place; an older one than acknowledged changes nothing."""

    name: str
    holder: str
    place: FeedPlace


@dataclass(frozen=True, slots=True)
class DeleteConsumer:
    """Deletes a consumer; without `force` only where nothing is outstanding of what the viewer is told."""

    name: str
    holder: str
    force: bool
    viewer: Viewer | None = None


Registration = CreateConsumer | Acknowledge | DeleteConsumer
