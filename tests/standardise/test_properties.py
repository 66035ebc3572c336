"""What holds of the standardiser for any text at all."""

from __future__ import annotations

import dataclasses
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.domain.record import (
    BiometricOutcome,
    BiometricReference,
    BiometricResult,
    BirthDate,
    ClaimedIdentity,
    ComponentType,
    Contact,
    ContactKind,
    DatePrecision,
    IdentityCategory,
    NameComponent,
    NameKind,
    NameQuality,
    PersonName,
    Place,
    Record,
    Relatives,
    TravelDocument,
)
from resolver.standardise import countries, latin
from resolver.standardise.documents import normalise_number
from resolver.standardise.names import readings_of
from resolver.standardise.record import standardise
from resolver.standardise.skeleton import skeleton

LETTERS = (
    "abcdefghijklmnopqrstuvwxyzİıŞşçğəčć -'<"
    "Абвгдеёжзийклмнопрстуфхцчшщъыьэюяқғә"
    "ابپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهةيیىءأإآؤئ"
)
texts = st.one_of(st.text(max_size=40), st.text(LETTERS, max_size=40))
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=15)
codes = st.sampled_from(["FRA", "SUN", "YUG", "D", "XXX", "XXA", "", "QQQ"])
dates = st.dates(date(1900, 1, 1), date(2030, 12, 31))
names = st.builds(
    PersonName,
    texts,
    st.sampled_from(NameKind),
    st.sampled_from(NameQuality),
    st.lists(st.builds(NameComponent, st.sampled_from(ComponentType), texts), max_size=3).map(tuple),
)
births = st.builds(
    lambda first, second, precision: BirthDate(min(first, second), max(first, second), precision),
    dates,
    dates,
    st.sampled_from(DatePrecision),
)
places = st.builds(Place, codes, texts)
identities = st.builds(
    ClaimedIdentity,
    category=st.sampled_from(IdentityCategory),
    names=st.lists(names, max_size=4).map(tuple),
    births=st.lists(births, max_size=3).map(tuple),
    nationalities=st.lists(codes, max_size=3).map(tuple),
    birth_places=st.lists(places, max_size=2).map(tuple),
)
references = st.builds(
    BiometricReference,
    texts,
    texts,
    texts,
    st.lists(st.builds(BiometricResult, texts, st.sampled_from(BiometricOutcome)), max_size=2).map(tuple),
)
records = st.builds(
    Record,
    name=st.just("sources/a/records/1"),
    country=st.just("FRA"),
    authority=st.just(""),
    identities=st.lists(identities, max_size=3).map(tuple),
    documents=st.lists(
        st.builds(TravelDocument, texts, texts, codes, st.none() | dates, st.none() | dates), max_size=3
    ).map(tuple),
    biometrics=st.lists(references, max_size=2).map(tuple),
    contacts=st.lists(st.builds(Contact, st.sampled_from(ContactKind), texts), max_size=3).map(tuple),
    relatives=st.builds(Relatives, texts, texts),
)


@settings(max_examples=300, deadline=None)
@given(records)
def test_columns_are_distinct_without_empty_values_whatever_the_record_holds(record: Record) -> None:
    found = standardise(record)
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        if isinstance(value, tuple):
            assert len(set(value)) == len(value), field.name
            assert all(item or item == 0 for item in value), field.name
        else:
            assert value != "", field.name
    assert all(list(tokens) == sorted(set(tokens)) and tokens for tokens in found.name_tokens)
    assert list(found.name_parts) == sorted(found.name_parts)


@settings(max_examples=100, deadline=None)
@given(records)
def test_an_interval_holds_every_day_and_year_of_its_record(record: Record) -> None:
    found = standardise(record)
    assert (found.birth_from is None) == (found.birth_to is None)
    if found.birth_from is None or found.birth_to is None:
        assert not found.birth_days
        return
    first, last = found.birth_from.strftime("%Y%m%d"), found.birth_to.strftime("%Y%m%d")
    assert all(first <= day <= last for day in found.birth_days)
    assert all(found.birth_from.year <= year <= found.birth_to.year for year in found.birth_years)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_every_token_has_a_form_and_a_skeleton_in_plain_letters(text: str) -> None:
    for reading in readings_of(text):
        assert reading.tokens
        for token in reading.tokens:
            assert token.form.isascii()
            assert token.form.isalpha()
            assert token.bones.isascii()
            assert token.bones.isalpha()


@settings(max_examples=300, deadline=None)
@given(texts)
def test_folding_latin_letters_twice_changes_nothing(text: str) -> None:
    once = latin.romanise(text)
    assert latin.romanise(once) == once


@settings(max_examples=300, deadline=None)
@given(words)
def test_a_word_has_a_skeleton_and_capitals_do_not_change_its_reading(word: str) -> None:
    assert skeleton(word)
    assert [one.skeletons for one in readings_of(word)] == [one.skeletons for one in readings_of(word.upper())]


@settings(max_examples=300, deadline=None)
@given(st.lists(words, min_size=2, max_size=4))
def test_separators_do_not_change_a_reading(parts: list[str]) -> None:
    assert readings_of(" ".join(parts)) == readings_of("-".join(parts)) == readings_of(", ".join(parts))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_a_document_number_is_normal_once_normalised(text: str) -> None:
    number = normalise_number(text)
    assert number is None or normalise_number(number) == number


@given(st.text(max_size=5))
def test_successors_are_sorted_distinct_and_known(code: str) -> None:
    later = countries.successors(code)
    assert list(later) == sorted(set(later))
    assert all(countries.is_country(one) for one in later)
