"""Consumers of the feed: how far each has acknowledged, and what each must still carry out.

Places are sequences of the feed; times are UTC without zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from resolver.domain.decision import Decision
from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.feed import DecisionFilter, FeedPlace

CONSUMERS = "consumers/"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer: `number` in the order of creation, began after `start`, has carried out all up to `acknowledged`."""

    number: int
    name: str
    holder: str
    wants: DecisionFilter
    create_time: datetime
    start: FeedPlace
    acknowledged: FeedPlace
    acknowledge_time: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a consumer has not acknowledged: decisions in all, those that it must carry out, and since when."""

    lag: int
    lag_since: datetime | None
    outstanding: int
    outstanding_since: datetime | None


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A decision that a consumer must carry out and has not acknowledged."""

    decision: Decision
    since: datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a consumer did with a decision that it must carry out; `time` is None while that is outstanding."""

    number: int
    consumer: str
    time: datetime | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Registered:
    """The receipt of a change in the list of consumers: the consumer as it stands, or stood when it was deleted."""

    consumer: Consumer


def require_held(found: Consumer | None, name: str, holder: str) -> Consumer:
    """The consumer that was found, if there is one and the caller holds it.

    Raises:
        NotFound: there is none.
        Refused: CONSUMER_TAKEN, another holds it.
    """
    if found is None:
        raise NotFound(ErrorReason.CONSUMER_NOT_FOUND, f"consumer {name} does not exist")
    check_holder(found, holder)
    return found


def check_holder(consumer: Consumer, holder: str) -> None:
    """Raises Refused with CONSUMER_TAKEN where a consumer is another's."""
    if consumer.holder != holder:
        raise Refused(ErrorReason.CONSUMER_TAKEN, f"{consumer.name} is held by another")
