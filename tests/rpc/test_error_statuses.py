"""What a caller sees of an error."""

import logging

import pytest
from google.rpc import error_details_pb2, status_pb2

from resolver.domain.errors import Conflict, ErrorReason, FieldViolation, InvalidInput, NotFound, Overloaded
from resolver.rpc import limits
from resolver.rpc.errors import DETAILS_KEY, STATUS_CODES, error_status, status_of, trailers
from tests.rpc.examples import reason_in, violations_in


def detail(status, kind):
    message = kind()
    return next((message for packed in status.details if packed.Unpack(message)), None)


def test_wrong_input_names_every_field():
    violations = (
        FieldViolation("record.name", "must be so", ErrorReason.RECORD_NAME_INVALID),
        FieldViolation("record.etag", "is long", ErrorReason.LIMIT_EXCEEDED),
    )

    status = error_status(InvalidInput(violations))

    assert status.code == STATUS_CODES[ErrorReason.RECORD_NAME_INVALID].value[0]
    assert status.message == "record.name: must be so"
    assert reason_in(status) == "RECORD_NAME_INVALID"
    assert violations_in(status) == [("record.name", "RECORD_NAME_INVALID"), ("record.etag", "LIMIT_EXCEEDED")]


@pytest.mark.parametrize("reason", [ErrorReason.OVERLOADED, ErrorReason.SHUTTING_DOWN])
def test_what_may_be_repeated_says_when(reason):
    retry = detail(error_status(Overloaded(reason, "not now")), error_details_pb2.RetryInfo)
    assert retry.retry_delay.seconds > 0


@pytest.mark.parametrize(
    "error",
    [NotFound(ErrorReason.RECORD_NOT_FOUND, "gone"), Conflict(ErrorReason.ETAG_MISMATCH, "record.etag: is old")],
)
def test_other_errors_have_their_reason_alone(error):
    status = error_status(error)
    assert reason_in(status) == error.reason.name
    assert len(status.details) == 1


def test_an_unexpected_error_tells_nothing_but_a_reference_to_the_log(caplog):
    with caplog.at_level(logging.ERROR):
        status = status_of(KeyError("Karim Testov, SELECT * FROM records"))

    assert (status.message, reason_in(status)) == ("internal error", "INTERNAL")
    assert b"Karim" not in status.SerializeToString()
    reference = detail(status, error_details_pb2.ErrorInfo).metadata["reference"]
    assert reference in caplog.text
    assert "KeyError" in caplog.text


def test_two_unexpected_errors_have_two_references():
    one, other = (detail(status_of(ValueError()), error_details_pb2.ErrorInfo) for _ in range(2))
    assert one.metadata["reference"] != other.metadata["reference"]


def test_a_status_in_the_metadata_of_a_call_is_kept_small():
    many = tuple(FieldViolation(f"record.identities[{i}].names[0].full_name", "x" * 100) for i in range(50))
    status = error_status(InvalidInput(many))
    assert status.ByteSize() > limits.ERROR_BYTES

    ((key, value),) = trailers(status)

    assert key == DETAILS_KEY
    assert len(value) <= limits.ERROR_BYTES
    sent = status_pb2.Status.FromString(value)
    assert reason_in(sent) == "FIELD_INVALID"
    assert 0 < len(violations_in(sent)) < 50
    assert len(violations_in(status)) == 50
