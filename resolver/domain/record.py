"""What one authority states about one person, as the engine reads it.

A record is a value: it is never changed by being linked. Fields that only a
reader of the record needs (provenance) stay in the stored message and do not
appear here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from resolver.domain.handling import NO_RESTRICTIONS, Guard, Restrictions, guard_of
from resolver.domain.marking import UNMARKED, Marking
from resolver.domain.owner import Owner
from resolver.domain.retention import NOTHING_STATED, Stated


class NameKind(Enum):
    """What a name is to its bearer."""

    UNSPECIFIED = 0
    PRIMARY = 1
    BIRTH = 2
    PREVIOUS = 3
    ALIAS = 4
    KUNYA = 5
    NOM_DE_GUERRE = 6
    ONLINE_HANDLE = 7
    MRZ = 8


class NameQuality(Enum):
    """How far a name may be relied on; LOW corroborates and never identifies (UN list practice)."""

    UNSPECIFIED = 0
    GOOD = 1
    LOW = 2


class ComponentType(Enum):
    """The part that a component plays in a name."""

    UNSPECIFIED = 0
    ISM = 1
    FATHER = 2
    GRANDFATHER = 3
    NASAB = 4
    LAQAB = 5
    NISBA = 6
    GIVEN = 7
    PATRONYMIC = 8
    SURNAME = 9
    MOTHER = 10
    TITLE = 11


class IdentityCategory(Enum):
    """Standing of a claimed identity, Delegated Regulation (EU) 2023/333, Annex I."""

    UNSPECIFIED = 0
    CONFIRMED = 1
    NOT_CONFIRMED = 2
    ALIAS = 3
    MISUSED = 4


class Sex(Enum):
    """Sex as the source states it."""

    UNSPECIFIED = 0
    FEMALE = 1
    MALE = 2
    OTHER = 3


class DatePrecision(Enum):
    """How exactly a birth date is known."""

    UNSPECIFIED = 0
    DAY = 1
    MONTH = 2
    YEAR = 3
    RANGE = 4
    APPROXIMATE = 5


class Calendar(Enum):
    """The calendar in which a source writes a date."""

    UNSPECIFIED = 0
    GREGORIAN = 1
    HIJRI = 2
    SOLAR_HIJRI = 3


class RegisterState(Enum):
    """What a register of documents says of one; INTERPOL's SLTD knows stolen, lost, stolen blank, revoked, invalid."""

    UNSPECIFIED = 0
    VALID = 1
    STOLEN = 2
    LOST = 3
    STOLEN_BLANK = 4
    REVOKED = 5
    INVALID = 6


class Minor(Enum):
    """Whether the person is a child."""

    UNSPECIFIED = 0
    YES = 1
    NO = 2


class PersonStatus(Enum):
    """The person's standing in the matter, by the record's owner."""

    UNSPECIFIED = 0
    WANTED = 1
    CHARGED = 2
    CONVICTED = 3
    SUSPECT = 4
    PERSON_OF_INTEREST = 5
    FAMILY_MEMBER = 6
    WITNESS = 7
    VICTIM = 8
    MISSING = 9
    DECEASED = 10


class BiometricOutcome(Enum):
    """Result of comparing two biometric references, stated by whoever compared them."""

    UNSPECIFIED = 0
    CONFIRMED_SAME = 1
    PROBABLE_SAME = 2
    UNVERIFIED_CANDIDATE = 3
    INCONCLUSIVE = 4
    NO_HIT = 5
    EXCLUDED = 6


class ContactKind(Enum):
    """Kind of a contact detail."""

    UNSPECIFIED = 0
    PHONE = 1
    EMAIL = 2
    ACCOUNT = 3


@dataclass(frozen=True, slots=True)
class NameComponent:
    """One typed part of a name."""

    type: ComponentType
    value: str


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as written, with what the source knows about it; `script` is an ISO 15924 code, or empty."""

    full_name: str
    kind: NameKind = NameKind.UNSPECIFIED
    quality: NameQuality = NameQuality.UNSPECIFIED
    components: tuple[NameComponent, ...] = ()
    script: str = ""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as the closed interval [earliest, latest], both Gregorian.

    `as_entered` is the date as its source writes it, in the source's calendar, or empty.
    """

    earliest: date
    latest: date
    precision: DatePrecision = DatePrecision.UNSPECIFIED
    calendar: Calendar = Calendar.UNSPECIFIED
    as_entered: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place: ICAO country code, or empty; locality as written, or empty."""

    country: str = ""
    locality: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """One identity under which the person is known to the source."""

    category: IdentityCategory = IdentityCategory.UNSPECIFIED
    names: tuple[PersonName, ...] = ()
    births: tuple[BirthDate, ...] = ()
    sexes: tuple[Sex, ...] = ()
    nationalities: tuple[str, ...] = ()
    birth_places: tuple[Place, ...] = ()
    residences: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """A document: type and number as written, issuing state as an ICAO code or empty.

    `mrz` is the machine-readable zone as read, its lines separated by line feeds, or empty.
    """

    type: str
    number: str
    issuing_state: str = ""
    issue_date: date | None = None
    expiry_date: date | None = None
    mrz: str = ""
    register_state: RegisterState = RegisterState.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class BiometricResult:
    """Outcome of comparing the reference that carries it with another reference of the same system."""

    reference: str
    outcome: BiometricOutcome


@dataclass(frozen=True, slots=True)
class BiometricReference:
    """A pointer into a biometric holding. Never an image, never a template."""

    modality: str
    system: str
    reference: str
    results: tuple[BiometricResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number, e-mail address or account handle as written."""

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Relatives:
    """Names of the parents as written; empty when not stated."""

    father: str = ""
    mother: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as submitted by its owner.

    `name` is ``sources/{source}/records/{record}``; `country` and `authority` are the owner's.
    """

    name: str
    country: str
    authority: str
    identities: tuple[ClaimedIdentity, ...]
    documents: tuple[TravelDocument, ...] = ()
    biometrics: tuple[BiometricReference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    relatives: Relatives = Relatives()
    minor: Minor = Minor.UNSPECIFIED
    person_status: PersonStatus = PersonStatus.UNSPECIFIED
    retention: Stated = NOTHING_STATED
    restrictions: Restrictions = NO_RESTRICTIONS
    marking: Marking = UNMARKED

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        return Owner(self.country, self.authority)

    @property
    def guard(self) -> Guard | None:
        """What stands before it; None where everybody may see it."""
        return guard_of(self.owner, self.restrictions)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a record is, and what makes a verdict on it weigh more than others."""

    country: str
    authority: str
    minor: bool
    confirmed: bool
    status: PersonStatus

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        return Owner(self.country, self.authority)


def source_of(name: str) -> str:
    """The source in a record's name, `sources/{source}`."""
    return name.partition("/records/")[0]


def standing(record: Record) -> Standing:
    """The standing of a record; `confirmed` where its owner calls one of its identities so."""
    return Standing(
        country=record.country,
        authority=record.authority,
        minor=record.minor is Minor.YES,
        confirmed=any(identity.category is IdentityCategory.CONFIRMED for identity in record.identities),
        status=record.person_status,
    )
