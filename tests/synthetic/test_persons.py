"""Households, documents and dates: what the generator promises about persons."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from resolver.synthetic import GeneratedRecord, births, documents
from resolver.synthetic.persons import Person, household


@pytest.fixture(scope="module")
def households() -> list[list[Person]]:
    serial, made = 1, []
    for _ in range(3000):
        made.append(household(serial, Random(f"test/{serial}")))
        serial += len(made[-1])
    return made


def test_fifteen_in_a_hundred_persons_have_a_brother_or_sister(households: list[list[Person]]) -> None:
    persons = sum(len(home) for home in households)
    siblings = sum(len(home) for home in households if len(home) > 1)
    assert siblings / persons == pytest.approx(0.15, abs=0.03)


def test_siblings_share_their_parents_and_differ_in_their_given_names(households: list[list[Person]]) -> None:
    families = [home for home in households if len(home) > 1]
    for home in families:
        assert len({(one.name.father, one.name.mother, one.name.grandfather, one.name.family) for one in home}) == 1
    different = [len({one.name.given for one in home}) == len(home) for home in families]
    assert sum(different) / len(different) > 0.9


def test_some_siblings_share_a_default_birth_day_and_some_a_telephone(households: list[list[Person]]) -> None:
    families = [home for home in households if len(home) > 1]
    days = [[(one.papers.month, one.papers.day) for one in home] for home in families]
    assert any(Counter(of_home)[(1, 1)] > 1 for of_home in days)
    assert any(len({one.phones for one in home}) < len(home) for home in families)


def test_one_person_in_ten_has_biometrics(households: list[list[Person]]) -> None:
    persons = [one for home in households for one in home]
    assert sum(bool(one.biometrics) for one in persons) / len(persons) == pytest.approx(0.1, abs=0.02)


def test_document_numbers_are_never_shared_by_accident(households: list[list[Person]]) -> None:
    held = Counter(
        (document.state, document.type, document.number)
        for home in households
        for one in home
        for document in one.documents
        if one.nations[0].code == document.state
    )
    assert held.most_common(1)[0][1] == 1


def test_some_documents_are_found_on_strangers(generated: list[GeneratedRecord]) -> None:
    bearers: dict[tuple[str, str], set[str]] = {}
    for one in generated:
        for document in one.record.get("documents", []):
            bearers.setdefault((document.get("issuingState", ""), document["number"]), set()).add(one.person)
    shared = sum(len(persons) > 1 for persons in bearers.values())
    assert 1 <= shared < 0.02 * len(bearers)


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
