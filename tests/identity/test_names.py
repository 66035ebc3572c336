"""Identities are named after their oldest records; stores of before named them by a bijection of record numbers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.identity.names import IdentityNames

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NAMES = IdentityNames(b"a store's key")
OF_BEFORE = IdentityNames(b"a store's key", numbered=2**40 - 1)


@given(st.text(), st.integers(min_value=1, max_value=2**40 - 1))
def test_a_name_leads_back_to_its_handle(record, number):
    for names in (NAMES, OF_BEFORE):
        assert names.handle_of(names.name(number, record)) == names.handle(number, record)


@given(st.integers(min_value=1, max_value=2**40 - 1))
def test_a_name_of_before_leads_back_to_its_number(number):
    assert OF_BEFORE.numbered(OF_BEFORE.handle(number, "sources/a/records/1")) == number


def test_a_name_of_before_is_what_it_was():
    assert OF_BEFORE.name(1, "sources/a/records/1") == "identities/KNSEP9JY"


@given(st.integers(min_value=1, max_value=1000), st.integers(min_value=1, max_value=1000))
def test_a_name_is_the_same_whatever_was_stored_before(one, other):
    assert NAMES.name(one, "sources/a/records/1") == NAMES.name(other, "sources/a/records/1")


def test_names_tell_no_order_and_differ_between_stores():
    names = [NAMES.name(number, f"sources/a/records/{number}") for number in range(1, 1001)]
    assert len(set(names)) == 1000
    assert names != sorted(names)
    assert names[1] != IdentityNames(b"another store's key").name(2, "sources/a/records/2")


def test_a_digest_is_no_number():
    assert OF_BEFORE.numbered(NAMES.handle(1, "sources/a/records/1")) is None
    assert IdentityNames(b"a store's key", numbered=7).numbered(OF_BEFORE.handle(8, "sources/a/records/8")) is None


@pytest.mark.parametrize(
    "text",
    ["", "identities/", "identities/ABC", "identities/ABCDEFGU", "records/00000000", "identities/0000000000000"],
)
def test_a_text_that_is_no_name_has_no_handle(text):
    assert NAMES.handle_of(text) is None


def test_numbers_of_verdicts_fit_their_names():
    given_numbers = {
        NAMES.verdict("sources/a/records/1", "sources/a/records/2", earlier, NOON) for earlier in range(1000)
    }
    assert len(given_numbers) == 1000
    assert all(0 < number < 10**18 for number in given_numbers)
