"""Which part of a name is the given one."""

import pytest

from resolver.domain.record import ComponentType, NameComponent, NameKind, PersonName
from resolver.standardise.given_names import given_names
from resolver.standardise.names import readings_of
from resolver.standardise.skeleton import skeleton


def given(name):
    readings = readings_of(name.full_name, machine_readable=name.kind is NameKind.MRZ)
    return list(given_names(name, readings))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ali Alam Abu Anas", "ali"),
        ("KHALFAWI, Teqi", "teqi"),
        ("الزيات، محمد", "muhammad"),
        ("ZAHALAWI Jasim Muhammad", "jasim"),
        ("Jasim ZAHALAWI", "jasim"),
        ("ABUSIFAYAN<<SALIM<ANES", "salim"),
        ("Elmuratova Zamira Idrisovna", "zamira"),
        ("Zamira Idrisovna Elmuratova", "zamira"),
        ("السخاء مصطفى أحمد", "mustafa"),
        ("al Samarrai Ghassan", "ghassan"),
        ("bin Zayt Mustafa", "mustafa"),
        ("Abu Basim Karim", "karim"),
        ("Wang Xiaoming", "xiaoming"),
        ("王小明", "xiaoming"),
        ("Han Salim", "han"),
    ],
)
def test_the_order_says_which_part_it_is(written, expected):
    assert given(PersonName(full_name=written)) == [skeleton(expected)]


@pytest.mark.parametrize("written", ["R. Temirsaidov", "Bambang", "AL-QABAS,", "bin Zayt", ""])
def test_an_initial_or_a_word_alone_is_none(written):
    assert given(PersonName(full_name=written)) == []


def test_a_typed_component_goes_before_the_order_and_has_to_stand_in_the_name():
    typed = (NameComponent(ComponentType.GIVEN, "Munir"), NameComponent(ComponentType.SURNAME, "Zarqani"))
    assert given(PersonName(full_name="Zarqani Munir", components=typed)) == [skeleton("munir")]
    other = (NameComponent(ComponentType.GIVEN, "Layth"),)
    assert given(PersonName(full_name="Zarqani Munir", components=other)) == []
