"""Identity names are a bijection of record numbers that differs between stores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.identity.names import IdentityNames

NAMES = IdentityNames(b"a store's key")


@given(st.integers(min_value=0, max_value=2**40 - 1))
def test_a_name_leads_back_to_its_number(number):
    assert NAMES.number(NAMES.name(number)) == number


def test_names_tell_no_order_and_differ_between_stores():
    names = [NAMES.name(number) for number in range(1000)]
    assert len(set(names)) == 1000
    assert names != sorted(names)
    assert names[1] != IdentityNames(b"another store's key").name(1)


@pytest.mark.parametrize("text", ["", "identities/", "identities/ABC", "identities/ABCDEFGU", "records/00000000"])
def test_a_text_that_is_no_name_has_no_number(text):
    assert NAMES.number(text) is None
