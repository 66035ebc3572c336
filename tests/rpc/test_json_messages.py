"""JSON becomes the message that protobuf's own parser makes of it, or the same error."""

import json
from copy import deepcopy

import pytest
from google.protobuf import json_format

from ftf.resolution.v1.record_pb2 import Record
from resolver.rpc import json_messages
from resolver.rpc.json_messages import message_of
from resolver.synthetic import generate_records

PLAIN = {
    "name": "sources/a/records/1",
    "owner": {"country": "FRA", "authority": "x"},
    "identities": [{"names": [{"fullName": "Amal Haddad", "kind": "NAME_KIND_PRIMARY"}], "sexes": ["SEX_FEMALE"]}],
    "retention": {"reviewDate": {"year": 2030, "month": 3, "day": 1}},
}


def by_protobuf(values):
    return json_format.ParseDict(values, Record())


def outcome(parse, values):
    try:
        return parse(values)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is to be the same
        return type(error), str(error)


@pytest.fixture
def no_general_parser(monkeypatch):
    def refuse(*_):
        raise AssertionError("the general parser was asked")

    monkeypatch.setattr(json_messages.json_format, "ParseDict", refuse)


def test_made_up_records_are_read_the_same():
    for each in generate_records(404, 300):
        values = json.loads(json.dumps(each.record))
        assert message_of(values, Record) == by_protobuf(values)


@pytest.mark.usefixtures("no_general_parser")
def test_what_is_in_its_usual_form_needs_no_general_parser():
    assert message_of(PLAIN, Record).identities[0].names[0].full_name == "Amal Haddad"
    for each in generate_records(404, 100):
        assert message_of(each.record, Record).name == each.record["name"]


UNUSUAL = {
    "nothing": {},
    "an empty message": {"owner": {}},
    "an empty list": {"identities": []},
    "an empty entry": {"identities": [{}]},
    "null": {"owner": None},
    "null in a list": {"identities": [None]},
    "a name of protobuf": {"owner": {"country": "FRA"}, "person_status": "PERSON_STATUS_CHARGED"},
    "one field by both names": {"recordClass": "RECORD_CLASS_NOTICE", "record_class": "RECORD_CLASS_DIFFUSION"},
    "an unknown field": {"colour": "red"},
    "an unknown value of an enum": {"recordClass": "RECORD_CLASS_UNHEARD_OF"},
    "an enum by its number": {"recordClass": 1},
    "an enum by a number in a text": {"recordClass": "1"},
    "an enum without a value": {"recordClass": ""},
    "truth for a number": {"retention": {"reviewDate": {"year": True}}},
    "a number in a text": {"retention": {"reviewDate": {"year": "2030"}}},
    "a whole number with a point": {"retention": {"reviewDate": {"year": 2030.0}}},
    "half a number": {"retention": {"reviewDate": {"year": 2030.5}}},
    "a number that is too large": {"retention": {"reviewDate": {"year": 2**40}}},
    "a number for a text": {"name": 7},
    "a text for a list": {"identities": [{"nationalities": "FRA"}]},
    "an object for a list": {"identities": [{"nationalities": {"FRA": 1}}]},
    "an object for a list of messages": {"identities": {"names": []}},
    "a list for a message": {"owner": [{"country": "FRA"}]},
    "a text for a message": {"owner": "FRA"},
    "a lone surrogate": {"name": "\ud800"},
    "a time": {"createTime": "2026-01-02T03:04:05Z"},
    "a time that is none": {"createTime": "yesterday"},
    "a time as an object": {"createTime": {"seconds": 5}},
    "a list": [PLAIN],
    "a text": "sources/a/records/1",
    "null alone": None,
}


@pytest.mark.parametrize("values", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_what_is_in_another_form_is_read_or_refused_as_by_the_general_parser(values):
    expected = outcome(by_protobuf, values)
    assert outcome(lambda given: message_of(given, Record), values) == expected
    if isinstance(values, dict):
        whole = deepcopy(PLAIN) | values
        assert outcome(lambda given: message_of(given, Record), whole) == outcome(by_protobuf, whole)


def test_presence_is_the_same():
    for values in ({"identities": []}, {"owner": {}}, {"minor": "MINOR_UNSPECIFIED"}, {"name": ""}):
        ours, theirs = message_of(values, Record), by_protobuf(values)
        assert [field.name for field, _ in ours.ListFields()] == [field.name for field, _ in theirs.ListFields()]
