"""Records made comparable, with their persons where a truth is known: what training and evaluation work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resolver.domain.comparable import ComparableRecord
from resolver.domain.record import Record
from resolver.standardise.record import standardise


class CorpusInvalid(Exception):
    """The records or their truth cannot be used; the message names the record."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Names, comparable records and, where known, persons; all in the order of the file."""

    names: tuple[str, ...]
    records: tuple[ComparableRecord, ...]
    persons: tuple[str, ...] | None

    def places(self) -> dict[str, int]:
        """The place of each record by its name."""
        return {name: place for place, name in enumerate(self.names)}


def corpus_of(records: Iterable[Record], truth: Mapping[str, str] | None) -> Corpus:
    """Standardises records; `truth` gives the person of each by its name.

    Raises:
        CorpusInvalid: a name comes twice, or the truth lacks a record.
    """
    comparable: dict[str, ComparableRecord] = {}
    for record in records:
        if record.name in comparable:
            raise CorpusInvalid(f"the record {record.name} comes twice")
        if truth is not None and record.name not in truth:
            raise CorpusInvalid(f"the truth lacks the record {record.name}")
        comparable[record.name] = standardise(record)
    if not comparable:
        raise CorpusInvalid("there are no records")
    persons = None if truth is None else tuple(truth[name] for name in comparable)
    return Corpus(tuple(comparable), tuple(comparable.values()), persons)
