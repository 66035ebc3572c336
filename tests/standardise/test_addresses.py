"""Addresses of residence."""

import pytest

from resolver.standardise.addresses import address


def test_an_address_is_its_distinct_words_and_numbers_in_any_order():
    assert address("40 Maribyrnong Avenue, Bowral 4158") == ("40", "4158", "avenue", "bowral", "maribyrnong")
    assert address("Avenue Maribyrnong 40, 4158 Bowral") == address("40 Maribyrnong Avenue, Bowral 4158")
    assert address("شارع الرشيد 12 بغداد") == ("12", "الرشيد", "بغداد", "شارع")


@pytest.mark.parametrize("place", ["", "Raqqa", "New York City Upper West Side", "Camp 12", "12 12 12 12"])
def test_a_place_without_a_number_or_with_few_words_is_none(place):
    assert address(place) == ()
