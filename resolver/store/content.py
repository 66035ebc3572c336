"""What a record states, and what is flawed in it, made ready to be stored, compared and told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from resolver.domain.comparable import ComparableRecord
from resolver.domain.finding import Finding
from resolver.domain.record import Record
from resolver.identity.conflicts import Facts
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.standardise.findings import findings
from resolver.standardise.record import standardise
from resolver.store.facts_rows import facts_of


@dataclass(frozen=True, slots=True)
class Content:
    """A pure function of the record and the frozen frequencies; most of the time that a record takes in Python.

    `keys` are its blocking keys and `families` what each is of: apart, since sixty objects more a record would take
    longer to hand from one process to another than all else.
    """

    comparable: ComparableRecord
    facts: Facts
    keys: tuple[int, ...]
    families: tuple[str, ...]


def content_of(record: Record, frequencies: TermFrequencies) -> Content:
    """Standardises a record and makes its blocking keys."""
    comparable = standardise(record)
    keys = blocking_keys(comparable, frequencies)
    return Content(
        comparable,
        facts_of(record.name, comparable),
        tuple(each.key for each in keys),
        tuple(each.family for each in keys),
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made ready before the writer's turn.

    The content counts while the model is in force that it was made for, the findings on the day they were looked for.
    """

    content: Content
    findings: tuple[Finding, ...]
    model: str
    day: date


def prepared(record: Record, frequencies: TermFrequencies, model: str, day: date) -> Prepared:
    """Makes a record ready for a model of these frequencies."""
    return Prepared(content_of(record, frequencies), findings(record, day), model, day)
