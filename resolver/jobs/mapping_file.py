"""Reads a mapping from YAML and says of every mistake under which key it stands."""

from __future__ import annotations

import re
from collections.abc import Container

from resolver.jobs import mapping_choices as choices
from resolver.jobs.mapping import BirthRule, HandlingRule, Mapping, NameRule, TextRule
from resolver.jobs.mapping_choices import Choices
from resolver.jobs.mapping_section import MappingSection
from resolver.jobs.mapping_values import Otherwise, Value
from resolver.sections import SectionInvalid, read_yaml

_SOURCE = re.compile(r"[A-Za-z0-9._~-]{1,63}")
_HANDLING_LISTS = {
    "codes": "codes",
    "allowed_countries": "allowedCountries",
    "denied_countries": "deniedCountries",
    "allowed_authorities": "allowedAuthorities",
    "denied_authorities": "deniedAuthorities",
    "allowed_purposes": "allowedPurposes",
    "denied_purposes": "deniedPurposes",
}
_PARTS = {name.lower(): name for name in choices.COMPONENT_TYPES.names}


def parse(text: str) -> Mapping:
    """The mapping that a YAML text describes; `SectionInvalid` names the key that is wrong."""
    top = MappingSection("", read_yaml(text), {})
    mapping = _mapping(top)
    top.finish()
    return mapping


def check_columns(mapping: Mapping, header: tuple[str, ...], without_text: Container[str] = ()) -> None:
    """Raises `SectionInvalid` for a column that the file's header does not have, or that holds no text."""
    for key, column in mapping.columns:
        if column not in header:
            raise SectionInvalid(key, f"there is no column {column!r}; the file has {', '.join(header)}")
        if column in without_text:
            raise SectionInvalid(key, f"the column {column!r} holds neither text nor numbers nor dates")


def _mapping(top: MappingSection) -> Mapping:
    nulls = frozenset(["", *top.texts("null_values")])
    source = top.required_text("source")
    if not _SOURCE.fullmatch(source):
        raise SectionInvalid("source", "has 1 to 63 characters of A-Z a-z 0-9 . _ ~ -")
    owner = top.section("owner")
    relatives, evaluation = top.optional_section("relatives"), top.optional_section("evaluation")
    handling = top.optional_section("handling")
    mapping = Mapping(
        source=source,
        record=_record_key(top),
        country=owner.required_value("country"),
        authority=owner.value("authority"),
        category=top.value("category", choices.IDENTITY_CATEGORIES),
        names=tuple(_name(each) for each in top.sections("names", at_least_one=True)),
        births=tuple(_birth(each) for each in top.sections("births")),
        sexes=top.values("sexes", choices.SEXES),
        nationalities=top.values("nationalities"),
        birth_places=tuple(_place(each) for each in top.sections("birth_places")),
        residences=tuple(_place(each) for each in top.sections("residences")),
        documents=tuple(_document(each) for each in top.sections("documents")),
        biometrics=tuple(_biometric(each) for each in top.sections("biometrics")),
        contacts=tuple(_contact(each) for each in top.sections("contacts")),
        relatives=_texts(relatives, "father", "mother") if relatives else None,
        evaluation=_evaluation(evaluation) if evaluation else None,
        handling=_handling(handling) if handling else None,
        record_class=top.value("record_class", choices.RECORD_CLASSES),
        person_status=top.value("person_status", choices.PERSON_STATUSES),
        minor=top.value("minor", choices.MINORS),
        nulls=nulls,
        columns=tuple((key, column) for column, key in top.columns.items()),
    )
    owner.finish()
    return mapping


def _record_key(top: MappingSection) -> Value:
    value = top.required_value("record")
    if not value.template.columns:
        raise SectionInvalid("record", "must name a column, such as '{id}'; records need keys of their own")
    return value


def _name(section: MappingSection) -> NameRule:
    rule = NameRule(
        full_name=section.required_value("full_name"),
        parts=tuple(
            (choices.COMPONENT_TYPES.prefix + _PARTS[key], section.required_value(key)) for key in _parts(section)
        ),
        kind=section.value("kind", choices.NAME_KINDS),
        quality=section.value("quality", choices.NAME_QUALITIES),
    )
    section.finish()
    return rule


def _parts(section: MappingSection) -> list[str]:
    return [key for key in section if key in _PARTS]


def _birth(section: MappingSection) -> BirthRule:
    if "earliest" not in section:
        return BirthRule(section.as_date())
    rule = BirthRule(section.required_date("earliest"), section.required_date("latest"))
    section.finish()
    return rule


def _place(section: MappingSection) -> TextRule:
    if not {"country", "locality"} & set(section):
        raise SectionInvalid(section.path, "needs country, locality or both")
    return _texts(section, "country", "locality")


def _document(section: MappingSection) -> TextRule:
    texts = (
        *_given(section, "type", "type", choices.DOCUMENT_TYPES),
        ("number", section.required_value("number")),
        *_given(section, "issuing_state", "issuingState"),
    )
    dates = tuple(
        (name, section.required_date(key))
        for key, name in (("issue_date", "issueDate"), ("expiry_date", "expiryDate"))
        if key in section
    )
    section.finish()
    return TextRule(texts, dates, required=("number",))


def _biometric(section: MappingSection) -> TextRule:
    texts = (
        *_given(section, "modality", "modality", choices.BIOMETRIC_MODALITIES),
        ("system", section.required_value("system")),
        ("reference", section.required_value("reference")),
    )
    section.finish()
    return TextRule(texts, required=("system", "reference"))


def _contact(section: MappingSection) -> TextRule:
    texts = (
        ("kind", section.required_value("kind", choices.CONTACT_KINDS)),
        ("value", section.required_value("value")),
    )
    section.finish()
    return TextRule(texts, required=("kind", "value"))


def _evaluation(section: MappingSection) -> TextRule:
    texts = (
        ("scheme", section.required_value("scheme", choices.EVALUATION_SCHEMES)),
        *_given(section, "source_code", "sourceCode"),
        *_given(section, "information_code", "informationCode"),
    )
    section.finish()
    return TextRule(texts, required=("scheme",))


def _handling(section: MappingSection) -> HandlingRule:
    rule = HandlingRule(
        section.value("classification", choices.CLASSIFICATIONS),
        tuple((name, section.values(key)) for key, name in _HANDLING_LISTS.items()),
    )
    section.finish()
    for value in (value for _, values in rule.lists for value in values):
        if value.otherwise is Otherwise.ABSENT:
            raise SectionInvalid(f"{value.key}.otherwise", "must not be absent: who is left out might see the record")
    return rule


def _texts(section: MappingSection, *keys: str) -> TextRule:
    rule = TextRule(tuple(pair for key in keys for pair in _given(section, key, key)))
    section.finish()
    return rule


def _given(
    section: MappingSection, key: str, name: str, allowed: Choices | None = None
) -> tuple[tuple[str, Value], ...]:
    value = section.value(key, allowed)
    return ((name, value),) if value else ()
