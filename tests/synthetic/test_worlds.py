"""The held-out world shows a model what it has never seen; the ordinary world shows none of it."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest

from resolver.synthetic import GeneratedRecord, World, generate_records
from resolver.synthetic.held_out_lexicon import HELD_OUT_CULTURES
from resolver.synthetic.held_out_schools import HELD_OUT_SCHOOLS
from resolver.synthetic.held_out_scripts import HELD_OUT_SCRIPTS
from resolver.synthetic.nations import Atlas, atlas

ORDINARY, HELD_OUT = atlas(World.ORDINARY), atlas(World.HELD_OUT)
HELD_OUT_COUNTRIES = (HELD_OUT.nations.keys() | HELD_OUT.owners.keys()) - (
    ORDINARY.nations.keys() | ORDINARY.owners.keys()
)


@pytest.fixture(scope="module")
def held_out() -> list[GeneratedRecord]:
    return list(generate_records(seed=404, records=4000, world=World.HELD_OUT))


def _cultures(countries: Atlas) -> set[str]:
    return {key for nation in countries.nations.values() for key in nation.cultures.values}


def _schools(countries: Atlas) -> set[str]:
    places = (*countries.nations.values(), *countries.owners.values())
    return {place.school for place in places}


def test_no_held_out_school_culture_or_country_is_in_the_ordinary_world() -> None:
    assert not _cultures(ORDINARY) & HELD_OUT_CULTURES.keys()
    assert not _schools(ORDINARY) & HELD_OUT_SCHOOLS
    assert not {owner.script for owner in ORDINARY.owners.values()} & HELD_OUT_SCRIPTS
    assert not set(ORDINARY.abroad.values) & HELD_OUT_COUNTRIES
    assert {town.country for nation in ORDINARY.nations.values() for town in nation.towns.values} == set(
        ORDINARY.nations
    )


def test_no_record_of_the_ordinary_world_names_a_held_out_country(generated: list[GeneratedRecord]) -> None:
    named: set[str] = set()
    for one in generated:
        named |= {one.owner_country, one.nationality}
        for identity in one.record["identities"]:
            named |= {*identity.get("nationalities", ())}
            places = (*identity.get("birthPlaces", ()), *identity.get("residences", ()))
            named |= {place["country"] for place in places if "country" in place}
        named |= {
            document["issuingState"] for document in one.record.get("documents", ()) if "issuingState" in document
        }
    assert len(named) > 25
    assert not named & HELD_OUT_COUNTRIES


def test_the_held_out_world_has_every_held_out_country_culture_and_school(held_out: list[GeneratedRecord]) -> None:
    assert len(HELD_OUT_COUNTRIES) >= 6
    assert len(HELD_OUT_SCHOOLS) >= 5
    assert _cultures(HELD_OUT) >= HELD_OUT_CULTURES.keys()
    assert _schools(HELD_OUT) >= HELD_OUT_SCHOOLS
    assert {one.owner_country for one in held_out} >= HELD_OUT_COUNTRIES
    assert {script for one in held_out for script in one.scripts.split("+")} >= HELD_OUT_SCRIPTS


def test_half_of_the_true_pairs_of_the_held_out_world_are_unlike_anything_in_training(
    held_out: list[GeneratedRecord],
) -> None:
    persons: dict[str, list[GeneratedRecord]] = defaultdict(list)
    for one in held_out:
        persons[one.person].append(one)
    pairs = [pair for records in persons.values() for pair in combinations(records, 2)]
    new = [any({one.owner_country, one.nationality} & HELD_OUT_COUNTRIES for one in pair) for pair in pairs]
    assert 0.5 < sum(new) / len(new) < 0.9
