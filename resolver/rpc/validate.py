"""Checks a record against the promises of its contract, field by field.

Values of enums that this version does not know are kept and never refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftf.resolution.v1 import record_pb2
from resolver.domain.errors import ErrorReason, FieldViolation
from resolver.domain.purpose import PURPOSES
from resolver.rpc import limits
from resolver.rpc.callers import AUTHORITY_OF_CALLER
from resolver.rpc.resource_names import is_record_name, record_name_violation
from resolver.rpc.validate_date import check_date, check_order
from resolver.rpc.validate_text import check_text
from resolver.rpc.violations import Violations
from resolver.standardise.countries import is_country

_SCRIPT = re.compile("[A-Z][a-z]{3}")
_SHA256 = re.compile("[0-9A-Fa-f]{64}")
_HANDLING_CODE = re.compile("H[0-3]")
_AUTHORITY = re.compile(AUTHORITY_OF_CALLER)


def validate_record(record: record_pb2.Record, path: str) -> list[FieldViolation]:
    """Everything that is wrong with a record, at most 50 fields; `path` leads to it, such as `requests[3].record`."""
    violations = Violations()
    size = record.ByteSize()
    if size > limits.RECORD_BYTES:
        description = f"is {size:,} bytes long, at most {limits.RECORD_BYTES:,} are allowed"
        violations.add(path, description, ErrorReason.LIMIT_EXCEEDED)
        return violations.found
    if not is_record_name(record.name):
        violations.found.append(record_name_violation(f"{path}.name"))
    _check_country(violations, f"{path}.owner.country", record.owner.country, required=True)
    check_text(violations, f"{path}.owner.authority", record.owner.authority, limits.AUTHORITY)
    _check_identities(violations, f"{path}.identities", record.identities)
    for at, document in violations.entries(f"{path}.documents", record.documents, limits.DOCUMENTS):
        _check_document(violations, at, document)
    for at, biometric in violations.entries(f"{path}.biometrics", record.biometrics, limits.BIOMETRICS):
        _check_biometric(violations, at, biometric)
    for at, contact in violations.entries(f"{path}.contacts", record.contacts, limits.CONTACTS):
        check_text(violations, f"{at}.value", contact.value, limits.CONTACT, required=True)
    check_text(violations, f"{path}.relatives.father", record.relatives.father, limits.PARENT_NAME)
    check_text(violations, f"{path}.relatives.mother", record.relatives.mother, limits.PARENT_NAME)
    _check_provenance(violations, f"{path}.provenance", record.provenance)
    for field in ("source_code", "information_code"):
        text = getattr(record.evaluation, field)
        check_text(violations, f"{path}.evaluation.{field}", text, limits.EVALUATION_CODE)
    _check_handling(violations, f"{path}.handling", record.handling)
    if record.retention.HasField("review_date"):
        check_date(violations, f"{path}.retention.review_date", record.retention.review_date)
    if record.retention.HasField("expiry_date"):
        check_date(violations, f"{path}.retention.expiry_date", record.retention.expiry_date)
    check_text(violations, f"{path}.etag", record.etag, limits.ETAG)
    return violations.found


def _check_country(violations: Violations, path: str, code: str, *, required: bool = False) -> None:
    if not code:
        if required:
            violations.add(path, "must not be empty")
    elif not is_country(code):
        violations.add(path, "not a known country code", ErrorReason.COUNTRY_UNKNOWN)


def _check_identities(violations: Violations, path: str, identities: Sequence[record_pb2.ClaimedIdentity]) -> None:
    if not any(name.full_name.strip() for identity in identities for name in identity.names):
        violations.add(path, "a record needs at least one name", ErrorReason.NAME_MISSING)
    for at, identity in violations.entries(path, identities, limits.IDENTITIES):
        for place, name in violations.entries(f"{at}.names", identity.names, limits.NAMES):
            _check_name(violations, place, name)
        for place, birth in violations.entries(f"{at}.births", identity.births, limits.BIRTHS):
            _check_birth(violations, place, birth)
        for _ in violations.entries(f"{at}.sexes", identity.sexes, limits.SEXES):
            pass
        for place, code in violations.entries(f"{at}.nationalities", identity.nationalities, limits.NATIONALITIES):
            _check_country(violations, place, code, required=True)
        for place, birth_place in violations.entries(f"{at}.birth_places", identity.birth_places, limits.PLACES):
            _check_place(violations, place, birth_place)
        for place, residence in violations.entries(f"{at}.residences", identity.residences, limits.PLACES):
            _check_place(violations, place, residence)


def _check_name(violations: Violations, path: str, name: record_pb2.PersonName) -> None:
    check_text(violations, f"{path}.full_name", name.full_name, limits.FULL_NAME, required=True)
    if name.script and not _SCRIPT.fullmatch(name.script):
        violations.add(f"{path}.script", "must be an ISO 15924 code, such as Arab")
    for at, component in violations.entries(f"{path}.components", name.components, limits.NAME_COMPONENTS):
        check_text(violations, f"{at}.value", component.value, limits.NAME_COMPONENT, required=True)


def _check_birth(violations: Violations, path: str, birth: record_pb2.BirthDate) -> None:
    check_text(violations, f"{path}.as_entered", birth.as_entered, limits.AS_ENTERED)
    if not birth.HasField("earliest"):
        violations.add(f"{path}.earliest", "must not be empty")
        return
    valid = check_date(violations, f"{path}.earliest", birth.earliest)
    closed = birth.HasField("latest") and check_date(violations, f"{path}.latest", birth.latest)
    if valid and closed:
        check_order(violations, f"{path}.latest", birth.earliest, birth.latest)


def _check_place(violations: Violations, path: str, place: record_pb2.Place) -> None:
    if not place.country and not place.locality:
        violations.add(path, "needs a country or a locality")
    _check_country(violations, f"{path}.country", place.country)
    check_text(violations, f"{path}.locality", place.locality, limits.LOCALITY)


def _check_document(violations: Violations, path: str, document: record_pb2.TravelDocument) -> None:
    check_text(violations, f"{path}.number", document.number, limits.DOCUMENT_NUMBER, required=True)
    _check_country(violations, f"{path}.issuing_state", document.issuing_state)
    issued = document.HasField("issue_date") and check_date(violations, f"{path}.issue_date", document.issue_date)
    expires = document.HasField("expiry_date") and check_date(violations, f"{path}.expiry_date", document.expiry_date)
    if issued and expires:
        check_order(violations, f"{path}.expiry_date", document.issue_date, document.expiry_date)
    check_text(violations, f"{path}.mrz", document.mrz, limits.MRZ, allowed="\n")


def _check_biometric(violations: Violations, path: str, biometric: record_pb2.BiometricReference) -> None:
    check_text(violations, f"{path}.system", biometric.system, limits.BIOMETRIC_SYSTEM, required=True)
    check_text(violations, f"{path}.reference", biometric.reference, limits.BIOMETRIC_REFERENCE, required=True)
    for at, result in violations.entries(f"{path}.results", biometric.results, limits.BIOMETRIC_RESULTS):
        check_text(violations, f"{at}.reference", result.reference, limits.BIOMETRIC_REFERENCE, required=True)


def _check_provenance(violations: Violations, path: str, provenance: record_pb2.Provenance) -> None:
    check_text(violations, f"{path}.origin", provenance.origin, limits.ORIGIN)
    check_text(violations, f"{path}.operation", provenance.operation, limits.OPERATION)
    check_text(violations, f"{path}.item", provenance.item, limits.ITEM)
    if provenance.HasField("collection_date"):
        check_date(violations, f"{path}.collection_date", provenance.collection_date)
    if provenance.sha256 and not _SHA256.fullmatch(provenance.sha256):
        violations.add(f"{path}.sha256", "must be 64 hexadecimal digits")
    for at, custodian in violations.entries(f"{path}.custody", provenance.custody, limits.CUSTODY):
        check_text(violations, at, custodian, limits.CUSTODIAN, required=True)


def _check_handling(violations: Violations, path: str, handling: record_pb2.Handling) -> None:
    for at, code in violations.entries(f"{path}.codes", handling.codes, limits.HANDLING_CODES):
        if not _HANDLING_CODE.fullmatch(code):
            violations.add(at, "must be H0, H1, H2 or H3")
    for field in ("allowed_countries", "denied_countries"):
        for at, code in violations.entries(f"{path}.{field}", getattr(handling, field), limits.HANDLING_COUNTRIES):
            _check_country(violations, at, code, required=True)
    for field in ("allowed_authorities", "denied_authorities"):
        for at, text in violations.entries(f"{path}.{field}", getattr(handling, field), limits.HANDLING_AUTHORITIES):
            _check_authority(violations, at, text)
    for field in ("allowed_purposes", "denied_purposes"):
        for at, purpose in violations.entries(f"{path}.{field}", getattr(handling, field), limits.HANDLING_PURPOSES):
            if purpose not in PURPOSES:
                violations.add(at, "must be one of the purposes that a call can state")


def _check_authority(violations: Violations, path: str, text: str) -> None:
    """One that no certificate could name would be let in or kept out without a word."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        violations.add(path, "must be a country and an authority as a certificate names them, such as FRA/ncb")
    else:
        _check_country(violations, path, found[1])
