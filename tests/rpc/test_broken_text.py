"""Bytes that are no UTF-8 are made readable where they stand."""

import pytest
from google.protobuf.message import DecodeError

from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.rpc.validate import validate_record
from resolver.rpc.wire import substitute_invalid_text
from tests.rpc.examples import found, person

MARK = "brokenbroken"


def broken(request, bad: bytes) -> bytes:
    data = request.SerializeToString()
    assert MARK.encode() in data
    return data.replace(MARK.encode(), bad.ljust(len(MARK), b"x"))


@pytest.mark.parametrize("bad", [b"\xed\xa0\x80", b"\xff", b"\xc3", b"a\xf0\x9f", b"\x80\x80\x80"])
def test_a_text_that_is_no_utf8_is_told_with_its_path(bad):
    record = person("sources/a/records/1", MARK)
    data = broken(pb.ResolveRecordRequest(record=record), bad)
    with pytest.raises(DecodeError):
        pb.ResolveRecordRequest.FromString(data)

    readable = pb.ResolveRecordRequest.FromString(substitute_invalid_text(pb.ResolveRecordRequest.DESCRIPTOR, data))

    path = "record.identities[0].names[0].full_name"
    assert found(validate_record(readable.record, "record")) == [(path, "TEXT_NOT_ALLOWED")]


def test_the_other_records_of_a_message_stay_as_they_were():
    good = person("sources/a/records/1", "عبد الرحمن")
    request = pb.ResolveRecordsRequest(sequence=3, records=[good, person("sources/a/records/2", MARK)])

    data = substitute_invalid_text(pb.ResolveRecordsRequest.DESCRIPTOR, broken(request, b"\xff"))

    readable = pb.ResolveRecordsRequest.FromString(data)
    assert readable.records[0] == good
    assert readable.sequence == 3


def test_a_message_without_fault_is_unchanged():
    data = pb.ResolveRecordRequest(record=person("sources/a/records/1", "Łukasz 王")).SerializeToString()
    assert substitute_invalid_text(pb.ResolveRecordRequest.DESCRIPTOR, data) == data


@pytest.mark.parametrize("data", [b"\xff" * 20, b"\x0a\x05abc", b"\x0b", b"\x0a"])
def test_bytes_that_are_no_message_are_refused(data):
    with pytest.raises(ValueError, match=r"field|number"):
        substitute_invalid_text(pb.ResolveRecordRequest.DESCRIPTOR, data)
