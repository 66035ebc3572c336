"""What a record states for each comparison of the model, as written by its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ftf.resolution.v1 import record_pb2
from resolver.rpc import limits
from resolver.rpc.convert import document_type, modality
from resolver.rpc.validate_date import first_day, last_day

_CORROBORATING_KINDS: Final = (record_pb2.NAME_KIND_KUNYA, record_pb2.NAME_KIND_NOM_DE_GUERRE)
_FATHER_PARTS: Final = (record_pb2.NAME_COMPONENT_TYPE_FATHER, record_pb2.NAME_COMPONENT_TYPE_PATRONYMIC)
_MOTHER_PARTS: Final = (record_pb2.NAME_COMPONENT_TYPE_MOTHER,)


def values_of(record: record_pb2.Record, comparison: str) -> list[str]:
    """The distinct values in their order; empty for a comparison that is not known or has no value in the record."""
    values = _READERS[comparison](record) if comparison in _READERS else ()
    return list(dict.fromkeys(value for value in values if value))[: limits.EXPLAINED_VALUES]


def _all_names(record: record_pb2.Record) -> Iterator[record_pb2.PersonName]:
    for identity in record.identities:
        yield from identity.names


def _only_corroborates(name: record_pb2.PersonName) -> bool:
    return name.quality == record_pb2.NAME_QUALITY_LOW or name.kind in _CORROBORATING_KINDS


def _names(record: record_pb2.Record) -> Iterable[str]:
    return (name.full_name for name in _all_names(record) if not _only_corroborates(name))


def _kunyas(record: record_pb2.Record) -> Iterable[str]:
    return (name.full_name for name in _all_names(record) if _only_corroborates(name))


def _parts(record: record_pb2.Record, types: Iterable[int]) -> Iterator[str]:
    for name in _all_names(record):
        yield from (component.value for component in name.components if component.type in types)


def _fathers(record: record_pb2.Record) -> Iterable[str]:
    return (record.relatives.father, *_parts(record, _FATHER_PARTS))


def _mothers(record: record_pb2.Record) -> Iterable[str]:
    return (record.relatives.mother, *_parts(record, _MOTHER_PARTS))


def _birth_dates(record: record_pb2.Record) -> Iterable[str]:
    return (_birth(birth) for identity in record.identities for birth in identity.births)


def _birth(birth: record_pb2.BirthDate) -> str:
    if birth.as_entered:
        return birth.as_entered
    first = first_day(birth.earliest)
    last = last_day(birth.latest if birth.HasField("latest") else birth.earliest)
    return f"{first}" if first == last else f"{first} to {last}"


def _birth_places(record: record_pb2.Record) -> Iterable[str]:
    places = (place for identity in record.identities for place in identity.birth_places)
    return (", ".join(filter(None, (place.locality, place.country))) for place in places)


def _residences(record: record_pb2.Record) -> Iterable[str]:
    places = (place for identity in record.identities for place in identity.residences)
    return (", ".join(filter(None, (place.locality, place.country))) for place in places)


def _nationalities(record: record_pb2.Record) -> Iterable[str]:
    return (code for identity in record.identities for code in identity.nationalities)


def _sexes(record: record_pb2.Record) -> Iterable[str]:
    known = {number: name.removeprefix("SEX_").lower() for name, number in record_pb2.Sex.items() if number}
    return (known.get(sex, "") for identity in record.identities for sex in identity.sexes)


def _documents(record: record_pb2.Record) -> Iterable[str]:
    for document in record.documents:
        words = (document.issuing_state, document_type(document.type).replace("_", " "), document.number)
        yield " ".join(filter(None, words))


def _biometrics(record: record_pb2.Record) -> Iterable[str]:
    for biometric in record.biometrics:
        reference = f"{modality(biometric.modality)} {biometric.system} {biometric.reference}"
        yield reference
        for result in biometric.results:
            if result.outcome in _OUTCOMES:
                yield f"{reference}: {_OUTCOMES[result.outcome]} {result.reference}"


def _contacts(record: record_pb2.Record) -> Iterable[str]:
    handles = (name.full_name for name in _all_names(record) if name.kind == record_pb2.NAME_KIND_ONLINE_HANDLE)
    return (*(contact.value for contact in record.contacts), *handles)


_OUTCOMES: Final[dict[int, str]] = {
    record_pb2.BIOMETRIC_OUTCOME_CONFIRMED_SAME: "the same person as",
    record_pb2.BIOMETRIC_OUTCOME_PROBABLE_SAME: "probably the same person as",
    record_pb2.BIOMETRIC_OUTCOME_UNVERIFIED_CANDIDATE: "a machine's candidate for",
    record_pb2.BIOMETRIC_OUTCOME_EXCLUDED: "another person than",
}
_READERS: Final[dict[str, Callable[[record_pb2.Record], Iterable[str]]]] = {
    "name": _names,
    "kunya": _kunyas,
    "father": _fathers,
    "mother": _mothers,
    "birth_date": _birth_dates,
    "birth_place": _birth_places,
    "residence": _residences,
    "nationality": _nationalities,
    "sex": _sexes,
    "document": _documents,
    "biometric": _biometrics,
    "contact": _contacts,
}
