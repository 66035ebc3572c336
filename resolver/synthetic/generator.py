"""Made-up records with their truth, from a seed: the same seed and number give the same records, everywhere."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from resolver.synthetic.arrival import shuffled
from resolver.synthetic.footprint import sources_of
from resolver.synthetic.households import household
from resolver.synthetic.nations import atlas
from resolver.synthetic.persons import Person
from resolver.synthetic.records import record_of
from resolver.synthetic.worlds import World

_STRANGERS_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class GeneratedRecord:
    """A record in the JSON mapping of the contract, and the truth about it.

    Persons of one household are related or namesakes. `kinds` says, joined by ``+``, why a record is hard to tell from
    another person's (see `resolver.synthetic.persons.Kind`).
    """

    record: dict[str, Any]
    person: str
    owner_country: str
    nationality: str
    scripts: str
    household: str
    kinds: str


def generate_records(
    seed: int,
    records: int,
    on_drafted: Callable[[int], None] = lambda _: None,
    *,
    world: World = World.ORDINARY,
) -> Iterator[GeneratedRecord]:
    """Yields `records` records of a world in their order of arrival.

    All are drafted, on disk, before the first arrives; `on_drafted` is told how many each household adds.
    """
    order = Random(f"{seed}/arrival")
    counters: Counter[str] = Counter()
    drafts = _drafts(seed, records, on_drafted, world)
    for source, person, nationality, household_of, kinds, record in shuffled(drafts, records, order):
        counters[source] += 1
        names = (name["script"] for identity in record["identities"] for name in identity["names"])
        yield GeneratedRecord(
            {"name": f"sources/{source}/records/{counters[source]:06d}", **record},
            person,
            record["owner"]["country"],
            nationality,
            "+".join(sorted(set(names))),
            household_of,
            kinds,
        )


def _drafts(
    seed: int, records: int, on_drafted: Callable[[int], None], world: World
) -> Iterator[tuple[str, str, str, str, str, dict[str, Any]]]:
    """Source, person, nationality, household, kinds and record, person by person, until there are enough records."""
    drafted, serial, countries = 0, 1, atlas(world)
    strangers: deque[Person] = deque(maxlen=_STRANGERS_REMEMBERED)
    while drafted < records:
        rng = Random(f"{seed}/{serial}")
        before, persons = drafted, household(serial, countries, rng)
        serial += len(persons)
        for person in persons:
            for source in sources_of(person, countries, rng):
                if drafted == records:
                    break
                stranger = strangers[int(rng.random() * len(strangers))] if strangers else None
                record, kinds = record_of(person, source, stranger, rng)
                yield (
                    source.key,
                    f"p{person.serial:07d}",
                    person.nations[0].code,
                    f"h{person.household:07d}",
                    "+".join(kinds),
                    record,
                )
                drafted += 1
        strangers.extend(persons)
        on_drafted(drafted - before)
