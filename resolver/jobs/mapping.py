"""A mapping turns any row into a record in proto3 JSON form. The language is described in `docs/import-mapping.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Any

from resolver.jobs.mapping_values import DateValue, Row, RowRejected, Value

_KEY_LETTER = re.compile(rb"[A-Za-z0-9._-]")
_KEY_LENGTH = 63
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NameRule:
    """One name: the whole, its parts as (component type, value), and what it is to its bearer."""

    full_name: Value
    parts: tuple[tuple[str, Value], ...] = ()
    kind: Value | None = None
    quality: Value | None = None


@dataclass(frozen=True, slots=True)
class BirthRule:
    """One birth date, or the two ends of the interval that it lies in."""

    earliest: DateValue
    latest: DateValue | None = None


@dataclass(frozen=True, slots=True)
class TextRule:
    """A message of texts and dates, such as a document; absent in a record when a `required` text is."""

    texts: tuple[tuple[str, Value], ...]
    dates: tuple[tuple[str, DateValue], ...] = ()
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandlingRule:
    """Who may see a record: its classification, and lists by their names in a record."""

    classification: Value | None
    lists: tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a row becomes a record."""

    source: str
    record: Value
    country: Value
    names: tuple[NameRule, ...]
    nulls: frozenset[str]
    authority: Value | None = None
    category: Value | None = None
    births: tuple[BirthRule, ...] = ()
    sexes: tuple[Value, ...] = ()
    nationalities: tuple[Value, ...] = ()
    birth_places: tuple[TextRule, ...] = ()
    residences: tuple[TextRule, ...] = ()
    documents: tuple[TextRule, ...] = ()
    biometrics: tuple[TextRule, ...] = ()
    contacts: tuple[TextRule, ...] = ()
    relatives: TextRule | None = None
    evaluation: TextRule | None = None
    handling: HandlingRule | None = None
    record_class: Value | None = None
    person_status: Value | None = None
    minor: Value | None = None
    columns: tuple[tuple[str, str], ...] = ()
    """Every (mapping key, column) that the mapping reads."""


def record_key(text: str) -> str:
    """A national key as a record key: each byte outside `A-Z a-z 0-9 . _ -` becomes `~` and two hexadecimal digits."""
    return "".join(
        chr(byte) if _KEY_LETTER.match(bytes([byte])) else f"~{byte:02X}" for byte in text.encode("utf-8", "replace")
    )


def apply(mapping: Mapping, values: MappingType[str, Any]) -> Json:
    """The record of a row; `RowRejected` when it has no key, no name, or a text that the mapping refuses."""
    row = Row(values, mapping.nulls)
    names = [name for rule in mapping.names if (name := _name(rule, row))]
    if not names:
        raise RowRejected("names", "the row has no name at all")
    identity: Json = {
        "category": _text(mapping.category, row),
        "names": names,
        "births": [birth for rule in mapping.births if (birth := _birth(rule, row))],
        "sexes": _texts(mapping.sexes, row),
        "nationalities": _texts(mapping.nationalities, row),
        "birthPlaces": _messages(mapping.birth_places, row),
        "residences": _messages(mapping.residences, row),
    }
    record: Json = {
        "name": f"sources/{mapping.source}/records/{_key(mapping.record, row)}",
        "owner": _stated({"country": mapping.country.text(row), "authority": _text(mapping.authority, row)}),
        "identities": [_stated(identity)],
        "documents": _messages(mapping.documents, row),
        "biometrics": _messages(mapping.biometrics, row),
        "contacts": _messages(mapping.contacts, row),
        "relatives": _message(mapping.relatives, row) if mapping.relatives else None,
        "evaluation": _message(mapping.evaluation, row) if mapping.evaluation else None,
        "handling": _handling(mapping.handling, row) if mapping.handling else None,
        "recordClass": _text(mapping.record_class, row),
        "personStatus": _text(mapping.person_status, row),
        "minor": _text(mapping.minor, row),
    }
    return _stated(record)


def _stated(message: Json) -> Json:
    return {key: value for key, value in message.items() if value}


def _text(value: Value | None, row: Row) -> str:
    return value.text(row) if value else ""


def _texts(values: tuple[Value, ...], row: Row) -> list[str]:
    return list(dict.fromkeys(text for value in values for text in value.texts(row)))


def _key(value: Value, row: Row) -> str:
    # A key made of a part of its columns could be another row's key.
    if not all(row.text(column) for column in value.template.columns):
        raise RowRejected(value.key, "a column of the record's key is absent")
    key = record_key(value.text(row))
    if not 1 <= len(key) <= _KEY_LENGTH:
        raise RowRejected(value.key, f"the key has {len(key)} characters after escaping, {_KEY_LENGTH} are allowed")
    return key


def _name(rule: NameRule, row: Row) -> Json:
    whole = rule.full_name.text(row)
    if not whole:
        return {}
    parts = [{"type": kind, "value": text} for kind, value in rule.parts for text in value.texts(row)]
    return _stated(
        {
            "fullName": whole,
            "kind": _text(rule.kind, row),
            "quality": _text(rule.quality, row),
            "components": parts,
        }
    )


def _birth(rule: BirthRule, row: Row) -> Json:
    earliest = rule.earliest.date(row)
    latest = rule.latest.date(row) if rule.latest else None
    # One end of an interval alone would claim a certainty that the row does not state.
    if earliest is None or (rule.latest and latest is None):
        return {}
    if latest is None:
        return {"earliest": earliest[0], "asEntered": earliest[1]}
    return {"earliest": earliest[0], "latest": latest[0], "asEntered": f"{earliest[1]} - {latest[1]}"}


def _handling(rule: HandlingRule, row: Row) -> Json:
    lists = {name: _texts(values, row) for name, values in rule.lists}
    return _stated({"classification": _text(rule.classification, row), **lists})


def _message(rule: TextRule, row: Row) -> Json:
    texts = {name: value.text(row) for name, value in rule.texts}
    if not all(texts[name] for name in rule.required):
        return {}
    dates = {name: found[0] for name, value in rule.dates if (found := value.date(row))}
    return _stated({**texts, **dates})


def _messages(rules: tuple[TextRule, ...], row: Row) -> list[Json]:
    return [message for rule in rules if (message := _message(rule, row))]
