"""What is typed where nothing is known identifies nobody."""

from pathlib import Path

import pytest
import yaml

from resolver.domain.record import ClaimedIdentity, NameKind, PersonName, Record
from resolver.standardise.documents import normalise_number
from resolver.standardise.record import standardise
from resolver.standardise.standing import MOST_NAMES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "placeholders.yaml").read_text(encoding="utf-8"))


def named(*names):
    identity = ClaimedIdentity(names=tuple(PersonName(name, NameKind.PRIMARY) for name in names))
    return standardise(Record("sources/a/records/1", "FRA", "", (identity,)))


@pytest.mark.parametrize("name", CASES["no_names"])
def test_a_placeholder_is_no_name(name):
    found = named(name)
    assert found.name_parts == ()
    assert found.name_key is None
    assert found.low_aliases == ()


@pytest.mark.parametrize("name", CASES["names"])
def test_a_name_with_such_a_word_is_one(name):
    assert named(name).name_parts


@pytest.mark.parametrize("number", CASES["no_numbers"])
def test_a_placeholder_is_no_document_number(number):
    assert normalise_number(number) is None


@pytest.mark.parametrize("number", CASES["numbers"])
def test_a_number_that_has_runs_in_it_is_one(number):
    assert normalise_number(number) is not None


def test_what_is_compared_of_a_record_with_very_many_long_names_is_bounded():
    found = named(*(" ".join(f"Name{chr(97 + place % 26)}{number}" for place in range(30)) for number in range(200)))
    assert len(found.name_skeletons) <= MOST_NAMES
    assert max(len(tokens) for tokens in found.name_tokens) <= 12
