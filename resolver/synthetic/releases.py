"""Records that may be seen by some countries alone, as their owners' agreements have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Final

from resolver.synthetic.generator import GeneratedRecord
from resolver.synthetic.nations import atlas
from resolver.synthetic.pools import chance, pick
from resolver.synthetic.worlds import World

_AGREEMENTS: Final = 3
"""Lists of countries that an owner releases records to; real ones have few, and many records under each."""
_FEWEST, _MOST = 3, 9


def restricted(
    generated: Iterable[GeneratedRecord], share: float, seed: int, world: World = World.ORDINARY
) -> Iterator[GeneratedRecord]:
    """The same records, of which a share in [0, 1] names the countries that may see it."""
    rng = Random(f"{seed}/releases")
    for one in generated:
        if not chance(rng, share):
            yield one
            continue
        countries = pick(rng, _agreements(seed, one.owner_country, world))
        handling = one.record.get("handling", {}) | {"allowedCountries": list(countries)}
        yield replace(one, record=one.record | {"handling": handling})


@lru_cache
def _agreements(seed: int, owner: str, world: World) -> tuple[tuple[str, ...], ...]:
    rng = Random(f"{seed}/releases/{owner}")
    others = sorted(atlas(world).owners.keys() - {owner})
    return tuple(
        tuple(sorted((owner, *rng.sample(others, k=_FEWEST + int(rng.random() * (_MOST - _FEWEST + 1))))))
        for _ in range(_AGREEMENTS)
    )
