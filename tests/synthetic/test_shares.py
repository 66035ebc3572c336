"""The generated records have the proportions that were published about such records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from resolver.synthetic import GeneratedRecord
from resolver.synthetic.lexicon import culture
from resolver.synthetic.naming import new_name

Record = dict[str, Any]


def _precision(record: Record) -> str:
    births = record["identities"][0].get("births", [])
    return births[0]["precision"].removeprefix("DATE_PRECISION_") if births else ""


def _names(record: Record) -> list[dict[str, Any]]:
    return [name for identity in record["identities"] for name in identity["names"]]


PROPERTIES: dict[str, Callable[[Record], bool]] = {
    "birth date is a day": lambda record: _precision(record) == "DAY",
    "birth date is a year": lambda record: _precision(record) == "YEAR",
    "birth date is approximate": lambda record: _precision(record) == "APPROXIMATE",
    "birth date is a range": lambda record: _precision(record) == "RANGE",
    "no birth date": lambda record: not _precision(record),
    "a name in another script than Latin": lambda record: any(name["script"] != "Latn" for name in _names(record)),
    "a document": lambda record: "documents" in record,
    "a biometric reference": lambda record: "biometrics" in record,
    "a contact": lambda record: "contacts" in record,
    "a parent": lambda record: "relatives" in record,
    "a child": lambda record: record.get("minor") == "MINOR_YES",
    "origin on a battlefield": lambda record: record["provenance"]["origin"] == "synthetic:battlefield",
}
SHARES = yaml.safe_load((Path(__file__).parent / "shares.yaml").read_text())


@pytest.mark.parametrize("row", SHARES, ids=lambda row: row["property"])
def test_share_of_records(row: dict[str, Any], generated: list[GeneratedRecord]) -> None:
    having = sum(PROPERTIES[row["property"]](one.record) for one in generated)
    assert having / len(generated) == pytest.approx(row["share"], abs=row["tolerance"])


def test_good_aliases_outnumber_low_ones_as_in_the_united_nations_list(generated: list[GeneratedRecord]) -> None:
    quality = Counter(name.get("quality") for one in generated for name in _names(one.record))
    assert quality["NAME_QUALITY_GOOD"] / quality["NAME_QUALITY_LOW"] == pytest.approx(1524 / 615, abs=0.35)


def test_a_person_has_three_records_and_a_third_on_average_and_some_have_ten(generated: list[GeneratedRecord]) -> None:
    sizes = Counter(one.person for one in generated)
    assert len(generated) / len(sizes) == pytest.approx(10 / 3, abs=0.2)
    assert min(sizes.values()) == 1
    assert max(sizes.values()) >= 10


def test_records_come_from_many_owners_and_nationalities(generated: list[GeneratedRecord]) -> None:
    assert len({one.owner_country for one in generated}) >= 15
    assert len({one.nationality for one in generated}) >= 25
    assert {one.record["name"].split("/")[1] for one in generated} >= {"fra-ncb", "irq-battlefield", "tur-border"}


def test_most_persons_with_two_records_are_known_to_two_countries(generated: list[GeneratedRecord]) -> None:
    countries: dict[str, set[str]] = {}
    sizes = Counter(one.person for one in generated)
    for one in generated:
        countries.setdefault(one.person, set()).add(one.owner_country)
    several = [person for person, size in sizes.items() if size > 1]
    assert sum(len(countries[person]) > 1 for person in several) / len(several) > 0.85


def test_some_persons_have_two_records_in_one_source_and_most_have_not(generated: list[GeneratedRecord]) -> None:
    held = Counter((one.person, one.record["name"].split("/")[1]) for one in generated)
    assert 0.01 < sum(count > 1 for count in held.values()) / len(held) < 0.1


def test_noms_de_guerre_are_shared_by_many_persons(generated: list[GeneratedRecord]) -> None:
    bearers: dict[str, set[str]] = {}
    for one in generated:
        for name in _names(one.record):
            if name["kind"] == "NAME_KIND_KUNYA":
                bearers.setdefault(name["fullName"], set()).add(one.person)
    assert max(len(persons) for persons in bearers.values()) >= 10


def test_given_names_are_as_skewed_as_in_life() -> None:
    arab = culture("arab")
    given = Counter(new_name(arab, False, Random(seed)).given[0].native for seed in range(4000))
    assert given["محمد"] / 4000 == pytest.approx(0.08, abs=0.02)
    assert given["محمد"] > given["أحمد"] > given["حسن"] > given["نادر"]
    assert len(given) > 200
