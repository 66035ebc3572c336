"""Made-up records with their truth, from a seed: the same seed and number give the same records, everywhere."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from resolver.synthetic.arrival import shuffled
from resolver.synthetic.footprint import sources_of
from resolver.synthetic.persons import Person, household
from resolver.synthetic.records import record_of

_STRANGERS_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class GeneratedRecord:
    """A record in the JSON mapping of the contract, and the truth about it."""

    record: dict[str, Any]
    person: str
    owner_country: str
    nationality: str
    scripts: str


def generate_records(
    seed: int, records: int, on_drafted: Callable[[int], None] = lambda _: None
) -> Iterator[GeneratedRecord]:
    """Yields `records` records in their order of arrival.

    All are drafted, on disk, before the first arrives; `on_drafted` is told how many each household adds.
    """
    order = Random(f"{seed}/arrival")
    counters: Counter[str] = Counter()
    for source, person, nationality, record in shuffled(_drafts(seed, records, on_drafted), records, order):
        counters[source] += 1
        names = (name["script"] for identity in record["identities"] for name in identity["names"])
        yield GeneratedRecord(
            {"name": f"sources/{source}/records/{counters[source]:06d}", **record},
            person,
            record["owner"]["country"],
            nationality,
            "+".join(sorted(set(names))),
        )


def _drafts(
    seed: int, records: int, on_drafted: Callable[[int], None]
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Source, person, nationality and record, person by person, until there are as many records as asked for."""
    drafted, serial = 0, 1
    strangers: deque[Person] = deque(maxlen=_STRANGERS_REMEMBERED)
    while drafted < records:
        rng = Random(f"{seed}/{serial}")
        before, persons = drafted, household(serial, rng)
        serial += len(persons)
        for person in persons:
            for source in sources_of(person, rng):
                if drafted == records:
                    break
                stranger = strangers[int(rng.random() * len(strangers))] if strangers else None
                yield (
                    source.key,
                    f"p{person.serial:07d}",
                    person.nations[0].code,
                    record_of(person, source, stranger, rng),
                )
                drafted += 1
        strangers.extend(persons)
        on_drafted(drafted - before)
