"""Records that are plainly one person are not sampled as strangers."""

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.apparent_persons import one_of_each_apparent_person


def test_a_document_a_biometric_reference_or_name_and_birth_day_make_one_person():
    records = [
        ComparableRecord(name_key="a b", birth_days=("19850304",)),
        ComparableRecord(document_numbers=("P|1",)),
        ComparableRecord(biometric_references=("F|S|7",)),
        ComparableRecord(name_key="a b", birth_days=("19850304",), document_numbers=("P|2",)),
        ComparableRecord(document_numbers=("P|9", "P|1")),
        ComparableRecord(biometric_same=("F|S|7",)),
    ]
    assert one_of_each_apparent_person(records) == [0, 1, 2]


def test_persons_are_joined_through_others():
    records = [
        ComparableRecord(document_numbers=("P|1",)),
        ComparableRecord(document_numbers=("P|2",)),
        ComparableRecord(document_numbers=("P|1", "P|2")),
    ]
    assert one_of_each_apparent_person(records) == [0]


def test_a_name_or_a_birth_day_alone_does_not():
    records = [
        ComparableRecord(name_key="a b", birth_days=("19850304",)),
        ComparableRecord(name_key="a b", birth_days=("19850305",)),
        ComparableRecord(name_key="a c", birth_days=("19850304",)),
        ComparableRecord(name_key="a b"),
        ComparableRecord(),
        ComparableRecord(),
    ]
    assert one_of_each_apparent_person(records) == [0, 1, 2, 3, 4, 5]
