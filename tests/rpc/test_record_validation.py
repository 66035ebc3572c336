"""What is refused in a record, with its path and reason, and what is not."""

from pathlib import Path

import pytest
import yaml
from google.protobuf import json_format

from ftf.resolution.v1 import record_pb2
from resolver.rpc import limits
from resolver.rpc.validate import validate_record
from resolver.rpc.validate_text import refused_character
from tests.rpc.examples import found, person

CASES = yaml.safe_load((Path(__file__).parent / "bad_records.yaml").read_text(encoding="utf-8"))
NAME = "sources/a/records/1"


def too_long(make):
    record = person(NAME)
    make(record)
    return record


TOO_LONG = [
    ("identities", lambda r: r.identities.extend(r.identities[:1] * 20)),
    ("identities[0].names", lambda r: r.identities[0].names.extend(r.identities[0].names[:1] * 50)),
    ("identities[0].births", lambda r: r.identities[0].births.extend(r.identities[0].births[:1] * 20)),
    ("identities[0].sexes", lambda r: r.identities[0].sexes.extend([1] * 6)),
    ("identities[0].nationalities", lambda r: r.identities[0].nationalities.extend(["FRA"] * 21)),
    (
        "identities[0].birth_places",
        lambda r: r.identities[0].birth_places.extend([record_pb2.Place(country="FRA")] * 21),
    ),
    ("identities[0].residences", lambda r: r.identities[0].residences.extend([record_pb2.Place(country="FRA")] * 21)),
    (
        "identities[0].names[0].components",
        lambda r: r.identities[0].names[0].components.extend([record_pb2.NameComponent(value="x")] * 21),
    ),
    ("documents", lambda r: r.documents.extend([record_pb2.TravelDocument(number="1")] * 51)),
    ("biometrics", lambda r: r.biometrics.extend([record_pb2.BiometricReference(system="s", reference="r")] * 51)),
    ("contacts", lambda r: r.contacts.extend([record_pb2.Contact(value="x")] * 51)),
    ("provenance.custody", lambda r: r.provenance.custody.extend(["x"] * 51)),
    ("handling.codes", lambda r: r.handling.codes.extend(["H0"] * 11)),
    ("handling.allowed_countries", lambda r: r.handling.allowed_countries.extend(["FRA"] * 251)),
    ("handling.allowed_authorities", lambda r: r.handling.allowed_authorities.extend(["FRA/ncb"] * 251)),
    ("handling.denied_authorities", lambda r: r.handling.denied_authorities.extend(["FRA/ncb"] * 251)),
    ("handling.allowed_purposes", lambda r: r.handling.allowed_purposes.extend(["border"] * 21)),
    ("handling.denied_purposes", lambda r: r.handling.denied_purposes.extend(["border"] * 21)),
    ("identities[0].names[0].full_name", lambda r: setattr(r.identities[0].names[0], "full_name", "ع" * 301)),
    ("identities[0].births[0].as_entered", lambda r: setattr(r.identities[0].births[0], "as_entered", "x" * 101)),
    ("owner.authority", lambda r: setattr(r.owner, "authority", "x" * 201)),
    ("documents[0].number", lambda r: r.documents.add(number="x" * 51)),
    ("documents[0].mrz", lambda r: r.documents.add(number="x", mrz="x" * 151)),
    ("contacts[0].value", lambda r: r.contacts.add(value="x" * 201)),
    ("relatives.father", lambda r: setattr(r.relatives, "father", "x" * 301)),
    ("relatives.mother", lambda r: setattr(r.relatives, "mother", "x" * 301)),
    ("provenance.origin", lambda r: setattr(r.provenance, "origin", "x" * 101)),
    ("provenance.operation", lambda r: setattr(r.provenance, "operation", "x" * 201)),
    ("provenance.item", lambda r: setattr(r.provenance, "item", "x" * 101)),
    ("etag", lambda r: setattr(r, "etag", "x" * 101)),
]


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_what_is_wrong_is_named_with_its_path(case):
    record = person(NAME)
    if "clear" in case:
        record.ClearField(case["clear"])
    for field, value in case.get("replace", {}).items():
        record.ClearField(field)
        json_format.ParseDict({field: value}, record)

    assert found(validate_record(record, "record")) == [tuple(wrong) for wrong in case["wrong"]]


@pytest.mark.parametrize(("path", "make"), TOO_LONG, ids=[path for path, _ in TOO_LONG])
def test_texts_and_lists_beyond_their_limit_are_named(path, make):
    assert found(validate_record(too_long(make), "record")) == [(f"record.{path}", "LIMIT_EXCEEDED")]


def test_the_description_says_how_much_there_is_and_how_much_is_allowed():
    record = person(NAME)
    record.identities[0].names.extend(record.identities[0].names[:1] * 50)

    (violation,) = validate_record(record, "records[7]")

    assert (violation.field, violation.description) == (
        "records[7].identities[0].names",
        "has 51 entries, at most 50 are allowed",
    )


def test_limits_count_code_points_and_not_bytes():
    record = person(NAME, "ع" * 300)
    assert validate_record(record, "record") == []


def test_a_record_that_could_not_be_given_back_in_one_message_is_refused():
    record = person(NAME)
    record.identities[0].names[0].full_name = "x" * (limits.RECORD_BYTES + 1)
    assert found(validate_record(record, "record")) == [("record", "LIMIT_EXCEEDED")]


def test_at_most_fifty_fields_are_named():
    record = person(NAME)
    record.documents.extend([record_pb2.TravelDocument()] * 40)
    record.contacts.extend([record_pb2.Contact()] * 40)
    violations = found(validate_record(record, "record"))
    assert len(violations) == 50
    assert violations[49] == ("record.contacts[9].value", "FIELD_INVALID")


@pytest.mark.parametrize(
    "name",
    [
        "Karim Testov",
        "محمد الأمین",
        "علی\u200cرضا",
        "क्\u200dष",
        "Ибрагим Иванов",
        "Nguyễn Văn A",
        "王小明",
        "O’Brien-Šmíd",
        "𐎧𐏁",
    ],
)
def test_names_in_any_script_are_accepted(name):
    assert validate_record(person(NAME, name), "record") == []


@pytest.mark.parametrize("partial", [{"year": 1985}, {"year": 1985, "month": 4}, {"year": 1850}, {"year": 2100}])
def test_partial_dates_and_the_ends_of_the_range_are_accepted(partial):
    record = person(NAME)
    json_format.ParseDict({"earliest": partial}, record.identities[0].births.add())
    assert validate_record(record, "record") == []


def test_an_interval_within_one_month_may_name_the_month_twice():
    record = person(NAME)
    month = {"year": 1985, "month": 4}
    json_format.ParseDict({"earliest": month, "latest": month}, record.identities[0].births.add())
    assert validate_record(record, "record") == []


def test_unknown_enum_values_are_accepted():
    record = person(NAME)
    record.record_class = 99
    record.identities[0].category = 99
    record.identities[0].sexes.append(99)
    record.documents.add(type=99, number="1")
    assert validate_record(record, "record") == []


def test_a_line_feed_is_accepted_in_a_machine_readable_zone():
    record = person(NAME)
    record.documents.add(number="1", mrz="P<FRATESTOV<<KARIM\n1234567890FRA8503127M")
    assert validate_record(record, "record") == []


def test_a_lone_surrogate_is_found_in_a_text():
    assert refused_character("Karim\ud800") == "\ud800"


def test_a_lone_surrogate_cannot_be_put_into_a_message():
    with pytest.raises(UnicodeEncodeError):
        record_pb2.PersonName(full_name="Karim\ud800")
