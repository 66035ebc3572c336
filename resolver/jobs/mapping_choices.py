"""The closed sets of the contract that a mapping may name, without the prefix that they carry on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.domain.record import ComponentType, ContactKind, IdentityCategory, Minor, NameKind, NameQuality, Sex


@dataclass(frozen=True, slots=True)
class Choices:
    """The names of an enum and their common prefix, such as `SEX_`."""

    prefix: str
    names: frozenset[str]


def _of(prefix: str, *names: str) -> Choices:
    return Choices(prefix, frozenset(names))


COMPONENT_TYPES = _of("NAME_COMPONENT_TYPE_", *(member.name for member in ComponentType if member.value))
CONTACT_KINDS = _of("CONTACT_KIND_", *(member.name for member in ContactKind if member.value))
IDENTITY_CATEGORIES = _of("IDENTITY_CATEGORY_", *(member.name for member in IdentityCategory if member.value))
MINORS = _of("MINOR_", *(member.name for member in Minor if member.value))
NAME_KINDS = _of("NAME_KIND_", *(member.name for member in NameKind if member.value))
NAME_QUALITIES = _of("NAME_QUALITY_", *(member.name for member in NameQuality if member.value))
SEXES = _of("SEX_", *(member.name for member in Sex if member.value))
DOCUMENT_TYPES = _of(
    "DOCUMENT_TYPE_",
    "PASSPORT",
    "NATIONAL_ID",
    "RESIDENCE_PERMIT",
    "REFUGEE_TRAVEL_DOCUMENT",
    "DRIVING_LICENCE",
    "OTHER",
)
BIOMETRIC_MODALITIES = _of("BIOMETRIC_MODALITY_", "FINGERPRINT", "FACE", "DNA", "IRIS")
CLASSIFICATIONS = _of("CLASSIFICATION_", "OFFICIAL_USE_ONLY", "RESTRICTED", "CONFIDENTIAL")
EVALUATION_SCHEMES = _of("EVALUATION_SCHEME_", "EUROPOL_4X4", "ADMIRALTY_6X6", "UK_3X5X2")
RECORD_CLASSES = _of(
    "RECORD_CLASS_",
    "NOTICE",
    "DIFFUSION",
    "NATIONAL_WATCHLIST",
    "BATTLEFIELD",
    "PRISON",
    "BORDER_ENCOUNTER",
    "ADMINISTRATIVE",
)
PERSON_STATUSES = _of(
    "PERSON_STATUS_",
    "WANTED",
    "CHARGED",
    "CONVICTED",
    "SUSPECT",
    "PERSON_OF_INTEREST",
    "FAMILY_MEMBER",
    "WITNESS",
    "VICTIM",
    "MISSING",
    "DECEASED",
)
