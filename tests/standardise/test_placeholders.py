"""What is typed where nothing is known identifies nobody."""

from pathlib import Path

import pytest
import yaml

from resolver.domain.record import (
    ClaimedIdentity,
    ComponentType,
    NameComponent,
    NameKind,
    PersonName,
    Place,
    Record,
    Relatives,
)
from resolver.standardise.documents import normalise_number
from resolver.standardise.record import standardise
from resolver.standardise.standing import MOST_NAMES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "placeholders.yaml").read_text(encoding="utf-8"))


def named(*names):
    identity = ClaimedIdentity(names=tuple(PersonName(name, NameKind.PRIMARY) for name in names))
    return standardise(Record("sources/a/records/1", "FRA", "", (identity,)))


def born_in(locality):
    identity = ClaimedIdentity(birth_places=(Place("", locality),))
    return standardise(Record("sources/a/records/1", "FRA", "", (identity,))).birth_localities


@pytest.mark.parametrize("name", CASES["no_names"])
def test_a_placeholder_is_no_name(name):
    found = named(name)
    assert found.name_parts == ()
    assert found.name_key is None
    assert found.low_aliases == ()


@pytest.mark.parametrize("name", CASES["names"])
def test_a_name_with_such_a_word_is_one(name):
    assert named(name).name_parts


@pytest.mark.parametrize("name", CASES["nobody"])
def test_what_identifies_nobody_only_corroborates(name):
    found = named(name)
    assert found.name_parts == found.name_tokens == found.name_forms == ()
    assert found.name_key is None
    assert found.low_aliases


@pytest.mark.parametrize("name", CASES["somebody"])
def test_a_name_is_one_though_parts_of_it_are_not(name):
    found = named(name)
    assert found.name_parts
    assert not found.low_aliases


@pytest.mark.parametrize(("name", "known"), CASES["with_unknown"])
def test_a_part_that_is_not_known_is_left_out_of_a_name(name, known):
    assert named(name).name_tokens == named(known).name_tokens


@pytest.mark.parametrize("parent", [*CASES["no_names"], *CASES["nobody"]])
def test_a_parent_who_is_not_known_is_no_evidence(parent):
    components = tuple(
        NameComponent(type_, parent) for type_ in (ComponentType.FATHER, ComponentType.PATRONYMIC, ComponentType.MOTHER)
    )
    identity = ClaimedIdentity(names=(PersonName("Karim Haddad", NameKind.PRIMARY, components=components),))
    found = standardise(Record("sources/a/records/1", "FRA", "", (identity,), relatives=Relatives(parent, parent)))
    assert found.fathers == found.fathers_of_record == found.mothers == ()
    assert found.name_key == named("Karim Haddad").name_key


@pytest.mark.parametrize("place", CASES["no_places"])
def test_a_place_that_is_not_known_is_no_evidence(place):
    assert born_in(place) == ()


@pytest.mark.parametrize("place", CASES["places"])
def test_a_place_called_like_a_sort_of_person_is_one(place):
    assert born_in(place)


@pytest.mark.parametrize("number", CASES["no_numbers"])
def test_a_placeholder_is_no_document_number(number):
    assert normalise_number(number) is None


@pytest.mark.parametrize("number", CASES["numbers"])
def test_a_number_that_has_runs_in_it_is_one(number):
    assert normalise_number(number) is not None


def test_what_is_compared_of_a_record_with_very_many_long_names_is_bounded():
    found = named(*(" ".join(f"Name{chr(97 + place % 26)}{number}" for place in range(30)) for number in range(200)))
    assert len(found.name_tokens) <= MOST_NAMES
    assert max(len(tokens) for tokens in found.name_tokens) <= 12
