"""Which authorities hold records of a person: the own countries, the route, the theatre of war, and who shares."""

from __future__ import annotations

from random import Random

from resolver.synthetic.nations import Atlas, Source
from resolver.synthetic.persons import Person

_OWN, _SECOND, _RESIDENCE = 55.0, 30.0, 30.0
_SAME_COUNTRY_AGAIN, _SAME_SOURCE_AGAIN = 0.3, 0.12
_THEATRES = {"IRQ": 1.0, "SYR": 1.0, "TUR": 1.0, "USA": 1.0}
_ELSEWHERE = 0.35


def sources_of(person: Person, atlas: Atlas, rng: Random) -> list[Source]:
    """One source for each record of the person; a second record of one source is rare but happens."""
    weights = {code: owner.weight * _THEATRES.get(code, _ELSEWHERE) for code, owner in atlas.owners.items()}
    boosts = [(person.nations[0].code, _OWN)]
    boosts += [(nation.code, _SECOND) for nation in person.nations[1:]]
    boosts += [(person.residence.code, _RESIDENCE)] if person.residence else []
    for code, boost in boosts:
        if code in weights:
            weights[code] += boost
    chosen: list[Source] = []
    for _ in range(person.records):
        country = _drawn(weights, rng)
        source = atlas.sources[country].draw(rng)
        if source in chosen and rng.random() > _SAME_SOURCE_AGAIN:
            source = atlas.sources[country].draw(rng)
        chosen.append(source)
        weights[country] *= _SAME_COUNTRY_AGAIN
    return chosen


def _drawn(weights: dict[str, float], rng: Random) -> str:
    left = rng.random() * sum(weights.values())
    for code, weight in weights.items():
        left -= weight
        if left < 0:
            return code
    return next(iter(weights))
