"""Households, documents and dates: what the generator promises about persons."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from resolver.synthetic import GeneratedRecord, World, births, documents
from resolver.synthetic.households import NAMESAKES, household
from resolver.synthetic.nations import atlas
from resolver.synthetic.persons import Kind, Person


@pytest.fixture(scope="module")
def households() -> list[list[Person]]:
    serial, made = 1, []
    for _ in range(8000):
        made.append(household(serial, atlas(World.ORDINARY), Random(f"test/{serial}")))
        serial += len(made[-1])
    return made


def _of(kind: Kind, households: list[list[Person]]) -> list[list[Person]]:
    return [home for home in households if any(kind in one.kinds for one in home)]


def test_fifteen_in_a_hundred_persons_have_a_brother_or_sister(households: list[list[Person]]) -> None:
    persons = sum(len(home) for home in households)
    siblings = sum(len(home) for home in _of(Kind.SIBLING, households))
    assert siblings / persons == pytest.approx(0.15, abs=0.03)


def test_siblings_share_their_parents_and_differ_in_their_given_names(households: list[list[Person]]) -> None:
    families = _of(Kind.SIBLING, households)
    for home in families:
        assert len({(one.name.father, one.name.mother, one.name.grandfather, one.name.family) for one in home}) == 1
    different = [len({one.name.given for one in home}) == len(home) for home in families]
    assert sum(different) / len(different) > 0.9


def test_some_siblings_share_a_default_birth_day_and_some_a_telephone(households: list[list[Person]]) -> None:
    families = _of(Kind.SIBLING, households)
    days = [[(one.papers.month, one.papers.day) for one in home] for home in families]
    assert any(Counter(of_home)[(1, 1)] > 1 for of_home in days)
    assert any(len({one.phones for one in home}) < len(home) for home in families)


def test_twins_are_born_on_one_day_to_the_same_parents(households: list[list[Person]]) -> None:
    homes = _of(Kind.TWIN, households)
    assert len(homes) > 10
    for home in homes:
        twins = [one for one in home if Kind.TWIN in one.kinds]
        assert len({(one.born, one.name.father, one.name.mother) for one in twins}) == len({one.born for one in twins})
        assert len({one.born for one in twins}) < len(twins)


def test_a_son_bears_his_fathers_name_where_the_father_bears_the_grandfathers(households: list[list[Person]]) -> None:
    homes = _of(Kind.SON, households)
    assert len(homes) / len(households) == pytest.approx(0.012, abs=0.005)
    for father, *sons in homes:
        for son in sons:
            assert (son.name.father, son.name.grandfather) == (father.name.given[0], father.name.father)
            assert son.name.family == father.name.family
            assert son.born.year - father.born.year >= 19
    named_after = [son.name.given[0] == son.name.grandfather for _, *sons in homes for son in sons]
    assert 0.08 < sum(named_after) / len(named_after) < 0.35


def test_namesakes_share_name_year_and_town_but_nothing_that_identifies(households: list[list[Person]]) -> None:
    homes = _of(Kind.NAMESAKE, households)
    assert len(homes) / len(households) == pytest.approx(NAMESAKES, abs=NAMESAKES / 2 + 0.001)
    assert len(homes) >= 5
    for one, other in homes:
        assert (one.name.given, one.name.family) == (other.name.given, other.name.family)
        assert one.born.year == other.born.year
        assert not {document.number for document in one.documents} & {document.number for document in other.documents}
    assert sum(one.town == other.town for one, other in homes) / len(homes) > 0.5


def test_a_family_passport_is_held_by_two_people_of_one_household(households: list[list[Person]]) -> None:
    homes = _of(Kind.FAMILY_PASSPORT, households)
    assert homes
    for holder, *others in homes:
        for one in others:
            if Kind.FAMILY_PASSPORT in one.kinds:
                assert holder.documents[0] in one.documents


def test_a_shared_telephone_serves_people_of_many_households(households: list[list[Person]]) -> None:
    served: dict[str, set[int]] = {}
    for home in households:
        for one in home:
            if Kind.SHARED_PHONE in one.kinds:
                served.setdefault(one.phones[0], set()).add(one.household)
    assert max(len(homes) for homes in served.values()) > 10


def test_one_person_in_ten_has_biometrics(households: list[list[Person]]) -> None:
    persons = [one for home in households for one in home]
    assert sum(bool(one.biometrics) for one in persons) / len(persons) == pytest.approx(0.1, abs=0.02)


def test_document_numbers_are_never_shared_by_accident(households: list[list[Person]]) -> None:
    held = Counter(
        (document.state, document.type, document.number)
        for home in households
        for one in home
        for document in one.documents
        if one.nations[0].code == document.state and not {Kind.BLANK_DOCUMENT, Kind.FAMILY_PASSPORT} & set(one.kinds)
    )
    assert held.most_common(1)[0][1] == 1


def test_some_documents_are_found_on_strangers(generated: list[GeneratedRecord]) -> None:
    bearers: dict[tuple[str, str], set[str]] = {}
    for one in generated:
        for document in one.record.get("documents", []):
            bearers.setdefault((document.get("issuingState", ""), document["number"]), set()).add(one.person)
    shared = sum(len(persons) > 1 for persons in bearers.values())
    assert 1 <= shared < 0.02 * len(bearers)


def test_first_of_january_is_the_default_date_where_defaults_are_usual(households: list[list[Person]]) -> None:
    persons = [one for home in households for one in home]
    usual = [(one.papers.month, one.papers.day) for one in persons if one.nations[0].defaults]
    elsewhere = [(one.papers.month, one.papers.day) for one in persons if not one.nations[0].defaults]
    share = sum(day in ((1, 1), (7, 1), (12, 31)) for day in usual) / len(usual)
    assert share == pytest.approx(0.147, abs=0.02)
    assert sum(day == (1, 1) for day in elsewhere) / len(elsewhere) < 0.015


@pytest.mark.parametrize(
    ("day", "solar"),
    [
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2021, 3, 21), (1400, 1, 1)),
        (date(2024, 3, 19), (1402, 12, 29)),
        (date(2024, 3, 20), (1403, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(1989, 9, 23), (1368, 7, 1)),
    ],
)
def test_solar_hijri_calendar(day: date, solar: tuple[int, int, int]) -> None:
    assert births.solar_day(day) == solar


@pytest.mark.parametrize(
    ("day", "islamic"),
    [
        (date(622, 7, 19), (1, 1, 1)),
        (date(2000, 4, 6), (1421, 1, 1)),
        (date(1979, 11, 20), (1399, 12, 29)),
        (date(1985, 3, 4), (1405, 6, 11)),
    ],
)
def test_tabular_islamic_calendar(day: date, islamic: tuple[int, int, int]) -> None:
    assert births.hijri_day(day) == islamic


def test_check_digits_of_the_example_in_doc_9303() -> None:
    assert documents.check_digit("L898902C3") == "6"
    assert documents.check_digit("740812") == "2"
    assert documents.check_digit("120415") == "9"


def test_the_zone_of_a_passport_has_two_lines_of_44_characters() -> None:
    passport = documents.Document("DOCUMENT_TYPE_PASSPORT", "L898902C3", "D", date(2007, 4, 16), date(2012, 4, 15))
    first, second = documents.mrz(passport, "OEZTUERK<<ALI", date(1974, 8, 12), female=False).split("\n")
    assert first == "P<D<<OEZTUERK<<ALI".ljust(44, "<")
    assert second.startswith("L898902C36D<<7408122M1204159")
    assert len(second) == 44


def test_names_in_a_zone_are_cut_at_its_width() -> None:
    assert documents.mrz_name("al-Ubaydi", "Muhammad Hassan", 16) == "AL<UBAYDI<<MUHAM"
    assert documents.mrz_name("", "Şükrü") == "SUKRU"


@pytest.mark.parametrize("text", ["A1234567", "99999", "XYXYXY"])
def test_a_misread_number_differs(text: str) -> None:
    for seed in range(20):
        assert documents.misread(text, Random(seed)) != text
