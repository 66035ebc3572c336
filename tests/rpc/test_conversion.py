"""Messages to the domain and back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from google.protobuf import json_format

from ftf.resolution.v1 import data_quality_pb2, decision_pb2, record_pb2
from resolver.domain.decision import (
    Decision,
    DecisionKind,
    IdentityChange,
    Link,
    ReviewReason,
    ReviewTask,
    RunnerUp,
)
from resolver.domain.errors import ErrorReason, NotFound
from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.record import (
    BiometricOutcome,
    BiometricReference,
    BiometricResult,
    BirthDate,
    Calendar,
    ClaimedIdentity,
    ComponentType,
    Contact,
    ContactKind,
    DatePrecision,
    IdentityCategory,
    Minor,
    NameComponent,
    NameKind,
    NameQuality,
    PersonName,
    Place,
    Record,
    Relatives,
    Sex,
    TravelDocument,
)
from resolver.rpc import limits
from resolver.rpc.answers import decisions_of, results_of
from resolver.rpc.convert import record_payload, record_to_domain, stored_to_message
from resolver.rpc.decision_messages import decision_to_message, receipt_to_message
from resolver.rpc.view import View
from resolver.store.views import StoredRecord
from tests.rpc.examples import person

NAME = "sources/a/records/1"
FULL = {
    "name": NAME,
    "owner": {"country": "FRA", "authority": "DGSI"},
    "identities": [
        {
            "category": "IDENTITY_CATEGORY_CONFIRMED",
            "names": [
                {
                    "full_name": "Карим Тестов",
                    "script": "Cyrl",
                    "kind": "NAME_KIND_PRIMARY",
                    "quality": "NAME_QUALITY_GOOD",
                    "components": [{"type": "NAME_COMPONENT_TYPE_SURNAME", "value": "Тестов"}],
                }
            ],
            "births": [
                {
                    "earliest": {"year": 1984},
                    "latest": {"year": 1985, "month": 2},
                    "precision": "DATE_PRECISION_RANGE",
                    "calendar": "CALENDAR_GREGORIAN",
                    "as_entered": "1984 or early 1985",
                }
            ],
            "sexes": ["SEX_MALE"],
            "nationalities": ["FRA", "XXA"],
            "birth_places": [{"country": "RUS", "locality": "Грозный"}],
            "residences": [{"locality": "Lyon"}],
        }
    ],
    "documents": [
        {
            "type": "DOCUMENT_TYPE_NATIONAL_ID",
            "number": "12 34",
            "issuing_state": "FRA",
            "issue_date": {"year": 2010, "month": 5},
            "expiry_date": {"year": 2020, "month": 5},
            "mrz": "I<FRA",
        }
    ],
    "biometrics": [
        {
            "modality": "BIOMETRIC_MODALITY_FINGERPRINT",
            "system": "FRA-AFIS",
            "reference": "77",
            "results": [{"reference": "78", "outcome": "BIOMETRIC_OUTCOME_EXCLUDED"}],
        }
    ],
    "contacts": [{"kind": "CONTACT_KIND_PHONE", "value": "+33 1 23 45 67 89"}],
    "relatives": {"father": "Иван", "mother": "Мария"},
    "provenance": {"origin": "border"},
    "minor": "MINOR_NO",
}


def utc(*parts):
    """A moment as the store has it: in UTC, without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def full_record() -> record_pb2.Record:
    return json_format.ParseDict(FULL, record_pb2.Record())


def test_every_field_that_the_engine_reads_arrives():
    assert record_to_domain(full_record()) == Record(
        name=NAME,
        country="FRA",
        authority="DGSI",
        identities=(
            ClaimedIdentity(
                category=IdentityCategory.CONFIRMED,
                names=(
                    PersonName(
                        "Карим Тестов",
                        NameKind.PRIMARY,
                        NameQuality.GOOD,
                        (NameComponent(ComponentType.SURNAME, "Тестов"),),
                        "Cyrl",
                    ),
                ),
                births=(
                    BirthDate(
                        date(1984, 1, 1),
                        date(1985, 2, 28),
                        DatePrecision.RANGE,
                        Calendar.GREGORIAN,
                        "1984 or early 1985",
                    ),
                ),
                sexes=(Sex.MALE,),
                nationalities=("FRA", "XXA"),
                birth_places=(Place("RUS", "Грозный"),),
                residences=(Place("", "Lyon"),),
            ),
        ),
        documents=(TravelDocument("national_id", "12 34", "FRA", date(2010, 5, 1), date(2020, 5, 31), "I<FRA"),),
        biometrics=(
            BiometricReference("fingerprint", "FRA-AFIS", "77", (BiometricResult("78", BiometricOutcome.EXCLUDED),)),
        ),
        contacts=(Contact(ContactKind.PHONE, "+33 1 23 45 67 89"),),
        relatives=Relatives("Иван", "Мария"),
        minor=Minor.NO,
    )


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ({"year": 1985}, date(1985, 1, 1), date(1985, 12, 31)),
        ({"year": 1984, "month": 2}, date(1984, 2, 1), date(1984, 2, 29)),
        ({"year": 1985, "month": 3, "day": 12}, date(1985, 3, 12), date(1985, 3, 12)),
    ],
)
def test_a_partial_date_is_the_interval_that_it_stands_for(written, first, last):
    record = person(NAME)
    del record.identities[0].births[:]
    json_format.ParseDict({"earliest": written}, record.identities[0].births.add())

    (birth,) = record_to_domain(record).identities[0].births

    assert (birth.earliest, birth.latest) == (first, last)


def test_unknown_enum_values_are_unspecified_in_the_domain_and_kept_in_the_stored_message():
    record = person(NAME)
    record.minor = 88
    record.identities[0].names[0].kind = 99
    record.documents.add(type=77, number="1")

    domain = record_to_domain(record)
    kept = record_pb2.Record.FromString(record_payload(record))

    assert domain.minor is Minor.UNSPECIFIED
    assert domain.identities[0].names[0].kind is NameKind.UNSPECIFIED
    assert domain.documents[0].type == "unspecified"
    assert (kept.minor, kept.identities[0].names[0].kind, kept.documents[0].type) == (88, 99, 77)


def test_fields_that_this_version_does_not_know_are_kept_in_the_stored_message():
    unknown = b"\xfa\x7f\x05later"  # field 2047, a text
    record = record_pb2.Record.FromString(person(NAME).SerializeToString() + unknown)

    assert unknown in record_payload(record)


def test_what_the_server_gives_is_not_stored_and_comes_back():
    record = person(NAME)
    payload = record_payload(record)
    record.etag, record.version = '"7"', 7
    record.create_time.seconds = record.update_time.seconds = 1_000
    assert record_payload(record) == payload

    begun, changed = utc(2026, 1, 2, 3, 4, 5, 6000), utc(2026, 2, 3)
    message = stored_to_message(StoredRecord(NAME, 0, payload, 3, False, begun, changed, 0))

    assert (message.etag, message.version) == ('"3"', 3)
    assert message.create_time.ToDatetime() == begun
    assert message.update_time.ToDatetime() == changed
    for field in ("etag", "version", "create_time", "update_time"):
        message.ClearField(field)
    assert message == person(NAME)


def test_a_withdrawn_record_has_its_name_and_no_content():
    moment = utc(2026, 1, 2)
    message = stored_to_message(StoredRecord(NAME, 0, b"", 2, True, moment, moment, 0))
    assert message.name == NAME
    assert not message.identities
    assert not message.HasField("owner")


def decision(sequence: int) -> Decision:
    link = Link("sources/a/records/1", "sources/b/records/2", 12.5)
    task = ReviewTask("reviewTasks/1", ReviewReason.SEX_CONFLICT, ("identities/A", "identities/B"), link)
    return Decision(
        sequence=sequence,
        kind=DecisionKind.MERGED,
        record="sources/b/records/2",
        record_version=2,
        identity="identities/A",
        changes=(IdentityChange("identities/B", None, ("sources/b/records/2",)),),
        deciding_links=(link,),
        broken_links=(link,),
        runner_ups=(RunnerUp("identities/C", 3.0, 4.5),),
        review_tasks_raised=(task,),
        review_tasks_closed=(task,),
        model="models/m",
        policy="policies/standard",
        commit_time=utc(2026, 5, 6, 7, 8, 9),
    )


def test_a_decision_arrives_in_full():
    message = decision_to_message(decision(17), view=View(5))

    link = decision_pb2.Link(left="sources/a/records/1", right="sources/b/records/2", match_weight=12.5)
    task = decision_pb2.ReviewTask(
        name="reviewTasks/1",
        reason=decision_pb2.REVIEW_REASON_SEX_CONFLICT,
        identities=["identities/A", "identities/B"],
        link=link,
    )
    assert message.cursor
    assert message.consistency_token
    assert message.commit_time.ToDatetime() == utc(2026, 5, 6, 7, 8, 9)
    for field in ("cursor", "consistency_token", "commit_time"):
        message.ClearField(field)
    assert message == decision_pb2.Decision(
        name="decisions/17",
        kind=decision_pb2.DECISION_KIND_MERGED,
        record="sources/b/records/2",
        record_version=2,
        identity="identities/A",
        changes=[decision_pb2.IdentityChange(before="identities/B", after="", records=["sources/b/records/2"])],
        deciding_links=[link],
        broken_links=[link],
        runner_up_identities=[decision_pb2.RunnerUp(identity="identities/C", match_weight=3.0, margin=4.5)],
        review_tasks_raised=[task],
        review_tasks_closed=[task],
        model="models/m",
        policy="policies/standard",
        decision_support_only=True,
    )


def test_a_receipt_is_the_decision_and_what_is_flawed_in_the_record():
    finding = Finding(DataQualityKind.SYMBOLS, "identities[0].names[0].full_name", "made up")
    found = replace(decision(17), findings=(finding,))
    event, receipt = decision_to_message(found, view=View(5)), receipt_to_message(found, view=View(5))
    assert list(receipt.data_quality_findings) == [
        data_quality_pb2.DataQualityFinding(
            kind=data_quality_pb2.DATA_QUALITY_KIND_SYMBOLS, field="identities[0].names[0].full_name", text="made up"
        )
    ]
    receipt.ClearField("data_quality_findings")
    assert event == receipt


def test_a_decision_that_was_not_committed_has_no_place_in_the_feed():
    message = decision_to_message(decision(0), view=View(5))
    assert (message.name, message.cursor, message.consistency_token) == ("", "", "")
    assert not message.HasField("commit_time")
    assert message.kind == decision_pb2.DECISION_KIND_MERGED


def test_a_thousand_decisions_with_many_links_fit_one_answer_by_their_strongest_links():
    names = [f"sources/{'s' * 63}/records/{i:063}" for i in range(21)]
    links = tuple(Link(names[0], names[i], 30.0 - i) for i in range(1, 21))
    answers = (replace(decision(17), deciding_links=links, broken_links=links),) * 1_000

    decisions = decisions_of(answers, view=View(5))
    results = [result.decision for result in results_of(answers, view=View(5))]

    assert decisions == results
    assert sum(message.ByteSize() for message in decisions) < limits.MESSAGE_BYTES
    kept = [link.match_weight for link in decisions[0].deciding_links]
    assert kept == [29.0, 28.0, 27.0, 26.0, 25.0][: len(kept)]
    assert kept


def test_a_thousand_receipts_with_many_findings_fit_one_answer():
    found = (Finding(DataQualityKind.SYMBOLS, "identities[0].names[0].full_name", "made up " * 40),) * 50
    answers = (replace(decision(17), findings=found),) * 1_000
    decisions = decisions_of(answers, view=View(5))
    assert sum(message.ByteSize() for message in decisions) < limits.MESSAGE_BYTES
    assert all(message.data_quality_findings for message in decisions)


def test_decisions_that_fit_keep_all_their_links():
    link = Link("sources/a/records/1", "sources/b/records/2", 12.5)
    (message,) = decisions_of((replace(decision(17), deciding_links=(link,) * 20),), view=View(5))
    assert len(message.deciding_links) == 20


def test_the_decisions_of_a_write_that_failed_are_its_error():
    with pytest.raises(NotFound):
        decisions_of((decision(17), NotFound(ErrorReason.RECORD_NOT_FOUND, "made up")), view=View(5))
