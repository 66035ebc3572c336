"""Each table of cases through the function it is about."""

from __future__ import annotations

import itertools

import pytest

from resolver.domain.record import (
    BirthDate,
    ClaimedIdentity,
    Contact,
    ContactKind,
    DatePrecision,
    Record,
    TravelDocument,
)
from resolver.standardise import contacts, countries, documents, places
from resolver.standardise.names import readings_of
from resolver.standardise.record import standardise
from resolver.standardise.skeleton import skeleton
from tests.standardise.tables import rows


def skeletons_of(name: str) -> set[str]:
    return {reading.skeletons for reading in readings_of(name)}


def id_of(row: object) -> str:
    return str(row)[:60]


SCHOOLS = [
    block
    for table in ("arabic_letters", "cyrillic", "other_alphabets", "han", "latin")
    for block in rows(f"schools/{table}")
]
OF_SCHOOLS = [(row[0], other) for one in SCHOOLS for row in one["same"] for other in row[1:]]
DIFFERENT_BY_SCHOOL = [tuple(pair) for block in SCHOOLS for pair in block["different"]]
SAME_NAMES = [pair for row in rows("same_names") for pair in itertools.combinations(row, 2)]


@pytest.mark.parametrize(("left", "right"), SAME_NAMES)
def test_spellings_of_one_name_share_its_skeletons(left: str, right: str) -> None:
    assert skeletons_of(left) & skeletons_of(right), (skeletons_of(left), skeletons_of(right))


@pytest.mark.parametrize(("left", "right"), OF_SCHOOLS)
def test_a_name_shares_its_skeletons_with_each_spelling_of_its_standards(left: str, right: str) -> None:
    assert skeletons_of(left) & skeletons_of(right), (skeletons_of(left), skeletons_of(right))


@pytest.mark.parametrize("block", SCHOOLS, ids=lambda block: block["language"])
def test_names_of_different_rows_of_a_language_share_no_skeletons(block: dict) -> None:
    found = [(row[0], set().union(*map(skeletons_of, row))) for row in block["same"]]
    alike = [(one, other) for (one, a), (other, b) in itertools.combinations(found, 2) if a & b]
    assert not alike


@pytest.mark.parametrize(("left", "right"), rows("different_names") + DIFFERENT_BY_SCHOOL)
def test_different_names_share_no_skeletons(left: str, right: str) -> None:
    assert skeletons_of(left)
    assert not skeletons_of(left) & skeletons_of(right)


@pytest.mark.parametrize("row", rows("parts"), ids=id_of)
def test_fathers_and_kunyas_are_read_off_the_full_name(row: dict) -> None:
    reading = readings_of(row["name"])[0]
    assert reading.fathers == tuple(skeletons_of(father).pop() for father in row["fathers"])
    assert reading.kunya is row["kunya"]


@pytest.mark.parametrize("row", rows("mrz"), ids=id_of)
def test_machine_readable_names_are_the_names_they_stand_for(row: dict) -> None:
    machine = {reading.skeletons for reading in readings_of(row["mrz"], machine_readable=True)}
    assert machine & skeletons_of(row["name"]) or machine == skeletons_of(row["name"]) == set()


def test_two_fillers_tell_a_machine_readable_name() -> None:
    assert readings_of("MXHMWD<<EBD<ALRXHMN") == readings_of("MXHMWD<<EBD<ALRXHMN", machine_readable=True)


@pytest.mark.parametrize("row", rows("dates"), ids=id_of)
def test_birth_dates_say_what_is_known(row: dict) -> None:
    birth = BirthDate(row["earliest"], row["latest"], DatePrecision[row["precision"]])
    found = standardise(Record("sources/a/records/1", "FRA", "", (ClaimedIdentity(births=(birth,)),)))
    assert list(found.birth_days) == row["days"]
    assert list(found.birth_swaps) == row["swaps"]
    assert list(found.birth_years) == row["years"]
    assert (found.birth_from, found.birth_to) == (row["from"], row["to"])


@pytest.mark.parametrize("row", rows("documents"), ids=id_of)
def test_document_numbers_become_keys(row: dict) -> None:
    found = documents.read(TravelDocument(row["type"], row["number"], row["state"]))
    assert (found.numbered if found else None) == row["numbered"]
    assert (f"{found.kind}|{found.number}" if found and found.kind else None) == row["key"]


@pytest.mark.parametrize("row", rows("countries"), ids=id_of)
def test_country_codes_are_known_and_mapped_to_present_ones(row: dict) -> None:
    assert countries.is_country(row["code"]) is row["known"]
    assert countries.canonical(row["code"]) == row["canonical"]
    assert list(countries.successors(row["code"])) == row["successors"]


@pytest.mark.parametrize("row", rows("places"), ids=id_of)
def test_spellings_of_one_locality_share_its_skeleton(row: list[str]) -> None:
    assert set.intersection(*(set(places.localities(spelling)) for spelling in row))


@pytest.mark.parametrize("row", rows("contacts"), ids=id_of)
def test_contacts_are_read_or_left_out(row: dict) -> None:
    assert contacts.read(Contact(ContactKind[row["kind"]], row["value"])) == row["key"]


def test_localities_apart_stay_apart() -> None:
    found = [places.localities(row[0])[0] for row in rows("places")]
    assert len(set(found)) == len(found)


def test_every_successor_is_a_present_country() -> None:
    codes = [row["code"] for row in rows("countries") if row["known"]]
    later = {code for start in codes for code in countries.successors(start)}
    assert all(countries.successors(code) == (code,) for code in later)


def test_a_word_alone_and_in_a_name_has_one_skeleton() -> None:
    (reading,) = readings_of("Karim Benzekri")
    assert skeleton("karim") in {token.bones for token in reading.tokens}
