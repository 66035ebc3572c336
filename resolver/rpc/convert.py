"""Records between the contract and the domain; the only place that knows both.

The enums of both have the same numbers, which a test of the contract holds.

An enum's number that this version does not know becomes UNSPECIFIED in the domain, while the stored message keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from ftf.resolution.v1 import record_pb2
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
    PersonStatus,
    Place,
    Record,
    RegisterState,
    Relatives,
    Sex,
    TravelDocument,
)
from resolver.rpc.handling_messages import marking_of, restrictions_of
from resolver.rpc.retention_messages import clear_dates, show_dates, stated_of
from resolver.rpc.validate_date import first_day, last_day
from resolver.store.views import StoredRecord

_E = TypeVar("_E", bound=Enum)

_DOCUMENT_TYPES: dict[int, str] = {
    number: name.removeprefix("DOCUMENT_TYPE_").lower() for name, number in record_pb2.DocumentType.items()
}
_MODALITIES: dict[int, str] = {
    number: name.removeprefix("BIOMETRIC_MODALITY_").lower() for name, number in record_pb2.BiometricModality.items()
}
_UNSPECIFIED = "unspecified"


def _numbered(kind: type[_E]) -> Mapping[int, _E]:
    return {member.value: member for member in kind}


_CATEGORIES = _numbered(IdentityCategory)
_NAME_KINDS = _numbered(NameKind)
_QUALITIES = _numbered(NameQuality)
_COMPONENTS = _numbered(ComponentType)
_PRECISIONS = _numbered(DatePrecision)
_SEXES = _numbered(Sex)
_OUTCOMES = _numbered(BiometricOutcome)
_CONTACTS = _numbered(ContactKind)
_MINORS = _numbered(Minor)
_STATUSES = _numbered(PersonStatus)
_CALENDARS = _numbered(Calendar)
_REGISTER_STATES = _numbered(RegisterState)


def record_to_domain(message: record_pb2.Record) -> Record:
    """The record as the engine reads it. The message has to be valid."""
    return Record(
        name=message.name,
        country=message.owner.country,
        authority=message.owner.authority,
        identities=tuple(_claimed_identity(identity) for identity in message.identities),
        documents=tuple(_document(document) for document in message.documents),
        biometrics=tuple(_biometric(biometric) for biometric in message.biometrics),
        contacts=tuple(
            Contact(_CONTACTS.get(contact.kind, ContactKind.UNSPECIFIED), contact.value) for contact in message.contacts
        ),
        relatives=Relatives(message.relatives.father, message.relatives.mother),
        minor=_MINORS.get(message.minor, Minor.UNSPECIFIED),
        person_status=_STATUSES.get(message.person_status, PersonStatus.UNSPECIFIED),
        retention=stated_of(message),
        restrictions=restrictions_of(message),
        marking=marking_of(message),
    )


def payload_to_domain(payload: bytes) -> Record:
    """The record as the engine reads it, from what is stored of its message."""
    return record_to_domain(record_pb2.Record.FromString(payload))


def record_payload(message: record_pb2.Record) -> bytes:
    """The message as it is stored: what the server gives is cleared, what this version does not know is kept."""
    copy = record_pb2.Record()
    copy.CopyFrom(message)
    copy.ClearField("etag")
    copy.ClearField("create_time")
    copy.ClearField("update_time")
    copy.ClearField("version")
    clear_dates(copy)
    return copy.SerializeToString(deterministic=True)


def stored_to_message(stored: StoredRecord) -> record_pb2.Record:
    """The record as its owner sent it, with what the server gives. A withdrawn one has no content but its name."""
    message = record_pb2.Record.FromString(stored.payload)
    message.name = stored.name
    message.etag = stored.etag
    message.version = stored.version
    message.create_time.FromDatetime(stored.create_time)
    message.update_time.FromDatetime(stored.update_time)
    if stored.dates is not None:
        show_dates(message, stored.dates)
    return message


def document_type(number: int) -> str:
    """The domain's word for a kind of document, such as `passport`."""
    return _DOCUMENT_TYPES.get(number, _UNSPECIFIED)


def modality(number: int) -> str:
    """The domain's word for a biometric modality, such as `fingerprint`."""
    return _MODALITIES.get(number, _UNSPECIFIED)


def _claimed_identity(message: record_pb2.ClaimedIdentity) -> ClaimedIdentity:
    return ClaimedIdentity(
        category=_CATEGORIES.get(message.category, IdentityCategory.UNSPECIFIED),
        names=tuple(_name(name) for name in message.names),
        births=tuple(_birth(birth) for birth in message.births),
        sexes=tuple(_SEXES.get(sex, Sex.UNSPECIFIED) for sex in message.sexes),
        nationalities=tuple(message.nationalities),
        birth_places=tuple(Place(place.country, place.locality) for place in message.birth_places),
        residences=tuple(Place(place.country, place.locality) for place in message.residences),
    )


def _name(message: record_pb2.PersonName) -> PersonName:
    return PersonName(
        full_name=message.full_name,
        kind=_NAME_KINDS.get(message.kind, NameKind.UNSPECIFIED),
        quality=_QUALITIES.get(message.quality, NameQuality.UNSPECIFIED),
        components=tuple(
            NameComponent(_COMPONENTS.get(component.type, ComponentType.UNSPECIFIED), component.value)
            for component in message.components
        ),
        script=message.script,
    )


def _birth(message: record_pb2.BirthDate) -> BirthDate:
    return BirthDate(
        earliest=first_day(message.earliest),
        latest=last_day(message.latest if message.HasField("latest") else message.earliest),
        precision=_PRECISIONS.get(message.precision, DatePrecision.UNSPECIFIED),
        calendar=_CALENDARS.get(message.calendar, Calendar.UNSPECIFIED),
        as_entered=message.as_entered,
    )


def _document(message: record_pb2.TravelDocument) -> TravelDocument:
    return TravelDocument(
        type=document_type(message.type),
        number=message.number,
        issuing_state=message.issuing_state,
        issue_date=first_day(message.issue_date) if message.HasField("issue_date") else None,
        expiry_date=last_day(message.expiry_date) if message.HasField("expiry_date") else None,
        mrz=message.mrz,
        register_state=_REGISTER_STATES.get(message.register_state, RegisterState.UNSPECIFIED),
    )


def _biometric(message: record_pb2.BiometricReference) -> BiometricReference:
    return BiometricReference(
        modality=modality(message.modality),
        system=message.system,
        reference=message.reference,
        results=tuple(
            BiometricResult(result.reference, _OUTCOMES.get(result.outcome, BiometricOutcome.UNSPECIFIED))
            for result in message.results
        ),
    )
