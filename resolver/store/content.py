"""What a record states, made ready to be stored and compared."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.domain.comparable import ComparableRecord
from resolver.domain.record import Record
from resolver.identity.conflicts import Facts
from resolver.linkage.blocking import BlockingKey, blocking_keys
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.standardise.record import standardise
from resolver.store.facts_rows import facts_of


@dataclass(frozen=True, slots=True)
class Content:
    """A pure function of the record and the frozen frequencies; most of the time that a record takes in Python."""

    comparable: ComparableRecord
    facts: Facts
    keys: tuple[BlockingKey, ...]


def content_of(record: Record, frequencies: TermFrequencies) -> Content:
    """Standardises a record and makes its blocking keys."""
    comparable = standardise(record)
    return Content(comparable, facts_of(record.name, comparable), blocking_keys(comparable, frequencies))
