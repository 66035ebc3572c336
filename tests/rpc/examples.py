"""Made-up records for the tests of the interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from types import SimpleNamespace

from google.rpc import error_details_pb2, status_pb2
from google.type import date_pb2
from grpc_status import rpc_status

from ftf.resolution.v1 import record_pb2
from resolver.domain.errors import FieldViolation

IN_PLAIN_TEXT = SimpleNamespace(auth_context=dict)
"""What a call in plain text says of its peer."""
_SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstvzh" for vowel in "aeiou"]


def _word(chance: bytes) -> str:
    return "".join(_SYLLABLES[byte % len(_SYLLABLES)] for byte in chance).capitalize()


def person(
    name: str, full_name: str = "", *, born: tuple[int, int, int] | None = None, passport: str = ""
) -> record_pb2.Record:
    """A valid record. What is not given is made up from the record's name, so that two records are two persons."""
    chance = sha256(name.encode()).digest()
    full_name = full_name or f"{_word(chance[:4])} {_word(chance[4:8])} {_word(chance[8:13])}"
    year, month, day = born or (1940 + chance[13] % 64, 1 + chance[14] % 12, 2 + chance[15] % 27)
    birth = record_pb2.BirthDate(earliest=date_pb2.Date(year=year, month=month, day=day))
    record = record_pb2.Record(
        name=name,
        owner=record_pb2.Owner(country="FRA", authority="Test authority"),
        identities=[
            record_pb2.ClaimedIdentity(names=[record_pb2.PersonName(full_name=full_name)], births=[birth]),
        ],
    )
    if passport:
        record.documents.add(type=record_pb2.DOCUMENT_TYPE_PASSPORT, number=passport, issuing_state="FRA")
    return record


def same_person(source: str, count: int) -> list[record_pb2.Record]:
    """Records of a source that agree in all they state, a passport included."""
    records = []
    for i in range(1, count + 1):
        record = person(f"sources/{source}/records/1", passport=f"{source.upper()}9X1")
        record.name = f"sources/{source}/records/{i}"
        records.append(record)
    return records


def wait_until(condition: Callable[[], object]) -> None:
    """Returns when a condition holds that another thread brings about; fails after half a minute."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


def violations_in(status: status_pb2.Status) -> list[tuple[str, str]]:
    """The wrong fields that a status names, with their reasons."""
    bad_request = error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(bad_request):
            return [(violation.field, violation.reason) for violation in bad_request.field_violations]
    return []


def status_of_call(error) -> status_pb2.Status:
    """The status that a failed call brought."""
    status = rpc_status.from_call(error)
    assert status is not None, f"no status came with {error}"
    return status


def reason_in(status: status_pb2.Status) -> str:
    """The reason in the one ErrorInfo of a status."""
    infos = [detail for detail in status.details if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR)]
    assert len(infos) == 1
    info = error_details_pb2.ErrorInfo()
    infos[0].Unpack(info)
    assert info.domain == "resolution.ftf"
    return info.reason


def found(violations: list[FieldViolation]) -> list[tuple[str, str]]:
    """Violations as pairs of path and reason."""
    return [(violation.field, violation.reason.name) for violation in violations]
